#include "bench/sip/rewrite_figures.h"

#include <algorithm>
#include <array>

#include "bench/harness/slices.h"
#include "bench/sip/parsers.h"
#include "bench/sip/rewrite.h"
#include "dataplane/sdp/session.h"
#include "dataplane/sip/characters.h"
#include "dataplane/sip/message.h"

namespace sbc::bench {
namespace {

using Strings = std::vector<std::string>;

/// INVITEs that carry an offer.
std::vector<Sample> offers_among(std::span<const Sample> samples) {
  std::vector<Sample> offers;
  for (const Sample& sample : samples) {
    Listing values;
    if (!our_parser.list(sample.bytes, values)) continue;
    if (values.of(Value::method) == Strings{"INVITE"} &&
        values.of(Value::content_type) == Strings{"application/sdp"})
      offers.push_back(sample);
  }
  return offers;
}

/// Everything but the body's bytes, which may say the same in another order.
std::string head_difference(const Listing& a, const Listing& b) {
  for (int kind = 0; kind < int(Value::body); ++kind) {
    if (kind == int(Value::content_length)) continue;
    if (a.of(Value(kind)) != b.of(Value(kind))) return std::string(name_of(Value(kind))) + " differs";
  }
  return {};
}

/// Each field as a line, in no order. Of Content-Length and Date only the name: the former is another for
/// each body, and sofia-sip writes the latter with the wrong day of the week.
Strings lines_of(std::string_view bytes) {
  sip::Message message;
  Strings lines;
  if (message.parse(bytes) != Reason::none) return lines;
  for (const sip::Field& field : message.fields()) {
    std::string line(field.id == sip::Header::other ? field.name : sip::text_of(field.id));
    bool named_only = field.id == sip::Header::content_length || field.id == sip::Header::date;
    if (!named_only) (line += ": ") += field.value;
    std::erase_if(line, [](char c) { return sip::is(c, sip::class_space); });
    lines.push_back(std::move(line));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

/// What an anchor reads of SDP.
Strings media_of(std::string_view body) {
  sdp::Session session;
  if (session.parse(body) != Reason::none) return {};
  Strings media;
  for (const sdp::Media& one : session.media()) {
    std::string text(one.kind);
    for (std::string_view part : {one.protocol, one.formats}) (text += ' ') += part;
    text += ' ' + std::to_string(one.port) + ' ' + std::to_string(int(one.direction));
    text.append(one.address.bytes.begin(), one.address.bytes.end());
    media.push_back(std::move(text));
  }
  return media;
}

/// The changes that were asked for were made, and nothing else that the B2BUA reads.
std::string change_fault(const Listing& before, const Listing& after) {
  for (Value kind : {Value::request_user, Value::request_host, Value::request_port, Value::from_display,
                     Value::from_user, Value::from_host, Value::from_port, Value::to_display, Value::to_user,
                     Value::to_host, Value::to_port, Value::supported, Value::require, Value::content_type})
    if (before.of(kind) != after.of(kind)) return std::string(name_of(kind)) + " was changed";
  if (!after.of(Value::route_host).empty() || !after.of(Value::record_route_host).empty())
    return "a route was kept";
  bool tagged = !before.of(Value::to_tag).empty();
  std::string hops = before.of(Value::max_forwards).empty()
                         ? ""
                         : std::to_string(std::stoul(before.of(Value::max_forwards)[0]) - 1);
  const std::pair<Value, Strings> expected[] = {
      {Value::via_host, {"198.51.100.1"}},
      {Value::via_branch, {"z9hG4bK7f0d3c5a9e1b2846"}},
      {Value::contact_host, {"198.51.100.1"}},
      {Value::contact_user, {}},
      {Value::from_tag, {OtherLeg::from_tag}},
      {Value::to_tag, tagged ? Strings{OtherLeg::to_tag} : Strings{}},
      {Value::call_id, {OtherLeg::call_id}},
      {Value::cseq_number, {std::to_string(OtherLeg::cseq)}},
      {Value::max_forwards, hops.empty() ? Strings{} : Strings{hops}}};
  for (const auto& [kind, values] : expected)
    if (after.of(kind) != values) return std::string(name_of(kind)) + " is not the other leg's";
  return {};
}

std::string sdp_fault(const std::string& ours, const std::string& theirs) {
  Strings media = media_of(ours);
  if (media.empty() || media != media_of(theirs)) return "we read other media in sofia-sip's SDP";
  if (!sofia_sees_equal_sdp(ours, theirs)) return "sofia-sip reads another SDP in ours";
  return {};
}

std::string fault_in(const Sample& sample) {
  std::array<char, rewritten_max> out;
  std::string ours(rewrite_with_ours(sample.bytes, out)), theirs;
  rewrite_with_sofia(sample.bytes, [&](std::string_view part) { theirs += part; });
  if (ours.empty()) return "ours refuse it";
  if (theirs.empty()) return "sofia-sip refuses it";
  Listing before, values[4];
  bool read = our_parser.list(sample.bytes, before) && our_parser.list(ours, values[0]) &&
              sofia_parser.list(ours, values[1]) && our_parser.list(theirs, values[2]) &&
              sofia_parser.list(theirs, values[3]);
  if (!read) return "what one side wrote is refused by a parser";
  if (values[0].checksum() != values[1].checksum()) return "ours: " + difference(values[0], values[1]);
  if (values[2].checksum() != values[3].checksum()) return "sofia-sip's: " + difference(values[2], values[3]);
  if (std::string fault = head_difference(values[0], values[2]); !fault.empty()) return fault;
  if (lines_of(ours) != lines_of(theirs)) return "other fields are written";
  if (std::string fault = change_fault(before, values[0]); !fault.empty()) return fault;
  return sdp_fault(values[0].of(Value::body)[0], values[2].of(Value::body)[0]);
}

}  // namespace

std::vector<Figure> rewrite_figures(std::span<const Sample> samples, const Options& options) {
  constexpr Definition definition{"rewrite_vs_sofia", Ratio::ruler_to_ours, 8};
  std::vector<Sample> offers = offers_among(samples);
  if (offers.empty()) return {invalid_figure(definition, "no INVITE with SDP in the corpus")};
  for (const Sample& offer : offers) {
    if (std::string fault = fault_in(offer); !fault.empty())
      return {invalid_figure(definition, offer.name + ": " + fault)};
  }
  std::array<char, rewritten_max> out;
  auto ours = [&] {
    uint64_t bytes = 0;
    for (const Sample& offer : offers) bytes += rewrite_with_ours(offer.bytes, out).size();
    return bytes;
  };
  auto sofia = [&] {
    uint64_t bytes = 0;
    for (const Sample& offer : offers) bytes += rewrite_with_sofia(offer.bytes);
    return bytes;
  };
  TimedPasses a(ours, offers.size(), options.slice_ns), b(sofia, offers.size(), options.slice_ns);
  auto pairs = alternate([&] { return a.run(); }, [&] { return b.run(); }, options.pairs);
  if (!a.steady() || !b.steady()) return {invalid_figure(definition, "what was written changed")};
  return {figure_of(definition, pairs)};
}

}  // namespace sbc::bench
