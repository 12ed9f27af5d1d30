// Identity: who calls, and who was called before, as a peer that we trust asserts it (RFC 3325, RFC 5806, RFC
// 3892), written for the other side: numbers, translated as its trunk wants them, and names, at our own
// address. Pure functions.
#pragma once

#include <string_view>

#include "dataplane/sip/message.h"
#include "policy/header_rules/header_fields.h"
#include "sbc/call/compose.h"

namespace sbc::call {

/// Privacy has this word (RFC 3323 4.2).
bool asks_privacy(const sip::Message& message, std::string_view word);
/// Its sender wants to be named to nobody who could not keep it (RFC 3323 4.2, RFC 3325 9.3). `before`: what
/// it has asked for at the call's beginning; that holds until a message itself says otherwise.
bool hides_identity(const sip::Message& message, bool before = false);

/// The caller's From for the other side; anonymous where it asks to be so and the other side is not trusted
/// to keep it to itself (RFC 3323 4.1.1.3, 5.1).
bool write_from(PartyText& party, const sip::Message& invite, const Endpoint& ours,
                const policy::NumberTable& numbers, bool trusted);

/// P-Asserted-Identity, Diversion and Referred-By of a message from a peer that we trust. To a peer that we
/// do not trust, none that asks for privacy (RFC 3325 7, RFC 5806 5.3.4), nor of who has asked for it at the
/// call's beginning (`hidden`) and has not said otherwise since.
void add_identities(policy::HeaderFields& fields, const sip::Message& source, const Endpoint& ours,
                    const policy::NumberTable& numbers, bool trusted, bool hidden);

}  // namespace sbc::call
