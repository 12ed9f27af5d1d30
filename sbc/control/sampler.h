// Sampler: what the workers' counters grew by, over the last second. Owned by the control thread.
#pragma once

#include <span>
#include <vector>

#include "sbc/edge/exchange.h"

namespace sbc::control {

class Sampler {
 public:
  Sampler(std::span<edge::Exchange* const> exchanges, Instant now);
  /// Looks at the counters again once a second has passed.
  void run(Instant now);

  /// Share of the worker's iterations that had work, 0..1.
  double busy(unsigned worker) const { return busy_[worker]; }
  /// Per second, of all workers.
  double calls_begun() const { return calls_begun_; }
  double sip_received() const { return sip_received_; }

 private:
  struct Seen {
    uint64_t iterations = 0, busy_iterations = 0;
  };
  std::span<edge::Exchange* const> exchanges_;
  Instant last_;
  std::vector<Seen> seen_;
  std::vector<double> busy_;
  uint64_t calls_seen_ = 0, sip_seen_ = 0;
  double calls_begun_ = 0, sip_received_ = 0;
};

}  // namespace sbc::control
