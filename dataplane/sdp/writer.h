// Writer: composes a session description into a span, in one pass, from new values and lines kept of another
// one. What it writes is canonical: CRLF, attributes spelt as registered.
//
// A write past the end sets overflowed() and writes nothing more; the caller checks once at the end.
#pragma once

#include <cstdint>
#include <string_view>

#include "config/types/address.h"
#include "dataplane/bytes/text_writer.h"
#include "dataplane/sdp/line.h"

namespace sbc::sdp {

class Writer : public TextWriter<Writer> {
 public:
  using TextWriter::TextWriter;

  /// "IN IP4 192.0.2.1".
  Writer& address(const IpAddress& address) {
    return text(address.is_v4() ? "IN IP4 " : "IN IP6 ").text(AddressText(address));
  }
  /// The o= line, without a user's name (RFC 8866 5.2).
  Writer& origin(uint64_t session_id, uint64_t version, const IpAddress& from) {
    return text("o=- ").number(session_id).text(" ").number(version).text(" ").address(from).end_line();
  }
  Writer& connection(const IpAddress& to) { return text("c=").address(to).end_line(); }
  /// `value` holds no line break: it is ours, or one that Session::parse() gave.
  Writer& line(char type, std::string_view value) {
    char head[]{type, '='};
    return text({head, sizeof head}).text(value).end_line();
  }
  Writer& attribute(AttributeName name) { return text("a=").text(text_of(name)).end_line(); }
  Writer& attribute(AttributeName name, std::string_view value) {
    return text("a=").text(text_of(name)).text(":").text(value).end_line();
  }
  /// A line as it was read. k= is not written: it is obsolete (RFC 8866 5.12).
  Writer& kept(const Line& line);
};

}  // namespace sbc::sdp
