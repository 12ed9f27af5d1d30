// Network: the paths between user agents and the border. Each packet may be lost, doubled, delayed; different
// delays reorder. A node may go dark (nothing arrives, nobody is told) or closed (the sender gets ICMP).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "config/types/address.h"
#include "config/types/ids.h"
#include "tests/sim/clock.h"
#include "tests/sim/dice.h"
#include "tests/sim/ladder.h"

namespace sbc::sim {

struct Packet {
  RealmId realm = RealmId::none;
  Endpoint from, to;
  std::string bytes;
  bool damaged = false;  // its UDP checksum is wrong
};

struct Weather {
  unsigned loss_percent = 0;
  unsigned duplication_percent = 0;
  /// Lost, doubled, overtaken by others, late, or damaged: one as likely as another.
  unsigned fault_percent = 0;
  Duration delay_least = std::chrono::milliseconds(2);
  Duration delay_most = std::chrono::milliseconds(2);
};

enum class NodeState : uint8_t { up, dark, closed };

class Network {
 public:
  using Receive = std::function<void(const Packet&)>;

  Network(Clock& clock, Dice dice, Ladder& ladder) : clock_(clock), dice_(dice), ladder_(ladder) {}

  void set_weather(const Weather& weather) { weather_ = weather; }
  /// `refused` gets a packet that `receive`'s node, being closed, did not take.
  void attach(RealmId realm, const Endpoint& at, Receive receive);
  void on_refused(Receive refused) { refused_ = std::move(refused); }
  void set_state(RealmId realm, const Endpoint& at, NodeState state);
  bool has(RealmId realm, const Endpoint& at) const { return nodes_.contains({realm, at}); }

  void send(const Packet& packet);
  /// All packets that ever left, in order: same seed, same value.
  uint64_t digest() const { return digest_; }
  uint64_t packets_sent() const { return sent_; }

 private:
  struct Node {
    Receive receive;
    NodeState state = NodeState::up;
  };
  void carry(const Packet& packet);
  void carry_badly(Packet packet);
  void lose(const Packet& packet);
  void deliver(const Packet& packet);
  void add_to_digest(const Packet& packet);

  Clock& clock_;
  Dice dice_;
  Ladder& ladder_;
  Weather weather_;
  std::map<std::pair<RealmId, Endpoint>, Node> nodes_;
  Receive refused_;
  uint64_t digest_ = 0xcbf29ce484222325u;
  uint64_t sent_ = 0;
};

}  // namespace sbc::sim
