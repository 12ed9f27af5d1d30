#include "dataplane/stun/binding.h"

#include <array>

#include "config/types/check.h"
#include "dataplane/stun/writer.h"

namespace sbc::stun {

BindingAnswer answer_binding(const Message& request, const Endpoint& from, std::span<const uint8_t> key,
                             std::span<uint8_t> out) {
  std::array<Attribute, Message::attributes_max> unknown;
  const size_t unknown_count = request.not_understood(unknown);
  const bool success = unknown_count == 0;
  Writer writer(out, success ? Class::success : Class::error, Method::binding, request.transaction_id());
  if (success) {
    writer.xor_mapped_address(from);
  } else {
    writer.error_code(420, "Unknown Attribute").unknown_attributes(std::span(unknown).first(unknown_count));
  }
  if (!key.empty()) writer.message_integrity(key);
  writer.fingerprint();
  SBC_CHECK(!writer.overflowed());
  return {writer.written(), success};
}

}  // namespace sbc::stun
