#include "sbc/transaction/digest.h"

#include <cstring>

#include "config/types/check.h"
#include "dataplane/sip/text.h"

namespace sbc::transaction {
namespace {

template <class T>
std::string_view bytes_of(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

Digest digest_of(const HashKey& key, std::string_view bytes) {
  const auto [high, low] = siphash_128(key, bytes);
  return {high, low};
}

}  // namespace

DigestKeys DigestKeys::derive(const HashKey& secret) {
  char purpose[] = "digest key 0";
  DigestKeys keys;
  for (HashKey* key : {&keys.high, &keys.low}) {
    for (uint64_t& word : *key) {
      word = siphash(secret, {purpose, sizeof purpose - 1});
      ++purpose[sizeof purpose - 2];
    }
  }
  return keys;
}

char* Digester::begin_part(size_t part_size, size_t copied) {
  SBC_CHECK(size_ + sizeof(uint32_t) + copied <= sizeof bytes_);
  auto length = uint32_t(part_size);
  std::memcpy(bytes_ + size_, &length, sizeof length);
  char* at = bytes_ + size_ + sizeof length;
  size_ += sizeof length + copied;
  return at;
}

Digester& Digester::text(std::string_view part) {
  if (part.size() <= copied_max) {
    char* at = begin_part(part.size(), part.size());
    if (!part.empty()) std::memcpy(at, part.data(), part.size());
  } else {
    const Digest digest = digest_of(keys_.high, part);
    std::memcpy(begin_part(part.size(), sizeof digest), &digest, sizeof digest);
  }
  return *this;
}

Digester& Digester::caseless(std::string_view part) {
  char lower[256];
  if (part.size() > sizeof lower) return text(part);
  for (size_t i = 0; i < part.size(); ++i) lower[i] = sip::lower(part[i]);
  return text({lower, part.size()});
}

Digester& Digester::number(uint64_t part) { return text(bytes_of(part)); }

Digest Digester::digest() const { return digest_of(keys_.high, {bytes_, size_}); }

}  // namespace sbc::transaction
