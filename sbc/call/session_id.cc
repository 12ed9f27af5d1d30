#include "sbc/call/session_id.h"

#include "dataplane/sip/text.h"
#include "policy/topology/known_values.h"

namespace sbc::call {
namespace {

/// RFC 7989 5: stands for a user agent that is not known.
bool is_nil(std::string_view uuid) { return uuid.find_first_not_of('0') == uuid.npos; }

}  // namespace

void write_session_id_back(sip::Writer& out, const sip::Message& response) {
  const std::string_view value = response.value(sip::Header::session_id);
  const size_t semicolon = value.find(';');
  if (semicolon == value.npos || !policy::is_session_id(value)) return;
  const std::string_view theirs = sip::trim(value.substr(0, semicolon));
  const std::string_view others = sip::trim(value.substr(value.find('=') + 1));
  if (is_nil(theirs) || is_nil(others)) return;
  out.name(sip::Header::session_id).text(others).text(";remote=").text(theirs).end_line();
}

}  // namespace sbc::call
