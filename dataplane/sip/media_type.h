// MediaType: what a Content-Type says (RFC 3261 25.1, RFC 2045 5.1).
#pragma once

#include <string_view>

#include "dataplane/sip/text.h"

namespace sbc::sip {

struct MediaType {
  std::string_view type, subtype;  // tokens; both empty where there is none, or it is malformed
  std::string_view parameters;     // without the first ';'

  bool is(std::string_view its_type, std::string_view its_subtype) const {
    return equal_ignoring_case(type, its_type) && equal_ignoring_case(subtype, its_subtype);
  }
};

MediaType parse_media_type(std::string_view content_type);

/// The value of a parameter without its quotes; empty where it is absent. False where a parameter is
/// malformed, or this one occurs twice: two readers could take two values.
bool read_parameter(std::string_view parameters, std::string_view name, std::string_view& value);

}  // namespace sbc::sip
