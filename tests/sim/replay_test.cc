// The same seed gives the same run, to the byte: what makes a seed worth printing.
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

}  // namespace
}  // namespace sbc::sim
