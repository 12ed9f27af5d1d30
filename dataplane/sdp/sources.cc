#include "dataplane/sdp/sources.h"

#include <array>

#include "dataplane/sdp/characters.h"
#include "dataplane/sdp/words.h"

namespace sbc::sdp {
namespace {

constexpr std::array<std::string_view, 5> ssrc_semantics{"FID", "FEC", "FEC-FR", "SIM", "DUP"};

}  // namespace

std::optional<Ssrc> parse_ssrc(std::string_view value) {
  auto ssrc = parse_number<uint32_t>(take_word(value));
  std::string_view rest = trim(value);
  std::string_view attribute = take_until(rest, ':');
  if (!ssrc || !is_token(attribute)) return std::nullopt;
  return Ssrc{*ssrc, attribute, rest};
}

std::optional<SsrcGroup> parse_ssrc_group(std::string_view value) {
  SsrcGroup group;
  group.semantics_text = take_word(value);
  group.ssrcs = trim(value);
  if (!is_token(group.semantics_text) || group.ssrcs.empty()) return std::nullopt;
  for (std::string_view rest = group.ssrcs; !rest.empty();) {
    if (!take_ssrc(rest)) return std::nullopt;
  }
  group.semantics =
      find_word<SsrcSemantics>(ssrc_semantics, group.semantics_text).value_or(SsrcSemantics::other);
  return group;
}

std::optional<uint32_t> take_ssrc(std::string_view& rest) { return parse_number<uint32_t>(take_word(rest)); }

std::optional<Msid> parse_msid(std::string_view value) {
  std::string_view stream = take_word(value), track = take_word(value);
  bool good =
      is_word_of(stream, class_visible, 64) && (track.empty() || is_word_of(track, class_visible, 64));
  return good && trim(value).empty() ? std::optional(Msid{stream, track}) : std::nullopt;
}

std::optional<MsidSemantic> parse_msid_semantic(std::string_view value) {
  std::string_view semantic = take_word(value);
  if (!is_token(semantic)) return std::nullopt;
  return MsidSemantic{semantic, trim(value)};
}

}  // namespace sbc::sdp
