#include <array>

#include "config/types/check.h"
#include "dataplane/sip/message.h"
#include "dataplane/sip/writer.h"
#include "tests/fuzz/targets.h"

namespace sbc::fuzz {
namespace {

using sip::Header;
using sip::Message;
using sip::Writer;

using Buffer = std::array<char, 65536>;

std::string_view write(const Message& m, Buffer& out) {
  Writer writer(out);
  if (m.is_request()) {
    writer.request_line(m.method_text(), m.request_uri_text());
  } else {
    writer.status_line(m.status(), m.reason_phrase());
  }
  for (const sip::Field& field : m.fields()) {
    if (field.id == Header::content_length) continue;
    if (field.id == Header::other) {
      writer.header(field.name, field.value);
    } else {
      writer.header(field.id, field.value);
    }
  }
  writer.body(m.body());
  SBC_CHECK(!writer.overflowed());
  return writer.written();
}

}  // namespace

void round_trip(std::string_view bytes) {
  static Buffer first_bytes, second_bytes;
  const MessageLimits wide = MessageLimits::none();
  Message read;
  if (read.parse(bytes) != Reason::none) return;
  std::string_view first = write(read, first_bytes);
  Message again;
  SBC_CHECK(again.parse(first, wide) == Reason::none);
  SBC_CHECK(again.body() == read.body() && again.call_id() == read.call_id());
  SBC_CHECK(again.method_text() == read.method_text() && again.status() == read.status());
  SBC_CHECK(again.cseq().number == read.cseq().number && again.from().tag() == read.from().tag());
  SBC_CHECK(again.top_via().branch == read.top_via().branch && again.top_via().port == read.top_via().port);
  SBC_CHECK(write(again, second_bytes) == first);
}

}  // namespace sbc::fuzz
