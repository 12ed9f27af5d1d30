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

/// Digests for different purposes must not meet, where a peer may choose what goes into them. They have
/// different numbers of parts, or a first one that tells them apart:
///   1  DialogNames::own_proof()       4  client_key(): a number; ack_branch(): "ACK"
///   2  dialog_key()                   5  merged_key(): a number; DialogNames::told_proof()
///   3  DialogNames::pad(): a number;  6, 7  server_key()
///      Impl::seal_of(): "saved call"
///
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
