#include "config/types/address.h"

#include <charconv>

#include <arpa/inet.h>

namespace sbc {
namespace {

template <class T>
std::optional<T> parse_number(std::string_view text, unsigned max) {
  unsigned value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > max) return std::nullopt;
  return T(value);
}

uint8_t mask_byte(int bits) { return uint8_t(bits >= 8 ? 0xff : bits <= 0 ? 0 : 0xff << (8 - bits)); }

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  char buffer[INET6_ADDRSTRLEN];
  if (text.size() >= sizeof buffer) return std::nullopt;
  std::memcpy(buffer, text.data(), text.size());
  buffer[text.size()] = 0;
  uint8_t four[4];
  if (inet_pton(AF_INET, buffer, four) == 1) return v4(four[0], four[1], four[2], four[3]);
  IpAddress six;
  if (inet_pton(AF_INET6, buffer, six.bytes.data()) == 1) return six;
  return std::nullopt;
}

std::string IpAddress::text() const {
  char buffer[INET6_ADDRSTRLEN];
  if (is_v4()) {
    inet_ntop(AF_INET, bytes.data() + 12, buffer, sizeof buffer);
  } else {
    inet_ntop(AF_INET6, bytes.data(), buffer, sizeof buffer);
  }
  return buffer;
}

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
  for (int i = 0; i < 16; ++i) {
    uint8_t mask = mask_byte(length - i * 8);
    if (mask == 0) return true;
    if ((candidate.bytes[size_t(i)] & mask) != address.bytes[size_t(i)]) return false;
  }
  return true;
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
