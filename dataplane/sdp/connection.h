// Connection: where media goes, the value of a c= line (RFC 8866 5.7).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "config/types/address.h"

namespace sbc::sdp {

struct Connection {
  IpAddress address;         // none() = a host name, or a network or family that we do not know
  bool unspecified = false;  // 0.0.0.0 or ::, hold the old way (RFC 3264 8.4)
  std::string_view host;     // as written, without what follows '/'
  uint8_t ttl = 0;           // of IPv4 multicast; 0 = not given
  uint16_t count = 1;        // of multicast addresses
};

/// "IN IP4 192.0.2.1", "IN IP4 233.252.0.1/127/3", "IN IP6 2001:db8::1". nullopt also where the family is not
/// the address's.
std::optional<Connection> parse_connection(std::string_view value);

/// The address of "IN IP4 192.0.2.1", which nearly every c= line is; nullopt for all others. The same as
/// parse_connection() gives, without the rest.
std::optional<IpAddress> usual_connection(std::string_view value);

}  // namespace sbc::sdp
