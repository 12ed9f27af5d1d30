// Writer: composes a STUN message into a span, in one pass (RFC 8489). The header counts what is written
// after each step, so there is nothing to finish.
//
//   Writer(out, Class::success, Method::binding, request.transaction_id())
//       .xor_mapped_address(source).message_integrity(password).fingerprint()
//
// A write past the end sets overflowed() and writes nothing more; the caller checks once at the end.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "config/types/address.h"
#include "dataplane/bytes/writer.h"
#include "dataplane/stun/protocol.h"

namespace sbc::stun {

class Writer {
 public:
  Writer(std::span<uint8_t> out, Class message_class, Method method, const TransactionId& id);

  /// `value` without padding, at most 65,532 bytes.
  Writer& attribute(Attribute type, std::span<const uint8_t> value);
  Writer& text(Attribute type, std::string_view value);
  Writer& username(std::string_view value) { return text(Attribute::username, value); }
  Writer& xor_mapped_address(const Endpoint& endpoint);
  /// `code` is 300..699.
  Writer& error_code(int code, std::string_view phrase);
  Writer& unknown_attributes(std::span<const Attribute> types);
  Writer& priority(uint32_t value);
  Writer& use_candidate() { return attribute(Attribute::use_candidate, {}); }
  Writer& ice_controlled(uint64_t tie_breaker) { return number(Attribute::ice_controlled, tie_breaker); }
  Writer& ice_controlling(uint64_t tie_breaker) { return number(Attribute::ice_controlling, tie_breaker); }

  /// Behind it only fingerprint() may follow (RFC 8489 14.5).
  Writer& message_integrity(std::span<const uint8_t> key);
  /// The last (RFC 8489 14.7).
  Writer& fingerprint();

  std::span<const uint8_t> written() const { return writer_.written(); }
  bool overflowed() const { return writer_.overflowed(); }

 private:
  Writer& number(Attribute type, uint64_t value);
  void begin(Attribute type, size_t size);
  Writer& end();

  sbc::Writer writer_;
  Attribute last_{};
};

}  // namespace sbc::stun
