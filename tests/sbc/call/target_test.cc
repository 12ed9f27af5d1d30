// Where a peer is reached inside a call: a target refresh request moves that where it is accepted (RFC 3261
// 12.2.2, RFC 6141), and leaves it alone where it is not.
#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

using sip::Header;

constexpr const char* old_target = "BYE sip:555@192.0.2.10:40000 SIP/2.0";
constexpr const char* new_target = "BYE sip:555@192.0.2.10:40009 SIP/2.0";

/// By re-INVITE, and by UPDATE with an offer.
class TargetTest : public EngineTest, public testing::WithParamInterface<const char*> {
 protected:
  /// The caller's request from a new Contact.
  std::string moving(const std::string& method, uint32_t cseq, const std::string& body,
                     const std::string& contact = "<sip:555@192.0.2.10:40009>") {
    std::string request =
        caller_request(method, "z9hG4bK" + method + std::to_string(cseq), cseq, caller_tag(), body);
    return request.replace(request.find("<sip:555@192.0.2.10:40000>"), 26, contact);
  }
  std::string moving(uint32_t cseq, const std::string& body = offer_sdp) {
    return moving(GetParam(), cseq, body);
  }
  void accept(uint32_t cseq) {
    from_callee(response(invite_, 200, answer_sdp));
    if (GetParam() == std::string("INVITE")) from_caller(ack(cseq));
  }
  Sent callee_hangs_up() {
    from_callee(callee_request("BYE", 1));
    return last_to(access_realm);
  }
};

TEST_P(TargetTest, MovesWhereTheOfferIsAccepted) {
  establish();
  EXPECT_EQ(from_caller(moving(2)), Reason::none);
  accept(2);
  const Sent bye = callee_hangs_up();
  EXPECT_EQ(bye.first_line(), new_target);
  EXPECT_EQ(bye.to.remote.port, 40009);
}

TEST_P(TargetTest, StaysWhereTheOfferIsRefused) {
  establish();
  EXPECT_EQ(from_caller(moving(2)), Reason::none);
  from_callee(response(invite_, 488));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 488 Not Acceptable Here");
  const Sent bye = callee_hangs_up();
  EXPECT_EQ(bye.first_line(), old_target);
  EXPECT_EQ(bye.to.remote.port, 40000);
}

TEST_P(TargetTest, StaysWhereTheOfferIsOurOwnToRefuse) {
  establish();
  std::string nothing = offer_sdp;
  nothing.replace(nothing.find("RTP/AVP"), 7, "RTP/SAVP");
  EXPECT_EQ(from_caller(moving(2, nothing)), Reason::sdp_protection);
  EXPECT_EQ(callee_hangs_up().first_line(), old_target);
}

TEST_P(TargetTest, StaysUntilTheOfferIsAnswered) {
  establish();
  EXPECT_EQ(from_caller(moving(2)), Reason::none);
  EXPECT_EQ(callee_hangs_up().first_line(), old_target);
}

TEST_P(TargetTest, OfARefusedOfferIsNotTheNextOnes) {
  establish();
  from_caller(moving(2));
  from_callee(response(invite_, 488));
  std::string again = moving(3);
  again.erase(again.find("Contact:"), again.find("Content-Type:") - again.find("Contact:"));
  EXPECT_EQ(from_caller(again), Reason::none);
  accept(3);
  EXPECT_EQ(callee_hangs_up().first_line(), old_target);
}

TEST_P(TargetTest, MovesInACallThatHasMovedMeanwhile) {
  establish();
  from_caller(moving(2));
  move_calls(true);
  accept(2);
  move_calls(true);
  EXPECT_EQ(callee_hangs_up().first_line(), new_target);
}

// A request that comes after the offer says more lately where its peer is, and is accepted at once.
TEST_P(TargetTest, IsTheLatestRequests) {
  establish();
  from_caller(moving(2));
  EXPECT_EQ(from_caller(moving("UPDATE", 3, "", "<sip:555@192.0.2.10:40008>")), Reason::none);
  accept(2);
  EXPECT_EQ(callee_hangs_up().first_line(), "BYE sip:555@192.0.2.10:40008 SIP/2.0");
}

TEST_P(TargetTest, ThatCannotBeTakenIsRefused) {
  establish();
  EXPECT_EQ(from_caller(moving(GetParam(), 2, offer_sdp, "<tel:555>")), Reason::header_bad);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 400 Bad Request");
  EXPECT_EQ(callee_hangs_up().first_line(), old_target);
}

INSTANTIATE_TEST_SUITE_P(Requests, TargetTest, testing::Values("INVITE", "UPDATE"));

}  // namespace
}  // namespace sbc::call
