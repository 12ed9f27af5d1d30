// EchoDevice: an Ethernet device in memory behind which everybody sends back what they are sent: MAC
// addresses, IP addresses and ports change sides, nothing else does. So SRTP comes in with sequence numbers
// that advance, and nobody but the border spends anything on ciphers. IPv4; what is no IP gets lost. Open it
// as a port with Driver::ring and its name, then begin(). Needs EAL.
#pragma once

#include <memory>
#include <string>

#include <rte_ring.h>

#include "bench/relay/queue_callbacks.h"
#include "bench/srtp/frame_samples.h"

namespace sbc::bench {

class EchoDevice {
 public:
  /// Null with one line in `error`.
  static std::unique_ptr<EchoDevice> attach(const std::string& name, std::string& error);
  /// After the port is closed.
  ~EchoDevice();
  EchoDevice(const EchoDevice&) = delete;
  EchoDevice& operator=(const EchoDevice&) = delete;

  /// The port is open: from here on, as long as `callbacks`, it echoes. False with one line in `error`.
  bool begin(QueueCallbacks& callbacks, std::string& error);

  std::string device() const { return "net_ring_" + name_; }
  /// Of what was sent to it, as it was sent.
  const FrameSamples& samples() const { return samples_; }

 private:
  explicit EchoDevice(std::string name) : name_(std::move(name)) {}

  static uint16_t echo_burst(uint16_t, uint16_t, rte_mbuf** packets, uint16_t count, uint16_t, void* device);

  const std::string name_;
  rte_ring* ring_ = nullptr;
  uint16_t ethdev_ = 0;
  FrameSamples samples_;
};

}  // namespace sbc::bench
