#include "dataplane/sdp/connection.h"

#include "dataplane/sdp/words.h"

namespace sbc::sdp {
namespace {

/// What follows the address: "/TTL", "/TTL/count" of IPv4, "/count" of IPv6.
bool parse_multicast(std::string_view text, bool v4, Connection& connection) {
  if (v4) {
    auto ttl = parse_number<uint8_t>(take_until(text, '/'));
    if (!ttl) return false;
    connection.ttl = *ttl;
    if (text.empty()) return true;
  }
  auto count = parse_number<uint16_t>(text, 1);
  if (!count) return false;
  connection.count = *count;
  return true;
}

}  // namespace

std::optional<IpAddress> usual_connection(std::string_view value) {
  static constexpr std::string_view usual = "IN IP4 ";
  return value.starts_with(usual) ? IpAddress::parse_v4(value.substr(usual.size())) : std::nullopt;
}

std::optional<Connection> parse_connection(std::string_view value) {
  std::string_view network = take_word(value), family = take_word(value), text = take_word(value);
  if (text.empty() || !trim(value).empty()) return std::nullopt;
  Connection connection;
  connection.host = text.substr(0, text.find('/'));
  bool v4 = family == "IP4";
  if (network != "IN" || (!v4 && family != "IP6")) return connection;
  if (connection.host.size() < text.size() &&
      !parse_multicast(text.substr(connection.host.size() + 1), v4, connection)) {
    return std::nullopt;
  }
  auto address = v4 ? IpAddress::parse_v4(connection.host) : IpAddress::parse_v6(connection.host);
  if (!address) return IpAddress::parse(connection.host) ? std::nullopt : std::optional(connection);
  connection.address = *address;
  connection.unspecified = v4 ? address->v4_bits() == 0 : address->is_none();
  return connection;
}

}  // namespace sbc::sdp
