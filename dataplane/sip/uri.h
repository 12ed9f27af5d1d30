// Uri: sip, sips and tel URIs (RFC 3261 19.1, RFC 3966) and the URNs of services (RFC 5031), as views; and
// their parameters.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "config/types/address.h"
#include "config/types/result.h"
#include "dataplane/sip/cursor.h"

namespace sbc::sip {

enum class Scheme : uint8_t { other, sip, sips, tel, service };

struct Uri {
  Scheme scheme = Scheme::other;
  std::string_view text;  // the whole URI
  std::string_view scheme_text;
  std::string_view user;  // still escaped; for tel: the number; for a service: the whole URN
  std::string_view password;
  std::string_view host;        // IPv6 with its brackets
  uint16_t port = 0;            // 0 = not given
  std::string_view parameters;  // without the first ';'
  std::string_view headers;     // without the '?'

  /// As default-made. Member by member: assigning a whole one, or one member to the next, is compiled to what
  /// takes longer than reading a URI does.
  void clear() {
    scheme = Scheme::other;
    text = {};
    scheme_text = {};
    user = {};
    password = {};
    host = {};
    port = 0;
    parameters = {};
    headers = {};
  }
  /// The host as an address, where it is one.
  std::optional<IpAddress> address() const;
};

/// "urn:service:sos" and the like, in any case (RFC 5031 3): labels of letters, digits and hyphens.
bool is_service_urn(std::string_view text);

/// `text` is exactly the URI. Fails with uri_bad, or scheme_unsupported for a well-formed URI of another
/// scheme (then scheme_text and text are set).
Reason parse_uri(std::string_view text, Uri& uri);
/// The same for what the cursor has before it.
Reason read_uri(Cursor cursor, Uri& uri, Deviations& deviations);

/// Takes one character off the front of `rest`, not empty, that may hold percent-encoding; nullopt where that
/// is malformed.
std::optional<char> take_unescaped(std::string_view& rest);

/// The value of parameter `name` in ";"-separated `parameters` (no leading ';'): nullopt when absent, empty
/// when it has no value. Names compare without case. Quoted values come with their quotes.
std::optional<std::string_view> parameter(std::string_view parameters, std::string_view name);

}  // namespace sbc::sip
