// Chaos: a world full of user agents that do anything they like, thrown from its seed.
#pragma once

#include <cstdint>
#include <map>

#include "tests/sim/world.h"

namespace sbc::sim {

/// What a number of chaotic worlds went through, so that a run that reaches nothing is seen.
struct Tally {
  uint64_t worlds = 0, packets = 0, attempts = 0, answered = 0, cancelled = 0, parked = 0, failed_over = 0,
           released_by_border = 0, transferred = 0, early_offers = 0, media_released = 0, agreed_early = 0,
           secured = 0,                    // sides of answered calls, with keys of ours
      keys_crossed = 0,                    // calls
      digits_told = 0, digits_played = 0;  // that became INFO, or were INFO
  uint64_t moves = 0;                      // of all calls of a world
  uint64_t redirected = 0;                 // to a number that a callee has told
  uint64_t names_asked = 0;                // hosts of trunks
  uint64_t agreed_more = 0;                // callers with a stream besides the audio
  std::map<int, uint64_t> final_statuses;  // that callers got; 0 = none
};

Weather storm();         // 20 % loss, 20 % duplication, delays that reorder
Weather fair_weather();  // nothing lost or doubled; delays that reorder
Weather bad_weather();   // 10 % of messages meet a fault: lost, doubled, overtaken, late or damaged

WorldOptions chaos_options(uint64_t seed, const Weather& weather);
/// Fills the world, runs it to its end, and adds to the tally.
void unleash(World& world, Tally& tally);

}  // namespace sbc::sim
