#include "sbc/call/impl.h"

namespace sbc::call {

uint64_t Engine::Impl::fork_tag(const sip::Message& response) const {
  return siphash(digest_keys.low, response.to().tag());
}

/// Who sent this response to our INVITE. One without a To tag (RFC 2543) is taken for who spoke last, of
/// those who are not over.
uint64_t Engine::Impl::fork_of(const Call& call, const sip::Message& response) const {
  const Forks::Fork& last = call.forks.known[call.forks.current];
  if (response.to().tag().empty() && call.forks.count > 0 && !last.over) return last.id;
  return fork_tag(response) + call.record.attempts;
}

/// The one whose dialog the callee's leg has now.
uint64_t Engine::Impl::fork_of(const Leg& callee) const {
  return siphash(digest_keys.low, open(callee).remote_tag.view()) + calls[callee.call].record.attempts;
}

/// Our To tag towards the caller; the first fork's is the one that the call began with.
Engine::Impl::Tag Engine::Impl::tag_of_fork(const Call& call, size_t fork) const {
  const std::array words{call.record.id, fork == 0 ? 0 : call.forks.known[fork].id};
  uint64_t rest = siphash(digest_keys.high, {reinterpret_cast<const char*>(words.data()), sizeof words});
  Tag tag;
  for (char& digit : tag) {
    digit = "0123456789abcdef"[rest & 15];
    rest >>= 4;
  }
  return tag;
}

/// What the caller is told next is this fork's. False where it is one too many, or there is no room: then the
/// caller stays with the one before.
bool Engine::Impl::turn_to_fork(Call& call, uint64_t id) {
  Forks& forks = call.forks;
  const size_t fork = forks.find(id);
  const bool fresh = fork == forks.count;
  const uint64_t tagless = siphash(digest_keys.low, {}) + call.record.attempts;
  if (fresh && forks.count == 1 && forks.known[0].id == tagless) {
    forks.known[0].id = id;  // who had no tag yet has one now
    return true;
  }
  if (fork == Forks::most) return false;
  if (fresh) forks.known[fork] = {id, 0, legs[call.legs[caller_side]].invite_cseq, false};
  if (fork != forks.current) {
    if (fresh && fork_tags == calls.capacity()) return false;
    const lane::Handle handle = call.legs[caller_side];
    Leg& caller = legs[handle];
    dialog::Dialog dialog = open(caller);
    const Tag tag = tag_of_fork(call, fork);
    forks.known[forks.current].caller_cseq = dialog.remote_cseq;
    dialog.remote_cseq = forks.known[fork].caller_cseq;  // RFC 3261 12.1.1: each dialog has its own
    if (!dialog.local_tag.assign({tag.data(), tag.size()}) || !keep(caller, dialog)) return false;
    if (fresh) {
      leg_table.insert(dialog::dialog_key(digest_keys, dialog.call_id.view(), dialog.local_tag.view()),
                       handle);
      ++fork_tags;
    }
    caller.reliable.sent = forks.known[fork].rseq;
    forks.current = uint8_t(fork);
  }
  forks.count += fresh;
  return true;
}

/// Remembered, since once another fork has answered, the same request would get another answer.
Reason Engine::Impl::ask_later(const Surroundings& s, const Transport& from, const sip::Message& request) {
  return reject(s, from, request, true, Reason::dialog_busy, 0, std::chrono::seconds(1));
}

/// A caller's request in an early dialog that is not the current one. A PRACK there acknowledges nothing (RFC
/// 3262 3); all but a BYE may be asked again once that fork has answered.
Reason Engine::Impl::on_request_of_other_fork(const Surroundings& s, const Transport& from,
                                              const sip::Message& request) {
  if (request.method() == sip::Method::prack) return reject(s, from, request, true, Reason::no_transaction);
  if (request.method() != sip::Method::bye) return ask_later(s, from, request);
  return on_bye(s, from, request, find_leg(request.call_id(), request.to().tag()));
}

/// RFC 3261 15: the caller ends the early dialog with this tag of ours, and no other. False: that was the
/// last.
bool Engine::Impl::leaves_others(Call& call, std::string_view tag) {
  bool others = false;
  for (size_t at = 0; at < call.forks.count; ++at) {
    Forks::Fork& fork = call.forks.known[at];
    const Tag own = tag_of_fork(call, at);
    fork.over = fork.over || tag == std::string_view(own.data(), own.size());
    others = others || !fork.over;
  }
  // One of which nothing could be told yet is none that we have told of.
  const Reliable& caller = legs[call.legs[caller_side]].reliable;
  const bool rings = caller.held != 0 && !call.forks.is_over(caller.held_fork);
  const sip::Message* answer = held_answer(call);
  const bool has_answered = answer && !call.forks.is_over(fork_of(call, *answer));
  return others || rings || has_answered;
}

/// A callee's request in such a dialog. We keep no more of the others than that they are there.
bool Engine::Impl::is_of_other_fork(const Leg& leg, const Transport& from,
                                    const sip::Message& request) const {
  const Call* call = leg.side == callee_side ? calls.find(leg.call) : nullptr;
  if (!call || call->answered() || leg.transport.realm != from.realm) return false;
  const uint64_t id = siphash(digest_keys.low, request.from().tag()) + call->record.attempts;
  return leg.transport.remote.address == from.remote.address && call->forks.find(id) < call->forks.count;
}

/// Of a call that comes from elsewhere: the caller's dialogs besides the current one.
void Engine::Impl::list_forks(const Call& call) {
  const lane::Handle caller = call.legs[caller_side];
  const dialog::Dialog dialog = open(legs[caller]);
  for (size_t fork = 0; fork < call.forks.count; ++fork) {
    if (fork == call.forks.current) continue;
    const Tag tag = tag_of_fork(call, fork);
    leg_table.insert(dialog::dialog_key(digest_keys, dialog.call_id.view(), {tag.data(), tag.size()}),
                     caller);
    ++fork_tags;
  }
}

/// The caller has one dialog only from now on: the current fork's.
void Engine::Impl::forget_forks(Call& call) {
  Forks& forks = call.forks;
  if (forks.count > 1) {
    const dialog::Dialog dialog = open(legs[call.legs[caller_side]]);
    for (size_t fork = 0; fork < forks.count; ++fork) {
      if (fork == forks.current) continue;
      const Tag tag = tag_of_fork(call, fork);
      leg_table.erase(dialog::dialog_key(digest_keys, dialog.call_id.view(), {tag.data(), tag.size()}));
      --fork_tags;
    }
  }
  forks.forget_described(slab);
  forks = {};
}

}  // namespace sbc::call
