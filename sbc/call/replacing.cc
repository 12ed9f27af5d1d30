#include "sbc/call/impl.h"
#include "sbc/call/option_tags.h"

namespace sbc::call {
namespace {

/// Of a call that no route decides on: as routes have them where nothing is configured.
constexpr Duration ring_timeout = std::chrono::seconds(180), attempt_timeout = std::chrono::seconds(4);

std::string_view bytes_of(const Replacement& replacement) {
  return {reinterpret_cast<const char*>(&replacement), sizeof replacement};
}

/// Peers speak of their own dialogs; one that we trust may have been told by another in its network.
bool may_name(const DialogQuestion& question, const PeerId& peer) {
  const PeerId& asker = question.asker;
  if (asker.realm != peer.realm) return false;
  const bool same_trunk = asker.trunk != TrunkId::none && asker.trunk == peer.trunk;
  return question.trusted || same_trunk || asker.address == peer.address;
}

}  // namespace

/// By its address, not as the leg came by its trunk: the same peer may stand in several. Where its name has
/// lost that address, as the leg did.
TrunkId Engine::Impl::trunk_of(const policy::Compiled& policy, const Leg& leg) {
  const TrunkId known = policy.trunks.of_source(leg.transport.realm, leg.transport.remote.address);
  return known == TrunkId::none ? leg.trunk : known;
}

PeerId Engine::Impl::peer_of(const policy::Compiled& policy, const Leg& leg) const {
  return {leg.transport.realm, trunk_of(policy, leg), leg.transport.remote.address};
}

/// Who speaks of the dialog: the caller, or who has referred it here (carry_out.cc).
const Leg& Engine::Impl::who_replaces(const Call& call) const {
  const Call* origin = calls.find(call.origin);
  return legs[origin ? origin->legs[1 - call.referred] : call.legs[caller_side]];
}

/// The call waits until the worker that owns the dialog has told where it leads.
void Engine::Impl::seek_replaced(const Surroundings& s, lane::Handle handle, const sip::Message& invite) {
  Replaces replaces;
  SBC_CHECK(read_replaces(invite, replaces) == Reason::none);
  const Leg& asker = who_replaces(calls[handle]);
  const DialogQuestion question{DialogNames(digest_keys, steering).read(replaces), peer_of(s.policy, asker),
                                asker.trusted};
  // A name that we have told stands for a REFER that was allowed; any other is a transfer by itself.
  if (!question.name.told && !may_transfer(s, asker))
    return end_call(s, handle, {Releaser::sbc, 0, Reason::refer_forbidden});
  const WorkerId owner = steering.owner_of_shard(question.name.shard);
  if (owner == self) return take_replacement(s, handle, find_replaced(s.policy, question), invite);
  await_answer(s, handle);
  s.out.push(AskWorker{owner, calls[handle].question, question});
}

/// RFC 3891 3. A dialog of a call that is not answered is early: only who began it may be told to let it go.
Replacement Engine::Impl::find_replaced(const policy::Compiled& policy,
                                        const DialogQuestion& question) const {
  Replacement found;
  const DialogName& name = question.name;
  const Leg* leg = legs.find(leg_table.find(name.key));
  if (!leg || leg->lingering) return found;
  const DialogNames names(digest_keys, steering);
  const PeerId peer = peer_of(policy, *leg);
  const dialog::Dialog named = open(*leg);
  const std::string_view tag = named.remote_tag.view();
  const bool proven =
      name.told ? names.proves_told(name, tag, peer, question.asker.realm) : names.proves_own(name, tag);
  if (!proven) return found;
  if (!name.told && !may_name(question, peer)) {
    found.reason = Reason::replaces_foreign;
    return found;
  }
  const Call& call = calls[leg->call];
  const Leg* other = legs.find(call.legs[1 - leg->side]);
  const bool replaceable = call.answered() || (leg->side == callee_side && call.told);
  if (!other || !replaceable) return found;
  if (name.early_only && call.answered()) {
    found.reason = Reason::replaces_answered;
    return found;
  }
  const dialog::Dialog dialog = open(*other);
  if (found.route_set.assign(dialog.route_set.view()) && !found.target.assign(dialog.remote_target.view()))
    found.route_set.clear();
  found.call_id = dialog.call_id;
  found.local_tag = dialog.local_tag;
  found.remote_tag = dialog.remote_tag;
  found.reason = Reason::none;
  found.early_only = name.early_only;
  found.trunk = other->trunk;
  found.realm = other->transport.realm;
  found.local = other->transport.local;
  found.peer = hop_of(*other, dialog).remote;
  found.number = other->side == callee_side ? Text<64>(call.profile.number.view()) : call.record.from_number;
  return found;
}

void Engine::Impl::on_replaced(const Surroundings& s, uint64_t question, const Replacement& answer) {
  lane::Handle handle = take_parked(question);
  if (!handle) return;
  const sip::Message* invite = read_invite(calls[handle]);
  SBC_CHECK(invite);
  take_replacement(s, handle, answer, *invite);
}

/// The call goes to that peer, and to no other.
void Engine::Impl::take_replacement(const Surroundings& s, lane::Handle handle, const Replacement& answer,
                                    const sip::Message& invite) {
  if (answer.reason != Reason::none) return end_call(s, handle, {Releaser::sbc, 0, answer.reason});
  if (!keep_replaced(calls[handle], answer))
    return end_call(s, handle, {Releaser::sbc, 0, Reason::pool_empty});
  CallProfile profile;
  profile.route = std::string_view("Replaces");
  profile.number = answer.number;
  profile.ring_timeout = ring_timeout;
  profile.attempt_timeout = attempt_timeout;
  take_profile(s, handle, profile, invite);
}

bool Engine::Impl::keep_replaced(Call& call, const Replacement& replaced) {
  return slab.keep(call.replaced, bytes_of(replaced));
}

bool Engine::Impl::read_replaced(const Call& call, Replacement& replaced) const {
  return !slab.copy(call.replaced, {reinterpret_cast<char*>(&replaced), sizeof replaced}).empty();
}

std::optional<Engine::Impl::Target> Engine::Impl::replaced_target(const Surroundings& s, Call& call) {
  Replacement replaced;
  if (call.tried != 0 || !read_replaced(call, replaced)) return std::nullopt;
  const config::Trunk* trunk = s.policy.trunks.find(replaced.trunk);
  if (trunk && !hold_trunk(s, call, replaced.trunk, *trunk)) return std::nullopt;
  call.peer_slot = 0;
  call.tried = 1;
  return Target{trunk ? replaced.trunk : TrunkId::none, replaced.realm, replaced.peer, replaced.local};
}

/// RFC 3891 3: the INVITE goes where the requests of the dialog go that it is to replace.
bool Engine::Impl::aim_at_replaced(const Call& call, dialog::Dialog& dialog) const {
  Replacement replaced;
  if (call.replaced.empty() || !read_replaced(call, replaced) || replaced.target.empty()) return true;
  return dialog.remote_target.assign(replaced.target.view()) &&
         dialog.route_set.assign(replaced.route_set.view());
}

/// What an INVITE that begins a dialog says of RFC 3891. That somebody knows it is told to the other side as
/// it is to us, since it is the other side that would have to make use of it.
void Engine::Impl::write_replacing(sip::Writer& out, const Call& call, const sip::Message& invite) const {
  if (has_option(invite, sip::Header::supported, replaces_tag))
    out.header(sip::Header::supported, replaces_tag);
  if (has_option(invite, sip::Header::require, replaces_tag)) out.header(sip::Header::require, replaces_tag);
  Replacement replaced;
  if (call.replaced.empty() || !read_replaced(call, replaced)) return;
  auto tag = [](const auto& text) { return text.empty() ? std::string_view("0") : text.view(); };
  out.name(sip::Header::replaces)
      .text(replaced.call_id.view())
      .text(";to-tag=")
      .text(tag(replaced.remote_tag))
      .text(";from-tag=")
      .text(tag(replaced.local_tag));
  if (replaced.early_only) out.text(";early-only");
  out.end_line();
}

}  // namespace sbc::call
