// Call transfer that we carry out in the place of who is referred (RFC 3515, RFC 5589 6).
#include "tests/sbc/call/transfer_fixture.h"

namespace sbc::call {
namespace {

using sip::Header;

/// The caller refers the callee, whose trunk takes no REFER, to whoever "200" is.
class CarryOutTest : public TransferTest {
 protected:
  void SetUp() override {
    config::Route route;
    route.name = std::string("two hundreds");
    route.prefix = "2";
    route.trunks = {std::string("two")};
    route.ring_timeout = 60s;
    model_->routes.push_back(route);
    model_->trunks[0].refer = config::ReferRule::carry_out;
    TransferTest::SetUp();
  }
  /// Sent to `realm` by the last message or the last time that passed, with this method or status.
  std::vector<Sent> sent_to(RealmId realm, const std::string& start) const {
    std::vector<Sent> found;
    for (const Sent& sent : all_to(realm))
      if (sent.bytes.starts_with(start)) found.push_back(sent);
    return found;
  }
  Sent one(RealmId realm, const std::string& start) const {
    auto found = sent_to(realm, start);
    EXPECT_EQ(found.size(), 1u) << start;
    return found.empty() ? Sent{{}, "", 0} : found[0];
  }
  /// The call is up, and the REFER accepted.
  void begin(const std::string& more = "") {
    establish();
    first_ = invite_;
    first_tag_ = caller_tag();
    EXPECT_EQ(refer("<sip:200@pbx.home.example>", more), Reason::none);
    target_ = last_to(core_realm);
    accepted_ = sent_to(access_realm, "SIP/2.0 202");
    notify_ = sent_to(access_realm, "NOTIFY ");
    take_report();
  }
  void take_report() {
    if (notify_.empty()) return;
    const Sent last = notify_.back();
    const std::vector<Sent> before = sent_;
    from_caller(response(last, 200));
    sent_.insert(sent_.begin(), before.begin(), before.end());
  }
  Reason from_target(const std::string& text) { return receive(core_realm, third_, text); }
  Reason target_says(int status, const std::string& body = "") {
    return from_target(response(target_, status, body, "", "target-tag"));
  }
  /// The callee is offered what the target has answered.
  void target_answers() {
    EXPECT_EQ(target_says(200, target_sdp), Reason::none);
    EXPECT_EQ(one(core_realm, "ACK ").to.remote, third_);
    offer_ = one(core_realm, "INVITE ");
    EXPECT_EQ(offer_.to.remote, callee_);
  }
  void referred_accepts() { EXPECT_EQ(from_callee(response(offer_, 200, answer_sdp)), Reason::none); }
  Reason from_referred(const std::string& method, uint32_t cseq, const std::string& body = "") {
    std::swap(invite_, first_);
    const std::string request = callee_request(method, cseq, body);
    std::swap(invite_, first_);
    return from_callee(request);
  }
  Reason bye_from_caller() { return from_caller(caller_request("BYE", "z9hG4bKbye", 9, first_tag_)); }
  void expect_reported(const std::string& status_line, const std::string& state) {
    const Sent notify = one(access_realm, "NOTIFY ");
    EXPECT_EQ(notify.body(), status_line + "\r\n");
    EXPECT_EQ(notify.header(Header::subscription_state), state);
    EXPECT_EQ(notify.header(Header::event), "refer;id=2");
    notify_ = {notify};
  }
  static constexpr const char* over = "terminated;reason=noresource";
  static const std::string target_sdp;

  Sent first_, target_, offer_;  // INVITEs: to the callee, to the target, to the callee again
  std::vector<Sent> accepted_, notify_;
};
const std::string CarryOutTest::target_sdp =
    "v=0\r\no=target 1 1 IN IP4 10.2.0.203\r\ns=-\r\nc=IN IP4 10.2.0.203\r\nt=0 0\r\nm=audio 7000 RTP/AVP "
    "8\r\n";

/// The session id and the version in o=.
std::pair<std::string, int> origin_of(const std::string& sdp) {
  const size_t id = sdp.find(' ', sdp.find("o=")) + 1, version = sdp.find(' ', id) + 1;
  return {sdp.substr(id, version - id - 1), std::stoi(sdp.substr(version))};
}

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

TEST_F(CarryOutTest, BothEndsAreJoinedAndTheReferrerIsSentAway) {
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

TEST_F(CarryOutTest, RefusedOfferLeavesTheCallAsItWas) {
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

// RFC 3261 14.1
TEST_F(CarryOutTest, WhatTheReferredHasAskedTheTargetIsAnsweredBeforeItGoesBack) {
  begin();
  target_answers();
  EXPECT_EQ(from_referred("INFO", 5), Reason::none);
  EXPECT_EQ(one(core_realm, "INFO ").to.remote, third_);
  EXPECT_EQ(from_callee(response(offer_, 488)), Reason::none);
  EXPECT_EQ(sent_to(core_realm, "SIP/2.0 487").size(), 1u);
  EXPECT_EQ(engine_->live_calls(), 1u) << "who talked before talk again";
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

TEST_F(CarryOutTest, GlareIsTriedAgain) {
  begin();
  target_answers();
  from_callee(response(offer_, 491));
  EXPECT_EQ(from_referred("INVITE", 5, answer_sdp), Reason::request_pending);
  sent_.clear();
  pass(4100ms);
  ASSERT_FALSE(sent_to(core_realm, "INVITE ").empty());
  offer_ = sent_to(core_realm, "INVITE ")[0];
  EXPECT_EQ(offer_.to.remote, callee_);
  referred_accepts();
  expect_reported("SIP/2.0 200 OK", over);
}

TEST_F(CarryOutTest, OfferThatIsUnderWayComesFirst) {
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

TEST_F(CarryOutTest, CalleeThatNeverAnswersTheOfferEndsAll) {
  begin();
  target_answers();
  sent_.clear();
  pass(40s);
  EXPECT_EQ(engine_->live_calls(), 0u);
  EXPECT_EQ(cdrs_.at(0).reason, Reason::transfer_failed);
  EXPECT_EQ(cdrs_.at(1).reason, Reason::peer_timeout);
}

TEST_F(CarryOutTest, TargetThatHangsUpAtOnceEndsIt) {
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
  establish();
  first_ = invite_;
  first_tag_ = caller_tag();
  from_caller(again(invite("", offer_sdp, "200")));
  const Sent second = last_to(core_realm);
  from_target(response(second, 200, target_sdp, "", "target-tag"));
  const std::string second_tag = caller_tag();
  from_caller(again(caller_request("ACK", "z9hG4bKack", 1, second_tag)));
  EXPECT_EQ(
      refer("<sip:200@x?Replaces=second-call-id%3Bto-tag%3D" + second_tag + "%3Bfrom-tag%3Dcaller-tag>"),
      Reason::none);
  target_ = one(core_realm, "INVITE ");
  EXPECT_EQ(target_.to.remote, third_);
  const sip::Message asked = second.parse();
  EXPECT_EQ(target_.header(Header::replaces),
            std::string(asked.call_id()) + ";to-tag=target-tag;from-tag=" + std::string(asked.from().tag()));
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

}  // namespace
}  // namespace sbc::call
