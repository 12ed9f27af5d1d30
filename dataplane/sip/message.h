// Message: a SIP message as a view over the packet's own bytes (RFC 3261, RFC 4475's lessons).
//
// parse() indexes lines, then header fields, and checks once what everybody relies on; values are interpreted
// on demand. Fixed bounds, no allocation, no recursion, no copy: every string_view points into the bytes
// given to parse(), which must outlive the Message (folded values included: folding is seen as it stands in
// the bytes, unfolded() flattens it when writing).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "config/types/message_limits.h"
#include "config/types/result.h"
#include "dataplane/sip/header.h"
#include "dataplane/sip/method.h"
#include "dataplane/sip/uri.h"
#include "dataplane/sip/values.h"

namespace sbc::sip {

struct Field {
  Header id = Header::other;
  std::string_view name;   // as written
  std::string_view value;  // without leading and trailing white space; may hold folding
};

class Message {
 public:
  static constexpr size_t fields_max = 256;

  Message() {}

  /// One datagram. On failure `*this` still answers what could be read (is_request, vias, call_id, …), so
  /// that a rejection can be written from it where answerable() holds.
  ///
  /// Reason::none means: start line well formed and SIP/2.0; exactly one From, To, Call-ID, CSeq and at least
  /// one Via, each well formed; CSeq's method is the request's; Content-Length absent, or within the datagram
  /// (bytes beyond it are ignored, RFC 3261 18.3) and not contradicting itself; no bare CR, bare LF or NUL in
  /// a header.
  Reason parse(std::string_view bytes, const MessageLimits& limits = {});

  /// A request of which enough was read for a stateless response: Via (with a sent-by), From, To, Call-ID,
  /// CSeq; not an ACK. Their values may be malformed and are then echoed as they stand, unfolded.
  bool answerable() const;

  bool is_request() const { return is_request_; }
  Method method() const { return method_; }  // of the request, or of a response's CSeq
  std::string_view method_text() const { return method_text_; }
  std::string_view request_uri_text() const { return request_uri_text_; }
  const Uri& request_uri() const { return request_uri_; }
  int status() const { return status_; }  // 100..699; 0 for a request
  std::string_view reason_phrase() const { return reason_phrase_; }

  std::string_view call_id() const { return call_id_; }
  const NameAddr& from() const { return from_; }
  const NameAddr& to() const { return to_; }
  const CSeq& cseq() const { return cseq_; }
  const Via& top_via() const { return top_via_; }
  std::optional<uint32_t> max_forwards() const { return max_forwards_; }
  std::string_view body() const { return body_; }
  std::string_view bytes() const { return bytes_; }
  /// What strays from the grammar and was taken nevertheless.
  Deviations deviations() const { return deviations_; }

  std::span<const Field> fields() const { return {table_.fields.data(), field_count_}; }
  /// The first field of this kind, or null.
  const Field* find(Header id) const;
  std::string_view value(Header id) const;  // empty when absent
  bool has(Header id) const { return find(id) != nullptr; }
  /// True when a comma-separated list header (Supported, Require, Allow, …) holds this token, in any case.
  bool list_has(Header id, std::string_view token) const;

 private:
  friend class MessageParser;

  bool is_request_ = false;
  Method method_ = Method::unknown;
  uint16_t status_ = 0;
  uint16_t field_count_ = 0;
  std::string_view bytes_, method_text_, request_uri_text_, reason_phrase_, call_id_, body_;
  Uri request_uri_;
  NameAddr from_, to_;
  CSeq cseq_;
  Via top_via_;
  std::optional<uint32_t> max_forwards_;
  Deviations deviations_;
  std::array<uint16_t, size_t(Header::count_)>
      first_{};  // 1 + index of the first field of each kind; 0 = none
  // Written before read, up to field_count_: clearing 10 KB per message would cost more than parsing does.
  union Table {
    Table() {}
    std::array<Field, fields_max> fields;
  } table_;
};

/// The Call-ID's value for steering, found without a full parse; empty when there is none or two that differ.
/// The one routine for this: Message::parse() uses it too, so steering and parsing cannot disagree.
std::string_view find_call_id(std::string_view bytes);

/// Calls `visit(element)` for each element of a comma-separated value, quotes and angle brackets respected.
/// `visit` returns false to stop.
template <class Visit>
void each_element(std::string_view value, Visit&& visit);

}  // namespace sbc::sip

#include "dataplane/sip/list.h"
