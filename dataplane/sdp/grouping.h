// Grouping: media sections that belong together, named by their mid (RFC 5888; BUNDLE: RFC 9143).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "dataplane/sdp/session.h"

namespace sbc::sdp {

enum class GroupSemantics : uint8_t {
  bundle,               // BUNDLE: one transport (RFC 9143)
  lip_sync,             // LS: played in step (RFC 5888)
  flow_identification,  // FID: one flow, two formats (RFC 5888)
  repair,               // FEC-FR (RFC 5956)
  duplication,          // DUP (RFC 7104)
  alternatives,         // ANAT (RFC 4091)
  single_flow,          // SRF (RFC 3524)
  other
};

struct Group {
  GroupSemantics semantics = GroupSemantics::other;
  std::string_view semantics_text;
  std::string_view mids;  // words; may be none (RFC 5888 9.2)
};
/// "BUNDLE audio video".
std::optional<Group> parse_group(std::string_view value);

/// A mid: one token.
std::optional<std::string_view> parse_mid(std::string_view value);

/// Media sections as bits, the first section's lowest.
using MediaSet = uint16_t;
static_assert(Session::media_max <= 16);

/// The mid of each section, looked up once for all groups of a session; a value. A section without one, or
/// with a malformed one, has none; of several in one section the first counts.
class Mids {
 public:
  explicit Mids(const Session& session);

  std::string_view of(size_t section) const { return mids_[section]; }
  /// The sections with this mid: one in a session that keeps RFC 5888 4, none or several otherwise.
  MediaSet sections_with(std::string_view mid) const;

  /// The group's sections. nullopt, and the group means nothing, where a mid is named twice, or names no
  /// section or several: two readers could take different ones.
  std::optional<MediaSet> members(const Group& group) const;

 private:
  std::array<std::string_view, Session::media_max> mids_;
  size_t count_;
};

/// Port 0 refuses a section, unless it is bundle-only and in a BUNDLE group (RFC 9143 7.1.3).
bool is_rejected(const Session& session, const Media& media);

}  // namespace sbc::sdp
