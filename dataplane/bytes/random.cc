#include "dataplane/bytes/random.h"

#include <cstring>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "config/types/check.h"

namespace sbc {

struct Random::Cipher {
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  ~Cipher() { EVP_CIPHER_CTX_free(context); }  // wipes the key
};

Random::Random(const Key& key) : cipher_(std::make_unique<Cipher>()) {
  static constexpr uint8_t nonce[16] = {};  // OpenSSL: 64 bits of block counter, then 64 of nonce
  SBC_CHECK(cipher_->context != nullptr);
  SBC_CHECK(EVP_EncryptInit_ex(cipher_->context, EVP_chacha20(), nullptr, key.data(), nonce) == 1);
}

Random Random::from_seed(uint64_t seed) {
  Key key{};
  for (size_t i = 0; i < 8; ++i) key[i] = uint8_t(seed >> (8 * i));
  return Random(key);
}

Random::~Random() { OPENSSL_cleanse(block_.data(), sizeof block_); }

Random::Random(Random&& other) noexcept { *this = std::move(other); }

Random& Random::operator=(Random&& other) noexcept {
  if (this == &other) return *this;
  cipher_ = std::move(other.cipher_);
  block_ = other.block_;
  used_ = std::exchange(other.used_, other.block_.size());
  OPENSSL_cleanse(other.block_.data(), sizeof other.block_);
  return *this;
}

uint64_t Random::next() {
  if (used_ == block_.size()) {
    auto* bytes = reinterpret_cast<uint8_t*>(block_.data());
    int length = 0;
    std::memset(bytes, 0, sizeof block_);
    SBC_CHECK(EVP_EncryptUpdate(cipher_->context, bytes, &length, bytes, int(sizeof block_)) == 1);
    used_ = 0;
  }
  return std::exchange(block_[used_++], 0);  // what was given out is not kept
}

uint64_t Random::below(uint64_t bound) {
  SBC_CHECK(bound > 0);
  uint64_t uneven = (0 - bound) % bound;  // 2^64 mod bound: as many values as would favour the small results
  uint64_t value = next();
  while (value < uneven) value = next();
  return value % bound;
}

void Random::token(char* out, size_t length) {
  static constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  static constexpr unsigned letter_count = sizeof letters - 1;
  size_t written = 0;
  while (written < length) {
    uint64_t bits = next();
    for (int taken = 0; taken < 10 && written < length; ++taken, bits >>= 6) {
      unsigned letter = bits & 63;
      if (letter < letter_count) out[written++] = letters[letter];
    }
  }
}

}  // namespace sbc
