// What happens inside an established call: new offers, foreign and old requests, silence, hanging up.
#include <cstring>

#include "sbc/transaction/digest.h"
#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

using sip::Header;

class InCallTest : public EngineTest {
 protected:
  std::string reinvite(uint32_t cseq, const std::string& body, const std::string& branch = "z9hG4bKre") {
    return caller_request("INVITE", branch + std::to_string(cseq), cseq, caller_tag(), body);
  }
  void establish_with_silence_for(Duration idle, Duration pause) {
    model_->timers.media_idle = idle;
    model_->timers.media_pause = pause;
    start();
    establish();
  }
  void pause_both() {
    for (const media::Side& side : relays_.begin()->second.sides) media_.by_port[side.local].paused = true;
  }
  static std::string moved(std::string sdp, const std::string& port) {
    size_t at = sdp.find("m=audio ") + 8;
    return sdp.replace(at, 4, port);
  }
  const media::Relay& rtp() const { return relays_.begin()->second; }
};

// RFC 3261 14
TEST_F(InCallTest, NewOfferGoesToTheOtherSideAndItsAnswerBack) {
  establish();
  EXPECT_EQ(from_caller(reinvite(2, moved(offer_sdp, "4010"))), Reason::none);
  EXPECT_EQ(all_to(access_realm).at(0).first_line(), "SIP/2.0 100 Trying");
  Sent ours = last_to(core_realm);
  EXPECT_EQ(ours.first_line(), "INVITE sip:bob@10.2.0.201:5060 SIP/2.0");
  EXPECT_EQ(ours.parse().to().tag(), "callee-tag");
  EXPECT_EQ(ours.parse().cseq().number, 2u);
  EXPECT_EQ(rtp().sides[0].remote.port, 4000) << "until it is answered";
  from_callee(response(ours, 200, moved(answer_sdp, "6010")));
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("ACK "));
  EXPECT_EQ(last_to(core_realm).parse().cseq().number, 2u);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(rtp().sides[0].remote.port, 4010);
  EXPECT_EQ(rtp().sides[1].remote.port, 6010);
  EXPECT_EQ(from_caller(ack(2)), Reason::none);
  sent_.clear();
  pass(40s);
  EXPECT_TRUE(sent_.empty());
}

TEST_F(InCallTest, CalleeMayOfferToo) {
  establish();
  EXPECT_EQ(from_callee(callee_request("INVITE", 1, moved(answer_sdp, "6020"))), Reason::none);
  Sent ours = last_to(access_realm);
  EXPECT_EQ(ours.first_line(), "INVITE sip:555@192.0.2.10:40000 SIP/2.0");
  EXPECT_NE(ours.body().find("c=IN IP4 192.0.2.1\r\n"), std::string::npos);
  from_caller(response(ours, 200, offer_sdp));
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(rtp().sides[1].remote.port, 6020);
}

TEST_F(InCallTest, LateOfferInsideTheCall) {
  establish();
  from_caller(reinvite(2, ""));
  Sent ours = last_to(core_realm);
  EXPECT_TRUE(ours.body().empty());
  from_callee(response(ours, 200, moved(answer_sdp, "6030")));
  EXPECT_TRUE(all_to(core_realm).empty());
  from_caller(ack(2, moved(offer_sdp, "4030")));
  EXPECT_FALSE(last_to(core_realm).body().empty());
  EXPECT_EQ(rtp().sides[0].remote.port, 4030);
  EXPECT_EQ(rtp().sides[1].remote.port, 6030);
}

// RFC 6141, RFC 3261 14.1
TEST_F(InCallTest, RefusedOfferLeavesTheSessionAsItWas) {
  establish();
  auto before = relays_;
  from_caller(reinvite(2, moved(offer_sdp, "4010") + "m=video 4012 RTP/AVP 99\r\n"));
  EXPECT_EQ(relays_.size(), 4u);
  from_callee(response(last_to(core_realm), 488));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 488 Not Acceptable Here");
  ASSERT_EQ(relays_.size(), 2u);
  EXPECT_EQ(rtp().sides[0].remote, before.begin()->second.sides[0].remote);
  EXPECT_EQ(engine_->live_calls(), 1u);
  from_caller(caller_request("ACK", "z9hG4bKre2", 2, caller_tag()));
  EXPECT_EQ(from_caller(reinvite(3, moved(offer_sdp, "4010"))), Reason::none) << "and the next one may come";
}

// RFC 3261 14.1: what our leg's peer wants of us is nothing that the other one can give
TEST_F(InCallTest, RefusalOfOurOwnOfferIsPlainlyNotAcceptable) {
  establish();
  uint32_t cseq = 2;
  for (int status : {401, 407, 405, 415, 420, 422, 513, 302}) {
    from_caller(reinvite(cseq, offer_sdp));
    from_callee(response(last_to(core_realm), status, "", "Retry-After: 5 (at lunch)\r\n"));
    EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 488 Not Acceptable Here") << status;
    EXPECT_EQ(last_to(access_realm).header(Header::retry_after), "5");
    from_caller(caller_request("ACK", "z9hG4bKre" + std::to_string(cseq), cseq, caller_tag()));
    ++cseq;
  }
  EXPECT_EQ(engine_->live_calls(), 1u);
}

// RFC 3261 14.2
TEST_F(InCallTest, OverlappingOfferIsToldWhenToTryAgain) {
  establish();
  from_caller(reinvite(2, offer_sdp));
  for (uint32_t cseq = 3; cseq < 43; ++cseq) {
    EXPECT_EQ(from_caller(reinvite(cseq, offer_sdp)), Reason::request_pending);
    EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 500 Server Internal Error");
    auto seconds = sip::parse_number(last_to(access_realm).header(Header::retry_after));
    ASSERT_TRUE(seconds);
    EXPECT_TRUE(*seconds >= 1 && *seconds <= 10) << *seconds;
  }
}

// RFC 3261 14.2
TEST_F(InCallTest, OffersThatMeetAreBothTurnedBackOrWait) {
  establish();
  from_caller(reinvite(2, offer_sdp));
  Sent ours = last_to(core_realm);
  EXPECT_EQ(from_callee(callee_request("INVITE", 1, answer_sdp)), Reason::request_pending);
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 491 Request Pending");
  EXPECT_EQ(from_caller(reinvite(3, offer_sdp)), Reason::request_pending);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 500 Server Internal Error");
  // The callee's 491 reaches the caller, which will try again.
  from_callee(response(ours, 491));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 491 Request Pending");
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(InCallTest, OfferBeforeTheAckOfTheAnswerWaits) {
  answer();
  EXPECT_EQ(from_callee(callee_request("INVITE", 1, answer_sdp)), Reason::request_pending);
}

// A peer that chose its Call-ID and tag well would else be shown a digest that hides what we tell others.
TEST_F(InCallTest, BranchOfAnAckIsNoDigestOfThreeNumbers) {
  auto as_known = [](std::string text) {
    text.replace(text.find("caller-call-id"), 14, "call-id8");
    text.replace(text.find("caller-tag"), 10, "the-tag8");
    return text;
  };
  EXPECT_EQ(from_caller(as_known(invite())), Reason::none);
  EXPECT_EQ(from_callee(response(invite_, 200, answer_sdp)), Reason::none);
  EXPECT_EQ(from_caller(as_known(ack())), Reason::none);
  EXPECT_EQ(from_callee(callee_request("INVITE", 1, answer_sdp)), Reason::none);
  Sent ours = last_to(access_realm);
  EXPECT_EQ(from_caller(response(ours, 200, offer_sdp)), Reason::none);
  const std::string branch(last_to(access_realm).parse().top_via().branch);
  uint64_t call_id = 0, tag = 0;
  std::memcpy(&call_id, "call-id8", 8);
  std::memcpy(&tag, "the-tag8", 8);
  const auto keys = transaction::DigestKeys::derive(steering_->key());
  const uint64_t pad = transaction::Digester(keys)
                           .number(call_id)
                           .number(tag)
                           .number(ours.parse().cseq().number)
                           .digest()
                           .high;
  std::string shown = "z9hG4bK";
  for (unsigned i = 0; i < 12; ++i) shown += "abcdefghijklmnopqrstuvwxyz012345"[pad >> 5 * i & 31];
  EXPECT_NE(branch.substr(0, shown.size()), shown);
}

TEST_F(InCallTest, OfferThatCannotBeAnchoredIsRefusedAndNothingChanges) {
  establish();
  std::string sdp = offer_sdp;
  sdp.replace(sdp.find("c=IN IP4 192.0.2.10"), 19, "c=IN IP4 224.0.0.10");
  EXPECT_EQ(from_caller(reinvite(2, sdp)), Reason::sdp_unacceptable);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 488 Not Acceptable Here");
  EXPECT_EQ(relays_.size(), 2u);
}

// RFC 3261 12.2.1.2, 14.1
TEST_F(InCallTest, PeerThatForgotTheCallEndsIt) {
  establish();
  from_caller(reinvite(2, offer_sdp));
  from_callee(response(last_to(core_realm), 481));
  EXPECT_EQ(all_to(access_realm).at(0).first_line(), "SIP/2.0 481 Call/Transaction Does Not Exist");
  EXPECT_TRUE(all_to(access_realm).at(1).bytes.starts_with("BYE "));
  EXPECT_EQ(cdrs_.at(0).reason, Reason::dialog_gone);
}

TEST_F(InCallTest, PeerThatDoesNotAnswerANewOfferEndsTheCall) {
  establish();
  from_caller(reinvite(2, offer_sdp));
  pass(33s);
  EXPECT_EQ(cdrs_.at(0).reason, Reason::peer_timeout);
}

// RFC 3261 9: a re-INVITE is cancelled by whoever answers it
TEST_F(InCallTest, CancelledReinviteEndsAsTheOtherSideSays) {
  establish();
  from_caller(reinvite(2, moved(offer_sdp, "4010")));
  Sent ours = last_to(core_realm);
  from_callee(response(ours, 100));
  from_caller(caller_request("CANCEL", "z9hG4bKre2", 2, caller_tag()));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("CANCEL "));
  from_callee(response(ours, 487));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 487 Request Terminated");
  EXPECT_EQ(rtp().sides[0].remote.port, 4000);
  EXPECT_EQ(engine_->live_calls(), 1u);
}

// RFC 3261 15.1.2
TEST_F(InCallTest, ByeAnswersWhatWasPending) {
  establish();
  from_caller(reinvite(2, offer_sdp));
  from_caller(caller_request("BYE", "z9hG4bKbye", 3, caller_tag()));
  EXPECT_EQ(all_to(access_realm).at(0).first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(all_to(access_realm).at(1).first_line(), "SIP/2.0 487 Request Terminated");
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("BYE "));
}

TEST_F(InCallTest, AnswerToANewOfferThatCrossesOurByeIsOnlyAcknowledged) {
  establish();
  from_caller(reinvite(2, offer_sdp));
  Sent ours = last_to(core_realm);
  from_caller(caller_request("BYE", "z9hG4bKbye", 3, caller_tag()));
  from_callee(response(ours, 200, answer_sdp));
  ASSERT_EQ(sent_.size(), 1u);
  EXPECT_TRUE(sent_[0].bytes.starts_with("ACK "));
}

// RFC 3261 12.2.2
TEST_F(InCallTest, RequestOfTheDialogFromAnotherPeerIsForeign) {
  establish();
  std::string bye = caller_request("BYE", "z9hG4bKbye", 2, caller_tag());
  EXPECT_EQ(receive(access_realm, *Endpoint::parse("192.0.2.66:40000"), bye), Reason::dialog_foreign);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 481 Call/Transaction Does Not Exist");
  EXPECT_EQ(receive(core_realm, caller_, bye), Reason::dialog_foreign);
  std::string wrong_tag = bye;
  wrong_tag.replace(wrong_tag.find("tag=caller-tag"), 14, "tag=guessed-ta");
  EXPECT_EQ(from_caller(wrong_tag), Reason::dialog_foreign);
  EXPECT_EQ(receive(access_realm, *Endpoint::parse("192.0.2.66:40000"), ack()), Reason::dialog_foreign);
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(InCallTest, PeerBehindNatMayChangeItsPort) {
  establish();
  Endpoint rebound = *Endpoint::parse("192.0.2.10:50000");
  std::string options = caller_request("OPTIONS", "z9hG4bKo", 2, caller_tag());
  EXPECT_EQ(receive(access_realm, rebound, options), Reason::none);
  EXPECT_EQ(last_to(access_realm).to.remote, rebound);
}

// RFC 3261 12.2.2
TEST_F(InCallTest, OldRequestIsRefused) {
  establish();
  from_caller(caller_request("OPTIONS", "z9hG4bKo5", 5, caller_tag()));
  EXPECT_EQ(from_caller(caller_request("BYE", "z9hG4bKb4", 4, caller_tag())), Reason::cseq_old);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 500 Server Internal Error");
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(InCallTest, AckOfNothingIsStray) {
  establish();
  EXPECT_EQ(from_caller(ack(9)), Reason::ack_stray);
  EXPECT_EQ(from_caller(ack(1)), Reason::none) << "the same one once more";
  std::string other = ack(1);
  other.replace(other.find("caller-call-id"), 14, "other-call-idX");
  EXPECT_EQ(from_caller(other), Reason::ack_stray);
}

TEST_F(InCallTest, SilenceEndsTheCall) {
  model_->timers.media_idle = 60s;
  start();
  establish();
  pass(50s);
  media_.by_port[relays_.begin()->first].last_packet = now_;
  pass(59s);
  EXPECT_EQ(engine_->live_calls(), 1u);
  pass(1s);
  EXPECT_EQ(engine_->live_calls(), 0u);
  EXPECT_EQ(cdrs_.at(0).reason, Reason::media_silent);
  EXPECT_EQ(cdrs_[0].cause, 102);
}

TEST_F(InCallTest, APauseThatComfortNoiseHasBegunMayLastLonger) {
  establish_with_silence_for(60s, 300s);
  pause_both();
  media::SideStats& callee = media_.by_port[relays_.begin()->second.sides[1].local];
  callee.last_packet = now_;
  pass(299s);
  EXPECT_EQ(engine_->live_calls(), 1u);
  callee.last_packet = now_;
  callee.paused = false;
  pass(59s);
  EXPECT_EQ(engine_->live_calls(), 1u);
  pass(2s);
  EXPECT_EQ(engine_->live_calls(), 0u) << "it has spoken again, and fallen silent for good";
}

TEST_F(InCallTest, APauseEndsTheCallAtLast) {
  establish_with_silence_for(60s, 300s);
  pause_both();
  pass(299s);
  EXPECT_EQ(engine_->live_calls(), 1u);
  pass(1s);
  EXPECT_EQ(cdrs_.at(0).reason, Reason::media_silent);
}

TEST_F(InCallTest, ThePauseOfOneSideExcusesNotTheOther) {
  establish_with_silence_for(60s, 300s);
  media_.by_port[relays_.begin()->second.sides[1].local].paused = true;
  pass(60s);
  EXPECT_EQ(cdrs_.at(0).reason, Reason::media_silent);
}

TEST_F(InCallTest, WherePausesMayLastForEverTheyDo) {
  establish_with_silence_for(60s, 0s);
  pause_both();
  pass(600s);
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(InCallTest, CallOnHoldMayBeSilent) {
  model_->timers.media_idle = 60s;
  start();
  establish();
  from_caller(reinvite(2, offer_sdp + "a=sendonly\r\n"));
  from_callee(response(last_to(core_realm), 200, answer_sdp + "a=recvonly\r\n"));
  from_caller(ack(2));
  pass(600s);
  EXPECT_EQ(engine_->live_calls(), 1u);
  from_caller(reinvite(3, offer_sdp));
  from_callee(response(last_to(core_realm), 200, answer_sdp));
  from_caller(ack(3));
  pass(55s);
  EXPECT_EQ(engine_->live_calls(), 1u) << "silence counts from the end of the hold";
  pass(65s);
  EXPECT_EQ(engine_->live_calls(), 0u);
}

TEST_F(InCallTest, CallEndsWhenItHasLastedLongEnough) {
  model_->timers.call_max = 600s;
  start();
  establish();
  pass(600s);
  EXPECT_EQ(cdrs_.at(0).reason, Reason::call_too_long);
}

// RFC 3326: both hear why, as the CDR does; not where the other one has hung up, who may say why itself.
TEST_F(InCallTest, PeersAreToldWhyWeEndTheirCall) {
  model_->timers.call_max = 600s;
  start();
  establish();
  pass(600s);
  for (RealmId realm : {access_realm, core_realm})
    EXPECT_EQ(last_to(realm).header(sip::Header::reason), "Q.850;cause=102");
  EXPECT_EQ(cdrs_.at(0).cause, 102);
  pass(40s);
  start();
  establish();
  from_caller(caller_request("INVITE", "z9hG4bKagain", 2, caller_tag(), offer_sdp));
  from_callee(response(last_to(core_realm), 481));
  EXPECT_EQ(last_to(access_realm).header(sip::Header::reason), "Q.850;cause=41");
  EXPECT_EQ(cdrs_.at(1).cause, 41);
  pass(40s);
  start();
  establish();
  from_caller(caller_request("BYE", "z9hG4bKbye", 2, caller_tag()));
  EXPECT_EQ(last_to(core_realm).header(sip::Header::reason), "");
}

TEST_F(InCallTest, OperatorHangsUp) {
  establish();
  uint64_t id = 0;
  engine_->visit_calls(media_, [&](const CallRecord& record) {
    id = record.id;
    EXPECT_EQ(record.state, CallState::answered);
    return true;
  });
  CallRecord record;
  EXPECT_TRUE(engine_->find_call(media_, id, record));
  EXPECT_FALSE(engine_->find_call(media_, id + 1, record));
  EXPECT_FALSE(engine_->hang_up(surroundings(), id + 1));
  EXPECT_TRUE(engine_->hang_up(surroundings(), id));
  carry_out();
  EXPECT_TRUE(last_to(access_realm).bytes.starts_with("BYE "));
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("BYE "));
  EXPECT_EQ(last_to(core_realm).header(sip::Header::reason), "Q.850;cause=16");
  EXPECT_EQ(cdrs_.at(0).reason, Reason::hung_up);
}

// RFC 3261 15.1.2: both hang up at the same moment
TEST_F(InCallTest, ByesThatCrossAreBothAnswered) {
  establish();
  from_caller(caller_request("BYE", "z9hG4bKbye", 2, caller_tag()));
  EXPECT_EQ(from_callee(callee_request("BYE", 1)), Reason::none);
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(cdrs_.size(), 1u);
}

TEST_F(InCallTest, RepeatedByeBringsTheSameResponseAgain) {
  establish();
  std::string bye = caller_request("BYE", "z9hG4bKbye", 2, caller_tag());
  from_caller(bye);
  std::string first = all_to(access_realm).at(0).bytes;
  EXPECT_EQ(from_caller(bye), Reason::none);
  ASSERT_EQ(sent_.size(), 1u);
  EXPECT_EQ(sent_[0].bytes, first);
}

TEST_F(InCallTest, UnansweredByeIsGivenUp) {
  establish();
  from_caller(caller_request("BYE", "z9hG4bKbye", 2, caller_tag()));
  EXPECT_EQ(engine_->usage().legs, 1u);
  pass(32s);
  EXPECT_EQ(engine_->usage().legs, 0u);
}

}  // namespace
}  // namespace sbc::call
