#include "sbc/transaction/transaction_key.h"

namespace sbc::transaction {
namespace {

enum class Kind : uint8_t { server, server_2543, merged, client };

uint64_t where(const Transport& from) { return uint64_t(from.kind) << 8 | index_of(from.realm); }

std::string_view address_bytes(const Transport& from) {
  const auto& bytes = from.remote.address.bytes;
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

uint64_t head_of(Kind kind, sip::Method method, const Transport& from) {
  return uint64_t(kind) << 32 | uint64_t(method) << 16 | where(from);
}

}  // namespace

Digest server_key(const DigestKeys& keys, const sip::Message& request, const Transport& from,
                  sip::Method method) {
  const sip::Via& via = request.top_via();
  if (via.has_magic_cookie()) {
    return Digester(keys)
        .number(head_of(Kind::server, method, from))
        .text(address_bytes(from))
        .text(via.branch)
        .caseless(via.host)
        .number(via.port)
        .text(request.call_id())
        .digest();
  }
  // RFC 2543 peers. The To tag is left out: an ACK has the response's, its INVITE none; Call-ID, CSeq and
  // From tag tell requests apart without it.
  return Digester(keys)
      .number(head_of(Kind::server_2543, method, from))
      .text(address_bytes(from))
      .text(request.request_uri_text())
      .text(request.from().tag())
      .text(request.call_id())
      .number(request.cseq().number)
      .text(via.text)
      .digest();
}

Digest merged_key(const DigestKeys& keys, const sip::Message& request, const Transport& from) {
  return Digester(keys)
      .number(head_of(Kind::merged, request.method(), from))
      .text(request.request_uri().user)
      .text(request.from().tag())
      .text(request.call_id())
      .number(request.cseq().number)
      .digest();
}

Digest client_key(const DigestKeys& keys, const RequestId& id) {
  return Digester(keys)
      .number(uint64_t(Kind::client) << 32 | uint64_t(id.method))
      .text(id.branch)
      .text(id.call_id)
      .number(id.cseq)
      .digest();
}

}  // namespace sbc::transaction
