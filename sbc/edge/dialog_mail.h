// Dialog mail: what workers ask each other about dialogs that are to be replaced (RFC 3891), and the answers:
// values in packet buffers, handed over like packets.
#pragma once

#include <cstring>
#include <type_traits>

#include <rte_mbuf.h>

#include "sbc/call/outbox.h"

namespace sbc::edge {

struct DialogAsked {
  WorkerId asker = WorkerId::none;
  uint64_t question = 0;
  call::DialogQuestion what;
};
struct DialogAnswered {
  uint64_t question = 0;
  call::Replacement answer;
};

/// False where the buffer has no room for it.
template <class Mail>
bool write_mail(rte_mbuf* packet, const Mail& mail) {
  static_assert(std::is_trivially_copyable_v<Mail>);
  char* room = rte_pktmbuf_append(packet, sizeof mail);
  if (room != nullptr) std::memcpy(room, &mail, sizeof mail);
  return room != nullptr;
}
template <class Mail>
Mail read_mail(const rte_mbuf* packet) {
  Mail mail;
  std::memcpy(&mail, rte_pktmbuf_mtod(packet, const char*), sizeof mail);
  return mail;
}

}  // namespace sbc::edge
