// How calls are set up and ended when all goes well (RFC 3261 13, 15), and that nothing of one side reaches
// the other.
#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

using sip::Header;

class SetupTest : public EngineTest {};

// RFC 3261 8.1, 13.2
TEST_F(SetupTest, CalleeGetsAnInviteThatIsOurs) {
  ASSERT_EQ(from_caller(invite("Priority: urgent\r\nSubject: Lunch\r\nUser-Agent: phone 1.0\r\n")),
            Reason::none);
  sip::Message ours = invite_.parse();
  EXPECT_EQ(invite_.to.remote, callee_);
  EXPECT_EQ(invite_.to.local, *Endpoint::parse("10.2.0.1:5060"));
  EXPECT_EQ(ours.request_uri_text(), "sip:100@10.2.0.201");
  EXPECT_EQ(ours.top_via().host, "10.2.0.1");
  EXPECT_TRUE(ours.top_via().has_magic_cookie());
  EXPECT_EQ(ours.max_forwards(), 69u);  // RFC 7332
  EXPECT_EQ(ours.from().uri.text, "sip:555@10.2.0.1");
  EXPECT_EQ(ours.from().display, "\"Alice\"");
  EXPECT_EQ(ours.to().uri.text, "sip:100@10.2.0.201");
  EXPECT_EQ(ours.value(Header::contact), "<sip:10.2.0.1:5060>");
  EXPECT_NE(invite_.bytes.find("Priority: urgent\r\n"), std::string::npos);
  EXPECT_FALSE(ours.has(Header::subject));
  EXPECT_FALSE(ours.has(Header::user_agent));
  for (const char* theirs : {"192.0.2.", "home.example", "caller-tag", "caller-call-id", "z9hG4bKinvite"}) {
    EXPECT_EQ(invite_.bytes.find(theirs), std::string::npos) << theirs;
  }
}

// RFC 3261 17.2.1
TEST_F(SetupTest, TryingLeavesBeforeAnythingElse) {
  from_caller(invite());
  ASSERT_EQ(sent_.size(), 2u);
  EXPECT_EQ(sent_[0].first_line(), "SIP/2.0 100 Trying");
  EXPECT_EQ(sent_[0].to.remote, caller_);
}

TEST_F(SetupTest, RelaysAreInstalledBeforeTheSdpThatNamesThemLeaves) {
  from_caller(invite());
  EXPECT_EQ(relays_.size(), 2u);
  EXPECT_LT(last_install_, invite_.effect);
  from_callee(response(invite_, 200, answer_sdp));
  EXPECT_LT(last_install_, last_to(access_realm).effect);
}

TEST_F(SetupTest, CallerGetsResponsesThatAreOurs) {
  from_caller(invite("Record-Route: <sip:192.0.2.77;lr>\r\n"));
  from_callee(response(invite_, 180, "", "Server: pbx\r\nRecord-Route: <sip:10.2.0.201;lr>\r\n"));
  sip::Message ringing = last_to(access_realm).parse();
  EXPECT_EQ(ringing.top_via().branch, "z9hG4bKinvite");
  EXPECT_EQ(ringing.value(Header::record_route), "<sip:192.0.2.77;lr>");
  EXPECT_EQ(ringing.value(Header::contact), "<sip:192.0.2.1:5060>");
  EXPECT_EQ(last_to(access_realm).bytes.find("10.2.0."), std::string::npos);
  EXPECT_EQ(last_to(access_realm).bytes.find("pbx"), std::string::npos);
  from_callee(response(invite_, 200, answer_sdp));
  EXPECT_EQ(last_to(access_realm).parse().to().tag(), ringing.to().tag());
  EXPECT_EQ(last_to(access_realm).bytes.find("10.2.0."), std::string::npos);
}

// RFC 3261 13.2.2.4
TEST_F(SetupTest, AnswerIsAcknowledgedAtOnce) {
  from_caller(invite());
  from_callee(response(invite_, 200, answer_sdp, "Record-Route: <sip:10.2.0.201;lr>\r\n"));
  sip::Message our_ack = last_to(core_realm).parse();
  EXPECT_EQ(our_ack.method(), sip::Method::ack);
  EXPECT_EQ(our_ack.request_uri_text(), "sip:bob@10.2.0.201:5060");
  EXPECT_EQ(our_ack.value(Header::route), "<sip:10.2.0.201;lr>");
  EXPECT_EQ(our_ack.to().tag(), "callee-tag");
  EXPECT_EQ(our_ack.cseq().number, invite_.parse().cseq().number);
  EXPECT_NE(our_ack.top_via().branch, invite_.parse().top_via().branch);
}

TEST_F(SetupTest, CallerHangsUp) {
  establish();
  media_.by_port[relays_.begin()->first].packets = 7;
  pass(3s);
  EXPECT_EQ(from_caller(caller_request("BYE", "z9hG4bKbye", 2, caller_tag())), Reason::none);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  Sent bye = last_to(core_realm);
  EXPECT_EQ(bye.first_line(), "BYE sip:bob@10.2.0.201:5060 SIP/2.0");
  EXPECT_EQ(bye.parse().cseq().number, 2u);
  EXPECT_TRUE(relays_.empty());
  ASSERT_EQ(cdrs_.size(), 1u);
  const CallRecord& cdr = cdrs_[0];
  EXPECT_EQ(cdr.status, 200);
  EXPECT_EQ(cdr.cause, 16);
  EXPECT_EQ(cdr.releaser, Releaser::caller);
  EXPECT_EQ(cdr.from_number.view(), "555");
  EXPECT_EQ(cdr.to_number.view(), "100");
  EXPECT_EQ(cdr.route.view(), "hundreds");
  EXPECT_EQ(cdr.attempts, 1);
  EXPECT_EQ(cdr.caller.media.packets, 7u);
  EXPECT_EQ(cdr.callee.peer, callee_);
  EXPECT_EQ(cdr.ended - cdr.answered, 3s);
  EXPECT_EQ(engine_->live_calls(), 0u);
  from_callee(response(bye, 200));
  EXPECT_EQ(engine_->usage().legs, 0u);
}

TEST_F(SetupTest, CalleeHangsUpAndItsReasonCrosses) {
  establish();
  std::string bye = callee_request("BYE", 1);
  bye.insert(bye.find("Contact:"), "Reason: Q.850;cause=31;text=\"node7\"\r\n");  // RFC 3326
  EXPECT_EQ(from_callee(bye), Reason::none);
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(last_to(access_realm).first_line(), "BYE sip:555@192.0.2.10:40000 SIP/2.0");
  EXPECT_EQ(last_to(access_realm).header(Header::reason), "Q.850;cause=31");
  ASSERT_EQ(cdrs_.size(), 1u);
  EXPECT_EQ(cdrs_[0].releaser, Releaser::callee);
  EXPECT_EQ(cdrs_[0].cause, 31);
}

// RFC 3261 13.3.1.4
TEST_F(SetupTest, AnswerIsRepeatedUntilAcknowledged) {
  answer();
  pass(3500ms);
  EXPECT_EQ(all_to(access_realm).size(), 3u);  // after 0.5, 1.5 and 3.5 s
  EXPECT_EQ(from_caller(ack()), Reason::none);
  sent_.clear();
  pass(40s);
  EXPECT_TRUE(sent_.empty());
}

// RFC 3261 13.3.1.4
TEST_F(SetupTest, AnswerThatIsNeverAcknowledgedEndsTheCall) {
  answer();
  pass(33s);
  EXPECT_TRUE(last_to(access_realm).bytes.starts_with("BYE "));
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("BYE "));
  ASSERT_EQ(cdrs_.size(), 1u);
  EXPECT_EQ(cdrs_[0].reason, Reason::ack_missing);
  EXPECT_EQ(cdrs_[0].releaser, Releaser::sbc);
}

// RFC 3261 15: no BYE on a dialog whose 2xx is not acknowledged yet
TEST_F(SetupTest, ByeToTheCallerWaitsForItsAck) {
  answer();
  from_callee(callee_request("BYE", 1));
  EXPECT_TRUE(all_to(access_realm).empty());
  EXPECT_EQ(cdrs_.size(), 1u);
  pass(500ms);
  EXPECT_NE(last_to(access_realm).body().find("m=audio 0 "), std::string::npos)
      << "its media ports may be another call's by now";
  from_caller(ack());
  EXPECT_TRUE(last_to(access_realm).bytes.starts_with("BYE "));
}

// RFC 6026 7.2
TEST_F(SetupTest, AnswerThatComesAgainIsAcknowledgedAgain) {
  establish();
  from_callee(response(invite_, 200, answer_sdp));
  ASSERT_EQ(sent_.size(), 1u);
  EXPECT_TRUE(sent_[0].bytes.starts_with("ACK "));
}

// RFC 3261 13.2.2.4
TEST_F(SetupTest, AnswerOfASecondForkIsAcknowledgedAndEnded) {
  establish();
  for (int i = 0; i < 2; ++i) {
    from_callee(response(invite_, 200, answer_sdp, "", "other-fork"));
    EXPECT_TRUE(sent_[0].bytes.starts_with("ACK "));
    EXPECT_EQ(sent_[0].parse().to().tag(), "other-fork");
    ASSERT_EQ(sent_.size(), i == 0 ? 2u : 1u) << "one BYE, however often the answer comes";
  }
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(SetupTest, CodecsOfATrunkHoldForItsCalls) {
  for (config::Trunk& trunk : model_->trunks) trunk.codecs.allow = {"PCMU"};
  start();
  from_caller(invite());
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 488 Not Acceptable Here") << "PCMA alone";
  model_->trunks[0].codecs.allow = {"PCMA"};
  start();
  std::string both = offer_sdp;
  both.replace(both.find("AVP 8"), 5, "AVP 0 8");
  from_caller(invite("", both));
  EXPECT_NE(invite_.body().find(" RTP/AVP 8\r\n"), std::string::npos) << invite_.body();
}

TEST_F(SetupTest, MediaOfATrunkMayComeFromWhereItsConfigurationSays) {
  model_->trunks[0].media_from = {*Prefix::parse("10.9.0.0/24")};
  start();
  from_caller(invite());
  from_callee(response(invite_, 200, answer_sdp));
  ASSERT_EQ(relays_.size(), 2u);
  for (const auto& [port, relay] : relays_) {
    EXPECT_TRUE(relay.sides[1].other_sources.contains(*IpAddress::parse("10.9.0.7")));
    EXPECT_TRUE(relay.sides[0].other_sources.all().empty()) << "the caller is of no trunk";
  }
}

TEST_F(SetupTest, EarlyMediaReachesTheCaller) {
  from_caller(invite());
  from_callee(response(invite_, 183, answer_sdp));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 183 Session Progress");
  EXPECT_NE(last_to(access_realm).body().find("c=IN IP4 192.0.2.1\r\n"), std::string::npos);
  EXPECT_EQ(relays_.begin()->second.sides[1].remote, *Endpoint::parse("10.2.0.201:6000"));
  // A 200 that does not repeat the answer is taken as confirming it.
  from_callee(response(invite_, 200));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(engine_->usage().relays, 2u);
}

// RFC 3261 13.2.1: unreliable early media is only a preview, so the 2xx has to bring the answer
TEST_F(SetupTest, AnswerThatWasOnlyPreviewedIsRepeatedInTheSuccess) {
  from_caller(invite());
  from_callee(response(invite_, 183, answer_sdp));
  std::string preview = last_to(access_realm).body();
  EXPECT_FALSE(preview.empty());
  from_callee(response(invite_, 180));
  from_callee(response(invite_, 200));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(last_to(access_realm).body(), preview);
  EXPECT_EQ(last_to(access_realm).header(sip::Header::content_type), "application/sdp");
  EXPECT_EQ(from_caller(ack()), Reason::none);
}

TEST_F(SetupTest, PreviewOfAnotherForkIsNoAnswer) {
  from_caller(invite());
  from_callee(response(invite_, 183, answer_sdp, "", "one"));
  from_callee(response(invite_, 200, "", "", "two"));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 502 Bad Gateway");
  ASSERT_EQ(all_to(core_realm).size(), 2u);
  EXPECT_TRUE(all_to(core_realm)[0].bytes.starts_with("ACK "));
  EXPECT_TRUE(all_to(core_realm)[1].bytes.starts_with("BYE "));
  EXPECT_EQ(cdrs_.at(0).reason, Reason::answer_bad);
}

// RFC 3261 13.2.1: the offer is in the 2xx, the answer in the ACK
TEST_F(SetupTest, LateOfferGoesRoundTheOtherWay) {
  from_caller(invite("", ""));
  EXPECT_TRUE(invite_.body().empty());
  from_callee(response(invite_, 200, answer_sdp));
  EXPECT_NE(last_to(access_realm).body().find("c=IN IP4 192.0.2.1\r\n"), std::string::npos);
  EXPECT_TRUE(all_to(core_realm).empty()) << "the ACK has to wait for the answer";
  EXPECT_EQ(relays_.size(), 2u);
  from_caller(ack(1, offer_sdp));
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("ACK "));
  EXPECT_NE(last_to(core_realm).body().find("c=IN IP4 10.2.0.1\r\n"), std::string::npos);
  EXPECT_EQ(relays_.begin()->second.sides[0].remote, *Endpoint::parse("192.0.2.10:4000"));
}

TEST_F(SetupTest, LateOfferThatComesAgainBeforeItsAnswerIsAwaitedStill) {
  from_caller(invite("", ""));
  from_callee(response(invite_, 200, answer_sdp));
  EXPECT_EQ(from_callee(response(invite_, 200, answer_sdp)), Reason::none);
  EXPECT_TRUE(sent_.empty());
  from_caller(ack(1, offer_sdp));
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("ACK "));
}

TEST_F(SetupTest, LateOfferWithoutAnAnswerEndsTheCall) {
  from_caller(invite("", ""));
  from_callee(response(invite_, 200, answer_sdp));
  from_caller(ack());
  ASSERT_EQ(all_to(core_realm).size(), 2u);
  EXPECT_TRUE(all_to(core_realm)[0].bytes.starts_with("ACK "));
  EXPECT_TRUE(all_to(core_realm)[1].bytes.starts_with("BYE "));
  EXPECT_NE(all_to(core_realm)[0].body().find("m=audio 0 RTP/AVP 8"), std::string::npos);
  EXPECT_TRUE(last_to(access_realm).bytes.starts_with("BYE "));
  EXPECT_EQ(cdrs_.at(0).reason, Reason::answer_bad);
}

// RFC 3261 13.2.2.4
TEST_F(SetupTest, LateOfferOfACallThatEndsIsRefused) {
  from_caller(invite("", ""));
  from_callee(response(invite_, 200, answer_sdp));
  from_caller(caller_request("BYE", "z9hG4bKbye", 2, caller_tag()));
  ASSERT_EQ(all_to(core_realm).size(), 2u);
  EXPECT_NE(all_to(core_realm)[0].body().find("m=audio 0 RTP/AVP 8"), std::string::npos);
  EXPECT_TRUE(all_to(core_realm)[1].bytes.starts_with("BYE "));
}

TEST_F(SetupTest, LateOfferThatCannotBePassedOnIsRefused) {
  std::string moved = answer_sdp;
  moved.replace(moved.find("c=IN IP4 10.2.0.201"), 19, "c=IN IP4 127.0.0.1");
  from_caller(invite("", ""));
  from_callee(response(invite_, 200, moved));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 502 Bad Gateway");
  EXPECT_NE(all_to(core_realm).at(0).body().find("m=audio 0 RTP/AVP 8"), std::string::npos);
}

TEST_F(SetupTest, UnusableAnswerEndsTheCall) {
  for (const char* body : {"", "not sdp",
                           "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                           "m=audio 6000 RTP/AVP 8\r\n"}) {
    from_caller(invite());
    from_callee(response(invite_, 200, body));
    EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 502 Bad Gateway") << body;
    EXPECT_TRUE(all_to(core_realm)[0].bytes.starts_with("ACK "));
    EXPECT_TRUE(all_to(core_realm)[1].bytes.starts_with("BYE "));
    EXPECT_EQ(cdrs_.back().reason, Reason::answer_bad);
    pass(70s);
  }
}

TEST_F(SetupTest, AnswerWithoutContactOrTooLongIsNotCarriedOver) {
  from_caller(invite());
  std::string text = response(invite_, 200, answer_sdp);
  size_t contact = text.find("Contact:");
  text.replace(contact, text.find("\r\n", contact) - contact, "Contact: <sip:" + std::string(600, 'x') + ">");
  from_callee(text);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 502 Bad Gateway");
  EXPECT_EQ(cdrs_.at(0).reason, Reason::response_too_large);
}

TEST_F(SetupTest, NumberIsTranslatedAndEscapedAgain) {
  model_->routes[0].prefix = "";
  model_->routes[0].strip = 1;
  model_->routes[0].add = "00";
  start();
  from_caller(invite("", offer_sdp, "%2B49%231"));
  EXPECT_EQ(invite_.parse().request_uri_text(), "sip:0049%231@10.2.0.201");
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(SetupTest, ParametersOfTheNumberStayBehind) {
  from_caller(invite("", offer_sdp, "100;phone-context=pbx.secret.lan;tgrp=10.9.8.7"));
  EXPECT_EQ(invite_.parse().request_uri_text(), "sip:100@10.2.0.201");
  EXPECT_EQ(invite_.bytes.find("secret"), std::string::npos);
  EXPECT_EQ(invite_.bytes.find("10.9.8.7"), std::string::npos);
}

TEST_F(SetupTest, CallerWhoseNumberShowsAnAddressBecomesAnonymous) {
  std::string text = invite();
  text.replace(text.find("\"Alice\" <sip:555@"), 17, "\"pbx.home.example\" <sip:192.0.2.10@");
  from_caller(text);
  EXPECT_EQ(invite_.parse().from().uri.text, "sip:anonymous@10.2.0.1");
  EXPECT_TRUE(invite_.parse().from().display.empty());
}

TEST_F(SetupTest, OwnCallIdFallsToThisWorker) {
  model_->workers.count = 5;
  model_->realms[1].media.last_port = 21999;
  model_->realms[0].media.last_port = 21999;
  start();
  from_caller(invite());
  EXPECT_EQ(steering_->owner_of(invite_.parse().call_id()), WorkerId(0));
  for (const auto& [local, relay] : relays_) EXPECT_EQ(media::port_owner(local.port, 5), WorkerId(0));
}

TEST_F(SetupTest, SameInputsGiveTheSameBytes) {
  auto run = [this] {
    start();
    std::string all;
    establish();
    from_caller(caller_request("BYE", "z9hG4bKbye", 2, caller_tag()));
    for (const Sent& sent : sent_) all += sent.bytes;
    all += invite_.bytes;
    pass(100s);
    return all;
  };
  now_ = Instant{5'000'000'000};
  std::string first = run();
  EXPECT_EQ(run(), first);
}

// RFC 7989 6
TEST_F(SetupTest, SessionIdComesBackInPrackAndAck) {
  const std::string caller(32, 'a'), callee(32, 'c'), nil(32, '0');
  auto field = [](const std::string& local, const std::string& remote) {
    return "Session-ID: " + local + ";remote=" + remote + "\r\n";
  };
  const std::string to_callee = caller + ";remote=" + callee;
  from_caller(invite("Supported: 100rel\r\n" + field(caller, nil)));
  from_callee(response(invite_, 183, "", "Require: 100rel\r\nRSeq: 1\r\n" + field(callee, caller)));
  EXPECT_TRUE(all_to(core_realm).at(0).bytes.starts_with("PRACK "));
  EXPECT_EQ(last_to(core_realm).header(Header::session_id), to_callee);
  for (bool again : {false, true}) {
    from_callee(response(invite_, 200, answer_sdp, field(callee, caller)));
    EXPECT_TRUE(last_to(core_realm).bytes.starts_with("ACK ")) << again;
    EXPECT_EQ(last_to(core_realm).header(Header::session_id), to_callee) << again;
  }
  from_caller(ack());
}

TEST_F(SetupTest, SessionIdOfOneAloneDoesNotComeBack) {
  from_caller(invite());
  from_callee(response(invite_, 200, answer_sdp,
                       "Session-ID: " + std::string(32, 'c') + ";remote=" + std::string(32, '0') + "\r\n"));
  EXPECT_EQ(last_to(core_realm).header(Header::session_id), "");
  from_caller(ack());
}

}  // namespace
}  // namespace sbc::call
