// History: whom a call was meant for before, as a peer that we trust says (RFC 7044), written for the other
// side: numbers at our own address. Pure functions.
#pragma once

#include "config/types/address.h"
#include "dataplane/sip/message.h"
#include "policy/header_rules/header_fields.h"

namespace sbc::call {

/// History-Info of a message from a peer that we trust. Entries keep their place, or the others would have
/// lost theirs: one that can't be shown, or that asks for privacy where the other side is not trusted, is
/// anonymous (RFC 7044 10.1.2).
void add_history(policy::HeaderFields& fields, const sip::Message& source, const Endpoint& ours,
                 bool trusted);

}  // namespace sbc::call
