#include "tests/grammar/header.h"

namespace sbc::grammar {
namespace {

constexpr std::string_view token_marks = "-.!%*_+`'~";
const std::initializer_list<std::string_view> utf8{"ä", "é", "世", "界", "\xf0\x9f\x93\x9e"};

std::string parameter(Source& source, size_t index) {
  std::string name = "x" + std::to_string(index) + token(source, 6), equals = sws(source) + '=' + sws(source);
  switch (source.below(4)) {
    case 0:
      return name;
    case 1:
      return name + equals + token(source);
    case 2:
      return name + equals + host(source);
    default:
      return name + equals + quoted_string(source);
  }
}

std::string semicolon(Source& source) { return sws(source) + ';' + sws(source); }

std::string display_name(Source& source) {
  if (source.chance(50)) return quoted_string(source);
  std::string name = token(source);
  for (size_t n = source.below(3); n > 0; --n) name += lws(source) + token(source);
  return name;
}

/// Up to `most` parameters, and this one among them.
std::string parameters_with(Source& source, const std::string& one, size_t most) {
  std::string result;
  size_t count = source.below(most + 1), place = source.below(count + 1);
  for (size_t i = 0; i <= count; ++i) {
    if (i == place && !one.empty()) result += semicolon(source) + one;
    if (i < count) result += semicolon(source) + parameter(source, i);
  }
  return result;
}

}  // namespace

std::string Source::any_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter && chance(50)) c ^= 0x20;
  }
  return result;
}

std::string lws(Source& source) {
  if (source.chance(80)) return " ";
  std::string space = source.some(" \t", 0, 3);
  return source.chance(60) ? space + "\r\n" + source.some(" \t", 1, 3) : space + ' ';
}

std::string sws(Source& source) { return source.chance(85) ? "" : lws(source); }

std::string token(Source& source, size_t most) {
  return source.chance(80) ? source.some(alphanumeric, 1, most)
                           : source.some(std::string(alphanumeric) + std::string(token_marks), 1, most);
}

std::string quoted_string(Source& source) {
  std::string text = "\"";
  for (size_t n = source.below(12); n > 0; --n) {
    switch (source.below(8)) {
      case 0:
        text += '\\';
        text += source.some("\"\\\x01\t\x7f aZ<>,;", 1, 1);
        break;
      case 1:
        text += std::string("\\\0", 2);
        break;
      case 2:
        text += lws(source);
        break;
      case 3:
        text += source.pick(utf8);
        break;
      default:
        text += source.some("abcXYZ019 !#$%&'()*+,-./:;<=>?@[]^_`{|}~", 1, 4);
    }
  }
  return text + '"';
}

std::string text(Source& source) {
  std::string result;
  for (size_t n = source.below(6); n > 0; --n) {
    if (!result.empty()) result += lws(source);
    result += source.chance(20) ? std::string(source.pick(utf8))
                                : source.some("abcXYZ019!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", 1, 10);
  }
  return result;
}

std::string parameters(Source& source, size_t most) { return parameters_with(source, "", most); }

NameAddrText name_addr(Source& source, std::string_view tag, bool in_brackets) {
  NameAddrText value;
  if (in_brackets || source.chance(70)) {
    value.uri = uri(source, UriPlace::brackets);
    if (source.chance(60)) value.display = display_name(source);
    bool quoted = value.display.starts_with('"');
    std::string space = value.display.empty() ? "" : quoted ? sws(source) : lws(source);
    value.text = value.display + space + '<' + value.uri.text + '>';
  } else {
    value.uri = uri(source, UriPlace::bare);
    value.text = value.uri.text;
  }
  value.tag = tag;
  std::string one =
      tag.empty() ? "" : source.any_case("tag") + sws(source) + '=' + sws(source) + std::string(tag);
  value.text += parameters_with(source, one, 3);
  return value;
}

ViaText via(Source& source) {
  ViaText via;
  auto slash = [&] { return sws(source) + '/' + sws(source); };
  via.transport = source.chance(90) ? std::string(source.pick({"UDP", "TCP", "TLS", "SCTP", "WS", "WSS"}))
                                    : token(source);
  via.host = host(source);
  via.text = source.any_case("SIP") + slash() + "2.0" + slash() + via.transport + lws(source) + via.host;
  if (source.chance(50)) {
    via.port = uint16_t(source.between(1, 65535));
    via.text += sws(source) + ':' + sws(source) + std::to_string(via.port);
  }
  via.branch = "z9hG4bK" + token(source, 24);
  std::string branch = source.any_case("branch") + sws(source) + '=' + sws(source) + via.branch;
  via.text += parameters_with(source, branch, 2);
  if (source.chance(40)) via.text += semicolon(source) + "rport" + (source.chance(50) ? "=5060" : "");
  if (source.chance(30))
    via.text += semicolon(source) +
                "received=" + std::string(source.pick({"192.0.2.1", "2001:db8::1", "[2001:db8::1]"}));
  return via;
}

std::string media_type(Source& source) {
  std::string type = source.chance(50) ? source.any_case("application") + sws(source) + '/' + sws(source) +
                                             source.any_case("sdp")
                                       : token(source) + sws(source) + '/' + sws(source) + token(source);
  return type + parameters(source, 2);
}

}  // namespace sbc::grammar
