// OpenSSL 3 deprecates the plain digest functions; what it wants instead allocates a context for every
// message.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "dataplane/bytes/sha512.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace sbc {

Sha512Digest sha512(std::initializer_list<std::span<const uint8_t>> pieces) {
  static_assert(std::tuple_size_v<Sha512Digest> == SHA512_DIGEST_LENGTH);
  Sha512Digest digest;
  SHA512_CTX context;
  SHA512_Init(&context);
  for (const std::span<const uint8_t> piece : pieces) SHA512_Update(&context, piece.data(), piece.size());
  SHA512_Final(digest.data(), &context);
  OPENSSL_cleanse(&context, sizeof context);
  return digest;
}

}  // namespace sbc
