// Sessions: what the drivers keep of a key, expanded. They come from a pool that one worker owns, made at
// start.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "dataplane/cipher/cipher_device.h"
#include "dataplane/srtp/session_keys.h"
#include "dataplane/srtp/transformer.h"

struct rte_mempool;

namespace sbc::cipher {

class Sessions {
 public:
  /// Null with one line in `error` where memory does not suffice.
  static std::unique_ptr<Sessions> create(const CipherDevice& counter_mode, const CipherDevice& gcm,
                                          uint32_t count, std::string& error);
  ~Sessions();
  Sessions(const Sessions&) = delete;
  Sessions& operator=(const Sessions&) = delete;

  /// `aad` is the length of what GCM authenticates and leaves clear: its driver takes it from the session.
  /// There must be one left.
  void* open(srtp::Way way, SrtpSuite suite, const srtp::SessionKeys& keys, uint8_t tag, uint16_t aad);
  /// Wipes it. Nothing may be under way with it.
  void close(SrtpSuite suite, void* session);

  uint32_t bytes_each() const;

 private:
  Sessions(rte_mempool* pool, uint8_t counter_mode, uint8_t gcm)
      : pool_(pool), counter_mode_(counter_mode), gcm_(gcm) {}
  uint8_t device_of(SrtpSuite suite) const { return facts_of(suite).aead ? gcm_ : counter_mode_; }

  rte_mempool* pool_;
  uint8_t counter_mode_, gcm_;  // devices
};

}  // namespace sbc::cipher
