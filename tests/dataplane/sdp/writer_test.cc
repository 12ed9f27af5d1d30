#include "dataplane/sdp/writer.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "dataplane/sdp/session.h"

namespace sbc::sdp {
namespace {

TEST(Writer, ComposesLinesOfNewValues) {
  std::array<char, 512> out;
  Writer writer(out);
  writer.line('v', "0").origin(18446744073709551615u, 7, IpAddress::v4(192, 0, 2, 1)).line('s', "-");
  writer.connection(*IpAddress::parse("2001:db8::1"))
      .attribute(AttributeName::rtcp_mux)
      .attribute(AttributeName::ptime, "20");
  EXPECT_EQ(writer.written(),
            "v=0\r\no=- 18446744073709551615 7 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP6 "
            "2001:db8::1\r\na=rtcp-mux\r\na=ptime:20\r\n");
  EXPECT_FALSE(writer.overflowed());
}

TEST(Writer, KeptLinesAreCanonicalAndNeverKeys) {
  std::string text =
      "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nk=clear:x\ny=1\na=SENDONLY\na=t38faxversion:0\na=X-Own:B\nm=audio "
      "1 RTP/AVP 0\n";
  Session session;
  ASSERT_EQ(session.parse(text), Reason::none);
  std::array<char, 512> out;
  Writer writer(out);
  for (const Line& line : session.lines()) writer.kept(line);
  EXPECT_EQ(
      writer.written(),
      "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\ny=1\r\na=sendonly\r\na=T38FaxVersion:0\r\na=X-Own:B\r\n"
      "m=audio 1 RTP/AVP 0\r\n");
}

TEST(Writer, StopsAtTheEndAndTells) {
  const std::string whole = "o=- 1 2 IN IP4 192.0.2.1\r\n";
  for (size_t size = 0; size <= whole.size(); ++size) {
    std::string out(size, '#');
    Writer writer(out);
    writer.origin(1, 2, IpAddress::v4(192, 0, 2, 1));
    EXPECT_EQ(writer.overflowed(), size < whole.size());
    EXPECT_TRUE(whole.starts_with(writer.written()));
  }
}

}  // namespace
}  // namespace sbc::sdp
