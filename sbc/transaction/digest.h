// Digest: 128 keyed bits that stand for a key of any length (a branch with its sent-by, a dialog's id).
//
// Keyed with secrets that no peer knows, so nobody can make two keys meet; two keys that differ have the same
// digest with a probability of 2^-128, which is what the tables here rely on instead of keeping the keys'
// text.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

#include "dataplane/bytes/siphash.h"

namespace sbc::transaction {

struct Digest {
  uint64_t high = 0, low = 0;
  friend constexpr auto operator<=>(const Digest&, const Digest&) = default;

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.bits(self.high);
    form.bits(self.low);
  }
};

struct DigestKeys {
  HashKey high{}, low{};
  /// Who has the same secret has the same keys.
  static DigestKeys derive(const HashKey& secret);
};

/// Takes a key's parts, eight at most, one after the other; where one part ends is part of the digest. All
/// are hashed together, which costs less than half of each for itself; a long one is hashed before.
class Digester {
 public:
  explicit Digester(const DigestKeys& keys) : keys_(keys) {}
  explicit Digester(const DigestKeys&&) = delete;  // it keeps a reference
  Digester& text(std::string_view part);
  Digester& caseless(std::string_view part);
  Digester& number(uint64_t part);
  Digest digest() const;

 private:
  static constexpr size_t parts_max = 8;
  static constexpr size_t copied_max = 120;

  /// Where to copy a part, or what stands for it.
  char* begin_part(size_t part_size, size_t copied);

  const DigestKeys& keys_;
  size_t size_ = 0;
  char bytes_[parts_max * (sizeof(uint32_t) + copied_max)];  // written up to size_
};

}  // namespace sbc::transaction
