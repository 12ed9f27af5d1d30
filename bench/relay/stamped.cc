#include "bench/relay/stamped.h"

namespace sbc::bench {

std::unique_ptr<Stamped> Stamped::open(const std::string& name, uint32_t flow_count, port::PacketPool& pool,
                                       std::string& error) {
  const Flows flows(Family::v4, flow_count);
  std::unique_ptr<Stamped> stamped(new Stamped);
  DeviceNames names;
  for (uint8_t side : sides) {
    names[side] = "net_null_" + name + std::to_string(side);
    stamped->devices_[side] = StampingDevice::attach(names[side], flows, side, error);
    if (!stamped->devices_[side]) return nullptr;
  }
  stamped->border_ = RelayBorder::open(flows, names, pool, error);
  if (!stamped->border_) return nullptr;
  std::array<uint16_t, 2> ethdevs{};
  for (uint8_t side : sides) {
    if (!stamped->devices_[side]->begin(stamped->callbacks_, error)) return nullptr;
    ethdevs[side] = stamped->devices_[side]->ethdev();
  }
  stamped->border_->meet_gateways();
  stamped->bare_ = std::make_unique<SwapLoop>(ethdevs);
  return stamped;
}

}  // namespace sbc::bench
