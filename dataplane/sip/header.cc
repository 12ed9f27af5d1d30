#include "dataplane/sip/header.h"

#include <array>
#include <cstddef>

#include "dataplane/sip/text.h"

namespace sbc::sip {
namespace {

struct Row {
  Header header;
  std::string_view name;
};

constexpr std::array<Row, size_t(Header::count_)> rows{{
    {Header::other, ""},
    {Header::accept, "Accept"},
    {Header::allow, "Allow"},
    {Header::call_id, "Call-ID"},
    {Header::contact, "Contact"},
    {Header::content_disposition, "Content-Disposition"},
    {Header::content_encoding, "Content-Encoding"},
    {Header::content_length, "Content-Length"},
    {Header::content_type, "Content-Type"},
    {Header::cseq, "CSeq"},
    {Header::date, "Date"},
    {Header::event, "Event"},
    {Header::expires, "Expires"},
    {Header::from, "From"},
    {Header::max_forwards, "Max-Forwards"},
    {Header::min_se, "Min-SE"},
    {Header::p_asserted_identity, "P-Asserted-Identity"},
    {Header::priority, "Priority"},
    {Header::privacy, "Privacy"},
    {Header::proxy_require, "Proxy-Require"},
    {Header::reason, "Reason"},
    {Header::record_route, "Record-Route"},
    {Header::refer_to, "Refer-To"},
    {Header::require, "Require"},
    {Header::retry_after, "Retry-After"},
    {Header::route, "Route"},
    {Header::rseq, "RSeq"},
    {Header::rack, "RAck"},
    {Header::server, "Server"},
    {Header::session_expires, "Session-Expires"},
    {Header::subject, "Subject"},
    {Header::supported, "Supported"},
    {Header::to, "To"},
    {Header::unsupported, "Unsupported"},
    {Header::user_agent, "User-Agent"},
    {Header::via, "Via"},
    {Header::warning, "Warning"},
}};
static_assert(
    [] {
      for (size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].header != Header(i)) return false;
      }
      return true;
    }(),
    "the rows stand in the order of Header");

constexpr size_t length_max = 19;

// The headers in order of their names' lengths; those of length n are [begin[n], begin[n + 1]).
struct ByLength {
  std::array<Header, size_t(Header::count_)> headers{};
  std::array<uint8_t, length_max + 2> begin{};
};

constexpr ByLength by_length = [] {
  ByLength table;
  uint8_t next = 0;
  for (size_t length = 1; length <= length_max; ++length) {
    table.begin[length] = next;
    for (size_t i = 1; i < rows.size(); ++i) {
      if (rows[i].name.size() == length) table.headers[next++] = Header(i);
    }
  }
  table.begin[length_max + 1] = next;
  return table;
}();
static_assert(by_length.begin[length_max + 1] == rows.size() - 1, "a name is longer than length_max");

// RFC 3261 7.3.3, and 3515, 4028, 6665 for r, x and o.
Header compact(char letter) {
  switch (lower(letter)) {
    case 'c':
      return Header::content_type;
    case 'e':
      return Header::content_encoding;
    case 'f':
      return Header::from;
    case 'i':
      return Header::call_id;
    case 'k':
      return Header::supported;
    case 'l':
      return Header::content_length;
    case 'm':
      return Header::contact;
    case 'o':
      return Header::event;
    case 'r':
      return Header::refer_to;
    case 's':
      return Header::subject;
    case 't':
      return Header::to;
    case 'v':
      return Header::via;
    case 'x':
      return Header::session_expires;
    default:
      return Header::other;
  }
}

}  // namespace

Header header_of(std::string_view name) {
  if (name.size() == 1) return compact(name[0]);
  if (name.empty() || name.size() > length_max) return Header::other;
  for (size_t i = by_length.begin[name.size()]; i < by_length.begin[name.size() + 1]; ++i) {
    Header header = by_length.headers[i];
    if (equal_ignoring_case(rows[size_t(header)].name, name)) return header;
  }
  return Header::other;
}

std::string_view text_of(Header header) { return rows[size_t(header)].name; }

}  // namespace sbc::sip
