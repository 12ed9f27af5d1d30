// How calls fail: refusals, cancellation, failover, time-outs; each with its status, its CDR and nothing left
// behind.
#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

using sip::Header;

class FailureTest : public EngineTest {
 protected:
  void expect_refused(const std::string& text, Reason reason, const std::string& first_line) {
    EXPECT_EQ(from_caller(text), reason);
    ASSERT_EQ(sent_.size(), 1u);
    EXPECT_EQ(sent_[0].first_line(), first_line);
    EXPECT_FALSE(sent_[0].parse().to().tag().empty());
    EXPECT_EQ(engine_->live_calls(), 0u);
  }
  std::string with(const std::string& header) { return invite(header + "\r\n"); }
};

TEST_F(FailureTest, ExhaustedHopsAreRefused) {
  std::string text = invite();
  text.replace(text.find("Max-Forwards: 70"), 16, "Max-Forwards: 0");
  expect_refused(text, Reason::hops_exhausted, "SIP/2.0 483 Too Many Hops");
}

// RFC 3261 8.2.2.3
TEST_F(FailureTest, RequiredExtensionIsRefusedAndNamed) {
  expect_refused(with("Require: 100rel, foo, timer, bar"), Reason::extension_unsupported,
                 "SIP/2.0 420 Bad Extension");
  EXPECT_EQ(sent_[0].header(Header::unsupported), "foo, bar");
}

// RFC 3261 8.2.3
TEST_F(FailureTest, OtherBodiesAreRefusedAndSdpIsAskedFor) {
  std::string text = invite();
  text.replace(text.find("application/sdp"), 15, "application/xml");
  expect_refused(text, Reason::body_unsupported, "SIP/2.0 415 Unsupported Media Type");
  EXPECT_EQ(sent_[0].header(Header::accept), "application/sdp, multipart/mixed");
}

TEST_F(FailureTest, EncodedBodyIsRefused) {
  expect_refused(with("Content-Encoding: gzip"), Reason::body_unsupported,
                 "SIP/2.0 415 Unsupported Media Type");
}

TEST_F(FailureTest, BrokenSdpIsRefused) {
  expect_refused(invite("", "v=1\r\nthis is not SDP\r\n"), Reason::sdp_bad, "SIP/2.0 400 Bad Request");
}

TEST_F(FailureTest, SdpThatCannotBeAnchoredIsRefused) {
  std::string sdp = offer_sdp;
  sdp.replace(sdp.find("RTP/AVP"), 7, "UDP/TLS/RTP/SAVP");
  expect_refused(invite("", sdp), Reason::sdp_unacceptable, "SIP/2.0 488 Not Acceptable Here");
}

TEST_F(FailureTest, SrtpIsRefusedWhereTheRealmForbidsIt) {
  std::string sdp = offer_sdp;
  sdp.replace(sdp.find("RTP/AVP"), 7, "RTP/SAVP");
  expect_refused(invite("", sdp), Reason::sdp_protection, "SIP/2.0 488 Not Acceptable Here");
}

TEST_F(FailureTest, MediaTowardOurselvesIsRefused) {
  std::string sdp = offer_sdp;
  sdp.replace(sdp.find("c=IN IP4 192.0.2.10"), 19, "c=IN IP4 192.0.2.1");
  expect_refused(invite("", sdp), Reason::sdp_unacceptable, "SIP/2.0 488 Not Acceptable Here");
}

TEST_F(FailureTest, InviteWithBrokenContactIsRefused) {
  std::string text = invite();
  size_t contact = text.find("Contact:");
  text.replace(contact, text.find("\r\n", contact) - contact, "Contact: *");
  expect_refused(text, Reason::header_bad, "SIP/2.0 400 Bad Request");
}

TEST_F(FailureTest, SipsIsRefusedWhereNoTlsGoesOn) {
  std::string text = invite();
  text.replace(text.find("sip:100"), 4, "sips:");
  expect_refused(text, Reason::scheme_unsupported, "SIP/2.0 416 Unsupported URI Scheme");
}

TEST_F(FailureTest, NumberWithoutRouteIsRefusedWithACdr) {
  expect_refused(invite("", offer_sdp, "999"), Reason::no_rule, "SIP/2.0 404 Not Found");
  ASSERT_EQ(cdrs_.size(), 1u);
  EXPECT_EQ(cdrs_[0].status, 404);
  EXPECT_EQ(cdrs_[0].cause, 1);
  EXPECT_EQ(cdrs_[0].reason, Reason::no_rule);
}

TEST_F(FailureTest, NumberThatDoesNotFitIsRefused) {
  expect_refused(invite("", offer_sdp, "1" + std::string(64, '0')), Reason::uri_bad,
                 "SIP/2.0 400 Bad Request");
  EXPECT_EQ(from_caller(invite("", offer_sdp, "1" + std::string(63, '0'))), Reason::none);
}

TEST_F(FailureTest, NumberThatShowsAnAddressHasNoRoute) {  // valid by RFC 4475 3.1.1.3, so no 400
  expect_refused(invite("", offer_sdp, "100%40inside.example"), Reason::no_rule, "SIP/2.0 404 Not Found");
  ASSERT_EQ(cdrs_.size(), 1u);
  EXPECT_EQ(cdrs_[0].attempts, 0);
}

// RFC 3261 8.2.1
TEST_F(FailureTest, MethodsWeDoNotOfferAreRefused) {
  expect_refused(caller_request("SUBSCRIBE", "z9hG4bK1", 1), Reason::method_unsupported,
                 "SIP/2.0 405 Method Not Allowed");
  EXPECT_EQ(sent_[0].header(Header::allow),
            "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK, REFER, NOTIFY");
  expect_refused(caller_request("FROBNICATE", "z9hG4bK2", 1), Reason::method_unknown,
                 "SIP/2.0 501 Not Implemented");
  expect_refused(caller_request("BYE", "z9hG4bK3", 1), Reason::no_transaction,
                 "SIP/2.0 481 Call/Transaction Does Not Exist");
  expect_refused(caller_request("CANCEL", "z9hG4bK4", 1), Reason::no_transaction,
                 "SIP/2.0 481 Call/Transaction Does Not Exist");
}

// RFC 3261 11
TEST_F(FailureTest, OptionsTellsWhatWeDo) {
  EXPECT_EQ(from_caller(caller_request("OPTIONS", "z9hG4bK1", 1)), Reason::none);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(last_to(access_realm).header(Header::accept), "application/sdp, multipart/mixed");
  EXPECT_EQ(last_to(access_realm).header(Header::supported), "100rel, replaces, timer");
}

// RFC 3261 8.2.2.2
TEST_F(FailureTest, SameInviteByAnotherPathIsALoop) {
  from_caller(invite());
  std::string again = invite();
  again.replace(again.find("z9hG4bKinvite"), 13, "z9hG4bKagain1");
  EXPECT_EQ(from_caller(again), Reason::loop_detected);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 482 Loop Detected");
  EXPECT_EQ(engine_->live_calls(), 1u);
}

// RFC 3261 16.7 10, 8.2.2.2: the proxy before us forks the INVITE; of its branches one wins
TEST_F(FailureTest, ForksToTwoNumbersAreTwoCalls) {
  from_caller(invite());
  const Sent first = invite_;
  std::string other = invite("", offer_sdp, "101");
  other.replace(other.find("z9hG4bKinvite"), 13, "z9hG4bKother1");
  EXPECT_EQ(from_caller(other), Reason::none);
  EXPECT_EQ(engine_->live_calls(), 2u);
  from_callee(response(first, 180, "", "", "one"));
  const std::string one = caller_tag();
  from_callee(response(invite_, 200, answer_sdp, "", "two"));
  EXPECT_NE(caller_tag(), one);
  const std::string two = caller_tag();
  EXPECT_EQ(from_caller(caller_request("ACK", "z9hG4bKack", 1, two)), Reason::none);
  EXPECT_EQ(from_caller(caller_request("CANCEL", "z9hG4bKinvite", 1)), Reason::none);
  EXPECT_EQ(all_to(access_realm).at(0).parse().to().tag(), one);
  EXPECT_EQ(last_to(core_realm).parse().call_id(), first.parse().call_id());
  EXPECT_TRUE(last_to(core_realm).first_line().starts_with("CANCEL "));
  EXPECT_EQ(engine_->live_calls(), 1u) << "the other one goes on";
  EXPECT_EQ(from_caller(caller_request("BYE", "z9hG4bKbye", 2, two)), Reason::none);
  EXPECT_TRUE(last_to(core_realm).first_line().starts_with("BYE "));
  EXPECT_EQ(engine_->live_calls(), 0u);
}

TEST_F(FailureTest, UnknownSourceGetsOneResponseAndLeavesNothing) {
  EXPECT_EQ(receive(access_realm, caller_, invite("", offer_sdp, "999"), config::Trust::unknown),
            Reason::no_rule);
  EXPECT_EQ(sent_.size(), 1u);
  EXPECT_TRUE(cdrs_.empty());
  EXPECT_EQ(engine_->usage().server_transactions, 0u);
  sent_.clear();
  pass(40s);
  EXPECT_TRUE(sent_.empty());
}

TEST_F(FailureTest, KnownSourceGetsItsRefusalUntilItAcknowledges) {
  from_caller(invite("", offer_sdp, "999"));
  sent_.clear();
  pass(1500ms);
  EXPECT_EQ(sent_.size(), 2u);
  EXPECT_EQ(from_caller(caller_request("ACK", "z9hG4bKinvite", 1, caller_tag())), Reason::none);
  sent_.clear();
  pass(40s);
  EXPECT_TRUE(sent_.empty());
}

TEST_F(FailureTest, OneCallTooManyIsToldWhenToComeBack) {
  model_->limits.calls_max = 1;
  model_->limits.retry_after = 7s;
  start();
  from_caller(invite());
  std::string other = invite();
  other.replace(other.find("caller-call-id"), 14, "other-call-idX");
  other.replace(other.find("z9hG4bKinvite"), 13, "z9hG4bKother1");
  EXPECT_EQ(from_caller(other), Reason::call_limit);
  EXPECT_EQ(sent_.at(0).first_line(), "SIP/2.0 503 Service Unavailable");
  EXPECT_EQ(sent_[0].header(Header::retry_after), "7");
}

TEST_F(FailureTest, CallThatADoubledInviteBeganAfterARefusalEndsWithTheRefusalsAck) {
  for (bool answered : {false, true}) {
    SCOPED_TRACE(answered);
    start();
    answered ? answer()
             : ring();  // of the second copy; the first one got a stateless refusal with a tag of its own
    EXPECT_EQ(from_caller(caller_request("ACK", "z9hG4bKinvite", 1, "tag-of-the-refusal")), Reason::none);
    EXPECT_EQ(engine_->live_calls(), 0u);
    EXPECT_TRUE(last_to(core_realm).first_line().starts_with(answered ? "BYE " : "CANCEL "));
    for (const Sent& sent : all_to(access_realm)) EXPECT_FALSE(sent.first_line().starts_with("BYE "));
    ASSERT_EQ(cdrs_.size(), 1u);
    EXPECT_EQ(cdrs_[0].releaser, Releaser::caller);
    from_callee(response(last_to(core_realm), 200));
    if (!answered) from_callee(response(invite_, 487));
    pass(70s);
    cdrs_.clear();
    sent_.clear();
  }
}

TEST_F(FailureTest, SharedCallLimitCountsOtherWorkersToo) {
  ASSERT_EQ(policy::admit_call(model_->limits, *usage_, now_), Reason::none);
  for (uint32_t i = 1; i < model_->limits.calls_max; ++i) policy::admit_call(model_->limits, *usage_, now_);
  expect_refused(invite(), Reason::call_limit, "SIP/2.0 503 Service Unavailable");
  for (uint32_t i = 0; i < model_->limits.calls_max; ++i) policy::release_call(*usage_);
}

TEST_F(FailureTest, DrainingRefusesNewCallsOnly) {
  establish();
  std::string again = caller_request("INVITE", "z9hG4bKre", 2, caller_tag(), offer_sdp);
  engine_->drain();
  std::string other = invite();
  other.replace(other.find("caller-call-id"), 14, "other-call-idX");
  other.replace(other.find("z9hG4bKinvite"), 13, "z9hG4bKother1");
  EXPECT_EQ(from_caller(other), Reason::draining);
  EXPECT_EQ(sent_.at(0).first_line(), "SIP/2.0 503 Service Unavailable");
  EXPECT_EQ(from_caller(again), Reason::none);
}

TEST_F(FailureTest, FullTrunkIsPassedOverAndAllFullIsRefused) {
  for (auto& trunk : model_->trunks) trunk.calls_max = 1;
  start();
  for (int i = 0; i < 3; ++i) {
    std::string text = invite();
    text.replace(text.find("caller-call-id"), 14, "caller-call-i" + std::to_string(i));
    text.replace(text.find("z9hG4bKinvite"), 13, "z9hG4bKinvit" + std::to_string(i));
    from_caller(text);
    EXPECT_EQ(invite_.to.remote, i == 0 ? callee_ : third_);
  }
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 503 Service Unavailable");
  EXPECT_TRUE(last_to(access_realm).header(Header::retry_after).empty());
  EXPECT_EQ(cdrs_.at(0).reason, Reason::trunk_limit);
}

TEST_F(FailureTest, CallersTrunkHasItsLimitToo) {
  model_->trunks[0].calls_max = 0;
  start();
  std::string text = invite();
  EXPECT_EQ(receive(core_realm, callee_, text), Reason::trunk_limit);
  EXPECT_FALSE(last_to(core_realm).header(Header::retry_after).empty()) << "whatever it sends is too much";
}

// RFC 3261 9.1, 9.2
TEST_F(FailureTest, CancelReachesARingingCallee) {
  ring();
  EXPECT_EQ(from_caller(caller_request("CANCEL", "z9hG4bKinvite", 1)), Reason::none);
  ASSERT_EQ(all_to(access_realm).size(), 2u);
  EXPECT_EQ(all_to(access_realm)[0].first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(all_to(access_realm)[1].first_line(), "SIP/2.0 487 Request Terminated");
  Sent cancel = last_to(core_realm);
  EXPECT_TRUE(cancel.bytes.starts_with("CANCEL "));
  EXPECT_EQ(cancel.parse().top_via().branch, invite_.parse().top_via().branch);
  EXPECT_EQ(cdrs_.at(0).releaser, Releaser::caller);
  EXPECT_EQ(cdrs_[0].status, 487);
  from_callee(response(cancel, 200));
  from_callee(response(invite_, 487));
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("ACK "));
}

// RFC 3261 9.1
TEST_F(FailureTest, CancelWaitsUntilTheCalleeAnswersAnything) {
  from_caller(invite());
  from_caller(caller_request("CANCEL", "z9hG4bKinvite", 1));
  EXPECT_TRUE(all_to(core_realm).empty());
  from_callee(response(invite_, 100));
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("CANCEL "));
}

// RFC 3261 9.1: the answer was on its way
TEST_F(FailureTest, AnswerThatCrossesOurCancelIsAcknowledgedAndEnded) {
  ring();
  from_caller(caller_request("CANCEL", "z9hG4bKinvite", 1));
  from_callee(response(invite_, 200, answer_sdp));
  ASSERT_EQ(sent_.size(), 2u);
  EXPECT_TRUE(sent_[0].bytes.starts_with("ACK sip:bob@10.2.0.201:5060"));
  EXPECT_TRUE(sent_[1].bytes.starts_with("BYE sip:bob@10.2.0.201:5060"));
  EXPECT_EQ(cdrs_.size(), 1u);
}

// RFC 3326 3.1
TEST_F(FailureTest, ReasonOfACancelCrossesAtOnceOrWhenTheCalleeIsHeard) {
  const std::string reason = "Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n";
  std::string cancel = caller_request("CANCEL", "z9hG4bKinvite", 1);
  cancel.insert(cancel.find("Content-Length"), reason);
  ring();
  EXPECT_EQ(from_caller(cancel), Reason::none);
  EXPECT_TRUE(last_to(core_realm).first_line().starts_with("CANCEL "));
  EXPECT_EQ(last_to(core_realm).header(sip::Header::reason), "SIP;cause=200");
  start();
  EXPECT_EQ(from_caller(invite()), Reason::none);
  EXPECT_EQ(from_caller(cancel), Reason::none);
  EXPECT_TRUE(all_to(core_realm).empty()) << "nothing was heard of the callee yet";
  EXPECT_EQ(from_callee(response(invite_, 100)), Reason::none);
  EXPECT_EQ(last_to(core_realm).header(sip::Header::reason), "SIP;cause=200");
}

TEST_F(FailureTest, ReasonOfAByeThatWaitsForAnAckCrosses) {
  answer();
  std::string bye = callee_request("BYE", 1);
  bye.insert(bye.find("Content-Length"), "Reason: Q.850;cause=31\r\n");
  EXPECT_EQ(from_callee(bye), Reason::none);
  EXPECT_TRUE(all_to(access_realm).empty()) << "its ACK has not come";
  EXPECT_EQ(from_caller(ack()), Reason::none);
  EXPECT_TRUE(last_to(access_realm).first_line().starts_with("BYE "));
  EXPECT_EQ(last_to(access_realm).header(sip::Header::reason), "Q.850;cause=31");
}

TEST_F(FailureTest, CancelFromAnotherAddressCancelsNothing) {
  ring();
  Endpoint stranger = *Endpoint::parse("192.0.2.66:40000");
  EXPECT_EQ(receive(access_realm, stranger, caller_request("CANCEL", "z9hG4bKinvite", 1)),
            Reason::no_transaction);
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(FailureTest, CalleesRefusalReachesTheCaller) {
  for (auto [status, line] : {std::pair{486, "SIP/2.0 486 Busy Here"},
                              {404, "SIP/2.0 404 Not Found"},
                              {603, "SIP/2.0 603 Decline"},
                              {302, "SIP/2.0 480 Temporarily Unavailable"}}) {
    from_caller(invite());
    from_callee(response(invite_, status, "", "Reason: Q.850;cause=17\r\n"));
    EXPECT_EQ(last_to(access_realm).first_line(), line);
    EXPECT_EQ(cdrs_.back().attempts, 1) << status;
    EXPECT_EQ(cdrs_.back().releaser, Releaser::callee);
    EXPECT_EQ(cdrs_.back().cause, 17);
    pass(70s);
  }
}

TEST_F(FailureTest, RefusalOfOurOwnMessageIsNotTheCallersToMend) {
  for (int status : {405, 413, 414, 415, 416, 420, 421, 422, 423, 494, 505, 513}) {
    from_caller(invite());
    from_callee(response(invite_, status, "", "Require: timer\r\nMin-SE: 90\r\n"));
    EXPECT_EQ(last_to(access_realm).first_line(),
              status == 415 ? "SIP/2.0 488 Not Acceptable Here" : "SIP/2.0 500 Server Internal Error");
    EXPECT_EQ(cdrs_.back().status, status == 415 ? 488 : 500);
    pass(70s);
  }
}

// RFC 3261 21.5.4
TEST_F(FailureTest, A503OfATrunkKeepsNobodyFromTheOthers) {
  for (auto& trunk : model_->trunks) trunk.failover_on = {};
  from_caller(invite());
  from_callee(response(invite_, 503, "", "Retry-After: 30\r\n"));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 503 Service Unavailable");
  EXPECT_EQ(last_to(access_realm).header(Header::retry_after), "");
}

// RFC 3261 20.33
TEST_F(FailureTest, OnlyTheNumberOfARetryAfterCrosses) {
  for (auto [told, crosses] : {std::pair{"30", "30"},
                               {"18000 (I'm in a meeting at 10.2.0.201);duration=3600", "18000"},
                               {"0", ""},
                               {"99999999", ""},
                               {"4294967297", ""},
                               {"soon", ""}}) {
    from_caller(invite());
    from_callee(response(invite_, 486, "", std::string("Retry-After: ") + told + "\r\n"));
    EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 486 Busy Here");
    EXPECT_EQ(last_to(access_realm).header(Header::retry_after), crosses);
    pass(70s);
  }
}

TEST_F(FailureTest, FailingPeersAreLeftForTheNext) {
  for (int status : {503, 500, 502, 504, 408, 401, 407}) {
    from_caller(invite());
    from_callee(response(invite_, status));
    ASSERT_EQ(all_to(core_realm).size(), 2u) << status;
    EXPECT_TRUE(all_to(core_realm)[0].bytes.starts_with("ACK "));
    EXPECT_EQ(invite_.to.remote, second_);
    EXPECT_TRUE(all_to(access_realm).empty());
    receive(core_realm, second_, response(invite_, status));
    EXPECT_EQ(invite_.to.remote, third_);
    EXPECT_EQ(relays_.size(), 2u);
    receive(core_realm, third_, response(invite_, status));
    EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 503 Service Unavailable");
    EXPECT_EQ(cdrs_.back().reason, Reason::trunks_failed);
    EXPECT_EQ(cdrs_.back().attempts, 3);
    pass(70s);
  }
}

TEST_F(FailureTest, EachAttemptHasIdentifiersOfItsOwn) {
  from_caller(invite());
  sip::Message first = invite_.parse();
  from_callee(response(invite_, 503));
  sip::Message second = invite_.parse();
  EXPECT_NE(first.call_id(), second.call_id());
  EXPECT_NE(first.from().tag(), second.from().tag());
  EXPECT_NE(first.body(), second.body());
}

TEST_F(FailureTest, SilentPeerIsLeftAfterTheAttemptTimeout) {
  from_caller(invite());
  Sent first = invite_;
  sent_.clear();
  pass(4s);
  EXPECT_EQ(invite_.to.remote, second_);
  // It wakes up too late: it is told so.
  from_callee(response(first, 200, answer_sdp));
  ASSERT_EQ(sent_.size(), 2u);
  EXPECT_TRUE(sent_[1].bytes.starts_with("BYE "));
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(FailureTest, PeerThatHasSpokenIsNotLeftAfterTheAttemptTimeout) {
  from_caller(invite());
  from_callee(response(invite_, 100));
  pass(30s);
  EXPECT_EQ(invite_.to.remote, callee_);
}

TEST_F(FailureTest, PeerThatSaysNothingMoreAfter100IsLeft) {
  model_->routes[0].progress_timeout = 6s;
  start();
  from_caller(invite());
  const Sent first = invite_;
  pass(3s);
  from_callee(response(first, 100));
  pass(5s);
  from_callee(response(first, 100));  // repeated, it changes nothing
  EXPECT_EQ(invite_.to.remote, callee_);
  sent_.clear();
  pass(1s);
  EXPECT_EQ(invite_.to.remote, second_);
  EXPECT_TRUE(
      std::any_of(sent_.begin(), sent_.end(), [](const Sent& s) { return s.bytes.starts_with("CANCEL "); }));
  // The next one is given as long; one that goes on rings as long as the route lets it.
  receive(core_realm, second_, response(invite_, 100));
  pass(5s);
  receive(core_realm, second_, response(invite_, 183));
  pass(30s);
  EXPECT_EQ(invite_.to.remote, second_);
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(FailureTest, PeerThatRingsIsNotLeftFor100ThatComesLate) {
  model_->routes[0].progress_timeout = 6s;
  start();
  from_caller(invite());
  from_callee(response(invite_, 180));
  from_callee(response(invite_, 100));
  pass(30s);
  EXPECT_EQ(invite_.to.remote, callee_);
  EXPECT_EQ(engine_->live_calls(), 1u);
}

// RFC 3261 18.4
TEST_F(FailureTest, UnreachablePeerIsLeftAtOnce) {
  from_caller(invite());
  sent_.clear();
  engine_->on_undelivered(surroundings(), invite_.undelivered());
  carry_out();
  EXPECT_EQ(last_to(core_realm).to.remote, second_);
  // Once it has spoken, ICMP from whomever changes nothing.
  receive(core_realm, second_, response(invite_, 180));
  engine_->on_undelivered(surroundings(), invite_.undelivered());
  carry_out();
  EXPECT_EQ(invite_.to.remote, second_);
}

// RFC 5927 4: both calls try the same peer, and the error is about one INVITE of one of them.
TEST_F(FailureTest, ErrorThatQuotesOneInviteEndsNoOther) {
  from_caller(invite());
  const Sent first = invite_;
  std::string other = invite();
  other.replace(other.find("caller-call-id"), 14, "callers-other");
  other.replace(other.find("z9hG4bKinvite"), 13, "z9hG4bKother");
  from_caller(other);
  ASSERT_EQ(invite_.to, first.to);
  Undelivered forged = first.undelivered();
  ++forged.mark.checksum;
  sent_.clear();
  engine_->on_undelivered(surroundings(), forged);
  carry_out();
  EXPECT_TRUE(sent_.empty());
  engine_->on_undelivered(surroundings(), first.undelivered());
  carry_out();
  ASSERT_EQ(all_to(core_realm).size(), 1u);
  EXPECT_EQ(last_to(core_realm).to.remote, second_);
}

TEST_F(FailureTest, CallThatNobodyAnswersEndsAfterTheRingTimeout) {
  ring();
  pass(60s);
  ASSERT_GE(all_to(access_realm).size(), 1u);
  EXPECT_EQ(all_to(access_realm)[0].first_line(), "SIP/2.0 480 Temporarily Unavailable");
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("CANCEL "));
  EXPECT_EQ(cdrs_.at(0).reason, Reason::call_timeout);
}

TEST_F(FailureTest, CallerMayEndARingingCallWithBye) {
  ring();
  EXPECT_EQ(from_caller(caller_request("BYE", "z9hG4bKbye", 2, caller_tag())), Reason::none);
  EXPECT_EQ(all_to(access_realm)[0].first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(all_to(access_realm)[1].first_line(), "SIP/2.0 487 Request Terminated");
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("CANCEL "));
}

TEST_F(FailureTest, ResponseFromAnotherPeerIsForeign) {
  from_caller(invite());
  EXPECT_EQ(receive(core_realm, second_, response(invite_, 200, answer_sdp)), Reason::response_foreign);
  EXPECT_EQ(receive(access_realm, callee_, response(invite_, 200, answer_sdp)), Reason::response_foreign);
  EXPECT_TRUE(sent_.empty());
}

TEST_F(FailureTest, RemovedTrunkIsNotTried) {
  from_caller(invite());
  auto fewer = std::make_shared<config::Model>(*model_);
  fewer->trunks.pop_back();
  policy_.model = fewer;
  policy_.trunks = policy::TrunkTable(*fewer, {TrunkId(0)});
  from_callee(response(invite_, 503));
  receive(core_realm, second_, response(invite_, 503));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 503 Service Unavailable");
}

}  // namespace
}  // namespace sbc::call
