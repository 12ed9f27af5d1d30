// Parsing and writing allocate nothing.
#include <array>

#include <gtest/gtest.h>

#include "dataplane/sip/message.h"
#include "dataplane/sip/writer.h"
#include "tests/dataplane/sip/allocations.h"
#include "tests/dataplane/sip/sample.h"

namespace sbc::sip {
namespace {

TEST(Allocation, ParsingAndWritingAnInviteNeedsNone) {
  std::string bytes = phone_invite();
  std::array<char, 4096> out;
  size_t before = allocations();
  Message m;
  Reason reason = m.parse(bytes);
  std::string_view call_id = find_call_id(bytes);
  bool timer = m.list_has(Header::supported, "timer");
  Writer writer(out);
  writer.request_line(m.method_text(), m.request_uri_text());
  for (const Field& field : m.fields()) {
    if (field.id != Header::content_length) writer.header(field.id, field.value);
  }
  writer.body(m.body());
  EXPECT_EQ(allocations(), before);

  EXPECT_EQ(reason, Reason::none);
  EXPECT_EQ(call_id, m.call_id());
  EXPECT_TRUE(timer && !writer.overflowed());
  EXPECT_EQ(writer.written().size(), bytes.size());
}

TEST(Allocation, IsCounted) {
  size_t before = allocations();
  std::string text(1000, 'x');
  EXPECT_GT(allocations(), before) << text;
}

}  // namespace
}  // namespace sbc::sip
