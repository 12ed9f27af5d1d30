// CipherDevices: the process's devices for SRTP, and from them a transformer for each worker.
//
// Intel's multi-buffer library for AES-CM with HMAC-SHA1 and for GCM; OpenSSL where the processor lacks AES
// instructions, or the drivers are missing. Made by the main thread once DPDK has started and before workers
// run; destroyed after the transformers.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "dataplane/cipher/burst_transformer.h"
#include "dataplane/cipher/cipher_device.h"

namespace sbc::cipher {

struct CipherDrivers {
  std::string counter_mode, gcm;

  static CipherDrivers multi_buffer() { return {"crypto_aesni_mb", "crypto_aesni_gcm"}; }
  static CipherDrivers openssl() { return {"crypto_openssl", "crypto_openssl"}; }
};

class CipherDevices {
 public:
  /// The best drivers of this machine. Null with one line in `error` where there are none.
  static std::unique_ptr<CipherDevices> open(unsigned workers, std::string& error) {
    return open(CipherDrivers::multi_buffer(), CipherDrivers::openssl(), workers, error);
  }
  /// `fallback` where `best` needs what is not there.
  static std::unique_ptr<CipherDevices> open(const CipherDrivers& best, const CipherDrivers& fallback,
                                             unsigned workers, std::string& error);
  static std::unique_ptr<CipherDevices> open(const CipherDrivers& drivers, unsigned workers,
                                             std::string& error);

  /// The worker's, once. Null with one line in `error` where memory does not suffice.
  std::unique_ptr<BurstTransformer> transformer(unsigned worker, uint32_t contexts_max,
                                                std::string& error) const;

  const CipherDrivers& drivers() const { return drivers_; }
  /// What the best drivers lack, one line; empty where it is they.
  const std::string& why_fallback() const { return why_fallback_; }

 private:
  CipherDrivers drivers_;
  std::string why_fallback_;
  std::unique_ptr<CipherDevice> counter_mode_, gcm_;
};

}  // namespace sbc::cipher
