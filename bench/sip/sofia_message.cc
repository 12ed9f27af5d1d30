#include "bench/sip/sofia_message.h"

#include <cstring>

#include <sofia-sip/msg.h>
#include <sofia-sip/msg_addr.h>
#include <sofia-sip/sip_header.h>

namespace sbc::bench {
namespace {

/// As a transport of the library does it with a datagram: room in the message's own buffer, the bytes, the
/// end.
bool receive(msg_t* msg, std::string_view bytes) {
  msg_iovec_t parts[2] = {};
  issize_t count = msg_recv_iovec(msg, parts, 2, usize_t(bytes.size()), 1);
  if (count < 1) return false;
  for (issize_t i = 0; i < count; ++i) {
    std::memcpy(parts[i].mv_base, bytes.data(), parts[i].mv_len);
    bytes.remove_prefix(parts[i].mv_len);
  }
  return bytes.empty();
}

}  // namespace

SofiaMessage::SofiaMessage(std::string_view bytes) : msg_(msg_create(sip_default_mclass(), 0)) {
  if (!receive(msg_, bytes)) return;
  msg_recv_commit(msg_, usize_t(bytes.size()), 1);
  int complete = msg_extract(msg_);
  sip_ = sip_object(msg_);
  good_ = complete > 0 && sip_ != nullptr && sip_->sip_error == nullptr && sip_->sip_from != nullptr &&
          sip_->sip_to != nullptr && sip_->sip_call_id != nullptr && sip_->sip_cseq != nullptr &&
          sip_->sip_via != nullptr && (sip_->sip_request != nullptr || sip_->sip_status != nullptr);
}

SofiaMessage::~SofiaMessage() { msg_destroy(msg_); }

}  // namespace sbc::bench
