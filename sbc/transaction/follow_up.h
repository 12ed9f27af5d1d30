// Follow-ups: what a transaction derives from a message it sent before.
#pragma once

#include "config/types/message_limits.h"
#include "dataplane/sip/message.h"
#include "dataplane/sip/writer.h"

namespace sbc::transaction {

/// Our own messages are parsed without the limits that the peers' are held to.
inline constexpr MessageLimits own_limits = MessageLimits::none();

/// Of a failure (RFC 3261 17.1.1.3); `to` is the response's To.
void write_failure_ack(sip::Writer& out, const sip::Message& invite, std::string_view to);

/// The same once more when the INVITE is gone, from the response that came again. `request_uri` and `local`,
/// our sent-by, are the INVITE's, which had no Route.
void write_failure_ack_again(sip::Writer& out, const sip::Message& response, std::string_view request_uri,
                             const Endpoint& local);

/// RFC 3261 9.1, with these header lines besides.
void write_cancel(sip::Writer& out, const sip::Message& invite, std::string_view lines);

/// The message itself with another body; without Content-Type where that is empty.
void write_with_body(sip::Writer& out, const sip::Message& message, std::string_view body);

}  // namespace sbc::transaction
