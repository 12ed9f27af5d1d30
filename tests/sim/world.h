// World: everything that one simulated run consists of, from one seed: the border, the network, the user
// agents.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/border.h"
#include "tests/sim/callee.h"
#include "tests/sim/caller.h"

namespace sbc::sim {

struct WorldOptions {
  uint64_t seed = 1;
  Limits limits{};
  Weather weather{};
  Duration handover_delay_most = std::chrono::milliseconds(1);
};

class World {
 public:
  explicit World(const WorldOptions& options);

  Host& add_caller(Family family = Family::v4);
  /// One that knows only its private address.
  Host& add_caller_behind_nat();
  void rebind(Host& behind_nat, uint16_t port);
  Host& peer(PeerName name) { return *peers_.at(name); }
  /// How calls to this number are answered; by default as a CalleeScript is written.
  void answer(const std::string& number, const CalleeScript& script) { answer_in_turn(number, {script}); }
  /// One script per attempt, the last for all further ones.
  void answer_in_turn(const std::string& number, std::vector<CalleeScript> attempts);
  Caller& call(Host& host, const CallerScript& script, Duration after = Duration::zero());
  void at(Duration after, std::function<void()> task) { scene_.clock.after(after, std::move(task)); }

  /// Called whenever something has happened.
  void after_each_step(std::function<void()> task) { after_step_ = std::move(task); }
  void run_for(Duration duration);
  /// Until nothing is left to happen, then holds the world to having ended: every call, every resource.
  void run_to_end();

  /// Another configuration from now on; the one before is gone.
  void reload(const Limits& limits) { border_.reload(make_model(limits)); }
  Border& border() { return border_; }
  Clock& clock() { return clock_; }
  Network& network() { return network_; }
  MediaModel& media() { return media_; }
  Ladder& ladder() { return ladder_; }
  Dice& dice() { return dice_; }
  Scene& scene() { return scene_; }
  Invariants& invariants() { return invariants_; }
  const std::vector<Caller*>& callers() const { return callers_; }
  /// The callees that this number's INVITEs reached, in their order.
  std::vector<Callee*> callees(const std::string& number) const;
  const std::vector<call::CallRecord>& cdrs() const { return invariants_.cdrs(); }
  /// The CDR of this caller's call; fails the run where there is none.
  const call::CallRecord& cdr_of(const Caller& caller) const;
  Party new_party() { return parties_++; }
  /// Of calls between the two realms, as it began.
  bool converts_digits() const { return model_->realms[0].digits != model_->realms[1].digits; }
  bool carries_transfers_out() const { return model_->realms[0].refer == config::ReferRule::carry_out; }
  /// A path was cut for so long that the border's BYE may never have arrived.
  void excuse_forgetting() { may_forget_ = true; }

 private:
  struct Answers {
    std::vector<CalleeScript> attempts;
    size_t next = 0;
  };
  Host& add_host(const Endpoint& own, const Endpoint& seen);
  bool run_one(Instant until);
  void check_agents_ended() const;
  void check_cdrs() const;
  void check_nothing_held();
  CalleeScript script_for(std::string_view number);

  Clock clock_;
  Dice dice_;
  Ladder ladder_;
  std::shared_ptr<const config::Model> model_;
  Network network_;
  MediaModel media_;
  Secrets secrets_;
  Scene scene_;
  Invariants invariants_;
  Border border_;
  std::function<void()> after_step_;
  Party parties_ = 0;
  bool may_forget_ = false;
  std::vector<std::unique_ptr<Host>> peers_;
  std::vector<std::unique_ptr<Host>> hosts_;
  std::vector<Caller*> callers_;
  std::map<std::string, Answers, std::less<>> answers_;
};

}  // namespace sbc::sim
