// Structured header values: name-addr (From, To, Contact, Route, …), Via, CSeq. Views into the message.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "config/types/result.h"
#include "dataplane/sip/cursor.h"
#include "dataplane/sip/method.h"
#include "dataplane/sip/uri.h"

namespace sbc::sip {

/// How reading an element of a list ended, and where: at its comma, or at the list's end.
struct Taken {
  Reason reason;
  uint32_t end;
};

/// From, To, Contact, Route, Record-Route, Refer-To (one element).
struct NameAddr {
  std::string_view display;  // as written: with its quotes if quoted; empty when none
  Uri uri;
  std::string_view parameters;  // header parameters, without the first ';'
  std::string_view tag_value;

  void clear() {  // see Uri::clear()
    display = {};
    uri.clear();
    parameters = {};
    tag_value = {};
  }

  std::string_view tag() const { return tag_value; }  // empty when absent
};
/// Without angle brackets, everything after ';' belongs to the header, not to the URI (RFC 3261 20.10).
/// "*" (Contact) is refused with uri_bad.
Reason parse_name_addr(std::string_view value, NameAddr& result);
/// The same for all that the cursor has before it, trimmed; so with the others below.
Reason read_name_addr(Cursor cursor, NameAddr& result, Deviations& deviations);
/// The same for the element of a comma-separated list that the cursor is at; trimmed.
Taken read_listed_name_addr(Cursor list, NameAddr& result, Deviations& deviations);

struct Via {
  std::string_view text;       // the whole element
  std::string_view transport;  // "UDP"
  std::string_view host;       // sent-by; IPv6 with its brackets
  uint16_t port = 0;           // 0 = not given
  std::string_view parameters;
  std::string_view branch;  // empty when absent

  void clear() {  // see Uri::clear()
    text = {};
    transport = {};
    host = {};
    port = 0;
    parameters = {};
    branch = {};
  }

  bool has_magic_cookie() const;  // branch starts with z9hG4bK and has more than that
};
Reason parse_via(std::string_view element, Via& via);
/// Of the element of a comma-separated list that the cursor is at, which may begin with white space.
Taken read_via(Cursor list, Via& via, Deviations& deviations);

struct CSeq {
  uint32_t number = 0;
  Method method = Method::unknown;
  std::string_view method_text;
};
Reason parse_cseq(std::string_view value, CSeq& cseq);
Reason read_cseq(Cursor cursor, CSeq& cseq);

/// An unsigned decimal that fits; nullopt otherwise.
std::optional<uint32_t> parse_number(std::string_view text);

}  // namespace sbc::sip
