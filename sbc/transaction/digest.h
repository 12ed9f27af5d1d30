// Digest: 128 keyed bits that stand for a key of any length (a branch with its sent-by, a dialog's id).
//
// Keyed with secrets that no peer knows, so nobody can make two keys meet; two keys that differ have the same
// digest with a probability of 2^-128, which is what the tables here rely on instead of keeping the keys'
// text.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "dataplane/bytes/random.h"
#include "dataplane/bytes/siphash.h"

namespace sbc::transaction {

struct Digest {
  uint64_t high = 0, low = 0;
  friend constexpr bool operator==(const Digest&, const Digest&) = default;
};

struct DigestKeys {
  HashKey high{}, low{};
  static DigestKeys draw(Random& random);
};

/// Takes a key's parts one after the other; where one part ends is part of the digest.
class Digester {
 public:
  explicit Digester(const DigestKeys& keys) : keys_(keys) {}
  Digester& text(std::string_view part);
  Digester& caseless(std::string_view part);
  Digester& number(uint64_t part);
  Digest digest() const;

 private:
  static constexpr size_t parts_max = 8;
  const DigestKeys& keys_;
  std::array<uint64_t, 2 * parts_max> parts_{};
  size_t count_ = 0;
};

}  // namespace sbc::transaction
