// Reliable provisional responses (RFC 3262), on each leg by itself.
#include "sbc/call/reliable.h"
#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

using sip::Header;

class PrackTest : public EngineTest {
 protected:
  static std::string reliable(uint32_t rseq) {
    return "Require: 100rel\r\nRSeq: " + std::to_string(rseq) + "\r\n";
  }
  std::string prack(uint32_t cseq, const std::string& rack) {
    std::string text = caller_request("PRACK", "z9hG4bKprack" + std::to_string(cseq), cseq, caller_tag());
    return text.insert(text.find("Contact:"), "RAck: " + rack + "\r\n");
  }
  std::string rack_of(const Sent& provisional) { return provisional.header(Header::rseq) + " 1 INVITE"; }
};

// RFC 3262 4
TEST_F(PrackTest, CalleesReliableResponsesAreAcknowledgedInOrder) {
  from_caller(invite("Supported: 100rel\r\n"));
  EXPECT_NE(invite_.bytes.find("Supported: 100rel\r\n"), std::string::npos);
  from_callee(response(invite_, 180, "", reliable(7)));
  Sent ours = last_to(core_realm);
  EXPECT_EQ(ours.first_line(), "PRACK sip:bob@10.2.0.201:5060 SIP/2.0");
  EXPECT_EQ(ours.header(Header::rack), "7 1 INVITE");
  EXPECT_EQ(ours.header(Header::cseq), "2 PRACK");
  EXPECT_EQ(ours.parse().to().tag(), "callee-tag");
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 180 Ringing");
  from_callee(response(ours, 200));
  EXPECT_TRUE(sent_.empty());
  from_callee(response(invite_, 180, "", reliable(7)));
  EXPECT_TRUE(sent_.empty()) << "the same once more";
  from_callee(response(invite_, 183, answer_sdp, reliable(9)));
  EXPECT_TRUE(sent_.empty()) << "8 is missing";
  from_callee(response(invite_, 183, answer_sdp, reliable(8)));
  EXPECT_EQ(last_to(core_realm).header(Header::rack), "8 1 INVITE");
}

TEST_F(PrackTest, EachForkCountsForItself) {
  from_caller(invite("Supported: 100rel\r\n"));
  from_callee(response(invite_, 180, "", reliable(7), "one"));
  from_callee(response(invite_, 180, "", reliable(100), "two"));
  EXPECT_EQ(last_to(core_realm).header(Header::rack), "100 1 INVITE");
  EXPECT_EQ(last_to(core_realm).parse().to().tag(), "two");
  from_callee(response(invite_, 180, "", reliable(7), "one"));
  EXPECT_TRUE(all_to(core_realm).empty()) << "the first one's once more";
}

// RFC 3261 12.2.1.1
TEST_F(PrackTest, ByeOfALosingForkComesAfterItsPrack) {
  from_caller(invite("Supported: 100rel\r\n"));
  from_callee(response(invite_, 180, "", reliable(7), "one"));
  EXPECT_EQ(last_to(core_realm).header(Header::cseq), "2 PRACK");
  from_callee(response(invite_, 200, answer_sdp, "", "two"));
  from_caller(ack());
  from_callee(response(invite_, 200, answer_sdp, "", "one"));
  EXPECT_EQ(last_to(core_realm).header(Header::cseq), "3 BYE");
}

TEST_F(PrackTest, WithoutADialogThereIsNothingToAcknowledge) {
  from_caller(invite("Supported: 100rel\r\n"));
  std::string untagged = response(invite_, 180, "", reliable(7));
  untagged.erase(untagged.find(";tag=callee-tag"), 15);
  from_callee(untagged);
  EXPECT_TRUE(all_to(core_realm).empty());
}

TEST_F(PrackTest, NobodyIsOfferedWhatTheCallerDoesNotKnow) {
  from_caller(invite());
  EXPECT_EQ(invite_.bytes.find("100rel"), std::string::npos);
}

TEST_F(PrackTest, AnswerInAReliableResponseIsTheAnswer) {
  from_caller(invite("Supported: 100rel\r\n"));
  from_callee(response(invite_, 183, answer_sdp, reliable(1)));
  Sent early = last_to(access_realm);
  EXPECT_EQ(early.header(Header::require), "100rel");
  EXPECT_FALSE(early.body().empty());
  EXPECT_EQ(from_caller(prack(2, rack_of(early))), Reason::none);
  from_callee(response(invite_, 200));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(last_to(access_realm).body(), early.body());
  from_caller(ack());
}

// RFC 3262 3
TEST_F(PrackTest, ResponseIsRepeatedUntilTheCallerHasIt) {
  from_caller(invite("Require: 100rel\r\n"));
  from_callee(response(invite_, 180));
  Sent ringing = last_to(access_realm);
  EXPECT_EQ(ringing.header(Header::require), "100rel");
  EXPECT_FALSE(ringing.header(Header::rseq).empty());
  sent_.clear();
  pass(4s);
  ASSERT_EQ(all_to(access_realm).size(), 3u);  // after 0.5, 1.5 and 3.5 s
  EXPECT_EQ(all_to(access_realm)[2].bytes, ringing.bytes);
  EXPECT_EQ(from_caller(prack(2, rack_of(ringing))), Reason::none);
  EXPECT_EQ(last_to(access_realm).header(Header::cseq), "2 PRACK");
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  sent_.clear();
  pass(40s);
  EXPECT_TRUE(all_to(access_realm).empty());
}

TEST_F(PrackTest, CallerThatNeverAcknowledgesIsRefused) {
  from_caller(invite("Require: 100rel\r\n"));
  from_callee(response(invite_, 180));
  pass(32s);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 504 Server Time-out");
  EXPECT_EQ(cdrs_.at(0).reason, Reason::prack_missing);
}

TEST_F(PrackTest, WhatComesMeanwhileWaitsAndTheLastOfItIsTold) {
  from_caller(invite("Supported: 100rel\r\n"));
  from_callee(response(invite_, 183, answer_sdp, reliable(1)));
  Sent early = last_to(access_realm);
  from_callee(response(invite_, 181));
  from_callee(response(invite_, 180));
  EXPECT_TRUE(sent_.empty());
  from_caller(prack(2, rack_of(early)));
  EXPECT_EQ(all_to(access_realm).at(0).header(Header::cseq), "2 PRACK");
  EXPECT_EQ(all_to(access_realm).at(1).first_line(), "SIP/2.0 180 Ringing");
  EXPECT_FALSE(all_to(access_realm)[1].parse().has(Header::rseq)) << "no SDP, and not required";
}

TEST_F(PrackTest, NumbersGoUpByOne) {
  from_caller(invite("Require: 100rel\r\n"));
  from_callee(response(invite_, 180));
  uint32_t first = *sip::parse_number(last_to(access_realm).header(Header::rseq));
  from_callee(response(invite_, 183, answer_sdp));
  from_caller(prack(2, std::to_string(first) + " 1 INVITE"));
  Sent held = all_to(access_realm).at(1);
  EXPECT_EQ(held.first_line(), "SIP/2.0 183 Session Progress");
  EXPECT_EQ(held.header(Header::rseq), std::to_string(first + 1));
  EXPECT_FALSE(held.body().empty());
}

// RFC 3262 3
TEST_F(PrackTest, AnswerOfTheCallWaitsForThePrack) {
  from_caller(invite("Supported: 100rel\r\n"));
  from_callee(response(invite_, 183, answer_sdp, reliable(1)));
  Sent early = last_to(access_realm);
  from_callee(response(invite_, 200, answer_sdp));
  from_callee(response(invite_, 200, answer_sdp));
  EXPECT_TRUE(sent_.empty());
  from_caller(prack(2, rack_of(early)));
  EXPECT_EQ(all_to(access_realm).at(0).header(Header::cseq), "2 PRACK");
  EXPECT_EQ(all_to(access_realm).at(1).header(Header::cseq), "1 INVITE");
  EXPECT_EQ(all_to(access_realm)[1].first_line(), "SIP/2.0 200 OK");
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("ACK "));
  from_caller(ack());
}

TEST_F(PrackTest, CallerThatLeavesBeforeItLetsNobodyHang) {
  from_caller(invite("Supported: 100rel\r\n"));
  from_callee(response(invite_, 183, answer_sdp, reliable(1)));
  from_callee(response(invite_, 200, answer_sdp));
  from_caller(caller_request("CANCEL", "z9hG4bKinvite", 1));
  EXPECT_EQ(engine_->live_calls(), 0u);
  from_callee(response(invite_, 200, answer_sdp));
  EXPECT_TRUE(all_to(core_realm).at(0).bytes.starts_with("ACK "));
  EXPECT_TRUE(all_to(core_realm).at(1).bytes.starts_with("BYE "));
}

// RFC 3262 3: only one with SDP holds the 2xx
TEST_F(PrackTest, AnswerDoesNotWaitForThePrackOfARinging) {
  from_caller(invite("Require: 100rel\r\n"));
  from_callee(response(invite_, 180));
  Sent ringing = last_to(access_realm);
  from_callee(response(invite_, 200, answer_sdp));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(from_caller(prack(2, rack_of(ringing))), Reason::none) << "it was on its way";
  from_caller(ack());
}

TEST_F(PrackTest, UnreliableSdpStaysSo) {
  from_caller(invite("Supported: 100rel\r\n"));
  from_callee(response(invite_, 183, answer_sdp));
  EXPECT_FALSE(last_to(access_realm).parse().has(Header::rseq)) << "it may change until the 2xx";
}

TEST_F(PrackTest, SdpThatWaitsIsNotLostToARingingBehindIt) {
  from_caller(invite("Require: 100rel\r\n"));
  from_callee(response(invite_, 180));
  Sent ringing = last_to(access_realm);
  from_callee(response(invite_, 183, answer_sdp));
  from_callee(response(invite_, 180));
  from_caller(prack(2, rack_of(ringing)));
  EXPECT_EQ(all_to(access_realm).at(1).first_line(), "SIP/2.0 180 Ringing");
  EXPECT_FALSE(all_to(access_realm)[1].body().empty());
}

TEST_F(PrackTest, WhatAFailedPeerHasSaidIsNotToldAnyMore) {
  from_caller(invite("Require: 100rel\r\n"));
  from_callee(response(invite_, 180));
  Sent ringing = last_to(access_realm);
  from_callee(response(invite_, 183, answer_sdp));
  from_callee(response(invite_, 503));
  EXPECT_EQ(invite_.to.remote, second_);
  from_caller(prack(2, rack_of(ringing)));
  EXPECT_EQ(all_to(access_realm).size(), 1u) << "the PRACK's own";
}

TEST_F(PrackTest, CalleeThatSendsThemWithoutEndIsNotFollowed) {
  from_caller(invite("Supported: 100rel\r\n"));
  for (uint32_t rseq = 1; rseq <= 100; ++rseq) from_callee(response(invite_, 180, "", reliable(rseq)));
  EXPECT_EQ(engine_->usage().client_transactions, 1u + 32u);
}

TEST_F(PrackTest, RefusalDoesNotWait) {
  from_caller(invite("Require: 100rel\r\n"));
  from_callee(response(invite_, 180));
  from_callee(response(invite_, 486));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 486 Busy Here");
}

TEST_F(PrackTest, PrackOfNothingIsRefused) {
  from_caller(invite("Require: 100rel\r\n"));
  from_callee(response(invite_, 180));
  Sent ringing = last_to(access_realm);
  uint32_t cseq = 2;
  for (const std::string& rack : {std::string("1 1 INVITE"), ringing.header(Header::rseq) + " 2 INVITE",
                                  ringing.header(Header::rseq) + " 1 BYE", std::string("x")})
    EXPECT_EQ(from_caller(prack(cseq++, rack)), Reason::no_transaction) << rack;
  EXPECT_EQ(from_caller(prack(cseq++, rack_of(ringing))), Reason::none);
  EXPECT_EQ(from_caller(prack(cseq++, rack_of(ringing))), Reason::none) << "again, as a new request";
}

// RFC 3262 5: nothing is agreed that an offer could change
TEST_F(PrackTest, OfferInAPrackIsRefusedAndAcknowledges) {
  from_caller(invite("Require: 100rel\r\n"));
  from_callee(response(invite_, 180));
  std::string rack = "RAck: " + rack_of(last_to(access_realm)) + "\r\n";
  std::string text = caller_request("PRACK", "z9hG4bKp", 2, caller_tag(), offer_sdp);
  EXPECT_EQ(from_caller(text.insert(text.find("Contact:"), rack)), Reason::sdp_unacceptable);
  sent_.clear();
  pass(10s);
  EXPECT_TRUE(all_to(access_realm).empty());
}

// RFC 3261 13.2.1: the first reliable response would have to bring the offer
TEST_F(PrackTest, WithoutAnOfferNothingReliableIsSaid) {
  from_caller(invite("Require: 100rel\r\n", ""));
  EXPECT_EQ(invite_.bytes.find("100rel"), std::string::npos);
  from_callee(response(invite_, 180));
  EXPECT_TRUE(all_to(access_realm).empty());
  from_callee(response(invite_, 200, answer_sdp));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  from_caller(ack(1, offer_sdp));
}

TEST(RAck, IsTwoNumbersAndAMethod) {
  auto rack = parse_rack(" 776656  1\tINVITE ");
  ASSERT_TRUE(rack);
  EXPECT_EQ(rack->rseq, 776656u);
  EXPECT_EQ(rack->cseq, 1u);
  EXPECT_EQ(rack->method, sip::Method::invite);
  for (std::string_view bad : {"", "1", "1 INVITE", "a 1 INVITE", "1 1 INVITE x", "99999999999 1 INVITE"})
    EXPECT_FALSE(parse_rack(bad)) << bad;
}

}  // namespace
}  // namespace sbc::call
