#include "dataplane/sip/uri.h"

#include "dataplane/sip/host.h"
#include "dataplane/sip/text.h"

namespace sbc::sip {
namespace {

Scheme scheme_of(std::string_view text) {
  if (equal_ignoring_case(text, "sip")) return Scheme::sip;
  if (equal_ignoring_case(text, "sips")) return Scheme::sips;
  if (equal_ignoring_case(text, "tel")) return Scheme::tel;
  return Scheme::other;
}

// "alice" or "alice:secret". '@' cannot occur unescaped in either, nor anywhere behind the host.
bool parse_userinfo(std::string_view text, Uri& uri) {
  size_t colon = text.find(':');
  uri.user = text.substr(0, colon);
  if (colon != text.npos) uri.password = text.substr(colon + 1);
  return !uri.user.empty() && all_escaped(uri.user, class_user) && all_escaped(uri.password, class_password);
}

// ":5060;transport=udp?subject=x", or any part of it.
bool parse_after_host(std::string_view text, Uri& uri) {
  if (text.starts_with(':')) {
    size_t digits = span(text, class_digit, 1);
    auto port = parse_port(text.substr(1, digits));
    if (!port) return false;
    uri.port = *port;
    text.remove_prefix(1 + digits);
  }
  if (text.starts_with(';')) {
    size_t end = span_escaped(text, class_uri_parameters);
    uri.parameters = text.substr(1, end - 1);
    text.remove_prefix(end);
  }
  if (text.starts_with('?')) {
    uri.headers = text.substr(1);
    return !uri.headers.empty() && all_escaped(uri.headers, class_uri_headers);
  }
  return text.empty();
}

bool parse_sip(std::string_view text, Uri& uri) {
  if (size_t at = text.find('@'); at != text.npos) {
    if (!parse_userinfo(text.substr(0, at), uri)) return false;
    text.remove_prefix(at + 1);
  }
  size_t host = host_length(text);
  uri.host = text.substr(0, host);
  return host > 0 && parse_after_host(text.substr(host), uri);
}

bool parse_tel(std::string_view text, Uri& uri) {
  size_t end = span(text, class_number);
  uri.user = text.substr(0, end);
  if (end == 0 || uri.user.find('+', 1) != text.npos) return false;
  text.remove_prefix(end);
  if (text.empty()) return true;
  uri.parameters = text.substr(1);
  return text[0] == ';' && all_escaped(uri.parameters, class_uri_parameters);
}

}  // namespace

std::optional<IpAddress> Uri::address() const {
  if (host.starts_with('[') && host.ends_with(']')) return IpAddress::parse(host.substr(1, host.size() - 2));
  if (host.empty() || !is(host[0], class_digit)) return std::nullopt;
  return IpAddress::parse(host);
}

Reason parse_uri(std::string_view text, Uri& uri) {
  uri = {};
  uri.text = text;
  size_t colon = span(text, class_scheme);
  if (colon == 0 || colon == text.size() || text[colon] != ':' || !is(text[0], class_letter))
    return Reason::uri_bad;
  uri.scheme_text = text.substr(0, colon);
  uri.scheme = scheme_of(uri.scheme_text);
  std::string_view rest = text.substr(colon + 1);
  bool good = false;
  switch (uri.scheme) {
    case Scheme::sip:
    case Scheme::sips:
      good = parse_sip(rest, uri);
      break;
    case Scheme::tel:
      good = parse_tel(rest, uri);
      break;
    case Scheme::other:
      return !rest.empty() && all_escaped(rest, class_uri_other) ? Reason::scheme_unsupported
                                                                 : Reason::uri_bad;
  }
  return good ? Reason::none : Reason::uri_bad;
}

}  // namespace sbc::sip
