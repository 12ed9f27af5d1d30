#include "dataplane/sip/values.h"

#include "dataplane/sip/host.h"
#include "dataplane/sip/parameters.h"
#include "dataplane/sip/text.h"

namespace sbc::sip {
namespace {

void skip_space(std::string_view& text) { text.remove_prefix(span(text, class_space)); }

bool take(std::string_view& text, char expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(1);
  return true;
}

std::string_view take_span(std::string_view& text, unsigned classes) {
  std::string_view taken = text.substr(0, span(text, classes));
  text.remove_prefix(taken.size());
  return taken;
}

/// Checks every parameter, and that `unique` occurs once at most (RFC 3261 7.3.1: two tags or branches are
/// two readings of one message). `found` becomes its value.
bool check_parameters(std::string_view parameters, std::string_view unique, std::string_view& found) {
  bool seen = false;
  while (!parameters.empty()) {
    Parameter one;
    if (!take_parameter(parameters, one)) return false;
    if (!equal_ignoring_case(one.name, unique)) continue;
    if (seen) return false;
    seen = true;
    found = one.value;
  }
  return true;
}

/// `rest` is what follows the URI: nothing, or ';' and parameters.
Reason finish_name_addr(std::string_view rest, Reason uri_reason, NameAddr& result) {
  skip_space(rest);
  if (!rest.empty()) {
    if (!take(rest, ';')) return Reason::header_bad;
    result.parameters = rest;
    std::string_view tag;
    if (!check_parameters(rest, "tag", tag)) return Reason::header_bad;
  }
  return uri_reason;
}

/// `text` starts with '<'.
Reason parse_bracketed(std::string_view text, NameAddr& result) {
  size_t close = text.find('>');
  if (close == text.npos) return Reason::header_bad;
  Reason reason = parse_uri(text.substr(1, close - 1), result.uri);
  if (reason != Reason::none && reason != Reason::scheme_unsupported) return reason;
  return finish_name_addr(text.substr(close + 1), reason, result);
}

Reason parse_unbracketed(std::string_view text, size_t end, NameAddr& result) {
  std::string_view uri = trim_right(text.substr(0, end));
  if (uri.find_first_of("?,") != uri.npos) return Reason::uri_bad;
  Reason reason = parse_uri(uri, result.uri);
  if (reason != Reason::none && reason != Reason::scheme_unsupported) return reason;
  return finish_name_addr(text.substr(end), reason, result);
}

/// "SIP / 2.0 / UDP" and the space behind it.
bool take_sent_protocol(std::string_view& rest, Via& via) {
  std::string_view name = take_span(rest, class_token);
  skip_space(rest);
  if (!take(rest, '/')) return false;
  skip_space(rest);
  std::string_view version = take_span(rest, class_token);
  skip_space(rest);
  if (!take(rest, '/')) return false;
  skip_space(rest);
  via.transport = take_span(rest, class_token);
  size_t space = span(rest, class_space);
  rest.remove_prefix(space);
  if (via.transport.empty() || space == 0) return false;
  // Read on for a wrong version: a 505 needs the sent-by.
  return equal_ignoring_case(name, "SIP") && !version.empty();
}

bool take_sent_by(std::string_view& rest, Via& via) {
  via.host = rest.substr(0, host_length(rest));
  rest.remove_prefix(via.host.size());
  skip_space(rest);
  if (via.host.empty()) return false;
  if (!take(rest, ':')) return true;
  skip_space(rest);
  auto port = parse_port(take_span(rest, class_digit));
  if (port) via.port = *port;
  skip_space(rest);
  return port.has_value();
}

bool is_version_2(std::string_view via) {
  via.remove_prefix(via.find('/') + 1);
  skip_space(via);
  return take_span(via, class_token) == "2.0";
}

}  // namespace

std::string_view NameAddr::tag() const { return parameter(parameters, "tag").value_or(std::string_view{}); }

Reason parse_name_addr(std::string_view value, NameAddr& result) {
  result = {};
  value = trim(value);
  if (value.starts_with('"')) {
    size_t end = quoted_end(value, 0);
    if (end == value.npos) return Reason::header_bad;
    result.display = value.substr(0, end);
    value.remove_prefix(end);
    skip_space(value);
    return value.starts_with('<') ? parse_bracketed(value, result) : Reason::header_bad;
  }
  size_t stop = 0;
  while (stop < value.size() && value[stop] != '<' && value[stop] != ';' && value[stop] != '"') ++stop;
  if (stop == value.size() || value[stop] != '<') return parse_unbracketed(value, stop, result);
  result.display = trim_right(value.substr(0, stop));
  if (!all(result.display, class_display)) return Reason::header_bad;
  return parse_bracketed(value.substr(stop), result);
}

bool Via::has_magic_cookie() const {
  constexpr std::string_view cookie = "z9hG4bK";
  return branch.size() > cookie.size() && branch.starts_with(cookie);
}

Reason parse_via(std::string_view element, Via& via) {
  via = {};
  std::string_view rest = via.text = trim(element);
  if (!take_sent_protocol(rest, via) || !take_sent_by(rest, via)) return Reason::via_bad;
  if (!rest.empty()) {
    if (!take(rest, ';')) return Reason::via_bad;
    via.parameters = rest;
    if (!check_parameters(rest, "branch", via.branch)) return Reason::via_bad;
  }
  return is_version_2(via.text) ? Reason::none : Reason::via_bad;
}

Reason parse_cseq(std::string_view value, CSeq& cseq) {
  cseq = {};
  std::string_view rest = trim(value);
  auto number = parse_number(take_span(rest, class_digit));
  size_t space = span(rest, class_space);
  rest.remove_prefix(space);
  cseq.method_text = rest;
  cseq.method = method_of(rest);
  if (!number || space == 0 || rest.empty() || !all(rest, class_token)) return Reason::cseq_bad;
  cseq.number = *number;
  return Reason::none;
}

std::optional<uint32_t> parse_number(std::string_view text) {
  uint64_t value = 0;
  if (text.empty()) return std::nullopt;
  for (char c : text) {
    if (!is(c, class_digit)) return std::nullopt;
    value = value * 10 + unsigned(c - '0');
    if (value > UINT32_MAX) return std::nullopt;
  }
  return uint32_t(value);
}

}  // namespace sbc::sip
