// Attended transfer (RFC 5589 7): a dialog named in a REFER, and the INVITE that takes it over (RFC 3891).
#include "sbc/call/replaces.h"

#include "tests/sbc/call/transfer_fixture.h"

namespace sbc::call {
namespace {

using sip::Header;

/// The caller talks to the callee, and in a second call to somebody else, whom it is about to bring together.
class ReplacesTest : public TransferTest {
 protected:
  /// What the referred party was told, as it writes it into its INVITE.
  std::string told_replaces(const std::string& written) {
    EXPECT_EQ(refer("<sip:200@192.0.2.1?Replaces=" + written + ">"), Reason::none);
    std::string refer_to = last_to(core_realm).header(Header::refer_to);
    from_callee(response(last_to(core_realm), 202));
    constexpr std::string_view start = "<sip:200@10.2.0.1?Replaces=";
    EXPECT_TRUE(refer_to.starts_with(start)) << refer_to;
    std::string value = refer_to.substr(start.size(), refer_to.size() - start.size() - 1);
    for (auto [escape, plain] : {std::pair{"%3B", ";"}, {"%3D", "="}}) {
      for (size_t at; (at = value.find(escape)) != value.npos;) value.replace(at, 3, plain);
    }
    return value;
  }
  /// The referred party's INVITE.
  std::string referred_invite(const std::string& headers, int n = 1) {
    const std::string id = std::to_string(n);
    return "INVITE sip:200@10.2.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.2.0.201:5060;branch=z9hG4bKreferred" + id +
           "\r\nMax-Forwards: 70\r\nFrom: <sip:100@10.2.0.201>;tag=referred-tag\r\nTo: "
           "<sip:200@10.2.0.1>\r\nCall-ID: referred-call-id" +
           id + "\r\nCSeq: 1 INVITE\r\nContact: <sip:bob@10.2.0.201:5060>\r\n" + headers +
           "Content-Type: application/sdp\r\nContent-Length: " + std::to_string(answer_sdp.size()) +
           "\r\n\r\n" + answer_sdp;
  }
  std::vector<Sent> invites() const { return sent_to(core_realm, "INVITE "); }
};

TEST_F(ReplacesTest, AttendedTransferConnectsTheOtherTwo) {
  establish_both();
  std::string told = told_replaces(replaces_of_caller());
  EXPECT_EQ(from_callee(referred_invite("Replaces: " + told + "\r\nRequire: replaces\r\n")), Reason::none);
  ASSERT_EQ(invites().size(), 1u);
  Sent ours = invites()[0];
  sip::Message asked = target_invite_.parse();
  EXPECT_EQ(ours.to.remote, third_) << "not where the number is routed to";
  EXPECT_EQ(ours.first_line(), "INVITE sip:bob@10.2.0.201:5060 SIP/2.0") << "the dialog's Contact";
  EXPECT_EQ(ours.header(Header::to), "<sip:200@10.2.0.203>");
  EXPECT_EQ(ours.header(Header::replaces), replaces_of_target());
  EXPECT_EQ(ours.header(Header::require), "replaces");
  EXPECT_EQ(usage_->trunks[1].calls.value(), 2u) << "it counts as any call to that trunk";
  // The target takes the call over, and ends the other one by itself.
  receive(core_realm, third_, response(ours, 200, answer_sdp, "", "target-tag2"));
  ASSERT_EQ(all_to(core_realm).at(0).first_line(), "SIP/2.0 200 OK");
  sip::Message accepted = all_to(core_realm)[0].parse();
  from_callee(
      "ACK sip:10.2.0.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 10.2.0.201:5060;branch=z9hG4bKa\r\n"
      "Max-Forwards: 70\r\nFrom: <sip:100@10.2.0.201>;tag=referred-tag\r\nTo: <sip:200@10.2.0.1>;tag=" +
      std::string(accepted.to().tag()) +
      "\r\nCall-ID: referred-call-id1\r\nCSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n");
  std::string bye = callee_request("BYE", 1);
  bye.replace(bye.find(std::string(invite_.parse().call_id())), invite_.parse().call_id().size(),
              std::string(asked.call_id()));
  bye.replace(bye.find("tag=callee-tag"), 14, "tag=target-tag");
  size_t to = bye.find("\r\nTo: ");
  bye.replace(to, bye.find("\r\n", to + 2) - to, "\r\nTo: " + std::string(asked.value(Header::from)));
  EXPECT_EQ(receive(core_realm, third_, bye), Reason::none);
  EXPECT_EQ(last_to(access_realm).first_line(), "BYE sip:555@192.0.2.10:40000 SIP/2.0");
  EXPECT_EQ(last_to(access_realm).parse().call_id(), "second-call-id");
  EXPECT_EQ(engine_->live_calls(), 2u);
  EXPECT_EQ(cdrs_.back().route.view(), "two hundreds");
}

TEST_F(ReplacesTest, NothingOfTheDialogIsTold) {
  establish_both();
  std::string told = told_replaces(replaces_of_caller());
  sip::Message asked = target_invite_.parse();
  for (const std::string& secret :
       {std::string("second-call-id"), second_tag_, std::string("caller-tag"), std::string(asked.call_id()),
        std::string(asked.from().tag()), std::string("target-tag")})
    EXPECT_EQ(told.find(secret), told.npos) << secret;
  std::string other = told_replaces(replaces_of_caller("other-tag"));
  EXPECT_NE(told.substr(0, 16), other.substr(0, 16));
  EXPECT_NE(told.substr(told.find("to-tag=")), other.substr(other.find("to-tag=")))
      << "nobody can tell that it is the same dialog";
}

TEST_F(ReplacesTest, WhatWasNotTheReferrersOwnIsUnknown) {
  establish_both();
  int n = 0;
  auto expect_unknown = [&](const std::string& replaces) {
    from_callee(referred_invite("Replaces: " + replaces + "\r\n", ++n));
    EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 481 Call/Transaction Does Not Exist") << replaces;
    EXPECT_EQ(cdrs_.back().reason, Reason::replaces_unknown);
  };
  expect_unknown(told_replaces(replaces_of_caller("guessed-tag")));
  expect_unknown(told_replaces("no-call-id%3Bto-tag%3D" + second_tag_ + "%3Bfrom-tag%3Dcaller-tag"));
  std::string told = told_replaces(replaces_of_caller());
  for (size_t at : {size_t(0), size_t(20), told.find("to-tag=") + 7, told.size() - 1}) {
    std::string forged = told;
    forged[at] = forged[at] == '0' ? '1' : '0';
    expect_unknown(forged);
  }
  EXPECT_EQ(invites().size(), 0u);
}

// The caller names a call of the callee's, as if it were its own.
TEST_F(ReplacesTest, ReferrerCannotSpeakForOthers) {
  establish_both();
  sip::Message asked = target_invite_.parse();
  std::string of_target = std::string(asked.call_id()) + "%3Bto-tag%3D" + std::string(asked.from().tag()) +
                          "%3Bfrom-tag%3Dtarget-tag";
  std::string told = told_replaces(of_target);
  from_callee(referred_invite("Replaces: " + told + "\r\n"));
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 481 Call/Transaction Does Not Exist");
}

TEST_F(ReplacesTest, WhatIsToldHoldsInThatRealmOnly) {
  establish_both();
  std::string told = told_replaces(replaces_of_caller());
  from_caller(again(invite("Replaces: " + told + "\r\n"), "third"));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 481 Call/Transaction Does Not Exist");
}

// Another trusted peer of the caller's network was referred without us.
TEST_F(ReplacesTest, PeersOwnNameIsTakenFromItsNetwork) {
  establish_both();
  const std::string own = "Replaces: second-call-id;to-tag=" + second_tag_ + ";from-tag=caller-tag\r\n";
  Endpoint colleague = *Endpoint::parse("192.0.2.11:5060");
  EXPECT_EQ(receive(access_realm, colleague, again(invite(own), "third")), Reason::none);
  EXPECT_EQ(last_to(core_realm).to.remote, third_);
  EXPECT_NE(last_to(core_realm).header(Header::replaces), "");
  EXPECT_FALSE(last_to(core_realm).parse().has(Header::require));
}

TEST_F(ReplacesTest, StrangersTakeNothingOver) {
  realm_transfers(config::TransferRule::everybody);
  trust(config::Trust::unknown);
  establish_both();
  const std::string own = "Replaces: second-call-id;to-tag=" + second_tag_ + ";from-tag=caller-tag\r\n";
  Endpoint stranger = *Endpoint::parse("192.0.2.11:5060");
  receive(access_realm, stranger, again(invite(own), "third"), config::Trust::unknown);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 403 Forbidden");
  EXPECT_EQ(cdrs_.back().reason, Reason::replaces_foreign);
  // From another realm it is nobody's, whatever its trust.
  from_callee(referred_invite(own));
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 403 Forbidden");
  // The peer itself may, from its own address.
  EXPECT_EQ(receive(access_realm, caller_, again(invite(own), "fourth"), config::Trust::unknown),
            Reason::none);
  EXPECT_EQ(last_to(core_realm).to.remote, third_);
}

TEST_F(ReplacesTest, PlainNameIsForThoseWhoMayTransfer) {
  realm_transfers(config::TransferRule::nobody);
  establish_both();
  const std::string own = "Replaces: second-call-id;to-tag=" + second_tag_ + ";from-tag=caller-tag\r\n";
  from_caller(again(invite(own), "third"));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 403 Forbidden");
  EXPECT_EQ(cdrs_.back().reason, Reason::refer_forbidden);
}

TEST_F(ReplacesTest, InviteGoesTheWayOfTheDialogThatItReplaces) {
  establish();
  first_tag_ = caller_tag();
  begin_second_call();
  receive(
      core_realm, third_,
      response(target_invite_, 200, answer_sdp, "Record-Route: <sip:10.2.0.203:5070;lr>\r\n", "target-tag"));
  second_tag_ = caller_tag();
  from_caller(again(caller_request("ACK", "z9hG4bKack", 1, second_tag_)));
  std::string told = told_replaces(replaces_of_caller());
  from_callee(referred_invite("Replaces: " + told + "\r\n"));
  ASSERT_EQ(invites().size(), 1u);
  EXPECT_EQ(invites()[0].first_line(), "INVITE sip:bob@10.2.0.201:5060 SIP/2.0");
  EXPECT_EQ(invites()[0].header(Header::route), "<sip:10.2.0.203:5070;lr>");
  EXPECT_EQ(invites()[0].to.remote, *Endpoint::parse("10.2.0.203:5070"));
}

// RFC 3891 3
TEST_F(ReplacesTest, EarlyOnlyMeansEarlyOnly) {
  establish_both();
  std::string told = told_replaces(replaces_of_caller() + "%3Bearly-only");
  EXPECT_TRUE(told.ends_with(";early-only"));
  from_callee(referred_invite("Replaces: " + told + "\r\n"));
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 486 Busy Here");
  EXPECT_EQ(cdrs_.back().reason, Reason::replaces_answered);
}

TEST_F(ReplacesTest, EarlyDialogIsGivenUpByWhoBeganIt) {
  ring();
  // The callee's network lets another of its phones pick the ringing call up.
  sip::Message ours = invite_.parse();
  const std::string pick_up = "Replaces: " + std::string(ours.call_id()) +
                              ";to-tag=" + std::string(ours.from().tag()) +
                              ";from-tag=callee-tag;early-only\r\n";
  from_callee(referred_invite(pick_up));
  Sent asked = last_to(access_realm);
  EXPECT_EQ(asked.first_line(), "INVITE sip:555@192.0.2.10:40000 SIP/2.0");
  EXPECT_EQ(asked.header(Header::replaces),
            "caller-call-id;to-tag=caller-tag;from-tag=" + caller_tag() + ";early-only");
}

TEST_F(ReplacesTest, EarlyDialogThatTheOtherSideHasNotBegunStays) {
  establish();
  first_tag_ = caller_tag();
  begin_second_call();
  receive(core_realm, third_, response(target_invite_, 180, "", "", "target-tag"));
  second_tag_ = caller_tag();
  std::string told = told_replaces(replaces_of_caller());
  from_callee(referred_invite("Replaces: " + told + "\r\n"));
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 481 Call/Transaction Does Not Exist");
}

TEST_F(ReplacesTest, CallThatIsOverCannotBeTakenOver) {
  establish_both();
  std::string told = told_replaces(replaces_of_caller());
  from_caller(again(caller_request("BYE", "z9hG4bKbye", 2, second_tag_)));
  from_callee(referred_invite("Replaces: " + told + "\r\n"));
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 481 Call/Transaction Does Not Exist");
}

TEST_F(ReplacesTest, MalformedOnesAreRefused) {
  EXPECT_EQ(from_caller(invite("Replaces: a;to-tag=b\r\n")), Reason::replaces_bad);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 400 Bad Request");
  const std::string good = "Replaces: a;to-tag=b;from-tag=c\r\n";
  EXPECT_EQ(from_caller(again(invite(good + good), "s")), Reason::replaces_bad);
  EXPECT_EQ(from_caller(again(invite(good + "Join: a;to-tag=b;from-tag=c\r\n"), "t")), Reason::replaces_bad);
  EXPECT_EQ(from_caller(with(caller_request("OPTIONS", "z9hG4bKo", 1), good)), Reason::replaces_bad);
  EXPECT_EQ(from_caller(with(caller_request("OPTIONS", "z9hG4bKp", 2), "Require: replaces\r\n")),
            Reason::extension_unsupported)
      << "it is of INVITE only";
}

TEST_F(ReplacesTest, ValueIsReadStrictly) {
  Replaces replaces;
  EXPECT_EQ(parse_replaces("98732@sip.example.com ;from-tag=r33th4x0r; to-tag=ff87ff;other=x", replaces),
            Reason::none);
  EXPECT_EQ(replaces.call_id, "98732@sip.example.com");
  EXPECT_EQ(replaces.from_tag, "r33th4x0r");
  EXPECT_EQ(replaces.to_tag, "ff87ff");
  EXPECT_FALSE(replaces.early_only);
  EXPECT_EQ(parse_replaces("a;early-only;to-tag=b;from-tag=c", replaces), Reason::none);
  EXPECT_TRUE(replaces.early_only);
  for (std::string_view bad :
       {"", ";to-tag=b;from-tag=c", "a b;to-tag=b;from-tag=c", "a@;to-tag=b;from-tag=c",
        "@a;to-tag=b;from-tag=c", "a;to-tag=b;from-tag=c;to-tag=d", "a;to-tag=;from-tag=c", "a;from-tag=c",
        "a;to-tag=b;from-tag=c,d;to-tag=b;from-tag=c"})
    EXPECT_EQ(parse_replaces(bad, replaces), Reason::replaces_bad) << bad;
}

TEST_F(ReplacesTest, SupportIsToldAsItIsByTheOtherSide) {
  from_caller(invite("Supported: replaces, timer\r\n"));
  EXPECT_NE(invite_.bytes.find("\r\nSupported: replaces\r\n"), std::string::npos);
  from_callee(response(invite_, 180));
  EXPECT_EQ(last_to(access_realm).bytes.find("replaces"), std::string::npos);
  from_callee(response(invite_, 200, answer_sdp, "Supported: replaces\r\n"));
  EXPECT_NE(last_to(access_realm).bytes.find("\r\nSupported: replaces\r\n"), std::string::npos);
}

// RFC 4028 7.3
TEST_F(ReplacesTest, TargetThatWantsALongerSessionIsAskedOnceMore) {
  establish_both();
  from_callee(referred_invite("Replaces: " + told_replaces(replaces_of_caller()) + "\r\n"));
  Sent first = invites().at(0);
  receive(core_realm, third_, response(first, 422, "", "Min-SE: 3600\r\n"));
  ASSERT_EQ(invites().size(), 1u);
  EXPECT_EQ(invites()[0].header(Header::replaces), first.header(Header::replaces));
  receive(core_realm, third_, response(invites()[0], 503));
  EXPECT_EQ(invites().size(), 0u) << "nobody else could take the call over";
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 503 Service Unavailable");
}

TEST_F(ReplacesTest, TrunksLimitHoldsForItToo) {
  establish_both();
  std::string told = told_replaces(replaces_of_caller());
  model_->trunks[1].calls_max = 1;
  from_callee(referred_invite("Replaces: " + told + "\r\n"));
  EXPECT_EQ(cdrs_.back().reason, Reason::trunk_limit);
}

/// The same with two workers, of which the test's engine is one: whoever owns the dialog is asked.
class ReplacesElsewhereTest : public ReplacesTest {
 protected:
  void SetUp() override {
    model_->workers.count = 2;
    ReplacesTest::SetUp();
  }
  void ask() {
    EXPECT_EQ(from_caller(invite("Replaces: " + call_id_elsewhere() + ";to-tag=b;from-tag=caller-tag\r\n")),
              Reason::none);
    EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 100 Trying");
    ASSERT_EQ(worker_asks_.size(), 1u);
    EXPECT_EQ(worker_asks_[0].owner, WorkerId(1));
  }
  void answer_ask(const Replacement& answer) {
    sent_.clear();
    engine_->on_replaced(surroundings(), worker_asks_.back().question, answer);
    carry_out();
  }
};

TEST_F(ReplacesElsewhereTest, CallWaitsForTheOwnersAnswer) {
  ask();
  answer_ask(found_elsewhere());
  EXPECT_EQ(last_to(core_realm).header(Header::replaces), "their-call;to-tag=0;from-tag=ours");
  answer_ask(found_elsewhere());
  EXPECT_TRUE(sent_.empty()) << "once is enough";
}

TEST_F(ReplacesElsewhereTest, OwnerMayNotKnowIt) {
  ask();
  answer_ask({});
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 481 Call/Transaction Does Not Exist");
}

TEST_F(ReplacesElsewhereTest, AnswerThatDoesNotComeEndsTheCall) {
  ask();
  pass(2s);
  EXPECT_EQ(cdrs_.at(0).reason, Reason::decision_timeout);
  answer_ask(found_elsewhere());
  EXPECT_TRUE(sent_.empty());
}

TEST_F(ReplacesElsewhereTest, OwnerAnswersWhateverWorkerAsks) {
  // The second worker's engine: same secret, same configuration.
  Engine other(WorkerId(1), *steering_, Random::from_seed(7), *model_, sizes_, now_);
  ask();
  EXPECT_EQ(other.find_replaced(policy_, worker_asks_[0].what).reason, Reason::replaces_unknown);
}

}  // namespace
}  // namespace sbc::call
