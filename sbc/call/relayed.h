// What of a callee's failure is told to the caller. Pure functions.
#pragma once

#include <chrono>

#include "config/types/rate.h"
#include "dataplane/sip/message.h"

namespace sbc::call {

/// The status for the caller. The callee's own, except for what concerns only our leg to it: its credentials,
/// our message, extensions that we do not have. The caller cannot mend those, and would try. Redirections are
/// not followed. A re-INVITE that fails so changes nothing (RFC 3261 14.1): 488.
int relayed_status(int status, bool inside_call);

/// The same for a request other than INVITE: its asker may mend a body that is not understood, and is to know
/// that the method is not (501 asks for no Allow, as 405 would). 408 is no answer to it (RFC 4320 4.2).
int forwarded_status(int status);
/// The peer does not take the method at all, whatever its Allow has said.
bool is_method_refused(int status);

/// The number of a Retry-After (RFC 3261 20.33); 0 where there is none that can be used. Comment and
/// parameters do not cross.
Duration retry_after_in(const sip::Message& response);

}  // namespace sbc::call
