#include "policy/health/health.h"

#include <algorithm>
#include <tuple>

#include "sbc/call/impl.h"

namespace sbc::call {
namespace {

constexpr Duration least_pause = std::chrono::milliseconds(100);  // between two looks at who is due
constexpr size_t asked_per_step = 32;

using Phase = policy::PeerHealth::Phase;

std::string_view text_of(Phase phase) {
  switch (phase) {
    case Phase::up:
      return "takes all its calls again";
    case Phase::down:
      return "is held down: it does not answer OPTIONS";
    case Phase::returning:
      return "answers OPTIONS again, and takes a share of its calls";
  }
  return "";
}

}  // namespace

/// New ones are spread over the interval, each in a place of its own; of those that stay nothing changes, so
/// that rules which change often do not keep anybody from being asked.
void Engine::Impl::watch_peers(const Surroundings& s) {
  if (!asks_peers()) return;
  probes.swap(former_probes);
  probes.clear();
  for (TrunkId id : s.policy.trunks.ids()) {
    const config::Trunk& trunk = *s.policy.trunks.find(id);
    if (trunk.health.interval <= Duration(0)) continue;
    for (const policy::Peer& peer : s.policy.trunks.peers(id).peers()) {
      if (peer.is_awaited()) continue;
      Duration wait(random.below(uint64_t(trunk.health.interval.count())));
      probes.push_back({id, peer.endpoint, s.now + wait, {}});
    }
  }
  // IDs stand in the order of names, of which some have gone and others come: sorted, both are found at once.
  auto order = [](const Probe& a, const Probe& b) {
    return std::tie(a.trunk, a.peer) < std::tie(b.trunk, b.peer);
  };
  std::sort(probes.begin(), probes.end(), order);
  for (Probe& probe : probes) {
    auto [same, next] = std::equal_range(former_probes.begin(), former_probes.end(), probe, order);
    if (same == next) continue;
    const config::Trunk& trunk = *s.policy.trunks.find(probe.trunk);
    probe.due = std::min(same->due, s.now + trunk.health.interval);
    std::swap(probe.client, same->client);
  }
  for (const Probe& gone : former_probes) clients.abandon(gone.client, context(s));
  next_probe = 0;
  wheel.cancel(keys.probes);
  if (!probes.empty()) wheel.arm(keys.probes, s.now + least_pause);
}

/// Each look begins where the last one stopped: whoever is due waits, but not for ever.
void Engine::Impl::ask_peers(const Surroundings& s) {
  Instant next = Instant::never();
  size_t asked = 0;
  const size_t begin = next_probe;
  for (size_t i = 0; i < probes.size(); ++i) {
    const size_t at = (begin + i) % probes.size();
    if (probes[at].due <= s.now && asked < asked_per_step) {
      ask_peer(s, probes[at]);
      ++asked;
      next_probe = at + 1;
    }
    next = std::min(next, probes[at].due);
  }
  wheel.arm(keys.probes, std::max(next, s.now + least_pause));
}

/// OPTIONS outside of any dialog (RFC 3261 11.1). One that the last one's answer has not come for by now was
/// silent.
void Engine::Impl::ask_peer(const Surroundings& s, Probe& probe) {
  const config::Trunk* trunk = s.policy.trunks.find(probe.trunk);
  SBC_CHECK(trunk);
  probe.due = s.now + trunk->health.interval;
  if (probe.client) {
    clients.abandon(probe.client, context(s));
    note_peer(s, probe, false);
  }
  probe.client = {};
  const Endpoint& peer = probe.peer;
  auto local = listener_of(s, trunk->realm, peer.address.family());
  if (!local) return;
  Transport to{TransportKind::udp, trunk->realm, *local, peer, 0, 0};
  dialog::Dialog outside;
  UriText target, ours;
  Tag tag;
  random.token(tag.data(), tag.size());
  bool fits = outside.call_id.assign(draw_call_id()) && outside.local_tag.assign({tag.data(), tag.size()}) &&
              write_uri(target, {}, peer) && write_uri(ours, {}, *local) &&
              outside.remote_target.assign(target.view()) && outside.remote_party.assign("<") &&
              outside.remote_party.append(target.view()) && outside.remote_party.append(">") &&
              outside.local_party.assign("<") && outside.local_party.append(ours.view()) &&
              outside.local_party.append(">");
  SBC_CHECK(fits);
  Branch branch = draw_branch();
  std::string_view branch_text{branch.data(), branch.size()};
  sip::Writer out(room(s, to));
  write_request_head(out, outside, {sip::Method::options, 1, branch_text, *local, 70});
  write_contact(out, *local);
  out.header(sip::Header::accept, accepted_types);
  out.body({});
  if (out.overflowed()) return;
  probe.client = clients.begin({sip::Method::options, branch_text, outside.call_id.view(), 1}, to,
                               out.written().size(), {}, context(s));
}

void Engine::Impl::on_probe_response(const Surroundings& s, lane::Handle transaction, int status) {
  auto probe = std::find_if(probes.begin(), probes.end(),
                            [&](const Probe& each) { return each.client == transaction; });
  if (probe == probes.end() || status < 200) return;
  probe->client = {};
  note_peer(s, *probe, policy::counts_as_answer(status));
}

void Engine::Impl::on_probe_timeout(const Surroundings& s, lane::Handle transaction) {
  on_probe_response(s, transaction, 408);
}

void Engine::Impl::note_peer(const Surroundings& s, const Probe& probe, bool well) {
  const config::Trunk* trunk = s.policy.trunks.find(probe.trunk);
  const policy::Peer* known = s.policy.trunks.peers(probe.trunk).find(probe.peer);
  SBC_CHECK(trunk && known);
  const Endpoint& peer = probe.peer;
  auto& word = s.usage.trunks[index_of(probe.trunk)].health.peers[known->slot];
  auto [before, after] = word.change([&](policy::PeerHealth state) {
    state = policy::health_of(state, peer);
    return well ? policy::after_answer(state, trunk->health, s.now)
                : policy::after_silence(state, trunk->health, s.now);
  });
  if (policy::health_of(before, peer).phase == after.phase) return;
  LogRecord record;
  record.severity = after.phase == Phase::down ? Severity::warning : Severity::info;
  record.realm = trunk->realm;
  record.peer = peer;
  record.text.add("peer of trunk ");
  record.text.add(*trunk->name);
  record.text.add(" ");
  record.text.add(text_of(after.phase));
  s.out.push(WriteLog{record});
}

bool Engine::Impl::is_suspended(const Surroundings& s, TrunkId trunk) const {
  const config::Trunk* rules = s.policy.trunks.find(trunk);
  if (!rules || rules->health.asr_min == 0) return false;  // not looked at any more
  const policy::AnswerRatio word = s.usage.trunks[index_of(trunk)].health.answers.value();
  return policy::is_suspended(policy::answers_of(word, *rules), s.now);
}

/// Of its calls, in thousandths.
unsigned Engine::Impl::share_of(const Surroundings& s, TrunkId id, const config::Trunk& trunk,
                                const policy::Peer& peer) const {
  if (trunk.health.interval <= Duration(0) || peer.is_awaited()) return all_calls;
  const auto& word = s.usage.trunks[index_of(id)].health.peers[peer.slot];
  return policy::share_of(policy::health_of(word.value(), peer.endpoint), trunk.health, s.now);
}

/// A peer that is held down takes none; one that has come back its share, drawn by lot, and what nobody else
/// could take.
bool Engine::Impl::takes_call(const Surroundings& s, const Call& call, TrunkId id, const config::Trunk& trunk,
                              const policy::Peer& peer) {
  const unsigned share = share_of(s, id, trunk, peer);
  if (share == 0 || share == all_calls) return share != 0;
  return random.below(all_calls) < share || !has_other(s, call);
}

/// Somebody who takes all his calls, and whose limits leave room for this one, is left to be tried.
bool Engine::Impl::has_other(const Surroundings& s, const Call& call) const {
  uint64_t tried = call.tried;
  for (size_t place = call.next_trunk; place < call.profile.trunk_count; ++place, tried = 0) {
    const TrunkId id = call.profile.trunks[place];
    const config::Trunk* trunk = s.policy.trunks.find(id);
    if (!trunk || is_suspended(s, id)) continue;
    const bool room =
        call.target_trunk == id || policy::has_room(*trunk, s.usage, id, policy::Direction::outbound, s.now);
    if (!room) continue;
    for (const policy::Peer& peer : s.policy.trunks.peers(id).peers())
      if (!peer.is_awaited() && (tried >> peer.slot & 1) == 0 && share_of(s, id, *trunk, peer) == all_calls)
        return true;
  }
  return false;
}

/// A call of the trunk's answer-seizure ratio has come to its end there, however many of its peers were
/// tried.
void Engine::Impl::note_seizure(const Surroundings& s, const Call& call, bool answered) {
  const config::Trunk* trunk = s.policy.trunks.find(call.target_trunk);
  if (!trunk || trunk->health.asr_min == 0) return;
  auto& word = s.usage.trunks[index_of(call.target_trunk)].health.answers;
  auto [before, after] = word.change([&](policy::AnswerRatio state) {
    return policy::after_call(policy::answers_of(state, *trunk), trunk->health, answered, s.now);
  });
  if (policy::is_suspended(before, s.now) || !policy::is_suspended(after, s.now)) return;
  char text[128];
  sip::Writer line(text);
  line.text("trunk is suspended: of its last ").number(trunk->health.asr_calls);
  line.text(" calls fewer than ").number(trunk->health.asr_min).text(" % were answered");
  log(s, Severity::warning, Reason::trunk_down, call, callee_side, line.written());
}

}  // namespace sbc::call
