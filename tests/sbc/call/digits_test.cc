// Digits between a side that speaks of them by INFO alone and one that does in its media (RFC 4733).
#include "sbc/call/digits.h"

#include "tests/sbc/call/carry_out_fixture.h"
#include "tests/sbc/call/described.h"

namespace sbc::call {
namespace {

using config::DigitRule;

const std::string events = "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n";

std::string typed(std::string request, const std::string& type) {
  const std::string sdp = "application/sdp";
  return request.replace(request.find(sdp), sdp.size(), type);
}

template <class Fixture>
class DigitCalls : public Fixture {
 protected:
  /// Of the caller's realm, and of the first trunk.
  void speak(DigitRule callers, DigitRule callees) {
    this->model_->realms[0].digits = callers;
    this->model_->trunks[0].digits = callees;
    this->start();
  }
  std::string info(uint32_t cseq, const std::string& body = "Signal=5\r\nDuration=250\r\n",
                   const std::string& type = "application/dtmf-relay") {
    return typed(
        this->caller_request("INFO", "z9hG4bKinfo" + std::to_string(cseq), cseq, this->caller_tag(), body),
        type);
  }
  static std::string audio(const std::string& address, const std::string& formats,
                           const std::string& more = "") {
    return described(address, address.starts_with("10.") ? 6000 : 4000, formats, more);
  }
  const media::Relay& rtp() const { return this->relays_.begin()->second; }
  /// Of the call, what its media tells.
  Reason tell(uint8_t event, uint16_t duration_ms = 160) {
    this->sent_.clear();
    const Reason reason = this->engine_->on_digit(this->surroundings(), rtp().token, {event, duration_ms});
    this->carry_out();
    return reason;
  }
};

class DigitsTest : public DigitCalls<EngineTest> {
 protected:
  /// The caller speaks by INFO, the callee in its media.
  void establish_with_events(const std::string& answered = "8 101") {
    speak(DigitRule::info, DigitRule::telephone_event);
    EXPECT_EQ(from_caller(invite("", audio("192.0.2.10", "8"))), Reason::none);
    EXPECT_EQ(media_of(invite_), "m=audio P RTP/AVP 8 101");
    EXPECT_EQ(line_of(invite_, "a=rtpmap:101"), "a=rtpmap:101 telephone-event/8000");
    EXPECT_EQ(from_callee(response(invite_, 200, audio("10.2.0.201", answered, events))), Reason::none);
    EXPECT_EQ(media_of(last_to(access_realm)), "m=audio P RTP/AVP 8");
    EXPECT_EQ(line_of(last_to(access_realm), "a=rtpmap:101"), "");
    EXPECT_EQ(from_caller(ack()), Reason::none);
    sent_.clear();
  }
  /// The caller speaks in its media, the callee by INFO.
  void establish_with_info() {
    speak(DigitRule::pass, DigitRule::info);
    EXPECT_EQ(from_caller(invite("", audio("192.0.2.10", "8 101", events))), Reason::none);
    EXPECT_EQ(media_of(invite_), "m=audio P RTP/AVP 8");
    EXPECT_EQ(from_callee(response(invite_, 200, audio("10.2.0.201", "8"))), Reason::none);
    EXPECT_EQ(media_of(last_to(access_realm)), "m=audio P RTP/AVP 8 101");
    EXPECT_EQ(from_caller(ack()), Reason::none);
    sent_.clear();
  }
};

TEST_F(DigitsTest, InfoBecomesEventsOfTheOtherSide) {
  establish_with_events();
  EXPECT_EQ(rtp().sides[1].event_type, 101);
  EXPECT_TRUE(rtp().sides[1].tells_digits);
  const std::string asked = info(2);
  EXPECT_EQ(from_caller(asked), Reason::none);
  EXPECT_TRUE(all_to(core_realm).empty());
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(last_to(access_realm).header(sip::Header::cseq), "2 INFO");
  ASSERT_EQ(digits_.size(), 1u);
  EXPECT_EQ(digits_[0].to, rtp().sides[1].local);
  EXPECT_EQ(digits_[0].digit, (media::Digit{5, 250}));
  from_caller(asked);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(digits_.size(), 1u) << "the same digit once more is no other digit";
  from_caller(info(3, "12#", "application/dtmf"));
  ASSERT_EQ(digits_.size(), 4u);
  EXPECT_EQ(digits_[1].digit, (media::Digit{1, 160}));
  EXPECT_EQ(digits_[2].digit, (media::Digit{2, 160}));
  EXPECT_EQ(digits_[3].digit, (media::Digit{11, 160}));
}

TEST_F(DigitsTest, WhatTheOtherSideDoesNotTakeCrossesAsInfo) {
  establish_with_events();
  for (const auto& [type, body] : {std::pair<std::string, std::string>{"application/dtmf-relay", "Signal=!"},
                                   {"application/dtmf-relay", "Signal=123456789"},
                                   {"application/media_control+xml",
                                    "<media_control><vc_primitive><to_encoder><picture_fast_update/>"
                                    "</to_encoder></vc_primitive></media_control>"}}) {
    static uint32_t cseq = 2;
    EXPECT_EQ(from_caller(info(cseq++, body, type)), Reason::none);
    EXPECT_EQ(last_to(core_realm).body(), body);
    from_callee(response(last_to(core_realm), 200));
  }
  EXPECT_TRUE(digits_.empty());
}

TEST_F(DigitsTest, WithoutEventsInfoCrosses) {
  establish_with_events("8");
  EXPECT_EQ(from_caller(info(2)), Reason::none);
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("INFO "));
  EXPECT_TRUE(digits_.empty());
}

TEST_F(DigitsTest, InfoOfTheOtherSideCrosses) {
  establish_with_events();
  EXPECT_EQ(from_callee(typed(callee_request("INFO", 1, "5"), "application/dtmf")), Reason::none);
  EXPECT_TRUE(last_to(access_realm).bytes.starts_with("INFO "));
}

TEST_F(DigitsTest, OnePeersDigitsLeaveRoomForOthers) {
  establish_with_events();
  uint32_t cseq = 2;
  while (from_caller(info(cseq++)) == Reason::none) ASSERT_LT(cseq, 100u);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 500 Server Internal Error");
  EXPECT_EQ(digits_.size(), 32u);
}

TEST_F(DigitsTest, HoldAndResumeKeepThem) {
  establish_with_events();
  from_caller(
      caller_request("INVITE", "z9hG4bKhold", 2, caller_tag(), audio("192.0.2.10", "8", "a=sendonly\r\n")));
  Sent ours = last_to(core_realm);
  EXPECT_EQ(media_of(ours), "m=audio P RTP/AVP 8 101");
  from_callee(response(ours, 200, audio("10.2.0.201", "8 101", events + "a=recvonly\r\n")));
  EXPECT_EQ(media_of(last_to(access_realm)), "m=audio P RTP/AVP 8");
  from_caller(ack(2));
  EXPECT_EQ(rtp().sides[1].event_type, 101);
  // The other side's offer, and by UPDATE.
  from_callee(callee_request("INVITE", 1, audio("10.2.0.201", "8 101", events)));
  ours = last_to(access_realm);
  EXPECT_EQ(media_of(ours), "m=audio P RTP/AVP 8");
  from_caller(response(ours, 200, audio("192.0.2.10", "8")));
  EXPECT_EQ(media_of(last_to(core_realm)), "m=audio P RTP/AVP 8 101");
  EXPECT_EQ(rtp().sides[1].event_type, 101);
}

TEST_F(DigitsTest, LateOfferIsConvertedToo) {
  speak(DigitRule::info, DigitRule::telephone_event);
  from_caller(invite("", ""));
  from_callee(response(invite_, 200, audio("10.2.0.201", "8 101", events)));
  EXPECT_EQ(media_of(last_to(access_realm)), "m=audio P RTP/AVP 8");
  from_caller(ack(1, audio("192.0.2.10", "8")));
  EXPECT_EQ(media_of(last_to(core_realm)), "m=audio P RTP/AVP 8 101");
  EXPECT_EQ(rtp().sides[1].event_type, 101);
}

TEST_F(DigitsTest, EarlyOfferIsConvertedToo) {
  model_->trunks[0].offer = config::OfferRule::early;
  model_->trunks[0].offer_codecs = {"PCMA", "telephone-event"};
  speak(DigitRule::info, DigitRule::telephone_event);
  from_caller(invite("", ""));
  EXPECT_EQ(media_of(invite_), "m=audio P RTP/AVP 8 101");
  from_callee(response(invite_, 200, audio("10.2.0.201", "8 101", events)));
  EXPECT_EQ(media_of(last_to(access_realm)), "m=audio P RTP/AVP 8");
  from_caller(ack(1, audio("192.0.2.10", "8")));
  EXPECT_TRUE(all_to(core_realm).empty()) << "it has taken all that it was offered";
  EXPECT_EQ(rtp().sides[1].event_type, 101);
}

TEST_F(DigitsTest, NextTrunkIsAskedInItsOwnWay) {
  speak(DigitRule::info, DigitRule::telephone_event);
  model_->trunks[0].peers = {callee_};
  start();
  from_caller(invite("", audio("192.0.2.10", "8")));
  EXPECT_EQ(media_of(invite_), "m=audio P RTP/AVP 8 101");
  from_callee(response(invite_, 503));
  EXPECT_EQ(invite_.to.remote, third_);
  EXPECT_EQ(media_of(invite_), "m=audio P RTP/AVP 8");
}

TEST_F(DigitsTest, ReloadHoldsForNewCalls) {
  establish_with_events();
  auto changed = std::make_shared<config::Model>(*model_);
  changed->realms[0].digits = DigitRule::pass;
  policy_.model = changed;
  EXPECT_EQ(from_caller(info(2)), Reason::none);
  EXPECT_EQ(digits_.size(), 1u);
  from_caller(caller_request("INVITE", "z9hG4bKre", 3, caller_tag(), audio("192.0.2.10", "8")));
  EXPECT_EQ(media_of(last_to(core_realm)), "m=audio P RTP/AVP 8 101");
}

TEST_F(DigitsTest, EventsBecomeInfoOneAfterTheOther) {
  establish_with_info();
  EXPECT_TRUE(rtp().sides[0].tells_digits);
  EXPECT_EQ(tell(5), Reason::none);
  EXPECT_TRUE(all_to(access_realm).empty());
  Sent ours = last_to(core_realm);
  EXPECT_EQ(ours.first_line(), "INFO sip:bob@10.2.0.201:5060 SIP/2.0");
  EXPECT_EQ(ours.header(sip::Header::content_type), "application/dtmf-relay");
  EXPECT_EQ(ours.body(), "Signal=5\r\nDuration=160\r\n");
  EXPECT_EQ(ours.parse().cseq().number, 2u);
  EXPECT_EQ(tell(11, 80), Reason::none);
  EXPECT_EQ(tell(12, 0), Reason::none);
  EXPECT_TRUE(sent_.empty()) << "the one before is on its way";
  from_callee(response(ours, 200));
  ours = last_to(core_realm);
  EXPECT_EQ(ours.body(), "Signal=#\r\nDuration=80\r\n");
  EXPECT_EQ(ours.parse().cseq().number, 3u);
  from_callee(response(ours, 200));
  EXPECT_EQ(last_to(core_realm).body(), "Signal=A\r\nDuration=160\r\n") << "it is not known how long";
  from_callee(response(last_to(core_realm), 200));
  EXPECT_TRUE(sent_.empty());
}

TEST_F(DigitsTest, RefusedTheNextIsToldAndUnansweredWhatWaitsIsLost) {
  establish_with_info();
  tell(1);
  Sent ours = last_to(core_realm);
  for (int status : {405, 481, 408, 500}) {
    tell(2);
    from_callee(response(ours, status));
    ours = last_to(core_realm);
    EXPECT_EQ(ours.body(), "Signal=2\r\nDuration=160\r\n") << status;
  }
  tell(3);
  pass(32s);
  EXPECT_EQ(last_to(core_realm).body(), "Signal=2\r\nDuration=160\r\n") << "nobody wants to know any more";
  EXPECT_EQ(digits_lost_, 1u);
  tell(4);
  EXPECT_EQ(last_to(core_realm).body(), "Signal=4\r\nDuration=160\r\n");
  EXPECT_EQ(engine_->live_calls(), 1u);
  EXPECT_TRUE(all_to(access_realm).empty());
}

TEST_F(DigitsTest, OnlySoManyWait) {
  establish_with_info();
  size_t taken = 0;
  while (tell(uint8_t(taken % 10)) == Reason::none) ++taken;
  EXPECT_EQ(taken, 1 + Digits::waiting_max);
  EXPECT_EQ(tell(1), Reason::digit_lost);
}

TEST_F(DigitsTest, WithoutRoomForItsInfoADigitIsLostWithThoseBehindIt) {
  model_->limits.transactions_max = 8;  // what is answered keeps its place for a while
  establish_with_info();
  tell(1);
  Sent ours = last_to(core_realm);
  for (size_t i = 0; i < Digits::waiting_max; ++i) ASSERT_EQ(tell(2), Reason::none);
  for (unsigned told = 1;; ++told) {
    sent_.clear();
    from_callee(response(ours, 200));
    if (sent_.empty()) {
      EXPECT_GT(told, 1u);
      EXPECT_EQ(told + digits_lost_, 1 + Digits::waiting_max);
      break;
    }
    ours = last_to(core_realm);
  }
  EXPECT_GT(digits_lost_, 1u);
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(DigitsTest, OneSidesEventsLeaveRoomForOthers) {
  establish_with_info();
  size_t taken = 0;
  while (tell(1) == Reason::none) {
    from_callee(response(last_to(core_realm), 200));
    ASSERT_LT(++taken, 100u);
  }
  EXPECT_EQ(taken, 32u);
  pass(1s);
  EXPECT_EQ(tell(1), Reason::none);
}

TEST_F(DigitsTest, NoneBeforeTheAnswerAndNoneAfterTheEnd) {
  speak(DigitRule::pass, DigitRule::info);
  from_caller(invite("", audio("192.0.2.10", "8 101", events)));
  EXPECT_EQ(tell(5), Reason::digit_lost);
  from_callee(response(invite_, 183, audio("10.2.0.201", "8")));
  EXPECT_EQ(tell(5), Reason::digit_lost);
  from_callee(response(invite_, 200, audio("10.2.0.201", "8")));
  from_caller(ack());
  tell(5);
  Sent ours = last_to(core_realm);
  tell(6);
  const uint64_t token = rtp().token;
  from_caller(caller_request("BYE", "z9hG4bKbye", 3, caller_tag()));
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("BYE "));
  EXPECT_EQ(engine_->on_digit(surroundings(), token, {7, 100}), Reason::digit_lost);
  from_callee(response(ours, 200));
  EXPECT_TRUE(sent_.empty()) << "the one that waited is not told any more";
  EXPECT_EQ(digits_lost_, 1u);
}

TEST_F(DigitsTest, WhatIsNoKeyIsNotTold) {
  establish_with_info();
  EXPECT_EQ(tell(16), Reason::none);
  EXPECT_EQ(last_to(core_realm).body(), "Signal=!\r\nDuration=160\r\n");
  EXPECT_EQ(tell(17), Reason::digit_lost);
}

TEST_F(DigitsTest, TheyMoveWithTheirCall) {
  establish_with_info();
  tell(1);
  const Sent ours = last_to(core_realm);
  tell(2);
  move_calls(true);
  EXPECT_TRUE(rtp().sides[0].tells_digits);
  EXPECT_EQ(rtp().sides[0].event_type, 101);
  EXPECT_EQ(tell(3), Reason::none);
  EXPECT_TRUE(sent_.empty());
  from_callee(response(ours, 200));
  EXPECT_EQ(last_to(core_realm).body(), "Signal=2\r\nDuration=160\r\n");
  from_callee(response(last_to(core_realm), 200));
  EXPECT_EQ(last_to(core_realm).body(), "Signal=3\r\nDuration=160\r\n");
}

TEST_F(DigitsTest, MediaThatWouldBeReleasedIsAnchored) {
  model_->media_release = {{{access_realm, core_realm}}};
  model_->access = {{access_realm, *Prefix::parse("192.0.2.10/32"), config::Trust::trusted, {}}};
  policy_.access = policy::AccessTable(*model_, {});
  establish_with_info();
  EXPECT_EQ(relays_.size(), 2u);
}

class TransferredDigitsTest : public DigitCalls<CarryOutTest> {};

TEST_F(TransferredDigitsTest, WhoTheyAreJoinedToIsToldInItsOwnWay) {
  model_->trunks[0].digits = DigitRule::info;
  model_->trunks[1].digits = DigitRule::telephone_event;
  start();
  begin();
  EXPECT_EQ(media_of(target_), "m=audio P RTP/AVP 8 101");
  EXPECT_EQ(target_says(200, described("10.2.0.203", 7000, "8 101", events)), Reason::none);
  offer_ = one(core_realm, "INVITE ");
  EXPECT_EQ(media_of(offer_), "m=audio P RTP/AVP 8");
  referred_accepts();
  from_caller(response(one(access_realm, "NOTIFY "), 200));
  from_caller(response(one(access_realm, "BYE "), 200));
  EXPECT_EQ(rtp().sides[1].event_type, 101);
  EXPECT_EQ(from_referred("INFO", 5), Reason::none);
  EXPECT_EQ(tell(9), Reason::none);
  EXPECT_EQ(last_to(core_realm).to.remote, callee_);
  EXPECT_EQ(last_to(core_realm).body(), "Signal=9\r\nDuration=160\r\n");
}

}  // namespace
}  // namespace sbc::call
