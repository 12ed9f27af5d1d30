#include "dataplane/worker/crew.h"

namespace sbc::worker {

Crew::Crew(unsigned workers, std::span<const std::unique_ptr<port::Port>> ports, port::PacketPool& pool,
           uint32_t capacity)
    : workers_(workers), ports_(ports), pool_(pool), wakers_(std::make_unique<Waker[]>(workers)) {
  SBC_CHECK(workers > 0 && workers <= workers_max);
  for (unsigned from = 0; from < workers; ++from) {
    for (unsigned to = 0; to < workers; ++to) {
      // Nobody hands over to itself; a ring of one keeps the indices plain.
      rings_.push_back(std::make_unique<lane::SpscRing<HandOver>>(from == to ? 1 : capacity));
    }
  }
}

Crew::~Crew() {
  HandOver item;
  for (auto& ring : rings_) {
    while (ring->pop(item)) rte_pktmbuf_free(item.packet);
  }
}

bool Crew::has_mail(WorkerId worker) const {
  for (unsigned from = 0; from < workers_; ++from) {
    if (!rings_[from * workers_ + index_of(worker)]->empty()) return true;
  }
  return false;
}

}  // namespace sbc::worker
