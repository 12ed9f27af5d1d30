// What comes again, from either side, and what an answered or ended call still keeps for it.
#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

class RetransmissionTest : public EngineTest {
 protected:
  /// The same request twice brings the same response twice, and no message is kept for it.
  void expect_answered_again(const std::string& request, const std::string& first_line) {
    const uint64_t kept = engine_->usage().message_bytes;
    from_caller(request);
    std::string first = last_to(access_realm).bytes;
    EXPECT_EQ(last_to(access_realm).first_line(), first_line);
    EXPECT_EQ(engine_->usage().message_bytes, kept) << request;
    pass(10s);
    from_caller(request);
    ASSERT_EQ(sent_.size(), 1u) << request;
    EXPECT_EQ(sent_[0].bytes, first);
  }
};

// RFC 3261 17.2.2
TEST_F(RetransmissionTest, RequestsAreAnsweredAgainOutsideACall) {
  expect_answered_again(caller_request("OPTIONS", "z9hG4bKoptions", 1), "SIP/2.0 200 OK");
  expect_answered_again(caller_request("MESSAGE", "z9hG4bKunsupported", 2), "SIP/2.0 405 Method Not Allowed");
  expect_answered_again(caller_request("BYE", "z9hG4bKbye", 3, "nobody"),
                        "SIP/2.0 481 Call/Transaction Does Not Exist");
  std::string required = caller_request("OPTIONS", "z9hG4bKrequired", 4);
  required.insert(required.find("Contact:"), "Require: outbound\r\n");
  expect_answered_again(required, "SIP/2.0 420 Bad Extension");
}

TEST_F(RetransmissionTest, RequestsAreAnsweredAgainInsideACall) {
  establish();
  std::string update = caller_request("UPDATE", "z9hG4bKupdate", 2, caller_tag());
  update.insert(update.find("Contact:"), "Supported: timer\r\nSession-Expires: 1800;refresher=uac\r\n");
  expect_answered_again(update, "SIP/2.0 200 OK");
  std::string info = caller_request("INFO", "z9hG4bKinfo", 3, caller_tag());
  info.insert(info.find("Contact:"), "Info-Package: x\r\n");
  expect_answered_again(info, "SIP/2.0 469 Bad Info Package");
  expect_answered_again(caller_request("PRACK", "z9hG4bKprack", 4, caller_tag()),
                        "SIP/2.0 481 Call/Transaction Does Not Exist");
  std::string bye = caller_request("BYE", "z9hG4bKbye", 5, caller_tag());
  from_caller(bye);
  std::string ok = last_to(access_realm).bytes;
  from_callee(response(last_to(core_realm), 200));
  EXPECT_EQ(engine_->usage().message_bytes, 0u);
  from_caller(bye);
  EXPECT_EQ(last_to(access_realm).bytes, ok);
  EXPECT_EQ(sent_.size(), 1u);
}

// RFC 3261 13.2.2.4: the ACK is the same each time
TEST_F(RetransmissionTest, SuccessThatComesAgainIsAcknowledgedAgain) {
  ring();
  std::string ok = response(invite_, 200, answer_sdp);
  from_callee(ok);
  std::string ack_sent = last_to(core_realm).bytes;
  EXPECT_TRUE(ack_sent.starts_with("ACK "));
  from_caller(ack());
  from_callee(ok);
  ASSERT_EQ(sent_.size(), 1u);
  EXPECT_EQ(sent_[0].bytes, ack_sent);
  from_caller(caller_request("BYE", "z9hG4bKbye", 2, caller_tag()));
  std::string bye = last_to(core_realm).bytes;
  from_callee(ok);
  ASSERT_EQ(sent_.size(), 1u);
  EXPECT_EQ(sent_[0].bytes, ack_sent) << "the BYE has no response yet";
  from_callee(response({{}, bye}, 200));
  from_callee(ok);
  ASSERT_EQ(sent_.size(), 1u) << "no second BYE";
  EXPECT_TRUE(sent_[0].bytes.starts_with("ACK "));
}

// RFC 3261 13.2.2.4 with a late offer: its answer cannot be written again, so this ACK is kept
TEST_F(RetransmissionTest, AckWithAnAnswerIsRepeatedWithIt) {
  from_caller(invite("", ""));
  std::string ok = response(invite_, 200, offer_sdp);
  from_callee(ok);
  from_caller(ack(1, answer_sdp));
  Sent sent = last_to(core_realm);
  ASSERT_TRUE(sent.bytes.starts_with("ACK ") && !sent.body().empty()) << sent.bytes;
  from_callee(ok);
  ASSERT_EQ(sent_.size(), 1u);
  EXPECT_EQ(sent_[0].bytes, sent.bytes);
}

// RFC 3261 17.1.1.2, timer D
TEST_F(RetransmissionTest, RefusalThatComesAgainIsAcknowledgedAgain) {
  ring();
  std::string busy = response(invite_, 486);
  from_callee(busy);
  std::string ack_sent = all_to(core_realm).at(0).bytes;
  EXPECT_TRUE(ack_sent.starts_with("ACK "));
  from_caller(caller_request("ACK", "z9hG4bKinvite", 1, caller_tag()));
  EXPECT_EQ(engine_->usage().message_bytes, 0u);
  from_callee(busy);
  ASSERT_EQ(sent_.size(), 1u);
  EXPECT_EQ(sent_[0].bytes, ack_sent);
}

// RFC 3261 9.2: a CANCEL that comes too late is answered with the tag of its INVITE's response, and changes
// nothing
TEST_F(RetransmissionTest, LateCancelChangesNothing) {
  establish();
  std::string tag = caller_tag();
  from_caller(caller_request("CANCEL", "z9hG4bKinvite", 1));
  ASSERT_EQ(sent_.size(), 1u);
  EXPECT_EQ(sent_[0].first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(sent_[0].parse().to().tag(), tag);
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(RetransmissionTest, CancelAfterTheCallHasItsTagStill) {
  establish();
  std::string tag = caller_tag();
  from_caller(caller_request("BYE", "z9hG4bKbye", 2, tag));
  from_callee(response(last_to(core_realm), 200));
  from_caller(caller_request("CANCEL", "z9hG4bKinvite", 1));
  ASSERT_EQ(sent_.size(), 1u);
  EXPECT_EQ(sent_[0].parse().to().tag(), tag);
}

// An ACK on the INVITE's own branch, with a tag of nobody's, does not end a call whose caller has
// acknowledged it
TEST_F(RetransmissionTest, StrayAckChangesNothing) {
  establish();
  EXPECT_EQ(from_caller(caller_request("ACK", "z9hG4bKinvite", 1, "somebody")), Reason::ack_stray);
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(RetransmissionTest, StrayAckOfACallersReinviteChangesNothing) {
  establish();
  EXPECT_EQ(from_caller(caller_request("INVITE", "z9hG4bKre", 2, caller_tag(), offer_sdp)), Reason::none);
  const Sent forwarded = last_to(core_realm);
  EXPECT_EQ(from_caller(caller_request("ACK", "z9hG4bKre", 2, "somebody")), Reason::ack_stray);
  from_callee(response(forwarded, 200, answer_sdp));
  EXPECT_EQ(from_caller(caller_request("ACK", "z9hG4bKre", 2, "somebody")), Reason::ack_stray);
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(RetransmissionTest, StrayAckOfAReinviteChangesNothing) {
  establish();
  const std::string reinvite = callee_request("INVITE", 7, offer_sdp);
  EXPECT_EQ(from_callee(reinvite), Reason::none);
  std::string ack = reinvite.substr(0, reinvite.find("Content-Type")) + "Content-Length: 0\r\n\r\n";
  ack.replace(0, 6, "ACK");
  ack.replace(ack.find("7 INVITE"), 8, "7 ACK");
  const size_t to = ack.find("To: ");
  ack.replace(ack.find(";tag=", to), ack.find("\r\n", to) - ack.find(";tag=", to), ";tag=somebody");
  EXPECT_EQ(from_callee(ack), Reason::ack_stray);
  EXPECT_EQ(engine_->live_calls(), 1u);
}

}  // namespace
}  // namespace sbc::call
