// The same seed gives the same run, to the byte: what makes a seed worth printing.
#include <algorithm>
#include <sstream>
#include <vector>

#include <gtest/gtest.h>

#include "tests/sim/chaos.h"
#include "tests/sim/play.h"

namespace sbc::sim {
namespace {

uint64_t digest_of(uint64_t seed) {
  uint64_t digest = 0;
  Tally tally;
  play(chaos_options(seed, storm()), [&](World& world) {
    unleash(world, tally);
    digest = world.network().digest();
  });
  return digest;
}

TEST(Replay, TheSameSeedSendsTheSameBytesAtTheSameInstants) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    EXPECT_EQ(digest_of(seed), digest_of(seed)) << "seed " << seed;
  }
}

TEST(Replay, AnotherSeedSendsOtherBytes) { EXPECT_NE(digest_of(1), digest_of(2)); }

/// The lines of a run's ladder. `moved`: at random moments all calls are written to bytes, forgotten and read
/// back.
std::vector<std::string> ladder_of(uint64_t seed, bool moved) {
  std::stringstream drawn;
  Tally tally;
  Dice dice(seed);
  WorldOptions options = chaos_options(seed, storm());
  options.limits.carry_out = false;   // what is being transferred stays where it is
  options.limits.host_names = false;  // a call that moves while it waits for one asks again where it went
  play(options, [&](World& world) {
    world.ladder().draw_live(&drawn);
    if (moved)
      world.after_each_step([&] {
        if (dice.chance(20)) world.border().move_calls(Border::Move::within);
      });
    unleash(world, tally);
  });
  std::vector<std::string> lines;
  for (std::string line; std::getline(drawn, line);) lines.push_back(line);
  return lines;
}

/// What the border sends in the millisecond of this line.
std::vector<std::string> sent_with(const std::vector<std::string>& ladder, const std::string& line) {
  constexpr size_t time_width = 10;
  std::vector<std::string> sent;
  for (const std::string& each : ladder)
    if (each.compare(0, time_width, line, 0, time_width) == 0 && each.find("|->") != each.npos)
      sent.push_back(each);
  std::sort(sent.begin(), sent.end());
  return sent;
}

/// A call that moves sends the same messages at the same instants as one that stays. Only what is due in the
/// same millisecond may be done in another order; from there on the two runs throw other dice.
TEST(Replay, SoDoCallsThatMove) {
  const uint64_t first = chosen_seed().value_or(1);
  const uint64_t last = chosen_seed() ? first : chosen_count(40);
  unsigned same = 0;
  for (uint64_t seed = first; seed <= last; ++seed) {
    const std::vector<std::string> moved = ladder_of(seed, true), stayed = ladder_of(seed, false);
    const auto [a, b] = std::mismatch(moved.begin(), moved.end(), stayed.begin(), stayed.end());
    same += a == moved.end() && b == stayed.end();
    if (a != moved.end() && b != stayed.end())
      EXPECT_EQ(sent_with(moved, *a), sent_with(stayed, *a)) << "seed " << seed;
    else
      EXPECT_EQ(moved.size(), stayed.size()) << "seed " << seed;
  }
  EXPECT_GE(same, (last - first + 1) * 8 / 10);
}

}  // namespace
}  // namespace sbc::sim
