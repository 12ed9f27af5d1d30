#include "dataplane/srtp/session_keys.h"

#include <algorithm>

#include "config/types/check.h"

namespace sbc::srtp {
namespace {

/// RFC 3711 4.3.1, 4.3.2.
enum Label : uint8_t { cipher_label = 0, hmac_label = 1, salt_label = 2, rtcp_labels = 3 };
constexpr size_t label_at = 7;  // of the 14 bytes of a salt; the index behind it is 0 with a rate of 0

using Block = std::array<uint8_t, 16>;

bool set_key(EVP_CIPHER_CTX* counter, const uint8_t* key, const Block& iv) {
  return EVP_EncryptInit_ex(counter, nullptr, nullptr, key, iv.data()) == 1;
}

/// The key stream that begins at the block `salt` XOR label (RFC 3711 4.3.3).
void fill(EVP_CIPHER_CTX* counter, std::span<const uint8_t> salt, uint8_t label, std::span<uint8_t> out) {
  Block block{};
  std::copy(salt.begin(), salt.end(), block.begin());
  block[label_at] ^= label;
  std::fill(out.begin(), out.end(), uint8_t(0));
  int length = 0;
  const bool done = set_key(counter, nullptr, block) &&
                    EVP_EncryptUpdate(counter, out.data(), &length, out.data(), int(out.size())) == 1;
  SBC_CHECK(done);
  OPENSSL_cleanse(block.data(), block.size());
}

}  // namespace

KeyDerivation::KeyDerivation()
    : counter_128_(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free),
      counter_256_(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free) {
  SBC_CHECK(EVP_EncryptInit_ex(counter_128_.get(), EVP_aes_128_ctr(), nullptr, nullptr, nullptr) == 1);
  SBC_CHECK(EVP_EncryptInit_ex(counter_256_.get(), EVP_aes_256_ctr(), nullptr, nullptr, nullptr) == 1);
}

void KeyDerivation::derive(const MasterKey& master, bool rtcp, SessionKeys& keys) {
  const SrtpSuiteFacts& facts = facts_of(master.suite);
  SBC_CHECK(!master.is_none());
  EVP_CIPHER_CTX* counter = (facts.key == 16 ? counter_128_ : counter_256_).get();
  SBC_CHECK(set_key(counter, master.key().data(), Block{}));
  const uint8_t first = rtcp ? rtcp_labels : 0;
  fill(counter, master.salt(), uint8_t(first + cipher_label), std::span(keys.cipher).first(facts.key));
  if (!facts.aead) fill(counter, master.salt(), uint8_t(first + hmac_label), keys.hmac);
  fill(counter, master.salt(), uint8_t(first + salt_label), std::span(keys.salt).first(facts.salt));
  constexpr std::array<uint8_t, 32> no_key{};
  SBC_CHECK(set_key(counter, no_key.data(), Block{}));
}

}  // namespace sbc::srtp
