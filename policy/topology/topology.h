// Topology: what may cross from one leg to the other besides what the call logic writes itself.
//
// Two allow-lists, one for header fields and one for SDP attributes, and a look at the value: nothing crosses
// that can carry an address, a host name or an identifier of the other side. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dataplane/sdp/line.h"
#include "dataplane/sip/message.h"

namespace sbc::policy {

/// May this field be copied to the other leg as it stands? Fields that the call logic writes for each leg
/// (Via, From, Contact, Supported, Content-Type, …) never do, nor does text that people or machines are free
/// to choose. Nobody claims a priority over other calls who is not trusted (RFC 4412 11).
bool header_crosses(const sip::Field& field, bool from_trusted);

/// What crosses of one element of a Reason field (RFC 3326); nullopt: nothing.
struct ReleaseCause {
  std::string_view protocol;
  uint32_t number = 0;
};
std::optional<ReleaseCause> crossing_cause(std::string_view reason);

/// What crosses of one element of a Warning field (RFC 3261 20.43): the code and the phrase that belongs to
/// it, since both the agent and the text name hosts; nullopt: nothing.
struct Caution {
  uint32_t code = 0;
  std::string_view phrase;
};
std::optional<Caution> crossing_warning(std::string_view warning);

/// What crosses of a P-Charging-Vector (RFC 7315 4.6), and only between peers that are both trusted: the
/// icid-value. Who generated it, and the operators that it names, stay. Empty: nothing.
std::string_view crossing_charging_id(std::string_view vector);

/// May an a= line of this name be copied to the other leg? Its value is judged apart.
bool attribute_crosses(sdp::AttributeName name);
/// The same for a whole line: name and value.
bool attribute_crosses(const sdp::Line& line);

/// True when `text` holds what looks like an address: dotted quad, IPv6 or MAC address, `@host`, or a URI
/// with an authority; also behind percent-encoding and quoted-pairs (RFC 3261 25.1). It errs on the side of
/// true.
bool looks_like_address(std::string_view text);
/// The same, and dotted names such as pbx.example.com: for text that people write.
bool looks_like_host(std::string_view text);

}  // namespace sbc::policy
