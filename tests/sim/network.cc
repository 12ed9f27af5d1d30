#include "tests/sim/network.h"

#include <algorithm>
#include <span>

#include "config/types/check.h"

namespace sbc::sim {
namespace {

constexpr Duration latest = std::chrono::seconds(5);  // that a late packet arrives

}  // namespace

void Network::attach(RealmId realm, const Endpoint& at, Receive receive) {
  nodes_[{realm, at}] = {std::move(receive), NodeState::up};
}

void Network::set_state(RealmId realm, const Endpoint& at, NodeState state) {
  auto node = nodes_.find({realm, at});
  SBC_CHECK(node != nodes_.end());
  node->second.state = state;
}

void Network::send(const Packet& packet) {
  ++sent_;
  add_to_digest(packet);
  if (weather_.fault_percent > 0 && dice_.chance(weather_.fault_percent)) return carry_badly(packet);
  carry(packet);
  if (dice_.chance(weather_.duplication_percent)) carry(packet);
}

void Network::carry(const Packet& packet) {
  Duration delay = dice_.between(weather_.delay_least, weather_.delay_most);
  if (dice_.chance(weather_.loss_percent)) return lose(packet);
  clock_.after(delay, [this, packet] { deliver(packet); });
}

void Network::lose(const Packet& packet) {
  ladder_.message(clock_.now(), Rung::lost, packet.realm, packet.to, WorkerId::none, packet.bytes);
}

void Network::carry_badly(Packet packet) {
  Duration delay = dice_.between(weather_.delay_least, weather_.delay_most);
  switch (dice_.below(5)) {
    case 0:
      return lose(packet);
    case 1:
      carry(packet);
      return carry(packet);
    case 2:
      delay += dice_.between(weather_.delay_most, 10 * weather_.delay_most);
      break;
    case 3:
      delay += dice_.between(latest / 10, latest);
      break;
    default:
      packet.damaged = true;
      for (char& c : std::span(packet.bytes).first(std::min(packet.bytes.find('\r'), packet.bytes.size())))
        c = char(dice_.below(256));
  }
  clock_.after(delay, [this, packet] { deliver(packet); });
}

void Network::deliver(const Packet& packet) {
  auto node = nodes_.find({packet.realm, packet.to});
  if (node == nodes_.end() || node->second.state == NodeState::dark) return;
  if (node->second.state == NodeState::closed) {
    if (refused_) clock_.after(weather_.delay_least, [this, packet] { refused_(packet); });
    return;
  }
  node->second.receive(packet);
}

void Network::add_to_digest(const Packet& packet) {
  auto add = [this](uint64_t value) {
    digest_ = (digest_ ^ value) * 0x100000001b3u;
    digest_ ^= digest_ >> 29;
  };
  add(uint64_t(clock_.now().ns));
  add(index_of(packet.realm));
  add(packet.to.port);
  size_t at = 0;
  for (; at + 8 <= packet.bytes.size(); at += 8) {
    uint64_t word;
    std::memcpy(&word, packet.bytes.data() + at, 8);
    add(word);
  }
  for (; at < packet.bytes.size(); ++at) add(uint8_t(packet.bytes[at]));
}

}  // namespace sbc::sim
