// How a call is set up and ended when everybody behaves: the ladder of both legs, the media, the CDR.
#include <gtest/gtest.h>

#include "tests/sim/play.h"

namespace sbc::sim {
namespace {

/// Both ends send to the border, and the border joins exactly these two.
void expect_joined(World& world, const Agent& one, RealmId one_realm, const Agent& other) {
  MediaModel::Joined joined = world.media().find(one_realm, one.remote_media());
  ASSERT_NE(joined.side, nullptr) << "no relay where the user agent was told to send its media";
  EXPECT_EQ(joined.side->remote, one.own_media());
  EXPECT_EQ(joined.other->remote, other.own_media());
  EXPECT_EQ(world.media().endpoint_of(joined.other->local), other.remote_media());
}

void check_plain_call(Family caller_family, const std::string& number, unsigned workers) {
  WorldOptions options;
  options.limits.workers = workers;
  play(options, [&](World& world) {
    Caller& caller = world.call(world.add_caller(caller_family), {.number = number});
    world.run_for(5s);
    ASSERT_EQ(world.callees(number).size(), 1u);
    Callee& callee = *world.callees(number).front();
    EXPECT_TRUE(caller.confirmed());
    EXPECT_TRUE(callee.confirmed());
    EXPECT_EQ(world.border().live_calls(), 1u);
    expect_joined(world, caller, access_realm, callee);
    world.run_to_end();
    EXPECT_EQ(caller.story(), "INVITE> 100< 180< 200< ACK> BYE> 200<");
    EXPECT_EQ(callee.story(), "INVITE< 180> 200> ACK< BYE< 200>");
    const call::CallRecord& cdr = world.cdr_of(caller);
    EXPECT_EQ(cdr.releaser, call::Releaser::caller);
    EXPECT_EQ(cdr.reason, Reason::none);
    EXPECT_EQ(cdr.attempts, 1);
    EXPECT_EQ(cdr.to_number.view(), number);
    EXPECT_EQ(cdr.from_number.view(), caller.script().from);
    EXPECT_GT(cdr.ringing, cdr.begun);
    EXPECT_GT(cdr.answered, cdr.ringing);
    EXPECT_GE(cdr.ended - cdr.answered, 10s);
    EXPECT_GT(cdr.caller.media.packets, 0u);
    EXPECT_GT(cdr.callee.media.packets, 0u);
  });
}

TEST(Setup, ACallIsAnchoredBothWaysAndEndedByTheCaller) { check_plain_call(Family::v4, "1001", 1); }

TEST(Setup, ThreeWorkersServeItAsWellAsOne) { check_plain_call(Family::v4, "1001", 3); }

TEST(Setup, AnIpv4CallerReachesAnIpv6Callee) { check_plain_call(Family::v4, "6001", 2); }

TEST(Setup, AnIpv6CallerReachesAnIpv4Callee) { check_plain_call(Family::v6, "1001", 2); }

TEST(Setup, AnIpv6CallerReachesAnIpv6Callee) { check_plain_call(Family::v6, "6001", 2); }

TEST(Setup, ACallMayLeaveIntoTheRealmItCameFrom) { check_plain_call(Family::v4, "7001", 2); }

TEST(Setup, ACallFromTheCoreReachesTheAccessSide) {
  play({}, [](World& world) {
    Caller& caller = world.call(world.peer(core_a_first), {.number = "7001"});
    world.run_for(5s);
    Callee& callee = *world.callees("7001").at(0);
    expect_joined(world, caller, core_realm, callee);
    world.run_to_end();
    EXPECT_EQ(caller.story(), "INVITE> 100< 180< 200< ACK> BYE> 200<");
  });
}

// RFC 3581, and requests follow the address that the caller was seen at, never what its Contact says.
TEST(Setup, ACallerBehindNatIsReachedWhereItsPacketsComeFrom) {
  play({}, [](World& world) {
    world.answer("1001", {.conduct = {.hang_up_after = 3s}});
    Caller& caller = world.call(world.add_caller_behind_nat(), {.number = "1001", .conduct = {}});
    world.run_to_end();
    EXPECT_EQ(caller.story(), "INVITE> 100< 180< 200< ACK> BYE< 200>");
    sip::Message answer;
    const std::string bytes = caller.received("200");
    ASSERT_EQ(answer.parse(bytes), Reason::none);
    std::string_view via = answer.top_via().parameters;
    EXPECT_EQ(sip::parameter(via, "received"), "10.1.0.100");
    EXPECT_EQ(sip::parameter(via, "rport"), "61000");
  });
}

TEST(Setup, ACallerWhoseNatChangesItsPortIsFollowed) {
  play({}, [](World& world) {
    world.answer("1001", {.conduct = {.hang_up_after = 6s}});
    Host& host = world.add_caller_behind_nat();
    Caller& caller = world.call(host, {.number = "1001", .conduct = {.errands = {{3s, "OPTIONS"}}}});
    world.at(4s, [&] { world.rebind(host, 62000); });
    world.run_to_end();
    EXPECT_EQ(caller.story(), "INVITE> 100< 180< 200< ACK> OPTIONS> 200< BYE< 200>");
  });
}

// A reload changes nothing for calls that are up, even where it takes their trunk away.
TEST(Setup, ACallOutlivesTheConfigurationThatItBeganUnder) {
  play({}, [](World& world) {
    Caller& talking = world.call(world.add_caller(), {.number = "2001"});
    Caller& ringing = world.call(world.add_caller(), {.number = "2002"}, 3s);
    world.at(4s, [&world] { world.reload({.core_b = false}); });
    Caller& late = world.call(world.add_caller(), {.number = "2003"}, 6s);
    world.run_to_end();
    EXPECT_EQ(talking.story(), "INVITE> 100< 180< 200< ACK> BYE> 200<");
    EXPECT_EQ(ringing.story(), "INVITE> 100< 180< 200< ACK> BYE> 200<");
    EXPECT_EQ(late.final_status(), 404);
  });
}

TEST(Setup, TheCalleeMayEndTheCall) {
  play({}, [](World& world) {
    world.answer("1001", {.conduct = {.hang_up_after = 3s}});
    Caller& caller = world.call(world.add_caller(), {.number = "1001", .conduct = {}});
    world.run_to_end();
    EXPECT_EQ(caller.story(), "INVITE> 100< 180< 200< ACK> BYE< 200>");
    EXPECT_EQ(world.callees("1001").at(0)->story(), "INVITE< 180> 200> ACK< BYE> 200<");
    EXPECT_EQ(world.cdr_of(caller).releaser, call::Releaser::callee);
  });
}

TEST(Setup, EarlyMediaIsAnchoredBeforeTheAnswer) {
  play({}, [](World& world) {
    world.answer("1001", {.provisionals = {{50ms, 183, true}}, .answer_after = 5s});
    Caller& caller = world.call(world.add_caller(), {.number = "1001"});
    world.run_for(2s);
    Callee& callee = *world.callees("1001").at(0);
    Endpoint announced = media_of(sip_body(caller.received("183")));
    ASSERT_NE(announced.port, 0) << "the 183's SDP did not reach the caller";
    MediaModel::Joined joined = world.media().find(access_realm, announced);
    ASSERT_NE(joined.side, nullptr);
    EXPECT_EQ(joined.other->remote, callee.own_media());
    world.run_to_end();
    EXPECT_EQ(caller.story(), "INVITE> 100< 183< 200< ACK> BYE> 200<");
  });
}

// RFC 3261 13.2.1: an INVITE without SDP gets the offer in the 2xx and brings the answer in the ACK.
TEST(Setup, ADelayedOfferIsAnchoredToo) {
  play({}, [](World& world) {
    Caller& caller = world.call(world.add_caller(), {.number = "1001", .offers = false});
    world.run_for(5s);
    Callee& callee = *world.callees("1001").at(0);
    EXPECT_TRUE(sip_body(callee.received("INVITE")).empty());
    EXPECT_FALSE(sip_body(callee.received("ACK")).empty());
    expect_joined(world, caller, access_realm, callee);
    world.run_to_end();
    EXPECT_EQ(caller.story(), "INVITE> 100< 180< 200< ACK> BYE> 200<");
  });
}

// The ACK toward the callee waits for the answer in the caller's; meanwhile the callee repeats its 2xx.
TEST(Setup, A2xxThatIsRepeatedWhileItsAnswerIsAwaitedIsNotAnotherForks) {
  play({}, [](World& world) {
    Caller& caller = world.call(world.add_caller(), {.number = "1001", .offers = false, .ack_after = 1800ms});
    world.run_to_end();
    EXPECT_EQ(world.callees("1001").at(0)->story(), "INVITE< 180> 200> ACK< BYE< 200>");
    EXPECT_EQ(world.cdr_of(caller).releaser, call::Releaser::caller);
  });
}

TEST(Setup, SeveralProvisionalResponsesPassInOrder) {
  play({}, [](World& world) {
    world.answer("1001", {.provisionals = {{50ms, 180}, {500ms, 181}, {900ms, 183, true}}});
    Caller& caller = world.call(world.add_caller(), {.number = "1001"});
    world.run_to_end();
    EXPECT_EQ(caller.story(), "INVITE> 100< 180< 181< 183< 200< ACK> BYE> 200<");
  });
}

TEST(Setup, ARefusalReachesTheCallerAsItIs) {
  for (int status : {486, 404, 603, 488}) {
    play({}, [status](World& world) {
      world.answer("1001", {.status = status});
      Caller& caller = world.call(world.add_caller(), {.number = "1001"});
      world.run_to_end();
      EXPECT_EQ(caller.story(), "INVITE> 100< 180< " + std::to_string(status) + "< ACK>");
      EXPECT_EQ(world.callees("1001").at(0)->story(), "INVITE< 180> " + std::to_string(status) + "> ACK<");
      const call::CallRecord& cdr = world.cdr_of(caller);
      EXPECT_EQ(cdr.status, status);
      EXPECT_EQ(cdr.releaser, call::Releaser::callee);
      EXPECT_EQ(cdr.answered.ns, 0);
    });
  }
}

TEST(Setup, CancelWhileRingingEndsBothLegs) {
  play({}, [](World& world) {
    Caller& caller = world.call(world.add_caller(), {.number = "1001", .cancel_after = 1s});
    world.run_to_end();
    EXPECT_EQ(caller.story(), "INVITE> 100< 180< CANCEL> 200< 487< ACK>");
    EXPECT_EQ(world.callees("1001").at(0)->story(), "INVITE< 180> CANCEL< 200> 487> ACK<");
    EXPECT_EQ(world.cdr_of(caller).releaser, call::Releaser::caller);
    EXPECT_EQ(world.cdr_of(caller).status, 487);
  });
}

// RFC 3261 9.1: no CANCEL toward the callee before it has said anything.
TEST(Setup, CancelWaitsForTheCalleesFirstResponse) {
  play({}, [](World& world) {
    world.answer("1001", {.provisionals = {{3s, 180}}, .answer_after = 9s});
    Caller& caller = world.call(world.add_caller(), {.number = "1001", .cancel_after = 300ms});
    world.run_to_end();
    EXPECT_EQ(caller.final_status(), 487);
    EXPECT_EQ(world.callees("1001").at(0)->story(), "INVITE< 180> CANCEL< 200> 487> ACK<");
  });
}

TEST(Setup, AnAnswerThatCrossesTheCancelIsAcknowledgedAndEnded) {
  play({}, [](World& world) {
    world.answer("1001", {.answers_despite_cancel = true});
    Caller& caller = world.call(world.add_caller(), {.number = "1001", .cancel_after = 1s});
    world.run_to_end();
    EXPECT_EQ(caller.story(), "INVITE> 100< 180< CANCEL> 200< 487< ACK>");
    EXPECT_EQ(world.callees("1001").at(0)->story(), "INVITE< 180> CANCEL< 200> 200> ACK< BYE< 200>");
  });
}

// Delivered to other workers than the INVITE, and handed over faster.
TEST(Setup, ACancelThatOvertakesItsInviteLeavesNothingBehind) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    WorldOptions options{.seed = seed, .handover_delay_most = 400ms};
    options.limits.workers = 3;
    play(options, [](World& world) {
      Caller& caller =
          world.call(world.add_caller(), {.number = "1001", .cancel_after = 1ms, .impatient = true});
      world.run_to_end();
      EXPECT_TRUE(caller.final_status() == 487 || caller.was_confirmed()) << caller.story();
    });
  }
}

// RFC 3261 13.2.2.4: each 2xx of a forked INVITE is acknowledged; the border keeps the first and ends the
// others.
TEST(Setup, TheSecondBranchOfAForkIsAcknowledgedAndEnded) {
  play({}, [](World& world) {
    world.answer("1001", {.fork_after = 4s});
    Caller& caller = world.call(world.add_caller(), {.number = "1001"});
    world.run_to_end();
    ASSERT_EQ(world.callees("1001").size(), 2u);
    EXPECT_EQ(world.callees("1001")[1]->story(), "180> 200> ACK< BYE< 200>");
    EXPECT_EQ(world.callees("1001")[0]->story(), "INVITE< 180> 200> ACK< BYE< 200>");
    EXPECT_EQ(caller.story(), "INVITE> 100< 180< 200< ACK> BYE> 200<");
  });
}

TEST(Setup, NothingOfOneSideIsSeenOnTheOtherHoweverTalkative) {
  play({}, [](World& world) {
    world.answer("1001", {.provisionals = {{50ms, 183, true}}, .conduct = {.chatty = true}});
    Caller& caller =
        world.call(world.add_caller(), {.number = "1001", .conduct = {.hang_up_after = 5s, .chatty = true}});
    world.run_to_end();  // every message is searched as it leaves
    EXPECT_TRUE(caller.was_confirmed());
  });
}

}  // namespace
}  // namespace sbc::sim
