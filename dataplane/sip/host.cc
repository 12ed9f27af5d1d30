#include "dataplane/sip/host.h"

#include "config/types/address.h"

namespace sbc::sip::detail {
namespace {

/// Three digits that are at most 255.
bool is_octet(const char* number) {
  return number[0] < '2' || (number[0] == '2' && (number[1] < '5' || (number[1] == '5' && number[2] <= '5')));
}

/// Four runs of one to three bits, with one between them: shifts instead of a walk, whose branches nobody
/// predicts.
bool has_shape_of_quad(uint64_t digits, uint64_t dots, size_t size) {
  const uint64_t first = dots & (~dots + 1), after_first = dots ^ first;
  const uint64_t second = after_first & (~after_first + 1), third = after_first ^ second;
  const bool three_dots = third != 0 && (third & (third - 1)) == 0;
  const bool four_digits = (digits & digits >> 1 & digits >> 2 & digits >> 3) != 0;
  return three_dots && !four_digits && (dots & dots << 1) == 0 && (dots & 1) == 0 &&
         (dots >> (size - 1)) == 0;
}

}  // namespace

bool is_numeric(std::string_view text) {
  for (char c : text) {
    if (c != '.' && !is(c, class_digit)) return false;
  }
  return true;
}

bool is_numeric_but_no_quad(const char* text, size_t size, uint64_t digits) {
  const uint64_t dots = ((uint64_t(1) << size) - 1) & ~digits;
  if (!has_shape_of_quad(digits, dots, size)) return is_numeric({text, size});
  bool octets = true;
  for (uint64_t threes = digits & digits >> 1 & digits >> 2; threes != 0; threes &= threes - 1) {
    octets = octets && is_octet(text + __builtin_ctzll(threes));
  }
  return !octets && is_numeric({text, size});
}

size_t bracketed_length(std::string_view text) {
  size_t close = text.find(']');
  if (close == text.npos) return 0;
  std::string_view inner = text.substr(1, close - 1);
  bool plain = true, colons = false;
  for (char c : inner) {
    plain = plain && (is(c, class_hex) || c == ':' || c == '.');
    colons = colons || c == ':';
  }
  return plain && colons && IpAddress::parse(inner) ? close + 1 : 0;
}

}  // namespace sbc::sip::detail
