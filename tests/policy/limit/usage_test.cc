#include "policy/limit/usage.h"

#include <memory>

#include <gtest/gtest.h>

namespace sbc::policy {
namespace {

using config::Trust;
using namespace std::chrono_literals;

constexpr RealmId realm{0};
constexpr Instant start{1'000'000'000'000};

IpAddress source(unsigned n) { return IpAddress::v4(0x0a000000u + n); }

class LimitTest : public ::testing::Test {
 protected:
  LimitTest() {
    limits.source_rate = {10, 1s, 5};
    limits.unknown_rate = {100, 1s, 20};
    limits.global_rate = {1000, 1s, 50};
    limits.call_rate = {10, 1s, 3};
    limits.calls_max = 4;
    limits.sources_max = 1024;
  }
  void SetUp() override { usage = std::make_unique<Usage>(limits, HashKey{1, 2}); }

  Reason message(const IpAddress& from, Trust trust, Instant now = start) {
    return admit_message(limits, *usage, realm, from, trust, now);
  }
  /// How many messages pass at once, each from a source of its own.
  unsigned burst(Trust trust, unsigned first_source, Reason& refusal) {
    unsigned passed = 0;
    while ((refusal = message(source(first_source + passed), trust)) == Reason::none && passed < 10'000)
      ++passed;
    return passed;
  }

  config::Limits limits;
  std::unique_ptr<Usage> usage;
};

TEST_F(LimitTest, OneUnknownSourceIsHeldToItsRate) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(message(source(1), Trust::unknown), Reason::none) << i;
  EXPECT_EQ(message(source(1), Trust::unknown), Reason::source_rate);
  EXPECT_EQ(message(source(2), Trust::unknown), Reason::none);
  EXPECT_EQ(message(source(1), Trust::unknown, start + 99ms), Reason::source_rate);
  EXPECT_EQ(message(source(1), Trust::unknown, start + 101ms), Reason::none);
}

TEST_F(LimitTest, ReserveIsForCallsWithPrecedenceAlone) {
  constexpr uint32_t reserved = 2;
  limits.call_rate = {};
  for (int i = 0; i < 2; ++i) EXPECT_EQ(admit_call(limits, *usage, start, reserved), Reason::none) << i;
  EXPECT_EQ(admit_call(limits, *usage, start, reserved), Reason::call_limit);
  EXPECT_EQ(admit_precedent_call(limits, *usage, reserved, true), Reason::none);
  EXPECT_EQ(admit_precedent_call(limits, *usage, reserved, true), Reason::call_limit) << "a stranger: half";
  EXPECT_EQ(admit_precedent_call(limits, *usage, reserved, false), Reason::none);
  EXPECT_EQ(admit_precedent_call(limits, *usage, reserved, false), Reason::call_limit) << "the pool ends";
  EXPECT_EQ(usage->calls.value(), limits.calls_max);
}

TEST_F(LimitTest, EmergencyCallsOfWhoIsNotTrustedHaveARate) {
  config::Emergency rules;
  rules.source_rate = {1, 1s, 2};
  rules.unknown_rate = {1, 1s, 5};
  auto admit = [&](unsigned from, Trust trust, Instant now = start) {
    return admit_emergency(rules, *usage, realm, source(from), trust, now);
  };
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(admit(1, Trust::registered)) << i;
  EXPECT_FALSE(admit(1, Trust::registered));
  EXPECT_TRUE(admit(1, Trust::registered, start + 1001ms));
  for (unsigned i = 0; i < 5; ++i) EXPECT_TRUE(admit(10 + i, Trust::unknown)) << i;
  EXPECT_FALSE(admit(20, Trust::unknown)) << "together";
  EXPECT_TRUE(admit(21, Trust::registered));
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(admit(30, Trust::trusted)) << i;
  unsigned messages = 0;
  while (admit_emergency_message(rules, *usage, realm, source(40), Trust::unknown, start)) ++messages;
  EXPECT_EQ(messages, 2u * 16);
}

TEST_F(LimitTest, AllUnknownSourcesTogetherAreHeldToTheirRate) {
  Reason refusal{};
  EXPECT_EQ(burst(Trust::unknown, 0, refusal), 20u);
  EXPECT_EQ(refusal, Reason::unknown_rate);
}

TEST_F(LimitTest, AFloodFromUnknownSourcesLeavesTrustedAndRegisteredOnesAlone) {
  Reason refusal{};
  burst(Trust::unknown, 0, refusal);
  EXPECT_EQ(message(source(5000), Trust::trusted), Reason::none);
  EXPECT_EQ(message(source(5001), Trust::registered), Reason::none);
}

TEST_F(LimitTest, RegisteredAndTrustedSourcesAreHeldToTheGlobalRateOnly) {
  for (Trust trust : {Trust::registered, Trust::trusted}) {
    for (int i = 0; i < 50; ++i) EXPECT_EQ(message(source(1), trust), Reason::none) << i;
  }
  EXPECT_EQ(message(source(1), Trust::registered), Reason::global_rate);
}

TEST_F(LimitTest, UnknownSourcesStopAtTheGlobalRateAndTrustedOnesAtTwiceIt) {
  limits.unknown_rate = {};
  Reason refusal{};
  EXPECT_EQ(burst(Trust::unknown, 0, refusal), 50u);
  EXPECT_EQ(refusal, Reason::global_rate);
  EXPECT_EQ(burst(Trust::trusted, 0, refusal), 50u);
  EXPECT_EQ(refusal, Reason::global_rate);
}

TEST_F(LimitTest, UnlimitedRatesRefuseNothing) {
  limits.source_rate = limits.unknown_rate = limits.global_rate = {};
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(message(source(1), Trust::unknown), Reason::none);
}

TEST_F(LimitTest, ADeniedSourceNeverPasses) {
  EXPECT_EQ(message(source(1), Trust::denied), Reason::source_denied);
}

TEST_F(LimitTest, CallsStopAtTheirLimitAndGoOnWhenOneEnds) {
  limits.call_rate = {};
  for (int i = 0; i < 4; ++i) EXPECT_EQ(admit_call(limits, *usage, start), Reason::none) << i;
  EXPECT_EQ(admit_call(limits, *usage, start), Reason::call_limit);
  release_call(*usage);
  EXPECT_EQ(admit_call(limits, *usage, start), Reason::none);
}

TEST_F(LimitTest, ACallRefusedForItsRateTakesNoPlace) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(admit_call(limits, *usage, start), Reason::none) << i;
  EXPECT_EQ(admit_call(limits, *usage, start), Reason::call_rate);
  EXPECT_EQ(usage->calls.value(), 3u);
  EXPECT_EQ(admit_call(limits, *usage, start + 101ms), Reason::none);
}

TEST_F(LimitTest, ACallRefusedForWantOfAPlaceUsesUpNoRate) {
  limits.calls_max = 1;
  EXPECT_EQ(admit_call(limits, *usage, start), Reason::none);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(admit_call(limits, *usage, start), Reason::call_limit) << i;
  release_call(*usage);
  EXPECT_EQ(admit_call(limits, *usage, start), Reason::none);
}

TEST_F(LimitTest, ALowerLimitAfterAReloadHoldsNewCallsOnly) {
  limits.call_rate = {};
  for (int i = 0; i < 4; ++i) EXPECT_EQ(admit_call(limits, *usage, start), Reason::none) << i;
  limits.calls_max = 2;
  EXPECT_EQ(admit_call(limits, *usage, start), Reason::call_limit);
  for (int i = 0; i < 3; ++i) release_call(*usage);
  EXPECT_EQ(admit_call(limits, *usage, start), Reason::none);
  EXPECT_EQ(admit_call(limits, *usage, start), Reason::call_limit);
}

TEST_F(LimitTest, CallsOfStrangersStopAtTheirPartOfTheCalls) {
  EXPECT_EQ(unknown_calls_max(limits), 2u) << "half of calls_max unless configured";
  for (int i = 0; i < 2; ++i) EXPECT_EQ(admit_unknown_call(limits, *usage, start), Reason::none) << i;
  EXPECT_EQ(admit_unknown_call(limits, *usage, start), Reason::unknown_call_limit);
  release_unknown_call(*usage);
  EXPECT_EQ(admit_unknown_call(limits, *usage, start), Reason::none);
  limits.unknown_calls_max = 3;
  EXPECT_EQ(admit_unknown_call(limits, *usage, start), Reason::none);
  EXPECT_EQ(admit_unknown_call(limits, *usage, start), Reason::unknown_call_limit);
  EXPECT_EQ(usage->calls.value(), 0u) << "the place among all calls is admit_call()'s";
}

TEST_F(LimitTest, AStrangersCallRefusedForTheRateTakesNoPlace) {
  limits.unknown_calls_max = 100;
  limits.unknown_call_rate = {10, 1s, 3};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(admit_unknown_call(limits, *usage, start), Reason::none) << i;
  EXPECT_EQ(admit_unknown_call(limits, *usage, start), Reason::unknown_call_rate);
  EXPECT_EQ(usage->unknown_calls.value(), 3u);
  EXPECT_EQ(admit_unknown_call(limits, *usage, start + 101ms), Reason::none);
}

TEST_F(LimitTest, EachTrunkHasItsOwnLimitAndRate) {
  config::Trunk trunk;
  trunk.calls_max = 2;
  EXPECT_EQ(admit_trunk(trunk, *usage, TrunkId{0}, Direction::outbound, start), Reason::none);
  EXPECT_EQ(admit_trunk(trunk, *usage, TrunkId{0}, Direction::outbound, start), Reason::none);
  EXPECT_EQ(admit_trunk(trunk, *usage, TrunkId{0}, Direction::outbound, start), Reason::trunk_limit);
  EXPECT_EQ(admit_trunk(trunk, *usage, TrunkId{trunks_max - 1}, Direction::inbound, start), Reason::none);
  release_trunk(*usage, TrunkId{0}, Direction::outbound);
  EXPECT_EQ(admit_trunk(trunk, *usage, TrunkId{0}, Direction::outbound, start), Reason::none);

  trunk.call_rate = {10, 1s, 1};
  EXPECT_EQ(admit_trunk(trunk, *usage, TrunkId{1}, Direction::inbound, start), Reason::none);
  EXPECT_EQ(admit_trunk(trunk, *usage, TrunkId{1}, Direction::inbound, start), Reason::trunk_rate);
  EXPECT_EQ(usage->trunks[1].calls.value(), 1u);
}

TEST_F(LimitTest, ADirectionHasItsLimitWithinTheTrunks) {
  config::Trunk trunk;
  trunk.calls_max = 3;
  trunk.inbound.calls_max = 1;
  auto admit = [&](Direction direction) { return admit_trunk(trunk, *usage, TrunkId{0}, direction, start); };
  EXPECT_EQ(admit(Direction::inbound), Reason::none);
  EXPECT_EQ(admit(Direction::inbound), Reason::trunk_limit);
  EXPECT_EQ(usage->trunks[0].calls.value(), 1u);
  EXPECT_EQ(admit(Direction::outbound), Reason::none);
  EXPECT_EQ(admit(Direction::outbound), Reason::none);
  EXPECT_EQ(admit(Direction::outbound), Reason::trunk_limit);  // the trunk is full
  EXPECT_EQ(usage->trunks[0].outbound.calls.value(), 2u);
  release_trunk(*usage, TrunkId{0}, Direction::inbound);
  EXPECT_EQ(usage->trunks[0].inbound.calls.value(), 0u);
  EXPECT_EQ(admit(Direction::inbound), Reason::none);
}

TEST_F(LimitTest, ADirectionHasItsRateWithinTheTrunks) {
  config::Trunk trunk;
  trunk.call_rate = {10, 1s, 3};
  trunk.outbound.call_rate = {10, 1s, 1};
  auto admit = [&](Direction direction) { return admit_trunk(trunk, *usage, TrunkId{0}, direction, start); };
  EXPECT_EQ(admit(Direction::outbound), Reason::none);
  EXPECT_EQ(admit(Direction::outbound), Reason::trunk_rate);
  EXPECT_EQ(usage->trunks[0].outbound.calls.value(), 1u);
  EXPECT_EQ(usage->trunks[0].calls.value(), 1u);
  EXPECT_EQ(admit(Direction::inbound), Reason::none);
  EXPECT_EQ(admit(Direction::inbound), Reason::none);
  EXPECT_EQ(admit(Direction::inbound), Reason::trunk_rate);  // the trunk's own
  EXPECT_EQ(usage->trunks[0].inbound.calls.value(), 2u);
}

}  // namespace
}  // namespace sbc::policy
