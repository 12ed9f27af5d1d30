#include "policy/health/health.h"

#include <algorithm>

namespace sbc::policy {
namespace {

using Phase = PeerHealth::Phase;

constexpr Duration tick = std::chrono::milliseconds(100);
constexpr unsigned all = 1000, first_share = 50;

Ticks ticks_in(Duration duration) { return Ticks(duration / tick); }

bool is_ramp_over(PeerHealth state, const config::Health& rule, Instant now) {
  return ticks_of(now) - state.since >= ticks_in(rule.ramp);
}

// The widths of AnswerRatio's fields.
constexpr uint64_t count_mask = (1 << 14) - 1, seconds_mask = (1 << 24) - 1, tag_mask = (1 << 12) - 1;

uint64_t seconds_of(Instant now) { return uint64_t(now.ns) / 1'000'000'000; }

PeerHealth begin(PeerHealth state, Phase phase, Instant now) {
  state.phase = phase;
  state.since = ticks_of(now);
  return state;
}

}  // namespace

Ticks ticks_of(Instant now) { return Ticks(now.ns / tick.count()); }

uint16_t health_tag(const Endpoint& peer) {
  uint32_t tag = peer.port;
  for (uint8_t byte : peer.address.bytes) tag = tag * 31 + byte;
  return uint16_t(tag ^ tag >> 16);
}

bool counts_as_answer(int status) {
  return status >= 200 && (status == 401 || status == 407 || !config::peer_failures.has(status));
}

PeerHealth after_answer(PeerHealth state, const config::Health& rule, Instant now) {
  state.failures = 0;
  if (state.phase == Phase::down) return begin(state, Phase::returning, now);
  if (state.phase == Phase::returning && is_ramp_over(state, rule, now)) return begin(state, Phase::up, now);
  return state;
}

PeerHealth after_silence(PeerHealth state, const config::Health& rule, Instant now) {
  state.failures = uint8_t(std::min(state.failures + 1, 255));
  bool falls =
      state.phase == Phase::returning || (state.phase == Phase::up && state.failures >= rule.failures_max);
  return falls ? begin(state, Phase::down, now) : state;
}

unsigned share_of(PeerHealth state, const config::Health& rule, Instant now) {
  if (state.phase == Phase::up) return all;
  if (state.phase == Phase::down) return 0;
  if (is_ramp_over(state, rule, now)) return all;
  const uint64_t passed = ticks_of(now) - state.since;
  return std::max(first_share, unsigned(passed * all / ticks_in(rule.ramp)));
}

AnswerRatio after_call(AnswerRatio state, const config::Health& rule, bool answered, Instant now) {
  if (rule.asr_min == 0) return {};
  if (is_suspended(state, now)) return state;  // begun before
  AnswerRatio next;
  next.tag = state.tag;
  const unsigned calls = unsigned(state.calls) + 1, successes = unsigned(state.answered) + answered;
  if (calls < rule.asr_calls) {
    next.calls = calls & count_mask;
    next.answered = successes & count_mask;
  } else if (successes * 100 < rule.asr_min * calls) {
    next.suspended_until = seconds_of(now + rule.suspension) & seconds_mask;
    if (next.suspended_until == 0) next.suspended_until = 1;
  }
  return next;
}

bool is_suspended(AnswerRatio state, Instant now) {
  const uint64_t left = (state.suspended_until - seconds_of(now)) & seconds_mask;
  return state.suspended_until != 0 && left != 0 && left <= seconds_mask / 2;
}

AnswerRatio answers_of(AnswerRatio word, const config::Trunk& trunk) {
  const config::Health& rule = trunk.health;
  uint64_t tag = uint64_t(rule.suspension.count()) * 31 + rule.asr_calls;
  tag = tag * 31 + rule.asr_min;
  for (char c : *trunk.name) tag = tag * 31 + uint8_t(c);
  AnswerRatio anew;
  anew.tag = (tag ^ tag >> 12 ^ tag >> 24 ^ tag >> 48) & tag_mask;
  return word.tag == anew.tag ? word : anew;
}

PeerHealth health_of(PeerHealth word, const Endpoint& peer) {
  const uint16_t tag = health_tag(peer);
  if (word.tag == tag) return word;
  PeerHealth anew;
  anew.tag = tag;
  return anew;
}

}  // namespace sbc::policy
