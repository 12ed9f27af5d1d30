// Configuration of the SBC that the benchmark of calls runs: what a carrier's edge would have, as its
// operator would write it: attack signatures, 1,000 access prefixes, 1,000 routes, limits of everybody and of
// the trunk on either side.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/types/address.h"

namespace sbc::bench {

inline constexpr unsigned access_prefixes = 1'000, routes_configured = 1'000;
inline constexpr unsigned caller_trunks = 125, callee_trunks = 10;
inline constexpr std::string_view country_code = "49";
inline constexpr unsigned route_digits = 3;  // behind the country code: so many routes there are
inline constexpr uint16_t sip_port = 5060;

struct Shape {
  std::string name;        // of its devices
  uint32_t calls = 1'000;  // that are up at a time
  uint32_t calls_per_second = 5'000;
  uint16_t core = 0;  // of the worker
  std::string signature_file;
};

/// YAML, as a configuration file.
std::string configuration_text(const Shape& shape);

/// RFC 3261 17: what a call leaves behind for 64*T1.
inline constexpr unsigned linger_seconds = 32;

/// The SBC's, for signalling.
inline constexpr IpAddress toward_callers = IpAddress::v4(198, 51, 100, 1);
inline constexpr IpAddress toward_callees = IpAddress::v4(203, 0, 113, 1);
/// A caller of each access prefix, behind the gateway.
constexpr IpAddress caller_address(unsigned prefix) {
  return IpAddress::v4(10, uint8_t(1 + prefix / 250), uint8_t(prefix % 250), 10);
}

}  // namespace sbc::bench
