// The points that RFC 5118 makes about SDP, with the project's own messages.
#include <gtest/gtest.h>

#include "dataplane/sdp/session.h"
#include "tests/torture/message.h"

namespace sbc::sdp {
namespace {

class Torture : public testing::Test {
 protected:
  /// The description in a message's body.
  void read(const char* name) {
    message = torture::message(name);
    size_t head = message.find("\r\n\r\n");
    ASSERT_NE(head, message.npos);
    ASSERT_EQ(session.parse(std::string_view(message).substr(head + 4)), Reason::none);
    ASSERT_EQ(session.media().size(), 2u);
  }

  std::string message;
  Session session;
};

TEST_F(Torture, Rfc5118_4_6_Ipv6Addresses) {
  read("rfc5118/4.6_sdp");
  for (const Media& media : session.media()) EXPECT_EQ(media.address, IpAddress::parse("2001:db8:a::10"));
}

TEST_F(Torture, Rfc5118_4_8_BothFamilies) {
  read("rfc5118/4.8_sdp_families");
  EXPECT_EQ(session.media()[0].address, IpAddress::v4(192, 0, 2, 1));
  EXPECT_EQ(session.media()[1].address, IpAddress::parse("2001:db8::1"));
}

TEST_F(Torture, Rfc5118_4_9_MappedAddresses) {
  read("rfc5118/4.9_mapped");
  for (const Media& media : session.media()) EXPECT_EQ(media.address, IpAddress::parse("::ffff:192.0.2.2"));
}

}  // namespace
}  // namespace sbc::sdp
