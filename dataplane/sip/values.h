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

/// From, To, Contact, Route, Record-Route, Refer-To (one element).
struct NameAddr {
  std::string_view display;  // as written: with its quotes if quoted; empty when none
  Uri uri;
  std::string_view parameters;  // header parameters, without the first ';'
  std::string_view tag_value;

  void clear() {
    display = parameters = tag_value = {};
    uri.clear();
  }

  std::string_view tag() const { return tag_value; }  // empty when absent
};
/// Without angle brackets, everything after ';' belongs to the header, not to the URI (RFC 3261 20.10).
/// "*" (Contact) is refused with uri_bad.
Reason parse_name_addr(std::string_view value, NameAddr& result);
/// The same for all that the cursor has before it, trimmed; so with the others below.
Reason read_name_addr(Cursor cursor, NameAddr& result, Deviations& deviations);

struct Via {
  std::string_view text;       // the whole element
  std::string_view transport;  // "UDP"
  std::string_view host;       // sent-by; IPv6 with its brackets
  uint16_t port = 0;           // 0 = not given
  std::string_view parameters;
  std::string_view branch;  // empty when absent

  void clear() {
    text = transport = host = parameters = branch = {};
    port = 0;
  }

  bool has_magic_cookie() const;  // branch starts with z9hG4bK and has more than that
};
Reason parse_via(std::string_view element, Via& via);
Reason read_via(Cursor cursor, Via& via, Deviations& deviations);

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
