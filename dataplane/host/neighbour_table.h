// NeighbourTable: the MAC address behind each next hop, per realm, and the packets that wait for it (RFC 826;
// the states and their pace are those of RFC 4861 7.3, for both families).
//
// Owned by one Host. No allocation after construction. What is believed:
//  - an answer to a question that we asked, from the MAC address that we asked, or from any where we asked
//  everybody;
//  - another MAC address only after the known one was asked and kept silent: a claim alone moves nothing, it
//  starts
//    the asking;
//  - a neighbour that spoke to us first, until somebody wants to send to it: then it is asked.
// Full realms forget, in this order: who only spoke to us, who never answered, who was not used for long, who
// was used least recently confirmed. Pinned neighbours (gateways, trunk peers) are never forgotten, and keep
// their last MAC address while they do not answer.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "config/types/address.h"
#include "config/types/ids.h"
#include "config/types/reason.h"
#include "dataplane/bytes/siphash.h"
#include "dataplane/host/held_packets.h"
#include "dataplane/host/limits.h"
#include "dataplane/host/sink.h"
#include "dataplane/time/timer_wheel.h"

namespace sbc::host {

/// A neighbour found before. Stays cheap and safe to use: when the neighbour is forgotten it finds nothing.
struct NextHop {
  uint32_t index = ~0u;
  uint32_t generation = 0;
};

/// Sends ARP requests and neighbour solicitations.
class Asker {
 public:
  virtual ~Asker() = default;
  /// Asks `known`, or everybody where it is null.
  virtual void ask(RealmId realm, const IpAddress& address, const MacAddress* known) = 0;
};

class NeighbourTable {
 public:
  struct Config {
    unsigned realms = 1;
    uint32_t neighbours_max = 4096;  // per realm
    HostLimits limits;
    HashKey key{};
  };
  NeighbourTable(const Config& config, Instant start, Asker& asker, HostSink& sink);

  /// At construction time only. The hop stays valid for good.
  NextHop pin(RealmId realm, const IpAddress& address);

  struct Found {
    NextHop hop;
    const MacAddress* mac = nullptr;  // null: being asked for, hold() the packet; unless
    Reason reason = Reason::none;     // there was no room for it
  };
  /// Somebody sends to this neighbour.
  Found use(RealmId realm, const IpAddress& address, Instant now);
  /// The same for one found before: one load in the usual case. Null when it is forgotten or unknown again.
  const MacAddress* use(NextHop hop, Instant now) {
    if (hop.index >= neighbours_.size()) return nullptr;
    Neighbour& neighbour = neighbours_[hop.index];
    if (neighbour.generation != hop.generation || neighbour.state == State::incomplete) return nullptr;
    touch(hop.index, now);
    return &neighbour.mac;
  }
  /// The packet waits until the neighbour answers, or is discarded. `hop` comes from use() just now.
  Reason hold(NextHop hop, uint64_t packet);

  void on_answer(RealmId realm, const IpAddress& address, const MacAddress& mac, Instant now);
  /// `remember`: it spoke to us, so keep it even if nobody asked.
  void on_claim(RealmId realm, const IpAddress& address, const MacAddress& mac, bool remember, Instant now);
  void on_time(Instant now);
  Instant next_deadline() const { return wheel_.next_deadline(); }

  uint32_t count(RealmId realm) const { return realms_[index_of(realm)].count; }
  bool knows(RealmId realm, const IpAddress& address) const { return find(realm, address) != none; }

 private:
  static constexpr uint32_t none = ~0u;

  enum class State : uint8_t { free, incomplete, reachable, stale, probing };
  /// In the order of being forgotten.
  enum class Rank : uint8_t { heard, incomplete, stale, confirmed, count_, pinned = count_ };

  struct Neighbour {
    uint32_t generation = 0;
    State state = State::free;
    bool used = false;  // since the last confirmation
    bool pinned = false;
    bool heard = false;      // only heard of: nobody ever sent to it
    bool lost = false;       // pinned, and does not answer
    bool contested = false;  // `claimed` says that it has the address
    uint8_t probes = 0;      // sent and not answered
    RealmId realm = RealmId::none;
    Rank rank = Rank::pinned;  // the list that it is in
    MacAddress mac, claimed;
    IpAddress address;
    Instant quiet_until{0};  // claims are not heeded before: the known address has just answered
    HeldPackets::Queue held;
    uint32_t hash_next = none, previous = none, next = none;
  };
  struct List {
    uint32_t first = none, last = none;
  };
  struct RealmState {
    std::array<List, size_t(Rank::count_)> ranks;
    uint32_t count = 0;
    uint32_t held = 0;  // packets
  };

  size_t bucket_of(RealmId realm, const IpAddress& address) const;
  uint32_t find(RealmId realm, const IpAddress& address) const;
  uint32_t create(RealmId realm, const IpAddress& address, bool heard);
  bool make_room(RealmState& realm, bool heard);
  void remove(uint32_t index, Reason reason);

  void set_state(uint32_t index, State state);
  void rank(uint32_t index);
  void unrank(uint32_t index);

  void touch(uint32_t index, Instant now) {
    Neighbour& neighbour = neighbours_[index];
    if (!neighbour.used || neighbour.state == State::stale) begin_use(index, now);
  }
  void begin_use(uint32_t index, Instant now);
  void start_asking(uint32_t index, State state, Instant now);
  void probe(uint32_t index, Instant now);
  bool asked_everybody(const Neighbour& neighbour) const;
  bool may_replace(const Neighbour& neighbour, const MacAddress& mac) const;
  void confirm(uint32_t index, const MacAddress& mac, Instant now);
  void contest(uint32_t index, const MacAddress& mac, Instant now);
  void give_up(uint32_t index);
  void expire(uint32_t index, Instant now);
  bool pop_held(Neighbour& neighbour, uint64_t& packet);
  void release_held(Neighbour& neighbour);
  void discard_held(Neighbour& neighbour, Reason reason);
  void notice(Notice::Kind kind, const Neighbour& neighbour);

  const Config config_;
  Asker& asker_;
  HostSink& sink_;
  std::vector<Neighbour> neighbours_;
  std::vector<uint32_t> buckets_;
  std::vector<RealmState> realms_;
  HeldPackets held_;
  TimerWheel wheel_;
  uint32_t free_ = none;
};

}  // namespace sbc::host
