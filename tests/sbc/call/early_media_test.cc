// Early media that a trunk's rule holds back, or lets through where it is authorised (RFC 5009).
#include "sbc/call/early_media.h"

#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

using config::EarlyMediaRule;
using sip::Header;

std::string says(const std::string& value) { return "P-Early-Media: " + value + "\r\n"; }

class EarlyMediaTest : public EngineTest {
 protected:
  EarlyMediaTest() {
    model_->access = {{access_realm, *Prefix::parse("192.0.2.10/32"), config::Trust::trusted, {}}};
  }
  /// With the first trunk's rule.
  void begin(EarlyMediaRule rule, const std::string& more = "", const std::string& body = offer_sdp) {
    model_->trunks[0].early_media = rule;
    policy_.access = policy::AccessTable(*model_, {});
    start();
    EXPECT_EQ(from_caller(invite(more, body)), Reason::none);
  }
  /// What the caller is told of it.
  Sent told(int status, const std::string& body = "", const std::string& more = "",
            const std::string& tag = "callee-tag") {
    from_callee(response(invite_, status, body, more, tag));
    return last_to(access_realm);
  }
  static std::string video(const std::string& port) {
    return "m=video " + port + " RTP/AVP 99\r\na=rtpmap:99 H264/90000\r\n";
  }
  bool held_back() const { return relays_.begin()->second.sides[0].held_back; }
  void expect_answer(const std::string& body = answer_sdp) {
    const Sent answer = told(200, body);
    EXPECT_EQ(answer.first_line(), "SIP/2.0 200 OK");
    EXPECT_NE(answer.body().find("m=audio 2"), std::string::npos) << answer.bytes;
    EXPECT_FALSE(held_back());
    from_caller(ack());
  }
};

TEST_F(EarlyMediaTest, PassesUnlessTheTrunkSaysOtherwise) {
  begin(EarlyMediaRule::pass);
  EXPECT_FALSE(held_back());
  EXPECT_EQ(invite_.bytes.find("P-Early-Media"), std::string::npos);
  const Sent early = told(183, answer_sdp, says("inactive"));
  EXPECT_FALSE(early.body().empty());
  EXPECT_EQ(early.header(Header::p_early_media), "inactive");
  EXPECT_FALSE(held_back());
}

TEST_F(EarlyMediaTest, NoneWaitsForTheAnswer) {
  begin(EarlyMediaRule::none);
  EXPECT_TRUE(held_back()) << "a callee may send before it says so";
  const Sent early = told(183, answer_sdp, says("sendrecv"));
  EXPECT_EQ(early.first_line(), "SIP/2.0 183 Session Progress");
  EXPECT_EQ(early.body(), "");
  EXPECT_EQ(early.header(Header::p_early_media), "inactive");
  EXPECT_TRUE(held_back());
  expect_answer();
}

// RFC 3261 13.2.1
TEST_F(EarlyMediaTest, WhatWasWithheldIsTheAnswerWhereTheSuccessHasNone) {
  begin(EarlyMediaRule::none);
  told(183, answer_sdp);
  expect_answer("");
}

TEST_F(EarlyMediaTest, IsHeldBackUntilItIsAuthorised) {
  begin(EarlyMediaRule::authorised);
  EXPECT_EQ(told(183, answer_sdp).body(), "");
  EXPECT_TRUE(held_back());
  const Sent late = told(180, "", says("sendonly"));
  EXPECT_EQ(late.first_line(), "SIP/2.0 180 Ringing");
  EXPECT_FALSE(late.body().empty()) << "the caller has not been told yet";
  EXPECT_EQ(late.header(Header::p_early_media), "sendonly");
  EXPECT_FALSE(held_back());
  EXPECT_EQ(told(180, "", says("sendonly")).body(), "") << "now it has";
  EXPECT_FALSE(told(183, answer_sdp).body().empty()) << "what was said last still holds";
  expect_answer();
}

TEST_F(EarlyMediaTest, MayBeAuthorisedBeforeItIsDescribed) {
  begin(EarlyMediaRule::authorised);
  EXPECT_EQ(told(180, "", says("sendrecv")).body(), "");
  EXPECT_TRUE(held_back());
  move_calls(true);
  EXPECT_FALSE(told(183, answer_sdp).body().empty());
  EXPECT_FALSE(held_back());
}

TEST_F(EarlyMediaTest, MayBeRevoked) {
  begin(EarlyMediaRule::authorised);
  told(183, answer_sdp, says("sendrecv"));
  EXPECT_FALSE(held_back());
  const Sent revoked = told(183, answer_sdp, says("inactive"));
  EXPECT_EQ(revoked.body(), "");
  EXPECT_EQ(revoked.header(Header::p_early_media), "inactive");
  EXPECT_TRUE(held_back());
  move_calls(true);
  EXPECT_TRUE(held_back());
  expect_answer();
}

TEST_F(EarlyMediaTest, OfOneForkIsNotAnothers) {
  begin(EarlyMediaRule::authorised);
  EXPECT_FALSE(told(183, answer_sdp, says("sendrecv"), "one").body().empty());
  EXPECT_EQ(told(183, answer_sdp, "", "two").body(), "");
  EXPECT_TRUE(held_back());
  EXPECT_FALSE(told(183, answer_sdp, "", "one").body().empty());
  EXPECT_FALSE(held_back());
}

// RFC 5009 2
TEST_F(EarlyMediaTest, NobodyAuthorisesItWhoIsNotTrusted) {
  model_->access.push_back({core_realm, *Prefix::parse("10.2.0.201/32"), config::Trust::unknown, {}});
  begin(EarlyMediaRule::authorised);
  EXPECT_EQ(invite_.bytes.find("P-Early-Media"), std::string::npos);
  EXPECT_EQ(told(183, answer_sdp, says("sendrecv")).body(), "");
  EXPECT_TRUE(held_back());
}

TEST_F(EarlyMediaTest, RuleIsThatOfTheTrunkThatIsTried) {
  begin(EarlyMediaRule::none);
  told(183, answer_sdp);
  for (const Endpoint& peer : {callee_, second_}) receive(core_realm, peer, response(invite_, 503));
  EXPECT_EQ(invite_.to.remote, third_);
  EXPECT_FALSE(held_back());
  receive(core_realm, third_, response(invite_, 183, answer_sdp));
  EXPECT_FALSE(last_to(access_realm).body().empty());
}

// RFC 3262 5: the answer may be in the success, whatever came before it.
TEST_F(EarlyMediaTest, ReliableAnswerIsWithheldFromACallerThatKnowsReliableResponses) {
  const std::string reliable = "Require: 100rel\r\nRSeq: 1\r\n";
  begin(EarlyMediaRule::none, "Supported: 100rel\r\n");
  const Sent early = told(183, answer_sdp, reliable);
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("PRACK "));
  EXPECT_EQ(early.body(), "");
  EXPECT_EQ(early.header(Header::require), "");
  expect_answer("");
}

TEST_F(EarlyMediaTest, ReliableAnswerIsWithheldFromACallerThatWantsNoOthers) {
  begin(EarlyMediaRule::none, "Require: 100rel\r\n");
  const Sent early = told(183, answer_sdp, "Require: 100rel\r\nRSeq: 1\r\n");
  EXPECT_EQ(early.body(), "");
  EXPECT_EQ(early.header(Header::require), "100rel");
  expect_answer("");
}

TEST_F(EarlyMediaTest, WhatWaitsForAPrackIsNotToldOnceItIsRevoked) {
  begin(EarlyMediaRule::authorised, "Require: 100rel\r\n");
  const Sent first = told(180);
  from_callee(response(invite_, 183, answer_sdp, says("sendrecv")));
  from_callee(response(invite_, 183, "", says("inactive")));
  std::string prack = caller_request("PRACK", "z9hG4bKprack", 2, caller_tag());
  prack.insert(prack.find("Contact:"), "RAck: " + first.header(Header::rseq) + " 1 INVITE\r\n");
  EXPECT_EQ(from_caller(prack), Reason::none);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 183 Session Progress");
  EXPECT_EQ(last_to(access_realm).body(), "");
}

// Released media goes where nobody can hold it back.
TEST_F(EarlyMediaTest, ThatIsHeldBackIsRelayed) {
  model_->media_release = {{{access_realm, core_realm}}};
  begin(EarlyMediaRule::pass);
  EXPECT_TRUE(relays_.empty());
  begin(EarlyMediaRule::authorised);
  EXPECT_FALSE(relays_.empty());
  EXPECT_TRUE(held_back());
}

TEST_F(EarlyMediaTest, CalleeIsToldThatSomebodyLooks) {
  begin(EarlyMediaRule::authorised);
  EXPECT_EQ(invite_.header(Header::p_early_media), "supported");
}

TEST_F(EarlyMediaTest, CalleeIsToldOnceThatSomebodyLooks) {
  begin(EarlyMediaRule::authorised, says("supported, foo"));
  const size_t first = invite_.bytes.find("P-Early-Media: supported\r\n");
  EXPECT_NE(first, std::string::npos);
  EXPECT_EQ(invite_.bytes.find("P-Early-Media", first + 1), std::string::npos);
}

TEST_F(EarlyMediaTest, OfCallsWithoutAnOfferThereIsNone) {
  begin(EarlyMediaRule::none, "", "");
  from_callee(response(invite_, 200, answer_sdp));
  EXPECT_FALSE(last_to(access_realm).body().empty());
  EXPECT_FALSE(held_back());
  EXPECT_EQ(from_caller(ack(1, offer_sdp)), Reason::none);
  EXPECT_FALSE(held_back());
}

// Of the trunk, there is nothing that could reach the caller.
TEST_F(EarlyMediaTest, ThatNobodyCouldHearIsNotAnnounced) {
  begin(EarlyMediaRule::none, "", "");
  EXPECT_EQ(told(183, offer_sdp, says("sendrecv")).header(Header::p_early_media), "inactive");
}

TEST_F(EarlyMediaTest, NeedsToBeAuthorisedForTheStreamsThatTheCalleeTakes) {
  begin(EarlyMediaRule::authorised, "", offer_sdp + video("4002"));
  const Sent early = told(183, answer_sdp + video("0"), says("sendrecv, inactive"));
  EXPECT_FALSE(early.body().empty());
  EXPECT_EQ(early.header(Header::p_early_media), "sendrecv,inactive");
  EXPECT_FALSE(held_back());
}

TEST_F(EarlyMediaTest, ThatIsNotAuthorisedForAllOfThemIsRevoked) {
  begin(EarlyMediaRule::authorised, "", offer_sdp + video("4002"));
  const Sent early = told(183, answer_sdp + video("6002"), says("sendrecv, inactive"));
  EXPECT_EQ(early.body(), "");
  EXPECT_EQ(early.header(Header::p_early_media), "inactive");
  EXPECT_TRUE(held_back());
}

// An answer that may change yet must not be made final by a reliable response (RFC 3261 13.2.1).
TEST_F(EarlyMediaTest, ThatIsToldLateIsAsReliableAsItCame) {
  begin(EarlyMediaRule::authorised, "Supported: 100rel\r\n");
  told(183, answer_sdp);
  const Sent late = told(180, "", says("sendrecv") + "Require: 100rel\r\nRSeq: 1\r\n");
  EXPECT_FALSE(late.body().empty());
  EXPECT_EQ(late.header(Header::require), "");
}

TEST_F(EarlyMediaTest, IsToldUntilTheCallerHasIt) {
  begin(EarlyMediaRule::authorised, "Require: 100rel\r\n");
  const Sent first = told(180);
  from_callee(response(invite_, 183, answer_sdp));
  from_callee(response(invite_, 180, "", says("sendrecv")));
  from_callee(response(invite_, 180, "", "", "other-tag"));
  std::string prack = caller_request("PRACK", "z9hG4bKprack", 2, caller_tag());
  prack.insert(prack.find("Contact:"), "RAck: " + first.header(Header::rseq) + " 1 INVITE\r\n");
  from_caller(prack);
  const Sent other = last_to(access_realm);
  EXPECT_EQ(other.body(), "");
  std::string second = caller_request("PRACK", "z9hG4bKprack2", 3, std::string(other.parse().to().tag()));
  second.insert(second.find("Contact:"), "RAck: " + other.header(Header::rseq) + " 1 INVITE\r\n");
  EXPECT_EQ(from_caller(second), Reason::none);
  EXPECT_FALSE(told(180).body().empty());
}

TEST_F(EarlyMediaTest, FifthForkTakesNothingFromTheFirstWhereItSaysNothing) {
  begin(EarlyMediaRule::authorised);
  EXPECT_FALSE(told(183, answer_sdp, says("sendrecv"), "one").body().empty());
  for (const char* tag : {"two", "three", "four", "five", "one"})
    from_callee(response(invite_, 180, "", "", tag));
  EXPECT_FALSE(held_back());
}

TEST_F(EarlyMediaTest, IsHeldBackFromTheNextTrunkOnThatDoesNotLetItThrough) {
  model_->trunks[1].early_media = EarlyMediaRule::none;
  begin(EarlyMediaRule::pass);
  EXPECT_FALSE(told(183, answer_sdp).body().empty());
  for (const Endpoint& peer : {callee_, second_}) receive(core_realm, peer, response(invite_, 503));
  EXPECT_EQ(invite_.to.remote, third_);
  EXPECT_TRUE(held_back());
  receive(core_realm, third_, response(invite_, 183, answer_sdp));
  EXPECT_EQ(last_to(access_realm).body(), "");
}

// What it has said before somebody looked counts.
TEST_F(EarlyMediaTest, GoesByARuleThatAReloadHasChanged) {
  begin(EarlyMediaRule::pass);
  told(183, answer_sdp, says("sendrecv"));
  model_->trunks[0].early_media = EarlyMediaRule::authorised;
  told(180);
  EXPECT_FALSE(held_back());
  model_->trunks[0].early_media = EarlyMediaRule::none;
  told(180);
  EXPECT_TRUE(held_back());
  model_->trunks[0].early_media = EarlyMediaRule::pass;
  told(180);
  EXPECT_FALSE(held_back());
}

std::optional<unsigned> authorised_by(const std::string& fields) {
  const std::string text =
      "SIP/2.0 183 Session Progress\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: "
      "<sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n" +
      fields + "\r\n";
  sip::Message message;
  EXPECT_EQ(message.parse(text, MessageLimits::none()), Reason::none) << text;
  return authorised_early_media(message);
}

TEST(AuthorisedEarlyMedia, IsWhatGoesBackwards) {
  for (const char* word : {"sendrecv", "sendonly", "SendRecv", "sendonly, gated", "supported, sendrecv"})
    EXPECT_EQ(authorised_by(says(word)), 0xffffu) << word;
  for (const char* word : {"recvonly", "inactive", "inactive, gated"})
    EXPECT_EQ(authorised_by(says(word)), 0u) << word;
}

TEST(AuthorisedEarlyMedia, IsNotSpokenOfWithoutADirection) {
  EXPECT_EQ(authorised_by(""), std::nullopt);
  for (const char* word : {"supported", "gated", "sometimes", "supported, gated"})
    EXPECT_EQ(authorised_by(says(word)), std::nullopt) << word;
}

TEST(AuthorisedEarlyMedia, GoesBySectionsTheLastForAllThatFollow) {
  EXPECT_EQ(authorised_by(says("sendonly, inactive")), 0x0001u);
  EXPECT_EQ(authorised_by(says("inactive") + says("gated, sendrecv")), 0xfffeu);
  EXPECT_EQ(authorised_by(says("sendonly, recvonly, sendrecv")), 0xfffdu);
  std::string many = "sendonly";
  for (int i = 0; i < 40; ++i) many += ", inactive";
  EXPECT_EQ(authorised_by(says(many)), 0x0001u);
}

}  // namespace
}  // namespace sbc::call
