#include "sbc/anchor/sdp_writer.h"

#include <algorithm>
#include <array>

#include "dataplane/sdp/bandwidth.h"
#include "dataplane/sdp/rtp_formats.h"
#include "dataplane/sdp/words.h"
#include "policy/media/formats.h"
#include "policy/topology/topology.h"
#include "sbc/anchor/passed.h"
#include "sbc/anchor/terms.h"

namespace sbc::anchor {
namespace {

/// Only what has a registered type (RFC 8866 5.8, RFC 3556, RFC 3890).
void write_bandwidth(sdp::Writer& out, std::span<const sdp::Line> lines) {
  for (const sdp::Line& line : lines) {
    if (line.type != 'b') continue;
    auto bandwidth = sdp::parse_bandwidth(line.value);
    if (bandwidth && bandwidth->type != sdp::BandwidthType::other) out.kept(line);
  }
}

void write_attributes(sdp::Writer& out, std::span<const sdp::Line> lines, bool with_direction) {
  for (const sdp::Line& line : lines) {
    if (!policy::attribute_crosses(line) || (!with_direction && sdp::is_direction(line.name))) continue;
    out.kept(line);
  }
}

/// Whether the line speaks of a payload type that does not cross.
bool is_of_dropped_format(const sdp::Line& line, const policy::Formats& formats) {
  std::optional<uint8_t> type;
  if (line.is(sdp::AttributeName::rtpmap)) {
    if (auto rtpmap = sdp::parse_rtpmap(line.attribute_value())) type = rtpmap->payload_type;
  } else if (line.is(sdp::AttributeName::fmtp)) {
    if (auto fmtp = sdp::parse_fmtp(line.attribute_value())) type = fmtp->payload_type;
  } else if (line.is(sdp::AttributeName::rtcp_fb)) {
    if (auto feedback = sdp::parse_rtcp_feedback(line.attribute_value())) type = feedback->payload_type;
  }
  return type && !formats.contains(*type);
}

void write_packet_time(sdp::Writer& out, Duration ptime) {
  out.text("a=ptime:").number(uint64_t(std::chrono::duration_cast<std::chrono::milliseconds>(ptime).count()));
  out.end_line();
}

/// Where a section's media goes, if it is not anchored; of one that is rejected it does not matter.
void write_place(sdp::Writer& out, const sdp::Media& media, const Description& description, uint16_t port) {
  if (description.released)
    out.connection(port != 0 && !media.address.is_none() ? media.address : description.address);
}

/// RFC 3605, where RTCP's port is not the next one; in the address of c=.
void write_rtcp_place(sdp::Writer& out, const sdp::Media& media, const Description& description) {
  if (description.released && media.rtcp_port != 0 && media.rtcp_port != media.port + 1)
    out.text("a=rtcp:").number(media.rtcp_port).end_line();
}

std::string_view protocol_of(const sdp::Media& media, const OurSection& ours) {
  return ours.profile ? text_of(*ours.profile) : media.protocol;
}

/// Ours; of released media the peer's, as far as we could take them ourselves; or the peer's as they pass.
void write_keys(sdp::Writer& out, const sdp::Session& source, const sdp::Media& media,
                const Description& description, const OurSection& ours) {
  if (ours.port != 0) write_seal(out, source, media, ours.seal);
  const std::span<const sdp::Line> lines = source.lines_of(media);
  for (const sdp::Line& line : lines) write_crossing_key(out, line, description.crossing_keys);
  if (!ours.seed) return;
  uint32_t tag = ours.first_tag;
  for (SrtpSuite suite : ours.suites) write_key(out, tag++, ours.seed->key_of(suite));
}

/// An RTP section whose formats rules choose from.
void write_chosen(sdp::Writer& out, const sdp::Session& source, const sdp::Media& media,
                  const Description& description, const OurSection& ours) {
  std::span<const sdp::Line> lines = source.lines_of(media);
  const policy::Events events = ours.keeps_events ? policy::Events::cross : description.events;
  const policy::Formats formats =
      policy::choose_formats(media, lines, description.from, description.to, events);
  const MediaType type = media_type_of(media);
  out.text("m=").text(text_of(type)).text(" ").number(ours.port).text(" ").text(protocol_of(media, ours));
  for (uint8_t format : formats.types()) out.text(" ").number(format);
  for (const rtp::Format& event : ours.events.all()) out.text(" ").number(event.payload_type);
  out.end_line();
  write_place(out, media, description, ours.port);
  write_bandwidth(out, lines);
  const Duration ptime = type == MediaType::audio ? description.to.ptime : Duration(0);
  for (const sdp::Line& line : lines) {
    bool replaced = ptime > Duration(0) && line.is(sdp::AttributeName::ptime);
    if (!replaced && !is_of_dropped_format(line, formats))
      write_attributes(out, {&line, 1}, !media.unspecified);
  }
  write_events(out, ours.events);
  if (ptime > Duration(0)) write_packet_time(out, ptime);
}

/// As a lite agent: our one address, of RTP and of RTCP (RFC 8839 5.1; RFC 8445 5.1.2.1).
void write_ice(sdp::Writer& out, const Description& description, const OurSection& ours) {
  constexpr uint32_t host_priority = 126u << 24 | 65'535u << 8;
  if (!ours.ice) return;
  out.attribute(sdp::AttributeName::ice_ufrag, {ours.ice->fragment.data(), ours.ice->fragment.size()});
  out.attribute(sdp::AttributeName::ice_pwd, {ours.ice->password.data(), ours.ice->password.size()});
  for (uint16_t component = 1; component <= (ours.rtcp_candidate ? 2 : 1); ++component) {
    out.text("a=candidate:1 ").number(component).text(" UDP ").number(host_priority + 256 - component);
    out.text(" ").text(AddressText(description.address)).text(" ");
    out.number(uint16_t(ours.port + component - 1)).text(" typ host").end_line();
  }
}

/// Protocols that anybody may name; another one could spell anything.
bool is_known_protocol(std::string_view protocol) {
  static constexpr std::array<std::string_view, 9> known{"RTP/AVP",   "RTP/AVPF",         "RTP/SAVP",
                                                         "RTP/SAVPF", "UDP/TLS/RTP/SAVP", "UDP/TLS/RTP/SAVPF",
                                                         "udptl",     "TCP/MSRP",         "TCP/TLS/MSRP"};
  return std::any_of(known.begin(), known.end(),
                     [protocol](std::string_view each) { return sdp::equal_ignoring_case(protocol, each); });
}

/// Writes " format" and says true where the format is a payload type of RTP, or for other protocols one of
/// their few known words.
bool write_format(sdp::Writer& out, std::string_view word, bool rtp) {
  if (!rtp) {
    bool known = word == "*" || sdp::equal_ignoring_case(word, "t38");
    if (known) out.text(" ").text(word);
    return known;
  }
  auto type = sdp::parse_number<uint8_t>(word, 0, 127);
  if (type) out.text(" ").number(*type);
  return type.has_value();
}

/// The m= line, made of nothing but words that we know (RFC 8866 5.14, RFC 3551). A section that is rejected
/// needs some protocol and format still (RFC 3264 6).
void write_media_line(sdp::Writer& out, const sdp::Media& media, const OurSection& ours) {
  MediaType type = media_type_of(media);
  out.text("m=").text(text_of(type == MediaType::unknown ? MediaType::application : type));
  out.text(" ").number(ours.port).text(" ");
  bool any = false;
  if (is_known_protocol(media.protocol)) {
    out.text(protocol_of(media, ours));
    std::string_view rest = media.formats;
    for (std::string_view word = sdp::take_word(rest); !word.empty(); word = sdp::take_word(rest))
      any |= write_format(out, word, media.is_rtp());
  } else {
    out.text("RTP/AVP");
  }
  if (!any) out.text(" 0");
  out.end_line();
}

/// Hold by an unspecified address (RFC 2543) ends at us: our own address stands in c=, so the direction has
/// to say it (RFC 3264 8.4).
void write_hold(sdp::Writer& out, sdp::Direction direction) {
  bool sends = direction == sdp::Direction::sendrecv || direction == sdp::Direction::sendonly;
  out.attribute(sends ? sdp::AttributeName::sendonly : sdp::AttributeName::inactive);
}

bool speaks_ice(const Description& description) {
  return std::any_of(description.sections.begin(), description.sections.end(),
                     [](const OurSection& ours) { return ours.port != 0 && ours.ice; });
}

}  // namespace

std::string_view write_session(sdp::Writer& out, const sdp::Session& source, const Description& description) {
  out.line('v', "0").origin(description.session_id, description.version, description.address);
  size_t origin_end = out.written().size();
  out.line('s', "-");
  if (!description.released) out.connection(description.address);
  write_bandwidth(out, source.session_lines());
  out.line('t', "0 0");
  if (speaks_ice(description)) out.attribute(sdp::AttributeName::ice_lite);
  write_attributes(out, source.session_lines(), true);
  const bool ruled =
      !description.from.empty() || !description.to.empty() || description.events == policy::Events::stay;
  for (size_t i = 0; i < source.media().size(); ++i) {
    const sdp::Media& media = source.media()[i];
    const OurSection& ours = description.sections[i];
    if (ours.port != 0 && media.is_rtp() && ruled) {
      write_chosen(out, source, media, description, ours);
    } else {
      write_media_line(out, media, ours);
      write_place(out, media, description, ours.port);
      if (ours.port == 0) continue;
      write_bandwidth(out, source.lines_of(media));
      write_attributes(out, source.lines_of(media), !media.unspecified);
    }
    write_keys(out, source, media, description, ours);
    write_rtcp_place(out, media, description);
    if (ours.muxed) out.attribute(sdp::AttributeName::rtcp_mux);
    write_ice(out, description, ours);
    if (media.unspecified && !description.in_place) write_hold(out, media.direction);
  }
  return out.written().substr(origin_end);
}

}  // namespace sbc::anchor
