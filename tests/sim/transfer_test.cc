// Calls that are transferred, over workers that each know a part of them.
#include <gtest/gtest.h>

#include "tests/sim/play.h"

namespace sbc::sim {
namespace {

WorldOptions options(uint64_t seed) {
  WorldOptions options{.seed = seed};
  options.limits.workers = 1 + unsigned(seed % 4);
  return options;
}

/// The host's agents that were up, are or never were: as "confirmed", "ended" or "failed", in their order.
std::string states(const Host& host) {
  std::string text;
  for (const auto& agent : host.agents()) {
    text += text.empty() ? "" : " ";
    text += agent->confirmed() ? "confirmed" : agent->was_confirmed() ? "ended" : "failed";
  }
  return text;
}

TEST(Transfer, BlindOneMakesTheOtherEndCall) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    play(options(seed), [](World& world) {
      Conduct conduct{.transfers = {{2s, "7001"}}, .chatty = true};
      world.answer("1001", {.conduct = {.chatty = true}});
      Caller& caller = world.call(world.add_caller(), {.number = "1001", .conduct = conduct});
      world.run_for(10s);
      EXPECT_EQ(caller.reported(), 200);
      EXPECT_TRUE(caller.over());
      ASSERT_EQ(world.callees("7001").size(), 1u);
      EXPECT_TRUE(world.callees("7001")[0]->confirmed());
      EXPECT_EQ(states(world.peer(core_a_first)), "ended confirmed");
      world.run_to_end();
    });
  }
}

/// The other end knows no REFER, and has nothing to do but take a new offer.
TEST(Transfer, BlindOneIsCarriedOut) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    WorldOptions carried = options(seed);
    carried.limits.carry_out = true;
    play(carried, [](World& world) {
      Conduct conduct{.transfers = {{2s, "7001"}}, .chatty = true};
      world.answer("1001", {.conduct = {.takes_refer = false, .chatty = true}});
      world.answer("7001", {.conduct = {.chatty = true}});
      Caller& caller = world.call(world.add_caller(), {.number = "1001", .conduct = conduct});
      world.run_for(10s);
      EXPECT_EQ(caller.reported(), 200);
      EXPECT_TRUE(caller.over());
      ASSERT_EQ(world.callees("7001").size(), 1u);
      EXPECT_TRUE(world.callees("7001")[0]->confirmed());
      EXPECT_EQ(states(world.peer(core_a_first)), "confirmed");
      EXPECT_EQ(world.border().live_calls(), 1u);
      world.run_to_end();
    });
  }
}

TEST(Transfer, FailureOfOneCarriedOutChangesNothing) {
  WorldOptions carried;
  carried.limits.carry_out = true;
  play(carried, [](World& world) {
    Caller& caller =
        world.call(world.add_caller(), {.number = "1001", .conduct = {.transfers = {{2s, "7001"}}}});
    world.answer("7001", {.status = 486, .answer_after = 1s});
    world.run_for(10s);
    EXPECT_EQ(caller.reported(), 486);
    EXPECT_TRUE(caller.confirmed()) << "it still has its call";
    caller.hang_up();
    world.run_to_end();
  });
}

TEST(Transfer, FailureIsReported) {
  play({}, [](World& world) {
    Caller& caller =
        world.call(world.add_caller(), {.number = "1001", .conduct = {.transfers = {{2s, "7001"}}}});
    world.answer("7001", {.status = 486, .answer_after = 1s});
    world.run_for(10s);
    EXPECT_EQ(caller.reported(), 486);
    EXPECT_TRUE(caller.confirmed()) << "it still has its call";
    caller.hang_up();
    world.run_to_end();
  });
}

TEST(Transfer, RefusedOneChangesNothing) {
  play({}, [](World& world) {
    world.answer("1001", {.conduct = {.takes_refer = false}});
    Caller& caller =
        world.call(world.add_caller(),
                   {.number = "1001", .conduct = {.hang_up_after = 10s, .transfers = {{2s, "7001"}}}});
    world.run_to_end();
    EXPECT_NE(caller.story().find("REFER> 603<"), std::string::npos) << caller.story();
    EXPECT_EQ(caller.reported(), 0);
  });
}

/// One host calls two peers and brings them together. `ends`: what becomes of the referred peer's calls.
void attended(World& world, const std::string& first, const std::string& second, PeerName referred,
              PeerName target, const std::string& ends = "ended confirmed") {
  for (const std::string& number : {first, second}) world.answer(number, {.conduct = {.chatty = true}});
  Host& host = world.add_caller();
  Caller& one =
      world.call(host, {.number = first, .conduct = {.transfers = {{4s, second, true}}, .chatty = true}});
  Caller& two = world.call(host, {.number = second, .conduct = {.chatty = true}}, 1s);
  world.run_for(12s);
  EXPECT_EQ(one.reported(), 200);
  EXPECT_TRUE(one.over() && two.over());
  EXPECT_EQ(states(world.peer(referred)), ends) << one.story();
  EXPECT_EQ(states(world.peer(target)), "ended confirmed") << two.story();
  EXPECT_EQ(world.border().live_calls(), 1u);
  world.run_to_end();
}

TEST(Transfer, AttendedOneConnectsTheOtherTwoWhateverWorkersTheirCallsAreOn) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    play(options(seed), [](World& world) { attended(world, "1001", "2001", core_a_first, core_b); });
  }
}

/// Who is referred keeps its one dialog.
TEST(Transfer, AttendedOneIsCarriedOutWhateverWorkersItsCallsAreOn) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    WorldOptions carried = options(seed);
    carried.limits.carry_out = true;
    play(carried, [](World& world) { attended(world, "1001", "2001", core_a_first, core_b, "confirmed"); });
  }
}

TEST(Transfer, AttendedOneCrossesFamilies) {
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    play(options(seed), [](World& world) { attended(world, "1001", "6001", core_a_first, core_v6); });
  }
}

TEST(Transfer, AttendedOneReachesTheOtherRealm) {
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    play(options(seed), [](World& world) { attended(world, "7001", "1001", pbx, core_a_first); });
  }
}

}  // namespace
}  // namespace sbc::sim
