// Header values by the grammar of RFC 3261 25.1, white space and folding wherever it may stand, with what a
// parser must find in them.
#pragma once

#include <optional>

#include "tests/grammar/uri.h"

namespace sbc::grammar {

/// LWS: white space, folded now and then. SWS: the same, or nothing.
std::string lws(Source& source);
std::string sws(Source& source);
std::string token(Source& source, size_t most = 12);
/// With its quotes: escapes of any character, NUL too; folding; UTF-8.
std::string quoted_string(Source& source);
/// Words of visible characters and UTF-8, white space between them; may be empty.
std::string text(Source& source);

struct NameAddrText {
  std::string text;
  std::string display;  // as written
  UriText uri;
  std::string tag;
};
/// A value of From, To (`tag` given), Contact, Route or Record-Route (always in brackets).
NameAddrText name_addr(Source& source, std::string_view tag, bool in_brackets);

struct ViaText {
  std::string text;
  std::string transport, host, branch;
  uint16_t port = 0;
};
ViaText via(Source& source);

/// Parameters that follow a value: each with its ';'.
std::string parameters(Source& source, size_t most);
/// A type of a body, and parameters.
std::string media_type(Source& source);

}  // namespace sbc::grammar
