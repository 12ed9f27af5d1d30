// Access, rates and limits as the wire sees them.
#include <gtest/gtest.h>

#include "tests/packet/scripted_call.h"

namespace sbc::packet {
namespace {

using namespace std::chrono_literals;

void send_invites(Border& border, unsigned count, const std::string& prefix) {
  for (unsigned i = 0; i < count; ++i) {
    ScriptedCall call(border, prefix + std::to_string(i));
    border.arrive_udp(access, {phone, 5060}, {access_us, 5060}, call.invite());
    border.settle();
  }
}

std::vector<std::string> finals(Border& border, const std::string& status) {
  std::vector<std::string> found;
  for (const Out& out : border.take_udp()) {
    if (out.realm == access && out.payload.starts_with("SIP/2.0 " + status)) found.push_back(out.payload);
  }
  return found;
}

TEST(Limit, DeniedAndUnknownSourcesGetSilence) {
  config::Model model = border_model(1);
  model.access = {{access, *Prefix::parse("198.51.100.66/32"), config::Trust::denied, {}}};
  model.realms[0].trust = config::Trust::denied;
  Border border(model);
  border.arrive_udp(access, {IpAddress::v4(198, 51, 100, 66), 5060}, {access_us, 5060}, "OPTIONS");
  border.arrive_udp(access, {IpAddress::v4(198, 51, 100, 67), 5060}, {access_us, 5060}, "OPTIONS");
  border.settle();
  EXPECT_EQ(border.drops(access, Reason::source_denied), 1u);
  EXPECT_EQ(border.drops(access, Reason::source_unknown), 1u);
  EXPECT_TRUE(border.take_udp().empty());
}

TEST(Limit, CallsBeyondTheLimitGet503WithRetryAfter) {
  config::Model model = border_model(1);
  model.limits.calls_max = 2;
  model.limits.unknown_calls_max = 3;
  model.limits.retry_after = 7s;
  model.limits.source_rate = {};
  Border border(model);
  send_invites(border, 3, "limit");
  std::vector<std::string> refused = finals(border, "503");
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(header_of(refused[0], "Retry-After"), "7");
  EXPECT_EQ(border.drops(access, Reason::call_limit), 1u);
  border.advance(5min);
  EXPECT_EQ(border.usage().calls.value(), 0u);
}

TEST(Limit, ATrunkAtItsLimitIsNotCalled) {
  config::Model model = border_model(1);
  model.trunks[0].calls_max = 1;
  model.limits.source_rate = {};
  Border border(model);
  send_invites(border, 2, "trunk");
  EXPECT_EQ(finals(border, "503").size(), 1u);
  EXPECT_EQ(border.drops(access, Reason::trunk_limit) + border.drops(access, Reason::trunks_failed), 1u);
  border.advance(5min);
  EXPECT_EQ(border.usage().trunks[0].calls.value(), 0u);
}

TEST(Limit, UnknownSourcesTogetherDoNotSpoilItForATrustedOne) {
  config::Model model = border_model(3);
  model.access = {{access, *Prefix::parse("198.51.100.10/32"), config::Trust::trusted, {}}};
  model.limits.unknown_rate = {5, 1s, 5};
  Border border(model);
  for (uint8_t i = 0; i < 50; ++i) {
    border.arrive_udp(access, {IpAddress::v4(198, 51, 100, uint8_t(100 + i)), 5060}, {access_us, 5060},
                      "OPTIONS");
    border.settle();
  }
  EXPECT_EQ(border.drops(access, Reason::unknown_rate), 45u);
  send_invites(border, 1, "trusted");
  EXPECT_EQ(border.live_calls(), 1u);
  border.advance(5min);
}

TEST(Limit, AFloodOfForgedInvitesToARoutedNumberLeavesRoomForATrustedCaller) {
  config::Model model = border_model(3);
  model.access = {{access, *Prefix::parse("198.51.100.10/32"), config::Trust::trusted, {}}};
  model.limits.unknown_call_rate = {40, 1s, 40};
  Border border(model);
  for (uint8_t i = 0; i < 60; ++i) {
    ScriptedCall forged(border, "forged" + std::to_string(i));
    forged.phone_address = IpAddress::v4(198, 51, 100, uint8_t(100 + i));
    border.arrive_udp(access, {forged.phone_address, 5060}, {access_us, 5060}, forged.invite());
    border.settle();
  }
  EXPECT_EQ(border.live_calls(), 32u) << "half of calls_max";
  EXPECT_EQ(
      border.drops(access, Reason::unknown_call_limit) + border.drops(access, Reason::unknown_call_rate),
      28u);
  EXPECT_EQ(border.drops(access, Reason::unknown_call_limit), 28u);
  border.take_udp();
  send_invites(border, 30, "trusted");
  EXPECT_EQ(border.live_calls(), 62u);
  EXPECT_EQ(finals(border, "503").size(), 0u);
  border.advance(5min);
  EXPECT_EQ(border.usage().unknown_calls.value(), 0u);
  EXPECT_EQ(border.usage().calls.value(), 0u);
}

}  // namespace
}  // namespace sbc::packet
