#include "policy/health/health.h"

#include <gtest/gtest.h>

namespace sbc::policy {
namespace {

using namespace std::chrono_literals;
using Phase = PeerHealth::Phase;

constexpr Instant start{1'000'000'000'000};

config::Health rule() {
  config::Health rule;
  rule.interval = 10s;
  rule.failures_max = 2;
  rule.ramp = 20s;
  rule.asr_min = 50;
  rule.asr_calls = 10;
  rule.suspension = 30s;
  return rule;
}

enum class Event { answer, silence };

// Every phase, event and place within the phase.
TEST(PeerHealth, GoesFromPhaseToPhase) {
  struct Row {
    Phase phase;
    uint8_t failures;
    Duration in_phase;
    Event event;
    Phase next_phase;
    uint8_t next_failures;
    bool begins_anew;
  };
  for (const Row& row : {
           Row{Phase::up, 0, 5s, Event::answer, Phase::up, 0, false},
           Row{Phase::up, 1, 5s, Event::answer, Phase::up, 0, false},
           Row{Phase::up, 0, 5s, Event::silence, Phase::up, 1, false},
           Row{Phase::up, 1, 5s, Event::silence, Phase::down, 2, true},
           Row{Phase::down, 2, 5s, Event::silence, Phase::down, 3, false},
           Row{Phase::down, 255, 5s, Event::silence, Phase::down, 255, false},
           Row{Phase::down, 9, 5s, Event::answer, Phase::returning, 0, true},
           Row{Phase::returning, 0, 19s, Event::answer, Phase::returning, 0, false},
           Row{Phase::returning, 0, 20s, Event::answer, Phase::up, 0, true},
           Row{Phase::returning, 0, 5s, Event::silence, Phase::down, 1, true},
       }) {
    PeerHealth state{row.phase, row.failures, 7, ticks_of(start - row.in_phase)};
    PeerHealth next =
        row.event == Event::answer ? after_answer(state, rule(), start) : after_silence(state, rule(), start);
    PeerHealth expected{row.next_phase, row.next_failures, 7,
                        row.begins_anew ? ticks_of(start) : state.since};
    EXPECT_EQ(next, expected) << int(row.phase) << " " << int(row.failures) << " " << int(row.event);
  }
}

TEST(PeerHealth, SharesRiseFromTheFirstAnswerOn) {
  auto share = [](Phase phase, Duration in_phase, config::Health with = rule()) {
    return share_of({phase, 0, 0, ticks_of(start - in_phase)}, with, start);
  };
  EXPECT_EQ(share(Phase::up, 0s), 1000u);
  EXPECT_EQ(share(Phase::down, 1000s), 0u);
  EXPECT_EQ(share(Phase::returning, 0s), 50u);
  EXPECT_EQ(share(Phase::returning, 5s), 250u);
  EXPECT_EQ(share(Phase::returning, 19s), 950u);
  EXPECT_EQ(share(Phase::returning, 20s), 1000u);
  config::Health at_once = rule();
  at_once.ramp = 0s;
  EXPECT_EQ(share(Phase::returning, 0s, at_once), 1000u);
}

TEST(PeerHealth, AnyAnswerCountsThatDoesNotBlameThePeer) {
  for (int status : {200, 202, 302, 401, 403, 404, 405, 407, 481, 486, 501, 603})
    EXPECT_TRUE(counts_as_answer(status)) << status;
  for (int status : {100, 183, 408, 500, 502, 503, 504}) EXPECT_FALSE(counts_as_answer(status)) << status;
}

TEST(PeerHealth, OfAnotherPeerInTheSamePlaceBeginsAnew) {
  Shared<PeerHealth> word;
  const Endpoint one = *Endpoint::parse("192.0.2.1:5060"), other = *Endpoint::parse("192.0.2.2:5060");
  word.change([&](PeerHealth) { return PeerHealth{Phase::down, 4, health_tag(one), 1}; });
  EXPECT_EQ(health_of(word.value(), one).phase, Phase::down);
  EXPECT_EQ(health_of(word.value(), other), (PeerHealth{Phase::up, 0, health_tag(other), 0}));
  EXPECT_NE(health_tag(one), health_tag(*Endpoint::parse("192.0.2.1:5061")));
}

TEST(AnswerRatio, SuspendsATrunkThatStaysBelowItsShare) {
  AnswerRatio state;
  for (int i = 0; i < 9; ++i) state = after_call(state, rule(), i < 4, start);
  EXPECT_EQ(state, (AnswerRatio{9, 4, 0}));
  EXPECT_FALSE(is_suspended(state, start));
  EXPECT_FALSE(is_suspended(after_call(state, rule(), true, start), start));  // 5 of 10 are enough
  state = after_call(state, rule(), false, start);
  EXPECT_TRUE(is_suspended(state, start));
  EXPECT_TRUE(is_suspended(state, start + 29s));
  EXPECT_FALSE(is_suspended(state, start + 30s));
}

TEST(AnswerRatio, CountsNothingWhileSuspendedAndAnewThen) {
  AnswerRatio state{0, 0, uint64_t((start + 30s).ns / 1'000'000'000)};
  EXPECT_EQ(after_call(state, rule(), true, start), state);
  EXPECT_EQ(after_call(state, rule(), true, start + 30s), (AnswerRatio{1, 1, 0}));
}

TEST(AnswerRatio, IsNotLookedAtWithoutARule) {
  config::Health none = rule();
  none.asr_min = 0;
  AnswerRatio state{9, 0, 0};
  EXPECT_EQ(after_call(state, none, false, start), AnswerRatio());
}

TEST(AnswerRatio, OfAllCallsIsTheHighestThatCanBeAskedFor) {
  config::Health all = rule();
  all.asr_min = 100;
  AnswerRatio state{9, 9, 0};
  EXPECT_FALSE(is_suspended(after_call(state, all, true, start), start));
  EXPECT_TRUE(is_suspended(after_call(state, all, false, start), start));
}

TEST(AnswerRatio, OfAnotherTrunkOrUnderAnotherRuleBeginsAnew) {
  config::Trunk trunk;
  trunk.name = std::string("one");
  trunk.health = rule();
  AnswerRatio state = answers_of({}, trunk);
  for (int i = 0; i < 10; ++i) state = after_call(answers_of(state, trunk), rule(), false, start);
  EXPECT_TRUE(is_suspended(answers_of(state, trunk), start));
  config::Trunk other = trunk;
  other.name = std::string("two");
  EXPECT_FALSE(is_suspended(answers_of(state, other), start)) << "it has the other one's slot";
  other = trunk;
  other.health.asr_min -= 1;
  EXPECT_FALSE(is_suspended(answers_of(state, other), start));
  other = trunk;
  other.health.suspension += 1s;
  EXPECT_FALSE(is_suspended(answers_of(state, other), start));
  other = trunk;
  other.health.interval += 1s;
  EXPECT_TRUE(is_suspended(answers_of(state, other), start)) << "that is no rule about answers";
}

}  // namespace
}  // namespace sbc::policy
