#include "dataplane/rtp/packet.h"

#include "dataplane/bytes/reader.h"

namespace sbc::rtp {

Result<RtpPacket> parse_srtp(std::span<const uint8_t> datagram) {
  Reader reader(datagram);
  uint8_t first = reader.u8(), second = reader.u8();
  if (first >> 6 != 2) return Reason::media_not_rtp;
  RtpPacket packet;
  packet.marker = second >> 7;
  packet.payload_type = second & 0x7f;
  packet.sequence = reader.be16();
  packet.timestamp = reader.be32();
  packet.ssrc = reader.be32();
  packet.sources = reader.take(size_t(first & 15) * 4);
  packet.has_extension = first >> 4 & 1;
  if (packet.has_extension) {
    packet.extension_profile = reader.be16();
    size_t words = reader.be16();
    packet.extension = reader.take(words * 4);
  }
  if (reader.failed()) return Reason::media_not_rtp;
  packet.payload = reader.rest();
  return packet;
}

Result<RtpPacket> parse_rtp(std::span<const uint8_t> datagram) {
  Result<RtpPacket> packet = parse_srtp(datagram);
  const bool padded = packet && (datagram[0] >> 5 & 1);
  if (!padded) return packet;
  if (packet->payload.empty()) return Reason::media_not_rtp;
  packet->padding = packet->payload.back();  // the last byte counts the padding, itself included
  if (packet->padding == 0 || packet->padding > packet->payload.size()) return Reason::media_not_rtp;
  packet->payload = packet->payload.first(packet->payload.size() - packet->padding);
  return packet;
}

}  // namespace sbc::rtp
