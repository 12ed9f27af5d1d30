// Precedence: which calls no limit on calls stops: those to emergency numbers and services (RFC 5031), and
// those whose Resource-Priority (RFC 4412) the trunk that they come from may claim. Pure functions.
#pragma once

#include <cstdint>
#include <string_view>

#include "config/model/model.h"
#include "dataplane/sip/message.h"

namespace sbc::policy {

enum class Precedence : uint8_t { none, emergency_number, emergency_service, resource_priority };

/// The rule by which a call has it, for records: empty of none.
std::string_view text_of(Precedence precedence);

/// Whose call it is that asks.
struct Claimant {
  const config::Realm& realm;
  const config::Trunk* trunk = nullptr;  // null: of none
  config::Trust trust = config::Trust::unknown;
};

/// What an INVITE claims; `called` is its number, or the URN of a service in lower case. A trusted peer's To
/// alone may name the service too, since its Request-URI may be where the service was mapped to (RFC 6881).
Precedence claimed_precedence(const Claimant& claimant, std::string_view called, const sip::Message& invite);

/// Whether a request that has not been interpreted yet is one of an emergency call of this realm: by its
/// Request-URI, or by To, which names the same in all that the caller sends. To what begins a call a trusted
/// peer's To alone counts.
bool concerns_emergency(const config::Realm& realm, config::Trust trust, const sip::Head& head);

/// urn:service:sos and what is below it.
bool is_emergency_service(std::string_view urn);

}  // namespace sbc::policy
