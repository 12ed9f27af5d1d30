#include "sbc/call/option_tags.h"

#include "dataplane/sip/text.h"

namespace sbc::call {

bool has_option(const sip::Message& message, sip::Header id, std::string_view tag) {
  bool found = false;
  message.each_element_of(id, [&](sip::Cursor element) {
    found = sip::equal_ignoring_case(element.rest(), tag);
    return !found;
  });
  return found;
}

bool knows_option(std::string_view tag, sip::Method method) {
  if (sip::equal_ignoring_case(tag, timer_tag)) return true;
  // RFC 3262 4, RFC 3891 3: of no other request.
  if (method != sip::Method::invite) return false;
  return sip::equal_ignoring_case(tag, reliable_tag) || sip::equal_ignoring_case(tag, replaces_tag);
}

bool knows_required(const sip::Message& request) {
  bool known = true;
  request.each_element_of(sip::Header::require, [&](sip::Cursor element) {
    known = knows_option(element.rest(), request.method());
    return known;
  });
  return known;
}

}  // namespace sbc::call
