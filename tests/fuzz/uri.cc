#include "dataplane/sip/uri.h"

#include <string>

#include "config/types/check.h"
#include "dataplane/sip/values.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/targets.h"

namespace sbc::fuzz {
namespace {

/// The text again, from its parts.
std::string joined(const sip::Uri& uri) {
  if (uri.scheme == sip::Scheme::service) return std::string(uri.user);
  std::string text = std::string(uri.scheme_text) + ':' + std::string(uri.user);
  if (uri.scheme != sip::Scheme::tel) {
    if (uri.password.data()) text += ':' + std::string(uri.password);
    if (!uri.user.empty()) text += '@';
    text += uri.host;
    // The port is the only part that is a value: its digits are what stands between host and parameters.
    if (uri.port) {
      std::string_view after = uri.text.substr(size_t(uri.host.data() + uri.host.size() - uri.text.data()));
      text += after.substr(0, after.find_first_not_of("0123456789", 1));
    }
  }
  if (uri.parameters.data()) text += ';' + std::string(uri.parameters);
  if (uri.headers.data()) text += '?' + std::string(uri.headers);
  return text;
}

}  // namespace

void uri(std::string_view bytes) {
  sip::Uri uri;
  Reason reason = parse_uri(bytes, uri);
  SBC_CHECK(reason == Reason::none || reason == Reason::uri_bad || reason == Reason::scheme_unsupported);
  for (std::string_view part :
       {uri.scheme_text, uri.user, uri.password, uri.host, uri.parameters, uri.headers}) {
    SBC_CHECK(within(part, bytes));
  }
  (void)uri.address();
  (void)sip::parameter(bytes, "tag");
  if (reason != Reason::none) return;
  SBC_CHECK(joined(uri) == bytes);

  std::string header = "\"a \\\" <b>\" <" + std::string(bytes) + ">;tag=x";
  sip::NameAddr value;
  SBC_CHECK(parse_name_addr(header, value) == Reason::none);
  SBC_CHECK(value.uri.text == bytes && value.tag() == "x");
}

}  // namespace sbc::fuzz
