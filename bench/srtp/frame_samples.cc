#include "bench/srtp/frame_samples.h"

namespace sbc::bench {

void FrameSamples::pass(const rte_mbuf* packet) {
  const uint64_t number = passed_++;
  if (number % every != 0) return;
  const auto* data = rte_pktmbuf_mtod(packet, const uint8_t*);
  samples_[count_++ % kept] = {number, {data, data + rte_pktmbuf_data_len(packet)}};
}

}  // namespace sbc::bench
