#include "tests/sim/script.h"

namespace sbc::sim {
namespace {

Reoffer throw_reoffer(Dice& dice) {
  static constexpr const char* directions[] = {"sendonly", "sendrecv", "inactive"};
  Reoffer reoffer;
  reoffer.after = dice.between(100ms, 8s);
  reoffer.direction = directions[dice.below(3)];
  reoffer.carries_offer = !dice.chance(20);
  reoffer.by_update = dice.chance(30);
  reoffer.moves = dice.chance(15);
  if (dice.chance(20)) reoffer.adds = dice.chance(70) ? "video" : "image";
  if (dice.chance(10)) reoffer.removes = "video";
  if (reoffer.adds == "image" && dice.chance(50)) reoffer.removes = "audio";
  return reoffer;
}

Conduct throw_conduct(Dice& dice) {
  static constexpr const char* methods[] = {"OPTIONS", "INFO",  "UPDATE", "FROBNICATE",
                                            "MESSAGE", "REFER", "NOTIFY"};
  Conduct conduct;
  if (dice.chance(5)) conduct.crash_after = dice.between(0ms, 20s);
  if (dice.chance(15)) conduct.reoffers.push_back(throw_reoffer(dice));
  if (dice.chance(5)) conduct.reoffers.push_back(throw_reoffer(dice));
  if (dice.chance(15)) {  // while the border refreshes the session
    conduct.reoffers.push_back(throw_reoffer(dice));
    conduct.reoffers.back().after = dice.between(44s, 52s);
  }
  if (dice.chance(10)) {
    Errand errand{dice.between(0ms, 8s), methods[dice.below(7)], dice.chance(20)};
    if (errand.method == "INFO") errand = digit(errand.after, errand.stale);
    conduct.errands.push_back(errand);
  }
  if (dice.chance(30)) conduct.answers_reoffers_after = dice.between(0ms, 2s);
  conduct.refuses_reoffers = dice.chance(15);
  conduct.takes_refer = !dice.chance(20);
  conduct.takes_update = dice.chance(50);
  if (dice.chance(40)) conduct.early_offer = dice.between(0ms, 2s);
  conduct.knows_timers = dice.chance(30);
  conduct.leaves_refresh = dice.chance(50);
  conduct.talks = !dice.chance(10);
  conduct.chatty = dice.chance(40);
  if (dice.chance(30)) conduct.formats = "0 101";
  if (dice.chance(5)) conduct.later_formats = "0 101";
  conduct.srtp = dice.chance(50);
  conduct.needs_srtp = dice.chance(20);
  conduct.rekeys = dice.chance(15);
  if (dice.chance(60)) conduct.takes = "video image";
  return conduct;
}

int throw_refusal(Dice& dice) {
  static constexpr int statuses[] = {486, 404, 503, 500, 403, 408, 480, 488, 603, 302, 606, 400};
  return statuses[dice.below(12)];
}

}  // namespace

CallerScript throw_caller(Dice& dice, std::string number) {
  CallerScript script;
  script.number = std::move(number);
  script.conduct = throw_conduct(dice);
  if (!dice.chance(40)) script.conduct.hang_up_after = dice.between(0ms, 12s);
  script.offers = !dice.chance(10);
  script.breaks_sdp = script.offers && dice.chance(3);
  if (script.offers && dice.chance(10)) script.conduct.shows = "video";
  script.acks = !dice.chance(5);
  if (dice.chance(15)) script.ack_after = dice.between(0ms, 3s);
  script.knows_reliable = dice.chance(30);
  script.requires_reliable = dice.chance(10);
  script.pracks = !dice.chance(5);
  if (dice.chance(25)) {
    // Around the answer more often than not, so that the CANCEL crosses it.
    script.cancel_after = dice.chance(50) ? dice.between(0ms, 6s) : dice.between(0ms, 60ms);
    script.impatient = dice.chance(30);
  }
  return script;
}

CalleeScript throw_callee(Dice& dice) {
  CalleeScript script;
  script.conduct = throw_conduct(dice);
  if (dice.chance(45)) script.conduct.hang_up_after = dice.between(0ms, 12s);
  script.provisionals.clear();
  for (uint64_t count = dice.below(4); count > 0; --count) {
    static constexpr int statuses[] = {100, 180, 183, 181};
    static constexpr const char* gates[] = {"", "P-Early-Media: sendrecv\r\n", "P-Early-Media: inactive\r\n"};
    script.provisionals.push_back(
        {dice.between(0ms, 3s), statuses[dice.below(4)], dice.chance(50), gates[dice.below(3)]});
  }
  script.answer_after = dice.chance(30) ? dice.between(0ms, 40ms) : dice.between(0ms, 6s);
  if (dice.chance(25)) script.status = throw_refusal(dice);
  if (dice.chance(5)) script.status = 302;
  if (script.status == 302 && dice.chance(70))
    script.more = "Contact: <sip:" + redirected_number + "@198.51.100.7>\r\n";
  if (script.status >= 400 && dice.chance(20)) script.more = "Reason: Q.850;cause=1\r\n";
  if (dice.chance(7)) {  // rings for ever; a user agent that says nothing at all is the silent one
    script.status = 0;
    script.provisionals.push_back({50ms, 180, false});
  }
  script.answers_despite_cancel = dice.chance(20);
  if (dice.chance(8)) script.fork_after = dice.between(0ms, 6s);
  script.silent = dice.chance(5);
  script.reliable = dice.chance(50);
  return script;
}

}  // namespace sbc::sim
