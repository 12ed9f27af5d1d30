// Message: a SIP message as a view over the packet's own bytes (RFC 3261, RFC 4475's lessons).
//
// Two steps: read() finds start line and fields (Head), which is all that steering and signatures need;
// interpret() checks once what everybody relies on, and interprets it. Everything else is interpreted on
// demand. Fixed bounds, no allocation, no recursion, no copy: every string_view points into the bytes given
// to read(), which must outlive the Message (folded values included: folding is seen as it stands in the
// bytes, Writer::unfolded() flattens it).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "config/types/message_limits.h"
#include "config/types/result.h"
#include "dataplane/sip/head.h"
#include "dataplane/sip/header.h"
#include "dataplane/sip/list.h"
#include "dataplane/sip/method.h"
#include "dataplane/sip/uri.h"
#include "dataplane/sip/values.h"

namespace sbc::sip {

class Message {
 public:
  static constexpr size_t fields_max = Head::fields_max;
  static constexpr size_t vias_max = 64;

  Message() {}

  /// The first step: from now on head() is this message's. The limits are kept for the second one.
  Kind read(std::string_view bytes, const MessageLimits& limits);
  /// The second step, of what read() was given. On failure `*this` still answers what could be read
  /// (is_request, vias, call_id, …), so that a rejection can be written from it where answerable() holds.
  ///
  /// Reason::none means: start line well formed and SIP/2.0; exactly one From, To, Call-ID, CSeq and at least
  /// one Via, each well formed; CSeq's method is the request's; Content-Length absent, or within the datagram
  /// (bytes beyond it are ignored, RFC 3261 18.3) and not contradicting itself; no bare CR, bare LF or NUL in
  /// a header; nothing beyond the limits, no deviation that they refuse.
  Reason interpret();
  /// Both, of one datagram.
  Reason parse(std::string_view bytes, const MessageLimits& limits = {});

  /// A request of which enough was read for a stateless response: Via (with a sent-by), From, To, Call-ID,
  /// CSeq; not an ACK. Their values may be malformed and are then echoed as they stand, unfolded.
  bool answerable() const;

  bool is_request() const { return is_request_; }
  Method method() const { return method_; }  // of the request, or of a response's CSeq
  std::string_view method_text() const { return is_request_ ? method_text_ : cseq_.method_text; }
  std::string_view request_uri_text() const { return request_uri_text_; }
  const Uri& request_uri() const { return request_uri_; }
  int status() const { return status_; }  // 100..699; 0 for a request
  std::string_view reason_phrase() const { return reason_phrase_; }

  std::string_view call_id() const { return head_.call_id(); }
  const NameAddr& from() const { return from_; }
  const NameAddr& to() const { return to_; }
  const CSeq& cseq() const { return cseq_; }
  /// Topmost first.
  std::span<const Via> vias() const { return {vias_.array.data(), via_count_}; }
  const Via& top_via() const { return via_count_ > 0 ? vias_.array[0] : no_via; }
  std::optional<uint32_t> max_forwards() const { return max_forwards_; }
  std::string_view body() const { return body_; }
  std::string_view bytes() const { return head_.bytes(); }
  const Head& head() const { return head_; }
  /// What strays from the grammar and was taken nevertheless, or is the reason for deviation_refused.
  Deviations deviations() const { return deviations_; }

  std::span<const Field> fields() const { return head_.fields(); }
  /// The first field of this kind, or null.
  const Field* find(Header id) const { return head_.find(id); }
  std::string_view value(Header id) const {  // empty when absent
    const Field* field = find(id);
    return field ? field->value : std::string_view{};
  }
  bool has(Header id) const { return head_.has(id); }
  /// True when a comma-separated list header (Supported, Require, Allow, …) holds this token, in any case.
  bool list_has(Header id, std::string_view token) const;

  /// Calls `visit(cursor)` for each element of the comma-separated values of all fields of this kind, in
  /// order: a cursor over the element, trimmed; not for empty ones. `visit` returns false to stop.
  template <class Visit>
  void each_element_of(Header id, Visit&& visit) const;
  /// The same, read as name-addr: `visit(name_addr, reason)`, as read_listed_name_addr() gives them.
  template <class Visit>
  void each_name_addr(Header id, Visit&& visit) const;

 private:
  friend class MessageParser;
  void clear_values();
  static const Via no_via;

  Head head_;
  MessageLimits limits_;
  bool is_request_ = false;
  Method method_ = Method::unknown;
  uint16_t status_ = 0;
  uint16_t via_count_ = 0;
  Deviations deviations_;
  std::string_view method_text_, request_uri_text_, reason_phrase_, body_;
  Uri request_uri_;
  NameAddr from_, to_;
  CSeq cseq_;
  std::optional<uint32_t> max_forwards_;
  // Written before read, up to via_count_.
  union Vias {
    Vias() {}
    std::array<Via, vias_max> array;
  } vias_;
};

template <class Visit>
void Message::each_element_of(Header id, Visit&& visit) const {
  for (const Field* field = find(id); field != nullptr; field = head_.next(*field)) {
    for (Cursor rest = head_.cursor(field->value); !rest.done();) {
      Cursor element = take_element(rest);
      if (!element.done() && !visit(element)) return;
    }
  }
}

template <class Visit>
void Message::each_name_addr(Header id, Visit&& visit) const {
  const Field* field = find(id);
  if (field == nullptr) return;
  NameAddr value;
  for (; field != nullptr; field = head_.next(*field)) {
    for (Cursor rest = head_.cursor(field->value); !rest.done();) {
      rest.skip_space();
      if (rest.take(',') || rest.done()) continue;
      Deviations deviations;
      Taken taken = read_listed_name_addr(rest, value, deviations);
      if (!visit(std::as_const(value), taken.reason)) return;
      rest.move_to(taken.end);
    }
  }
}

}  // namespace sbc::sip
