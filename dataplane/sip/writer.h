// Writer: composes a SIP message into a span, in one pass. What it writes is canonical: full header names,
// CRLF, one space, no folding.
//
// A write past the end sets overflowed() and writes nothing more; the caller checks once at the end.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "dataplane/sip/header.h"
#include "dataplane/sip/method.h"

namespace sbc::sip {

class Writer {
 public:
  explicit Writer(std::span<char> out) : begin_(out.data()), at_(out.data()), end_(out.data() + out.size()) {}

  Writer& text(std::string_view bytes) {
    if (size_t(end_ - at_) < bytes.size()) {
      overflowed_ = true;
      end_ = at_;
      return *this;
    }
    if (!bytes.empty()) std::memcpy(at_, bytes.data(), bytes.size());
    at_ += bytes.size();
    return *this;
  }
  Writer& number(uint64_t value) {
    char digits[20];
    auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
    return text({digits, size_t(end - digits)});
  }
  /// Flattens folding: each run of CR, LF, SP, HT that holds a line break becomes one space.
  Writer& unfolded(std::string_view value);

  /// NameAddr::display: as it stands where it is quoted or made of tokens; quoted where the sender forgot to,
  /// so that what we tolerate does not spread (RFC 4475 3.1.2.15).
  Writer& display(std::string_view as_read);

  Writer& request_line(std::string_view method, std::string_view uri);
  Writer& status_line(int status, std::string_view reason);
  /// "Name: " — follow with text()… and end_line(). Never for Header::other.
  Writer& name(Header header);
  Writer& end_line() { return text("\r\n"); }
  Writer& header(Header id, std::string_view value) { return name(id).unfolded(value).end_line(); }
  /// A field of any name, which must be a token: one that parse() gave.
  Writer& header(std::string_view as_named, std::string_view value) {
    return text(as_named).text(": ").unfolded(value).end_line();
  }
  Writer& header(Header id, uint64_t value) { return name(id).number(value).end_line(); }
  /// Content-Length, the empty line, the body.
  Writer& body(std::string_view content);

  std::string_view written() const { return {begin_, size_t(at_ - begin_)}; }
  bool overflowed() const { return overflowed_; }

 private:
  char* begin_;
  char* at_;
  char* end_;
  bool overflowed_ = false;
};

/// RFC 3261 21's phrase for a status.
std::string_view phrase_of(int status);

}  // namespace sbc::sip
