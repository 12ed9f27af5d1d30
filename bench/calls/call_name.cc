#include "bench/calls/call_name.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "bench/calls/configuration.h"

namespace sbc::bench {
namespace {

constexpr unsigned hex_digits = 8, place_digits = 7, serial_digits = 8;

void write_hex(sip::Writer& out, uint32_t value) {
  static constexpr char digits[] = "0123456789abcdef";
  std::array<char, hex_digits> text;
  for (size_t i = text.size(); i-- > 0; value >>= 4) text[i] = digits[value & 15];
  out.text({text.data(), text.size()});
}

std::optional<uint32_t> number_in(std::string_view digits, int base) {
  uint32_t value = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::string_view last(std::string_view text, size_t size) {
  return text.substr(text.size() - std::min(size, text.size()));
}

char letter_of(Side side) { return side == Side::caller ? 'c' : 'd'; }

}  // namespace

void write_digits(sip::Writer& out, uint32_t value, unsigned digits) {
  std::array<char, 10> text;
  for (size_t i = digits; i-- > 0; value /= 10) text[i] = char('0' + value % 10);
  out.text({text.data(), digits});
}

void CallName::write_tag(sip::Writer& out, Side side) const {
  char letter = letter_of(side);
  out.text({&letter, 1});
  write_hex(out, place);
  write_hex(out, serial);
}

std::optional<CallName> CallName::of_tag(std::string_view tag, Side side) {
  if (tag.size() != 1 + 2 * hex_digits || tag[0] != letter_of(side)) return std::nullopt;
  auto place = number_in(tag.substr(1, hex_digits), 16);
  auto serial = number_in(tag.substr(1 + hex_digits), 16);
  if (!place || !serial) return std::nullopt;
  return CallName{*place, *serial};
}

void CallName::write_call_id(sip::Writer& out) const {
  write_hex(out, serial * 0x9e3779b1u);  // as unlike its neighbours' as real ones are
  out.text("-");
  write_hex(out, serial);
  out.text("-");
  write_hex(out, place);
}

void CallName::write_branch(sip::Writer& out, std::string_view request) const {
  out.text("z9hG4bK").text(request);
  write_hex(out, place);
  write_hex(out, serial);
}

void CallName::write_calling_number(sip::Writer& out) const {
  out.text("4420");
  write_digits(out, place, place_digits);
}

void CallName::write_called_number(sip::Writer& out) const {
  out.text(country_code);
  write_digits(out, serial % routes_configured, route_digits);
  write_digits(out, serial, serial_digits);
}

std::optional<CallName> CallName::of_numbers(std::string_view calling, std::string_view called) {
  auto place = number_in(last(calling, place_digits), 10);
  auto serial = number_in(last(called, serial_digits), 10);
  if (!place || !serial) return std::nullopt;
  return CallName{*place, *serial};
}

}  // namespace sbc::bench
