// Connectivity checks at media ports (RFC 8445 as a lite agent, RFC 8489): whoever knows the port's
// credentials is told its address, and may nominate it. That goes on as long as the call, so it is the
// consent that RFC 7675 wants, too.
#include <array>

#include "dataplane/media/relay_engine.h"
#include "dataplane/stun/message.h"
#include "dataplane/stun/writer.h"

namespace sbc::media {
namespace {

constexpr size_t answer_max = 256;
constexpr size_t unknown_max = 8;  // attributes that a 420 names

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

stun::Writer answer_of(const stun::Message& check, stun::Class kind, std::span<uint8_t> out) {
  return {out, kind, stun::Method::binding, check.transaction_id()};
}

/// False: it is an error (RFC 8489 6.3.1; RFC 8445 7.3.1.1: we never control).
bool write_answer(const stun::Message& check, const Endpoint& from, const IceCredentials& ours,
                  std::span<uint8_t> out, std::span<const uint8_t>& answer) {
  std::array<stun::Attribute, unknown_max> unknown;
  const size_t unknown_count = check.not_understood(unknown);
  const bool conflict = check.ice_controlled().has_value();
  const bool fine = unknown_count == 0 && !conflict;
  stun::Writer writer = answer_of(check, fine ? stun::Class::success : stun::Class::error, out);
  if (fine) {
    writer.xor_mapped_address(from);
  } else if (unknown_count != 0) {
    writer.error_code(420, "Unknown Attribute").unknown_attributes(std::span(unknown).first(unknown_count));
  } else {
    writer.error_code(487, "Role Conflict");
  }
  writer.message_integrity(bytes_of(ours.password)).fingerprint();
  SBC_CHECK(!writer.overflowed());
  answer = writer.written();
  return fine;
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

Verdict RelayEngine::answer_check(FlowIndex flow, PacketBuffer& packet, const wire::Frame& frame) {
  const Side& side = table_.detail(flow).side;
  const auto check = stun::parse_message(frame.payload({packet.data, packet.size}));
  const Reason reason = check ? judge(*check, side.ice) : check.reason();
  if (reason == Reason::keepalive) return {reason};
  if (reason != Reason::none) return refuse(flow, reason);
  if (!may_be_sent_to(side, frame.from())) return refuse(flow, Reason::media_source);
  std::array<uint8_t, answer_max> room;
  std::span<const uint8_t> answer;
  const bool fine = write_answer(*check, frame.from(), side.ice, room, answer);
  if (answer.size() > frame.payload_length + packet.tail_of(frame))
    return refuse(flow, Reason::packet_too_big);
  if (fine && check->use_candidate() &&
      !(table_.line(flow).is(FlowLine::latched) && is_from_remote(flow, frame)))
    latch(flow, frame.from());
  replace_payload(packet, frame, way_back(frame, side.dscp), answer);
  return {.realm = side.local.realm, .destination = frame.source};
}

}  // namespace sbc::media
