// Candidate: one transport address that ICE may use (RFC 8839 5.1; TCP: RFC 6544 4.5).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "config/types/address.h"

namespace sbc::sdp {

enum class CandidateTransport : uint8_t { udp, tcp, other };
enum class CandidateType : uint8_t { host, server_reflexive, peer_reflexive, relayed, other };
enum class TcpType : uint8_t { active, passive, simultaneous_open };

struct Candidate {
  std::string_view foundation;  // 1 to 32 ice-chars
  uint16_t component = 0;       // 1..256
  CandidateTransport transport = CandidateTransport::other;
  std::string_view transport_text;
  uint32_t priority = 0;  // 1..2^31 - 1
  std::string_view host;  // as written
  IpAddress address;      // none() = a host name, such as mDNS gives (*.local)
  uint16_t port = 0;
  CandidateType type = CandidateType::other;
  std::string_view type_text;
  std::string_view related_host;  // raddr; empty = none
  IpAddress related_address;      // none() = none, or a host name
  uint16_t related_port = 0;      // rport
  std::optional<TcpType> tcp_type;
  std::string_view
      extensions;  // "generation 0 network-cost 10": all pairs behind the type, those read above too
};

/// The value of an a=candidate line. Malformed where raddr, rport or tcptype stands twice or has a value that
/// it cannot have.
std::optional<Candidate> parse_candidate(std::string_view value);

struct CandidateExtension {
  std::string_view name, value;
};
/// Takes the first pair off the front of `rest`; false at the end.
bool take_extension(std::string_view& rest, CandidateExtension& extension);

}  // namespace sbc::sdp
