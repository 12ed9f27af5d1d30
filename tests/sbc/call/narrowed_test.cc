// Of a transfer that we carry out: who was referred takes less than the target has answered, and the target
// is told (RFC 3264 8).
#include "tests/sbc/call/carry_out_fixture.h"
#include "tests/sbc/call/described.h"

namespace sbc::call {
namespace {

class NarrowedTest : public CarryOutTest {
 protected:
  static std::string of_referred(const std::string& formats, const std::string& more = "") {
    return described("10.2.0.201", 6000, formats, more);
  }
  static std::string of_target(const std::string& formats, const std::string& more = "") {
    return described("10.2.0.203", 7000, formats, more);
  }
  /// Up to the re-INVITE that offers the target's answer to who was referred.
  void offer_answer(const std::string& referreds, const std::string& targets, const std::string& more = "",
                    const std::string& offer = described("192.0.2.10", 4000, "8 0 101")) {
    EXPECT_EQ(from_caller(invite("", offer)), Reason::none);
    EXPECT_EQ(from_callee(response(invite_, 200, referreds)), Reason::none);
    from_caller(ack());
    first_ = invite_;
    first_tag_ = caller_tag();
    EXPECT_EQ(refer("<sip:200@x>"), Reason::none);
    target_ = one(core_realm, "INVITE ");
    from_caller(response(one(access_realm, "NOTIFY "), 200));
    EXPECT_EQ(from_target(response(target_, 200, targets, more, "target-tag")), Reason::none);
    offer_ = one(core_realm, "INVITE ");
    EXPECT_EQ(offer_.to.remote, callee_);
  }
  /// And its answer.
  void join_with(const std::string& answer, const std::string& more = "") {
    offer_answer(of_referred("8 0 101"), of_target("8 0"), more);
    EXPECT_EQ(from_callee(response(offer_, 200, answer)), Reason::none);
  }
  Sent told(const std::string& method = "INVITE ") const {
    const Sent told = one(core_realm, method);
    EXPECT_EQ(told.to.remote, third_);
    return told;
  }
  Reason target_answers_to(const Sent& request, int status, const std::string& body = "") {
    return from_target(response(request, status, body, "", "target-tag"));
  }
  /// The referrer hears that the transfer is done, and is gone.
  void leave_referrer() {
    from_caller(response(one(access_realm, "NOTIFY "), 200));
    from_caller(response(one(access_realm, "BYE "), 200));
  }
};

TEST_F(NarrowedTest, TargetIsToldOfFewerCodecs) {
  join_with(of_referred("0"));
  const Sent offer = told();
  EXPECT_EQ(media_of(offer), "m=audio P RTP/AVP 0");
  EXPECT_EQ(line_of(offer, "m=").substr(0, 13), line_of(target_, "m=").substr(0, 13)) << "the same port";
  EXPECT_EQ(origin_of(offer.body()),
            (std::pair{origin_of(target_.body()).first, origin_of(target_.body()).second + 1}));
  expect_reported("SIP/2.0 200 OK", over);
  leave_referrer();
  EXPECT_EQ(target_answers_to(offer, 200, of_target("0")), Reason::none);
  EXPECT_EQ(one(core_realm, "ACK ").to.remote, third_);
  EXPECT_EQ(all_to(core_realm).size(), 1u) << "nobody else has to know";
  EXPECT_EQ(engine_->live_calls(), 1u);
  EXPECT_EQ(from_referred("INVITE", 5, of_referred("0")), Reason::none);
  EXPECT_EQ(one(core_realm, "INVITE ").to.remote, third_) << "others may offer again";
}

TEST_F(NarrowedTest, TargetIsNotToldWhatItKnows) {
  join_with(of_referred("8 0"));
  EXPECT_EQ(all_to(core_realm).size(), 1u) << "the ACK alone";
  EXPECT_EQ(one(core_realm, "ACK ").to.remote, callee_);
}

TEST_F(NarrowedTest, ByUpdateWhereItIsTaken) {
  join_with(of_referred("0"), "Allow: INVITE, UPDATE\r\n");
  EXPECT_EQ(media_of(told("UPDATE ")), "m=audio P RTP/AVP 0");
  target_answers_to(told("UPDATE "), 405);
  pass(0s);
  EXPECT_EQ(media_of(told()), "m=audio P RTP/AVP 0") << "it does not after all";
  target_answers_to(told(), 200, of_target("0"));
  EXPECT_EQ(one(core_realm, "ACK ").to.remote, third_);
}

TEST_F(NarrowedTest, TargetIsToldOfAStreamRefused) {
  const std::string video = "m=video 6002 RTP/AVP 34\r\n", no_video = "m=video 0 RTP/AVP 34\r\n";
  offer_answer(of_referred("8", video), of_target("8", video), "", described("192.0.2.10", 4000, "8", video));
  EXPECT_EQ(from_callee(response(offer_, 200, of_referred("8", no_video))), Reason::none);
  EXPECT_EQ(media_of(told()), "m=audio P RTP/AVP 8");
  EXPECT_EQ(media_of(told(), "video"), "m=video 0 RTP/AVP 34");
}

/// It has put the referrer on hold, and takes the music with it.
TEST_F(NarrowedTest, TargetIsToldOfAStreamThatGoesOneWay) {
  join_with(of_referred("8 0", "a=sendonly\r\n"));
  EXPECT_EQ(line_of(told(), "a=sendonly"), "a=sendonly");
}

TEST_F(NarrowedTest, TargetThatIsBusyIsToldLater) {
  join_with(of_referred("0"));
  target_answers_to(told(), 491);
  pass(2s);
  sent_.clear();
  pass(2s);
  const Sent again = last_to(core_realm);
  EXPECT_EQ(media_of(again), "m=audio P RTP/AVP 0");
  target_answers_to(again, 200, of_target("0"));
  sent_.clear();
  pass(20s);
  EXPECT_TRUE(all_to(core_realm).empty());
}

/// Its session is what it was (RFC 3261 14.1), which the other end can't follow.
TEST_F(NarrowedTest, TargetThatDoesNotTakeItEndsTheCall) {
  join_with(of_referred("0"));
  const Sent offer = told();
  leave_referrer();
  EXPECT_EQ(target_answers_to(offer, 488), Reason::none);
  EXPECT_EQ(sent_to(core_realm, "BYE ").size(), 2u);
  EXPECT_EQ(cdrs_.back().reason, Reason::answer_bad);
  EXPECT_EQ(engine_->live_calls(), 0u);
}

TEST_F(NarrowedTest, ReferrerThatHasLeftChangesNothing) {
  offer_answer(of_referred("8 0 101"), of_target("8 0"));
  EXPECT_EQ(bye_from_caller(), Reason::none);
  EXPECT_EQ(from_callee(response(offer_, 200, of_referred("0"))), Reason::none);
  EXPECT_EQ(media_of(told()), "m=audio P RTP/AVP 0");
}

TEST_F(NarrowedTest, NobodyElseOffersMeanwhile) {
  join_with(of_referred("0"));
  const Sent offer = told();
  EXPECT_EQ(from_referred("INVITE", 5, of_referred("0")), Reason::request_pending);
  EXPECT_EQ(target_answers_to(offer, 200, of_target("0")), Reason::none);
}

/// A transfer that is done is a call like any other: it may move while the target is to be told.
TEST_F(NarrowedTest, CallThatMovesTellsTheTargetWhereItGoes) {
  join_with(of_referred("0"));
  const Sent offer = told();
  leave_referrer();
  target_answers_to(offer, 491);
  move_calls(true);
  pass(4s);
  const Sent again = last_to(core_realm);
  EXPECT_EQ(again.to.remote, third_);
  EXPECT_EQ(media_of(again), "m=audio P RTP/AVP 0");
  target_answers_to(again, 200, of_target("0"));
  EXPECT_EQ(one(core_realm, "ACK ").to.remote, third_);
}

}  // namespace
}  // namespace sbc::call
