// Session: an SDP session description (RFC 8866) as a view, and what an anchor needs of it.
//
// parse() splits into lines and checks order and syntax; nothing is copied, nothing allocated; bounds are
// fixed. Every string_view points into the text given to parse(), which must outlive the Session.
//
// Strict where two readers could differ: v=, o= and s= first and once, each line a letter, '=' and a value
// without control bytes, every media section made of lines that may stand there. Tolerant where devices are
// sloppy and the meaning is clear: LF line ends, empty lines at the end, lines of a section in another order
// than RFC 8866 5's, no t=, an empty s=, unknown letters. Of several c= lines or directions in one section
// the first counts.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "config/types/address.h"
#include "config/types/result.h"

namespace sbc::sdp {

enum class Direction : uint8_t { sendrecv, sendonly, recvonly, inactive };

struct Media {
  std::string_view kind;      // audio, video, image, application, …
  uint16_t port = 0;          // 0 = rejected
  uint16_t port_count = 1;    // "49170/2"
  std::string_view protocol;  // RTP/AVP, …
  std::string_view formats;   // "8 0 101"
  IpAddress address;          // c= of the section, else of the session; none() = none or a host name
  bool unspecified = false;   // that address is 0.0.0.0 or ::, hold the old way (RFC 3264 8.4)
  uint16_t rtcp_port = 0;     // a=rtcp (RFC 3605); 0 = port + 1
  bool rtcp_mux = false;
  Direction direction = Direction::sendrecv;
  uint16_t first_line = 0, line_count = 0;  // in Session::lines(), the m= line first

  bool is_rtp() const;
  /// Payload types of `formats` as a bitmap of 0..127; only for RTP.
  std::array<uint64_t, 2> payload_types() const;
};

struct Line {
  char type = 0;           // 'v', 'o', …
  std::string_view value;  // after '='
};

class Session {
 public:
  static constexpr size_t lines_max = 512;
  static constexpr size_t media_max = 16;

  Session() {}

  /// Reason::none, or sdp_bad (then nothing but lines() may be read).
  Reason parse(std::string_view text);

  std::span<const Line> lines() const { return {table_.lines.data(), line_count_}; }
  std::span<const Media> media() const { return {media_.data(), media_count_}; }
  std::span<const Line> session_lines() const;  // before the first m=
  std::span<const Line> lines_of(const Media& media) const;
  std::string_view origin() const { return origin_; }
  Direction direction() const { return direction_; }
  IpAddress address() const { return address_; }

 private:
  friend class SessionParser;

  // Written before read, up to line_count_: clearing 12 KB per session would cost more than parsing does.
  union Table {
    Table() {}
    std::array<Line, lines_max> lines;
  } table_;
  std::array<Media, media_max> media_;
  uint16_t line_count_ = 0;
  uint16_t media_count_ = 0;
  std::string_view origin_;
  IpAddress address_;
  bool unspecified_ = false;
  Direction direction_ = Direction::sendrecv;
};

/// The attribute's name and value of an a= line's value: "rtpmap:8 PCMA/8000" -> {"rtpmap", "8 PCMA/8000"}.
struct Attribute {
  std::string_view name, value;
};
Attribute attribute_of(std::string_view line_value);

}  // namespace sbc::sdp
