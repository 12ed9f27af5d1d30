// Border: the session border controller of a world: one engine per worker behind the steering rule.
//
// Each datagram reaches a random worker, as no NIC can see a Call-ID; a worker that does not own the call
// hands it over through a ring, whose delay differs per pair of workers, so a CANCEL may overtake its INVITE.
// What the edge does before the engine (access list, parse, stateless refusal) is done here in its simplest
// form.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "sbc/call/engine.h"
#include "tests/sim/asking_decider.h"
#include "tests/sim/clock.h"
#include "tests/sim/dice.h"
#include "tests/sim/host.h"
#include "tests/sim/invariants.h"
#include "tests/sim/topology.h"

namespace sbc::sim {

/// What becomes of the questions that parked calls wait for: these answers in turn, the last for all further
/// ones.
struct Oracle {
  bool answers = true;
  Duration after = std::chrono::milliseconds(5);
  std::vector<AskingDecider::Answer> values{AskingDecider::go_on};
};

class Border {
 public:
  Border(Scene& scene, Invariants& invariants, std::shared_ptr<const config::Model> model, uint64_t seed,
         Dice dice);

  void set_handover_delay(Duration most) { handover_delay_most_ = most; }
  void set_oracle(const Oracle& oracle) { oracle_ = oracle; }
  Instant next_deadline() const;
  void on_time();
  void reload(std::shared_ptr<const config::Model> model);
  void drain();
  void hang_up_all();
  bool hang_up(uint64_t call_id);
  /// A key is pressed by somebody whose telephone-events the media plane tells of; false where there is
  /// nobody.
  bool press(Dice& dice);
  /// Each call is written to bytes, forgotten and read back: in the same engine, or in a new one that takes
  /// the worker's place. The bytes of what was read must be the same.
  enum class Move : uint8_t { within, to_new_engine };
  void move_calls(Move how);
  /// None of them is being transferred.
  bool may_move_calls();

  unsigned workers() const { return unsigned(workers_.size()); }
  uint32_t live_calls() const;
  call::EngineUsage usage() const;
  const policy::Usage& shared_usage() const { return usage_; }
  std::vector<call::CallRecord> calls() const;
  uint64_t count(Reason reason) const { return reasons_[size_t(reason)]; }
  uint64_t questions() const { return questions_; }
  uint64_t names_asked() const { return names_asked_; }
  /// What became of the INVITEs that began or wanted to begin a call with this Call-ID.
  struct Reception {
    bool taken = false;
    bool refused = false;  // before it became a call
    bool trusted = false;
  };
  Reception reception_of(const std::string& call_id) const;

 private:
  struct Worker {
    std::unique_ptr<call::Engine> engine;
    std::vector<Instant> ring_free;  // by handing worker: when its last item comes out
  };
  std::unique_ptr<call::Engine> make_engine(WorkerId worker);
  std::vector<uint8_t> save(const call::Engine& engine, uint64_t call_id);
  void load(WorkerId worker, uint64_t call_id, const std::vector<uint8_t>& bytes);
  void receive(const Packet& packet);
  void hand_over(WorkerId from, WorkerId to, const Packet& packet);
  void take(WorkerId worker, const Packet& packet);
  void refuse(WorkerId worker, const Packet& packet, const sip::Message& message, Reason reason);
  void note_reception(const sip::Message& message, Reason reason, config::Trust trust);
  void on_refused(const Packet& packet);
  template <class Step>
  void step(WorkerId worker, Step&& take_step);
  void carry_out(WorkerId worker);
  void carry_out(WorkerId worker, const call::Send& send);
  void put_question(WorkerId worker, const call::Ask& ask);
  void look_up(WorkerId worker, const call::AskHost& ask);
  void ask_worker(WorkerId asker, const call::AskWorker& ask);
  void check(WorkerId worker);
  void watch_peers();

  Scene& scene_;
  Invariants& invariants_;
  std::shared_ptr<const config::Model> model_;
  policy::HostTable hosts_;  // that are known
  policy::Compiled policy_;
  policy::Usage usage_;
  Steering steering_;
  Dice dice_;
  uint64_t seed_;
  uint64_t engines_ = 0;  // that there have been
  bool draining_ = false;
  Duration handover_delay_most_ = std::chrono::milliseconds(1);
  AskingDecider decider_;
  Oracle oracle_;
  call::Outbox out_;
  std::vector<Worker> workers_;
  std::array<uint64_t, reason_count> reasons_{};
  uint64_t questions_ = 0, names_asked_ = 0;
  bool stateless_ = false;  // this step answered a request, and forgot it
  std::unordered_map<std::string, Reception> receptions_;
};

}  // namespace sbc::sim
