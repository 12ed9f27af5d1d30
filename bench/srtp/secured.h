// Secured: a border whose flows are plain RTP on one side and SRTP on the other. Plain packets are made as
// they come and leave as SRTP; the far ends there send it back, and it leaves decrypted. So every packet that
// is counted has passed one port in, the whole worker, one transform and one port out; half of them encrypt,
// half decrypt behind a replay window; each flow's sequence numbers advance, and flows come in a scattered
// order.
#pragma once

#include <memory>
#include <string>

#include "bench/relay/relay_border.h"
#include "bench/relay/stamping_device.h"
#include "bench/srtp/echo_device.h"
#include "dataplane/cipher/cipher_devices.h"

namespace sbc::bench {

class Secured {
 public:
  /// A session is what the ruler's are: one way of a flow under its key. Null with one line in `error`. Suite
  /// none: plain RTP, to tell what all but the transforms costs.
  static std::unique_ptr<Secured> open(const std::string& name, uint32_t sessions, SrtpSuite suite,
                                       port::PacketPool& pool, const cipher::CipherDevices& devices,
                                       std::string& error);

  RelayBorder& border() { return *border_; }
  /// The driver's included.
  uint32_t bytes_per_session() const { return transformer_->bytes_per_context(); }

  /// Why what was relayed so far does not count; empty: every packet was relayed, and sampled ones left byte
  /// by byte as plain OpenSSL, and headers written anew, have them.
  std::string fault();

 private:
  explicit Secured(const Flows& flows) : flows_(flows) {}
  bool open_devices(const std::string& name, std::string& error);
  bool begin(std::string& error);
  std::string check(uint8_t from, const FrameSamples& samples) const;
  std::vector<uint8_t> expected(uint8_t from, uint32_t flow, uint64_t index) const;

  const Flows flows_;
  std::unique_ptr<cipher::BurstTransformer> transformer_;
  std::unique_ptr<StampingDevice> plain_;
  std::unique_ptr<EchoDevice> echo_;
  FrameSamples decrypted_;
  std::unique_ptr<RelayBorder> border_;
  QueueCallbacks callbacks_;
};

}  // namespace sbc::bench
