// SrtpLoad: packets of many sessions through one transformer: the sessions in random order, each with
// advancing sequence numbers.
//
// The packets lie in buffers as a port's pool has them, used one after the other.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/cipher/cipher_devices.h"

namespace sbc::bench {

class SrtpLoad {
 public:
  static constexpr unsigned burst = 32;
  static constexpr unsigned packet_bytes = 172;  // 20 ms of G.711

  /// Null with one line in `error`.
  static std::unique_ptr<SrtpLoad> open(const cipher::CipherDevices& devices, SrtpSuite suite,
                                        uint32_t sessions, std::string& error);

  /// CPU nanoseconds per packet of what it protects meanwhile.
  double slice(uint64_t nanoseconds);

  /// Empty where a packet of each session is what plain OpenSSL makes of it; else what is wrong.
  std::string check();
  /// What has gone wrong in slices.
  bool failed() const { return refused_ != 0; }
  uint32_t bytes_per_session() const { return transformer_->bytes_per_context(); }

 private:
  static constexpr unsigned buffers = 256, buffer_bytes = 2048;
  struct Session {
    srtp::ContextId context = srtp::no_context;
    uint32_t ssrc = 0;
    uint16_t sequence = 0;
  };

  SrtpLoad(std::unique_ptr<cipher::BurstTransformer> transformer, SrtpSuite suite);
  srtp::MasterKey key_of(uint32_t session) const;
  bool open_sessions(uint32_t count);
  void write_packet(srtp::Work& work, Session& session);
  void protect_burst();

  std::unique_ptr<cipher::BurstTransformer> transformer_;
  SrtpSuite suite_;
  std::vector<Session> sessions_;
  std::vector<uint32_t> order_;  // of sessions, shuffled
  size_t next_ = 0;              // in it
  std::vector<uint8_t> bytes_ = std::vector<uint8_t>(buffers * buffer_bytes);
  unsigned buffer_ = 0;
  std::array<srtp::Work, burst> works_{};
  uint64_t refused_ = 0;
};

}  // namespace sbc::bench
