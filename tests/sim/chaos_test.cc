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

/// tests/run shows lines that begin so.
void print(const std::string& weather, const Tally& tally) {
  std::cout << "simulated " << tally.attempts << " calls, " << weather << ": " << tally.worlds << " seeds, "
            << tally.packets << " packets, " << tally.answered << " answered, " << tally.cancelled
            << " cancelled, " << tally.failed_over << " failed over, " << tally.released_by_border
            << " released by the border, " << tally.transferred << " transferred, " << tally.early_offers
            << " to a trunk that wants offers, " << tally.media_released << " with media released, "
            << tally.agreed_early << " changed before they were answered, " << tally.secured
            << " sides with SRTP, " << tally.keys_crossed << " calls whose keys crossed, "
            << tally.digits_told << " digits from media to INFO, " << tally.digits_played << " back, "
            << tally.agreed_more << " with more streams, " << tally.redirected << " redirected, "
            << tally.names_asked << " names asked for, " << tally.moves << " moves; final statuses:";
  for (auto [status, count] : tally.final_statuses) std::cout << ' ' << status << 'x' << count;
  std::cout << std::endl;
}

/// As many seeds, and as many more as it takes to make so many calls.
void weather(const std::string& name, const Weather& weather, uint64_t seeds, uint64_t calls = 0) {
  Tally tally;
  const uint64_t first = chosen_seed().value_or(1);
  const uint64_t last = chosen_seed() ? first : seeds;
  unsigned failed = 0;
  auto goes_on = [&](uint64_t seed) { return seed <= last || (!chosen_seed() && tally.attempts < calls); };
  for (uint64_t seed = first; goes_on(seed) && failed < failures_max; ++seed) {
    failed += !play(chaos_options(seed, weather), [&](World& world) { unleash(world, tally); });
  }
  print(name, tally);
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
  EXPECT_GT(tally.agreed_more, 0u);
  EXPECT_GT(tally.redirected, 0u);
  EXPECT_GT(tally.final_statuses[302], 0u);
  EXPECT_GT(tally.names_asked, 0u);
  EXPECT_GT(tally.moves, 0u);
}

TEST(Chaos, EveryCallEndsAndEveryResourceReturnsWhereATenthOfMessagesMeetsAFault) {
  weather("10 % of messages lost, doubled, overtaken, late or damaged", bad_weather(), chosen_count(600) / 2,
          chosen_calls().value_or(0));
}

TEST(Chaos, EveryCallEndsAndEveryResourceReturnsUnderLossDuplicationAndReordering) {
  weather("20 % lost, 20 % doubled, all reordered", storm(), chosen_count(600));
}

TEST(Chaos, EveryCallEndsAndEveryResourceReturnsUnderReorderingAlone) {
  weather("all reordered", fair_weather(), chosen_count(600) / 5);
}

}  // namespace
}  // namespace sbc::sim
