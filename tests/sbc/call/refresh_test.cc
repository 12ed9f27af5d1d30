// A session refreshed by re-INVITE (RFC 4028 7.4): its peer does not take UPDATE. Nothing is to change.
#include <sstream>

#include "tests/sbc/call/described.h"

namespace sbc::call {
namespace {

using sip::Header;

/// Who refreshes its own session, once a day.
const std::string callee_refreshes = "Require: timer\r\nSession-Expires: 86400;refresher=uas\r\n";
const std::string callee_leaves_it = "Session-Expires: 300;refresher=uac\r\n";
const std::string caller_refreshes = "Supported: timer\r\nSession-Expires: 1800;refresher=uac\r\n";

class RefreshTest : public EngineTest {
 protected:
  static std::string of_caller(const std::string& formats, const std::string& more = "") {
    return described("192.0.2.10", 4000, formats, more);
  }
  static std::string of_callee(const std::string& formats, const std::string& more = "") {
    return described("10.2.0.201", 6000, formats, more);
  }
  /// A call whose callee takes no UPDATE and leaves the refresh to us; its caller does not.
  void begin(const std::string& offer = of_caller("8 0"), const std::string& answer = of_callee("8")) {
    EXPECT_EQ(from_caller(invite(caller_refreshes, offer)), Reason::none);
    EXPECT_EQ(from_callee(response(invite_, 200, answer, callee_leaves_it)), Reason::none);
    offer_ = invite_;
    answer_ = last_to(access_realm);
    EXPECT_EQ(from_caller(ack(1)), Reason::none);
    sent_.clear();
  }
  Sent refresh_of_callee() {
    pass(150s);
    EXPECT_TRUE(all_to(access_realm).empty()) << "what one side has agreed on does not cross";
    return expect_refresh(last_to(core_realm));
  }
  static Sent expect_refresh(const Sent& refresh) {
    EXPECT_TRUE(refresh.bytes.starts_with("INVITE ")) << refresh.bytes;
    return refresh;
  }
  Reason reinvite(uint32_t cseq, const std::string& offer, const std::string& more = caller_refreshes) {
    std::string text =
        caller_request("INVITE", "z9hG4bKre" + std::to_string(cseq), cseq, caller_tag(), offer);
    return from_caller(text.insert(text.find("Contact:"), more));
  }
  static int version_of(const Sent& sent) {
    std::istringstream origin(line_of(sent, "o="));
    std::string user, session;
    int version = -1;
    origin >> user >> session >> version;
    return version;
  }
  /// The caller holds the call.
  void hold() {
    EXPECT_EQ(reinvite(2, of_caller("8 0", "a=sendonly\r\n")), Reason::none);
    EXPECT_EQ(from_callee(response(invite_, 200, of_callee("8", "a=recvonly\r\n"))), Reason::none);
    offer_ = invite_;
    EXPECT_EQ(from_caller(ack(2)), Reason::none);
    sent_.clear();
  }
  Endpoint media_of_callee() const { return relays_.at(rtp_of_caller()).sides[1].remote; }
  media::MediaPort rtp_of_caller() const {
    for (const auto& [local, relay] : relays_)
      if (relay.kind == media::Kind::rtp) return local;
    return {};
  }
  static std::string of_caller_side(std::string text) {
    for (size_t at; (at = text.find("sip:bob@10.2.0.201:5060")) != text.npos;)
      text.replace(at, 23, "sip:555@192.0.2.10:40000");
    return text;
  }
  Sent offer_, answer_;
};

TEST_F(RefreshTest, RepeatsWhatTheCalleeWasToldLast) {
  begin();
  const Sent refresh = refresh_of_callee();
  EXPECT_EQ(refresh.first_line(), "INVITE sip:bob@10.2.0.201:5060 SIP/2.0");
  EXPECT_EQ(refresh.body(), offer_.body()) << "the version of o= too (RFC 3264 8)";
  EXPECT_EQ(refresh.header(Header::session_expires), "300;refresher=uac");
  EXPECT_EQ(refresh.header(Header::min_se), "90");
  const auto relays = relays_.size();
  EXPECT_EQ(from_callee(response(refresh, 200, of_callee("8"), callee_leaves_it)), Reason::none);
  ASSERT_EQ(sent_.size(), 1u);
  EXPECT_TRUE(sent_[0].bytes.starts_with("ACK ")) << sent_[0].bytes;
  EXPECT_EQ(sent_[0].body(), "");
  EXPECT_EQ(relays_.size(), relays);
  sent_.clear();
  pass(149s);
  EXPECT_TRUE(sent_.empty());
  pass(1s);
  EXPECT_EQ(last_to(core_realm).body(), offer_.body());
}

TEST_F(RefreshTest, RepeatsWhatTheCallerWasToldLast) {
  EXPECT_EQ(from_caller(invite("Supported: timer\r\nSession-Expires: 300;refresher=uas\r\n")), Reason::none);
  EXPECT_EQ(from_callee(response(invite_, 200, answer_sdp, callee_refreshes)), Reason::none);
  const Sent answer = last_to(access_realm);
  EXPECT_EQ(answer.header(Header::session_expires), "300;refresher=uas");
  from_caller(ack());
  sent_.clear();
  pass(150s);
  const Sent refresh = expect_refresh(last_to(access_realm));
  EXPECT_EQ(refresh.body(), answer.body());
  EXPECT_TRUE(all_to(core_realm).empty());
  EXPECT_EQ(from_caller(of_caller_side(response(refresh, 200, offer_sdp))), Reason::none);
  EXPECT_TRUE(last_to(access_realm).bytes.starts_with("ACK "));
  EXPECT_TRUE(all_to(core_realm).empty());
}

TEST_F(RefreshTest, PeersThatKnowNothingOfTimersAreRefreshedToo) {
  establish();
  const std::string told = invite_.body();
  pass(900s);
  ASSERT_EQ(sent_.size(), 1u) << "one offer at a time in a call";
  const Sent to_caller = expect_refresh(last_to(access_realm));
  from_caller(of_caller_side(response(to_caller, 200, offer_sdp)));
  EXPECT_TRUE(all_to(core_realm).empty());
  sent_.clear();
  pass(5s);
  const Sent to_callee = expect_refresh(last_to(core_realm));
  EXPECT_EQ(to_callee.body(), told);
  from_callee(response(to_callee, 200, answer_sdp));
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(RefreshTest, WhatWasAgreedOnLastIsRepeated) {
  begin();
  hold();
  pass(150s);
  const Sent refresh = expect_refresh(last_to(core_realm));
  EXPECT_EQ(refresh.body(), offer_.body());
  EXPECT_EQ(line_of(refresh, "a=sendonly"), "a=sendonly");
}

TEST_F(RefreshTest, OfferThatWasRefusedIsNotRepeated) {
  begin();
  EXPECT_EQ(reinvite(2, of_caller("8 0", "a=sendonly\r\n")), Reason::none);
  EXPECT_EQ(from_callee(response(invite_, 488)), Reason::none);
  from_caller(caller_request("ACK", "z9hG4bKre2", 2, caller_tag()));
  sent_.clear();
  const Sent refresh = refresh_of_callee();
  EXPECT_EQ(line_of(refresh, "a=sendonly"), "");
  EXPECT_EQ(media_of(refresh), media_of(offer_));
  EXPECT_NE(line_of(refresh, "o="), line_of(offer_, "o=")) << "that version has said something else";
}

TEST_F(RefreshTest, StreamThatWasRefusedIsNotOfferedAgain) {
  const std::string video = "m=video 4002 RTP/AVP 31\r\n";
  begin(of_caller("8 0", video), of_callee("8", "m=video 0 RTP/AVP 31\r\n"));
  EXPECT_EQ(media_of(offer_, "video"), "m=video P RTP/AVP 31");
  const Sent refresh = refresh_of_callee();
  EXPECT_EQ(media_of(refresh, "video"), "m=video 0 RTP/AVP 31");
  EXPECT_EQ(media_of(refresh), media_of(offer_));
}

TEST_F(RefreshTest, LongestThatIsKeptIsRepeated) {
  const std::string longest(2048 - of_caller("8 0").size() - 2, 'x');
  const auto line = [](const std::string& text) { return "a=" + text.substr(4) + "\r\n"; };
  begin(of_caller("8 0", line(longest)));
  EXPECT_EQ(refresh_of_callee().body(), offer_.body());
}

TEST_F(RefreshTest, WhatIsTooLongToBeKeptIsNotRepeated) {
  begin(of_caller("8 0", "a=" + std::string(2048, 'x') + "\r\n"));
  pass(400s);
  EXPECT_TRUE(all_to(core_realm).empty());
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(RefreshTest, LateOffersAnswerIsRepeated) {
  EXPECT_EQ(from_caller(invite(caller_refreshes, "")), Reason::none);
  EXPECT_EQ(from_callee(response(invite_, 200, of_callee("8 0"), callee_leaves_it)), Reason::none);
  EXPECT_EQ(from_caller(ack(1, of_caller("8"))), Reason::none);
  const Sent told = last_to(core_realm);
  EXPECT_TRUE(told.bytes.starts_with("ACK "));
  sent_.clear();
  EXPECT_EQ(refresh_of_callee().body(), told.body());
}

TEST_F(RefreshTest, PassingTroubleIsTriedAgain) {
  begin();
  for (int status : {491, 500, 503}) {
    const Sent refresh = expect_refresh(last_to((pass(150s), core_realm)));
    EXPECT_EQ(from_callee(response(refresh, status)), Reason::none);
    sent_.clear();
    pass(4s);
    EXPECT_TRUE(sent_.empty());
    pass(1s);
    const Sent again = expect_refresh(last_to(core_realm));
    EXPECT_EQ(again.body(), offer_.body());
    EXPECT_EQ(from_callee(response(again, 200, of_callee("8"), callee_leaves_it)), Reason::none);
    sent_.clear();
  }
}

TEST_F(RefreshTest, LongerSessionIsAgreedOn) {
  begin();
  from_callee(response(refresh_of_callee(), 422, "", "Min-SE: 600\r\n"));
  sent_.clear();
  pass(5s);
  EXPECT_EQ(last_to(core_realm).header(Header::session_expires), "600;refresher=uac");
}

TEST_F(RefreshTest, FinalRefusalIsNotAskedForAgain) {
  begin();
  from_callee(response(refresh_of_callee(), 488));
  sent_.clear();
  pass(1500s);
  EXPECT_TRUE(sent_.empty());
  EXPECT_EQ(engine_->live_calls(), 1u);
}

// RFC 4028 10
TEST_F(RefreshTest, PeerThatForgotTheCallEndsIt) {
  begin();
  from_callee(response(refresh_of_callee(), 481));
  EXPECT_EQ(cdrs_.at(0).reason, Reason::dialog_gone);
}

TEST_F(RefreshTest, PeerThatDoesNotAnswerEndsIt) {
  begin();
  refresh_of_callee();
  pass(33s);
  EXPECT_EQ(cdrs_.at(0).reason, Reason::peer_timeout);
}

TEST_F(RefreshTest, PeerThatRingsForEverIsAskedLater) {
  begin();
  const Sent refresh = refresh_of_callee();
  from_callee(response(refresh, 180));
  EXPECT_TRUE(sent_.empty()) << "the caller hears nothing of it";
  pass(17s);
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("CANCEL "));
  from_callee(response(refresh, 487));
  sent_.clear();
  pass(5s);
  EXPECT_EQ(expect_refresh(last_to(core_realm)).body(), offer_.body());
}

// RFC 3261 14.1, 14.2: the one who comes second is told so, whichever side it is on
TEST_F(RefreshTest, OtherOffersWaitForIt) {
  begin();
  const Sent refresh = refresh_of_callee();
  EXPECT_EQ(from_callee(callee_request("INVITE", 1, of_callee("8"))), Reason::request_pending);
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 491 Request Pending");
  EXPECT_EQ(reinvite(2, of_caller("8")), Reason::request_pending);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 491 Request Pending");
  EXPECT_EQ(from_callee(response(refresh, 200, of_callee("8"), callee_leaves_it)), Reason::none);
  EXPECT_EQ(reinvite(3, of_caller("8")), Reason::none);
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("INVITE "));
}

TEST_F(RefreshTest, WaitsForOtherOffers) {
  begin();
  pass(149s);
  EXPECT_EQ(reinvite(2, of_caller("8")), Reason::none);
  const Sent changed = invite_;
  from_callee(response(changed, 180));
  sent_.clear();
  pass(5s);
  EXPECT_TRUE(all_to(core_realm).empty());
  EXPECT_EQ(from_callee(response(changed, 200, of_callee("8"), callee_leaves_it)), Reason::none);
  from_caller(ack(2));
  sent_.clear();
  pass(149s);
  EXPECT_TRUE(sent_.empty()) << "that one has refreshed it";
  pass(1s);
  EXPECT_EQ(last_to(core_realm).body(), changed.body());
}

TEST_F(RefreshTest, CalleeMayTakeTheRefreshOverMeanwhile) {
  begin();
  const Sent refresh = refresh_of_callee();
  std::string update = callee_request("UPDATE", 1);
  update.insert(update.find("Contact:"), "Supported: timer\r\nSession-Expires: 300;refresher=uac\r\n");
  EXPECT_EQ(from_callee(update), Reason::none);
  from_callee(response(refresh, 491));
  sent_.clear();
  pass(267s);
  EXPECT_TRUE(sent_.empty());
  EXPECT_EQ(engine_->live_calls(), 1u);
  pass(2s);
  EXPECT_EQ(cdrs_.at(0).reason, Reason::session_expired);
}

TEST_F(RefreshTest, AnswerFromElsewhereMovesTheMediaAndGoesNoFurther) {
  begin();
  const Sent refresh = refresh_of_callee();
  EXPECT_EQ(media_of_callee(), *Endpoint::parse("10.2.0.201:6000"));
  EXPECT_EQ(from_callee(response(refresh, 200, described("10.2.0.201", 6100, "8"))), Reason::none);
  EXPECT_EQ(media_of_callee(), *Endpoint::parse("10.2.0.201:6100"));
  EXPECT_TRUE(all_to(access_realm).empty());
}

TEST_F(RefreshTest, AnswerThatTakesLessIsToldToTheOtherSide) {
  begin(of_caller("8 0"), of_callee("8 0"));
  const Sent refresh = refresh_of_callee();
  EXPECT_EQ(from_callee(response(refresh, 200, of_callee("0"))), Reason::none);
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("ACK "));
  const Sent told = expect_refresh(last_to(access_realm));
  EXPECT_EQ(media_of(told), "m=audio P RTP/AVP 0");
  EXPECT_EQ(from_caller(of_caller_side(response(told, 200, of_caller("0")))), Reason::none);
  EXPECT_TRUE(last_to(access_realm).bytes.starts_with("ACK "));
  EXPECT_TRUE(all_to(core_realm).empty());
  sent_.clear();
  EXPECT_EQ(media_of(refresh_of_callee()), "m=audio P RTP/AVP 0") << "what the caller takes now";
}

// RFC 3261 14.1: the Call-ID is the caller's
TEST_F(RefreshTest, CallerThatIsBusyIsToldWithinTwoSeconds) {
  begin(of_caller("8 0"), of_callee("8 0"));
  from_callee(response(refresh_of_callee(), 200, of_callee("0")));
  for (int i = 0; i < 4; ++i) {
    const Sent told = expect_refresh(last_to(access_realm));
    EXPECT_EQ(media_of(told), "m=audio P RTP/AVP 0");
    EXPECT_EQ(from_caller(of_caller_side(response(told, 491))), Reason::none);
    sent_.clear();
    pass(2s);
  }
  EXPECT_EQ(from_caller(of_caller_side(response(last_to(access_realm), 200, of_caller("0")))), Reason::none);
}

// RFC 3264 8: by one at a time, and the caller has not heard of what the callee's refreshes have brought.
TEST_F(RefreshTest, AnswerThatGoesNoFurtherIsNoVersionOfTheOtherSides) {
  EXPECT_EQ(from_caller(invite("Supported: timer\r\nSession-Expires: 800;refresher=uas\r\n")), Reason::none);
  EXPECT_EQ(from_callee(response(invite_, 200, of_callee("8"), callee_leaves_it)), Reason::none);
  const Sent answer = last_to(access_realm);
  from_caller(ack());
  sent_.clear();
  for (const char* ptime : {"a=ptime:30\r\n", "a=ptime:40\r\n"})
    from_callee(response(refresh_of_callee(), 200, of_callee("8", ptime), callee_leaves_it));
  pass(100s);
  const Sent refresh = expect_refresh(last_to(access_realm));
  EXPECT_NE(line_of(refresh, "a=ptime:40"), "");
  EXPECT_EQ(version_of(refresh), version_of(answer) + 1);
}

// The rules are those of now; what calls are made of stays.
TEST_F(RefreshTest, CodecsThatAReloadForbidsAreNotEndedByTheWay) {
  begin(of_caller("8"));
  model_->trunks[0].codecs.deny = {"PCMA"};
  pass(150s);
  EXPECT_TRUE(all_to(core_realm).empty());
  EXPECT_EQ(media_of_callee(), *Endpoint::parse("10.2.0.201:6000"));
  model_->trunks[0].codecs.deny = {};
  pass(5s);
  EXPECT_EQ(last_to(core_realm).body(), offer_.body());
}

TEST_F(RefreshTest, AnswerThatTakesMoreGoesNoFurther) {
  begin(of_caller("8 0"), of_callee("8"));
  EXPECT_EQ(from_callee(response(refresh_of_callee(), 200, of_callee("8 0"))), Reason::none);
  EXPECT_TRUE(all_to(access_realm).empty());
}

// RFC 3261 13.3.1 wants one; who leaves it out has nothing to say
TEST_F(RefreshTest, SuccessWithoutAnAnswerChangesNothing) {
  begin();
  EXPECT_EQ(from_callee(response(refresh_of_callee(), 200)), Reason::none);
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("ACK "));
  EXPECT_EQ(engine_->live_calls(), 1u);
  EXPECT_EQ(media_of_callee(), *Endpoint::parse("10.2.0.201:6000"));
  EXPECT_EQ(reinvite(2, of_caller("8")), Reason::none);
}

TEST_F(RefreshTest, CallThatMovesKnowsWhatToRepeat) {
  begin();
  hold();
  move_calls(true);
  pass(150s);
  const Sent refresh = expect_refresh(last_to(core_realm));
  EXPECT_EQ(refresh.body(), offer_.body());
  move_calls(true);
  EXPECT_EQ(from_callee(response(refresh, 491)), Reason::none);
  sent_.clear();
  pass(5s);
  const Sent again = expect_refresh(last_to(core_realm));
  move_calls(true);
  EXPECT_EQ(from_callee(response(again, 200, of_callee("8", "a=recvonly\r\n"))), Reason::none);
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("ACK "));
  EXPECT_TRUE(all_to(access_realm).empty());
}

TEST_F(RefreshTest, OfferUnderWayMovesToo) {
  begin();
  EXPECT_EQ(reinvite(2, of_caller("8 0", "a=sendonly\r\n")), Reason::none);
  const Sent changed = invite_;
  move_calls(true);
  EXPECT_EQ(from_callee(response(changed, 200, of_callee("8", "a=recvonly\r\n"))), Reason::none);
  from_caller(ack(2));
  sent_.clear();
  EXPECT_EQ(refresh_of_callee().body(), changed.body());
}

/// Between peers that talk to each other directly.
class ReleasedRefreshTest : public RefreshTest {
 protected:
  ReleasedRefreshTest() {
    model_->media_release = {{{access_realm, core_realm}}};
    model_->access = {{access_realm, *Prefix::parse("192.0.2.10/32"), config::Trust::trusted, {}}};
  }
  void SetUp() override {
    policy_.access = policy::AccessTable(*model_, {});
    start();
  }
};

TEST_F(ReleasedRefreshTest, AnswerFromElsewhereIsToldToTheOtherSide) {
  begin();
  Sent refresh = refresh_of_callee();
  EXPECT_EQ(refresh.body(), offer_.body());
  EXPECT_EQ(from_callee(response(refresh, 200, of_callee("8"), callee_leaves_it)), Reason::none);
  EXPECT_TRUE(all_to(access_realm).empty());
  sent_.clear();
  refresh = refresh_of_callee();
  EXPECT_EQ(from_callee(response(refresh, 200, described("10.2.0.201", 6100, "8"))), Reason::none);
  const Sent told = expect_refresh(last_to(access_realm));
  EXPECT_EQ(line_of(told, "m="), "m=audio 6100 RTP/AVP 8");
}

}  // namespace
}  // namespace sbc::call
