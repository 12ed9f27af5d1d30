// SDP: parsing, reading and writing allocate nothing.
#include <array>
#include <string>

#include <gtest/gtest.h>

#include "dataplane/sdp/session.h"
#include "dataplane/sdp/t38.h"
#include "dataplane/sdp/writer.h"
#include "tests/allocation/trap/trap.h"
#include "tests/dataplane/sdp/every_reader.h"

namespace sbc::sdp {
namespace {

TEST(SdpAllocation, ParsingReadingAndWritingNeedNone) {
  std::string text =
      "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
      "m=audio 51372 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP6 "
      "2001:db8::1\r\nb=AS:64\r\na=mid:0\r\na=T38FaxVersion:0\r\n"
      "a=candidate:842163049 1 udp 1686052607 203.0.113.41 51372 typ srflx raddr 192.168.1.23 rport 51372\r\n"
      "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:4\r\n"
      "a=fingerprint:sha-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB\r\n"
      "a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\na=simulcast:send 1;~4 recv "
      "2,3\r\n";
  std::array<char, 4096> out;
  static Session session;
  Reason reason = Reason::none;
  size_t seen = 0;
  bool fax = false, rejected = true;
  Writer writer(out);
  {
    AllocationTrap trap;
    reason = session.parse(text);
    for (const Line& line : session.lines()) {
      read_with_every_reader(line.type == 'a' ? line.attribute_value() : line.value,
                             [&](std::string_view part) { seen += part.size(); });
    }
    fax = parse_t38(session.lines()).has_value();
    rejected = is_rejected(session, session.media()[0]);
    for (const Line& line : session.lines()) writer.kept(line);
    writer.origin(1, 2, session.media()[0].address);
  }

  EXPECT_EQ(reason, Reason::none);
  EXPECT_TRUE(fax && !rejected && !writer.overflowed());
  EXPECT_GT(seen, 100u);
}

}  // namespace
}  // namespace sbc::sdp
