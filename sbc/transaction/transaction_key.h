// What identifies a transaction (RFC 3261 17.1.3, 17.2.3) and a merged request (8.2.2.2), as digests.
#pragma once

#include "dataplane/sip/message.h"
#include "sbc/transaction/digest.h"
#include "sbc/transaction/transport.h"

namespace sbc::transaction {

/// Of a request that arrived. `method` is the transaction's: an ACK or a CANCEL looks for its INVITE with
/// Method::invite. Beyond the RFC it holds the realm, because realms reuse addresses, the source address,
/// because only the peer itself may repeat, acknowledge or cancel, and the Call-ID: another call may be
/// another worker's, and what a branch used twice does must not depend on how many workers there are.
Digest server_key(const DigestKeys& keys, const sip::Message& request, const Transport& from,
                  sip::Method method);

/// Of a request outside a dialog: another transaction with the same one is a merged request. Beyond the RFC
/// it holds the number in the Request-URI, because many targets are behind us: who forks a call to two of
/// them rings both.
Digest merged_key(const DigestKeys& keys, const sip::Message& request, const Transport& from);

/// Of a request of ours, by its branch.
/// What a response repeats of the request it answers. The branch alone would do (RFC 3261 17.1.3); the rest
/// makes sure that nobody answers one request with the head of another.
struct RequestId {
  sip::Method method = sip::Method::unknown;
  std::string_view branch, call_id;
  uint32_t cseq = 0;
};
Digest client_key(const DigestKeys& keys, const RequestId& id);

}  // namespace sbc::transaction
