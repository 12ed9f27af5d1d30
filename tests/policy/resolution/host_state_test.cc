// What is known of a host name over time: rows of what lookups bring, and what holds then.
#include "policy/resolution/host_state.h"

#include <gtest/gtest.h>

#include "tests/policy/resolution/zone.h"

namespace sbc::policy {
namespace {

using Phase = HostState::Phase;

class HostStateTest : public testing::Test {
 protected:
  HostStateTest() {
    rules_.ttl_min = 5s;
    rules_.ttl_max = 600s;
    rules_.negative_ttl_min = 10s;
    rules_.negative_ttl_max = 100s;
    rules_.stale = 1h;
    rules_.retry = 30s;
  }
  static Found good(std::vector<const char*> texts, Duration ttl = 60s) {
    Found found;
    found.outcome = Outcome::found;
    HostTarget target{"sip.example", 5060, 0, 0, {}};
    for (const char* text : texts) target.addresses.push_back(ip(text));
    found.targets = {target};
    found.ttl = ttl;
    return found;
  }
  static Found bad(Outcome outcome, Duration ttl = 0s) {
    Found found;
    found.outcome = outcome;
    found.ttl = ttl;
    return found;
  }
  void learn(const Found& found) { state_ = after_lookup(state_, found, rules_, now_); }
  void pass(Duration duration, bool idle = false, Duration call_max = 4h) {
    now_ = now_ + duration;
    state_ = after_time(state_, rules_, call_max, idle, now_);
  }
  Phase phase() const { return phase_of(state_, now_); }
  Duration asks_in() const { return state_.ask_at - now_; }
  size_t addresses() const { return state_.targets.empty() ? 0 : state_.targets[0].addresses.size(); }

  config::Resolver rules_;
  HostState state_;
  Instant now_{1'000'000'000};
};

TEST_F(HostStateTest, IsAwaitedAndDueAtFirst) {
  EXPECT_EQ(phase(), Phase::awaited);
  EXPECT_TRUE(is_due(state_, now_));
  EXPECT_TRUE(known_host(state_).awaited);
  learn(good({"192.0.2.1"}));
  EXPECT_FALSE(known_host(state_).awaited);
  EXPECT_FALSE(is_due(state_, now_));
}

TEST_F(HostStateTest, IsAskedForAgainWhenItsTtlEnds) {
  learn(good({"192.0.2.1"}));
  EXPECT_EQ(phase(), Phase::fresh);
  EXPECT_EQ(asks_in(), 60s);
  pass(59s);
  EXPECT_EQ(phase(), Phase::fresh);
  EXPECT_FALSE(is_due(state_, now_));
  pass(1s);
  EXPECT_EQ(phase(), Phase::stale);
  EXPECT_TRUE(is_due(state_, now_));
  EXPECT_EQ(addresses(), 1u) << "meanwhile it holds";
}

TEST_F(HostStateTest, TtlIsClamped) {
  struct Row {
    Duration ttl, holds;
  };
  for (Row row : {Row{0s, 5s}, Row{4s, 5s}, Row{5s, 5s}, Row{6s, 6s}, Row{600s, 600s}, Row{601s, 600s}}) {
    learn(good({"192.0.2.1"}, row.ttl));
    EXPECT_EQ(asks_in(), row.holds);
    EXPECT_EQ(state_.expires - now_, row.holds);
  }
  for (Row row : {Row{0s, 10s}, Row{10s, 10s}, Row{11s, 11s}, Row{100s, 100s}, Row{101s, 100s}}) {
    learn(bad(Outcome::no_name, row.ttl));
    EXPECT_EQ(asks_in(), row.holds);
  }
}

TEST_F(HostStateTest, NegativeFromTheStartHasNothing) {
  for (Outcome outcome : {Outcome::no_name, Outcome::no_data, Outcome::no_service}) {
    state_ = {};
    learn(bad(outcome, 50s));
    EXPECT_EQ(phase(), Phase::negative);
    EXPECT_EQ(asks_in(), 50s);
    EXPECT_FALSE(known_host(state_).awaited) << "calls wait no more";
  }
}

TEST_F(HostStateTest, ServersDownAtStartAreAskedMoreAndMoreSeldom) {
  for (Duration pause : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
    learn(bad(Outcome::unreachable));
    EXPECT_EQ(phase(), Phase::failed);
    EXPECT_EQ(asks_in(), pause);
  }
  for (int i = 0; i < 100; ++i) learn(bad(Outcome::silent));
  EXPECT_EQ(asks_in(), 30s);
  learn(good({"192.0.2.1"}));
  EXPECT_EQ(phase(), Phase::fresh);
  learn(bad(Outcome::silent));
  EXPECT_EQ(asks_in(), 1s) << "from the beginning";
}

TEST_F(HostStateTest, FailureAfterSuccessKeepsTheLastGoodAnswerForSoLong) {
  for (Outcome outcome : {Outcome::silent, Outcome::server_failed, Outcome::unreachable, Outcome::malformed,
                          Outcome::no_name, Outcome::no_data}) {
    state_ = {};
    learn(good({"192.0.2.1"}));
    pass(60s);
    learn(bad(outcome));
    EXPECT_EQ(phase(), Phase::stale) << name_of(outcome);
    EXPECT_EQ(addresses(), 1u);
    pass(1h - 1s);
    learn(bad(outcome));
    EXPECT_EQ(addresses(), 1u);
    pass(1s);
    EXPECT_EQ(addresses(), 0u) << "an hour past its TTL";
    EXPECT_EQ(phase(), is_word_of_zone(outcome) ? Phase::negative : Phase::failed);
  }
}

TEST_F(HostStateTest, NothingIsKeptWhereStaleIsZero) {
  rules_.stale = 0s;
  learn(good({"192.0.2.1"}));
  pass(59s);
  learn(bad(Outcome::silent));
  EXPECT_EQ(addresses(), 1u) << "within its TTL";
  pass(1s);
  EXPECT_EQ(addresses(), 0u);
}

TEST_F(HostStateTest, NoServiceTakesEffectAtOnce) {
  learn(good({"192.0.2.1"}));
  learn(bad(Outcome::no_service, 60s));
  EXPECT_EQ(addresses(), 0u);
  EXPECT_EQ(phase(), Phase::negative);
}

TEST_F(HostStateTest, AnswersThatSayTheSameChangeNothing) {
  learn(good({"192.0.2.1", "192.0.2.2"}));
  const KnownHost before = known_host(state_);
  pass(60s);
  learn(good({"192.0.2.1", "192.0.2.2"}, 30s));
  EXPECT_EQ(known_host(state_), before);
  EXPECT_EQ(state_.answered, now_);
}

TEST_F(HostStateTest, FormerAddressesAreKnownWhileACallMayBeUpWithThem) {
  learn(good({"192.0.2.1", "192.0.2.2"}));
  learn(good({"192.0.2.2", "192.0.2.3"}));
  EXPECT_EQ(known_host(state_).former, std::vector{ip("192.0.2.1")});
  pass(4h - 1s);
  EXPECT_EQ(state_.former.size(), 1u);
  pass(1s);
  EXPECT_EQ(state_.former.size(), 0u) << "as long as calls can last";
}

TEST_F(HostStateTest, FormerAddressesOfIdleTrunksGoWhenTransactionsHaveEnded) {
  learn(good({"192.0.2.1"}));
  learn(good({"192.0.2.2"}));
  pass(31s, true);
  EXPECT_EQ(state_.former.size(), 1u);
  pass(1s, true);
  EXPECT_EQ(state_.former.size(), 0u);
  learn(good({"192.0.2.3"}));
  pass(1000h, false, 0s);
  EXPECT_EQ(state_.former.size(), 1u) << "calls may last for ever";
}

TEST_F(HostStateTest, FlappingBetweenTwoAnswersKeepsBothKnown) {
  for (int i = 0; i < 10; ++i) {
    learn(good({i % 2 ? "192.0.2.1" : "192.0.2.2"}));
    EXPECT_EQ(addresses(), 1u);
    EXPECT_LE(state_.former.size(), 1u);
  }
  EXPECT_EQ(known_host(state_).former, std::vector{ip("192.0.2.2")});
}

TEST_F(HostStateTest, RemembersSoManyFormerAddresses) {
  learn(good({"192.0.2.1"}));
  for (size_t i = 0; i < HostState::former_max; ++i)
    learn(good({("10.0.0." + std::to_string(i + 1)).c_str()}));
  EXPECT_EQ(state_.former.size(), HostState::former_max);
  EXPECT_EQ(state_.former.front().address, ip("192.0.2.1"));
  learn(good({"10.0.1.1"}));
  EXPECT_EQ(state_.former.size(), HostState::former_max);
  EXPECT_EQ(state_.former.front().address, ip("10.0.0.1"));
}

TEST_F(HostStateTest, TargetThatNobodyCouldTellOfKeepsItsAddresses) {
  Found both = good({"192.0.2.1"});
  both.targets.push_back({"other.example", 5060, 5, 0, {ip("192.0.2.9")}});
  learn(both);
  Found half = good({"192.0.2.1"});
  half.undetermined = {{"other.example", 5060, 7, 0, {}}, {"never.seen.example", 5060, 7, 0, {}}};
  learn(half);
  ASSERT_EQ(state_.targets.size(), 2u);
  EXPECT_EQ(state_.targets[1], (HostTarget{"other.example", 5060, 7, 0, {ip("192.0.2.9")}}));
  EXPECT_EQ(asks_in(), 1s) << "it is worth another try soon";
}

TEST_F(HostStateTest, FamilyThatNobodyCouldTellOfIsKept) {
  learn(good({"192.0.2.1", "2001:db8::1"}));
  Found half = good({"2001:db8::2"});
  half.undetermined = {{"sip.example", 5060, 0, 0, {}}};
  learn(half);
  ASSERT_EQ(state_.targets.size(), 1u);
  EXPECT_EQ(state_.targets[0].addresses, (std::vector{ip("192.0.2.1"), ip("2001:db8::2")}));
  EXPECT_LE(asks_in(), 1s);
}

TEST_F(HostStateTest, WithoutTheNaptrRecordThatLedThereNothingElseIsBelieved) {
  Found led = good({"192.0.2.1"});
  led.by_naptr = true;
  learn(led);
  Found astray = good({"192.0.2.80"});
  astray.naptr_troubled = true;
  learn(astray);
  EXPECT_EQ(state_.targets[0].addresses, std::vector{ip("192.0.2.1")});
  EXPECT_LE(asks_in(), 1s);
  pass(60s + 1h);
  learn(astray);
  EXPECT_EQ(state_.targets[0].addresses, std::vector{ip("192.0.2.80")}) << "nothing better is left";
}

TEST_F(HostStateTest, CountsLookups) {
  learn(good({"192.0.2.1"}));
  learn(bad(Outcome::silent));
  EXPECT_EQ(state_.lookups, 2u);
  EXPECT_EQ(state_.failed, 1u);
}

}  // namespace
}  // namespace sbc::policy
