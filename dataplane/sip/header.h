// Header field names that the product reads; compact forms included. Names are case-insensitive.
#pragma once

#include <cstdint>
#include <string_view>

namespace sbc::sip {

enum class Header : uint8_t {
  other,
  accept,
  allow,
  call_id,
  contact,
  content_disposition,
  content_encoding,
  content_length,
  content_type,
  cseq,
  date,
  event,
  expires,
  from,
  max_forwards,
  min_se,
  p_asserted_identity,
  priority,
  privacy,
  proxy_require,
  reason,
  record_route,
  refer_to,
  require,
  retry_after,
  route,
  rseq,
  rack,
  server,
  session_expires,
  subject,
  supported,
  to,
  unsupported,
  user_agent,
  via,
  warning,
  count_
};

/// `other` when the name is none of ours.
Header header_of(std::string_view name);
/// The canonical full name.
std::string_view text_of(Header header);

}  // namespace sbc::sip
