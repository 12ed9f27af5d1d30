// Offers by UPDATE before the call is answered (RFC 3311 5.1): in the early dialog whose answer both sides
// have for good.
#include "tests/sbc/call/described.h"

namespace sbc::call {
namespace {

using sip::Header;

const std::string takes_update = "Allow: INVITE, ACK, BYE, UPDATE, PRACK\r\n";
const std::string video = "m=video 7000 RTP/AVP 99\r\na=rtpmap:99 H264/90000\r\n";

class EarlyUpdateTest : public EngineTest {
 protected:
  static std::string of_caller(const std::string& more = "") {
    return described("192.0.2.10", 4000, "8", more);
  }
  static std::string of_callee(const std::string& more = "", int port = 6000) {
    return described("10.2.0.201", port, "8", more);
  }
  static std::string reliable(uint32_t rseq) {
    return takes_update + "Require: 100rel\r\nRSeq: " + std::to_string(rseq) + "\r\n";
  }
  Reason prack(uint32_t cseq) {
    std::string text = caller_request("PRACK", "z9hG4bKprack" + std::to_string(cseq), cseq, caller_tag());
    return from_caller(text.insert(text.find("Contact:"), "RAck: " + rseq_ + " 1 INVITE\r\n"));
  }
  /// A callee has answered reliably, and the caller's PRACK may be missing.
  void progress(const std::string& caller_says = takes_update + "Supported: 100rel\r\n", bool pracks = true,
                bool acknowledges = true) {
    EXPECT_EQ(from_caller(invite(caller_says, of_caller())), Reason::none);
    initial_ = invite_;
    EXPECT_EQ(from_callee(response(invite_, 183, of_callee(), reliable(1))), Reason::none);
    const Sent ours = last_to(core_realm), early = last_to(access_realm);
    EXPECT_FALSE(early.body().empty());
    rseq_ = early.header(Header::rseq);
    prack_ = ours;
    if (acknowledges) {
      EXPECT_EQ(from_callee(response(ours, 200)), Reason::none);
    }
    if (pracks) {
      EXPECT_EQ(prack(2), Reason::none);
    }
    sent_.clear();
  }
  Reason caller_offers(uint32_t cseq, const std::string& sdp = of_caller("a=sendonly\r\n")) {
    return from_caller(caller_request("UPDATE", "z9hG4bKu" + std::to_string(cseq), cseq, caller_tag(), sdp));
  }
  Sent update_to(RealmId realm) {
    const Sent update = last_to(realm);
    EXPECT_TRUE(update.bytes.starts_with("UPDATE ")) << update.bytes;
    return update;
  }
  void answer_call(const std::string& sdp = "", const std::string& tag = "callee-tag") {
    EXPECT_EQ(from_callee(response(initial_, 200, sdp, takes_update, tag)), Reason::none);
    EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  }
  Endpoint media_of_callee() const {
    for (const auto& [local, relay] : relays_)
      if (relay.kind == media::Kind::rtp) return relay.sides[1].remote;
    return {};
  }
  Sent initial_, prack_;
  std::string rseq_;
};

TEST_F(EarlyUpdateTest, CallersOfferCrosses) {
  progress();
  EXPECT_EQ(caller_offers(3), Reason::none);
  const Sent offer = update_to(core_realm);
  EXPECT_EQ(offer.first_line(), "UPDATE sip:bob@10.2.0.201:5060 SIP/2.0");
  EXPECT_EQ(line_of(offer, "a=sendonly"), "a=sendonly");
  EXPECT_FALSE(offer.header(Header::contact).empty());
  EXPECT_EQ(from_callee(response(offer, 200, of_callee("a=recvonly\r\n", 6100))), Reason::none);
  const Sent answer = last_to(access_realm);
  EXPECT_EQ(answer.first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(answer.header(Header::cseq), "3 UPDATE");
  EXPECT_EQ(line_of(answer, "a=recvonly"), "a=recvonly");
  EXPECT_EQ(media_of_callee(), *Endpoint::parse("10.2.0.201:6100"));
  answer_call();
  EXPECT_EQ(last_to(access_realm).body(), "") << "the caller knows what was agreed on";
  EXPECT_EQ(from_caller(ack()), Reason::none);
  EXPECT_EQ(media_of_callee(), *Endpoint::parse("10.2.0.201:6100"));
  EXPECT_EQ(caller_offers(4, of_caller()), Reason::none);
  EXPECT_EQ(from_callee(response(update_to(core_realm), 200, of_callee())), Reason::none);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
}

TEST_F(EarlyUpdateTest, CalleesOfferCrosses) {
  progress();
  EXPECT_EQ(from_callee(callee_request("UPDATE", 1, of_callee("", 6100))), Reason::none);
  const Sent offer = update_to(access_realm);
  EXPECT_EQ(from_caller(response(offer, 200, of_caller())), Reason::none);
  EXPECT_EQ(last_to(core_realm).header(Header::cseq), "1 UPDATE");
  EXPECT_FALSE(last_to(core_realm).body().empty());
  EXPECT_EQ(media_of_callee(), *Endpoint::parse("10.2.0.201:6100"));
  answer_call(of_callee());
  EXPECT_EQ(last_to(access_realm).body(), "") << "what the 2xx repeats is older";
  EXPECT_EQ(media_of_callee(), *Endpoint::parse("10.2.0.201:6100"));
}

TEST_F(EarlyUpdateTest, WhoIsBehindNatIsWaitedForOnceTheCallIsAnswered) {
  progress();
  EXPECT_EQ(caller_offers(3), Reason::none);
  EXPECT_EQ(from_callee(response(update_to(core_realm), 200, of_callee("a=recvonly\r\n"))), Reason::none);
  installed_ = 0;
  answer_call();
  EXPECT_EQ(installed_, 2u) << "RTP and RTCP, for what may latch is counted from there on";
}

// RFC 3311 5.2
TEST_F(EarlyUpdateTest, OneAtATime) {
  progress();
  EXPECT_EQ(caller_offers(3), Reason::none);
  const Sent offer = update_to(core_realm);
  EXPECT_EQ(from_callee(callee_request("UPDATE", 1, of_callee())), Reason::request_pending);
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 491 Request Pending");
  EXPECT_EQ(caller_offers(4), Reason::request_pending);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 500 Server Internal Error");
  EXPECT_FALSE(last_to(access_realm).header(Header::retry_after).empty());
  EXPECT_EQ(from_callee(response(offer, 200, of_callee("a=recvonly\r\n"))), Reason::none);
  EXPECT_EQ(from_callee(callee_request("UPDATE", 2, of_callee())), Reason::none);
  update_to(access_realm);
}

TEST_F(EarlyUpdateTest, RefusedOneLeavesTheSessionAsItWas) {
  progress();
  EXPECT_EQ(caller_offers(3, described("192.0.2.10", 4100, "8")), Reason::none);
  EXPECT_EQ(from_callee(response(update_to(core_realm), 488)), Reason::none);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 488 Not Acceptable Here");
  answer_call();
  EXPECT_EQ(from_caller(ack()), Reason::none);
  for (const auto& [local, relay] : relays_) {
    if (relay.kind == media::Kind::rtp) {
      EXPECT_EQ(relay.sides[0].remote, *Endpoint::parse("192.0.2.10:4000"));
    }
  }
}

TEST_F(EarlyUpdateTest, UnansweredOneLeavesTheCall) {
  progress();
  from_callee(callee_request("UPDATE", 1, of_callee("", 6100)));
  update_to(access_realm);
  pass(33s);
  EXPECT_EQ(engine_->live_calls(), 1u);
  EXPECT_EQ(media_of_callee(), *Endpoint::parse("10.2.0.201:6000"));
  EXPECT_EQ(from_callee(callee_request("UPDATE", 2, of_callee("", 6200))), Reason::none);
}

TEST_F(EarlyUpdateTest, WaitsForTheCallersAcknowledgement) {
  progress(takes_update + "Supported: 100rel\r\n", false);
  EXPECT_EQ(from_callee(callee_request("UPDATE", 1, of_callee())), Reason::request_pending);
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 491 Request Pending");
  EXPECT_EQ(prack(2), Reason::none);
  EXPECT_EQ(from_callee(callee_request("UPDATE", 2, of_callee())), Reason::none);
}

// RFC 3262 5: it must not come before our PRACK
TEST_F(EarlyUpdateTest, WaitsForOurs) {
  progress(takes_update + "Supported: 100rel\r\n", true, false);
  EXPECT_EQ(caller_offers(3), Reason::request_pending);
  EXPECT_EQ(from_callee(response(prack_, 200)), Reason::none);
  EXPECT_EQ(caller_offers(4), Reason::none);
  update_to(core_realm);
}

TEST_F(EarlyUpdateTest, GoesToNobodyWhoDoesNotTakeIt) {
  progress("Supported: 100rel\r\n");
  EXPECT_EQ(from_callee(callee_request("UPDATE", 1, of_callee())), Reason::request_pending);
  EXPECT_TRUE(all_to(access_realm).empty());
}

TEST_F(EarlyUpdateTest, WithoutAReliableAnswerItWaits) {
  from_caller(invite(takes_update + "Supported: 100rel\r\n", of_caller()));
  from_callee(response(invite_, 183, of_callee(), takes_update));
  EXPECT_EQ(caller_offers(2), Reason::request_pending);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 500 Server Internal Error");
}

TEST_F(EarlyUpdateTest, AnswerToTheCallMayOvertakeTheOther) {
  progress();
  EXPECT_EQ(caller_offers(3), Reason::none);
  const Sent offer = update_to(core_realm);
  answer_call();
  EXPECT_EQ(from_caller(ack()), Reason::none);
  EXPECT_EQ(caller_offers(4), Reason::request_pending) << "it is still under way";
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 500 Server Internal Error");
  EXPECT_EQ(from_callee(response(offer, 200, of_callee("a=recvonly\r\n", 6100))), Reason::none);
  EXPECT_EQ(last_to(access_realm).header(Header::cseq), "3 UPDATE");
  EXPECT_EQ(media_of_callee(), *Endpoint::parse("10.2.0.201:6100"));
  EXPECT_EQ(caller_offers(5), Reason::none);
}

TEST_F(EarlyUpdateTest, WhatRingsAfterwardsBringsNoSdp) {
  progress();
  caller_offers(3);
  from_callee(response(update_to(core_realm), 200, of_callee("a=recvonly\r\n", 6100)));
  from_callee(response(initial_, 180, of_callee(), takes_update));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 180 Ringing");
  EXPECT_EQ(last_to(access_realm).body(), "");
  EXPECT_EQ(media_of_callee(), *Endpoint::parse("10.2.0.201:6100"));
}

TEST_F(EarlyUpdateTest, AnotherForkThatAnswersIsHeard) {
  progress();
  caller_offers(3);
  from_callee(response(update_to(core_realm), 200, of_callee("a=recvonly\r\n", 6100)));
  const std::string first = caller_tag();
  from_callee(response(initial_, 183, of_callee("", 6300), takes_update, "other"));
  EXPECT_EQ(last_to(access_realm).body(), "") << "its preview would be an answer to something else";
  EXPECT_NE(caller_tag(), first);
  EXPECT_EQ(media_of_callee(), *Endpoint::parse("10.2.0.201:6100"));
  answer_call(of_callee("", 6300), "other");
  EXPECT_EQ(media_of(last_to(access_realm)), "m=audio P RTP/AVP 8");
  EXPECT_EQ(line_of(last_to(access_realm), "a=recvonly"), "");
  EXPECT_EQ(media_of_callee(), *Endpoint::parse("10.2.0.201:6300"));
  EXPECT_EQ(from_caller(ack()), Reason::none);
}

// RFC 3262 5: its answer was reliable, so the 2xx has none.
TEST_F(EarlyUpdateTest, AnotherForkThatHasAnsweredReliablyIsHeard) {
  progress();
  caller_offers(3, of_caller(video));
  from_callee(response(update_to(core_realm), 200, of_callee(video, 6100)));
  from_callee(response(initial_, 183, of_callee("", 6300), reliable(1), "other"));
  from_callee(response(last_to(core_realm), 200));
  move_calls(true);
  answer_call("", "other");
  EXPECT_EQ(media_of(last_to(access_realm)), "m=audio P RTP/AVP 8");
  EXPECT_EQ(media_of(last_to(access_realm), "video"), "") << "its caller has offered none in the INVITE";
  EXPECT_EQ(media_of_callee(), *Endpoint::parse("10.2.0.201:6300"));
  EXPECT_EQ(from_caller(ack()), Reason::none);
}

TEST_F(EarlyUpdateTest, AnotherForkIsRefreshedWithWhatItWasTold) {
  progress();
  caller_offers(3);
  from_callee(response(update_to(core_realm), 200, of_callee("a=recvonly\r\n", 6100)));
  EXPECT_EQ(from_callee(response(initial_, 200, of_callee("", 6300),
                                 "Allow: INVITE\r\nSession-Expires: 300;refresher=uac\r\n", "other")),
            Reason::none);
  EXPECT_EQ(from_caller(ack()), Reason::none);
  pass(150s);
  EXPECT_EQ(last_to(core_realm).body(), initial_.body());
}

TEST_F(EarlyUpdateTest, DialogThatIsGoneEndsTheCallThatWasAnsweredMeanwhile) {
  progress();
  caller_offers(3);
  const Sent offer = update_to(core_realm);
  answer_call();
  from_caller(ack());
  from_callee(response(offer, 481));
  EXPECT_TRUE(last_to(access_realm).bytes.starts_with("BYE "));
}

// Its requests, which our PRACK follows, go to its own Contact.
TEST_F(EarlyUpdateTest, TargetOfOneForkIsNotAnothers) {
  progress();
  std::string update = callee_request("UPDATE", 1, of_callee("", 6100));
  update.replace(update.find("sip:bob@10.2.0.201:5060"), 23, "sip:moved@10.2.0.201:5060");
  EXPECT_EQ(from_callee(update), Reason::none);
  const Sent offer = update_to(access_realm);
  from_callee(response(initial_, 180, "", takes_update, "other"));
  from_caller(response(offer, 200, of_caller()));
  std::string silent = response(initial_, 180, "", reliable(1), "other");
  const size_t contact = silent.find("Contact:");
  from_callee(silent.erase(contact, silent.find("\r\n", contact) + 2 - contact));
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("PRACK sip:bob@")) << last_to(core_realm).first_line();
}

TEST_F(EarlyUpdateTest, AnotherForkThatAnswersMeanwhileEndsIt) {
  progress();
  caller_offers(3);
  const Sent offer = update_to(core_realm);
  EXPECT_EQ(from_callee(response(initial_, 200, of_callee("", 6300), takes_update, "other")), Reason::none);
  std::vector<std::string> lines;
  for (const Sent& sent : all_to(access_realm)) lines.push_back(sent.first_line());
  EXPECT_EQ(lines, (std::vector<std::string>{"SIP/2.0 487 Request Terminated", "SIP/2.0 200 OK"}));
  from_callee(response(offer, 200, of_callee("", 6100)));
  EXPECT_EQ(media_of_callee(), *Endpoint::parse("10.2.0.201:6300"));
}

TEST_F(EarlyUpdateTest, NextPeerGetsTheFirstOffer) {
  progress();
  caller_offers(3);
  from_callee(response(update_to(core_realm), 200, of_callee("a=recvonly\r\n", 6100)));
  from_callee(response(initial_, 503));
  EXPECT_EQ(invite_.to.remote, second_);
  EXPECT_EQ(line_of(invite_, "a=sendonly"), "");
  EXPECT_EQ(receive(core_realm, second_, response(invite_, 200, described("10.2.0.202", 6500, "8"))),
            Reason::none);
  EXPECT_FALSE(last_to(access_realm).body().empty());
}

TEST_F(EarlyUpdateTest, NextPeerIsOfferedNoStreamThatWasAddedSince) {
  progress();
  caller_offers(3, of_caller(video));
  from_callee(response(update_to(core_realm), 200, of_callee(video, 6100)));
  from_callee(response(initial_, 503));
  EXPECT_EQ(invite_.to.remote, second_);
  EXPECT_EQ(media_of(invite_, "video"), "");
  EXPECT_EQ(receive(core_realm, second_, response(invite_, 200, described("10.2.0.202", 6500, "8"))),
            Reason::none);
  EXPECT_EQ(media_of(last_to(access_realm)), "m=audio P RTP/AVP 8");
}

TEST_F(EarlyUpdateTest, CancelAnswersWhatIsUnderWay) {
  progress();
  caller_offers(3);
  std::string cancel = caller_request("CANCEL", "z9hG4bKinvite", 1);
  EXPECT_EQ(from_caller(cancel), Reason::none);
  int refused = 0;
  for (const Sent& sent : all_to(access_realm))
    refused += sent.first_line() == "SIP/2.0 487 Request Terminated";
  EXPECT_EQ(refused, 2);
  EXPECT_EQ(engine_->live_calls(), 0u);
}

TEST_F(EarlyUpdateTest, AnswerThatIsNoneEndsTheCall) {
  progress();
  caller_offers(3);
  EXPECT_EQ(from_callee(response(update_to(core_realm), 200)), Reason::none);
  EXPECT_EQ(engine_->live_calls(), 0u);
  ASSERT_EQ(cdrs_.size(), 1u);
  EXPECT_EQ(cdrs_[0].reason, Reason::answer_bad);
}

TEST_F(EarlyUpdateTest, CallMayMoveAtAnyTime) {
  progress();
  move_calls(true);
  EXPECT_EQ(caller_offers(3), Reason::none);
  const Sent offer = update_to(core_realm);
  move_calls(true);
  EXPECT_EQ(from_callee(response(offer, 200, of_callee("a=recvonly\r\n", 6100))), Reason::none);
  EXPECT_EQ(last_to(access_realm).header(Header::cseq), "3 UPDATE");
  move_calls(true);
  answer_call();
  EXPECT_EQ(last_to(access_realm).body(), "");
  EXPECT_EQ(media_of_callee(), *Endpoint::parse("10.2.0.201:6100"));
}

// RFC 4028 7.4: what is repeated is what was agreed on last
TEST_F(EarlyUpdateTest, RefreshRepeatsIt) {
  progress();
  caller_offers(3);
  const Sent offer = update_to(core_realm);
  from_callee(response(offer, 200, of_callee("a=recvonly\r\n", 6100)));
  from_callee(response(initial_, 200, "", "Allow: INVITE\r\nSession-Expires: 300;refresher=uac\r\n"));
  from_caller(ack());
  sent_.clear();
  pass(150s);
  EXPECT_EQ(last_to(core_realm).body(), offer.body());
}

// RFC 4028 7.4: nobody has told it what went to the peer before
TEST_F(EarlyUpdateTest, NextPeerIsRefreshedWithWhatItWasTold) {
  progress();
  caller_offers(3);
  from_callee(response(update_to(core_realm), 200, of_callee("a=recvonly\r\n", 6100)));
  from_callee(response(initial_, 503));
  const Sent offer = invite_;
  EXPECT_EQ(offer.to.remote, second_);
  EXPECT_EQ(receive(core_realm, second_,
                    response(offer, 200, described("10.2.0.202", 6500, "8"),
                             "Allow: INVITE\r\nSession-Expires: 300;refresher=uac\r\n")),
            Reason::none);
  EXPECT_EQ(from_caller(ack()), Reason::none);
  sent_.clear();
  pass(150s);
  EXPECT_EQ(last_to(core_realm).body(), offer.body());
}

// Its 2xx has none (RFC 3262 5)
TEST_F(EarlyUpdateTest, CallerIsRefreshedWithWhatAnotherForkHasAnsweredReliably) {
  progress("Supported: 100rel, timer\r\nSession-Expires: 300;refresher=uas\r\n");
  caller_offers(3);
  from_callee(response(update_to(core_realm), 200, of_callee("a=recvonly\r\n", 6100)));
  from_callee(response(initial_, 183, of_callee("", 6300), reliable(1), "other"));
  from_callee(response(last_to(core_realm), 200));
  answer_call("", "other");
  const Sent answer = last_to(access_realm);
  EXPECT_EQ(from_caller(ack()), Reason::none);
  sent_.clear();
  pass(150s);
  EXPECT_EQ(last_to(access_realm).body(), answer.body());
}

}  // namespace
}  // namespace sbc::call
