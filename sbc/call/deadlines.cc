#include <algorithm>

#include "sbc/call/impl.h"

namespace sbc::call {

void Engine::Impl::on_time(const Surroundings& s) {
  uint32_t key = 0;
  while (!s.out.full() && wheel.pop_due(s.now, key)) {
    fetch_ahead(wheel.upcoming());
    on_deadline(s, key);
  }
}

/// Most of what falls due are transactions that have lingered, which nobody has looked at for 32 s.
void Engine::Impl::fetch_ahead(uint32_t key) const {
  if (key < keys.first_client) {
    servers.prefetch(key);
  } else if (key < keys.first_call) {
    clients.prefetch(key - keys.first_client);
  }
}

void Engine::Impl::on_deadline(const Surroundings& s, uint32_t key) {
  if (key < keys.first_client) {
    servers.on_deadline(key, context(s));
  } else if (key < keys.first_call) {
    auto timed_out = clients.on_deadline(key - keys.first_client, context(s));
    if (timed_out) on_client_timeout(s, *timed_out);
  } else if (key < keys.first_leg) {
    uint32_t at = key - keys.first_call;
    lane::Handle call = calls.next_live(at / TimerKeys::per_call);
    SBC_CHECK(call.index == at / TimerKeys::per_call);
    on_call_deadline(s, call, CallTimer(at % TimerKeys::per_call));
  } else if (key < keys.ports) {
    uint32_t at = key - keys.first_leg;
    lane::Handle leg = legs.next_live(at / TimerKeys::per_leg);
    SBC_CHECK(leg.index == at / TimerKeys::per_leg);
    on_leg_deadline(s, leg, LegTimer(at % TimerKeys::per_leg));
  } else if (key == keys.probes) {
    ask_peers(s);
  } else {
    ports.wake(s.now);
    port_wake = Instant::never();
  }
}

void Engine::Impl::on_call_deadline(const Surroundings& s, lane::Handle call, CallTimer timer) {
  switch (timer) {
    case CallTimer::parked:
      if (calls[call].awaits_host) return on_host_known(s, call, false);
      return end_call(s, call, {Releaser::sbc, 0, Reason::decision_timeout});
    case CallTimer::attempt:
      return fail_over(s, call, Reason::peer_timeout, 0);
    case CallTimer::ring:
      return on_ring_timeout(s, call);
    case CallTimer::call_max:
      return end_call(s, call, {Releaser::sbc, 0, Reason::call_too_long});
    case CallTimer::media_check:
      return check_media(s, call);
    case CallTimer::audio_check:
      return check_audio(s, call);
    case CallTimer::retell:
      return tell_answer(s, call);
    case CallTimer::hang_up:
      return end_call(s, call, {Releaser::sbc, 0, Reason::hung_up});
    case CallTimer::join:
      return join(s, call);
    case CallTimer::count_:
      break;
  }
}

void Engine::Impl::on_ring_timeout(const Surroundings& s, lane::Handle handle) {
  Call& call = calls[handle];
  if (!call.answered()) return end_call(s, handle, {Releaser::sbc, 0, Reason::call_timeout});
  // A re-INVITE that rings for ever: its CANCEL brings a final response, or the transaction times out.
  if (const Leg* asked = legs.find(call.legs[1 - call.exchange.asker]))
    clients.cancel(asked->client, context(s));
}

void Engine::Impl::on_leg_deadline(const Surroundings& s, lane::Handle handle, LegTimer timer) {
  Leg& leg = legs[handle];
  if (timer == LegTimer::session) return on_session_due(s, handle);
  if (leg.reliable.waits) {
    if (timer == LegTimer::resend) return resend_provisional(s, handle);
    return end_call(s, leg.call, {Releaser::sbc, 0, Reason::prack_missing});
  }
  if (timer == LegTimer::resend) {
    if (servers.find(leg.accepted)) servers.resend_success(leg.accepted, context(s));
    leg.resend_interval = std::min(2 * leg.resend_interval, s.policy.model->timers.t2);
    arm(handle, LegTimer::resend, s.now + leg.resend_interval);
    return;
  }
  servers.settle(leg.accepted);
  leg.accepted = {};
  stop(handle, LegTimer::resend);
  if (leg.lingering) {
    say_goodbye(s, handle, slab.copy(leg.parting, parting_bytes));
  } else {
    end_call(s, leg.call, {Releaser::sbc, 0, Reason::ack_missing});
  }
}

void Engine::Impl::on_client_timeout(const Surroundings& s,
                                     const transaction::ClientTransactions::TimedOut& timed_out) {
  Leg* leg = legs.find(timed_out.leg);
  if (!leg) return on_probe_timeout(s, timed_out.transaction);
  if (leg->bye == timed_out.transaction) return free_leg(timed_out.leg);
  if (leg->report.client == timed_out.transaction) return on_report_over(s, timed_out.leg, 408);
  if (leg->digits.client == timed_out.transaction) return lose_digits(s, *leg);
  if (leg->refresh == timed_out.transaction)
    return end_call(s, leg->call, {Releaser::sbc, 0, Reason::peer_timeout});
  if (leg->client != timed_out.transaction)
    return on_forwarded_timeout(s, timed_out.leg, timed_out.transaction);
  leg->client = {};
  if (calls[leg->call].answered()) {
    end_call(s, leg->call, {Releaser::sbc, 0, Reason::peer_timeout});  // RFC 3261 14.1
  } else {
    fail_over(s, leg->call, Reason::peer_timeout, 0);
  }
}

/// A call whose media should flow but does not is over, whatever its signalling says. One on hold is silent
/// by right, and for longer so is one whose user agents suppress silence.
void Engine::Impl::check_media(const Surroundings& s, lane::Handle handle) {
  Call& call = calls[handle];
  const config::Timers& timers = s.policy.model->timers;
  if (timers.media_idle <= Duration(0)) return;
  if (!call.anchor.expects_media(streams)) call.media_since = s.now;
  const Instant last = std::max(call.media_since, call.anchor.last_packet(streams, s.media));
  const bool paused = call.anchor.is_paused(streams, s.media);
  const bool ends = !paused || timers.media_pause > Duration(0);
  const Duration idle = paused ? std::max(timers.media_idle, timers.media_pause) : timers.media_idle;
  if (ends && s.now - last >= idle) return end_call(s, handle, {Releaser::sbc, 0, Reason::media_silent});
  // One side alone may have fallen silent since it was heard.
  const Instant since = s.now - idle;
  if (timers.audio_check > Duration(0) && since >= call.media_since)
    tell_silence(s, call, sides_heard(s, call, since));
  // Who pauses may speak again any time, and then fall silent for good.
  arm(handle, CallTimer::media_check, paused ? s.now + timers.media_idle : last + idle);
}

void Engine::Impl::on_undelivered(const Surroundings& s, const Undelivered& datagram) {
  if (s.out.full()) return;
  if (auto timed_out = clients.take_undelivered(datagram)) on_client_timeout(s, *timed_out);
}

}  // namespace sbc::call
