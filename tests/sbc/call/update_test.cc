// UPDATE (RFC 3311): new offers without INVITE, and signs of life.
#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

using sip::Header;

class UpdateTest : public EngineTest {
 protected:
  std::string update(uint32_t cseq, const std::string& body = "") {
    return caller_request("UPDATE", "z9hG4bKup" + std::to_string(cseq), cseq, caller_tag(), body);
  }
  static std::string moved(std::string sdp, const std::string& port) {
    size_t at = sdp.find("m=audio ") + 8;
    return sdp.replace(at, 4, port);
  }
  /// A call whose callee says that it takes UPDATE.
  void establish_with_update() {
    ring();
    from_callee(response(invite_, 200, answer_sdp, "Allow: INVITE, UPDATE, BYE\r\n"));
    from_caller(ack());
    sent_.clear();
  }
  const media::Relay& rtp() const { return relays_.begin()->second; }
};

TEST_F(UpdateTest, WithoutAnOfferItConcernsItsOwnLegOnly) {
  establish();
  std::string here = update(2);
  here.replace(here.find("<sip:555@192.0.2.10:40000>"), 26, "<sip:555@192.0.2.10:40009>");
  EXPECT_EQ(from_caller(here), Reason::none);
  ASSERT_EQ(sent_.size(), 1u);
  EXPECT_EQ(sent_[0].first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(sent_[0].header(Header::contact), "<sip:192.0.2.1:5060>");
  EXPECT_NE(sent_[0].header(Header::allow).find("UPDATE"), std::string::npos);
  // It is a target refresh request.
  from_callee(callee_request("BYE", 1));
  EXPECT_EQ(last_to(access_realm).first_line(), "BYE sip:555@192.0.2.10:40009 SIP/2.0");
}

TEST_F(UpdateTest, NewOfferGoesToAPeerThatTakesItAsUpdate) {
  establish_with_update();
  EXPECT_EQ(from_caller(update(2, moved(offer_sdp, "4010"))), Reason::none);
  EXPECT_TRUE(all_to(access_realm).empty());
  Sent ours = last_to(core_realm);
  EXPECT_EQ(ours.first_line(), "UPDATE sip:bob@10.2.0.201:5060 SIP/2.0");
  EXPECT_EQ(ours.header(Header::cseq), "2 UPDATE");
  EXPECT_NE(ours.body().find("m=audio"), std::string::npos);
  EXPECT_EQ(rtp().sides[0].remote.port, 4000) << "until it is answered";
  from_callee(response(ours, 200, moved(answer_sdp, "6010")));
  EXPECT_TRUE(all_to(core_realm).empty()) << "no ACK";
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(last_to(access_realm).header(Header::cseq), "2 UPDATE");
  EXPECT_EQ(rtp().sides[0].remote.port, 4010);
  EXPECT_EQ(rtp().sides[1].remote.port, 6010);
  sent_.clear();
  pass(40s);
  EXPECT_TRUE(sent_.empty()) << "nothing is repeated for an ACK";
  EXPECT_EQ(from_caller(update(3, offer_sdp)), Reason::none) << "and the next one may come";
}

TEST_F(UpdateTest, NewOfferGoesToAnyOtherPeerAsInvite) {
  establish();
  EXPECT_EQ(from_caller(update(2, moved(offer_sdp, "4010"))), Reason::none);
  Sent ours = last_to(core_realm);
  EXPECT_TRUE(ours.bytes.starts_with("INVITE "));
  from_callee(response(ours, 200, moved(answer_sdp, "6010")));
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("ACK "));
  EXPECT_EQ(last_to(access_realm).header(Header::cseq), "2 UPDATE");
  EXPECT_EQ(rtp().sides[1].remote.port, 6010);
  EXPECT_EQ(from_callee(callee_request("INVITE", 1, answer_sdp)), Reason::none) << "nothing is pending";
}

TEST_F(UpdateTest, CalleeMayOfferToo) {
  establish();
  from_caller(caller_request("OPTIONS", "z9hG4bKo", 2, caller_tag()));
  EXPECT_EQ(from_callee(callee_request("UPDATE", 1, moved(answer_sdp, "6020"))), Reason::none);
  Sent ours = last_to(access_realm);
  EXPECT_TRUE(ours.bytes.starts_with("INVITE ")) << "its INVITE did not say that it takes UPDATE";
  from_caller(response(ours, 200, offer_sdp));
  EXPECT_EQ(last_to(core_realm).header(Header::cseq), "1 UPDATE");
  EXPECT_EQ(rtp().sides[1].remote.port, 6020);
}

TEST_F(UpdateTest, RefusedOfferLeavesTheSessionAsItWas) {
  establish_with_update();
  from_caller(update(2, moved(offer_sdp, "4010")));
  from_callee(response(last_to(core_realm), 488));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 488 Not Acceptable Here");
  EXPECT_EQ(rtp().sides[0].remote.port, 4000);
  EXPECT_EQ(engine_->live_calls(), 1u);
  EXPECT_EQ(from_caller(update(3, offer_sdp)), Reason::none);
}

TEST_F(UpdateTest, PeerThatRefusesUpdateAfterAllGetsTheNextOneAsInvite) {
  establish_with_update();
  from_caller(update(2, offer_sdp));
  from_callee(response(last_to(core_realm), 405));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 501 Not Implemented");
  from_caller(update(3, offer_sdp));
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("INVITE "));
}

// RFC 3311 5.2
TEST_F(UpdateTest, OffersThatMeetAreTurnedBackOrWait) {
  establish_with_update();
  from_caller(update(2, offer_sdp));
  EXPECT_EQ(from_callee(callee_request("UPDATE", 1, answer_sdp)), Reason::request_pending);
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 491 Request Pending");
  EXPECT_EQ(from_caller(update(3, offer_sdp)), Reason::request_pending);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 500 Server Internal Error");
  EXPECT_FALSE(last_to(access_realm).header(Header::retry_after).empty());
}

TEST_F(UpdateTest, BeforeTheFirstAnswerThereIsNothingToUpdate) {
  ring();
  EXPECT_EQ(from_caller(update(2, offer_sdp)), Reason::request_pending);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 500 Server Internal Error");
  EXPECT_EQ(from_callee(callee_request("UPDATE", 1, answer_sdp)), Reason::request_pending);
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 491 Request Pending");
  EXPECT_EQ(from_callee(callee_request("UPDATE", 2)), Reason::none) << "but a target may move";
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 200 OK");
}

TEST_F(UpdateTest, ReinviteInItsPlaceIsCancelledWhileItsAskerStillListens) {
  establish();
  from_caller(update(2, offer_sdp));
  Sent ours = last_to(core_realm);
  from_callee(response(ours, 180));
  sent_.clear();
  pass(16s);
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("CANCEL "));
  from_callee(response(ours, 487));
  EXPECT_EQ(last_to(access_realm).header(Header::cseq), "2 UPDATE");
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 487 Request Terminated");
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(UpdateTest, PeerThatDoesNotAnswerANewOfferEndsTheCall) {
  establish_with_update();
  from_caller(update(2, offer_sdp));
  pass(33s);
  EXPECT_EQ(cdrs_.at(0).reason, Reason::peer_timeout);
}

// RFC 3261 15.1.2
TEST_F(UpdateTest, ByeAnswersWhatWasPending) {
  establish_with_update();
  from_caller(update(2, offer_sdp));
  Sent ours = last_to(core_realm);
  from_caller(caller_request("BYE", "z9hG4bKbye", 3, caller_tag()));
  EXPECT_EQ(all_to(access_realm).at(1).first_line(), "SIP/2.0 487 Request Terminated");
  EXPECT_EQ(all_to(access_realm).at(1).header(Header::cseq), "2 UPDATE");
  from_callee(response(ours, 200, answer_sdp));
  EXPECT_TRUE(sent_.empty()) << "an UPDATE's 2xx is not acknowledged";
}

TEST_F(UpdateTest, NothingNamesOurPortsOnceTheCallIsOver) {
  establish_with_update();
  std::string first = update(2, offer_sdp), second = update(3, offer_sdp);
  from_caller(first);
  from_callee(response(last_to(core_realm), 200, answer_sdp));
  from_caller(first);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  from_caller(second);
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("UPDATE "));
  from_caller(caller_request("BYE", "z9hG4bKbye", 4, caller_tag()));
  pass(100ms);
  from_callee(response(last_to(core_realm), 200));
  for (const std::string& again : {first, second}) {
    from_caller(again);
    EXPECT_TRUE(sent_.empty() || last_to(access_realm).body().empty());
  }
  sent_.clear();
  pass(40s);
  for (const Sent& sent : sent_) EXPECT_TRUE(sent.body().empty()) << sent.bytes;
}

TEST_F(UpdateTest, AfterTheCallThereIsNoDialog) {
  establish();
  from_caller(caller_request("BYE", "z9hG4bKbye", 2, caller_tag()));
  EXPECT_EQ(from_callee(callee_request("UPDATE", 1)), Reason::no_transaction);
}

}  // namespace
}  // namespace sbc::call
