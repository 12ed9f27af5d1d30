#include "policy/topology/sipfrag.h"

#include "dataplane/sip/media_type.h"
#include "dataplane/sip/text.h"
#include "dataplane/sip/values.h"

namespace sbc::policy {

std::optional<int> fragment_status(std::string_view content_type, std::string_view body) {
  constexpr std::string_view version = "SIP/2.0 ";
  constexpr size_t digits = 3;
  if (!sip::parse_media_type(content_type).is("message", "sipfrag")) return std::nullopt;
  if (!sip::equal_ignoring_case(body.substr(0, version.size()), version)) return std::nullopt;
  body.remove_prefix(version.size());
  auto status = sip::parse_number(body.substr(0, digits));
  const bool ends =
      body.size() == digits || (body.size() > digits && sip::is(body[digits], sip::class_space));
  if (!status || !ends || *status < 100 || *status > 699) return std::nullopt;
  return int(*status);
}

}  // namespace sbc::policy
