// URIs by the grammar of RFC 3261 25.1 and RFC 3966, with the parts that a parser must find in them.
#pragma once

#include "tests/grammar/source.h"

namespace sbc::grammar {

struct UriText {
  std::string text;
  std::string scheme;  // as written
  bool sip = false;    // sip or sips: the parts below are given
  std::string user, password, host, parameters, headers;
  uint16_t port = 0;
};

/// A name, an IPv4 address, or an IPv6 address in brackets.
std::string host(Source& source);

enum class UriPlace : uint8_t {
  request_line,  // no headers, and a scheme that can be routed
  brackets,      // anything, other schemes too
  bare           // no parameters, headers, comma, question mark or semicolon (RFC 3261 20.10)
};
UriText uri(Source& source, UriPlace place);

}  // namespace sbc::grammar
