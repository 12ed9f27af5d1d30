// Call transfer passed through: REFER (RFC 3515), what reports on it (RFC 6665, RFC 3420), Referred-By (RFC
// 3892).
#include "tests/sbc/call/transfer_fixture.h"

namespace sbc::call {
namespace {

using sip::Header;

TEST_F(TransferTest, ReferCrossesWithTheNumberAtOurAddress) {
  establish();
  EXPECT_EQ(refer("<sip:+49(30)7@pbx.home.example:5070;user=phone?Subject=x>"), Reason::none);
  EXPECT_TRUE(all_to(access_realm).empty()) << "the callee has the word";
  Sent ours = last_to(core_realm);
  EXPECT_EQ(ours.first_line(), "REFER sip:bob@10.2.0.201:5060 SIP/2.0");
  EXPECT_EQ(ours.header(Header::refer_to), "<sip:+49(30)7@10.2.0.1>");
  EXPECT_EQ(ours.header(Header::contact), "<sip:10.2.0.1:5060>");
  EXPECT_EQ(ours.header(Header::max_forwards), "69");
  from_callee(response(ours, 202));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 202 Accepted");
  EXPECT_EQ(last_to(access_realm).header(Header::cseq), "2 REFER");
}

TEST_F(TransferTest, CalleeMayTransferToo) {
  trust(config::Trust::trusted);
  establish();
  std::string asked = with(callee_request("REFER", 1), "Refer-To: sip:200@10.2.0.1\r\n");
  EXPECT_EQ(from_callee(asked), Reason::none);
  EXPECT_EQ(last_to(access_realm).header(Header::refer_to), "<sip:200@192.0.2.1>");
  from_caller(response(last_to(access_realm), 202));
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 202 Accepted");
  EXPECT_EQ(from_caller(notify(2, "refer", "active", "SIP/2.0 180 Ringing")), Reason::none);
  EXPECT_EQ(last_to(core_realm).header(Header::event), "refer;id=1");
}

TEST_F(TransferTest, TelBecomesSip) {
  establish();
  EXPECT_EQ(refer("<tel:+4930555;phone-context=home.example>"), Reason::none);
  EXPECT_EQ(last_to(core_realm).header(Header::refer_to), "<sip:+4930555@10.2.0.1>");
}

TEST_F(TransferTest, ReferrerIsNamedAtOurAddress) {
  establish();
  refer("<sip:200@x>", "Referred-By: \"Al\" <sip:555@pbx.home.example>;cid=\"1@home.example\"\r\n");
  EXPECT_EQ(last_to(core_realm).header(Header::referred_by), "\"Al\" <sip:555@10.2.0.1>");
  // And so it is when the referred party names it in its INVITE.
  from_caller(again(invite("Referred-By: <sip:556@pbx.home.example>\r\n")));
  EXPECT_EQ(invite_.header(Header::referred_by), "<sip:556@10.2.0.1>");
}

TEST_F(TransferTest, ReferrerThatIsNotTrustedIsNotNamed) {
  realm_transfers(config::TransferRule::everybody);
  trust(config::Trust::unknown);
  establish();
  EXPECT_EQ(refer("<sip:200@x>", "Referred-By: <sip:555@x>\r\n"), Reason::none);
  EXPECT_FALSE(last_to(core_realm).parse().has(Header::referred_by));
}

// RFC 3323 4.2: a callee that we do not trust is not told whom the call's beginning has hidden from it.
TEST_F(TransferTest, ReferrerThatHasAskedForPrivacyIsNotNamedToStrangers) {
  const std::string named = "Referred-By: <sip:555@x>\r\nP-Asserted-Identity: <sip:555@x>\r\n";
  model_->access = {{core_realm, *Prefix::parse("10.2.0.201/32"), config::Trust::unknown, {}}};
  trust(config::Trust::trusted);
  from_caller(invite("Privacy: id\r\n"));
  from_callee(response(invite_, 200, answer_sdp));
  from_caller(ack());
  refer("<sip:200@x>", named);
  EXPECT_FALSE(last_to(core_realm).parse().has(Header::referred_by));
  EXPECT_FALSE(last_to(core_realm).parse().has(Header::p_asserted_identity));
  refer("<sip:200@x>", named + "Privacy: none\r\n");
  EXPECT_EQ(last_to(core_realm).header(Header::referred_by), "<sip:555@10.2.0.1>");
}

TEST_F(TransferTest, OnlyWhoMayTransfers) {
  trust(config::Trust::unknown);
  establish();
  EXPECT_EQ(refer("<sip:200@x>"), Reason::refer_forbidden);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 403 Forbidden");
  EXPECT_TRUE(all_to(core_realm).empty());
}

TEST_F(TransferTest, RealmMayLetNobodyTransfer) {
  realm_transfers(config::TransferRule::nobody);
  establish();
  EXPECT_EQ(refer("<sip:200@x>"), Reason::refer_forbidden);
}

// RFC 3515 2.4.2
TEST_F(TransferTest, ExactlyOneTargetThatCanBeCalled) {
  establish();
  EXPECT_EQ(refer(""), Reason::refer_to_bad);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 400 Bad Request");
  EXPECT_EQ(refer("<sip:1@x>, <sip:2@x>"), Reason::refer_to_bad);
  EXPECT_EQ(refer("<sip:1@x>", "Refer-To: <sip:2@x>\r\n"), Reason::refer_to_bad);
  EXPECT_EQ(refer("junk<"), Reason::refer_to_bad);
  EXPECT_EQ(refer("<sip:10.9.9.9@x>"), Reason::refer_to_bad) << "an address is no number";
  EXPECT_EQ(refer("<sip:1@x?Replaces=a>"), Reason::replaces_bad);
  EXPECT_EQ(refer("<sip:1@x?Replaces=%00>"), Reason::refer_to_bad);
  EXPECT_EQ(refer("<sip:1@x?Replaces=a%3Bto-tag%3D1%3Bfrom-tag%3D2&replaces=b>"), Reason::refer_to_bad);
  EXPECT_EQ(refer("<sips:1@x>"), Reason::scheme_unsupported);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 416 Unsupported URI Scheme");
  EXPECT_EQ(refer("<http://x/>"), Reason::scheme_unsupported);
  EXPECT_EQ(refer("<sip:1@x;method=BYE>"), Reason::refer_method_unsupported);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 501 Not Implemented");
  EXPECT_TRUE(all_to(core_realm).empty());
  EXPECT_EQ(refer("<sip:1@x;method=INVITE>"), Reason::none);
}

TEST_F(TransferTest, OutsideACallItIsRefused) {
  EXPECT_EQ(from_caller(with(caller_request("REFER", "z9hG4bKout", 1), "Refer-To: <sip:1@x>\r\n")),
            Reason::refer_outside);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 403 Forbidden");
  EXPECT_EQ(from_caller(caller_request("NOTIFY", "z9hG4bKout2", 2)), Reason::no_transaction);
}

TEST_F(TransferTest, ReportCrossesAsAStatusAndNothingElse) {
  establish();
  refer("<sip:200@x>");
  from_callee(response(last_to(core_realm), 202));
  EXPECT_EQ(from_callee(callee_notify(1, "refer", "active;expires=60;x=10.2.0.201",
                                      "SIP/2.0 183 In 10.2.0.201\r\nTo: <sip:200@10.2.0.203>;tag=z\r\n")),
            Reason::none);
  Sent ours = last_to(access_realm);
  EXPECT_EQ(ours.first_line(), "NOTIFY sip:555@192.0.2.10:40000 SIP/2.0");
  EXPECT_EQ(ours.header(Header::event), "refer;id=2") << "the CSeq of the caller's REFER";
  EXPECT_EQ(ours.header(Header::subscription_state), "active;expires=60");
  EXPECT_EQ(ours.header(Header::content_type), "message/sipfrag");
  EXPECT_EQ(ours.body(), "SIP/2.0 183 Session Progress\r\n");
  EXPECT_EQ(ours.header(Header::contact), "<sip:192.0.2.1:5060>");
  from_caller(response(ours, 200));
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 200 OK");
}

// RFC 3515 2.4.4: it may overtake the 202
TEST_F(TransferTest, FirstReportMayComeBeforeTheAnswer) {
  establish();
  refer("<sip:200@x>");
  EXPECT_EQ(from_callee(callee_notify(1, "refer", "pending", "SIP/2.0 100 Trying")), Reason::none);
  EXPECT_EQ(last_to(access_realm).header(Header::subscription_state), "pending");
}

TEST_F(TransferTest, LastReportEndsTheSubscription) {
  establish();
  refer("<sip:200@x>");
  from_callee(response(last_to(core_realm), 202));
  EXPECT_EQ(
      from_callee(callee_notify(1, "refer", "Terminated;reason=noresource;retry-after=5", "SIP/2.0 200 OK")),
      Reason::none);
  EXPECT_EQ(last_to(access_realm).header(Header::subscription_state),
            "terminated;reason=noresource;retry-after=5");
  EXPECT_EQ(from_callee(callee_notify(2, "refer", "active", "SIP/2.0 200 OK")), Reason::subscription_unknown);
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 481 Call/Transaction Does Not Exist");
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(TransferTest, ReportsOfSeveralRefersAreToldApart) {
  establish();
  std::vector<uint32_t> ours;
  for (int i = 0; i < 3; ++i) {  // as CSeq 2, 3, 4
    refer("<sip:200@x>");
    ours.push_back(last_to(core_realm).parse().cseq().number);
    from_callee(response(last_to(core_realm), 202));
  }
  auto id = [](uint32_t cseq) { return "refer;id=" + std::to_string(cseq); };
  EXPECT_EQ(from_callee(callee_notify(1, id(ours[0]), "active", "SIP/2.0 100 Trying")),
            Reason::subscription_unknown)
      << "the oldest has made room";
  EXPECT_EQ(from_callee(callee_notify(2, id(ours[2]), "active", "SIP/2.0 100 Trying")), Reason::none);
  EXPECT_EQ(last_to(access_realm).header(Header::event), "refer;id=4");
  EXPECT_EQ(from_callee(callee_notify(3, "refer", "active", "SIP/2.0 100 Trying")), Reason::none);
  EXPECT_EQ(last_to(access_realm).header(Header::event), "refer;id=3") << "the first that is open";
  EXPECT_EQ(from_callee(callee_notify(4, "refer;id=x", "active", "SIP/2.0 100 Trying")),
            Reason::subscription_unknown);
}

TEST_F(TransferTest, NothingIsReportedOnWhatWasRefused) {
  establish();
  EXPECT_EQ(from_callee(callee_notify(1, "refer", "active", "SIP/2.0 100 Trying")),
            Reason::subscription_unknown);
  refer("<sip:200@x>");
  from_callee(response(last_to(core_realm), 603));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 603 Decline");
  EXPECT_EQ(from_callee(callee_notify(2, "refer", "active", "SIP/2.0 100 Trying")),
            Reason::subscription_unknown);
}

// RFC 4488
TEST_F(TransferTest, ReportsMayBeDeclined) {
  establish();
  refer("<sip:200@x>", "Refer-Sub: false\r\n");
  EXPECT_EQ(last_to(core_realm).header(Header::refer_sub), "false");
  from_callee(response(last_to(core_realm), 200, "", "Refer-Sub: false\r\n"));
  EXPECT_EQ(last_to(access_realm).header(Header::refer_sub), "false");
  EXPECT_EQ(from_callee(callee_notify(1, "refer", "active", "SIP/2.0 100 Trying")),
            Reason::subscription_unknown);
}

TEST_F(TransferTest, ReportThatCannotBeReadIsRefused) {
  establish();
  refer("<sip:200@x>");
  from_callee(response(last_to(core_realm), 202));
  EXPECT_EQ(from_callee(callee_notify(1, "dialog", "active", "SIP/2.0 100 Trying")), Reason::event_unknown);
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 489 Bad Event");
  EXPECT_EQ(last_to(core_realm).header(Header::allow_events), "refer");
  EXPECT_EQ(from_callee(callee_notify(2, "refer", "", "SIP/2.0 100 Trying")), Reason::header_bad);
  EXPECT_EQ(from_callee(callee_notify(3, "refer", "asleep", "SIP/2.0 100 Trying")), Reason::header_bad);
  EXPECT_EQ(from_callee(callee_notify(4, "refer", "active", "hello")), Reason::body_unsupported);
  EXPECT_EQ(last_to(core_realm).header(Header::accept), "message/sipfrag");
  std::string without = callee_notify(5, "refer", "active", "SIP/2.0 100 Trying");
  without.erase(without.find("Subscription-State"), std::string("Subscription-State: active\r\n").size());
  EXPECT_EQ(from_callee(without), Reason::header_missing);
  EXPECT_TRUE(all_to(access_realm).empty());
}

// RFC 5057 5.1
TEST_F(TransferTest, ReferrerThatWantsNoReportKeepsItsCall) {
  establish();
  refer("<sip:200@x>");
  from_callee(response(last_to(core_realm), 202));
  from_callee(callee_notify(1, "refer", "active", "SIP/2.0 100 Trying"));
  from_caller(response(last_to(access_realm), 481));
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 481 Call/Transaction Does Not Exist");
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(TransferTest, PeerThatDoesNotTakeReferIsToldOf) {
  establish();
  refer("<sip:200@x>");
  from_callee(response(last_to(core_realm), 405));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 501 Not Implemented");
}

TEST_F(TransferTest, AfterTheCallNothingCrosses) {
  establish();
  refer("<sip:200@x>");
  from_callee(response(last_to(core_realm), 202));
  std::string report = callee_notify(1, "refer", "active", "SIP/2.0 100 Trying");
  from_caller(caller_request("BYE", "z9hG4bKbye", 9, caller_tag()));
  EXPECT_EQ(from_callee(report), Reason::no_transaction);
  EXPECT_TRUE(all_to(access_realm).empty());
}

TEST_F(TransferTest, HopsRunOut) {
  establish();
  std::string last = with(caller_request("REFER", "z9hG4bKhops", 2, caller_tag()), "Refer-To: <sip:1@x>\r\n");
  last.replace(last.find("Max-Forwards: 70"), 16, "Max-Forwards: 0");
  EXPECT_EQ(from_caller(last), Reason::hops_exhausted);
}

}  // namespace
}  // namespace sbc::call
