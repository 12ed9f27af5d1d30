#include "dataplane/sip/uri.h"

#include <algorithm>
#include <cstring>

#include "dataplane/sip/host.h"
#include "dataplane/sip/text.h"

namespace sbc::sip {
namespace {

uint32_t load_4(const char* at) {
  uint32_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// What stands before the first ':'; empty when that is no scheme.
std::string_view scheme_at(Cursor cursor) {
  const size_t from = cursor.at();
  if (!cursor.sees_class(class_letter)) return {};
  while (cursor.sees_class(class_scheme)) cursor.move_to(cursor.at() + 1);
  return cursor.sees(':') ? cursor.text_from(from) : std::string_view{};
}

Scheme scheme_of(std::string_view text) {
  if (equal_ignoring_case(text, "sip")) return Scheme::sip;
  if (equal_ignoring_case(text, "sips")) return Scheme::sips;
  if (equal_ignoring_case(text, "tel")) return Scheme::tel;
  return Scheme::other;
}

[[gnu::always_inline]] inline void skip_user(Cursor& cursor, Deviations& deviations) {
  cursor.skip_escaped(Plane::user);
  while (cursor.take('#')) {
    deviations.add(Deviation::user_unescaped);
    cursor.skip_escaped(Plane::user);
  }
}

/// "alice@" or "alice:secret@", where that stands; true without moving where no userinfo does. '@' cannot
/// occur unescaped behind the host, so what runs up to one is userinfo.
[[gnu::always_inline]] inline bool take_userinfo(Cursor& cursor, Uri& uri, Deviations& deviations) {
  const size_t begin = cursor.at();
  skip_user(cursor, deviations);
  std::string_view user = cursor.text_from(begin), password;
  if (cursor.take(':')) {
    const size_t from = cursor.at();
    cursor.skip_escaped(Plane::user);
    password = cursor.text_from(from);
  }
  if (!cursor.take('@')) {
    cursor.move_to(begin);
    return true;
  }
  uri.user = user;
  uri.password = password;
  return !user.empty() && (password.empty() || all_escaped(password, class_password));
}

/// ":5060;transport=udp?subject=x", or any part of it.
[[gnu::always_inline]] inline bool read_after_host(Cursor& cursor, Uri& uri) {
  if (cursor.take(':')) {
    uri.port = take_port(cursor);
    if (uri.port == 0) return false;
  }
  if (cursor.take(';')) {
    const size_t from = cursor.at();
    cursor.skip_escaped(Plane::uri_parameter);
    uri.parameters = cursor.text_from(from);
  }
  if (cursor.take('?')) {
    uri.headers = cursor.rest();
    return !uri.headers.empty() && all_escaped(uri.headers, class_uri_headers);
  }
  return cursor.done();
}

[[gnu::always_inline]] inline bool read_sip(Cursor& cursor, Uri& uri, Deviations& deviations) {
  if (!take_userinfo(cursor, uri, deviations)) return false;
  uri.host = take_host(cursor, deviations);
  return !uri.host.empty() && read_after_host(cursor, uri);
}

/// RFC 5031 3: let-dig [*let-dig-hyp let-dig].
bool is_service_label(std::string_view label) {
  return !label.empty() && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(),
                     [](char c) { return is(c, class_letter | class_digit) || c == '-'; });
}

bool read_tel(std::string_view text, Uri& uri) {
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

bool is_service_urn(std::string_view text) {
  constexpr std::string_view prefix = "urn:service:";
  if (!equal_ignoring_case(text.substr(0, prefix.size()), prefix)) return false;
  text.remove_prefix(prefix.size());
  for (;;) {
    const size_t dot = text.find('.');
    if (!is_service_label(text.substr(0, dot))) return false;
    if (dot == text.npos) return true;
    text.remove_prefix(dot + 1);
  }
}

Reason read_uri(Cursor cursor, Uri& uri, Deviations& deviations) {
  uri.clear();
  uri.text = cursor.rest();
  // Nearly all are these four bytes.
  if (uri.text.size() > 4 && load_4(uri.text.data()) == load_4("sip:")) {
    uri.scheme = Scheme::sip;
    uri.scheme_text = first(uri.text, 3);
    cursor.move_to(cursor.at() + 4);
  } else {
    uri.scheme_text = scheme_at(cursor);
    if (uri.scheme_text.empty()) return Reason::uri_bad;
    cursor.move_to(cursor.at() + uri.scheme_text.size() + 1);
    uri.scheme = scheme_of(uri.scheme_text);
  }
  switch (uri.scheme) {
    case Scheme::sip:
    case Scheme::sips:
      return read_sip(cursor, uri, deviations) ? Reason::none : Reason::uri_bad;
    case Scheme::tel:
      return read_tel(cursor.rest(), uri) ? Reason::none : Reason::uri_bad;
    case Scheme::service:
    case Scheme::other:
      break;
  }
  if (is_service_urn(uri.text)) {
    uri.scheme = Scheme::service;
    uri.user = uri.text;
    return Reason::none;
  }
  bool good = !cursor.done() && all_escaped(cursor.rest(), class_uri_other);
  return good ? Reason::scheme_unsupported : Reason::uri_bad;
}

Reason parse_uri(std::string_view text, Uri& uri) {
  if (text.size() > CharacterIndex::bytes_max) return Reason::uri_bad;
  CharacterIndex index(text);
  Deviations deviations;
  return read_uri(Cursor(index, 0, text.size()), uri, deviations);
}

std::optional<char> take_unescaped(std::string_view& rest) {
  auto hex_value = [](char c) {
    if (is(c, class_digit)) return c - '0';
    const char small = lower(c);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
  };
  const char c = rest[0];
  if (c != '%' || rest.size() < 3) {
    rest.remove_prefix(1);
    return c;
  }
  const int high = hex_value(rest[1]);
  const int low = hex_value(rest[2]);
  if (high < 0 || low < 0) return std::nullopt;
  rest.remove_prefix(3);
  return char(high << 4 | low);
}

}  // namespace sbc::sip
