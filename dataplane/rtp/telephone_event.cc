#include "dataplane/rtp/telephone_event.h"

#include "dataplane/bytes/reader.h"
#include "dataplane/bytes/writer.h"

namespace sbc::rtp {
namespace {

constexpr uint8_t end_bit = 0x80;
constexpr uint8_t volume_mask = 0x3f;

}  // namespace

std::optional<TelephoneEvent> read_telephone_event(std::span<const uint8_t> payload) {
  Reader reader(payload);
  TelephoneEvent event;
  event.event = reader.u8();
  const uint8_t second = reader.u8();  // the bit between is reserved and says nothing (2.3.3)
  event.end = (second & end_bit) != 0;
  event.volume = second & volume_mask;
  event.duration = reader.be16();
  if (reader.failed()) return std::nullopt;
  return event;
}

std::array<uint8_t, event_packet_size> write_event_packet(const RtpPacket& header,
                                                          const TelephoneEvent& event) {
  std::array<uint8_t, event_packet_size> packet;
  Writer writer(packet);
  writer.u8(2 << 6).u8(uint8_t(header.marker << 7 | header.payload_type));
  writer.be16(header.sequence).be32(header.timestamp).be32(header.ssrc);
  writer.u8(event.event).u8(uint8_t((event.end ? end_bit : 0) | (event.volume & volume_mask)));
  writer.be16(event.duration);
  return packet;
}

}  // namespace sbc::rtp
