#include "sbc/control/sampler.h"

namespace sbc::control {

using namespace std::chrono_literals;

Sampler::Sampler(std::span<edge::Exchange* const> exchanges, Instant now)
    : exchanges_(exchanges), last_(now), seen_(exchanges.size()), busy_(exchanges.size()) {}

void Sampler::run(Instant now) {
  Duration passed = now - last_;
  if (passed < 1s) return;
  last_ = now;
  uint64_t calls = 0, sip = 0;
  for (size_t i = 0; i < exchanges_.size(); ++i) {
    const edge::WorkerCounters& counters = exchanges_[i]->counters;
    calls += counters.calls_begun.value();
    sip += counters.sip_received.value();
    Seen is{counters.iterations.value(), counters.busy_iterations.value()};
    uint64_t all = is.iterations - seen_[i].iterations;
    busy_[i] = all == 0 ? 0 : double(is.busy_iterations - seen_[i].busy_iterations) / double(all);
    seen_[i] = is;
  }
  double seconds = std::chrono::duration<double>(passed).count();
  calls_begun_ = double(calls - calls_seen_) / seconds;
  sip_received_ = double(sip - sip_seen_) / seconds;
  calls_seen_ = calls;
  sip_seen_ = sip;
}

}  // namespace sbc::control
