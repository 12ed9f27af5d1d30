#include "dataplane/host/neighbour_table.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string_view>

#include "config/types/check.h"

namespace sbc::host {

NeighbourTable::NeighbourTable(const Config& config, Instant start, Asker& asker, HostSink& sink)
    : config_(config),
      asker_(asker),
      sink_(sink),
      neighbours_(size_t(config.realms) * config.neighbours_max),
      buckets_(std::bit_ceil(neighbours_.size() + 1), none),
      realms_(config.realms),
      held_(config.limits.held_max),
      wheel_(uint32_t(neighbours_.size()), start) {
  for (size_t i = neighbours_.size(); i-- > 0;) {
    neighbours_[i].hash_next = free_;
    free_ = uint32_t(i);
  }
}

NextHop NeighbourTable::pin(RealmId realm, const IpAddress& address) {
  uint32_t index = find(realm, address);
  if (index == none) index = create(realm, address, false);
  SBC_CHECK(index != none);
  neighbours_[index].pinned = true;
  set_state(index, State::incomplete);
  return {index, neighbours_[index].generation};
}

NeighbourTable::Found NeighbourTable::use(RealmId realm, const IpAddress& address, Instant now) {
  uint32_t index = find(realm, address);
  if (index == none) index = create(realm, address, false);
  if (index == none) return {{}, nullptr, Reason::neighbour_table_full};
  const Neighbour& neighbour = neighbours_[index];
  if (neighbour.state != State::incomplete) {
    touch(index, now);
    return {{index, neighbour.generation}, &neighbour.mac, Reason::none};
  }
  if (!wheel_.armed(index)) start_asking(index, State::incomplete, now);
  return {{index, neighbour.generation}, nullptr, Reason::none};
}

Reason NeighbourTable::hold(NextHop hop, uint64_t packet) {
  SBC_CHECK(hop.index < neighbours_.size());
  Neighbour& neighbour = neighbours_[hop.index];
  SBC_CHECK(neighbour.generation == hop.generation && neighbour.state == State::incomplete);
  if (neighbour.held.count >= config_.limits.held_per_neighbour_max) return Reason::neighbour_queue_full;
  // A share for each realm: strangers who make us wait in one leave the others theirs.
  RealmState& realm = realms_[index_of(neighbour.realm)];
  uint32_t share = std::max(config_.limits.held_max / config_.realms, 1u);
  if (realm.held >= share || !held_.push(neighbour.held, packet)) return Reason::neighbour_queue_full;
  ++realm.held;
  return Reason::none;
}

void NeighbourTable::on_answer(RealmId realm, const IpAddress& address, const MacAddress& mac, Instant now) {
  uint32_t index = find(realm, address);
  if (index == none) return;
  Neighbour& neighbour = neighbours_[index];
  if (neighbour.state == State::incomplete) {
    if (wheel_.armed(index)) confirm(index, mac, now);
  } else if (neighbour.mac == mac) {
    if (neighbour.contested) neighbour.quiet_until = now + config_.limits.probe_interval;
    confirm(index, mac, now);
  } else if (may_replace(neighbour, mac)) {
    confirm(index, mac, now);
  } else {
    contest(index, mac, now);
  }
}

void NeighbourTable::on_claim(RealmId realm, const IpAddress& address, const MacAddress& mac, bool remember,
                              Instant now) {
  uint32_t index = find(realm, address);
  if (index == none) {
    if (!remember || (index = create(realm, address, true)) == none) return;
  }
  Neighbour& neighbour = neighbours_[index];
  bool relied_on = neighbour.pinned || neighbour.state != State::stale;
  if (neighbour.state == State::incomplete ? !neighbour.pinned : !relied_on) {
    neighbour.mac = mac;
    set_state(index, State::stale);
    wheel_.arm(index, now + config_.limits.forget_time);
    release_held(neighbour);
  } else if (neighbour.state != State::incomplete && neighbour.mac != mac) {
    contest(index, mac, now);
  } else if (neighbour.lost && neighbour.state == State::stale) {
    start_asking(index, State::probing, now);
  }
}

void NeighbourTable::on_time(Instant now) {
  for (uint32_t index; wheel_.pop_due(now, index);) expire(index, now);
}

void NeighbourTable::expire(uint32_t index, Instant now) {
  Neighbour& neighbour = neighbours_[index];
  switch (neighbour.state) {
    case State::incomplete:
    case State::probing:
      return neighbour.probes < config_.limits.probes_max ? probe(index, now) : give_up(index);
    case State::reachable:
      if (neighbour.used) return start_asking(index, State::probing, now);
      set_state(index, State::stale);
      if (!neighbour.pinned) wheel_.arm(index, now + config_.limits.forget_time);
      return;
    case State::stale:
      return remove(index, Reason::neighbour_unresolved);
    case State::free:
      return;
  }
}

void NeighbourTable::begin_use(uint32_t index, Instant now) {
  Neighbour& neighbour = neighbours_[index];
  neighbour.used = true;
  neighbour.heard = false;
  if (neighbour.state == State::stale) start_asking(index, State::probing, now);
}

void NeighbourTable::start_asking(uint32_t index, State state, Instant now) {
  neighbours_[index].probes = 0;
  set_state(index, state);
  probe(index, now);
}

void NeighbourTable::probe(uint32_t index, Instant now) {
  Neighbour& neighbour = neighbours_[index];
  ++neighbour.probes;
  wheel_.arm(index, now + config_.limits.probe_interval);
  const MacAddress* known = &neighbour.mac;
  if (neighbour.contested && neighbour.probes > 1) known = &neighbour.claimed;
  if (asked_everybody(neighbour)) known = nullptr;
  asker_.ask(neighbour.realm, neighbour.address, known);
}

/// The last probe goes to everybody, in case the MAC address has changed.
bool NeighbourTable::asked_everybody(const Neighbour& neighbour) const {
  return neighbour.state == State::incomplete || neighbour.lost ||
         neighbour.probes >= config_.limits.probes_max;
}

bool NeighbourTable::may_replace(const Neighbour& neighbour, const MacAddress& mac) const {
  if (neighbour.state != State::probing) return false;
  return asked_everybody(neighbour) ||
         (neighbour.contested && neighbour.probes > 1 && neighbour.claimed == mac);
}

void NeighbourTable::confirm(uint32_t index, const MacAddress& mac, Instant now) {
  Neighbour& neighbour = neighbours_[index];
  neighbour.mac = mac;
  neighbour.contested = false;
  neighbour.used = false;
  set_state(index, State::reachable);
  const HostLimits& limits = config_.limits;
  wheel_.arm(index, now + (neighbour.pinned ? limits.pinned_reachable_time : limits.reachable_time));
  if (neighbour.lost) {
    neighbour.lost = false;
    notice(Notice::Kind::next_hop_back, neighbour);
  }
  release_held(neighbour);
}

void NeighbourTable::contest(uint32_t index, const MacAddress& mac, Instant now) {
  Neighbour& neighbour = neighbours_[index];
  if (now < neighbour.quiet_until || (neighbour.contested && neighbour.state == State::probing)) return;
  neighbour.contested = true;
  neighbour.claimed = mac;
  start_asking(index, State::probing, now);
}

void NeighbourTable::give_up(uint32_t index) {
  Neighbour& neighbour = neighbours_[index];
  if (!neighbour.pinned) return remove(index, Reason::neighbour_unresolved);
  discard_held(neighbour, Reason::neighbour_unresolved);
  neighbour.contested = false;
  if (neighbour.state == State::probing) set_state(index, State::stale);
  if (neighbour.lost) return;
  neighbour.lost = true;
  notice(Notice::Kind::next_hop_lost, neighbour);
}

uint32_t NeighbourTable::create(RealmId realm, const IpAddress& address, bool heard) {
  RealmState& state = realms_[index_of(realm)];
  if (state.count >= config_.neighbours_max && !make_room(state, heard)) return none;
  uint32_t index = free_;
  SBC_CHECK(index != none);
  Neighbour& neighbour = neighbours_[index];
  free_ = neighbour.hash_next;
  uint32_t generation = neighbour.generation + 1;
  neighbour = Neighbour{};
  neighbour.generation = generation;
  neighbour.realm = realm;
  neighbour.address = address;
  neighbour.heard = heard;
  uint32_t& bucket = buckets_[bucket_of(realm, address)];
  neighbour.hash_next = bucket;
  bucket = index;
  ++state.count;
  set_state(index, State::incomplete);
  return index;
}

/// One that is only heard of pushes out nobody but its like.
bool NeighbourTable::make_room(RealmState& realm, bool heard) {
  size_t ranks = heard ? size_t(Rank::heard) + 1 : size_t(Rank::count_);
  for (size_t rank = 0; rank < ranks; ++rank) {
    uint32_t first = realm.ranks[rank].first;
    if (first == none) continue;
    remove(first, Reason::neighbour_table_full);
    return true;
  }
  return false;
}

void NeighbourTable::remove(uint32_t index, Reason reason) {
  Neighbour& neighbour = neighbours_[index];
  discard_held(neighbour, reason);
  wheel_.cancel(index);
  unrank(index);
  uint32_t* link = &buckets_[bucket_of(neighbour.realm, neighbour.address)];
  while (*link != index) link = &neighbours_[*link].hash_next;
  *link = neighbour.hash_next;
  --realms_[index_of(neighbour.realm)].count;
  neighbour.state = State::free;
  ++neighbour.generation;
  neighbour.hash_next = free_;
  free_ = index;
}

size_t NeighbourTable::bucket_of(RealmId realm, const IpAddress& address) const {
  char bytes[17];  // the address first, so that the hash loads its words as they were stored
  std::memcpy(bytes, address.bytes.data(), 16);
  bytes[16] = char(index_of(realm));
  return siphash(config_.key, {bytes, sizeof bytes}) & (buckets_.size() - 1);
}

uint32_t NeighbourTable::find(RealmId realm, const IpAddress& address) const {
  uint32_t index = buckets_[bucket_of(realm, address)];
  while (index != none && (neighbours_[index].realm != realm || neighbours_[index].address != address)) {
    index = neighbours_[index].hash_next;
  }
  return index;
}

/// Moves it to the end of the list of its rank.
void NeighbourTable::set_state(uint32_t index, State state) {
  unrank(index);
  neighbours_[index].state = state;
  rank(index);
}

void NeighbourTable::rank(uint32_t index) {
  Neighbour& neighbour = neighbours_[index];
  if (neighbour.pinned) return;
  switch (neighbour.state) {
    case State::incomplete:
      neighbour.rank = Rank::incomplete;
      break;
    case State::stale:
      neighbour.rank = neighbour.heard ? Rank::heard : Rank::stale;
      break;
    default:
      neighbour.rank = Rank::confirmed;
  }
  List& list = realms_[index_of(neighbour.realm)].ranks[size_t(neighbour.rank)];
  neighbour.previous = list.last;
  neighbour.next = none;
  (list.last == none ? list.first : neighbours_[list.last].next) = index;
  list.last = index;
}

void NeighbourTable::unrank(uint32_t index) {
  Neighbour& neighbour = neighbours_[index];
  if (neighbour.rank == Rank::pinned) return;
  List& list = realms_[index_of(neighbour.realm)].ranks[size_t(neighbour.rank)];
  (neighbour.previous == none ? list.first : neighbours_[neighbour.previous].next) = neighbour.next;
  (neighbour.next == none ? list.last : neighbours_[neighbour.next].previous) = neighbour.previous;
  neighbour.rank = Rank::pinned;
}

bool NeighbourTable::pop_held(Neighbour& neighbour, uint64_t& packet) {
  if (!held_.pop(neighbour.held, packet)) return false;
  --realms_[index_of(neighbour.realm)].held;
  return true;
}

void NeighbourTable::release_held(Neighbour& neighbour) {
  for (uint64_t packet; pop_held(neighbour, packet);) sink_.release(packet, neighbour.realm, neighbour.mac);
}

void NeighbourTable::discard_held(Neighbour& neighbour, Reason reason) {
  for (uint64_t packet; pop_held(neighbour, packet);) sink_.discard(packet, neighbour.realm, reason);
}

void NeighbourTable::notice(Notice::Kind kind, const Neighbour& neighbour) {
  sink_.noticed({kind, neighbour.realm, neighbour.address, neighbour.mac});
}

}  // namespace sbc::host
