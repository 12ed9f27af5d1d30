// Call transfer that we carry out in the place of who is referred (RFC 3515, RFC 5589 6).
#include "tests/sbc/call/carry_out_fixture.h"

namespace sbc::call {
namespace {

using sip::Header;

TEST_F(CarryOutTest, TargetIsCalledOnBehalfOfWhoWasReferred) {
  begin();
  ASSERT_EQ(accepted_.size(), 1u);
  EXPECT_EQ(accepted_[0].header(Header::contact), "<sip:192.0.2.1:5060>");
  ASSERT_EQ(notify_.size(), 1u);
  EXPECT_EQ(notify_[0].body(), "SIP/2.0 100 Trying\r\n");
  EXPECT_EQ(notify_[0].header(Header::event), "refer;id=2");
  EXPECT_EQ(notify_[0].header(Header::subscription_state), "active;expires=600");
  EXPECT_EQ(notify_[0].header(Header::content_type), "message/sipfrag");
  EXPECT_TRUE(sent_to(core_realm, "REFER ").empty()) << "the callee never hears of it";
  EXPECT_EQ(target_.to.remote, third_);
  EXPECT_EQ(target_.first_line(), "INVITE sip:200@10.2.0.203 SIP/2.0");
  EXPECT_TRUE(target_.header(Header::from).starts_with("<sip:100@10.2.0.1>;tag="));
  EXPECT_EQ(target_.header(Header::referred_by), "\"Alice\" <sip:555@10.2.0.1>");
  EXPECT_NE(target_.body().find("RTP/AVP 8"), std::string::npos) << "what the callee has described";
  EXPECT_EQ(usage_->trunks[0].inbound.calls.value(), 1u) << "it counts as a call from the callee's trunk";
  EXPECT_EQ(usage_->trunks[1].outbound.calls.value(), 1u);
}

TEST_F(CarryOutTest, FailureIsReportedAndChangesNothing) {
  begin();
  target_says(486);
  expect_reported("SIP/2.0 486 Busy Here", over);
  from_caller(response(notify_[0], 200));
  EXPECT_EQ(engine_->live_calls(), 1u);
  EXPECT_EQ(cdrs_.back().status, 486);
  EXPECT_EQ(from_caller(caller_request("INVITE", "z9hG4bKhold", 5, first_tag_, offer_sdp)), Reason::none);
  EXPECT_EQ(last_to(core_realm).to.remote, callee_);
  from_callee(response(last_to(core_realm), 200, answer_sdp));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  from_caller(ack(5));
  const std::string again = caller_request("REFER", "z9hG4bKagain", 6, first_tag_);
  EXPECT_EQ(from_caller(with(again, "Refer-To: <sip:200@x>\r\n")), Reason::none) << "and may be tried again";
}

TEST_F(CarryOutTest, NumberWithoutRouteIsReported) {
  establish();
  first_tag_ = caller_tag();
  EXPECT_EQ(refer("<sip:999@x>"), Reason::none);
  Sent trying = one(access_realm, "NOTIFY ");
  EXPECT_EQ(trying.body(), "SIP/2.0 100 Trying\r\n");
  from_caller(response(trying, 200));
  EXPECT_EQ(one(access_realm, "NOTIFY ").body(), "SIP/2.0 404 Not Found\r\n") << "one report at a time";
}

TEST_F(CarryOutTest, NextPeerIsTriedAsForAnyCall) {
  establish();
  first_tag_ = caller_tag();
  EXPECT_EQ(refer("<sip:155@x>"), Reason::none);
  target_ = last_to(core_realm);
  EXPECT_EQ(target_.to.remote, callee_) << "the first of the trunk's peers";
  from_callee(response(target_, 503));
  EXPECT_EQ(last_to(core_realm).to.remote, second_);
}

TEST_F(CarryOutTest, TargetThatDoesNotAnswerIsReported) {
  begin();
  target_says(180);
  from_caller(response(one(access_realm, "NOTIFY "), 200));
  sent_.clear();
  pass(61s);
  EXPECT_EQ(sent_to(access_realm, "NOTIFY ").at(0).body(), "SIP/2.0 480 Temporarily Unavailable\r\n");
  EXPECT_FALSE(sent_to(core_realm, "CANCEL ").empty());
}

// RFC 5589 6
TEST_F(CarryOutTest, ReferrerMayLeaveBefore) {
  begin();
  target_says(180);
  EXPECT_EQ(bye_from_caller(), Reason::none);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  EXPECT_TRUE(all_to(core_realm).empty());
  target_answers();
  EXPECT_EQ(engine_->live_calls(), 1u);
  EXPECT_EQ(cdrs_.back().reason, Reason::transferred);
  referred_accepts();
  EXPECT_TRUE(all_to(access_realm).empty());
  EXPECT_EQ(engine_->live_calls(), 1u);
}

/// RFC 3261 13.2.2.4: the referrer's re-INVITE had no offer; the one in the 2xx is answered nevertheless.
TEST_F(CarryOutTest, OfferThatTheReferrerLeavesUnansweredIsRefused) {
  establish();
  first_ = invite_;
  first_tag_ = caller_tag();
  from_caller(caller_request("INVITE", "z9hG4bKlate", 2, first_tag_));
  from_callee(response(last_to(core_realm), 200, answer_sdp));
  const std::string refer_to = "Refer-To: <sip:200@x>\r\n";
  from_caller(with(caller_request("REFER", "z9hG4bKr", 3, first_tag_), refer_to));
  target_ = one(core_realm, "INVITE ");
  bye_from_caller();
  EXPECT_NE(one(core_realm, "ACK ").body().find("m=audio 0 RTP/AVP 8"), std::string::npos);
  target_answers();
  referred_accepts();
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(CarryOutTest, OfferThatComesAfterTheReferrerHasLeftIsRefused) {
  establish();
  first_ = invite_;
  first_tag_ = caller_tag();
  from_caller(caller_request("INVITE", "z9hG4bKlate", 2, first_tag_));
  const Sent asked = last_to(core_realm);
  const std::string refer_to = "Refer-To: <sip:200@x>\r\n";
  from_caller(with(caller_request("REFER", "z9hG4bKr", 3, first_tag_), refer_to));
  bye_from_caller();
  from_callee(response(asked, 200, answer_sdp));
  EXPECT_NE(one(core_realm, "ACK ").body().find("m=audio 0 RTP/AVP 8"), std::string::npos);
}

/// The referred party's re-INVITE had no offer; the referrer leaves before it has acknowledged ours.
TEST_F(CarryOutTest, AnswerToAReferrerThatHasLeftGoesNowhere) {
  begin();
  from_referred("INVITE", 5);
  from_caller(response(one(access_realm, "INVITE "), 200, offer_sdp));
  bye_from_caller();
  EXPECT_NE(one(access_realm, "ACK ").body().find("m=audio 0 RTP/AVP 8"), std::string::npos);
  EXPECT_EQ(from_referred("ACK", 5, answer_sdp), Reason::none);
  target_answers();
  referred_accepts();
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(CarryOutTest, WithoutReferrerAFailureEndsIt) {
  begin();
  bye_from_caller();
  target_says(486);
  EXPECT_EQ(one(core_realm, "BYE ").to.remote, callee_);
  EXPECT_EQ(engine_->live_calls(), 0u);
  EXPECT_EQ(cdrs_[0].reason, Reason::transfer_failed);
}

TEST_F(CarryOutTest, WhoWasReferredMayLeaveBefore) {
  begin();
  target_says(180);
  from_caller(response(one(access_realm, "NOTIFY "), 200));
  from_referred("BYE", 5);
  EXPECT_EQ(one(core_realm, "CANCEL ").to.remote, third_);
  expect_reported("SIP/2.0 487 Request Terminated", over);
  EXPECT_EQ(sent_to(access_realm, "BYE ").size(), 1u);
  EXPECT_EQ(engine_->live_calls(), 0u);
}

TEST_F(CarryOutTest, OneTransferAtATime) {
  begin();
  EXPECT_EQ(refer("<sip:200@x>"), Reason::refer_pending);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 491 Request Pending");
}

TEST_F(CarryOutTest, TargetWithoutAnswerIsSentAway) {
  begin();
  EXPECT_EQ(target_says(200), Reason::none);
  EXPECT_EQ(one(core_realm, "BYE ").to.remote, third_);
  expect_reported("SIP/2.0 502 Bad Gateway", over);
  EXPECT_EQ(engine_->live_calls(), 1u);
}

// The caller has offered nothing, and its answer to the callee's offer, in the ACK, has not come.
TEST_F(CarryOutTest, WhoHasNotDescribedItselfYetIsReferredLater) {
  model_->trunks[0].refer.reset();
  model_->realms[0].refer = config::ReferRule::carry_out;
  model_->realms[1].transfer = config::TransferRule::everybody;
  trust(config::Trust::trusted);
  from_caller(invite("", ""));
  from_callee(response(invite_, 200, answer_sdp));
  from_callee(with(callee_request("REFER", 2), "Refer-To: <sip:200@10.2.0.1>\r\n"));
  EXPECT_FALSE(sent_to(core_realm, "SIP/2.0 4").empty() && sent_to(core_realm, "SIP/2.0 5").empty());
  EXPECT_EQ(engine_->live_calls(), 1u) << "none was begun that nothing could be offered in";
}

TEST_F(CarryOutTest, HoldDoesNotOutlastTheCallItWasFor) {
  establish();
  first_ = invite_;
  first_tag_ = caller_tag();
  from_caller(caller_request("INVITE", "z9hG4bKhold", 2, first_tag_, offer_sdp + "a=sendonly\r\n"));
  from_callee(response(last_to(core_realm), 200, answer_sdp + "a=recvonly\r\n"));
  from_caller(ack(2));
  const std::string refer_to = "Refer-To: <sip:200@x>\r\n";
  EXPECT_EQ(from_caller(with(caller_request("REFER", "z9hG4bKr", 3, first_tag_), refer_to)), Reason::none);
  EXPECT_EQ(last_to(core_realm).to.remote, third_);
  EXPECT_EQ(last_to(core_realm).body().find("a=recvonly"), std::string::npos);
}

// RFC 4488
TEST_F(CarryOutTest, ReportsMayBeDeclined) {
  begin("Refer-Sub: false\r\n");
  EXPECT_EQ(accepted_.at(0).header(Header::refer_sub), "false");
  EXPECT_TRUE(notify_.empty());
  target_answers();
  referred_accepts();
  EXPECT_TRUE(sent_to(access_realm, "NOTIFY ").empty());
  EXPECT_EQ(sent_to(access_realm, "BYE ").size(), 1u);
}

TEST_F(CarryOutTest, ReferrerThatWantsNoReportIsSentAwayAllTheSame) {
  establish();
  first_tag_ = caller_tag();
  refer("<sip:200@x>");
  target_ = last_to(core_realm);
  from_caller(response(one(access_realm, "NOTIFY "), 481));
  target_answers();
  referred_accepts();
  EXPECT_TRUE(sent_to(access_realm, "NOTIFY ").empty());
  EXPECT_EQ(sent_to(access_realm, "BYE ").size(), 1u);
}

TEST_F(CarryOutTest, LimitsAreThoseOfAnyCall) {
  model_->limits.calls_max = 1;
  trust(config::Trust::trusted);
  establish();
  first_tag_ = caller_tag();
  EXPECT_EQ(refer("<sip:200@x>"), Reason::call_limit);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 503 Service Unavailable");
  engine_->drain();
  EXPECT_EQ(refer("<sip:200@x>"), Reason::draining);
}

// RFC 3261 21.5.4
TEST_F(CarryOutTest, FullTrunkOfTheReferredIsNotTheReferrers) {
  trust(config::Trust::trusted);
  establish();
  first_tag_ = caller_tag();
  model_->trunks[0].calls_max = 1;
  EXPECT_EQ(refer("<sip:200@x>"), Reason::trunk_limit);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 503 Service Unavailable");
  EXPECT_EQ(last_to(access_realm).header(sip::Header::retry_after), "");
}

TEST_F(CarryOutTest, OnlyWhoMayTransfers) {
  realm_transfers(config::TransferRule::nobody);
  establish();
  first_tag_ = caller_tag();
  EXPECT_EQ(refer("<sip:200@x>"), Reason::refer_forbidden);
}

TEST_F(CarryOutTest, ReferrerThatIsNotTrustedIsNotNamed) {
  realm_transfers(config::TransferRule::everybody);
  trust(config::Trust::unknown);
  begin("Referred-By: <sip:556@x>\r\n");
  EXPECT_FALSE(target_.parse().has(Header::referred_by));
}

// RFC 3323: what was asked for at the call's beginning counts, until the REFER says otherwise.
class HiddenReferrerTest : public CarryOutTest, public testing::WithParamInterface<const char*> {
 protected:
  /// Whom the target is told of.
  std::string named(const std::string& more) {
    from_caller(invite("Privacy: " + std::string(GetParam()) + "\r\n"));
    from_callee(response(invite_, 200, answer_sdp));
    from_caller(ack());
    refer("<sip:200@x>", more);
    return one(core_realm, "INVITE ").header(Header::referred_by);
  }
};
INSTANTIATE_TEST_SUITE_P(Privacy, HiddenReferrerTest, testing::Values("id", "user", "header", "critical;id"));

TEST_P(HiddenReferrerTest, IsNotNamed) { EXPECT_EQ(named(""), ""); }

TEST_P(HiddenReferrerTest, IsNotNamedAsItsReferDoesEither) {
  EXPECT_EQ(named("Referred-By: <sip:556@x>\r\n"), "");
}

TEST_P(HiddenReferrerTest, IsNamedWhereItsReferWantsNoPrivacy) {
  EXPECT_EQ(named("Referred-By: <sip:556@x>\r\nPrivacy: none\r\n"), "<sip:556@10.2.0.1>");
}

TEST_P(HiddenReferrerTest, IsNamedAsWeKnowItWhereItsReferWantsNoPrivacy) {
  EXPECT_EQ(named("Privacy: none\r\n"), "\"Alice\" <sip:555@10.2.0.1>");
}

/// RFC 3323 4.2: "none" stands alone. Of what cannot be meant at once, the safer half counts.
TEST_P(HiddenReferrerTest, IsNotNamedWhereItsReferWantsBoth) {
  EXPECT_EQ(named("Referred-By: <sip:556@x>\r\nPrivacy: none;id\r\n"), "");
}

TEST_F(CarryOutTest, ReferrerThatWantsToBeHiddenStaysSoWhereItsCallMoves) {
  from_caller(invite("Privacy: id\r\n"));
  from_callee(response(invite_, 200, answer_sdp));
  from_caller(ack());
  move_calls(true);
  refer("<sip:200@x>", "Referred-By: <sip:556@x>\r\n");
  EXPECT_FALSE(one(core_realm, "INVITE ").parse().has(Header::referred_by));
}

TEST_F(CarryOutTest, ReferThatAsksForPrivacyNamesNobody) {
  begin("Referred-By: <sip:556@x>\r\nPrivacy: id\r\n");
  EXPECT_FALSE(target_.parse().has(Header::referred_by));
}

TEST_F(CarryOutTest, CalleeThatWantsToBeHiddenIsNotNamedWhenItRefers) {
  model_->realms[0].refer = config::ReferRule::carry_out;
  model_->realms[1].transfer = config::TransferRule::everybody;
  trust(config::Trust::trusted);
  from_caller(invite());
  from_callee(response(invite_, 200, answer_sdp, "Privacy: id\r\n"));
  from_caller(ack());
  from_callee(with(callee_request("REFER", 1), "Refer-To: sip:200@10.2.0.1\r\n"));
  EXPECT_FALSE(one(core_realm, "INVITE ").parse().has(Header::referred_by));
}

TEST_F(CarryOutTest, WhoNamesItselfInTheReferIsNamedAsThat) {
  begin("Referred-By: <sip:556@x>\r\n");
  EXPECT_EQ(target_.header(Header::referred_by), "<sip:556@10.2.0.1>");
}

TEST_F(CarryOutTest, RealmsRuleIsForTrunksThatHaveNone) {
  model_->trunks[0].refer = std::nullopt;
  model_->realms[1].refer = config::ReferRule::carry_out;
  trust(config::Trust::trusted);
  begin();
  EXPECT_EQ(target_.to.remote, third_);
}

TEST_F(CarryOutTest, TrunkMayTakeRefersWhereItsRealmDoesNot) {
  model_->trunks[0].refer = config::ReferRule::pass;
  model_->realms[1].refer = config::ReferRule::carry_out;
  trust(config::Trust::trusted);
  establish();
  first_tag_ = caller_tag();
  EXPECT_EQ(refer("<sip:200@x>"), Reason::none);
  EXPECT_TRUE(last_to(core_realm).first_line().starts_with("REFER "));
}

TEST_F(CarryOutTest, CallThatBeganBeforeTheRuleIsPassed) {
  model_->trunks[0].refer = config::ReferRule::pass;
  trust(config::Trust::trusted);
  establish();
  first_tag_ = caller_tag();
  model_->trunks[0].refer = config::ReferRule::carry_out;
  EXPECT_EQ(refer("<sip:200@x>"), Reason::none);
  EXPECT_TRUE(last_to(core_realm).first_line().starts_with("REFER "));
}

/// Who wants its identity kept, wants that in the call as well that we make for it (RFC 3323).
TEST_F(CarryOutTest, CallerThatIsReferredKeepsItsIdentity) {
  model_->realms[0].refer = config::ReferRule::carry_out;
  trust(config::Trust::trusted);
  EXPECT_EQ(from_caller(invite("P-Asserted-Identity: <sip:556@home.example>\r\nPrivacy: id\r\n")),
            Reason::none);
  from_callee(response(invite_, 200, answer_sdp));
  from_caller(ack());
  std::string asked = with(callee_request("REFER", 1), "Refer-To: sip:200@10.2.0.1\r\n");
  EXPECT_EQ(from_callee(asked), Reason::none);
  const Sent target = one(core_realm, "INVITE ");
  EXPECT_EQ(target.to.remote, third_);
  EXPECT_EQ(target.header(Header::p_asserted_identity), "<sip:556@10.2.0.1>");
  EXPECT_EQ(target.header(Header::privacy), "id");
}

TEST_F(CarryOutTest, CallInTransferIsNotSaved) {
  begin();
  std::array<uint8_t, 8192> bytes;
  engine_->visit_calls(media_, [&](const CallRecord& record) {
    EXPECT_EQ(engine_->save_call(surroundings(), record.id, bytes), 0u);
    return true;
  });
}

/// The dialog that is to be replaced belongs to the referrer; who takes it over is asked by name.
TEST_F(CarryOutTest, AttendedOneTakesTheTargetsCallOver) {
  establish_both();
  EXPECT_EQ(refer("<sip:200@x?Replaces=" + replaces_of_caller() + ">"), Reason::none);
  target_ = one(core_realm, "INVITE ");
  EXPECT_EQ(target_.to.remote, third_);
  EXPECT_EQ(target_.header(Header::replaces), replaces_of_target());
  EXPECT_EQ(target_.header(Header::require), "replaces");
  EXPECT_TRUE(target_.header(Header::from).starts_with("<sip:100@10.2.0.1>;tag="));
  from_caller(response(one(access_realm, "NOTIFY "), 200));
  target_answers();
  referred_accepts();
  expect_reported("SIP/2.0 200 OK", over);
}

TEST_F(CarryOutTest, AttendedOneOfACallThatIsNotThereIsReported) {
  establish();
  first_tag_ = caller_tag();
  EXPECT_EQ(refer("<sip:200@x?Replaces=a>"), Reason::replaces_bad);
  EXPECT_EQ(refer("<sip:200@x?Replaces=a%3Bto-tag%3D1%3Bfrom-tag%3D2>"), Reason::none);
  from_caller(response(one(access_realm, "NOTIFY "), 200));
  EXPECT_EQ(one(access_realm, "NOTIFY ").body(), "SIP/2.0 481 Call/Transaction Does Not Exist\r\n");
}

/// The same with two workers: the dialogs that are to be replaced are the other one's.
class CarryOutElsewhereTest : public CarryOutTest {
 protected:
  void SetUp() override {
    model_->workers.count = 2;
    CarryOutTest::SetUp();
  }
  void refer_elsewhere() {
    refer("<sip:200@x?Replaces=" + call_id_elsewhere() + "%3Bto-tag%3D1%3Bfrom-tag%3D2>");
    from_caller(response(one(access_realm, "NOTIFY "), 200));
  }
  void answer_ask(size_t at) {
    sent_.clear();
    engine_->on_replaced(surroundings(), worker_asks_.at(at).question, {});
    carry_out();
  }
};

TEST_F(CarryOutElsewhereTest, LateAnswerIsNoneToTheNextReferOfTheDialog) {
  establish();
  first_tag_ = caller_tag();
  refer_elsewhere();
  sent_.clear();
  pass(3s);
  EXPECT_EQ(sent_to(access_realm, "NOTIFY ").at(0).body(), "SIP/2.0 500 Server Internal Error\r\n");
  from_caller(response(sent_to(access_realm, "NOTIFY ").at(0), 200));
  refer_elsewhere();
  ASSERT_EQ(worker_asks_.size(), 2u);
  answer_ask(0);
  EXPECT_TRUE(sent_.empty());
  answer_ask(1);
  EXPECT_EQ(one(access_realm, "NOTIFY ").body(), "SIP/2.0 481 Call/Transaction Does Not Exist\r\n");
}

/// A call whose first offer was ours (early_offer.cc).
class CarryOutOfEarlyOfferTest : public CarryOutTest {
 protected:
  void SetUp() override {
    model_->trunks[0].offer = config::OfferRule::early;
    model_->trunks[0].offer_codecs = {"PCMA", "PCMU"};
    CarryOutTest::SetUp();
  }
  static std::string with_formats(std::string sdp, const std::string& formats) {
    return sdp.replace(sdp.find("RTP/AVP 8"), 9, "RTP/AVP " + formats);
  }
  void establish_with(const std::string& callees, const std::string& callers) {
    from_caller(invite("", ""));
    first_ = invite_;
    from_callee(response(invite_, 200, with_formats(answer_sdp, callees)));
    first_tag_ = caller_tag();
    from_caller(ack(1, with_formats(offer_sdp, callers)));
  }
};

TEST_F(CarryOutOfEarlyOfferTest, BothHaveDescribedThemselves) {
  establish_with("8", "8");
  EXPECT_EQ(refer("<sip:200@x>", "Refer-Sub: false\r\n"), Reason::none);
  target_ = one(core_realm, "INVITE ");
  EXPECT_EQ(target_.to.remote, third_);
  target_answers();
}

TEST_F(CarryOutOfEarlyOfferTest, ReferrerMayLeaveWhileTheCalleeIsToldOfItsAnswer) {
  establish_with("8 0", "0");
  const Sent told = one(core_realm, "INVITE ");
  EXPECT_EQ(told.to.remote, callee_);
  EXPECT_EQ(refer("<sip:200@x>", "Refer-Sub: false\r\n"), Reason::none);
  target_ = one(core_realm, "INVITE ");
  EXPECT_EQ(bye_from_caller(), Reason::none);
  EXPECT_EQ(from_callee(response(told, 200, with_formats(answer_sdp, "0"))), Reason::none);
  EXPECT_EQ(one(core_realm, "ACK ").to.remote, callee_);
  target_answers();
  referred_accepts();
  EXPECT_EQ(engine_->live_calls(), 1u);
}

}  // namespace
}  // namespace sbc::call
