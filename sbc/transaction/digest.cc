#include "sbc/transaction/digest.h"

#include "config/types/check.h"

namespace sbc::transaction {
namespace {

template <class T>
std::string_view bytes_of(const T& value, size_t size) {
  return {reinterpret_cast<const char*>(&value), size};
}

}  // namespace

DigestKeys DigestKeys::draw(Random& random) {
  DigestKeys keys;
  for (HashKey* key : {&keys.high, &keys.low}) {
    for (uint64_t& word : *key) word = random.next();
  }
  return keys;
}

Digester& Digester::text(std::string_view part) {
  SBC_CHECK(count_ + 2 <= parts_.size());
  parts_[count_++] = siphash(keys_.high, part);
  parts_[count_++] = siphash(keys_.low, part);
  return *this;
}

Digester& Digester::caseless(std::string_view part) {
  char lower[256];
  if (part.size() > sizeof lower) return text(part);
  for (size_t i = 0; i < part.size(); ++i) {
    lower[i] = part[i] >= 'A' && part[i] <= 'Z' ? char(part[i] + ('a' - 'A')) : part[i];
  }
  return text({lower, part.size()});
}

Digester& Digester::number(uint64_t part) { return text(bytes_of(part, sizeof part)); }

Digest Digester::digest() const {
  std::string_view parts = bytes_of(parts_, count_ * sizeof(uint64_t));
  return {siphash(keys_.high, parts), siphash(keys_.low, parts)};
}

}  // namespace sbc::transaction
