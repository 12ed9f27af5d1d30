// Who was referred and who has answered come together in one call, or go back (RFC 3515, RFC 5589 6).
#include "tests/sbc/call/carry_out_fixture.h"

namespace sbc::call {
namespace {

class JoiningTest : public CarryOutTest {};

TEST_F(JoiningTest, BothEndsAreJoinedAndTheReferrerIsSentAway) {
  begin();
  const auto before = origin_of(first_.body());
  target_says(180);
  expect_reported("SIP/2.0 180 Ringing", "active;expires=600");
  from_caller(response(notify_[0], 200));
  target_answers();
  EXPECT_EQ(offer_.parse().call_id(), first_.parse().call_id()) << "in the dialog that the callee has";
  EXPECT_EQ(origin_of(offer_.body()), (std::pair{before.first, before.second + 1})) << "RFC 3264 8";
  EXPECT_EQ(engine_->live_calls(), 2u);
  referred_accepts();
  EXPECT_EQ(one(core_realm, "ACK ").to.remote, callee_);
  expect_reported("SIP/2.0 200 OK", over);
  EXPECT_TRUE(sent_to(access_realm, "BYE ").empty()) << "not before it was told";
  from_caller(response(notify_[0], 200));
  from_caller(response(one(access_realm, "BYE "), 200));
  ASSERT_EQ(cdrs_.size(), 1u);
  EXPECT_EQ(cdrs_[0].reason, Reason::transferred);
  EXPECT_EQ(cdrs_[0].cause, 16);
  EXPECT_EQ(engine_->live_calls(), 1u);
  ASSERT_EQ(relays_.size(), 2u) << "RTP and RTCP between callee and target";
  EXPECT_EQ(relays_.begin()->second.sides[1].remote.address, third_.address);
  EXPECT_EQ(relays_.begin()->second.sides[0].remote.address, callee_.address);
  from_referred("BYE", 5);
  EXPECT_EQ(one(core_realm, "BYE ").to.remote, third_);
  ASSERT_EQ(cdrs_.size(), 2u);
  EXPECT_EQ(cdrs_[1].transferred_from, cdrs_[0].id);
  EXPECT_EQ(cdrs_[1].from_number.view(), "100");
  EXPECT_EQ(cdrs_[1].to_number.view(), "200");
  EXPECT_EQ(cdrs_[1].route.view(), "two hundreds");
}

TEST_F(JoiningTest, RefusedOfferLeavesTheCallAsItWas) {
  begin();
  target_answers();
  from_callee(response(offer_, 488));
  EXPECT_EQ(one(core_realm, "BYE ").to.remote, third_);
  expect_reported("SIP/2.0 488 Not Acceptable Here", over);
  from_caller(response(notify_[0], 200));
  EXPECT_EQ(engine_->live_calls(), 1u);
  std::string moved = offer_sdp;
  moved.replace(moved.find("4000"), 4, "4002");
  EXPECT_EQ(from_caller(caller_request("INVITE", "z9hG4bKmoved", 5, first_tag_, moved)), Reason::none);
  EXPECT_EQ(last_to(core_realm).to.remote, callee_);
  EXPECT_GT(origin_of(last_to(core_realm).body()).second, origin_of(offer_.body()).second)
      << "no version says two things";
}

// RFC 3261 15.1.2
TEST_F(JoiningTest, WhatTheReferrerHasAskedTheReferredIsAnsweredBeforeThatMoves) {
  begin();
  from_caller(caller_request("INFO", "z9hG4bKinfo", 5, first_tag_));
  EXPECT_EQ(one(core_realm, "INFO ").to.remote, callee_);
  EXPECT_EQ(target_says(200, target_sdp), Reason::none);
  offer_ = one(core_realm, "INVITE ");
  EXPECT_EQ(sent_to(access_realm, "SIP/2.0 487").size(), 1u);
  referred_accepts();
  expect_reported("SIP/2.0 200 OK", over);
}

TEST_F(JoiningTest, WhatTheReferredHasAskedTheTargetIsAnsweredBeforeItGoesBack) {
  begin();
  target_answers();
  EXPECT_EQ(from_referred("INFO", 5), Reason::none);
  EXPECT_EQ(one(core_realm, "INFO ").to.remote, third_);
  EXPECT_EQ(from_callee(response(offer_, 488)), Reason::none);
  EXPECT_EQ(sent_to(core_realm, "SIP/2.0 487").size(), 1u);
  EXPECT_EQ(engine_->live_calls(), 1u) << "who talked before talk again";
}

/// The answer to the callee's last UPDATE is kept for when that comes again.
TEST_F(JoiningTest, AnswersKeptForALegMoveWithIt) {
  establish();
  from_callee(callee_request("UPDATE", 2, answer_sdp));
  from_caller(response(last_to(access_realm), 200, offer_sdp));
  transfer_alone();
  expect_one_call_left();
}

TEST_F(JoiningTest, ProbeThatIsNotAnsweredMovesWithItsLeg) {
  model_->timers.session = 0s;
  model_->timers.probe = 120s;
  trust(config::Trust::trusted);
  establish();
  pass(121s);
  from_caller(response(last_to(access_realm), 200));
  transfer_alone();
  expect_one_call_left();
}

// RFC 3261 14.1
TEST_F(JoiningTest, GlareIsTriedAgain) {
  begin();
  target_answers();
  from_callee(response(offer_, 491));
  EXPECT_EQ(from_referred("INVITE", 5, answer_sdp), Reason::request_pending);
  sent_.clear();
  pass(2090ms);
  EXPECT_TRUE(sent_to(core_realm, "INVITE ").empty()) << "the Call-ID is ours, on whichever side the leg is";
  pass(1910ms);
  ASSERT_FALSE(sent_to(core_realm, "INVITE ").empty());
  offer_ = sent_to(core_realm, "INVITE ")[0];
  EXPECT_EQ(offer_.to.remote, callee_);
  referred_accepts();
  expect_reported("SIP/2.0 200 OK", over);
}

TEST_F(JoiningTest, OfferThatIsUnderWayComesFirst) {
  begin();
  EXPECT_EQ(from_referred("INVITE", 5, answer_sdp), Reason::none);
  Sent forwarded = one(access_realm, "INVITE ");
  target_says(200, target_sdp);
  EXPECT_TRUE(sent_to(core_realm, "INVITE ").empty());
  from_caller(response(forwarded, 200, offer_sdp));
  std::swap(invite_, first_);
  from_callee(callee_request("ACK", 5));
  std::swap(invite_, first_);
  sent_.clear();
  pass(600ms);
  ASSERT_FALSE(sent_to(core_realm, "INVITE ").empty());
  EXPECT_EQ(sent_to(core_realm, "INVITE ")[0].to.remote, callee_);
}

// RFC 3264 8: the target knows of no more streams than it was offered
TEST_F(JoiningTest, OfferOfMoreStreamsWaitsForTheTransfer) {
  begin();
  EXPECT_EQ(from_referred("UPDATE", 5, answer_sdp + "m=video 6002 RTP/AVP 99\r\n"), Reason::request_pending);
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 491 Request Pending");
  EXPECT_EQ(from_referred("UPDATE", 6, answer_sdp), Reason::none);
}

TEST_F(JoiningTest, PartyThatHasMoreStreamsThanItsTargetIsGivenBack) {
  begin();
  const std::string video = "m=video 0 RTP/AVP 99\r\n";
  EXPECT_EQ(from_caller(caller_request("INVITE", "z9hG4bKmore", 5, first_tag_)), Reason::none);
  from_callee(response(one(core_realm, "INVITE "), 200, answer_sdp + video));
  EXPECT_EQ(from_caller(caller_request("ACK", "z9hG4bKack", 5, first_tag_, offer_sdp + video)), Reason::none);
  target_says(200, target_sdp);
  EXPECT_EQ(one(core_realm, "BYE ").to.remote, third_);
  expect_reported("SIP/2.0 488 Not Acceptable Here", over);
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(JoiningTest, NobodyIsReferredWhileAnOfferHasNoAnswer) {
  establish();
  EXPECT_EQ(from_callee(callee_request("INVITE", 2, answer_sdp)), Reason::none);
  const Sent forwarded = last_to(access_realm);
  EXPECT_EQ(refer("<sip:200@pbx.home.example>"), Reason::dialog_busy);
  from_caller(response(forwarded, 200, offer_sdp));
  EXPECT_EQ(refer("<sip:200@pbx.home.example>"), Reason::none) << "before the ACK";
}

TEST_F(JoiningTest, CalleeThatNeverAnswersTheOfferEndsAll) {
  begin();
  target_answers();
  sent_.clear();
  pass(40s);
  EXPECT_EQ(engine_->live_calls(), 0u);
  EXPECT_EQ(cdrs_.at(0).reason, Reason::transfer_failed);
  EXPECT_EQ(cdrs_.at(1).reason, Reason::peer_timeout);
}

TEST_F(JoiningTest, TargetThatHangsUpAtOnceEndsIt) {
  begin();
  target_answers();
  std::string bye = callee_request("BYE", 1);
  const std::string tag = "callee-tag";
  std::swap(invite_, target_);
  bye = callee_request("BYE", 1);
  std::swap(invite_, target_);
  bye.replace(bye.find(tag), tag.size(), "target-tag");
  EXPECT_EQ(from_target(bye), Reason::none);
  EXPECT_EQ(engine_->live_calls(), 0u);
  EXPECT_EQ(sent_to(access_realm, "BYE ").size(), 1u);
}

}  // namespace
}  // namespace sbc::call
