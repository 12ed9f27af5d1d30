#include "bench/relay/replay.h"

#include <unistd.h>

#include "bench/relay/pcap_file.h"

namespace sbc::bench {

std::unique_ptr<Replay> Replay::open(const std::string& name, const Flows& flows, port::PacketPool& pool,
                                     std::string& error) {
  std::unique_ptr<Replay> replay(new Replay);
  DeviceNames names;
  for (uint8_t side : sides) {
    names[side] = "net_pcap_" + name + std::to_string(side);
    std::string& capture = replay->captures_[side];
    capture = "/tmp/sbc-relay-" + std::to_string(getpid()) + "-" + name + std::to_string(side) + ".pcap";
    if (!write_capture(capture, flows, side, PcapDevice::next_mac())) {
      error = capture + " cannot be written";
      return nullptr;
    }
    replay->devices_[side] = PcapDevice::attach(names[side], capture, error);
    if (!replay->devices_[side]) return nullptr;
  }
  replay->border_ = RelayBorder::open(flows, names, pool, error);
  if (!replay->border_) return nullptr;
  replay->border_->meet_gateways();
  return replay;
}

Replay::~Replay() {
  border_.reset();
  for (const std::string& capture : captures_) unlink(capture.c_str());
}

}  // namespace sbc::bench
