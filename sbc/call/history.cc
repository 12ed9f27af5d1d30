#include "sbc/call/history.h"

#include "dataplane/sip/text.h"
#include "policy/topology/known_values.h"
#include "policy/topology/topology.h"
#include "sbc/call/compose.h"
#include "sbc/call/identity.h"

namespace sbc::call {
namespace {

using sip::Header;

/// More than anybody looks at.
constexpr size_t entries_max = 16;

/// RFC 4458 2, RFC 7044 5: why it went on from there: in a parameter of the URI, or as the Reason that is put
/// into its headers.
std::optional<policy::ReleaseCause> cause_in(const sip::Uri& uri) {
  if (auto cause = sip::parameter(uri.parameters, "cause")) {
    auto number = sip::parse_number(*cause);
    if (number && *number <= 999) return policy::ReleaseCause{"SIP", *number};
  }
  NumberText reason;
  for (std::string_view rest = uri.headers; !rest.empty();) {
    std::string_view one = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    constexpr std::string_view name = "Reason=";
    const bool found = sip::equal_ignoring_case(one.substr(0, name.size()), name);
    // Its text is of no interest.
    if (found && unescape_until('"', one.substr(name.size()), reason))
      return policy::crossing_cause(reason.view());
  }
  return std::nullopt;
}

/// RFC 7044 10.1.1: in the headers of the entry's own URI. Any wish but none counts, however it is spelt.
bool wants_privacy(const sip::Uri& uri) {
  for (std::string_view rest = uri.headers; !rest.empty();) {
    std::string_view one = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    const size_t equals = std::min(one.find('='), one.size());
    NumberText name, value;
    const bool readable = unescape_until('\0', one.substr(0, equals), name) &&
                          unescape_until('\0', one.substr(std::min(equals + 1, one.size())), value);
    if (!readable) return true;
    if (sip::equal_ignoring_case(name.view(), "Privacy") && !sip::equal_ignoring_case(value.view(), "none"))
      return true;
  }
  return false;
}

bool write_target(sip::Writer& out, const sip::Uri& uri, const Endpoint& ours) {
  NumberText number;
  UriText text;
  if (!take_number(uri.user, number) || number.empty() || policy::looks_like_host(number.view()) ||
      !write_uri(text, number.view(), ours))
    return false;
  out.text("<").text(text.view());
  if (auto cause = cause_in(uri)) {
    out.text("?Reason=").text(cause->protocol).text("%3Bcause%3D").number(cause->number);
  }
  out.text(">");
  return true;
}

bool write_entry(sip::Writer& out, const sip::NameAddr& entry, const Endpoint& ours, bool shown) {
  std::string_view index = sip::parameter(entry.parameters, "index").value_or("");
  if (!policy::is_history_index(index)) return false;
  if (!shown || !write_target(out, entry.uri, ours)) out.text("<sip:anonymous@anonymous.invalid>");
  out.text(";index=").text(index);
  for (std::string_view kind : {"rc", "mp", "np"}) {
    std::string_view origin = sip::parameter(entry.parameters, kind).value_or("");
    if (policy::is_history_index(origin)) out.text(";").text(kind).text("=").text(origin);
  }
  return true;
}

}  // namespace

void add_history(policy::HeaderFields& fields, const sip::Message& source, const Endpoint& ours,
                 bool trusted) {
  const bool all_private =
      asks_privacy(source, "history") || asks_privacy(source, "header") || asks_privacy(source, "session");
  size_t left = entries_max;
  source.each_name_addr(Header::history_info, [&](const sip::NameAddr& entry, Reason reason) {
    if (reason != Reason::none) return true;
    const bool shown = trusted || !(all_private || wants_privacy(entry.uri));
    fields.compose(Header::history_info,
                   [&](sip::Writer& out) { return write_entry(out, entry, ours, shown); });
    return --left > 0;
  });
}

}  // namespace sbc::call
