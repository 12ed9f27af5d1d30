#include "tests/sbc/transaction/fixture.h"

namespace sbc::transaction {
namespace {

using namespace std::chrono_literals;
using sip::Method;

class ServerTransactionsTest : public TransactionsTest {
 protected:
  lane::Handle begin(const sip::Message& message) { return servers_.begin(message, peer_); }
  void respond(lane::Handle handle, int status, std::string_view text) {
    servers_.respond(handle, status, out_.put(text), context());
  }
};

// RFC 3261 17.2.1: G repeats, H gives up
TEST_F(ServerTransactionsTest, FailureIsRepeatedUntilNobodyAcknowledges) {
  respond(begin(request("INVITE")), 486, "busy");
  EXPECT_EQ(out_.sent.size(), 1u);
  pass(32s);
  EXPECT_EQ(out_.sent.size(), 11u);  // after 0.5, 1.5, 3.5, 7.5 and every 4 s
  expect_idle();
}

// RFC 3261 17.2.3: an ACK belongs to the INVITE with its branch
TEST_F(ServerTransactionsTest, AckOfAFailureStopsItAndIsAbsorbed) {
  respond(begin(request("INVITE")), 486, "busy");
  lane::Handle found = servers_.find(request("ACK"), peer_, Method::invite);
  ASSERT_TRUE(found);
  EXPECT_TRUE(servers_.acknowledge(found, context()));
  pass(5s);
  EXPECT_EQ(out_.sent.size(), 1u);
  expect_idle();
}

// RFC 3261 17.2.3
TEST_F(ServerTransactionsTest, MatchNeedsBranchSentByMethodRealmAndAddress) {
  ASSERT_TRUE(begin(request("INVITE")));
  EXPECT_TRUE(servers_.find(request("INVITE"), peer_, Method::invite));
  EXPECT_FALSE(servers_.find(request("INVITE", "z9hG4bKb"), peer_, Method::invite));
  EXPECT_FALSE(servers_.find(request("CANCEL"), peer_, Method::cancel));
  EXPECT_TRUE(servers_.find(request("CANCEL"), peer_, Method::invite));
  Transport other = peer_;
  other.realm = RealmId(1);
  EXPECT_FALSE(servers_.find(request("INVITE"), other, Method::invite));
  other = peer_;
  other.remote.address = IpAddress::v4(192, 0, 2, 10);
  EXPECT_FALSE(servers_.find(request("CANCEL"), other, Method::invite));
}

// RFC 3261 17.2.3: peers of RFC 2543 have no magic cookie
TEST_F(ServerTransactionsTest, OldPeersMatchByTheWholeRequest) {
  ASSERT_TRUE(begin(request("INVITE", "1")));
  EXPECT_TRUE(servers_.find(request("ACK", "1"), peer_, Method::invite));
  EXPECT_FALSE(servers_.find(request("ACK", "2"), peer_, Method::invite));
}

// RFC 3261 17.2.2, timer J
TEST_F(ServerTransactionsTest, RepeatedRequestBringsTheSameResponse) {
  lane::Handle handle = begin(request("BYE"));
  respond(handle, 200, "fine");
  pass(31s);
  servers_.repeat(handle, context());
  ASSERT_EQ(out_.sent.size(), 2u);
  EXPECT_EQ(out_.sent[1].bytes, "fine");
  pass(1s);
  expect_idle();
}

// RFC 4320 4.1
TEST_F(ServerTransactionsTest, RequestThatIsAnsweredLaterIsToldToWait) {
  lane::Handle handle = servers_.begin_waiting(request("INFO"), peer_, context());
  pass(3s);
  EXPECT_TRUE(out_.sent.empty());
  pass(1s);
  ASSERT_EQ(out_.sent.size(), 1u);
  EXPECT_TRUE(out_.sent[0].bytes.starts_with("SIP/2.0 100 Trying\r\nVia: "));
  EXPECT_TRUE(servers_.awaits_final(handle));
  respond(handle, 200, "fine");
  EXPECT_EQ(out_.sent[1].bytes, "fine");
  pass(40s);
  EXPECT_EQ(out_.sent.size(), 2u);
  expect_idle();
}

// RFC 4320 4.2
TEST_F(ServerTransactionsTest, RequestThatNobodyAnswersIsAbsorbed) {
  lane::Handle handle = servers_.begin_waiting(request("INFO"), peer_, context());
  servers_.leave_unanswered(handle, context());
  servers_.repeat(handle, context());
  pass(31s);
  EXPECT_TRUE(servers_.find(request("INFO"), peer_, Method::info));
  pass(2s);
  expect_idle();
  EXPECT_TRUE(out_.sent.empty());
}

// RFC 6026 7.1: the 2xx is the transaction user's to repeat
TEST_F(ServerTransactionsTest, SuccessIsRepeatedOnDemandUntilSettled) {
  lane::Handle handle = begin(request("INVITE"));
  respond(handle, 200, "yes");
  servers_.repeat(handle, context());
  EXPECT_EQ(out_.sent.size(), 1u);
  servers_.resend_success(handle, context());
  EXPECT_EQ(out_.sent.size(), 2u);
  servers_.settle(handle);
  EXPECT_EQ(slab_.kept_bytes(), 0u);
  pass(32s);
  expect_idle();
}

// RFC 3261 8.2.2.2
TEST_F(ServerTransactionsTest, SameRequestByAnotherPathIsMergedWhileTheFirstIsAlive) {
  lane::Handle first = begin(request("INVITE"));
  EXPECT_TRUE(servers_.is_merged(request("INVITE", "z9hG4bKother"), peer_));
  respond(first, 503, "no");
  EXPECT_FALSE(servers_.is_merged(request("INVITE", "z9hG4bKother"), peer_));
  pass(32s);
  expect_idle();
}

TEST_F(ServerTransactionsTest, OneTooManyIsRefused) {
  for (uint32_t i = 0; i < capacity; ++i) ASSERT_TRUE(begin(request("BYE", "z9hG4bK" + std::to_string(i))));
  EXPECT_FALSE(begin(request("BYE", "z9hG4bKmore")));
  check();
}

}  // namespace
}  // namespace sbc::transaction
