#include "tests/sim/media_model.h"

#include <algorithm>

#include "config/types/check.h"
#include "tests/sim/violation.h"

namespace sbc::sim {

Endpoint MediaModel::endpoint_of(const media::MediaPort& local) const {
  const config::Realm& realm = model_.realms.at(index_of(local.realm));
  return {realm.media.addresses.at(local.address), local.port};
}

void MediaModel::check_side(WorkerId worker, const media::Relay& relay, size_t side) const {
  const media::MediaPort& local = relay.sides[side].local;
  expect(index_of(local.realm) < model_.realms.size(), "a relay names a realm that does not exist");
  const config::MediaRange& range = model_.realms[index_of(local.realm)].media;
  expect(local.address < range.addresses.size(),
         "a relay names a media address that the realm does not have");
  expect(local.port >= range.first_port && local.port <= range.last_port,
         "a relay's port is outside the range");
  expect(media::port_owner(local.port, model_.workers.count) == worker,
         "a relay's port belongs to another worker");
  if (relay.kind == media::Kind::rtp) expect(local.port % 2 == 0, "an RTP port is odd (RFC 3550 section 11)");
  if (relay.sides[side].remote.port != 0) {
    expect(relay.sides[side].remote.address.family() == range.addresses[local.address].family(),
           "a relay joins a local port with a remote of the other address family");
  }
  auto there = installed_.find(local);
  if (there != installed_.end()) {
    const auto& was = there->second.relay;
    expect(was.token == relay.token, "a media port is used by two calls at once", endpoint_of(local).text());
    expect(was.sides[0].local == relay.sides[0].local && was.sides[1].local == relay.sides[1].local,
           "a media port is installed in two relays at once", endpoint_of(local).text());
    return;
  }
  auto rest = resting_.find(local);
  if (rest == resting_.end() || rest->second.token == relay.token) return;
  expect(clock_.now() - rest->second.since >= model_.timers.port_rest,
         "a media port is used again before it has rested", endpoint_of(local).text());
}

void MediaModel::install(WorkerId worker, const media::Relay& relay) {
  for (size_t side = 0; side < 2; ++side) check_side(worker, relay, side);
  expect(relay.sides[0].local != relay.sides[1].local, "a relay joins a port with itself");
  for (const media::Side& side : relay.sides) {
    auto [at, fresh] = installed_.try_emplace(side.local);
    if (fresh) at->second.since = clock_.now();
    at->second.relay = relay;
    at->second.worker = worker;
  }
}

void MediaModel::remove(WorkerId worker, const media::Kind& kind,
                        const std::array<media::MediaPort, 2>& locals) {
  for (const media::MediaPort& local : locals) {
    auto there = installed_.find(local);
    expect(there != installed_.end(), "a relay that is not installed is removed");
    expect(there->second.worker == worker, "a relay is removed by another worker than installed it");
    expect(there->second.relay.kind == kind, "a relay is removed as another kind than it is");
    resting_[local] = {clock_.now(), there->second.relay.token};
    installed_.erase(there);
  }
}

void MediaModel::talk(RealmId realm, const Endpoint& from, const Endpoint& to) {
  talkers_[{realm, to}] = {from, clock_.now(), Instant::never()};
}

void MediaModel::silence(RealmId realm, const Endpoint& to) {
  auto talker = talkers_.find({realm, to});
  if (talker != talkers_.end()) talker->second.until = std::min(talker->second.until, clock_.now());
}

void MediaModel::play(WorkerId worker, const media::MediaPort& to, const media::Digit& digit) const {
  auto there = installed_.find(to);
  expect(there != installed_.end(), "a digit is sent from a port without a relay");
  expect(there->second.worker == worker, "a digit is sent by another worker than has the relay");
  const media::Relay& relay = there->second.relay;
  const media::Side& side = relay.sides[relay.sides[0].local == to ? 0 : 1];
  expect(relay.kind == media::Kind::rtp && side.event_type != media::no_event_type,
         "a digit is sent to who takes no telephone-events");
  expect(digit.event <= media::last_digit_event && digit.duration_ms > 0, "a digit is none");
}

std::vector<MediaModel::Teller> MediaModel::tellers() const {
  std::vector<Teller> tellers;
  for (const auto& [port, installed] : installed_) {
    const media::Relay& relay = installed.relay;
    const media::Side& side = relay.sides[relay.sides[0].local == port ? 0 : 1];
    if (side.tells_digits) tellers.push_back({installed.worker, relay.token});
  }
  return tellers;
}

media::SideStats MediaModel::stats(const media::MediaPort& local) const {
  media::SideStats stats;
  auto there = installed_.find(local);
  auto talker = talkers_.find({local.realm, endpoint_of(local)});
  if (there == installed_.end() || talker == talkers_.end()) return stats;
  Instant first = std::max(talker->second.since, there->second.since);
  Instant last = std::min(talker->second.until, clock_.now());
  if (last < first) return stats;
  stats.packets = 1 + uint64_t((last - first) / std::chrono::milliseconds(20));
  stats.bytes = stats.packets * 172;
  stats.latched = talker->second.from;
  stats.last_packet = last;
  return stats;
}

MediaModel::Joined MediaModel::find(RealmId realm, const Endpoint& local) const {
  const config::MediaRange& range = model_.realms.at(index_of(realm)).media;
  for (size_t i = 0; i < range.addresses.size(); ++i) {
    if (range.addresses[i] != local.address) continue;
    auto there = installed_.find({realm, uint8_t(i), local.port});
    if (there == installed_.end()) return {};
    const media::Relay& relay = there->second.relay;
    bool first = relay.sides[0].local == there->first;
    return {&relay.sides[first ? 0 : 1], &relay.sides[first ? 1 : 0], &relay};
  }
  return {};
}

}  // namespace sbc::sim
