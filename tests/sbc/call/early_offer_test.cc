// A caller without an offer, and a trunk that wants one: the offer is ours, and its answer the caller's
// offer.
#include "tests/sbc/call/described.h"

namespace sbc::call {
namespace {

using sip::Header;

class EarlyOfferTest : public EngineTest {
 protected:
  EarlyOfferTest() {
    model_->trunks[0].offer = config::OfferRule::early;
    model_->trunks[0].offer_codecs = {"PCMA", "PCMU", "telephone-event"};
  }
  static std::string of_caller(const std::string& formats, const std::string& more = "", int port = 4000) {
    return described("192.0.2.10", port, formats, more);
  }
  static std::string of_callee(const std::string& formats, const std::string& more = "") {
    return described("10.2.0.201", 6000, formats, more);
  }
  /// The call up to the 2xx that offers the callee's answer to the caller.
  void offer_answer(const std::string& answer, const std::string& more = "") {
    EXPECT_EQ(from_caller(invite("", "")), Reason::none);
    EXPECT_EQ(from_callee(response(invite_, 200, answer, more)), Reason::none);
    EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
    EXPECT_EQ(last_to(core_realm).first_line().substr(0, 4), "ACK ") << "it has its answer";
    EXPECT_EQ(last_to(core_realm).body(), "");
  }
  /// And the ACK.
  void establish_with(const std::string& callees, const std::string& callers, const std::string& more = "") {
    offer_answer(of_callee(callees), more);
    EXPECT_EQ(from_caller(ack(1, of_caller(callers))), Reason::none);
  }
  void expect_goodbye(RealmId realm) {
    EXPECT_EQ(last_to(realm).first_line().substr(0, 4), "BYE ") << index_of(realm);
  }
};

TEST_F(EarlyOfferTest, CalleeGetsAnOfferOfOursAndTheCallerItsAnswer) {
  EXPECT_EQ(from_caller(invite("", "")), Reason::none);
  EXPECT_EQ(media_of(invite_), "m=audio P RTP/AVP 8 0 101");
  EXPECT_EQ(line_of(invite_, "c="), "c=IN IP4 10.2.0.1");
  EXPECT_EQ(line_of(invite_, "a=rtpmap:101"), "a=rtpmap:101 telephone-event/8000");
  EXPECT_EQ(line_of(invite_, "a=fmtp:101"), "a=fmtp:101 0-16");
  for (const char* direction : {"a=sendonly", "a=inactive"})
    EXPECT_EQ(line_of(invite_, direction), "") << "no hold";
  from_callee(response(invite_, 183, of_callee("8")));
  EXPECT_EQ(last_to(access_realm).body(), "") << "no offer in a response that is not reliable";
  EXPECT_EQ(from_callee(response(invite_, 200, of_callee("8 101"))), Reason::none);
  const Sent offer = last_to(access_realm);
  EXPECT_EQ(media_of(offer), "m=audio P RTP/AVP 8 101");
  EXPECT_EQ(line_of(offer, "c="), "c=IN IP4 192.0.2.1");
  EXPECT_EQ(from_caller(ack(1, of_caller("8 101"))), Reason::none);
  EXPECT_TRUE(sent_.empty()) << "both know the same";
  ASSERT_EQ(relays_.size(), 2u);
  const media::Relay& relay = relays_.begin()->second;
  EXPECT_EQ(relay.sides[0].remote, *Endpoint::parse("192.0.2.10:4000"));
  EXPECT_EQ(relay.sides[1].remote, *Endpoint::parse("10.2.0.201:6000"));
}

TEST_F(EarlyOfferTest, CallerWithAnOfferAndTrunksThatDoNotAskStayAsTheyAre) {
  EXPECT_EQ(from_caller(invite()), Reason::none);
  EXPECT_EQ(media_of(invite_), "m=audio P RTP/AVP 8");
  EXPECT_EQ(receive(core_realm, callee_, response(invite_, 503)), Reason::none);
  pass(70s);
  model_->trunks[0].offer = config::OfferRule::as_caller;
  start();
  EXPECT_EQ(from_caller(invite("", "")), Reason::none);
  EXPECT_EQ(invite_.body(), "");
}

TEST_F(EarlyOfferTest, RulesForCodecsHoldForOurOfferToo) {
  model_->trunks[0].codecs.deny = {"PCMA"};
  model_->trunks[0].codecs.ptime = 30ms;
  start();
  EXPECT_EQ(from_caller(invite("", "")), Reason::none);
  EXPECT_EQ(media_of(invite_), "m=audio P RTP/AVP 0 101");
  EXPECT_EQ(line_of(invite_, "a=ptime"), "a=ptime:30");
}

TEST_F(EarlyOfferTest, CalleeIsToldOfFewerCodecs) {
  establish_with("8 0 101", "0 101");
  const Sent told = last_to(core_realm);
  EXPECT_EQ(told.first_line(), "INVITE sip:bob@10.2.0.201:5060 SIP/2.0");
  EXPECT_EQ(media_of(told), "m=audio P RTP/AVP 0 101");
  EXPECT_EQ(line_of(told, "m="), "m=audio " + line_of(invite_, "m=").substr(8, 5) + " RTP/AVP 0 101");
  EXPECT_EQ(from_callee(response(told, 200, of_callee("0 101"))), Reason::none);
  EXPECT_EQ(last_to(core_realm).first_line().substr(0, 4), "ACK ");
  EXPECT_TRUE(all_to(access_realm).empty());
  EXPECT_EQ(from_caller(caller_request("INVITE", "z9hG4bKre", 2, caller_tag(), of_caller("0 101"))),
            Reason::none);
  EXPECT_EQ(last_to(core_realm).first_line(), "INVITE sip:bob@10.2.0.201:5060 SIP/2.0") << "others may go on";
}

TEST_F(EarlyOfferTest, ByUpdateWhereItIsTaken) {
  establish_with("8 0", "0", "Allow: INVITE, UPDATE\r\n");
  Sent told = last_to(core_realm);
  EXPECT_EQ(told.first_line(), "UPDATE sip:bob@10.2.0.201:5060 SIP/2.0");
  from_callee(response(told, 405));
  pass(0s);
  told = last_to(core_realm);
  EXPECT_EQ(told.first_line(), "INVITE sip:bob@10.2.0.201:5060 SIP/2.0") << "it does not after all";
  from_callee(response(told, 200, of_callee("0")));
  EXPECT_EQ(last_to(core_realm).first_line().substr(0, 4), "ACK ");
}

TEST_F(EarlyOfferTest, CalleeIsToldOfAStreamRefusedAndOfOneThatGoesOneWay) {
  offer_answer(of_callee("8"));
  EXPECT_EQ(from_caller(ack(1, of_caller("8", "", 0))), Reason::none);
  EXPECT_EQ(media_of(last_to(core_realm)), "m=audio 0 RTP/AVP 8");
  EXPECT_TRUE(relays_.empty());
  engine_->hang_up_all(surroundings());
  carry_out();
  pass(70s);
  start();
  offer_answer(of_callee("8"));
  EXPECT_EQ(from_caller(ack(1, of_caller("8", "a=recvonly\r\n"))), Reason::none);
  EXPECT_EQ(line_of(last_to(core_realm), "a=recvonly"), "a=recvonly");
}

TEST_F(EarlyOfferTest, CalleeThatHoldsInItsAnswerKnowsThatItDoes) {
  offer_answer(of_callee("8", "a=sendonly\r\n"));
  EXPECT_EQ(from_caller(ack(1, of_caller("8", "a=recvonly\r\n"))), Reason::none);
  EXPECT_TRUE(all_to(core_realm).empty());
}

TEST_F(EarlyOfferTest, AckWithoutAnswerEndsBothLegs) {
  offer_answer(of_callee("8"));
  EXPECT_EQ(from_caller(ack()), Reason::none);
  expect_goodbye(access_realm);
  expect_goodbye(core_realm);
  EXPECT_EQ(cdrs_.at(0).reason, Reason::answer_bad);
}

TEST_F(EarlyOfferTest, CallerThatLeavesInPlaceOfItsAckIsFollowed) {
  offer_answer(of_callee("8"));
  EXPECT_EQ(from_caller(caller_request("BYE", "z9hG4bKbye", 2, caller_tag())), Reason::none);
  expect_goodbye(core_realm);
  EXPECT_EQ(all_to(core_realm).size(), 1u);
  EXPECT_EQ(cdrs_.at(0).releaser, Releaser::caller);
}

TEST_F(EarlyOfferTest, AckThatNeverComesEndsBothLegs) {
  offer_answer(of_callee("8"));
  pass(33s);
  EXPECT_EQ(cdrs_.at(0).reason, Reason::ack_missing);
  expect_goodbye(core_realm);
}

TEST_F(EarlyOfferTest, OfferThatTheCalleeDoesNotTakeIsItsWord) {
  EXPECT_EQ(from_caller(invite("", "")), Reason::none);
  from_callee(response(invite_, 488));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 488 Not Acceptable Here");
}

TEST_F(EarlyOfferTest, AnswerThatIsNoneEndsTheCall) {
  EXPECT_EQ(from_caller(invite("", "")), Reason::none);
  from_callee(response(invite_, 200, of_callee("8", "m=video 6002 RTP/AVP 96\r\n")));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 502 Bad Gateway");
  expect_goodbye(core_realm);
}

TEST_F(EarlyOfferTest, NextTrunkGetsNoOfferWhereItAsksForNone) {
  EXPECT_EQ(from_caller(invite("", "")), Reason::none);
  receive(core_realm, callee_, response(invite_, 503));
  EXPECT_EQ(media_of(invite_), "m=audio P RTP/AVP 8 0 101") << "another peer of the same trunk";
  receive(core_realm, second_, response(invite_, 503));
  EXPECT_EQ(invite_.to.remote, third_);
  EXPECT_EQ(invite_.body(), "");
  EXPECT_EQ(receive(core_realm, third_, response(invite_, 200, of_callee("8"))), Reason::none);
  EXPECT_EQ(from_caller(ack(1, of_caller("8"))), Reason::none);
  EXPECT_EQ(media_of(last_to(core_realm)), "m=audio P RTP/AVP 8") << "the ACK has the answer";
}

TEST_F(EarlyOfferTest, AnswerMayComeInAResponseBeforeTheSuccess) {
  EXPECT_EQ(from_caller(invite("Supported: 100rel\r\n", "")), Reason::none);
  EXPECT_EQ(invite_.header(Header::supported), "100rel");
  from_callee(response(invite_, 183, of_callee("8"), "Require: 100rel\r\nRSeq: 1\r\n"));
  EXPECT_EQ(last_to(core_realm).first_line().substr(0, 6), "PRACK ");
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 183 Session Progress");
  EXPECT_EQ(last_to(access_realm).body(), "");
  from_callee(response(last_to(core_realm), 200));
  from_callee(response(invite_, 200));
  EXPECT_EQ(media_of(last_to(access_realm)), "m=audio P RTP/AVP 8");
  EXPECT_EQ(from_caller(ack(1, of_caller("8"))), Reason::none);
  EXPECT_TRUE(sent_.empty());
}

TEST_F(EarlyOfferTest, ForkThatAnswersIsTheOneWhoseAnswerCounts) {
  EXPECT_EQ(from_caller(invite("", "")), Reason::none);
  from_callee(response(invite_, 183, of_callee("0"), "", "fork-a"));
  from_callee(response(invite_, 180, "", "", "fork-b"));
  from_callee(response(invite_, 200, of_callee("8"), "", "fork-b"));
  EXPECT_EQ(media_of(last_to(access_realm)), "m=audio P RTP/AVP 8");
  EXPECT_EQ(from_caller(ack(1, of_caller("8"))), Reason::none);
  from_callee(response(invite_, 200, of_callee("0"), "", "fork-a"));
  EXPECT_EQ(all_to(core_realm).size(), 2u) << "the slower one: ACK and BYE";
  EXPECT_TRUE(all_to(access_realm).empty());
}

TEST_F(EarlyOfferTest, OtherForksAnswerIsNotTheOnes) {
  EXPECT_EQ(from_caller(invite("", "")), Reason::none);
  from_callee(response(invite_, 183, of_callee("0"), "", "fork-a"));
  from_callee(response(invite_, 200, "", "", "fork-b"));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 502 Bad Gateway");
}

TEST_F(EarlyOfferTest, CalleeThatIsBusyIsToldLater) {
  establish_with("8 0", "0");
  from_callee(response(last_to(core_realm), 491));
  EXPECT_EQ(all_to(core_realm).size(), 1u) << "the ACK alone";
  pass(2s);
  sent_.clear();
  pass(2s);
  const Sent again = last_to(core_realm);
  EXPECT_EQ(media_of(again), "m=audio P RTP/AVP 0");
  from_callee(response(again, 200, of_callee("0")));
  sent_.clear();
  pass(20s);
  EXPECT_TRUE(sent_.empty());
}

TEST_F(EarlyOfferTest, CalleeThatIsAlwaysBusyIsLeft) {
  establish_with("8 0", "0");
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(media_of(last_to(core_realm)), "m=audio P RTP/AVP 0") << i;
    from_callee(response(last_to(core_realm), 491));
    if (i < 4) pass(4s);
  }
  expect_goodbye(core_realm);
  EXPECT_EQ(cdrs_.at(0).reason, Reason::answer_bad);
}

TEST_F(EarlyOfferTest, CalleeThatDoesNotTakeWhatTheCallerHasLeftEndsTheCall) {
  establish_with("8 0", "0");
  from_callee(response(last_to(core_realm), 488));
  expect_goodbye(access_realm);
  expect_goodbye(core_realm);
  EXPECT_EQ(cdrs_.at(0).reason, Reason::answer_bad);
}

TEST_F(EarlyOfferTest, NobodyElseOffersMeanwhile) {
  offer_answer(of_callee("8 0"));
  EXPECT_EQ(from_callee(callee_request("INVITE", 1, of_callee("8"))), Reason::request_pending)
      << "before the ACK";
  EXPECT_EQ(from_caller(ack(1, of_caller("0"))), Reason::none);
  const Sent told = last_to(core_realm);
  EXPECT_EQ(from_callee(callee_request("INVITE", 2, of_callee("8"))), Reason::request_pending);
  EXPECT_EQ(from_caller(caller_request("INVITE", "z9hG4bKre", 2, caller_tag(), of_caller("0"))),
            Reason::request_pending);
  EXPECT_EQ(from_callee(response(told, 200, of_callee("0"))), Reason::none);
  pass(70s);
}

TEST_F(EarlyOfferTest, OfferOfTheCalleeTellsItAllThereIsToTell) {
  establish_with("8 0", "0");
  from_callee(response(last_to(core_realm), 491));
  EXPECT_EQ(from_callee(callee_request("INVITE", 1, of_callee("8 0"))), Reason::none);
  const Sent offer = last_to(access_realm);
  EXPECT_EQ(offer.first_line().substr(0, 7), "INVITE ");
  from_caller(response(offer, 200, of_caller("0")));
  EXPECT_EQ(media_of(last_to(core_realm)), "m=audio P RTP/AVP 0");
  std::string ack_text = callee_request("ACK", 1);
  from_callee(ack_text);
  sent_.clear();
  pass(20s);
  EXPECT_TRUE(all_to(core_realm).empty());
}

TEST_F(EarlyOfferTest, CallThatMovesTellsTheCalleeWhereItGoes) {
  establish_with("8 0", "0");
  const Sent told = last_to(core_realm);
  move_calls(true);
  from_callee(response(told, 491));
  sent_.clear();
  move_calls(true);
  pass(2090ms);
  EXPECT_TRUE(all_to(core_realm).empty()) << "RFC 3261 14.1: the Call-ID is ours";
  pass(1910ms);
  EXPECT_EQ(media_of(last_to(core_realm)), "m=audio P RTP/AVP 0");
  from_callee(response(last_to(core_realm), 200, of_callee("0")));
  EXPECT_EQ(last_to(core_realm).first_line().substr(0, 4), "ACK ");
}

}  // namespace
}  // namespace sbc::call
