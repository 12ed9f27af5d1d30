// What happens inside a dialog that stands: new offers, glare, other requests.
#include <gtest/gtest.h>

#include "tests/sim/chaos.h"
#include "tests/sim/play.h"

namespace sbc::sim {
namespace {

// RFC 3264 8.4: hold and resume reach the other side with their direction, and the media stays anchored.
TEST(Dialog, TheCallerHoldsAndResumes) {
  play({}, [](World& world) {
    Caller& caller =
        world.call(world.add_caller(),
                   {.number = "1001",
                    .conduct = {.hang_up_after = 10s, .reoffers = {{2s, "sendonly"}, {5s, "sendrecv"}}}});
    world.run_for(6s);
    Callee& callee = *world.callees("1001").at(0);
    EXPECT_EQ(callee.remote_direction(), "sendonly");
    EXPECT_EQ(caller.remote_direction(), "recvonly");
    EXPECT_EQ(world.media().find(core_realm, callee.remote_media()).other->remote, caller.own_media());
    world.run_for(3s);
    EXPECT_EQ(callee.remote_direction(), "sendrecv");
    world.run_to_end();
    EXPECT_EQ(callee.story(), "INVITE< 180> 200> ACK< INVITE< 200> ACK< INVITE< 200> ACK< BYE< 200>");
  });
}

TEST(Dialog, TheCalleeHolds) {
  play({}, [](World& world) {
    world.answer("1001", {.conduct = {.reoffers = {{2s, "inactive"}}}});
    Caller& caller = world.call(world.add_caller(), {.number = "1001"});
    world.run_to_end();
    EXPECT_EQ(caller.remote_direction(), "inactive");
    EXPECT_EQ(world.callees("1001").at(0)->remote_direction(), "inactive");
    EXPECT_TRUE(world.callees("1001").at(0)->story().find("INVITE> 100< 200< ACK>") != std::string::npos ||
                world.callees("1001").at(0)->story().find("INVITE> 200< ACK>") != std::string::npos)
        << world.callees("1001").at(0)->story();
  });
}

TEST(Dialog, AnInviteWithoutSdpInsideTheDialogIsCarriedOver) {
  play({}, [](World& world) {
    Caller& caller = world.call(
        world.add_caller(),
        {.number = "1001", .conduct = {.hang_up_after = 10s, .reoffers = {{2s, "sendrecv", false}}}});
    world.run_to_end();
    Callee& callee = *world.callees("1001").at(0);
    EXPECT_EQ(callee.story(), "INVITE< 180> 200> ACK< INVITE< 200> ACK< BYE< 200>");
    EXPECT_TRUE(sip_body(callee.received("INVITE")).empty());
    EXPECT_FALSE(sip_body(callee.received("ACK")).empty());
    EXPECT_TRUE(caller.was_confirmed());
  });
}

TEST(Dialog, ARefusedOfferLeavesTheCallAsItWas) {
  play({}, [](World& world) {
    world.answer("1001", {.conduct = {.refuses_reoffers = true}});
    Caller& caller =
        world.call(world.add_caller(),
                   {.number = "1001", .conduct = {.hang_up_after = 10s, .reoffers = {{2s, "sendonly"}}}});
    world.run_for(8s);
    EXPECT_TRUE(caller.confirmed());
    EXPECT_EQ(world.callees("1001").at(0)->remote_direction(), "sendrecv");
    world.run_to_end();
    EXPECT_NE(caller.story().find("488< ACK>"), std::string::npos) << caller.story();
    EXPECT_EQ(world.cdr_of(caller).releaser, call::Releaser::caller);
  });
}

// RFC 3261 14.1: two offers that cross are both refused with 491 and tried again after different waits.
TEST(Dialog, OffersThatCrossAreBothRefusedAndThenSettle) {
  play({}, [](World& world) {
    world.answer("1001", {.conduct = {.reoffers = {{2s, "sendonly"}}}});
    Caller& caller =
        world.call(world.add_caller(),
                   {.number = "1001", .conduct = {.hang_up_after = 20s, .reoffers = {{2s, "sendonly"}}}});
    world.run_to_end();
    EXPECT_NE(caller.story().find("491"), std::string::npos) << caller.story();
    EXPECT_EQ(world.cdr_of(caller).releaser, call::Releaser::caller);
    EXPECT_EQ(world.border().live_calls(), 0u);
  });
}

TEST(Dialog, HangingUpWhileAnOfferIsOpenEndsTheCall) {
  play({}, [](World& world) {
    world.answer("1001", {.conduct = {.hang_up_after = 2003ms}});
    Caller& caller =
        world.call(world.add_caller(),
                   {.number = "1001", .conduct = {.hang_up_after = 20s, .reoffers = {{2s, "sendonly"}}}});
    world.run_to_end();
    EXPECT_EQ(world.cdr_of(caller).releaser, call::Releaser::callee);
  });
}

TEST(Dialog, BothEndsMayHangUpAtOnce) {
  play({}, [](World& world) {
    world.answer("1001", {.conduct = {.hang_up_after = 5s}});
    Caller& caller = world.call(world.add_caller(), {.number = "1001", .conduct = {.hang_up_after = 5s}});
    world.run_to_end();
    EXPECT_TRUE(caller.was_confirmed());
  });
}

TEST(Dialog, EveryRequestInsideTheDialogGetsAFinalResponse) {
  for (const char* method : {"OPTIONS", "INFO", "UPDATE", "MESSAGE", "FROBNICATE"}) {
    play({}, [method](World& world) {
      Caller& caller =
          world.call(world.add_caller(),
                     {.number = "1001", .conduct = {.hang_up_after = 9s, .errands = {{2s, method}}}});
      world.run_to_end();
      const std::string& story = caller.story();
      size_t asked = story.find(std::string(method) + "> ");
      ASSERT_NE(asked, std::string::npos) << story;
      std::string answer = story.substr(asked + std::string(method).size() + 2, 4);
      EXPECT_TRUE(answer[0] >= '2' && answer[0] <= '6' && answer[3] == '<') << story;
      EXPECT_EQ(world.cdr_of(caller).releaser, call::Releaser::caller);
    });
  }
}

// RFC 6086, RFC 4733: INFO of one side, in the media of the other
TEST(Dialog, ADigitSentOnceArrivesOnce) {
  using config::DigitRule;
  const Limits limits{.digits = {DigitRule::info, DigitRule::telephone_event}};
  play({.limits = limits, .weather = storm()}, [](World& world) {
    world.call(world.add_caller(),
               {.number = "1001", .conduct = {.hang_up_after = 30s, .errands = {digit(2s), digit(3s)}}});
    world.run_for(20s);
    EXPECT_EQ(world.invariants().digits_played(), 2u);
    EXPECT_EQ(world.callees("1001").at(0)->story().find("INFO"), std::string::npos);
    world.run_to_end();
  });
  const Limits other_way{.digits = {DigitRule::pass, DigitRule::info}};
  play({.limits = other_way, .weather = storm()}, [](World& world) {
    world.call(world.add_caller(), {.number = "1001", .conduct = {.hang_up_after = 30s}});
    world.run_for(10s);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(world.border().press(world.dice()));
    world.run_for(15s);
    EXPECT_EQ(world.invariants().digits_told(), 3u);
    const std::string& story = world.callees("1001").at(0)->story();
    size_t arrived = 0;
    for (size_t at = 0; (at = story.find("INFO<", at)) != story.npos; ++at) ++arrived;
    EXPECT_EQ(arrived, 3u) << story;
    world.run_to_end();
  });
}

// RFC 3262: each leg by itself
TEST(Dialog, RingingIsReliableWhereTheCallerWantsIt) {
  for (bool callee_too : {true, false}) {
    play({}, [callee_too](World& world) {
      world.answer("1001", {.reliable = callee_too});
      Caller& caller = world.call(world.add_caller(), {.number = "1001", .requires_reliable = true});
      world.run_to_end();
      EXPECT_NE(caller.story().find("PRACK> 200<"), std::string::npos) << caller.story();
      EXPECT_TRUE(caller.was_confirmed());
    });
  }
}

// RFC 3311 5.1: in the early dialog, whichever end it is that offers
TEST(Dialog, AnOfferByUpdateMayComeBeforeTheAnswer) {
  for (bool callers : {true, false}) {
    play({}, [callers](World& world) {
      const Conduct takes{.takes_update = true}, offers{.takes_update = true, .early_offer = Duration(1s)};
      world.answer("1001", {.provisionals = {{100ms, 183, true}},
                            .answer_after = 4s,
                            .reliable = true,
                            .conduct = callers ? takes : offers});
      Conduct conduct = callers ? offers : takes;
      conduct.hang_up_after = 9s;
      Caller& caller =
          world.call(world.add_caller(), {.number = "1001", .knows_reliable = true, .conduct = conduct});
      world.run_to_end();
      EXPECT_TRUE(caller.agreed_early()) << caller.story();
      EXPECT_TRUE(world.callees("1001").at(0)->agreed_early());
      EXPECT_TRUE(caller.was_confirmed());
    });
  }
}

// RFC 3311: to a callee that takes UPDATE, and to one that does not
TEST(Dialog, AnOfferByUpdateReachesAnyCallee) {
  for (bool takes : {true, false}) {
    play({}, [takes](World& world) {
      world.answer("1001", {.conduct = {.takes_update = takes}});
      Conduct conduct{.hang_up_after = 9s};
      conduct.reoffers = {{.after = 2s, .direction = "sendonly", .by_update = true}};
      Caller& caller = world.call(world.add_caller(), {.number = "1001", .conduct = conduct});
      world.run_to_end();
      EXPECT_NE(caller.story().find("UPDATE> 200<"), std::string::npos) << caller.story();
      EXPECT_EQ(caller.remote_direction(), "recvonly");
    });
  }
}

// RFC 4028 10
TEST(Dialog, ASessionThatItsPeerDoesNotRefreshEnds) {
  play({}, [](World& world) {
    world.answer("1001", {});
    Caller& caller = world.call(world.add_caller(), {.number = "1001", .conduct = {.knows_timers = true}});
    world.run_to_end();
    EXPECT_EQ(world.cdr_of(caller).reason, Reason::session_expired);
  });
}

// RFC 4028 7.4: by UPDATE, or by re-INVITE where the peer does not take that; nothing is to change.
TEST(Dialog, TheBorderRefreshesTheSessionOfEitherEnd) {
  for (bool takes_update : {true, false}) {
    play({}, [takes_update](World& world) {
      const Conduct conduct{.hang_up_after = 99s, .takes_update = takes_update, .knows_timers = true};
      world.answer("1001", {.conduct = conduct});
      Conduct callers = conduct;
      callers.leaves_refresh = true;
      Caller& caller = world.call(world.add_caller(), {.number = "1001", .conduct = callers});
      world.run_to_end();
      Callee& callee = *world.callees("1001").at(0);
      const std::string refresh = takes_update ? "UPDATE< 200>" : "INVITE< 200> ACK<";
      EXPECT_EQ(caller.story(), "INVITE> 100< 180< 200< ACK> " + refresh + " " + refresh + " BYE> 200<");
      const std::string callees = callee.story();
      EXPECT_TRUE(callees.starts_with("INVITE< 180> 200> ACK< " + refresh + " " + refresh + " BYE"))
          << callees;
    });
  }
}

// RFC 3261 14.1: one of the two offers waits.
TEST(Dialog, AnOfferThatMeetsARefreshIsCarriedOverInTheEnd) {
  for (Duration after : {Duration(44990ms), Duration(45s), Duration(45005ms), Duration(45020ms)}) {
    play({.weather = {.delay_least = 20ms, .delay_most = 20ms}}, [after](World& world) {
      world.answer("1001", {.conduct = {.reoffers = {{after, "sendonly"}}, .knows_timers = true}});
      Caller& caller = world.call(world.add_caller(), {.number = "1001", .conduct = {.hang_up_after = 70s}});
      world.run_to_end();
      EXPECT_EQ(caller.remote_direction(), "sendonly");
      EXPECT_EQ(world.cdr_of(caller).releaser, call::Releaser::caller);
    });
  }
}

// Nobody expects media of a call on hold, so its silence means nothing.
TEST(Dialog, ACallOnHoldIsNotEndedForItsSilence) {
  play({}, [](World& world) {
    world.answer("1001", {.conduct = {.talks = false}});
    Caller& caller =
        world.call(world.add_caller(),
                   {.number = "1001",
                    .conduct = {.hang_up_after = 60s, .reoffers = {{2s, "inactive"}}, .talks = false}});
    world.run_to_end();
    EXPECT_EQ(world.cdr_of(caller).releaser, call::Releaser::caller);
  });
}

// Both ends answer OPTIONS inside a dialog themselves or pass it: either way 200 (RFC 3261 11.2).
TEST(Dialog, OptionsInsideTheDialogGets200) {
  play({}, [](World& world) {
    Caller& caller =
        world.call(world.add_caller(),
                   {.number = "1001", .conduct = {.hang_up_after = 9s, .errands = {{2s, "OPTIONS"}}}});
    world.run_to_end();
    EXPECT_NE(caller.story().find("OPTIONS> 200<"), std::string::npos) << caller.story();
  });
}

// The answer crosses the BYE: it is acknowledged (RFC 3261 13.2.2.4), and the dialog is not ended twice.
TEST(Dialog, AnAnswerToAnOfferThatComesAfterTheByeIsOnlyAcknowledged) {
  play({}, [](World& world) {
    world.answer("1001", {.conduct = {.answers_reoffers_after = 499ms}});
    world.call(world.add_caller(),
               {.number = "1001", .conduct = {.hang_up_after = 2500ms, .reoffers = {{2s, "sendonly"}}}});
    world.run_to_end();
    EXPECT_EQ(world.callees("1001").at(0)->story(), "INVITE< 180> 200> ACK< INVITE< 200> BYE< 200> ACK<");
  });
}

// RFC 3261 12.2.2: out of order is an error of the request, not of the dialog.
TEST(Dialog, ARequestThatWasOvertakenGets500) {
  play({}, [](World& world) {
    Caller& caller =
        world.call(world.add_caller(),
                   {.number = "1001",
                    .conduct = {.hang_up_after = 9s, .errands = {{2s, "OPTIONS"}, {3s, "OPTIONS", true}}}});
    world.run_to_end();
    EXPECT_EQ(caller.story(), "INVITE> 100< 180< 200< ACK> OPTIONS> 200< OPTIONS> 500< BYE> 200<");
    EXPECT_EQ(world.border().count(Reason::cseq_old), 1u);
  });
}

}  // namespace
}  // namespace sbc::sim
