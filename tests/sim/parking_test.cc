// A decision that must ask somebody else parks the call: it goes on with the answer, and ends without one.
#include <gtest/gtest.h>

#include "tests/sim/play.h"

namespace sbc::sim {
namespace {

void play_parked(const Oracle& oracle, const CallerScript& script,
                 const std::function<void(World&, Caller&)>& judge) {
  WorldOptions options;
  options.limits.workers = 2;
  play(options, [&](World& world) {
    world.border().set_oracle(oracle);
    Caller& caller = world.call(world.add_caller(), script);
    world.run_to_end();
    judge(world, caller);
  });
}

TEST(Parking, ACallGoesOnWithTheAnswer) {
  play_parked({.after = 700ms}, {.number = "81001"}, [](World& world, Caller& caller) {
    EXPECT_EQ(caller.story(), "INVITE> 100< 180< 200< ACK> BYE> 200<");
    EXPECT_EQ(world.border().questions(), 1u);
    EXPECT_GE(world.cdr_of(caller).ringing - world.cdr_of(caller).begun, 700ms);
  });
}

TEST(Parking, AnAnswerMayLeadToAnotherQuestion) {
  play_parked({.values = {AskingDecider::ask_again, AskingDecider::go_on}}, {.number = "81001"},
              [](World& world, Caller& caller) {
                EXPECT_TRUE(caller.was_confirmed());
                EXPECT_EQ(world.border().questions(), 2u);
              });
}

TEST(Parking, AnAnswerMayRefuseTheCall) {
  play_parked({.values = {AskingDecider::refuse}}, {.number = "81001"}, [](World& world, Caller& caller) {
    EXPECT_EQ(caller.story(), "INVITE> 100< 404< ACK>");
    EXPECT_EQ(world.cdr_of(caller).reason, Reason::no_rule);
  });
}

TEST(Parking, ACallWithoutAnAnswerIsRefusedInTime) {
  play_parked({.answers = false}, {.number = "81001"}, [](World& world, Caller& caller) {
    EXPECT_GE(caller.final_status(), 400);
    EXPECT_LE(world.cdr_of(caller).ended - world.cdr_of(caller).begun, call::Decider::answer_timeout + 10ms);
    EXPECT_TRUE(world.callees("1001").empty());
  });
}

TEST(Parking, AnAnswerThatComesTooLateIsIgnored) {
  play_parked({.after = 3s}, {.number = "81001"}, [](World& world, Caller& caller) {
    EXPECT_GE(caller.final_status(), 400);
    EXPECT_TRUE(world.callees("1001").empty());
  });
}

TEST(Parking, ACallMayBeCancelledWhileItIsParked) {
  play_parked({.after = 1500ms}, {.number = "81001", .cancel_after = 1s}, [](World& world, Caller& caller) {
    EXPECT_EQ(caller.story(), "INVITE> 100< CANCEL> 200< 487< ACK>");
    EXPECT_TRUE(world.callees("1001").empty());
    EXPECT_EQ(world.cdr_of(caller).releaser, call::Releaser::caller);
  });
}

TEST(Parking, AParkedCallIsHungUpWithTheRest) {
  WorldOptions options;
  play(options, [](World& world) {
    world.border().set_oracle({.after = 1500ms});
    Caller& caller = world.call(world.add_caller(), {.number = "81001"});
    world.at(1s, [&world] { world.border().hang_up_all(); });
    world.run_to_end();
    EXPECT_GE(caller.final_status(), 400);
    EXPECT_TRUE(world.callees("1001").empty());
  });
}

}  // namespace
}  // namespace sbc::sim
