#include "tests/sim/chaos.h"

#include <utility>

#include "tests/sim/stranger.h"

namespace sbc::sim {
namespace {

constexpr Duration all_over = 250s;  // no call lasts so long

/// What a configuration has by lot, besides what Limits name.
std::function<void(config::Model&)> throw_rest(Dice& dice) {
  const bool grouped = dice.chance(20), maps = dice.chance(20);
  const bool probes = dice.chance(10), asks = dice.chance(15), suspends = dice.chance(10);
  const auto select = config::Selection(dice.below(5));
  return [=](config::Model& model) {
    for (config::Trunk& trunk : model.trunks) {
      if (maps) trunk.responses = {{.cause = 1, .as = 404}, {.status = 486, .as = 480, .as_cause = 19}};
      if (asks) trunk.health = {.interval = 10s, .failures_max = 1};
      if (suspends) trunk.health.asr_min = 50, trunk.health.asr_calls = 2;
    }
    if (grouped) {
      config::TrunkGroup group{std::string("cores"), select, {}};
      for (const char* trunk : {"core-a", "core-b"}) group.trunks.push_back({.trunk = std::string(trunk)});
      model.trunk_groups = {group};
      model.routes.front().trunks = {std::string("cores")};
    }
    if (probes) model.timers.session = 0s, model.timers.probe = 30s;
  };
}

/// Called numbers are unique, so that a callee can be told by its number.
std::string throw_number(Dice& dice, unsigned call) {
  static constexpr char prefixes[] = {'1', '1', '4', '4', '2', '6', '7', '7'};
  if (dice.chance(2)) return "9" + std::to_string(100 + call);  // no route
  return prefixes[dice.below(8)] + std::to_string(100 + call);
}

void add_calls(World& world) {
  Dice& dice = world.dice();
  const unsigned calls = 1 + unsigned(dice.below(6));
  for (unsigned i = 0; i < calls; ++i) {
    std::string number = throw_number(dice, i);
    std::vector<CalleeScript> attempts;
    for (int attempt = 0; attempt < 3; ++attempt) attempts.push_back(throw_callee(dice));
    CallerScript script = throw_caller(dice, (dice.chance(20) ? "8" : "") + number);
    if (world.converts_digits() && dice.chance(60)) {
      script.conduct.errands.push_back(digit(dice.between(0ms, 8s)));
      attempts.front().conduct.errands.push_back(digit(dice.between(0ms, 8s)));
    }
    world.answer_in_turn(number, attempts);
    if (number[0] == '4' && dice.chance(60)) {
      script.offers = script.breaks_sdp = false;
      script.conduct.shows.clear();
    }
    if (number[0] == '7' && dice.chance(60)) {  // from the core side
      world.call(world.peer(dice.chance(70) ? core_a_first : core_v6), script, dice.between(0ms, 15s));
    } else {
      Host& caller = dice.chance(30)   ? world.add_caller_behind_nat()
                     : dice.chance(40) ? world.add_caller(Family::v6)
                                       : world.add_caller(Family::v4);
      world.call(caller, script, dice.between(0ms, 15s));
    }
  }
}

/// A host with two calls, that brings their ends together or sends one of them elsewhere.
void add_transfers(World& world) {
  Dice& dice = world.dice();
  const std::string first = "1300", second = dice.chance(50) ? "2301" : "1301", third = "7302";
  // Well-mannered more often than not, or hardly any transfer would come about.
  auto callee = [&] {
    CalleeScript script;
    script.answer_after = 1s;
    if (dice.chance(30)) script = throw_callee(dice);
    return script;
  };
  auto caller = [&](const std::string& number) {
    CallerScript script;
    script.number = number;
    if (dice.chance(30)) script = throw_caller(dice, number);
    return script;
  };
  for (const std::string& number : {first, second, third}) world.answer_in_turn(number, {callee(), callee()});
  Host& host = dice.chance(30) ? world.add_caller_behind_nat() : world.add_caller(Family::v4);
  CallerScript script = caller(first);
  const bool attended = dice.chance(70);
  script.conduct.transfers.push_back({dice.between(0ms, 10s), attended ? second : third, attended});
  script.conduct.hang_up_after = dice.between(5s, 20s);
  world.call(host, script, dice.between(0ms, 5s));
  world.call(host, caller(second), dice.between(0ms, 5s));
}

/// A call whose ends make offers before it is answered.
void add_early_offers(World& world) {
  Dice& dice = world.dice();
  auto conduct = [&dice] {
    Conduct thrown{.takes_update = true};
    if (dice.chance(70)) thrown.early_offer = dice.between(0ms, 2s);
    thrown.refuses_reoffers = dice.chance(10);
    thrown.knows_timers = dice.chance(20);
    if (dice.chance(30)) thrown.reoffers = {{dice.between(0ms, 2s), "sendonly"}};
    return thrown;
  };
  CalleeScript callee{.provisionals = {{dice.between(0ms, 1s), 183, true}, {dice.between(1s, 2s), 180, true}},
                      .answer_after = dice.between(1s, 5s),
                      .reliable = true,
                      .conduct = conduct()};
  if (dice.chance(15)) callee.status = 503;
  if (dice.chance(20)) callee.fork_after = dice.between(0ms, 6s);
  CallerScript caller{
      .number = dice.chance(50) ? "1400" : "7400", .knows_reliable = true, .conduct = conduct()};
  caller.conduct.hang_up_after = dice.between(0ms, 10s);
  if (dice.chance(15)) caller.cancel_after = dice.between(1s, 5s);
  world.answer(caller.number, callee);
  world.call(world.add_caller(), caller, dice.between(0ms, 5s));
}

/// Keys that are pressed while calls are up.
void add_digits(World& world) {
  Dice& dice = world.dice();
  for (uint64_t i = dice.below(12); i > 0; --i)
    world.at(dice.between(2s, 20s), [&world] { world.border().press(world.dice()); });
}

/// All calls move, unless one is being transferred, which stays where it is.
void add_moves(World& world, Tally& tally) {
  Dice& dice = world.dice();
  for (uint64_t i = dice.below(8); i > 0; --i) {
    world.at(dice.between(0ms, 40s), [&world, &tally] {
      if (world.carries_transfers_out() && !world.border().may_move_calls()) return;
      world.border().move_calls(Border::Move::within);
      ++tally.moves;
    });
  }
}

void add_accidents(World& world) {
  Dice& dice = world.dice();
  if (dice.chance(10)) {  // a trunk's peer loses power, and comes back without its calls
    Host& peer = world.peer(PeerName(dice.below(peer_count)));
    world.excuse_forgetting();
    world.at(dice.between(0ms, 20s), [&peer] { peer.crash(); });
    world.at(25s, [&peer] { peer.set_state(NodeState::up); });
  }
  if (dice.chance(10)) {  // a path is cut for a while
    Host& peer = world.peer(PeerName(dice.below(peer_count)));
    world.excuse_forgetting();
    world.at(dice.between(0ms, 20s), [&peer] { peer.set_state(NodeState::dark); });
    world.at(dice.between(20s, 30s), [&peer] { peer.set_state(NodeState::up); });
  }
  if (dice.chance(10)) {  // a peer's program is not running
    Host& peer = world.peer(PeerName(dice.below(peer_count)));
    world.excuse_forgetting();
    world.at(dice.between(0ms, 10s), [&peer] { peer.set_state(NodeState::closed); });
    world.at(dice.between(10s, 20s), [&peer] { peer.set_state(NodeState::up); });
  }
  if (dice.chance(10)) {
    Limits limits{.workers = world.border().workers(), .core_b = dice.chance(50), .release = dice.chance(50)};
    world.at(dice.between(0ms, 20s), [&world, limits] { world.reload(limits); });
  }
  world.at(all_over,
           [&world] { world.reload({.workers = world.border().workers()}); });  // nobody is asked any more
  Oracle oracle{.answers = !dice.chance(10), .after = dice.between(0ms, 3s), .values = {}};
  for (int i = 0; i < 8; ++i)
    oracle.values.push_back(AskingDecider::Answer(dice.chance(60) ? 0 : dice.below(3)));
  oracle.values.push_back(AskingDecider::go_on);
  world.border().set_oracle(oracle);
  if (dice.chance(4)) world.at(dice.between(1s, 20s), [&world] { world.border().drain(); });
  if (dice.chance(4)) world.at(dice.between(1s, 20s), [&world] { world.border().hang_up_all(); });
}

void count(World& world, Tally& tally) {
  ++tally.worlds;
  tally.packets += world.network().packets_sent();
  tally.parked += world.border().questions();
  tally.names_asked += world.border().names_asked();
  tally.redirected += world.callees(redirected_number).size();
  tally.digits_told += world.invariants().digits_told();
  tally.digits_played += world.invariants().digits_played();
  for (const Caller* caller : world.callers()) {
    ++tally.attempts;
    ++tally.final_statuses[caller->final_status()];
    tally.answered += caller->was_confirmed();
    tally.transferred += caller->reported() == 200;
    tally.agreed_early += caller->agreed_early();
    tally.agreed_more += caller->agreed_more();
    tally.cancelled += caller->wrote_cancel() && caller->final_status() == 487;
  }
  for (const call::CallRecord& cdr : world.cdrs()) {
    tally.failed_over += cdr.attempts > 1;
    tally.early_offers += cdr.route.view() == "to-early" && cdr.answered.ns != 0;
    tally.media_released += cdr.media_released && cdr.answered.ns != 0;
    tally.secured += cdr.caller.srtp != SrtpSuite::none;
    tally.secured += cdr.callee.srtp != SrtpSuite::none;
    tally.keys_crossed += cdr.caller.srtp_passes && cdr.answered.ns != 0;
    tally.released_by_border += cdr.releaser == call::Releaser::sbc;
  }
}

}  // namespace

Weather storm() {
  return {.loss_percent = 20,
          .duplication_percent = 20,
          .delay_least = Duration(1ms),
          .delay_most = Duration(120ms)};
}

Weather bad_weather() {
  return {.fault_percent = 10, .delay_least = Duration(1ms), .delay_most = Duration(30ms)};
}

Weather fair_weather() { return {.delay_least = Duration(1ms), .delay_most = Duration(30ms)}; }

WorldOptions chaos_options(uint64_t seed, const Weather& weather) {
  Dice dice(~seed);
  WorldOptions options{.seed = seed, .weather = weather};
  options.limits.workers = 1 + unsigned(dice.below(3));
  options.limits.calls_max = dice.chance(10) ? 2 : 16;
  if (dice.chance(5)) options.limits.unknown_calls_max = 1;
  options.limits.release = dice.chance(50);
  if (dice.chance(50))
    options.limits.early_media =
        dice.chance(50) ? config::EarlyMediaRule::authorised : config::EarlyMediaRule::none;
  options.limits.trunk_calls_max = dice.chance(10) ? 1 : 1000;
  options.limits.carry_out = seed % 2 == 0;
  using config::SrtpRule;
  if (dice.chance(15)) {
    options.limits.srtp = {SrtpRule::pass, SrtpRule::pass};
  } else if (!options.limits.release && dice.chance(60)) {  // released media has its peers' own keys
    options.limits.srtp = {SrtpRule::optional, dice.chance(70) ? SrtpRule::optional : SrtpRule::forbidden};
  }
  options.handover_delay_most = dice.chance(30) ? Duration(100ms) : Duration(2ms);
  if (dice.chance(40)) {
    using config::DigitRule;
    const DigitRule other = dice.chance(50) ? DigitRule::pass : DigitRule::telephone_event;
    options.limits.digits = {DigitRule::info, other};
    if (dice.chance(50)) std::swap(options.limits.digits[0], options.limits.digits[1]);
  }
  options.limits.redirect = config::Redirection(dice.below(3));
  if (dice.chance(20)) options.limits.progress_timeout = 3s;
  options.limits.host_names = dice.chance(20);
  options.limits.and_more = throw_rest(dice);
  return options;
}

void unleash(World& world, Tally& tally) {
  add_calls(world);
  if (world.dice().chance(40)) add_transfers(world);
  if (world.dice().chance(30)) add_early_offers(world);
  add_accidents(world);
  if (world.converts_digits()) add_digits(world);
  if (world.dice().chance(30)) add_moves(world, tally);
  Stranger stranger(world, caller_endpoint(99, Family::v4));
  for (uint64_t i = world.dice().below(4); i > 0; --i) {
    world.at(world.dice().between(0ms, 20s), [&stranger] { stranger.send_anything(); });
  }
  world.run_to_end();
  count(world, tally);
}

}  // namespace sbc::sim
