// Packets of flows that speak SRTP on either side: what relay() does, in stages for a whole burst, so that
// the transforms have many packets at a time. Nobody latches, is counted or read before a tag has proven who
// sent it.
#include <algorithm>
#include <array>
#include <cstring>

#include "config/types/check.h"
#include "dataplane/media/relay_engine.h"

namespace sbc::media {
namespace {

std::span<uint8_t> room_of(const SecuredPacket& packet) { return packet.packet.payload_room(*packet.frame); }

}  // namespace

/// What arrives at `flow` is under its own side's key, what leaves from there under the other side's. Who is
/// reached at another address than before counts from the beginning under a new key (RFC 4568 7.1.4).
void RelayEngine::secure(FlowIndex flow, Kind kind, const SideKeys& own, const SideKeys& others,
                         bool other_stays) {
  FlowLine& line = table_.line(flow);
  line.set(FlowLine::unprotects, own.secured);
  line.set(FlowLine::protects, others.secured);
  FlowAddresses& addresses = table_.addresses(flow);
  change_key(addresses.unprotect, srtp::Way::unprotect, kind, own.receive, true);
  change_key(addresses.protect, srtp::Way::protect, kind, others.send, other_stays);
}

/// The same key goes on where it was: its packets are counted over every re-INVITE (RFC 4568 6.5). How often
/// sequence numbers have wrapped is counted beyond a key (RFC 3711 3.3.1).
void RelayEngine::change_key(srtp::ContextId& context, srtp::Way way, Kind kind, const srtp::MasterKey& key,
                             bool counts_on) {
  if (context != srtp::no_context) {
    if (transformer_->is_of(context, key)) return;
    if (counts_on && !key.is_none()) return transformer_->rekey(context, key);
    transformer_->close(context);
    context = srtp::no_context;
  }
  if (key.is_none() || transformer_ == nullptr) return;
  context = transformer_->open(way, kind == Kind::rtcp ? srtp::Part::rtcp : srtp::Part::rtp, key);
}

void RelayEngine::relay_secured(std::span<SecuredPacket> burst, Instant now) {
  SBC_CHECK(burst.size() <= secured_burst_max);
  now_ = now;
  for (SecuredPacket& packet : burst) {
    packet.payload_length = packet.frame->payload_length;
    packet.flow = carried_by(packet.flow, room_of(packet).first(packet.payload_length));
    const bool open = table_.line(packet.flow).is(FlowLine::open);
    const Reason reason = open ? enter(packet) : Reason::media_closed;
    packet.verdict = open && reason != Reason::none ? refuse(packet.flow, reason) : Verdict{reason};
  }
  transform(burst, srtp::Way::unprotect);
  for (SecuredPacket& packet : burst) {
    if (packet.verdict.reason != Reason::none) continue;
    if (const Reason reason = take_content(packet); reason != Reason::none)
      packet.verdict = refuse(packet.flow, reason);
    if (packet.verdict.reason == Reason::none) make_ready(packet);
  }
  transform(burst, srtp::Way::protect);
  for (SecuredPacket& packet : burst) {
    if (packet.verdict.reason != Reason::none) continue;
    rewrite_changed(packet.packet, *packet.frame, egress_of(packet.flow), packet.payload_length);
    set_sent(packet.verdict, packet.flow);
  }
}

/// All that can be told before it is decrypted.
Reason RelayEngine::enter(SecuredPacket& packet) {
  const Reason reason = check_source(packet.flow, *packet.frame);
  const FlowLine& line = table_.line(packet.flow);
  if (reason != Reason::none || !line.is(FlowLine::unprotects)) return reason;
  const uint16_t interval = std::max<uint16_t>(line.interval / unproven_share, 1);
  return check_rate(table_.addresses(packet.flow).unproven_arrival, interval);
}

/// What is inside is what relay() would see: judged, counted, and where it is RTCP, rewritten in place.
Reason RelayEngine::take_content(SecuredPacket& packet) {
  const std::span<uint8_t> room = room_of(packet);
  const Reason reason = check_content(packet.flow, room.first(packet.payload_length), room.size());
  if (reason != Reason::none) return reason;
  if (check_rate(table_.line(packet.flow)) != Reason::none) return Reason::media_rate;
  accept(packet.flow, *packet.frame, packet.payload_length);
  const FlowLine& line = table_.line(packet.flow);
  if (line.is(FlowLine::attended)) packet.verdict = hear(packet.flow, room.first(packet.payload_length));
  if (line.kind == Kind::rtp) renumber(packet.flow, room);
  if (line.kind != Kind::rtcp) return Reason::none;
  std::memcpy(room.data(), rtcp_.data(), rtcp_size_);
  packet.payload_length = uint16_t(rtcp_size_);
  return Reason::none;
}

/// The last before it is protected.
void RelayEngine::make_ready(SecuredPacket& packet) {
  const FlowLine& line = table_.line(packet.flow);
  if (!line.is(FlowLine::egress_known)) {
    packet.verdict.reason = why_not_sent(packet.flow);
  } else if (line.is(FlowLine::attended) && put_digit(packet.flow, room_of(packet), packet.payload_length)) {
    packet.payload_length = rtp::event_packet_size;
  }
}

void RelayEngine::transform(std::span<SecuredPacket> burst, srtp::Way way) {
  const bool out = way == srtp::Way::protect;
  std::array<srtp::Work, secured_burst_max> works;
  std::array<SecuredPacket*, secured_burst_max> packets;
  size_t count = 0;
  for (SecuredPacket& packet : burst) {
    const FlowLine& line = table_.line(packet.flow);
    if (packet.verdict.reason != Reason::none) continue;
    if (!line.is(out ? FlowLine::protects : FlowLine::unprotects)) continue;
    const FlowAddresses& addresses = table_.addresses(packet.flow);
    const srtp::ContextId context = out ? addresses.protect : addresses.unprotect;
    if (context == srtp::no_context) {
      fail(packet, way, Reason::srtp_no_key);
      continue;
    }
    const std::span<uint8_t> room = room_of(packet);
    works[count] = {context, line.kind == Kind::rtcp, room.data(), packet.payload_length,
                    uint16_t(room.size() - packet.payload_length)};
    packets[count++] = &packet;
  }
  if (count == 0) return;
  transformer_->run(std::span(works).first(count));
  for (size_t i = 0; i < count; ++i) {
    packets[i]->payload_length = works[i].size;
    if (works[i].reason != Reason::none) fail(*packets[i], way, works[i].reason);
  }
}

/// What cannot leave has been received all the same, and tells what it tells.
void RelayEngine::fail(SecuredPacket& packet, srtp::Way way, Reason reason) {
  if (way == srtp::Way::unprotect) packet.verdict = refuse(packet.flow, reason);
  packet.verdict.reason = reason;
}

}  // namespace sbc::media
