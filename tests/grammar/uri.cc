#include "tests/grammar/uri.h"

namespace sbc::grammar {
namespace {

constexpr std::string_view mark = "-_.!~*'()";

/// Characters of `more` and unreserved ones, some of them escaped.
std::string escapable(Source& source, std::string_view more, size_t least, size_t most) {
  const std::string alphabet = std::string(alphanumeric) + std::string(mark) + std::string(more);
  std::string text;
  for (size_t n = source.between(least, most); n > 0; --n) {
    text += source.chance(5) ? "%" + source.some(hex_digits, 2, 2) : source.some(alphabet, 1, 1);
  }
  return text;
}

std::string host_name(Source& source) {
  std::string name;
  for (size_t n = source.below(3); n > 0; --n) {
    name += source.some(alphanumeric, 1, 3) + source.some("abc012-", 0, 8) + source.some(alphanumeric, 1, 1) +
            '.';
  }
  name += source.some(letters, 1, 1);
  if (source.chance(80)) name += source.some("abc012-", 0, 4) + source.some(alphanumeric, 1, 1);
  return name + (source.chance(5) ? "." : "");
}

std::string ipv4(Source& source) {
  std::string text;
  for (int i = 0; i < 4; ++i) text += (i ? "." : "") + std::to_string(source.below(256));
  return text;
}

/// `count` groups with colons between them, the last two as IPv4 now and then.
std::string groups(Source& source, size_t count, bool may_end_in_v4) {
  std::string text;
  bool v4 = may_end_in_v4 && count >= 2 && source.chance(20);
  for (size_t n = v4 ? count - 2 : count; n > 0; --n) text += source.some(hex_digits, 1, 4) + ':';
  if (v4) return text + ipv4(source);
  if (!text.empty()) text.pop_back();
  return text;
}

std::string ipv6(Source& source) {
  if (source.chance(30)) return groups(source, 8, true);
  size_t left = source.below(8), right = source.below(8 - left);
  return groups(source, left, false) + "::" + groups(source, right, true);
}

std::string uri_parameter(Source& source, size_t index) {
  constexpr std::string_view more = "[]/:&+$";
  switch (source.below(8)) {
    case 0:
      return "transport=" + std::string(source.pick({"udp", "tcp", "TLS", "sctp", "ws"}));
    case 1:
      return "user=" + std::string(source.pick({"phone", "ip", "dialstring"}));
    case 2:
      return "maddr=" + host(source);
    case 3:
      return source.any_case("lr");
    case 4:
      return "method=" + std::string(source.pick({"INVITE", "REFER", "%49NVITE"}));
    case 5:
      return "ttl=" + std::to_string(source.below(256));
    default: {
      std::string name = "p" + std::to_string(index) + escapable(source, more, 0, 6);
      return source.chance(70) ? name + '=' + escapable(source, more, 1, 12) : name;
    }
  }
}

std::string uri_headers(Source& source) {
  constexpr std::string_view more = "[]/?:+$";
  std::string text;
  for (size_t n = source.between(1, 3); n > 0; --n) {
    text += (text.empty() ? "" : "&") + escapable(source, more, 1, 8) + '=' + escapable(source, more, 0, 12);
  }
  return text;
}

/// A global number, or one that needs a context.
std::string telephone_number(Source& source, bool global) {
  return global ? '+' + source.some("0123456789-.()", 0, 4) + source.some(digits, 1, 12)
                : source.some("0123456789*#ABCDabcdef-.()", 0, 8) + source.some(digits, 1, 4);
}

/// "sip:" or "sips:", user and password.
void add_front(Source& source, UriPlace place, UriText& uri) {
  uri.sip = true;
  uri.scheme = source.any_case(source.chance(80) ? "sip" : "sips");
  uri.text = uri.scheme + ':';
  if (source.chance(15)) return;
  uri.user = source.chance(20) ? '+' + source.some("0123456789-.", 3, 12)
                               : escapable(source, place == UriPlace::bare ? "&=+$/" : "&=+$,;?/", 1, 16);
  if (source.chance(15)) uri.password = escapable(source, place == UriPlace::bare ? "&=+$" : "&=+$,", 0, 8);
  uri.text += uri.user;
  if (!uri.password.empty()) uri.text += ':' + uri.password;
  uri.text += '@';
}

UriText sip_uri(Source& source, UriPlace place) {
  UriText uri;
  add_front(source, place, uri);
  uri.host = host(source);
  uri.text += uri.host;
  if (source.chance(40)) {
    uri.port = uint16_t(source.between(1, 65535));
    uri.text += ':' + std::string(source.chance(5) ? "000" : "") + std::to_string(uri.port);
  }
  if (place == UriPlace::bare) return uri;
  for (size_t i = 0, n = source.chance(50) ? 0 : source.between(1, 4); i < n; ++i) {
    uri.parameters += (i ? ";" : "") + uri_parameter(source, i);
  }
  if (!uri.parameters.empty()) uri.text += ';' + uri.parameters;
  if (place == UriPlace::brackets && source.chance(10)) uri.headers = uri_headers(source);
  if (!uri.headers.empty()) uri.text += '?' + uri.headers;
  return uri;
}

UriText tel_uri(Source& source, UriPlace place) {
  UriText uri;
  uri.scheme = source.any_case("tel");
  uri.user = telephone_number(source, place == UriPlace::bare || source.chance(70));
  uri.text = uri.scheme + ':' + uri.user;
  if (place == UriPlace::bare) return uri;
  if (uri.user[0] != '+')
    uri.parameters = "phone-context=" + std::string(source.pick({"+49-30", "example.com"}));
  if (source.chance(20)) uri.parameters += (uri.parameters.empty() ? "" : ";") + std::string("ext=12.3");
  if (!uri.parameters.empty()) uri.text += ';' + uri.parameters;
  return uri;
}

}  // namespace

std::string host(Source& source) {
  switch (source.below(3)) {
    case 0:
      return host_name(source);
    case 1:
      return ipv4(source);
    default:
      return '[' + ipv6(source) + ']';
  }
}

UriText uri(Source& source, UriPlace place) {
  if (source.chance(15)) return tel_uri(source, place);
  if (place == UriPlace::brackets && source.chance(10)) {
    UriText other;
    other.text =
        source.pick({"urn:service:sos", "mailto:a.b@example.com", "http://[2001:db8::1]:8080/a;b?c=d&e,f",
                     "im:bob@example.net", "cid:7@h", "x-new+scheme.1:/%41"});
    other.scheme = other.text.substr(0, other.text.find(':'));
    if (other.text == "urn:service:sos") other.user = other.text;  // which stands in a number's place
    return other;
  }
  return sip_uri(source, place);
}

}  // namespace sbc::grammar
