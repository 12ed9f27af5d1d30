// Reply: where a response goes and what each response repeats of its request (RFC 3261 8.2.6, 18.2; RFC
// 3581).
#pragma once

#include "dataplane/sip/message.h"
#include "dataplane/sip/writer.h"
#include "sbc/transaction/transport.h"

namespace sbc::transaction {

/// To the source address always (never maddr: it would aim our responses at a third party), and to the source
/// port where the peer asked for it with rport or its Via names another address than it sends from (a NAT is
/// between us), else to the port in its Via.
Transport reply_transport(const sip::Message& request, const Transport& from);

/// Via (with received and rport), From, Call-ID, CSeq and, last and without a line end, To: a tag may follow.
void write_reply_head(sip::Writer& out, const sip::Message& request, const Transport& from);

/// Record-Route as it came: repeated where a response makes a dialog (RFC 3261 12.1.1).
void write_record_route(sip::Writer& out, const sip::Message& request);

}  // namespace sbc::transaction
