// What becomes of a call when a peer, a user agent, a limit or the media fails it.
#include <gtest/gtest.h>

#include "tests/sim/play.h"

namespace sbc::sim {
namespace {

const CalleeScript unavailable{.provisionals = {}, .status = 503, .answer_after = 10ms};
const CalleeScript mute{.silent = true};

TEST(Failure, A503IsTriedAtTheTrunksSecondPeer) {
  play({}, [](World& world) {
    world.answer_in_turn("1001", {unavailable, CalleeScript{}});
    Caller& caller = world.call(world.add_caller(), {.number = "1001"});
    world.run_to_end();
    EXPECT_EQ(caller.story(), "INVITE> 100< 180< 200< ACK> BYE> 200<");
    EXPECT_EQ(world.peer(core_a_first).callees().at(0)->story(), "INVITE< 503> ACK<");
    EXPECT_TRUE(world.peer(core_a_second).callees().at(0)->was_confirmed());
    EXPECT_EQ(world.cdr_of(caller).attempts, 2);
    EXPECT_EQ(world.cdr_of(caller).callee.peer, world.peer(core_a_second).own());
  });
}

TEST(Failure, ASilentPeerIsLeftForTheNextAfterTheAttemptTimeout) {
  play({}, [](World& world) {
    world.answer_in_turn("1001", {mute, CalleeScript{}});
    Caller& caller = world.call(world.add_caller(), {.number = "1001"});
    world.run_for(3900ms);
    EXPECT_TRUE(world.peer(core_a_second).callees().empty());
    world.run_for(300ms);
    EXPECT_EQ(world.peer(core_a_second).callees().size(), 1u);
    world.run_to_end();
    EXPECT_TRUE(caller.was_confirmed());
    EXPECT_EQ(world.cdr_of(caller).attempts, 2);
  });
}

TEST(Failure, AnUnreachablePeerIsLeftForTheNextAtOnce) {
  play({}, [](World& world) {
    world.peer(core_a_first).set_state(NodeState::closed);
    Caller& caller = world.call(world.add_caller(), {.number = "1001"});
    world.run_for(100ms);
    EXPECT_EQ(world.peer(core_a_second).callees().size(), 1u);
    world.run_to_end();
    EXPECT_TRUE(caller.was_confirmed());
  });
}

TEST(Failure, ATrunkWhosePeersAllFailGivesWayToTheNextTrunk) {
  play({}, [](World& world) {
    world.answer_in_turn("1001", {unavailable, unavailable, CalleeScript{}});
    Caller& caller = world.call(world.add_caller(), {.number = "1001"});
    world.run_to_end();
    EXPECT_TRUE(world.peer(core_b).callees().at(0)->was_confirmed());
    EXPECT_EQ(world.cdr_of(caller).attempts, 3);
  });
}

TEST(Failure, WhenEveryTrunkFailsTheCallerGets503) {
  play({}, [](World& world) {
    world.answer("1001", unavailable);
    Caller& caller = world.call(world.add_caller(), {.number = "1001"});
    world.run_to_end();
    EXPECT_EQ(caller.story(), "INVITE> 100< 503< ACK>");
    EXPECT_EQ(world.cdr_of(caller).attempts, 3);
    EXPECT_EQ(world.cdr_of(caller).reason, Reason::trunks_failed);
  });
}

// A peer that was given up on may still come round; it must not be left with half a call.
TEST(Failure, ALateAnswerOfAnAbandonedPeerIsEnded) {
  play({}, [](World& world) {
    world.answer_in_turn(
        "1001", {CalleeScript{.provisionals = {}, .answer_after = 6s}, CalleeScript{.answer_after = 1s}});
    Caller& caller = world.call(world.add_caller(), {.number = "1001"});
    world.run_to_end();
    EXPECT_TRUE(caller.was_confirmed());
    EXPECT_TRUE(world.peer(core_a_second).callees().at(0)->was_confirmed());
    EXPECT_EQ(world.peer(core_a_first).callees().at(0)->story(), "INVITE< 200> ACK< BYE< 200>");
  });
}

TEST(Failure, ABusyCalleeIsNotTriedElsewhere) {
  play({}, [](World& world) {
    world.answer("1001", {.status = 486});
    Caller& caller = world.call(world.add_caller(), {.number = "1001"});
    world.run_to_end();
    EXPECT_EQ(caller.final_status(), 486);
    EXPECT_TRUE(world.peer(core_a_second).callees().empty());
  });
}

TEST(Failure, NobodyAnswersInTime) {
  play({}, [](World& world) {
    world.answer("1001", {.status = 0});
    Caller& caller = world.call(world.add_caller(), {.number = "1001"});
    world.run_for(29s);
    EXPECT_EQ(caller.final_status(), 0);
    world.run_for(2s);
    EXPECT_EQ(caller.final_status(), 480);
    world.run_to_end();
    EXPECT_EQ(world.callees("1001").at(0)->story(), "INVITE< 180> CANCEL< 200> 487> ACK<");
    const call::CallRecord& cdr = world.cdr_of(caller);
    EXPECT_EQ(cdr.reason, Reason::call_timeout);
    EXPECT_EQ(cdr.releaser, call::Releaser::sbc);
  });
}

// RFC 3261 13.3.1.4: without an ACK the dialog is confirmed but ended with BYE after 64*T1.
TEST(Failure, ACallerThatNeverAcknowledgesIsEnded) {
  play({}, [](World& world) {
    Caller& caller = world.call(world.add_caller(), {.number = "1001", .acks = false, .conduct = {}});
    world.run_for(33s);
    EXPECT_EQ(world.border().live_calls(), 1u);
    world.run_to_end();
    EXPECT_TRUE(caller.story().ends_with("BYE< 200>")) << caller.story();
    EXPECT_TRUE(world.callees("1001").at(0)->story().ends_with("BYE< 200>"));
    EXPECT_EQ(world.cdr_of(caller).releaser, call::Releaser::sbc);
  });
}

// RFC 3261 15: no BYE to a caller before its ACK, or before 64*T1 have passed without one.
TEST(Failure, ACallerThatHasNotAcknowledgedYetHearsOfTheEndOnlyAfterwards) {
  play({}, [](World& world) {
    world.answer("1001", {.conduct = {.hang_up_after = 1s}});
    Caller& caller = world.call(world.add_caller(), {.number = "1001", .acks = false, .conduct = {}});
    world.run_for(30s);
    EXPECT_TRUE(world.callees("1001").at(0)->over());
    EXPECT_EQ(caller.story().find("BYE"), std::string::npos) << caller.story();
    world.run_to_end();
    EXPECT_TRUE(caller.story().ends_with("BYE< 200>")) << caller.story();
    EXPECT_EQ(world.cdr_of(caller).releaser, call::Releaser::callee);
  });
}

// The ports are given back, so what is repeated must not advertise them any more.
TEST(Failure, A2xxThatIsRepeatedAfterTheEndOffersNoMedia) {
  play({}, [](World& world) {
    world.answer("1001", {.conduct = {.hang_up_after = 300ms}});
    Caller& caller = world.call(world.add_caller(), {.number = "1001", .ack_after = 1200ms, .conduct = {}});
    world.run_for(3s);
    EXPECT_EQ(media_of(sip_body(caller.received("200"))).port, 0);
    world.run_to_end();
    EXPECT_EQ(caller.story(), "INVITE> 100< 180< 200< 200< ACK> BYE< 200>");
  });
}

TEST(Failure, ACallWithoutAnyMediaIsEnded) {
  play({}, [](World& world) {
    world.answer("1001", {.conduct = {.talks = false}});
    Caller& caller = world.call(world.add_caller(), {.number = "1001", .conduct = {.talks = false}});
    world.run_for(20s);
    EXPECT_TRUE(caller.confirmed());
    world.run_to_end();
    EXPECT_EQ(caller.story(), "INVITE> 100< 180< 200< ACK> BYE< 200>");
    const call::CallRecord& cdr = world.cdr_of(caller);
    EXPECT_EQ(cdr.releaser, call::Releaser::sbc);
    EXPECT_GE(cdr.ended - cdr.answered, 20s);
    EXPECT_LT(cdr.ended - cdr.answered, 25s);
  });
}

TEST(Failure, MediaFromOneSideAloneKeepsTheCall) {
  play({}, [](World& world) {
    world.answer("1001", {.conduct = {.talks = false}});
    Caller& caller = world.call(world.add_caller(), {.number = "1001", .conduct = {.hang_up_after = 60s}});
    world.run_to_end();
    EXPECT_EQ(world.cdr_of(caller).releaser, call::Releaser::caller);
  });
}

TEST(Failure, AUserAgentThatCrashesIsNoticedByItsSilence) {
  play({}, [](World& world) {
    world.answer("1001", {.conduct = {.crash_after = 5s, .talks = false}});
    Caller& caller = world.call(world.add_caller(), {.number = "1001", .conduct = {.crash_after = 4s}});
    world.run_to_end();
    EXPECT_EQ(world.cdr_of(caller).releaser, call::Releaser::sbc);
  });
}

TEST(Failure, NoCallLastsLongerThanTheLimit) {
  play({}, [](World& world) {
    Caller& caller = world.call(world.add_caller(), {.number = "1001", .conduct = {}});
    world.run_to_end();
    const call::CallRecord& cdr = world.cdr_of(caller);
    EXPECT_EQ(cdr.releaser, call::Releaser::sbc);
    EXPECT_GE(cdr.ended - cdr.begun, 120s);
    EXPECT_LT(cdr.ended - cdr.begun, 130s);
  });
}

TEST(Failure, OneCallTooManyGets503WithRetryAfter) {
  WorldOptions options;
  options.limits.calls_max = 2;
  play(options, [](World& world) {
    world.call(world.add_caller(), {.number = "1001"});
    world.call(world.add_caller(), {.number = "1002"});
    Caller& third = world.call(world.add_caller(), {.number = "1003"}, 1s);
    Caller& later = world.call(world.add_caller(), {.number = "1004"}, 60s);
    world.run_to_end();
    EXPECT_EQ(third.final_status(), 503);
    EXPECT_EQ(third.retry_after_s(), 10u);
    EXPECT_EQ(world.border().count(Reason::call_limit), 1u);
    EXPECT_TRUE(later.was_confirmed()) << "the place was not given back";
  });
}

TEST(Failure, StrangersShareAPartOfTheCallsAndLeaveTheRest) {
  WorldOptions options;
  options.limits.unknown_calls_max = 1;
  play(options, [](World& world) {
    world.call(world.add_caller(), {.number = "1001"});
    Caller& second = world.call(world.add_caller(), {.number = "1002"}, 1s);
    Caller& trusted = world.call(world.peer(core_b), {.number = "7001"}, 1s);
    Caller& later = world.call(world.add_caller(), {.number = "1003"}, 60s);
    world.run_to_end();
    EXPECT_EQ(second.final_status(), 503);
    EXPECT_TRUE(trusted.was_confirmed());
    EXPECT_TRUE(later.was_confirmed()) << "the place was not given back";
  });
}

TEST(Failure, OneCallTooManyForATrunkGets503) {
  WorldOptions options;
  options.limits.trunk_calls_max = 1;
  play(options, [](World& world) {
    world.call(world.add_caller(), {.number = "2001"});
    Caller& second = world.call(world.add_caller(), {.number = "2002"}, 1s);
    Caller& later = world.call(world.add_caller(), {.number = "2003"}, 60s);
    world.run_to_end();
    EXPECT_EQ(second.final_status(), 503);
    EXPECT_TRUE(later.was_confirmed()) << "the trunk's place was not given back";
  });
}

TEST(Failure, ANumberWithoutARouteGets404) {
  play({}, [](World& world) {
    Caller& caller = world.call(world.add_caller(), {.number = "9001"});
    world.run_to_end();
    EXPECT_EQ(caller.final_status(), 404);
    EXPECT_EQ(world.border().count(Reason::no_rule), 1u);
  });
}

TEST(Failure, ATrunksRefusedAttemptHasItsCdr) {
  play({}, [](World& world) {
    Caller& caller = world.call(world.peer(pbx), {.number = "9001"});
    world.run_to_end();
    EXPECT_EQ(caller.final_status(), 404);
    EXPECT_EQ(world.cdr_of(caller).reason, Reason::no_rule);
    EXPECT_EQ(world.cdr_of(caller).releaser, call::Releaser::sbc);
  });
}

TEST(Failure, SdpThatCannotBeReadIsRefused) {
  play({}, [](World& world) {
    Caller& caller = world.call(world.add_caller(), {.number = "1001", .breaks_sdp = true});
    world.run_to_end();
    EXPECT_EQ(caller.final_status(), 400);
    EXPECT_EQ(world.border().count(Reason::sdp_bad), 1u);
    EXPECT_TRUE(world.callees("1001").empty());
  });
}

TEST(Failure, DrainingRefusesNewCallsAndLeavesOthersAlone) {
  play({}, [](World& world) {
    Caller& first = world.call(world.add_caller(), {.number = "1001"});
    world.at(5s, [&world] { world.border().drain(); });
    Caller& second = world.call(world.add_caller(), {.number = "1002"}, 6s);
    world.run_to_end();
    EXPECT_EQ(first.story(), "INVITE> 100< 180< 200< ACK> BYE> 200<");
    EXPECT_EQ(second.final_status(), 503);
    EXPECT_EQ(world.border().count(Reason::draining), 1u);
  });
}

TEST(Failure, HangingUpEverythingEndsAnsweredAndRingingCalls) {
  play({}, [](World& world) {
    world.answer("1002", {.status = 0});
    Caller& answered = world.call(world.add_caller(), {.number = "1001"});
    Caller& ringing = world.call(world.add_caller(), {.number = "1002"});
    world.at(5s, [&world] { world.border().hang_up_all(); });
    world.run_for(6s);
    EXPECT_TRUE(answered.over());
    EXPECT_TRUE(ringing.over());
    world.run_to_end();
    EXPECT_EQ(answered.story(), "INVITE> 100< 180< 200< ACK> BYE< 200>");
    EXPECT_GE(ringing.final_status(), 480);
    EXPECT_EQ(world.callees("1002").at(0)->story(), "INVITE< 180> CANCEL< 200> 487> ACK<");
    EXPECT_EQ(world.cdr_of(answered).releaser, call::Releaser::sbc);
    EXPECT_EQ(world.cdr_of(ringing).releaser, call::Releaser::sbc);
  });
}

TEST(Failure, OneCallIsHungUpByItsId) {
  play({}, [](World& world) {
    Caller& caller = world.call(world.add_caller(), {.number = "1001"});
    world.run_for(4s);
    ASSERT_EQ(world.border().calls().size(), 1u);
    const uint64_t id = world.border().calls()[0].id;
    EXPECT_TRUE(world.border().hang_up(id));
    EXPECT_FALSE(world.border().hang_up(id + 1));
    world.run_to_end();
    EXPECT_EQ(caller.story(), "INVITE> 100< 180< 200< ACK> BYE< 200>");
    EXPECT_EQ(world.cdr_of(caller).id, id);
  });
}

}  // namespace
}  // namespace sbc::sim
