// What strangers may try: requests that break the grammar or the rules, and requests into other people's
// dialogs.
#include <gtest/gtest.h>

#include "tests/sim/play.h"
#include "tests/sim/stranger.h"

namespace sbc::sim {
namespace {

const std::string uri = "sip:1001@10.1.0.250";

std::string spoilt(std::string text, std::string_view what, std::string_view with) {
  text.replace(text.find(what), what.size(), with);
  return text;
}

/// Sends one message and counts the answers of this status, apart from repetitions.
void expect_answer(int status, const std::function<std::string(Stranger&)>& make) {
  play({}, [&](World& world) {
    Stranger stranger(world, caller_endpoint(99, Family::v4));
    std::string message = make(stranger);
    stranger.send(message);
    world.run_to_end();
    EXPECT_GT(stranger.answers(status), 0u) << message;
    EXPECT_EQ(stranger.answers(status), stranger.answers() - stranger.answers(100)) << message;
    EXPECT_TRUE(world.callees("1001").empty()) << message;
  });
}

std::string offer() {
  return sdp_text({.user = "stranger", .media = {*IpAddress::parse("10.1.0.199"), 50000}});
}

TEST(Hostile,
     AnUnknownMethodGets501) {  // RFC 3261 8.2.1 leaves 405; 21.5.2 names 501 for methods nobody knows
  expect_answer(501, [](Stranger& s) { return s.request("FROBNICATE", uri); });
}

TEST(Hostile, OptionsGets200) {  // RFC 3261 11.2
  expect_answer(200, [](Stranger& s) { return s.request("OPTIONS", "sip:10.1.0.250"); });
}

TEST(Hostile, AMethodThatIsNotOfferedGets405) {  // RFC 3261 8.2.1
  expect_answer(405, [](Stranger& s) { return s.request("REGISTER", "sip:10.1.0.250"); });
}

TEST(Hostile, NoHopsLeftGets483) {  // RFC 3261 16.3
  expect_answer(483, [](Stranger& s) {
    return spoilt(s.request("INVITE", uri, {}, offer()), "Max-Forwards: 70", "Max-Forwards: 0");
  });
}

TEST(Hostile, ARequiredExtensionWeLackGets420) {  // RFC 3261 8.2.2.3
  expect_answer(420,
                [](Stranger& s) { return s.request("INVITE", uri, "Require: teleportation\r\n", offer()); });
}

TEST(Hostile, AnotherSchemeGets416) {  // RFC 3261 8.2.2.1
  expect_answer(416, [](Stranger& s) { return s.request("INVITE", "http://example.com", {}, offer()); });
}

TEST(Hostile, ABodyThatIsNotSdpGets415) {  // RFC 3261 8.2.3
  expect_answer(415, [](Stranger& s) {
    return spoilt(s.request("INVITE", uri, {}, offer()), "application/sdp", "text/plain");
  });
}

TEST(Hostile, AByeForNoDialogGets481) {  // RFC 3261 15.1.2
  expect_answer(481, [](Stranger& s) {
    return spoilt(s.request("BYE", uri), ">\r\nCall-ID", ">;tag=nobody\r\nCall-ID");
  });
}

TEST(Hostile, ACancelForNothingGets481) {  // RFC 3261 9.2
  expect_answer(481, [](Stranger& s) { return s.request("CANCEL", uri); });
}

TEST(Hostile, AnInviteIntoADialogThatIsNotThereGets481) {  // RFC 3261 12.2.2
  expect_answer(481, [](Stranger& s) {
    return spoilt(s.request("INVITE", uri, {}, offer()), "To: <" + uri + ">", "To: <" + uri + ">;tag=nobody");
  });
}

TEST(Hostile, AnAckForNothingGetsNothing) {
  play({}, [](World& world) {
    Stranger stranger(world, caller_endpoint(99, Family::v4));
    stranger.send(spoilt(stranger.request("ACK", uri), ">\r\nCall-ID", ">;tag=nobody\r\nCall-ID"));
    world.run_to_end();
    EXPECT_EQ(stranger.answers(), 0u);
    EXPECT_EQ(world.border().count(Reason::ack_stray), 1u);
  });
}

// A source that spoofs another's call must not be able to end it: a request inside a dialog counts only from
// its peer.
TEST(Hostile, AByeWithTheRightTagsFromAnotherAddressEndsNothing) {
  play({}, [](World& world) {
    Host& victim = world.add_caller();
    Caller& caller = world.call(victim, {.number = "1001"});
    Stranger stranger(world, caller_endpoint(99, Family::v4), &victim);
    world.run_for(5s);
    sip::Message answer;
    const std::string bytes = caller.received("200");
    ASSERT_EQ(answer.parse(bytes), Reason::none);
    std::string bye = stranger.request("BYE", uri);
    sip::Message mine;
    ASSERT_EQ(mine.parse(bye), Reason::none);
    std::string forged = spoilt(bye, "From: " + std::string(mine.value(sip::Header::from)),
                                "From: " + std::string(answer.value(sip::Header::from)));
    forged = spoilt(forged, "To: " + std::string(mine.value(sip::Header::to)),
                    "To: " + std::string(answer.value(sip::Header::to)));
    forged = spoilt(forged, "Call-ID: " + std::string(mine.call_id()), "Call-ID: " + caller.call_id());
    stranger.send(forged);
    world.run_for(1s);
    EXPECT_TRUE(caller.confirmed()) << "a stranger ended the call";
    EXPECT_EQ(world.border().count(Reason::dialog_foreign), 1u);
    world.run_to_end();
    EXPECT_EQ(world.cdr_of(caller).releaser, call::Releaser::caller);
  });
}

// Design rule 7: a response counts only from the realm and peer that the request went to.
TEST(Hostile, AResponseFromAnotherAddressIsDropped) {
  play({}, [](World& world) {
    world.answer("1001", {.status = 0});
    Caller& caller = world.call(world.add_caller(), {.number = "1001", .cancel_after = 5s});
    Stranger stranger(world, caller_endpoint(99, Family::v4));
    world.run_for(2s);
    sip::Message invite;
    const std::string bytes = world.callees("1001").at(0)->received("INVITE");
    ASSERT_EQ(invite.parse(bytes), Reason::none);
    stranger.send(with_body(response_head(invite, 603, "forged"), {}));
    world.run_for(1s);
    EXPECT_EQ(caller.final_status(), 0);
    EXPECT_EQ(world.border().count(Reason::response_foreign), 1u);
    world.run_to_end();
    EXPECT_EQ(caller.final_status(), 487);
  });
}

TEST(Hostile, AThousandSpoiltMessagesLeaveNothingBehind) {
  WorldOptions options{.seed = 7};
  options.limits.workers = 2;
  play(options, [](World& world) {
    Stranger stranger(world, caller_endpoint(99, Family::v4));
    Caller& caller = world.call(world.add_caller(), {.number = "1002"}, 1s);
    for (int i = 0; i < 1000; ++i) world.at(i * 10ms, [&stranger] { stranger.send_anything(); });
    world.run_to_end();
    EXPECT_GT(stranger.answers(400), 0u);
    EXPECT_NE(caller.final_status(), 0);
  });
}

}  // namespace
}  // namespace sbc::sim
