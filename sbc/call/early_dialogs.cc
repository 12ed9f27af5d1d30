#include "sbc/call/impl.h"

namespace sbc::call {

/// Who sent this response to our INVITE.
uint64_t Engine::Impl::fork_of(const Call& call, const sip::Message& response) const {
  return siphash(digest_keys.low, response.to().tag()) + call.record.attempts;
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
  if (fork == Forks::most) return false;
  if (fresh) forks.known[fork] = {id, 0};
  if (fork != forks.current) {
    if (fresh && fork_tags == calls.capacity()) return false;
    const lane::Handle handle = call.legs[caller_side];
    Leg& caller = legs[handle];
    dialog::Dialog dialog = open(caller);
    const Tag tag = tag_of_fork(call, fork);
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
  forks = {};
}

}  // namespace sbc::call
