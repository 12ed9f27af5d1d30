// The other leg: an INVITE with an SDP offer is parsed and written anew, with other dialog identifiers and
// media addresses. What changes is the same for both sides; how they do it is theirs.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace sbc::bench {

/// Via, Contact, tags, Call-ID and CSeq are replaced, Max-Forwards counts down, Route and Record-Route go,
/// all else stays. In the SDP all addresses of o= and c= become ours and open media sections get our ports, 2
/// apart; a=candidate and a=rtcp, which name other ones, go.
struct OtherLeg {
  static constexpr const char* via = "SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bK7f0d3c5a9e1b2846";
  static constexpr const char* contact = "<sip:198.51.100.1:5060>";
  static constexpr const char* from_tag = "b81f02c7d49e6a35";
  static constexpr const char* to_tag = "5c90ea17f3d2b684";  // where the request has one
  static constexpr const char* call_id = "4d1ab8f07e92c365a0f4d87b16ce5392";
  static constexpr uint32_t cseq = 20417;
  static constexpr const char* media_address = "198.51.100.2";
  static constexpr uint16_t first_port = 20000;
};

/// Largest message that is written.
inline constexpr size_t rewritten_max = 4096;

/// Parses `invite` with ours and writes it into `out`; what was written, empty when the message is refused.
std::string_view rewrite_with_ours(std::string_view invite, std::span<char> out);

/// The same with sofia-sip, as it does it: the message's parts stay where they were encoded, for a vectored
/// send. The number of bytes, 0 when it is refused. `collect` is given the parts, where there is one.
using Collect = std::function<void(std::string_view part)>;
size_t rewrite_with_sofia(std::string_view invite, const Collect& collect = nullptr);

/// What sofia-sip thinks of two SDP bodies: they say the same. Bandwidths are not looked at: it writes every
/// b= modifier that it does not know (TIAS, RS, RR) as AS.
bool sofia_sees_equal_sdp(std::string_view a, std::string_view b);

}  // namespace sbc::bench
