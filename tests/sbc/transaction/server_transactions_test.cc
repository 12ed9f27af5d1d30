#include "sbc/transaction/reply.h"
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
  /// A response as it is written to this request.
  std::string written(const sip::Message& to, int status,
                      std::string_view rest = "Content-Length: 0\r\n\r\n") {
    char room[2048];
    sip::Writer out(room);
    out.status_line(status, sip::phrase_of(status));
    write_reply_head(out, to, peer_);
    out.text(";tag=ours").end_line().text(rest);
    return std::string(out.written());
  }
  void repeat(std::string method) {
    const sip::Message& message = request(std::move(method));
    servers_.repeat(servers_.find(message, peer_, message.method()), message, peer_, context());
  }
  std::string last() { return out_.sent.back().bytes; }
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
  repeat("BYE");
  ASSERT_EQ(out_.sent.size(), 2u);
  EXPECT_EQ(out_.sent[1].bytes, "fine");
  pass(1s);
  expect_idle();
}

// RFC 3261 17.2.2: from the tombstone, with nothing kept but that
TEST_F(ServerTransactionsTest, RepeatedRequestBringsTheSameResponseWithNoMessageKept) {
  std::string response = written(request("OPTIONS"), 200, "Allow: INVITE, ACK\r\nContent-Length: 0\r\n\r\n");
  lane::Handle handle = begin(request("OPTIONS"));
  respond(handle, 200, response);
  expect_all_closed();
  Transport moved = peer_;
  moved.remote.port = 9;
  const sip::Message& again = request("OPTIONS");
  servers_.repeat(servers_.find(again, moved, Method::options), again, moved, context());
  ASSERT_EQ(out_.sent.size(), 2u);
  EXPECT_EQ(out_.sent[1].bytes, response);
  EXPECT_EQ(out_.sent[1].to.remote.port, 5060) << "where Via says";
  EXPECT_EQ(servers_.tag_of(handle), "ours");
  respond(handle, 500, "a second final response is none");
  EXPECT_EQ(out_.sent.size(), 2u);
  pass(32s);
  expect_idle();
}

// A body, and what a tombstone has no room for, until timer J
TEST_F(ServerTransactionsTest, ResponseWithABodyIsKeptWhole) {
  std::string body = written(request("UPDATE"), 200, "Content-Length: 5\r\n\r\nv=0\r\n");
  respond(begin(request("UPDATE")), 200, body);
  EXPECT_EQ(slab_.kept_bytes(), body.size());
  EXPECT_EQ(servers_.open(), 1u);
  repeat("UPDATE");
  EXPECT_EQ(last(), body);
  std::string longer =
      written(request("INFO"), 400, "X: " + std::string(100, 'x') + "\r\nContent-Length: 0\r\n\r\n");
  respond(begin(request("INFO")), 400, longer);
  EXPECT_EQ(slab_.kept_bytes(), body.size() + longer.size());
  repeat("INFO");
  EXPECT_EQ(last(), longer);
  pass(32s);
  expect_idle();
}

// RFC 3261 17.2.1: until the ACK, and then not even an INVITE that comes again asks for it
TEST_F(ServerTransactionsTest, FailureIsKeptUntilItsAck) {
  std::string busy = written(request("INVITE"), 486);
  respond(begin(request("INVITE")), 486, busy);
  EXPECT_EQ(slab_.kept_bytes(), busy.size());
  repeat("INVITE");
  EXPECT_EQ(last(), busy);
  pass(500ms);
  EXPECT_EQ(out_.sent.size(), 3u) << "timer G";
  EXPECT_TRUE(servers_.acknowledge(servers_.find(request("ACK"), peer_, Method::invite), context()));
  expect_all_closed();
  repeat("INVITE");
  EXPECT_TRUE(servers_.acknowledge(servers_.find(request("ACK"), peer_, Method::invite), context()))
      << "late";
  EXPECT_EQ(out_.sent.size(), 3u);
  pass(5s);
  expect_idle();
}

TEST_F(ServerTransactionsTest, FailureThatThereIsNoRoomForIsGivenAgainWhenAsked) {
  // The response takes a chunk more than what it repeats, which is given back first.
  std::string via = "Via: SIP/2.0/UDP p;branch=z9hG4bK" + std::string(310, 'x') + "\r\n";
  std::string refusal = written(request("INVITE", "z9hG4bKa", via), 503);
  ASSERT_GT(refusal.size(), MessageSlab::chunk_bytes);
  lane::Handle handle = begin(request("INVITE", "z9hG4bKa", via));
  Kept all;
  ASSERT_TRUE(slab_.keep(all, std::string(slab_.free_chunks() * MessageSlab::chunk_bytes, 'x')));
  respond(handle, 503, refusal);
  slab_.release(all);
  expect_all_closed();
  servers_.repeat(handle, request("INVITE", "z9hG4bKa", via), peer_, context());
  ASSERT_EQ(out_.sent.size(), 2u);
  EXPECT_EQ(last(), refusal);
  pass(33s);
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
  repeat("INFO");
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
  repeat("INVITE");
  EXPECT_EQ(out_.sent.size(), 1u);
  servers_.resend_success(handle, context());
  EXPECT_EQ(out_.sent.size(), 2u);
  servers_.settle(handle);
  expect_all_closed();
  servers_.resend_success(handle, context());
  repeat("INVITE");
  EXPECT_FALSE(servers_.acknowledge(handle, context())) << "a late ACK is the transaction user's";
  EXPECT_EQ(out_.sent.size(), 2u);
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

// RFC 3261 8.2.2.2: the same From tag, Call-ID and CSeq; and an answered call still is one
TEST_F(ServerTransactionsTest, MergedIsWhatIsTheSameRequestAlsoOnceAnswered) {
  lane::Handle first = begin(request("INVITE"));
  respond(first, 200, "yes");
  servers_.settle(first);
  EXPECT_TRUE(servers_.is_merged(request("INVITE", "z9hG4bKother"), peer_));
  EXPECT_FALSE(servers_.is_merged(request("OPTIONS", "z9hG4bKother"), peer_));
  std::string to_another(request("INVITE", "z9hG4bKother").bytes());
  to_another.replace(to_another.find("sip:1@"), 6, "sip:2@");
  EXPECT_FALSE(servers_.is_merged(parse(to_another), peer_)) << "a fork to another target";
  Transport other = peer_;
  other.realm = RealmId(1);
  EXPECT_FALSE(servers_.is_merged(request("INVITE", "z9hG4bKother"), other));
  other = peer_;
  other.remote = *Endpoint::parse("192.0.2.77:5060");
  EXPECT_TRUE(servers_.is_merged(request("INVITE", "z9hG4bKother"), other))
      << "the other path ends elsewhere";
  // The second one is no guard, and its end does not end the first one's watch.
  respond(begin(request("INVITE", "z9hG4bKother")), 482, "merged");
  EXPECT_TRUE(servers_.is_merged(request("INVITE", "z9hG4bKthird"), peer_));
  pass(32s);
  expect_idle();
}

TEST_F(ServerTransactionsTest, RoomForOpenOnesEndsApart) {
  ServerTransactions servers({4, 2}, 4096, keys_, phrases, slab_, wheel_, 0);
  auto begin_one = [&](std::string branch) { return servers.begin(request("BYE", branch), peer_); };
  lane::Handle first = begin_one("z9hG4bK1");
  ASSERT_TRUE(first);
  ASSERT_TRUE(begin_one("z9hG4bK2"));
  EXPECT_FALSE(begin_one("z9hG4bK3"));
  EXPECT_FALSE(servers.has_spare(8));
  servers.respond(first, 200, out_.put(written(request("BYE", "z9hG4bK1"), 200)), context());
  EXPECT_TRUE(begin_one("z9hG4bK3"));
}

TEST_F(ServerTransactionsTest, OneTooManyIsRefused) {
  for (uint32_t i = 0; i < capacity; ++i) ASSERT_TRUE(begin(request("BYE", "z9hG4bK" + std::to_string(i))));
  EXPECT_FALSE(begin(request("BYE", "z9hG4bKmore")));
  check();
}

}  // namespace
}  // namespace sbc::transaction
