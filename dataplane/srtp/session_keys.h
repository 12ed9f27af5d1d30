// KeyDerivation: session keys from a master key (RFC 3711 4.3, RFC 6188 3, RFC 7714 11). The key derivation
// rate is 0: they are derived once.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "dataplane/srtp/master_key.h"

namespace sbc::srtp {

inline constexpr size_t hmac_key_bytes = 20;

/// Of RTP or of RTCP. Wiped when they go.
struct SessionKeys {
  std::array<uint8_t, 32> cipher{};            // as long as the suite's master key
  std::array<uint8_t, hmac_key_bytes> hmac{};  // of suites without AEAD
  std::array<uint8_t, 16> salt{};              // as long as the suite's, zeros behind it

  SessionKeys() = default;
  SessionKeys(const SessionKeys&) = delete;
  SessionKeys& operator=(const SessionKeys&) = delete;
  ~SessionKeys() { OPENSSL_cleanse(this, sizeof *this); }
};

/// Keeps OpenSSL's contexts, which come from the heap, and nothing of a key. Owned by one thread.
class KeyDerivation {
 public:
  KeyDerivation();

  void derive(const MasterKey& master, bool rtcp, SessionKeys& keys);

 private:
  using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;
  Cipher counter_128_, counter_256_;
};

}  // namespace sbc::srtp
