// Inquiries: questions to all workers at once, answered over their report rings.
//
// Owned by the control thread. Each ends exactly once: when every worker has answered, when what was sought
// is found, or when its time is up; a stuck worker costs its own part of the answer, not the rest.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <vector>

#include "sbc/edge/exchange.h"

namespace sbc::control {

struct Gathered {
  std::vector<call::CallRecord> rows;    // at most as many as were asked for
  bool done = false;                     // a worker said so
  std::vector<unsigned> silent_workers;  // did not answer in time
};

class Inquiries {
 public:
  using Finish = std::function<void(const Gathered&, Instant now)>;

  Inquiries(std::span<edge::Exchange* const> exchanges, Duration timeout)
      : exchanges_(exchanges), timeout_(timeout) {}

  /// `first_done` ends it at the first worker that did it. `finish` is called once, later.
  void ask(edge::Command::Kind kind, uint64_t call, size_t rows_max, bool first_done, Instant now,
           Finish finish);
  void on_row(const edge::CallRow& row);
  void on_answered(unsigned worker, const edge::Answered& answered, Instant now);
  /// Ends those whose time is up.
  void expire(Instant now);
  bool pending() const { return !open_.empty(); }

 private:
  struct Inquiry {
    Gathered gathered;
    std::vector<bool> awaited;  // by worker
    unsigned missing = 0;       // how many
    size_t rows_max = 0;
    bool first_done = false;
    Instant deadline;
    Finish finish;
  };
  void end(uint64_t request, Instant now);

  std::span<edge::Exchange* const> exchanges_;
  Duration timeout_;
  std::map<uint64_t, Inquiry> open_;
  uint64_t next_request_ = 1;  // 0 is for commands that nobody waits for
};

}  // namespace sbc::control
