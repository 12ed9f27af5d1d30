#include "dataplane/sdp/grouping.h"

#include <bit>

#include "dataplane/sdp/characters.h"
#include "dataplane/sdp/words.h"

namespace sbc::sdp {
namespace {

constexpr std::array<std::string_view, 7> semantics_texts{"BUNDLE", "LS",   "FID", "FEC-FR",
                                                          "DUP",    "ANAT", "SRF"};

}  // namespace

std::optional<Group> parse_group(std::string_view value) {
  Group group;
  group.semantics_text = take_word(value);
  group.mids = trim(value);
  if (!is_token(group.semantics_text)) return std::nullopt;
  for (std::string_view rest = group.mids; !rest.empty();) {
    if (!is_token(take_word(rest))) return std::nullopt;
  }
  group.semantics =
      find_word<GroupSemantics>(semantics_texts, group.semantics_text).value_or(GroupSemantics::other);
  return group;
}

std::optional<std::string_view> parse_mid(std::string_view value) {
  std::string_view mid = only_word(value);
  return is_token(mid) ? std::optional(mid) : std::nullopt;
}

Mids::Mids(const Session& session) : count_(session.media().size()) {
  for (size_t i = 0; i < count_; ++i) {
    const Line* line = find_attribute(session.lines_of(session.media()[i]), AttributeName::mid);
    if (line) mids_[i] = parse_mid(line->attribute_value()).value_or(std::string_view());
  }
}

MediaSet Mids::sections_with(std::string_view mid) const {
  MediaSet found = 0;
  for (size_t i = 0; i < count_ && !mid.empty(); ++i) {
    if (mids_[i] == mid) found = MediaSet(found | 1u << i);
  }
  return found;
}

std::optional<MediaSet> Mids::members(const Group& group) const {
  MediaSet members = 0;
  std::string_view rest = group.mids;
  for (std::string_view mid = take_word(rest); !mid.empty(); mid = take_word(rest)) {
    MediaSet found = sections_with(mid);
    if (!std::has_single_bit(found) || (members & found)) return std::nullopt;
    members |= found;
  }
  return members;
}

bool is_rejected(const Session& session, const Media& media) {
  if (media.port != 0) return false;
  if (!media.bundle_only) return true;
  Mids mids(session);
  size_t section = size_t(&media - session.media().data());
  for (const Line& line : session.session_lines()) {
    auto group = line.is(AttributeName::group) ? parse_group(line.attribute_value()) : std::nullopt;
    if (!group || group->semantics != GroupSemantics::bundle) continue;
    auto members = mids.members(*group);
    if (members && (*members >> section & 1)) return false;
  }
  return true;
}

}  // namespace sbc::sdp
