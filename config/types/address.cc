#include "config/types/address.h"

#include <algorithm>
#include <charconv>

namespace sbc {
namespace {

template <class T>
std::optional<T> parse_number(std::string_view text, unsigned max) {
  unsigned value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > max) return std::nullopt;
  return T(value);
}

/// A dotted quad in host order: four numbers up to 255 without leading zeros, which some readers take for
/// octal.
std::optional<uint32_t> parse_quad(std::string_view text) {
  uint32_t bits = 0;
  size_t at = 0;
  for (int group = 0; group < 4; ++group) {
    if (group > 0 && (at == text.size() || text[at++] != '.')) return std::nullopt;
    size_t begin = at;
    unsigned value = 0;
    for (; at < text.size() && at - begin < 3; ++at) {
      unsigned digit = uint8_t(text[at] - '0');
      if (digit > 9) break;
      value = value * 10 + digit;
    }
    if (at == begin || value > 255 || (text[begin] == '0' && at - begin > 1)) return std::nullopt;
    bits = bits << 8 | value;
  }
  return at == text.size() ? std::optional(bits) : std::nullopt;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  char letter = char(c | 0x20);
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/// Reads RFC 4291 2.2: groups of one to four hex digits, one run of zero groups written "::", the last two
/// groups perhaps as a dotted quad.
class GroupReader {
 public:
  explicit GroupReader(std::string_view text) : rest_(text) {}

  std::optional<IpAddress> read() {
    if (rest_.starts_with("::")) open_gap();
    while (!rest_.empty()) {
      if (!take_group()) return std::nullopt;
      if (rest_.empty()) break;
      if (rest_.starts_with("::")) {
        if (gap_ != none) return std::nullopt;
        open_gap();
      } else if (rest_[0] == ':' && rest_.size() > 1) {
        rest_.remove_prefix(1);
      } else {
        return std::nullopt;
      }
    }
    return close_gap() ? std::optional(address_) : std::nullopt;
  }

 private:
  static constexpr size_t none = ~size_t(0);

  bool take_group() {
    unsigned value = 0;
    size_t digits = 0;
    for (; digits < 4 && digits < rest_.size(); ++digits) {
      int digit = hex_value(rest_[digits]);
      if (digit < 0) break;
      value = value << 4 | unsigned(digit);
    }
    if (digits < rest_.size() && rest_[digits] == '.') return take_quad();
    if (digits == 0 || filled_ > 14) return false;
    store(uint8_t(value >> 8));
    store(uint8_t(value));
    rest_.remove_prefix(digits);
    return true;
  }

  bool take_quad() {
    auto bits = parse_quad(rest_);
    if (!bits || filled_ > 12) return false;
    for (int shift = 24; shift >= 0; shift -= 8) store(uint8_t(*bits >> shift));
    rest_ = {};
    return true;
  }

  void store(uint8_t byte) { address_.bytes[filled_++] = byte; }

  void open_gap() {
    gap_ = filled_;
    rest_.remove_prefix(2);
  }

  /// Moves what stands behind the gap to the end; the gap is one group at least.
  bool close_gap() {
    if (gap_ == none) return filled_ == 16;
    if (filled_ > 14) return false;
    auto begin = address_.bytes.begin();
    std::rotate(begin + gap_, begin + filled_, address_.bytes.end());
    return true;
  }

  std::string_view rest_;
  IpAddress address_;
  size_t filled_ = 0;  // bytes
  size_t gap_ = none;  // where "::" stands
};

struct ByteText {
  std::array<char, 4> text{};
  uint8_t size = 0;
};

constexpr std::array<ByteText, 256> byte_texts = [] {
  std::array<ByteText, 256> table{};
  for (unsigned value = 0; value < 256; ++value) {
    ByteText& each = table[value];
    if (value >= 100) each.text[each.size++] = char('0' + value / 100);
    if (value >= 10) each.text[each.size++] = char('0' + value / 10 % 10);
    each.text[each.size++] = char('0' + value % 10);
  }
  return table;
}();

/// Writes up to 16 bytes at `out`; returns the end of the text.
char* write_quad(char* out, const uint8_t* bytes) {
  for (int i = 0; i < 4; ++i) {
    if (i > 0) *out++ = '.';
    const ByteText& byte = byte_texts[bytes[i]];
    std::memcpy(out, byte.text.data(), byte.text.size());
    out += byte.size;
  }
  return out;
}

struct Run {
  int begin = 0, size = 0;
};

/// RFC 5952 4.2: the longest run of two or more zero groups, the first of several.
Run longest_zeros(const std::array<uint16_t, 8>& groups) {
  Run longest, run;
  for (int i = 0; i < 8; ++i) {
    if (groups[size_t(i)] != 0) {
      run = {i + 1, 0};
    } else if (++run.size > longest.size) {
      longest = run;
    }
  }
  return longest.size > 1 ? longest : Run{};
}

/// RFC 5952 4. Writes up to 39 bytes at `out`; returns the end of the text.
char* write_groups(char* out, const std::array<uint8_t, 16>& bytes) {
  std::array<uint16_t, 8> groups;
  for (size_t i = 0; i < 8; ++i) groups[i] = uint16_t(bytes[i * 2] << 8 | bytes[i * 2 + 1]);
  Run zeros = longest_zeros(groups);
  for (int i = 0; i < 8; ++i) {
    if (zeros.size > 0 && i == zeros.begin) {
      *out++ = ':';
      *out++ = ':';
      i += zeros.size - 1;
      continue;
    }
    if (i > 0 && out[-1] != ':') *out++ = ':';
    out = std::to_chars(out, out + 4, groups[size_t(i)], 16).ptr;
  }
  return out;
}

uint8_t mask_byte(int bits) {
  return uint8_t(bits >= 8 ? 0xff : bits <= 0 ? uint64_t(0) : 0xff << (8 - bits));
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  auto address = parse_v4(text);
  return address ? address : parse_v6(text);
}

std::optional<IpAddress> IpAddress::parse_v4(std::string_view text) {
  auto bits = parse_quad(text);
  return bits ? std::optional(v4(*bits)) : std::nullopt;
}

std::optional<IpAddress> IpAddress::parse_v6(std::string_view text) { return GroupReader(text).read(); }

AddressText::AddressText(const IpAddress& address) {
  char* end = address.is_v4() ? write_quad(text_.data(), address.bytes.data() + 12)
                              : write_groups(text_.data(), address.bytes);
  size_ = size_t(end - text_.data());
}

std::string IpAddress::text() const { return std::string(std::string_view(AddressText(*this))); }

std::optional<Endpoint> Endpoint::parse(std::string_view text, uint16_t default_port) {
  std::string_view host = text;
  std::string_view port;
  bool has_port = false;
  if (text.starts_with('[')) {
    size_t close = text.find(']');
    if (close == text.npos) return std::nullopt;
    host = text.substr(1, close - 1);
    if (host.find(':') == host.npos) return std::nullopt;
    std::string_view rest = text.substr(close + 1);
    if (!rest.empty()) {
      if (rest[0] != ':') return std::nullopt;
      has_port = true;
      port = rest.substr(1);
    }
  } else if (size_t colon = text.find(':'); colon != text.npos && text.find(':', colon + 1) == text.npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    has_port = true;
  }
  auto address = IpAddress::parse(host);
  if (!address) return std::nullopt;
  if (!has_port) return Endpoint{*address, default_port};
  auto number = parse_number<uint16_t>(port, 65535);
  if (!number || *number == 0) return std::nullopt;
  return Endpoint{*address, *number};
}

std::string Endpoint::text() const { return host_text(address) + ':' + std::to_string(port); }

std::string host_text(const IpAddress& address) {
  return address.is_v4() ? address.text() : '[' + address.text() + ']';
}

Prefix Prefix::of(const IpAddress& address, uint8_t length) {
  Prefix prefix{address, uint8_t(address.is_v4() ? length + 96 : length)};
  for (int i = 0; i < 16; ++i) prefix.address.bytes[size_t(i)] &= mask_byte(prefix.length - i * 8);
  return prefix;
}

std::optional<Prefix> Prefix::parse(std::string_view text) {
  size_t slash = text.find('/');
  auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  unsigned full = address->is_v4() ? 32 : 128;
  auto length = slash == text.npos ? std::optional<uint8_t>(uint8_t(full))
                                   : parse_number<uint8_t>(text.substr(slash + 1), full);
  if (!length) return std::nullopt;
  Prefix prefix = of(*address, *length);
  if (prefix.address != *address) return std::nullopt;
  return prefix;
}

bool Prefix::contains(const IpAddress& candidate) const {
  auto mask = [](int bits) { return bits <= 0 ? 0 : ~uint64_t(0) << (64 - std::min(bits, 64)); };
  const IpAddress::Words theirs = candidate.in_words(), ours = address.in_words();
  return (((theirs.high ^ ours.high) & mask(length)) | ((theirs.low ^ ours.low) & mask(length - 64))) == 0;
}

IpAddress Prefix::last() const {
  IpAddress result = address;
  for (int i = 0; i < 16; ++i) result.bytes[size_t(i)] |= uint8_t(~mask_byte(length - i * 8));
  return result;
}

std::string Prefix::text() const {
  return address.text() + '/' + std::to_string(address.is_v4() && length >= 96 ? length - 96 : length);
}

std::optional<MacAddress> MacAddress::parse(std::string_view text) {
  MacAddress mac;
  if (text.size() != 17) return std::nullopt;
  for (size_t i = 0; i < 6; ++i) {
    std::string_view pair = text.substr(i * 3, 2);
    if (i < 5 && text[i * 3 + 2] != ':') return std::nullopt;
    auto [end, error] = std::from_chars(pair.data(), pair.data() + 2, mac.bytes[i], 16);
    if (error != std::errc{} || end != pair.data() + 2) return std::nullopt;
  }
  return mac;
}

std::string MacAddress::text() const {
  static constexpr char digits[] = "0123456789abcdef";
  std::string result;
  for (uint8_t byte : bytes) {
    if (!result.empty()) result += ':';
    result += digits[byte >> 4];
    result += digits[byte & 15];
  }
  return result;
}

}  // namespace sbc
