#include <algorithm>

#include "sbc/call/impl.h"

namespace sbc::call {
namespace {

constexpr std::string_view cookie = "z9hG4bK";  // RFC 3261 8.1.1.7

}  // namespace

anchor::Context Engine::Impl::anchoring(const Surroundings& s, Call& call) {
  anchor::Context context{*s.policy.model, ports, streams, seeds, random, changes, s.now};
  context.media = &s.media;
  context.past = {&call.record.caller.media, &call.record.callee.media};
  for (unsigned side = 0; side < 2; ++side) {
    const Leg* leg = legs.find(call.legs[side]);
    const LegRecord& record = side == caller_side ? call.record.caller : call.record.callee;
    const config::Trunk* trunk = s.policy.trunks.find(leg ? leg->trunk : record.trunk);
    if (!trunk) continue;
    context.codecs[side] = &trunk->codecs;
    context.media_from[side] = trunk->media_from;
  }
  if (call.has_precedence()) return context;
  const uint32_t reserved = s.policy.model->emergency.calls_reserved;
  context.kept_pairs = reserved;
  context.kept_seeds =
      std::min(2 * reserved, seeds.capacity() / 2);  // both sides of each, where there are many
  return context;
}

/// Before the message that depends on them is sent, so that they stand before it among the effects.
void Engine::Impl::carry_out_changes(const Surroundings& s) {
  for (const anchor::RelayChange& change : changes.all()) {
    const media::Relay& relay = change.relay;
    if (change.install) {
      relays += change.first;
      s.out.push(InstallRelay{relay});
    } else {
      --relays;
      s.out.push(RemoveRelay{relay.kind, {relay.sides[0].local, relay.sides[1].local}});
    }
  }
  changes.clear();
}

void Engine::Impl::finish_step() {
  SBC_CHECK(changes.all().empty());
  Instant wake = ports.next_wake();
  if (wake == port_wake) return;
  port_wake = wake;
  if (wake == Instant::never()) {
    wheel.cancel(keys.ports);
  } else {
    wheel.arm(keys.ports, wake);
  }
}

void Engine::Impl::log(const Surroundings& s, Severity severity, Reason reason, const Call& call,
                       unsigned side, std::string_view text) {
  const LegRecord& leg = side == caller_side ? call.record.caller : call.record.callee;
  log(s, severity, reason, call, leg.realm, leg.peer, text);
}

void Engine::Impl::log(const Surroundings& s, Severity severity, Reason reason, const Call& call,
                       RealmId realm, const Endpoint& peer, std::string_view text) {
  LogRecord record;
  record.severity = severity;
  record.reason = reason;
  record.realm = realm;
  record.call = call.record.id;
  record.peer = peer;
  record.text = text;
  s.out.push(WriteLog{record});
}

std::optional<Endpoint> Engine::Impl::listener_of(const Surroundings& s, RealmId realm, Family family) const {
  const auto& realms = s.policy.model->realms;
  if (index_of(realm) >= realms.size()) return std::nullopt;
  for (const Endpoint& listener : realms[index_of(realm)].listeners) {
    if (listener.address.family() == family) return listener;
  }
  return std::nullopt;
}

lane::Handle Engine::Impl::begin_leg(lane::Handle call, unsigned side) {
  lane::Handle handle = legs.take();
  if (!handle) return handle;
  legs[handle].call = call;
  legs[handle].call_number = calls[call].record.id;
  legs[handle].side = side;
  calls[call].legs[side] = handle;
  return handle;
}

void Engine::Impl::list_leg(lane::Handle leg) {
  const dialog::Dialog own = open(legs[leg]);
  leg_table.insert(dialog::dialog_key(digest_keys, own.call_id.view(), own.local_tag.view()), leg);
  legs[leg].listed = true;
}

dialog::Dialog Engine::Impl::open(const Leg& leg) const {
  dialog::Dialog dialog;
  static_cast<dialog::Sequence&>(dialog) = leg.dialog;
  if (leg.names.empty()) return dialog;
  std::string_view bytes = slab.copy(leg.names, names_bytes);
  Loader form({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
  load(form, dialog);
  SBC_CHECK(!form.failed());
  return dialog;
}

bool Engine::Impl::keep(Leg& leg, const dialog::Dialog& dialog) {
  Saver form({reinterpret_cast<uint8_t*>(names_bytes.data()), names_bytes.size()});
  save(form, dialog);
  SBC_CHECK(!form.overflowed());
  if (!slab.replace(leg.names, {names_bytes.data(), form.written().size()})) return false;
  leg.dialog = dialog;
  return true;
}

/// Drawn until it falls to this worker, so that both legs of the call meet here.
std::string_view Engine::Impl::draw_call_id() {
  std::string_view text{call_id_text.data(), call_id_text.size()};
  do {
    random.token(call_id_text.data(), call_id_text.size());
  } while (steering.owner_of(text) != self);
  return text;
}

Engine::Impl::Branch Engine::Impl::draw_branch() {
  Branch branch;
  std::copy(cookie.begin(), cookie.end(), branch.begin());
  random.token(branch.data() + cookie.size(), branch.size() - cookie.size());
  return branch;
}

/// An ACK that is sent again has the same one, and nobody need remember it. Its digest is visible, and a
/// peer may choose Call-ID and tag: the word in front sees to it that it is no other purpose's.
Engine::Impl::Branch Engine::Impl::ack_branch(std::string_view call_id, std::string_view remote_tag,
                                              uint32_t cseq) const {
  static constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz012345";
  constexpr unsigned bits = 5;
  transaction::Digest digest =
      transaction::Digester(digest_keys).text("ACK").text(call_id).text(remote_tag).number(cseq).digest();
  Branch branch;
  char* out = std::copy(cookie.begin(), cookie.end(), branch.begin());
  for (uint64_t half : {digest.high, digest.low}) {
    for (unsigned i = 0; i < (branch_length - cookie.size()) / 2; ++i, half >>= bits)
      *out++ = letters[half % letters.size()];
  }
  return branch;
}

}  // namespace sbc::call
