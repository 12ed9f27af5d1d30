// Max-Breadth (RFC 5393): how many branches at once a request may still become on its way. We go to one peer
// at a time, and cancel it where we go on, so whichever it is may use all of it (5.3.3.1), and a request that
// comes back to us by a loop is bounded as if we were a proxy (RFC 7332). Pure functions.
#pragma once

#include "dataplane/sip/message.h"
#include "dataplane/sip/writer.h"

namespace sbc::call {

/// It may become none: not even ours.
bool is_breadth_exhausted(const sip::Message& request);
/// The field of the request that we send in its place, where it has one.
void write_breadth(sip::Writer& out, const sip::Message& request);

}  // namespace sbc::call
