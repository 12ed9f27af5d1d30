// PacketPool: the process's one pool of packet buffers (mbufs).
//
// Every buffer has `note_bytes` of its own that travel with the packet: the application's note about it. Any
// EAL thread allocates and frees. Buffers are never chained: what a port receives fits one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <rte_mbuf.h>

#include "config/model/model.h"

namespace sbc::port {

inline constexpr uint16_t note_bytes = 128;
/// In front of a received frame, for headers that grow (IPv4 to IPv6, a VLAN tag).
inline constexpr uint16_t headroom_bytes = RTE_PKTMBUF_HEADROOM;

/// The largest frame that a port of this model receives or sends.
uint16_t frame_bytes_max(const config::Model& model);

class PacketPool {
 public:
  /// Null with one line in `error` where memory does not suffice.
  static std::unique_ptr<PacketPool> create(uint32_t buffers, uint16_t frame_bytes, std::string& error);
  ~PacketPool();
  PacketPool(const PacketPool&) = delete;
  PacketPool& operator=(const PacketPool&) = delete;

  /// An empty buffer with headroom in front; null when the pool is empty.
  rte_mbuf* allocate() { return rte_pktmbuf_alloc(pool_); }

  uint32_t capacity() const;
  uint32_t in_use() const;  // walks the caches of all lcores: not for workers
  rte_mempool* mempool() const { return pool_; }

 private:
  explicit PacketPool(rte_mempool* pool) : pool_(pool) {}
  rte_mempool* pool_;
};

/// The note of a packet as the application's own type, which must be trivial.
template <class Note>
Note& note_of(rte_mbuf* packet) {
  static_assert(sizeof(Note) <= note_bytes && alignof(Note) <= 8 && std::is_trivially_copyable_v<Note>);
  return *static_cast<Note*>(rte_mbuf_to_priv(packet));
}

}  // namespace sbc::port
