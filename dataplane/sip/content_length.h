// ContentLength: what the Content-Length fields of one message say together (RFC 3261 20.14). The one
// reading, for what cuts a stream into messages and for what finds a message's body: if the two differed, a
// sender could hide a message in another one's body.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "config/types/result.h"
#include "dataplane/sip/values.h"

namespace sbc::sip {

class ContentLength {
 public:
  /// The next field's value, trimmed. Fails with content_length_bad where it is no number, with
  /// header_repeated where it is another than before.
  Reason add(std::string_view field) {
    std::optional<uint32_t> read = parse_number(field);
    if (!read) return Reason::content_length_bad;
    if (value_ && *value_ != *read) return Reason::header_repeated;
    value_ = read;
    return Reason::none;
  }
  /// Of the body, in bytes; nullopt when there was no field.
  std::optional<uint32_t> value() const { return value_; }

 private:
  std::optional<uint32_t> value_;
};

}  // namespace sbc::sip
