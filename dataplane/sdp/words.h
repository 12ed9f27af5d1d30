// Words of SDP values: split at blanks, numbers, keywords. What the attribute readers share.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "dataplane/bytes/caseless.h"

namespace sbc::sdp {

/// Takes the next word, and the blanks before it, off the front of `rest`; empty at the end. More than one
/// blank counts as one.
constexpr std::string_view take_word(std::string_view& rest) {
  size_t begin = 0;
  while (begin < rest.size() && rest[begin] == ' ') ++begin;
  size_t end = begin;
  while (end < rest.size() && rest[end] != ' ') ++end;
  std::string_view word = rest.substr(begin, end - begin);
  rest.remove_prefix(end);
  return word;
}

/// Takes what stands before `separator`, and the separator, off the front of `rest`; all of it where there is
/// none.
constexpr std::string_view take_until(std::string_view& rest, char separator) {
  size_t end = rest.find(separator);
  std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  return part;
}

constexpr std::string_view trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// All of `text` is one word, blanks around it aside; empty otherwise.
constexpr std::string_view only_word(std::string_view text) {
  std::string_view word = take_word(text);
  return trim(text).empty() ? word : std::string_view();
}

/// All of `text` is a decimal number in [min, max]: no sign, no blank, no more digits than 64 bits may need.
template <std::unsigned_integral T>
constexpr std::optional<T> parse_number(std::string_view text, T min = 0,
                                        T max = std::numeric_limits<T>::max()) {
  if (text.empty() || text.size() > 20) return std::nullopt;
  uint64_t value = 0;
  for (char c : text) {
    unsigned digit = uint8_t(c - '0');
    if (digit > 9 || __builtin_mul_overflow(value, 10u, &value) ||
        __builtin_add_overflow(value, digit, &value))
      return std::nullopt;
  }
  if (value < min || value > max) return std::nullopt;
  return T(value);
}

using sbc::equal_ignoring_case;

/// The enumerator whose word this is, case ignored; `words` stand in the order of the enumerators, from 0 on.
template <class Enum, size_t Size>
constexpr std::optional<Enum> find_word(const std::array<std::string_view, Size>& words,
                                        std::string_view word) {
  for (size_t i = 0; i < Size; ++i) {
    if (equal_ignoring_case(words[i], word)) return Enum(i);
  }
  return std::nullopt;
}

}  // namespace sbc::sdp
