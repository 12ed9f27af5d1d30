// The parts of a message's body (RFC 2046 5.1, RFC 5621), and the one that somebody is after.
//
// Fixed bounds, no allocation, no recursion, no copy: views into the body. A part that is a multipart itself
// is not looked into. Strict where two readers could see other parts: line ends are CRLF, nothing but blanks
// follows a boundary, no part names its type twice.
#pragma once

#include <cstddef>
#include <string_view>

#include "config/types/result.h"
#include "dataplane/sip/media_type.h"
#include "dataplane/sip/message.h"

namespace sbc::sip {

struct Part {
  MediaType media;               // text/plain where the part does not say (RFC 2046 5.2)
  std::string_view disposition;  // the Content-Disposition's type; empty where there is none
  std::string_view content_id;   // as written
  bool required = true;          // not handling=optional (RFC 3261 20.11)
  bool encoded = false;          // not as it stands: Content-Encoding, or Content-Transfer-Encoding
  std::string_view content;
};

/// Walks over the parts of a multipart body; preamble and epilogue are ignored.
class PartWalk {
 public:
  static constexpr size_t parts_max = 16;
  static constexpr size_t boundary_max = 70;  // RFC 2046 5.1.1

  PartWalk(const MediaType& multipart, std::string_view body);

  /// False at the end, and where the body is broken().
  bool next(Part& part);
  /// No boundary in the Content-Type, no or a malformed delimiter, a malformed head of a part, more than
  /// parts_max; known once next() has returned false.
  bool broken() const { return broken_; }

 private:
  struct Delimiter {
    size_t begin = std::string_view::npos;  // with the CRLF in front of it
    size_t end = 0;                         // behind its line end
    bool last = false;
  };
  Delimiter find_delimiter(bool first) const;
  bool end_delimiter(Delimiter& delimiter, size_t at) const;
  bool fail();

  std::string_view boundary_, rest_;
  size_t count_ = 0;
  bool ended_ = false, broken_ = false;
};

/// What a part must be so that somebody can use it.
struct PartKind {
  std::string_view type, subtype;
  std::string_view disposition;  // where it has another, it is something else; it may have none
};
inline constexpr PartKind session_description{"application", "sdp", "session"};  // RFC 3261 20.11

/// The content of that kind in the message's body: all of it, or a part of a multipart/mixed. Empty where
/// there is none.
///
/// body_unsupported where a request's body, or a part of it, is of another kind and its sender requires that
/// it be understood; who got a response or an ACK can refuse nothing (RFC 3261 20.11). multipart_bad where
/// the body is malformed or holds two parts of the kind.
Result<std::string_view> find_part(const Message& message, const PartKind& kind);

}  // namespace sbc::sip
