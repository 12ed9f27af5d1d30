#include "sbc/anchor/events.h"

#include <algorithm>

#include "dataplane/sdp/words.h"

namespace sbc::anchor {
namespace {

/// Without parameters (RFC 4733 2.4.1).
constexpr uint32_t events_by_default = 0xffff;

/// RFC 3551 6. The first is what most systems have for telephone-events.
constexpr uint8_t usual_type = 101, first_dynamic_type = 96, last_dynamic_type = 127;

std::optional<uint8_t> free_type(const PayloadTypes& used) {
  if (!has(used, usual_type)) return usual_type;
  for (uint8_t type = first_dynamic_type; type <= last_dynamic_type; ++type)
    if (!has(used, type)) return type;
  return std::nullopt;
}

/// What the lines say of the events that this payload type may carry.
uint32_t taken_as(uint8_t type, std::span<const sdp::Line> lines) {
  for (const sdp::Line& line : lines) {
    if (!line.is(sdp::AttributeName::fmtp)) continue;
    const auto fmtp = sdp::parse_fmtp(line.attribute_value());
    if (fmtp && fmtp->payload_type == type)
      return sdp::parse_events(fmtp->parameters).value_or(events_by_default);
  }
  return events_by_default;
}

}  // namespace

const rtp::Format* Events::of_clock(uint32_t rate) const {
  const auto all = formats.all();
  auto at =
      std::find_if(all.begin(), all.end(), [=](const rtp::Format& each) { return each.clock_rate == rate; });
  return at == all.end() ? nullptr : &*at;
}

Events events_of(const sdp::Media& media, std::span<const sdp::Line> lines) {
  Events events;
  events.taken = ~uint32_t(0);
  std::string_view rest = media.formats;
  PayloadTypes seen{};  // each is looked up once
  for (auto word = sdp::take_word(rest); !word.empty(); word = sdp::take_word(rest)) {
    const auto type = sdp::parse_number<uint8_t>(word, 0, 127);
    if (!type || has(seen, *type)) continue;
    add_to(seen, *type);
    const auto rtpmap = sdp::rtpmap_of(*type, lines);
    if (!rtpmap || !sdp::equal_ignoring_case(rtpmap->encoding, "telephone-event")) continue;
    events.formats.add({*type, rtp::Codec::telephone_event, rtpmap->clock_rate});
    events.taken &= taken_as(*type, lines);
  }
  return events.empty() ? Events{} : events;
}

void add_events(rtp::Formats& events, const rtp::Formats& codecs, PayloadTypes used) {
  for (const rtp::Format& codec : codecs.all()) {
    const Events so_far{events, 0};
    if (!rtp::keeps_time(codec.codec) || so_far.of_clock(codec.clock_rate)) continue;
    add_to(used, events);
    if (const auto type = free_type(used)) events.add({*type, rtp::Codec::telephone_event, codec.clock_rate});
  }
}

void write_events(sdp::Writer& out, const rtp::Formats& events) {
  for (const rtp::Format& event : events.all()) {
    out.text("a=rtpmap:").number(event.payload_type).text(" telephone-event/").number(event.clock_rate);
    out.end_line();
    out.text("a=fmtp:").number(event.payload_type).text(" 0-16").end_line();
  }
}

}  // namespace sbc::anchor
