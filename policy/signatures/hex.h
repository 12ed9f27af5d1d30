// Hexadecimal digits to bytes, for percent-encoding and for the patterns of signature files.
#pragma once

#include <optional>
#include <string_view>

#include "dataplane/sip/characters.h"

namespace sbc::policy {

/// The byte that the two digits at the front of `text` stand for; none when no two stand there.
inline std::optional<char> hex_byte(std::string_view text) {
  if (text.size() < 2 || !sip::all(text.substr(0, 2), sip::class_hex)) return std::nullopt;
  auto value = [](char c) { return sip::is(c, sip::class_digit) ? c - '0' : sip::lower(c) - 'a' + 10; };
  return char(value(text[0]) * 16 + value(text[1]));
}

}  // namespace sbc::policy
