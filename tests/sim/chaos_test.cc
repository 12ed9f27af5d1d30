// Many seeds of user agents that do anything, on a network that does anything. Each run must end with every
// call over and every resource back; the invariants hold after each step.
#include "tests/sim/chaos.h"

#include <iostream>

#include <gtest/gtest.h>

#include "tests/sim/play.h"

namespace sbc::sim {
namespace {

constexpr unsigned failures_max =
    20;  // one cause shows in many seeds; its shortest ladder is the one to read

void print(const Tally& tally) {
  std::cout << tally.worlds << " seeds: " << tally.packets << " packets, " << tally.attempts
            << " call attempts, " << tally.answered << " answered, " << tally.cancelled << " cancelled, "
            << tally.failed_over << " failed over, " << tally.released_by_border
            << " released by the border, " << tally.transferred << " transferred, " << tally.early_offers
            << " to a trunk that wants offers, " << tally.media_released << " with media released, "
            << tally.agreed_early << " changed before they were answered, " << tally.secured
            << " sides with SRTP, " << tally.keys_crossed << " calls whose keys crossed, "
            << tally.digits_told << " digits from media to INFO, " << tally.digits_played
            << " back; final statuses:";
  for (auto [status, count] : tally.final_statuses) std::cout << ' ' << status << 'x' << count;
  std::cout << std::endl;
}

void weather(const Weather& weather, uint64_t seeds) {
  Tally tally;
  const uint64_t first = chosen_seed().value_or(1);
  const uint64_t last = chosen_seed() ? first : seeds;
  unsigned failed = 0;
  for (uint64_t seed = first; seed <= last && failed < failures_max; ++seed) {
    failed += !play(chaos_options(seed, weather), [&](World& world) { unleash(world, tally); });
  }
  print(tally);
  if (tally.worlds < 120) return;
  EXPECT_GT(tally.answered, tally.attempts / 4) << "the chaos is too wild to prove anything about calls";
  EXPECT_GT(tally.cancelled, 0u);
  EXPECT_GT(tally.failed_over, 0u);
  EXPECT_GT(tally.parked, 0u);
  EXPECT_GT(tally.transferred, 0u);
  EXPECT_GT(tally.early_offers, 0u);
  EXPECT_GT(tally.media_released, 0u);
  EXPECT_GT(tally.agreed_early, 0u);
  EXPECT_GT(tally.secured, tally.answered / 20);
  EXPECT_GT(tally.keys_crossed, 0u);
  EXPECT_GT(tally.released_by_border, 0u);
  EXPECT_GT(tally.digits_told, 0u);
  EXPECT_GT(tally.digits_played, 0u);
}

TEST(Chaos, EveryCallEndsAndEveryResourceReturnsUnderLossDuplicationAndReordering) {
  weather(storm(), chosen_count(600));
}

TEST(Chaos, EveryCallEndsAndEveryResourceReturnsUnderReorderingAlone) {
  weather(fair_weather(), chosen_count(600) / 5);
}

}  // namespace
}  // namespace sbc::sim
