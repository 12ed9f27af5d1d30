#include "dataplane/worker/transmit.h"

#include <algorithm>

namespace sbc::worker {

Transmit::Transmit(Crew& crew, WorkerId self, lane::DropCounters& drops, LoopCounters& counters)
    : crew_(crew), self_(self), drops_(drops), counters_(counters), buffers_(crew.ports().size()) {}

Transmit::~Transmit() {
  for (Buffer& buffer : buffers_) {
    for (unsigned i = 0; i < buffer.count; ++i) rte_pktmbuf_free(buffer.frames[i]);
  }
}

rte_mbuf* Transmit::allocate(RealmId realm) {
  rte_mbuf* packet = crew_.pool().allocate();
  if (packet == nullptr) drops_.add(realm, Reason::buffer_empty);
  return packet;
}

void Transmit::drop(rte_mbuf* packet, RealmId realm, Reason reason) {
  drops_.add(realm, reason);
  rte_pktmbuf_free(packet);
}

void Transmit::send(PortId id, rte_mbuf* frame, RealmId realm) {
  port::Port& port = crew_.port(id);
  if (WorkerId owner = port.tx_owner(self_); owner != self_) {
    push(owner, {.packet = frame, .transmit_on = id, .realm = realm});
    return;
  }
  Buffer& buffer = buffers_[index_of(id)];
  if (buffer.count == buffer_frames) drain(id, buffer);
  if (buffer.count == buffer_frames) {
    drop(frame, realm, Reason::tx_full);
    return;
  }
  buffer.frames[buffer.count] = frame;
  buffer.realms[buffer.count] = realm;
  ++buffer.count;
}

bool Transmit::hand_over(WorkerId to, rte_mbuf* packet, RealmId realm) {
  SBC_CHECK(to != self_);
  return push(to, {.packet = packet, .realm = realm});
}

bool Transmit::push(WorkerId to, const HandOver& item) {
  if (!crew_.ring(self_, to).push(item)) {
    drop(item.packet, item.realm, Reason::handover_full);
    return false;
  }
  to_wake_ |= 1u << index_of(to);
  counters_.handed_over.add();
  return true;
}

void Transmit::drain(PortId id, Buffer& buffer) {
  unsigned sent = crew_.port(id).transmit(self_, buffer.frames.data(), uint16_t(buffer.count));
  if (sent == 0) return;
  counters_.sent.add(sent);
  std::copy(buffer.frames.begin() + sent, buffer.frames.begin() + buffer.count, buffer.frames.begin());
  std::copy(buffer.realms.begin() + sent, buffer.realms.begin() + buffer.count, buffer.realms.begin());
  buffer.count -= sent;
}

void Transmit::flush() {
  for (unsigned i = 0; i < buffers_.size(); ++i) {
    if (buffers_[i].count != 0) drain(PortId(i), buffers_[i]);
  }
  for (; to_wake_ != 0; to_wake_ &= to_wake_ - 1) {
    crew_.waker(WorkerId(std::countr_zero(to_wake_))).wake();
  }
}

unsigned Transmit::waiting() const {
  unsigned frames = 0;
  for (const Buffer& buffer : buffers_) frames += buffer.count;
  return frames;
}

}  // namespace sbc::worker
