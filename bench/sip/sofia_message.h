// A message in the hands of sofia-sip, from the packet's bytes to its end.
#pragma once

#include <string_view>

#include <sofia-sip/msg_types.h>
#include <sofia-sip/sip.h>

namespace sbc::bench {

class SofiaMessage {
 public:
  explicit SofiaMessage(std::string_view bytes);
  ~SofiaMessage();
  SofiaMessage(const SofiaMessage&) = delete;
  SofiaMessage& operator=(const SofiaMessage&) = delete;

  /// Parsed without errors, with every header that RFC 3261 asks for.
  bool good() const { return good_; }
  const sip_t& sip() const { return *sip_; }
  sip_t& sip() { return *sip_; }
  msg_t* msg() { return msg_; }

 private:
  msg_t* msg_;
  sip_t* sip_ = nullptr;
  bool good_ = false;
};

}  // namespace sbc::bench
