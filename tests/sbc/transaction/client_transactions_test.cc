#include "tests/sbc/transaction/fixture.h"

namespace sbc::transaction {
namespace {

using namespace std::chrono_literals;
using sip::Method;

class ClientTransactionsTest : public TransactionsTest {
 protected:
  lane::Handle begin(std::string method, std::string branch = "z9hG4bKours", std::string more = "") {
    std::string text(request(method, branch, more).bytes());
    text.replace(text.find("192.0.2.9:5060;branch=" + branch), 22 + branch.size(),
                 "10.0.0.1:5060;branch=" + branch + ";rport");
    return clients_.begin({sip::method_of(method), branch, "x", 1}, peer_, out_.put(text), leg_, context());
  }
  std::string last() { return out_.sent.back().bytes; }
  ClientTransactions::Response on_response(int status, std::string tag = "t") {
    return clients_.on_response(response(status, out_.sent.front().bytes, tag), peer_, context());
  }
  /// What was sent as the `i`th.
  Undelivered datagram(size_t i) {
    const auto& [to, bytes] = out_.sent[i];
    return {to, wire::mark_of(to.local, to.remote, bytes)};
  }
  std::string first_line(size_t i) { return out_.sent[i].bytes.substr(0, out_.sent[i].bytes.find('\r')); }

  lane::Handle leg_{3, 1};
};

// RFC 3261 17.1.1.2
TEST_F(ClientTransactionsTest, UnansweredInviteTimesOutAfterSevenTransmissions) {
  ASSERT_TRUE(begin("INVITE"));
  pass(32s);
  EXPECT_EQ(out_.sent.size(), 7u);
  EXPECT_EQ(timed_out_, 1);
  expect_idle();
}

// RFC 3261 17.1.1.3
TEST_F(ClientTransactionsTest, FailureIsAcknowledgedWithTheInvitesOwnHead) {
  begin("INVITE", "z9hG4bKours", "Route: <sip:r;lr>\r\n");
  EXPECT_TRUE(on_response(486, "callee").transaction);
  ASSERT_EQ(out_.sent.size(), 2u);
  sip::Message ack;
  ASSERT_EQ(ack.parse(out_.sent[1].bytes), Reason::none);
  EXPECT_EQ(ack.method(), Method::ack);
  EXPECT_EQ(ack.request_uri_text(), "sip:1@10.0.0.1");
  EXPECT_EQ(ack.top_via().branch, "z9hG4bKours");
  EXPECT_EQ(ack.to().tag(), "callee");
  EXPECT_EQ(ack.cseq().number, 1u);
  EXPECT_EQ(ack.value(sip::Header::route), "<sip:r;lr>");
  EXPECT_EQ(clients_.open(), 1u) << "the Route has to be kept";
  EXPECT_FALSE(on_response(486, "callee").transaction);
  ASSERT_EQ(out_.sent.size(), 3u);
  EXPECT_EQ(out_.sent[2].bytes, out_.sent[1].bytes);
  pass(32s);
  EXPECT_EQ(timed_out_, 0);
  expect_idle();
}

// RFC 3261 17.1.1.2: Completed needs the Request-URI, and the response that comes again
TEST_F(ClientTransactionsTest, FailureAgainIsAcknowledgedAgainWithNoMessageKept) {
  begin("INVITE");
  on_response(486, "callee");
  expect_all_closed();
  on_response(486, "callee");
  ASSERT_EQ(out_.sent.size(), 3u);
  EXPECT_EQ(out_.sent[2].bytes, out_.sent[1].bytes);
  EXPECT_FALSE(on_response(200, "callee").transaction) << "late";
  EXPECT_FALSE(on_response(180, "callee").transaction);
  EXPECT_EQ(out_.sent.size(), 3u);
  pass(32s);
  expect_idle();
}

TEST_F(ClientTransactionsTest, AckWithALongRequestUriIsKept) {
  std::string text(request("INVITE").bytes());
  text.replace(text.find("sip:1@"), 6, "sip:" + std::string(FailureAck::uri_max - 12, '1') + "@");
  clients_.begin({Method::invite, "z9hG4bKa", "x", 1}, peer_, out_.put(text), leg_, context());
  on_response(404);
  EXPECT_EQ(clients_.open(), 1u);
  on_response(404);
  ASSERT_EQ(out_.sent.size(), 3u);
  EXPECT_EQ(out_.sent[2].bytes, out_.sent[1].bytes);
  pass(32s);
  expect_idle();
}

// RFC 3261 17.1.2.2: late responses are absorbed, and nothing of the request is left but that
TEST_F(ClientTransactionsTest, AnsweredRequestIsKeptNoLonger) {
  begin("BYE");
  EXPECT_TRUE(on_response(200).transaction);
  expect_all_closed();
  EXPECT_FALSE(on_response(500).transaction);
  EXPECT_FALSE(on_response(100).transaction);
  EXPECT_EQ(on_response(200).reason, Reason::none);
  pass(5s);
  EXPECT_EQ(on_response(200).reason, Reason::response_stray);
  expect_idle();
}

TEST_F(ClientTransactionsTest, ResponseFromAnotherPeerOrRealmIsForeign) {
  begin("INVITE");
  std::string sent = out_.sent[0].bytes;
  Transport other = peer_;
  other.remote.address = IpAddress::v4(203, 0, 113, 1);
  EXPECT_EQ(clients_.on_response(response(200, sent), other, context()).reason, Reason::response_foreign);
  other = peer_;
  other.realm = RealmId(1);
  EXPECT_EQ(clients_.on_response(response(200, sent), other, context()).reason, Reason::response_foreign);
  other = peer_;
  other.remote.port = 9;
  EXPECT_EQ(clients_.on_response(response(200, sent), other, context()).reason, Reason::none);
}

TEST_F(ClientTransactionsTest, ResponseToNothingIsStray) {
  begin("INVITE");
  std::string other = out_.sent[0].bytes;
  other.replace(other.find("z9hG4bKours"), 11, "z9hG4bKelse");
  EXPECT_EQ(clients_.on_response(response(200, other), peer_, context()).reason, Reason::response_stray);
}

// RFC 3261 8.1.3.3, 8.2.6.2: whoever knows the branch alone knows too little
TEST_F(ClientTransactionsTest, ResponseThatIsNoEchoOfTheRequestIsStray) {
  begin("INVITE");
  std::string good(response(200, out_.sent[0].bytes).bytes());
  auto reason = [&](std::string from, std::string to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return clients_.on_response(parse(text), peer_, context()).reason;
  };
  EXPECT_EQ(reason("Call-ID: x", "Call-ID: y"), Reason::response_stray);
  EXPECT_EQ(reason("CSeq: 1 ", "CSeq: 2 "), Reason::response_stray);
  EXPECT_EQ(reason("From:", "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKx\r\nFrom:"), Reason::response_stray);
  EXPECT_EQ(reason("\r\nFrom:", ", SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKx\r\nFrom:"), Reason::response_stray);
  EXPECT_EQ(reason("200 X", "200 Y"), Reason::none);
}

// RFC 3261 9.1: no CANCEL before the peer has answered anything
TEST_F(ClientTransactionsTest, CancelIsHeldBackUntilAProvisionalResponse) {
  lane::Handle invite = begin("INVITE");
  clients_.cancel(invite, context());
  EXPECT_EQ(out_.sent.size(), 1u);
  on_response(180);
  ASSERT_EQ(out_.sent.size(), 2u);
  EXPECT_EQ(first_line(1), "CANCEL sip:1@10.0.0.1 SIP/2.0");
  EXPECT_NE(out_.sent[1].bytes.find("branch=z9hG4bKours"), std::string::npos);
  on_response(180);
  EXPECT_EQ(out_.sent.size(), 2u);
  pass(33s);
  EXPECT_EQ(timed_out_, 2);  // the INVITE and its CANCEL
  expect_idle();
}

// RFC 3261 9.1: an abandoned INVITE goes on asking for a response, but offers nothing any more
TEST_F(ClientTransactionsTest, AbandonedInviteIsRepeatedWithoutItsBody) {
  std::string text(request("INVITE", "z9hG4bKours", "Content-Type: application/sdp\r\n").bytes());
  text.replace(text.find("Content-Length: 0\r\n\r\n"), 21, "Content-Length: 5\r\n\r\nv=0\r\n");
  lane::Handle invite =
      clients_.begin({Method::invite, "z9hG4bKours", "x", 1}, peer_, out_.put(text), leg_, context());
  clients_.abandon(invite, context());
  EXPECT_FALSE(clients_.find(invite)->leg);
  pass(500ms);
  ASSERT_EQ(out_.sent.size(), 2u);
  sip::Message again;
  ASSERT_EQ(again.parse(out_.sent[1].bytes), Reason::none);
  EXPECT_EQ(again.top_via().branch, "z9hG4bKours");
  EXPECT_TRUE(again.body().empty());
  EXPECT_FALSE(again.has(sip::Header::content_type));
  on_response(100);
  ASSERT_EQ(out_.sent.size(), 3u);
  EXPECT_TRUE(out_.sent[2].bytes.starts_with("CANCEL ")) << out_.sent[2].bytes;
}

// RFC 6026 7.2: a 2xx that comes again brings the ACK again, another fork's goes to the user
TEST_F(ClientTransactionsTest, SuccessAgainIsAcknowledgedAgain) {
  lane::Handle invite = begin("INVITE");
  ASSERT_TRUE(on_response(200, "one").transaction);
  clients_.acknowledge(invite, "one", peer_, out_.put("ACK one"), context());
  EXPECT_FALSE(on_response(200, "one").transaction);
  EXPECT_EQ(out_.sent.size(), 3u);
  EXPECT_EQ(out_.sent[2].bytes, "ACK one");
  EXPECT_TRUE(on_response(200, "two").transaction);
  EXPECT_EQ(clients_.decline(invite, "one"), Declined::again) << "acknowledged";
  EXPECT_EQ(clients_.decline(invite, "two"), Declined::first);
  EXPECT_EQ(clients_.decline(invite, "two"), Declined::again);
  pass(32s);
  expect_idle();
}

// RFC 3261 13.2.2.4: it has no body, so who knows the dialog writes it again
TEST_F(ClientTransactionsTest, AckWithoutABodyIsNotKept) {
  lane::Handle invite = begin("INVITE");
  on_response(200, "one");
  clients_.acknowledge(invite, "one", peer_, out_.put("ACK\r\nContent-Length: 0\r\n\r\n"), context());
  expect_all_closed();
  EXPECT_TRUE(clients_.has_acknowledged(invite, "one"));
  EXPECT_FALSE(clients_.has_acknowledged(invite, "two"));
  EXPECT_TRUE(on_response(200, "one").transaction);
  EXPECT_EQ(out_.sent.size(), 2u);
  EXPECT_FALSE(on_response(486, "one").transaction) << "late";
  EXPECT_FALSE(on_response(180, "one").transaction);
  pass(32s);
  expect_idle();
}

TEST_F(ClientTransactionsTest, ForksAreDeclinedUpToTheLimit) {
  lane::Handle invite = begin("INVITE");
  for (size_t i = 0; i < Forks::max; ++i) {
    EXPECT_EQ(clients_.decline(invite, "tag" + std::to_string(i)), Declined::first);
  }
  EXPECT_EQ(clients_.decline(invite, "tag0"), Declined::again);
  EXPECT_EQ(clients_.decline(invite, "one more"), Declined::unknown);
}

// RFC 3261 18.4
TEST_F(ClientTransactionsTest, InviteThatDidNotArriveEndsWhereNothingWasHeardOfIt) {
  lane::Handle invite = begin("INVITE");
  begin("BYE", "z9hG4bKbye");
  EXPECT_FALSE(clients_.take_undelivered(datagram(1))) << "only an INVITE";
  Undelivered quoted = datagram(0);
  auto taken = clients_.take_undelivered(quoted);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->transaction, invite);
  EXPECT_EQ(taken->leg, leg_);
  EXPECT_FALSE(clients_.take_undelivered(quoted));
  EXPECT_EQ(clients_.in_use(), 1u);

  begin("INVITE", "z9hG4bKheard");
  clients_.on_response(response(100, out_.sent[2].bytes), peer_, context());
  EXPECT_FALSE(clients_.take_undelivered(datagram(2)));
}

// RFC 5927 4
TEST_F(ClientTransactionsTest, WhoHasNotSeenADatagramEndsNoInvite) {
  begin("INVITE");
  Undelivered forged = datagram(0);
  forged.to.remote.port = 9;
  EXPECT_FALSE(clients_.take_undelivered(forged));
  forged = datagram(0);
  forged.to.local.port = 9;
  EXPECT_FALSE(clients_.take_undelivered(forged));
  forged = datagram(0);
  ++forged.mark.length;
  EXPECT_FALSE(clients_.take_undelivered(forged));
  forged = datagram(0);
  for (unsigned wrong = 0xffff; wrong != 0; --wrong) {
    forged.mark.checksum = uint16_t(datagram(0).mark.checksum + wrong);
    ASSERT_FALSE(clients_.take_undelivered(forged)) << forged.mark.checksum;
  }
  EXPECT_TRUE(clients_.take_undelivered(datagram(0)));
}

TEST_F(ClientTransactionsTest, OfInvitesToOnePeerTheOneThatIsQuotedEnds) {
  lane::Handle first = begin("INVITE");
  lane::Handle second = begin("INVITE", "z9hG4bKother");
  pass(500ms);  // both are sent again
  EXPECT_EQ(datagram(2).mark, datagram(0).mark);
  auto taken = clients_.take_undelivered(datagram(3));
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->transaction, second);
  EXPECT_TRUE(clients_.awaits_final(first));
}

TEST_F(ClientTransactionsTest, WithoutRoomAnInviteStaysAndAByeLeavesOnce) {
  for (uint32_t i = 0; i < capacity; ++i) ASSERT_TRUE(begin("BYE", "z9hG4bK" + std::to_string(i)));
  EXPECT_FALSE(begin("INVITE", "z9hG4bKmore"));
  EXPECT_EQ(out_.sent.size(), capacity);
  EXPECT_FALSE(begin("BYE", "z9hG4bKmore"));
  EXPECT_EQ(out_.sent.size(), capacity + 1u);
  check();
}

}  // namespace
}  // namespace sbc::transaction
