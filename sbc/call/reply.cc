#include "sbc/transaction/reply.h"

#include <algorithm>

#include "sbc/call/impl.h"
#include "sbc/call/option_tags.h"
#include "sbc/call/redirect.h"

namespace sbc::call {
namespace {

constexpr Duration retry_after_max = std::chrono::hours(24 * 365);

/// What one unfragmented packet to there can carry. A message beyond it would never leave.
size_t datagram_max(const config::Model& model, const Transport& to) {
  constexpr size_t udp_bytes = 8;
  constexpr size_t unlimited = SIZE_MAX;
  if (index_of(to.realm) >= model.realms.size()) return unlimited;
  PortId port = model.realms[index_of(to.realm)].port;
  if (index_of(port) >= model.ports.size()) return unlimited;
  size_t ip_bytes = to.remote.address.is_v4() ? 20 : 40;
  return model.ports[index_of(port)].mtu - ip_bytes - udp_bytes;
}

}  // namespace

std::span<char> Engine::Impl::room(const Surroundings& s) const {
  std::span<char> space = s.out.space();
  return space.first(std::min<size_t>(space.size(), message_bytes_max));
}

std::span<char> Engine::Impl::room(const Surroundings& s, const Transport& to) const {
  std::span<char> space = room(s);
  return space.first(std::min(space.size(), datagram_max(*s.policy.model, to)));
}

bool Engine::Impl::can_refuse(const Surroundings& s, const Transport& from, const sip::Message& request) {
  const std::span<char> out = room(s, from);
  if (stateless_response_bound(request) <= out.size()) return request.answerable();
  // It will be close: 415 is the longest of all, it lists what is accepted.
  return write_stateless_response(out, request, from, 415, {}, retry_after_max) != 0;
}

Reason Engine::Impl::reject(const Surroundings& s, const Transport& from, const sip::Message& request,
                            bool with_state, Reason reason, int status, Duration retry_after) {
  if (status == 0) status = status_of(reason);
  bool our_shortage = status == 503 && retry_after < Duration(0);
  if (our_shortage) retry_after = s.policy.model->limits.retry_after;
  size_t size =
      write_stateless_response(room(s, from), request, from, status, {}, std::max(retry_after, Duration(0)));
  if (size) send_reply(s, from, request, with_state, status, size);
  return reason;
}

bool Engine::Impl::may_keep(const Surroundings& s, const Transport& from) const {
  constexpr uint32_t parts = 2;
  return servers.has_spare(parts) ||
         s.policy.access.judge(from.realm, from.remote.address).trust > config::Trust::unknown;
}

void Engine::Impl::send_reply(const Surroundings& s, const Transport& from, const sip::Message& request,
                              bool with_state, int status, size_t size) {
  lane::Handle handle;
  if (with_state && may_keep(s, from)) handle = servers.begin(request, from);
  if (handle) {
    servers.respond(handle, status, size, context(s));
  } else {
    s.out.send(transaction::reply_transport(request, from), size);
  }
}

void Engine::Impl::reply_ok(const Surroundings& s, const Transport& from, const sip::Message& request,
                            std::string_view to_tag) {
  sip::Writer out(room(s, from));
  write_reply_start(out, request, from, 200, sip::phrase_of(200), to_tag);
  out.body({});
  if (!out.overflowed()) send_reply(s, from, request, true, 200, out.written().size());
}

Crossing Engine::Impl::crossing_to(const Surroundings& s, const Leg& to, const sip::Message* source) const {
  const Call* call = source ? calls.find(to.call) : nullptr;
  if (!call) return {};
  const LegRecord& from = to.side == caller_side ? call->record.callee : call->record.caller;
  // Null: it has left before, and its message is a BYE; or it was referred, and the message is ours, in which
  // nothing stands that we do not trust.
  const Leg* leg = legs.find(call->legs[1 - to.side]);
  const bool trusted = leg ? leg->trusted : call->origin || is_trusted(s, from.realm, from.peer.address);
  return {.source = source,
          .from = {from.realm, from.trunk},
          .to = {to.transport.realm, to.trunk},
          .from_trusted = trusted,
          .to_trusted = to.trusted,
          .ours = to.transport.local,
          .numbers = &s.policy.trunks.caller_numbers(to.trunk),
          .hidden = leg && leg->hidden,
          .gated = leg && revokes_early_media(s, *leg, *source)};
}

bool Engine::Impl::respond(const Surroundings& s, const Leg& leg, lane::Handle server, int status,
                           std::string_view sdp_body, const sip::Message* source, Duration retry_after,
                           uint16_t cause) {
  const transaction::OpenServer& transaction = *servers.find_open(server);
  // A bare failure always fits, because can_refuse() has seen to it before anything was begun; no transaction
  // may be left without one.
  bool bare = status >= 300 && !source;
  sip::Writer out(bare ? room(s) : room(s, transaction.reply));
  out.status_line(status, sip::phrase_of(status));
  bool names_target = transaction.moves_target && status > 100 && status < 300;
  std::span<char> scratch(head_bytes);
  if (names_target) out.text(slab.copy(transaction.record_route, scratch));
  out.text(slab.copy(transaction.head, scratch));
  if (!transaction.tagged && status > 100) out.text(";tag=").text(open(leg).local_tag.view());
  out.end_line();
  if (names_target) {
    write_contact(out, leg.transport.local);
    write_allow(out);
    if (source && has_option(*source, sip::Header::supported, replaces_tag))
      out.header(sip::Header::supported, replaces_tag);  // as write_replacing() tells the other way
    if (status >= 200) write_session_response(out, leg.session);
    if (status < 200 && leg.reliable.waits) {
      out.header(sip::Header::require, reliable_tag);
      out.header(sip::Header::rseq, uint64_t(leg.reliable.sent));
    }
  }
  if (source && is_redirection(status)) write_passed_redirection(out, *source, leg.transport.local);
  Crossing crossing = crossing_to(s, leg, source);
  crossing.cause = cause;
  if (status > 100) write_crossing(s, out, crossing);
  // RFC 3261 21.5.4: a 503 with it would keep the client from all that we can reach.
  if (source && status == 503) retry_after = Duration(0);
  if (retry_after > Duration(0)) {
    auto seconds = std::chrono::ceil<std::chrono::seconds>(retry_after).count();
    out.header(sip::Header::retry_after, uint64_t(seconds));
  }
  write_body(out, sdp_body);
  if (out.overflowed()) {
    // A failure always gets out, without what crosses; and no redirection without where to.
    const int told = is_redirection(status) ? 480 : status;
    return status >= 300 && source && respond(s, leg, server, told, {}, nullptr, retry_after, cause);
  }
  carry_out_changes(s);
  servers.respond(server, status, out.written().size(), context(s));
  return true;
}

}  // namespace sbc::call
