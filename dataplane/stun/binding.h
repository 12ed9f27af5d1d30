// Binding: the answer to a Binding request, which tells where it came from (RFC 8489 7.3.1).
#pragma once

#include <span>

#include "config/types/address.h"
#include "dataplane/stun/message.h"

namespace sbc::stun {

inline constexpr size_t binding_answer_max = 160;

struct BindingAnswer {
  std::span<const uint8_t> bytes;
  bool success = false;  // false: it names what of the request must be understood and is not (420)
};

/// Written to `out`, which has room for binding_answer_max. Authenticated where there is a `key`.
BindingAnswer answer_binding(const Message& request, const Endpoint& from, std::span<const uint8_t> key,
                             std::span<uint8_t> out);

}  // namespace sbc::stun
