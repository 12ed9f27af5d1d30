#include "policy/topology/sipfrag.h"

#include <gtest/gtest.h>

namespace sbc::policy {
namespace {

// RFC 3420 3, RFC 3515 2.4.5
TEST(Sipfrag, TellsTheStatus) {
  EXPECT_EQ(fragment_status("message/sipfrag", "SIP/2.0 100 Trying\r\n"), 100);
  EXPECT_EQ(fragment_status("Message/Sipfrag;version=2.0", "SIP/2.0 603 Decline at 10.1.2.3\r\nTo: x\r\n"),
            603);
  EXPECT_EQ(fragment_status("message/sipfrag", "sip/2.0 200"), 200);
  EXPECT_EQ(fragment_status("message/sipfrag", "SIP/2.0 699\r\n"), 699);
}

TEST(Sipfrag, NothingElseIsOne) {
  for (std::string_view body :
       {"", "SIP/2.0 ", "SIP/2.0 99 x", "SIP/2.0 700 x", "SIP/2.0 2000 OK", "SIP/2.0 20", "SIP/2.0 2x0 OK",
        "SIP/3.0 200 OK", "INVITE sip:a@b SIP/2.0", "From: a"})
    EXPECT_EQ(fragment_status("message/sipfrag", body), std::nullopt) << body;
  EXPECT_EQ(fragment_status("message/sip", "SIP/2.0 200 OK"), std::nullopt);
  EXPECT_EQ(fragment_status("", "SIP/2.0 200 OK"), std::nullopt);
}

}  // namespace
}  // namespace sbc::policy
