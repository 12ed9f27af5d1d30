#include <algorithm>
#include <vector>

#include "config/types/check.h"
#include "dataplane/bytes/writer.h"
#include "dataplane/rtp/telephone_event.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/targets.h"

namespace sbc::fuzz {
namespace {

/// The packet again, from its parts; `padding` is what the view leaves out.
std::vector<uint8_t> joined(const rtp::RtpPacket& packet, std::span<const uint8_t> padding) {
  std::vector<uint8_t> bytes(rtp::rtp_header_size + packet.sources.size() + 4 + packet.extension.size() +
                             packet.payload.size() + padding.size());
  Writer writer(bytes);
  writer.u8(uint8_t(2 << 6 | !padding.empty() << 5 | packet.has_extension << 4 | packet.sources.size() / 4));
  writer.u8(uint8_t(packet.marker << 7 | packet.payload_type));
  writer.be16(packet.sequence).be32(packet.timestamp).be32(packet.ssrc).copy(packet.sources);
  if (packet.has_extension)
    writer.be16(packet.extension_profile).be16(uint16_t(packet.extension.size() / 4)).copy(packet.extension);
  writer.copy(packet.payload).copy(padding);
  SBC_CHECK(!writer.overflowed());
  bytes.resize(writer.size());
  return bytes;
}

/// Whatever the payload is, it may be taken for an event: of a packet without anything else every bit but
/// the reserved one comes back.
void event_in(const rtp::RtpPacket& packet) {
  const auto event = rtp::read_telephone_event(packet.payload);
  SBC_CHECK(event.has_value() == (packet.payload.size() >= rtp::telephone_event_size));
  if (!event) return;
  const auto written = rtp::write_event_packet(packet, *event);
  std::vector<uint8_t> expected(packet.payload.begin(), packet.payload.begin() + rtp::telephone_event_size);
  expected[1] &= 0xbf;
  SBC_CHECK(std::equal(expected.begin(), expected.end(), written.begin() + rtp::rtp_header_size));
}

}  // namespace

void rtp(std::string_view bytes) {
  (void)rtp::looks_like_rtcp(octets(bytes));
  auto packet = rtp::parse_rtp(octets(bytes));
  if (!packet) {
    SBC_CHECK(packet.reason() == Reason::media_not_rtp);
    return;
  }
  for (auto part : {packet->sources, packet->extension, packet->payload})
    SBC_CHECK(within(text(part), bytes));
  SBC_CHECK(packet->padding <= bytes.size());
  event_in(*packet);
  SBC_CHECK(text(joined(*packet, octets(bytes).last(packet->padding))) == bytes);
}

}  // namespace sbc::fuzz
