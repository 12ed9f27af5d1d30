// Session-ID (RFC 7989) of what we send on our own: a peer hears again what it has said itself. Pure
// functions.
#pragma once

#include "dataplane/sip/message.h"
#include "dataplane/sip/writer.h"

namespace sbc::call {

/// Of the ACK or PRACK of this response: its two UUIDs, the other way round (RFC 7989 6). Nothing where one
/// of them is not known yet.
void write_session_id_back(sip::Writer& out, const sip::Message& response);

}  // namespace sbc::call
