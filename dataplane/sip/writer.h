// Writer: composes a SIP message into a span, in one pass. What it writes is canonical: full header names,
// CRLF, one space, no folding.
//
// A write past the end sets overflowed() and writes nothing more; the caller checks once at the end.
#pragma once

#include <cstdint>
#include <string_view>

#include "dataplane/bytes/text_writer.h"
#include "dataplane/sip/header.h"
#include "dataplane/sip/method.h"

namespace sbc::sip {

class Writer : public TextWriter<Writer> {
 public:
  using TextWriter::TextWriter;

  /// Flattens folding: each run of CR, LF, SP, HT that holds a line break becomes one space.
  Writer& unfolded(std::string_view value);

  /// NameAddr::display: as it stands where it is quoted or made of tokens; quoted where the sender forgot to,
  /// so that what we tolerate does not spread (RFC 4475 3.1.2.15).
  Writer& display(std::string_view as_read);

  Writer& request_line(std::string_view method, std::string_view uri);
  Writer& status_line(int status, std::string_view reason);
  /// "Name: " — follow with text()… and end_line(). Never for Header::other.
  Writer& name(Header header);
  Writer& header(Header id, std::string_view value) { return name(id).unfolded(value).end_line(); }
  /// A field of any name, which must be a token: one that parse() gave.
  Writer& header(std::string_view as_named, std::string_view value) {
    return text(as_named).text(": ").unfolded(value).end_line();
  }
  Writer& header(Header id, uint64_t value) { return name(id).number(value).end_line(); }
  /// Content-Length, the empty line, the body.
  Writer& body(std::string_view content);
};

/// RFC 3261 21's phrase for a status.
std::string_view phrase_of(int status);

}  // namespace sbc::sip
