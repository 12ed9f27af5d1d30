// Connectivity checks at media ports (RFC 8445 as a lite agent, RFC 8489): whoever knows the port's
// credentials is told its address, and may nominate it. That goes on as long as the call, so it is the
// consent that RFC 7675 wants, too.
#include <array>

#include "dataplane/media/relay_engine.h"
#include "dataplane/stun/binding.h"
#include "dataplane/stun/writer.h"

namespace sbc::media {
namespace {

/// Ticks of 2^16 ns: a hundred a second, more than the pairs of candidates that a phone has would need; each
/// may name a source that is not the sender's.
constexpr uint16_t check_interval = 152;

/// Who nominates all its pairs at once has done so by then, retransmissions after 0.5 and 1.5 s included (RFC
/// 8445 14.3); who moves speaks no more from where it was, and should not wait for the 30 s of RFC 7675 5.1.
constexpr Duration dead_after = std::chrono::seconds(2);

std::span<const uint8_t> bytes_of(const std::array<char, 24>& password) {
  return {reinterpret_cast<const uint8_t*>(password.data()), password.size()};
}

/// RFC 8445 7.2.2: "ours:theirs".
bool is_for(const IceCredentials& ours, std::string_view username) {
  const std::string_view fragment(ours.fragment.data(), ours.fragment.size());
  return username.starts_with(fragment) && username.substr(fragment.size()).starts_with(':');
}

/// none, keepalive, or what is wrong.
Reason judge(const stun::Message& message, const IceCredentials& ours) {
  if (message.method() != stun::Method::binding) return Reason::stun_bad;
  if (message.message_class() == stun::Class::indication) return Reason::keepalive;
  if (message.message_class() != stun::Class::request) return Reason::stun_bad;
  const bool proven = is_for(ours, message.username()) && message.fingerprint_holds() &&
                      message.integrity_holds(bytes_of(ours.password));
  return proven ? Reason::none : Reason::stun_forged;
}

/// RFC 8445 7.3.1.1: we are lite and never control.
stun::BindingAnswer refuse_control(const stun::Message& check, std::span<const uint8_t> password,
                                   std::span<uint8_t> out) {
  stun::Writer writer(out, stun::Class::error, stun::Method::binding, check.transaction_id());
  writer.error_code(487, "Role Conflict").message_integrity(password).fingerprint();
  return {writer.written(), false};
}

const uint8_t* packed(const IpAddress& address) { return &address.bytes[address.is_v4() ? 12 : 0]; }

Egress way_back(const wire::Frame& frame, uint8_t dscp) {
  return {.v6 = !frame.source.is_v4(),
          .source = packed(frame.destination),
          .destination = packed(frame.source),
          .source_port = packed_port(frame.destination_port),
          .destination_port = packed_port(frame.source_port),
          .dscp = dscp};
}

}  // namespace

bool RelayEngine::is_check(FlowIndex flow, std::span<const uint8_t> payload) const {
  return stun::is_stun(payload) && !table_.detail(flow).side.ice.is_none();
}

/// Of the pairs that are nominated the one of highest priority is selected (RFC 5245 8.1.1.2, RFC
/// 8445 8.1.1). As each port has one candidate of ours, PRIORITY ranks them (6.1.2.3). Who moves to another
/// network without a restart of ICE may have nothing but a lower one left: it gets that where the selected
/// one is dead.
void RelayEngine::nominate(FlowIndex flow, const wire::Frame& frame, uint32_t priority) {
  FlowDetail& detail = table_.detail(flow);
  const bool latched = table_.line(flow).is(FlowLine::latched);
  const bool selected = latched && is_from_remote(flow, frame);
  if (latched && !selected && priority < detail.nomination.priority && !is_dead(flow)) return;
  detail.nomination = {priority, now_};
  if (!selected) latch(flow, frame.from());
}

/// Neither nominated nor used. Its other checks say nothing: they go on for a pair that was given up.
bool RelayEngine::is_dead(FlowIndex flow) const {
  const bool heard = table_.stream(flow).packets != 0 && now_ - last_packet(flow) < dead_after;
  return !heard && now_ - table_.detail(flow).nomination.last >= dead_after;
}

Verdict RelayEngine::answer_check(FlowIndex flow, PacketBuffer& packet, const wire::Frame& frame) {
  const Side& side = table_.detail(flow).side;
  const auto check = stun::parse_message(frame.payload({packet.data, packet.size}));
  const Reason reason = check ? judge(*check, side.ice) : check.reason();
  if (reason == Reason::keepalive) return {reason};
  if (reason != Reason::none) {
    Verdict refused = refuse(flow, reason);
    // Who was nominated and has not read of our new credentials yet is no stranger.
    if (reason == Reason::stun_forged && is_from_remote(flow, frame)) refused.news = Intrusion::none;
    return refused;
  }
  if (!may_be_sent_to(side, frame.from())) return refuse(flow, Reason::media_source);
  if (check_rate(table_.detail(flow).check_arrival, check_interval) != Reason::none)
    return refuse(flow, Reason::media_rate);
  std::array<uint8_t, stun::binding_answer_max> room;
  const std::span<const uint8_t> password = bytes_of(side.ice.password);
  const stun::BindingAnswer answer = check->ice_controlled()
                                         ? refuse_control(*check, password, room)
                                         : stun::answer_binding(*check, frame.from(), password, room);
  if (answer.bytes.size() > frame.payload_length + packet.tail_of(frame))
    return refuse(flow, Reason::packet_too_big);
  if (answer.success && check->use_candidate()) nominate(flow, frame, check->priority().value_or(0));
  replace_payload(packet, frame, way_back(frame, side.dscp), answer.bytes);
  return {.realm = side.local.realm};
}

}  // namespace sbc::media
