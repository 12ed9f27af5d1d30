#include "dataplane/rtp/rtcp.h"

#include <array>

#include "dataplane/bytes/reader.h"
#include "dataplane/bytes/writer.h"

namespace sbc::rtp {
namespace {

constexpr size_t sender_info_size = 20, report_size = 24, ssrc_size = 4;
constexpr uint8_t item_end = 0, item_cname = 1;
constexpr size_t cname_length = 16;

/// What a report has besides profile-specific extensions.
size_t report_packet_size(const RtcpPacket& packet) {
  size_t info = packet.type == RtcpType::sender_report ? sender_info_size : 0;
  return ssrc_size + info + packet.count * report_size;
}

/// Moves past the items of one chunk and the zeros that end it on a word (RFC 3550 6.5).
void skip_items(Reader& reader) {
  size_t start = reader.left();
  while (reader.u8() != item_end) {
    reader.skip(reader.u8());
    if (reader.failed()) return;
  }
  reader.skip((4 - (start - reader.left()) % 4) % 4);
}

/// Calls visit(ssrc) for each chunk; false when one is malformed or the chunks are not all.
template <class Visit>
bool each_chunk(const RtcpPacket& packet, Visit&& visit) {
  Reader reader(packet.body);
  for (unsigned i = 0; i < packet.count; ++i) {
    uint32_t ssrc = reader.be32();
    skip_items(reader);
    if (reader.failed()) return false;
    visit(ssrc);
  }
  return reader.left() == 0;
}

bool goodbye_fits(const RtcpPacket& packet) {
  Reader reader(packet.body);
  reader.skip(packet.count * ssrc_size);
  if (reader.left() > 0) reader.skip(reader.u8());  // its words
  return !reader.failed();
}

bool extended_report_fits(const RtcpPacket& packet) {
  Reader reader(packet.body);
  reader.skip(ssrc_size);
  while (reader.left() > 0) {
    reader.skip(2);
    size_t words = reader.be16();
    reader.skip(words * 4);
  }
  return !reader.failed();
}

bool content_fits(const RtcpPacket& packet) {
  switch (packet.type) {
    case RtcpType::sender_report:
    case RtcpType::receiver_report:
      return packet.body.size() >= report_packet_size(packet);
    case RtcpType::source_description:
      return each_chunk(packet, [](uint32_t) {});
    case RtcpType::goodbye:
      return goodbye_fits(packet);
    case RtcpType::transport_feedback:
    case RtcpType::payload_feedback:
      return packet.body.size() >= 2 * ssrc_size;
    case RtcpType::extended_report:
      return extended_report_fits(packet);
    default:
      return true;
  }
}

ReceptionReport read_report(Reader& reader) {
  ReceptionReport report;
  report.ssrc = reader.be32();
  const uint32_t lost = reader.be32();
  report.fraction_lost = uint8_t(lost >> 24);
  report.lost = int32_t(lost << 8) >> 8;
  reader.skip(4);  // highest sequence number
  report.jitter = reader.be32();
  report.last_report = reader.be32();
  report.since_then = reader.be32();
  return report;
}

/// RFC 3611 4.7; 127 means that it is not known.
VoipMetrics read_voip_metrics(Reader& reader) {
  constexpr uint8_t unknown = 127;
  VoipMetrics metrics;
  metrics.ssrc = reader.be32();
  reader.skip(1);  // lost on the way: reception reports say it
  metrics.discarded = reader.u8();
  reader.skip(16);
  const uint8_t listening = reader.u8(), conversational = reader.u8();
  if (conversational != unknown) {
    metrics.mos = conversational;
  } else if (listening != unknown) {
    metrics.mos = listening;
  }
  return metrics;
}

void read_extended_report(std::span<const uint8_t> body, Reports& reports) {
  constexpr uint8_t reference_time = 4, reference_heard = 5, voip_metrics = 7;
  constexpr size_t reference_time_size = 8, reference_heard_size = 12, voip_metrics_size = 32;
  Reader reader(body);
  reader.skip(ssrc_size);
  while (reader.left() > 0) {
    const uint8_t type = reader.u8();
    reader.skip(1);
    const size_t words = reader.be16();
    Reader block(reader.take(words * 4));
    if (type == reference_time && block.left() >= reference_time_size) {
      const uint32_t seconds = block.be32(), fraction = block.be32();
      reports.asked_at = seconds << 16 | fraction >> 16;
    } else if (type == reference_heard && block.left() >= reference_heard_size && !reports.reference) {
      block.skip(ssrc_size);
      const uint32_t last = block.be32();
      reports.reference = ReceiverReference{last, block.be32()};
    } else if (type == voip_metrics && block.left() >= voip_metrics_size) {
      reports.metrics = read_voip_metrics(block);
    }
  }
}

void write_packet(Writer& writer, const RtcpPacket& packet, std::span<const uint8_t> body) {
  writer.u8(uint8_t(0x80 | packet.count)).u8(uint8_t(packet.type)).be16(uint16_t(body.size() / 4)).copy(body);
}

void write_source_description(Writer& writer, const RtcpPacket& packet, uint64_t cname) {
  static constexpr char digits[] = "0123456789abcdef";
  std::array<uint8_t, cname_length> text;
  for (size_t i = 0; i < cname_length; ++i) text[i] = uint8_t(digits[cname >> (60 - 4 * i) & 15]);
  constexpr size_t chunk_size = ssrc_size + 2 + cname_length + 2;  // two zeros end it on a word
  writer.u8(uint8_t(0x80 | packet.count))
      .u8(uint8_t(packet.type))
      .be16(uint16_t(packet.count * chunk_size / 4));
  each_chunk(packet,
             [&](uint32_t ssrc) { writer.be32(ssrc).u8(item_cname).u8(cname_length).copy(text).zeros(2); });
}

void write_crossing(Writer& writer, const RtcpPacket& packet, uint64_t cname) {
  switch (packet.type) {
    case RtcpType::sender_report:
    case RtcpType::receiver_report:
      return write_packet(writer, packet, packet.body.first(report_packet_size(packet)));
    case RtcpType::source_description:
      return write_source_description(writer, packet, cname);
    case RtcpType::goodbye:
      return write_packet(writer, packet, packet.body.first(packet.count * ssrc_size));
    case RtcpType::transport_feedback:
    case RtcpType::payload_feedback:
    case RtcpType::extended_report:
      return write_packet(writer, packet, packet.body);
    default:
      return;
  }
}

}  // namespace

Result<RtcpPacket> take_rtcp(std::span<const uint8_t>& rest) {
  Reader reader(rest);
  uint8_t first = reader.u8(), type = reader.u8();
  size_t words = reader.be16();
  RtcpPacket packet{RtcpType(type), uint8_t(first & 31), reader.take(words * 4)};
  if (reader.failed() || first >> 6 != 2) return Reason::media_not_rtcp;
  if (first >> 5 & 1) {
    if (reader.left() > 0 || packet.body.empty()) return Reason::media_not_rtcp;
    size_t padding = packet.body.back();
    if (padding == 0 || padding % 4 != 0 || padding > packet.body.size()) return Reason::media_not_rtcp;
    packet.body = packet.body.first(packet.body.size() - padding);
  }
  if (!content_fits(packet)) return Reason::media_not_rtcp;
  rest = reader.rest();
  return packet;
}

void read_reports(std::span<const uint8_t> compound, Reports& reports) {
  reports.sent_at.reset();
  reports.asked_at.reset();
  reports.metrics.reset();
  reports.reference.reset();
  reports.count = 0;
  while (!compound.empty()) {
    auto packet = take_rtcp(compound);
    if (!packet) return;
    if (packet->type == RtcpType::extended_report) read_extended_report(packet->body, reports);
    const bool sender = packet->type == RtcpType::sender_report;
    if (!sender && packet->type != RtcpType::receiver_report) continue;
    Reader reader(packet->body);
    reader.skip(ssrc_size);
    if (sender) {
      const uint32_t seconds = reader.be32(), fraction = reader.be32();
      reports.sent_at = seconds << 16 | fraction >> 16;
      reader.skip(sender_info_size - 8);
    }
    for (unsigned i = 0; i < packet->count && reports.count < Reports::max; ++i)
      reports.heard[reports.count++] = read_report(reader);
  }
}

Result<size_t> rewrite_rtcp(std::span<const uint8_t> in, std::span<uint8_t> out, uint64_t cname) {
  if (in.empty()) return Reason::media_not_rtcp;
  Writer writer(out);
  while (!in.empty()) {
    auto packet = take_rtcp(in);
    if (!packet) return packet.reason();
    write_crossing(writer, *packet, cname);
  }
  if (writer.overflowed()) return Reason::packet_too_big;
  if (writer.size() == 0) return Reason::media_rtcp_empty;
  return writer.size();
}

}  // namespace sbc::rtp
