// Session: an SDP session description (RFC 8866) as a view, and what an anchor needs of it.
//
// parse() splits into lines and checks order and syntax; nothing is copied, nothing allocated; bounds are
// fixed. Every string_view points into the text given to parse(), which must outlive the Session. What an
// attribute says is read on demand, from its line: rtp_formats.h, candidate.h, crypto.h, ….
//
// Strict where two readers could differ: v=, o= and s= first and once, each line a letter, '=' and a value
// without control bytes, every media section made of lines that may stand there. Tolerant where devices are
// sloppy and the meaning is clear: LF line ends, empty lines at the end, lines of a section in another order
// than RFC 8866 5's, no t=, an empty s=, unknown letters, names of attributes in another case. Of several c=
// lines or directions in one section the first counts. Lines that mean nothing to us stay in the table, in
// their place; k= is one of them: it is obsolete, discarded by who reads it and never sent on (RFC
// 8866 5.12).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "config/types/address.h"
#include "config/types/result.h"
#include "dataplane/sdp/line.h"
#include "dataplane/sdp/media.h"

namespace sbc::sdp {

class Session {
 public:
  static constexpr size_t lines_max = 512;
  static constexpr size_t media_max = 16;

  Session() {}

  /// Reason::none, or sdp_bad (then nothing but lines() may be read).
  Reason parse(std::string_view text);

  std::span<const Line> lines() const { return {lines_.table.data(), line_count_}; }
  std::span<const Media> media() const { return {media_.table.data(), media_count_}; }
  std::span<const Line> session_lines() const;  // before the first m=
  std::span<const Line> lines_of(const Media& media) const;
  std::string_view origin() const { return origin_; }
  Direction direction() const { return direction_; }
  IpAddress address() const { return address_; }

 private:
  friend class SessionParser;

  // Written before read, up to the counts: clearing 14 KB per session would cost more than parsing does.
  union Lines {
    Lines() {}
    std::array<Line, lines_max> table;
  } lines_;
  union Sections {
    Sections() {}
    std::array<Media, media_max> table;
  } media_;
  uint16_t line_count_ = 0;
  uint16_t media_count_ = 0;
  std::string_view origin_;
  IpAddress address_;
  bool unspecified_ = false;
  Direction direction_ = Direction::sendrecv;
};

/// The first of these lines that holds the attribute; nullptr where none does.
const Line* find_attribute(std::span<const Line> lines, AttributeName name);

/// The section's attribute, or else the session's, for those that a session may give for all its media
/// (ice-ufrag, fingerprint, setup, …).
const Line* find_attribute(const Session& session, const Media& media, AttributeName name);

}  // namespace sbc::sdp
