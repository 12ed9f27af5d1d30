#include "policy/media/formats.h"

#include <algorithm>

#include "dataplane/sdp/rtp_formats.h"
#include "dataplane/sdp/words.h"

namespace sbc::policy {
namespace {

using config::CodecRules;

constexpr std::string_view telephone_event = "telephone-event";
constexpr std::array<std::string_view, 7> no_codecs{telephone_event, "tone",   "CN",     "rtx",
                                                    "red",           "ulpfec", "flexfec"};

template <class Names>
size_t find_name(const Names& names, std::string_view name) {
  auto at = std::find_if(names.begin(), names.end(),
                         [name](const auto& each) { return sdp::equal_ignoring_case(each, name); });
  return size_t(at - names.begin());
}

bool is_codec(std::string_view encoding) { return find_name(no_codecs, encoding) == no_codecs.size(); }

/// Empty where the type has none.
std::string_view encoding_of(uint8_t type, std::span<const sdp::Line> lines) {
  auto rtpmap = sdp::rtpmap_of(type, lines);
  return rtpmap ? rtpmap->encoding : std::string_view();
}

/// The payload type that this one repairs (RFC 4588 8.6); itself where it repairs none.
uint8_t repaired_by(uint8_t type, std::span<const sdp::Line> lines) {
  for (const sdp::Line& line : lines) {
    if (!line.is(sdp::AttributeName::fmtp)) continue;
    auto fmtp = sdp::parse_fmtp(line.attribute_value());
    if (!fmtp || fmtp->payload_type != type) continue;
    auto original = sdp::format_parameter(fmtp->parameters, "apt");
    if (original) return sdp::parse_number<uint8_t>(*original, 0, 127).value_or(type);
  }
  return type;
}

struct Candidate {
  uint8_t type = 0;
  std::string_view encoding;
  size_t place = 0;  // in the order asked for; behind its end where it is not named
};

}  // namespace

bool passes(const CodecRules& rules, std::string_view encoding) {
  if (find_name(rules.deny, encoding) < rules.deny.size()) return false;
  return rules.allow.empty() || !is_codec(encoding) || find_name(rules.allow, encoding) < rules.allow.size();
}

void Formats::add(uint8_t type) {
  types_[count_++] = type;
  mask_[type / 64] |= uint64_t(1) << (type % 64);
}

Formats choose_formats(const sdp::Media& media, std::span<const sdp::Line> lines, const CodecRules& from,
                       const CodecRules& to, Events events) {
  std::array<Candidate, 128> candidates;
  size_t count = 0;
  std::array<uint64_t, 2> seen{};
  std::string_view rest = media.formats;
  for (std::string_view word = sdp::take_word(rest); !word.empty(); word = sdp::take_word(rest)) {
    auto type = sdp::parse_number<uint8_t>(word, 0, 127);
    if (!type || seen[*type / 64] >> (*type % 64) & 1) continue;
    seen[*type / 64] |= uint64_t(1) << (*type % 64);
    std::string_view encoding = encoding_of(*type, lines);
    if (events == Events::stay && sdp::equal_ignoring_case(encoding, telephone_event)) continue;
    if (passes(from, encoding) && passes(to, encoding))
      candidates[count++] = {*type, encoding, find_name(to.order, encoding)};
  }
  // By insertion: std::stable_sort allocates.
  for (size_t i = 1; i < count; ++i) {
    for (size_t at = i; at > 0 && candidates[at].place < candidates[at - 1].place; --at)
      std::swap(candidates[at], candidates[at - 1]);
  }
  auto is_there = [&](uint8_t type) {
    return std::any_of(candidates.begin(), candidates.begin() + count,
                       [type](const Candidate& each) { return each.type == type; });
  };
  Formats formats;
  for (size_t i = 0; i < count; ++i) {
    if (!is_there(repaired_by(candidates[i].type, lines))) continue;
    formats.add(candidates[i].type);
    formats.any_codec_ |= is_codec(candidates[i].encoding);
  }
  return formats;
}

}  // namespace sbc::policy
