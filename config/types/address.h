// IP addresses, endpoints and prefixes as values.
//
// An address is 16 bytes in network order; IPv4 is held as the mapped form ::ffff:a.b.c.d, so that one
// comparison, one hash and one prefix rule serve both families. An address means nothing without its realm.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace sbc {

enum class Family : uint8_t { v4, v6 };

struct IpAddress {
  std::array<uint8_t, 16> bytes{};  // all zero = none

  static constexpr IpAddress v4(uint8_t a, uint8_t b, uint8_t c, uint8_t d) {
    return {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d}};
  }
  /// `bits` in host order: 0x0a000001 is 10.0.0.1.
  static constexpr IpAddress v4(uint32_t bits) {
    return v4(uint8_t(bits >> 24), uint8_t(bits >> 16), uint8_t(bits >> 8), uint8_t(bits));
  }
  /// Dotted quad, or RFC 4291 text without brackets or zone.
  static std::optional<IpAddress> parse(std::string_view text);
  /// The same of one notation only; an IPv4-mapped address is read as IPv4 by both.
  static std::optional<IpAddress> parse_v4(std::string_view text);
  static std::optional<IpAddress> parse_v6(std::string_view text);

  Family family() const { return is_v4() ? Family::v4 : Family::v6; }
  bool is_v4() const {
    const Words words = in_words();
    return words.high == 0 && words.low >> 32 == 0xffff;
  }
  bool is_none() const { return *this == IpAddress{}; }
  /// Host order; only for IPv4.
  uint32_t v4_bits() const {
    return uint32_t(bytes[12]) << 24 | uint32_t(bytes[13]) << 16 | uint32_t(bytes[14]) << 8 | bytes[15];
  }
  bool is_multicast() const { return is_v4() ? (bytes[12] & 0xf0) == 0xe0 : bytes[0] == 0xff; }
  bool is_link_local() const {
    return is_v4() ? bytes[12] == 169 && bytes[13] == 254 : bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
  }

  /// RFC 5952 text for IPv6, dotted quad for IPv4; never brackets. AddressText is the same without a heap.
  std::string text() const;

  /// As two numbers: what compares addresses compares these, which takes a few instructions and no call.
  struct Words {
    uint64_t high = 0, low = 0;
    friend constexpr auto operator<=>(const Words&, const Words&) = default;
  };
  constexpr Words in_words() const {
    const auto words = std::bit_cast<std::array<uint64_t, 2>>(bytes);
    if constexpr (std::endian::native == std::endian::big) return {words[0], words[1]};
    return {__builtin_bswap64(words[0]), __builtin_bswap64(words[1])};
  }

  friend constexpr bool operator==(const IpAddress& a, const IpAddress& b) {
    const auto x = std::bit_cast<std::array<uint64_t, 2>>(a.bytes),
               y = std::bit_cast<std::array<uint64_t, 2>>(b.bytes);
    return ((x[0] ^ y[0]) | (x[1] ^ y[1])) == 0;
  }
  friend constexpr auto operator<=>(const IpAddress& a, const IpAddress& b) {
    return a.in_words() <=> b.in_words();
  }
};

/// IpAddress::text() in a buffer of its own, for writers that must not allocate.
class AddressText {
 public:
  static constexpr size_t size_max = 39;  // eight groups of four digits and their colons

  explicit AddressText(const IpAddress& address);
  operator std::string_view() const { return {text_.data(), size_}; }

 private:
  std::array<char, size_max> text_;  // written up to size_
  size_t size_ = 0;
};

struct Endpoint {
  IpAddress address;
  uint16_t port = 0;

  /// "192.0.2.1:5060", "[2001:db8::1]:5060"; without a port, `default_port`.
  static std::optional<Endpoint> parse(std::string_view text, uint16_t default_port = 0);
  /// As parse() reads it; IPv6 in brackets.
  std::string text() const;

  friend constexpr auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

struct Prefix {
  IpAddress address;   // host bits zero
  uint8_t length = 0;  // 0..128, of the 16-byte form: an IPv4 /24 has length 120

  /// "10.0.0.0/8", "2001:db8::/32", or a bare address (its full length). Host bits must be zero.
  static std::optional<Prefix> parse(std::string_view text);
  /// The network that `address` lies in; `length` as people write it (24 for an IPv4 /24).
  static Prefix of(const IpAddress& address, uint8_t length);
  bool contains(const IpAddress& candidate) const;
  IpAddress first() const { return address; }
  IpAddress last() const;
  std::string text() const;

  friend constexpr auto operator<=>(const Prefix&, const Prefix&) = default;
};

struct MacAddress {
  std::array<uint8_t, 6> bytes{};
  static std::optional<MacAddress> parse(std::string_view text);
  std::string text() const;
  friend constexpr auto operator<=>(const MacAddress&, const MacAddress&) = default;
};

/// "192.0.2.1" or "[2001:db8::1]": an address as SIP and URIs write a host.
std::string host_text(const IpAddress& address);

}  // namespace sbc

template <>
struct std::hash<sbc::IpAddress> {
  size_t operator()(const sbc::IpAddress& a) const noexcept {
    uint64_t high, low;
    std::memcpy(&high, a.bytes.data(), 8);
    std::memcpy(&low, a.bytes.data() + 8, 8);
    uint64_t x = (high ^ 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu + low;
    return (x ^ (x >> 32)) * 0xc4ceb9fe1a85ec53u;
  }
};
template <>
struct std::hash<sbc::Endpoint> {
  size_t operator()(const sbc::Endpoint& e) const noexcept {
    return std::hash<sbc::IpAddress>{}(e.address) ^ (size_t(e.port) * 0x9e3779b97f4a7c15u);
  }
};
