// Packets that are more than relayed: tapped, read for digits, made into digits, or events that the other
// side knows by another payload type.
#include <cstring>

#include "config/types/check.h"
#include "dataplane/bytes/big_endian.h"
#include "dataplane/media/relay_engine.h"
#include "dataplane/wire/checksum.h"

namespace sbc::media {
namespace {

constexpr uint32_t usual_clock_rate = 8'000;  // Hz
constexpr uint8_t rtp_marker = 0x80;          // beside the payload type

/// Not all formats are known of a side that may send many; what it sends as is mostly what it takes as.
bool is_event(const Side& side, uint8_t payload_type, uint8_t event_type) {
  const rtp::Format* format = side.formats.find(payload_type);
  return format ? format->codec == rtp::Codec::telephone_event : payload_type == event_type;
}

uint32_t clock_rate_of(const Side& side, uint8_t payload_type) {
  const rtp::Format* format = side.formats.find(payload_type);
  return format && format->clock_rate != 0 ? format->clock_rate : usual_clock_rate;
}

std::optional<rtp::TelephoneEvent> event_in(std::span<const uint8_t> payload) {
  const auto packet = rtp::parse_rtp(payload);
  return packet ? rtp::read_telephone_event(packet->payload) : std::nullopt;
}

}  // namespace

bool RelayEngine::send_digit(const MediaPort& local, Digit digit, Instant now) {
  const FlowIndex toward = flow_of(local);
  SBC_CHECK(toward != no_flow);
  const FlowLine& line = table_.line(toward);
  const FlowDetail& detail = table_.detail(toward);
  const bool taken =
      line.is(FlowLine::open) && line.kind == Kind::rtp && detail.side.event_type != no_event_type;
  if (!taken || !table_.attention(detail.peer).sender.push(digit, now)) return false;
  attend(detail.peer);
  return true;
}

bool RelayEngine::tap(const MediaPort& local, Tap* tap) {
  const FlowIndex flow = flow_of(local);
  SBC_CHECK(flow != no_flow);
  if (!table_.line(flow).is(FlowLine::open)) return false;
  table_.attention(flow).tap = tap;
  attend(flow);
  return true;
}

/// Where nothing is left to be done, the flow is one of many again.
void RelayEngine::attend(FlowIndex flow) {
  Attention& attention = table_.attention(flow);
  const bool reads = table_.detail(flow).side.tells_digits;
  const bool needed = reads || attention.tap != nullptr || !attention.sender.is_idle();
  table_.line(flow).set(FlowLine::attended, needed);
  if (!reads) attention.reader = {};
}

/// An accepted packet: what it tells, and whether it ends here. A telephone-event that does leaves a gap in
/// the stream's sequence numbers. To close it all that follows would have to be numbered anew, and each
/// report of how the stream is heard with it; a gap costs what the event was: a moment without audio.
Verdict RelayEngine::hear(FlowIndex flow, std::span<const uint8_t> payload) {
  const FlowLine& line = table_.line(flow);
  const FlowDetail& detail = table_.detail(flow);
  Attention& attention = table_.attention(flow);
  if (attention.tap != nullptr)
    attention.tap->on_packet(detail.side.local, detail.token, line.kind, payload, now_);
  if (line.kind != Kind::rtp) return {};
  Verdict verdict{.token = detail.token};
  verdict.late_digits = uint8_t(attention.sender.drop_late(now_));
  if (detail.side.tells_digits) {
    if (!is_event(detail.side, rtp_.payload_type, detail.side.event_type)) {
      verdict.digit = attention.reader.on_audio(rtp_);
    } else {
      verdict.reason = Reason::media_digit;
      if (const auto event = event_in(payload))
        verdict.digit =
            attention.reader.on_event(rtp_, *event, clock_rate_of(detail.side, rtp_.payload_type));
    }
  }
  attend(flow);
  return verdict;
}

/// Whether the packet of `size` bytes that `room` begins with has become a piece of a digit, of
/// event_packet_size bytes. One that went astray is none of the stream that a digit goes into.
bool RelayEngine::put_digit(FlowIndex flow, std::span<uint8_t> room, uint16_t size) {
  const Side& side = table_.detail(flow).side;
  const Side& toward = table_.detail(table_.detail(flow).peer).side;
  DigitSender& sender = table_.attention(flow).sender;
  if (table_.line(flow).kind != Kind::rtp || sender.is_idle() || toward.event_type == no_event_type)
    return false;
  if (table_.stream(flow).ssrc != rtp_.ssrc || room.size() < rtp::event_packet_size) return false;
  if (is_event(side, rtp_.payload_type, toward.event_type)) {
    if (const auto event = event_in(room.first(size))) sender.give_way(rtp_.timestamp, event->duration);
    return false;
  }
  const rtp::Format event{toward.event_type, rtp::Codec::telephone_event, toward.event_clock};
  const auto packet = sender.replace(rtp_, clock_rate_of(side, rtp_.payload_type), event, now_);
  attend(flow);
  if (packet) std::memcpy(room.data(), packet->data(), packet->size());
  return packet.has_value();
}

/// As what the other side knows a payload type that it has not described; no_event_type: as nothing.
uint8_t RelayEngine::known_type(FlowIndex flow, uint8_t payload_type) const {
  for (const Renumbering& each : table_.detail(flow).side.renumbered)
    if (each.sent == payload_type) return each.known;
  return no_event_type;
}

/// Of the RTP packet that was just judged; whether that has changed it. A packet of such a type is never one
/// of relay_steady()'s.
bool RelayEngine::renumber(FlowIndex flow, std::span<uint8_t> payload) const {
  const uint8_t known = known_type(flow, rtp_.payload_type);
  if (known == no_event_type) return false;
  payload[1] = uint8_t((payload[1] & rtp_marker) | known);
  return true;
}

/// The UDP checksum follows what has changed, so that damage on the way in stays visible.
void RelayEngine::renumber(FlowIndex flow, PacketBuffer& packet, const wire::Frame& frame) const {
  uint8_t* rtp = packet.data + frame.payload_offset;
  uint8_t* checksum = rtp - 2;
  const uint16_t before = load_be16(rtp);
  if (!renumber(flow, packet.payload_room(frame))) return;
  const auto change = wire::ChecksumChange().replace(before, load_be16(rtp));
  store_be16(checksum, change.apply_udp(load_be16(checksum)));
}

}  // namespace sbc::media
