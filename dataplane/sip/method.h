// SIP methods (RFC 3261 and the extensions that an SBC meets). Methods are case-sensitive.
#pragma once

#include <cstdint>
#include <string_view>

namespace sbc::sip {

enum class Method : uint8_t {
  unknown,
  invite,
  ack,
  bye,
  cancel,
  options,
  register_,
  prack,
  update,
  refer,
  subscribe,
  notify,
  message,
  info,
  publish
};

Method method_of(std::string_view text);
std::string_view text_of(Method method);

}  // namespace sbc::sip
