// Calls whose peers encrypt between them (config::SrtpRule::pass): a key that changes in an answer to us is
// told to who hears what is sent with it.
#include "tests/sbc/call/carry_out_fixture.h"
#include "tests/sbc/call/described.h"

namespace sbc::call {
namespace {

std::string crypto(char letter) {
  return "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + std::string(40, letter) + "\r\n";
}
std::string secured(std::string sdp, char letter) {
  return sdp.replace(sdp.find("RTP/AVP"), 7, "RTP/SAVP") + crypto(letter);
}
std::string may_be_secured(const std::string& sdp, char letter) { return sdp + crypto(letter); }

/// The letter of the only key in it; a blank where there is none.
char key_in(const Sent& sent) {
  const std::string line = line_of(sent, "a=crypto:");
  const size_t at = line.find("inline:");
  return at == line.npos ? ' ' : line[at + 7];
}

class PassedTest : public CarryOutTest {
 protected:
  void SetUp() override {
    for (config::Realm& realm : model_->realms) realm.media.srtp = config::SrtpRule::pass;
    CarryOutTest::SetUp();
  }
  void take_call(const std::string& offer, const std::string& answer, const std::string& more = "") {
    EXPECT_EQ(from_caller(invite("", offer)), Reason::none);
    EXPECT_EQ(from_callee(response(invite_, 200, answer, more)), Reason::none);
    from_caller(ack());
  }
  /// Up to the re-INVITE that offers the target's answer, with the key 't', to who was referred, who has had
  /// 'r'.
  void offer_answer() {
    take_call(secured(offer_sdp, 'c'), secured(answer_sdp, 'r'));
    first_ = invite_;
    first_tag_ = caller_tag();
    EXPECT_EQ(refer("<sip:200@x>"), Reason::none);
    target_ = one(core_realm, "INVITE ");
    EXPECT_EQ(key_in(target_), 'r');
    from_caller(response(one(access_realm, "NOTIFY "), 200));
    EXPECT_EQ(target_says(200, secured(target_sdp, 't')), Reason::none);
    offer_ = one(core_realm, "INVITE ");
    EXPECT_EQ(key_in(offer_), 't');
  }
  void leave_referrer() {
    from_caller(response(one(access_realm, "NOTIFY "), 200));
    from_caller(response(one(access_realm, "BYE "), 200));
  }
  /// The one INVITE that goes to `to`, with that key.
  Sent told(const Endpoint& to, char key) {
    const Sent sent = one(core_realm, "INVITE ");
    EXPECT_EQ(sent.to.remote, to);
    EXPECT_EQ(key_in(sent), key);
    return sent;
  }
  static std::string of_caller_side(std::string text) {
    for (size_t at; (at = text.find("sip:bob@10.2.0.201:5060")) != text.npos;)
      text.replace(at, 23, "sip:555@192.0.2.10:40000");
    return text;
  }
};

TEST_F(PassedTest, KeysCrossAndTheRecordSaysSo) {
  EXPECT_EQ(from_caller(invite("", secured(offer_sdp, 'c'))), Reason::none);
  EXPECT_EQ(key_in(invite_), 'c');
  EXPECT_EQ(from_callee(response(invite_, 200, secured(answer_sdp, 'd'))), Reason::none);
  EXPECT_EQ(key_in(last_to(access_realm)), 'd');
  from_caller(ack());
  EXPECT_EQ(engine_->usage().srtp_sides, 0u);
  EXPECT_EQ(from_callee(callee_request("BYE", 1)), Reason::none);
  EXPECT_TRUE(cdrs_.at(0).caller.srtp_passes && cdrs_.at(0).callee.srtp_passes);
  EXPECT_EQ(cdrs_.at(0).caller.srtp, SrtpSuite::none);
}

TEST_F(PassedTest, WhoKeepsItsKeyIsToldOfNothing) {
  offer_answer();
  EXPECT_EQ(from_callee(response(offer_, 200, secured(answer_sdp, 'r'))), Reason::none);
  EXPECT_EQ(all_to(core_realm).size(), 1u) << "the ACK alone";
  leave_referrer();
}

TEST_F(PassedTest, AnotherKeyOfEitherIsTold) {
  offer_answer();
  EXPECT_EQ(from_callee(response(offer_, 200, secured(answer_sdp, 'n'))), Reason::none);
  const Sent to_target = told(third_, 'n');
  leave_referrer();
  EXPECT_EQ(from_target(response(to_target, 200, secured(target_sdp, 'u'), "", "target-tag")), Reason::none);
  const Sent to_referred = told(callee_, 'u');
  EXPECT_EQ(from_callee(response(to_referred, 200, secured(answer_sdp, 'n'))), Reason::none);
  EXPECT_EQ(all_to(core_realm).size(), 1u) << "the ACK alone";
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(PassedTest, TwoWhoHaveAnotherKeyInEachAnswerCannotTalk) {
  offer_answer();
  EXPECT_EQ(from_callee(response(offer_, 200, secured(answer_sdp, 'A'))), Reason::none);
  Sent offer = one(core_realm, "INVITE ");
  leave_referrer();
  int rounds = 0;
  for (char key = 'B'; engine_->live_calls() > 0 && rounds < 20; ++key, ++rounds) {
    if (rounds > 0) offer = one(core_realm, "INVITE ");
    const bool target = offer.to.remote == third_;
    receive(core_realm, offer.to.remote,
            response(offer, 200, secured(target ? target_sdp : answer_sdp, key), "",
                     target ? "target-tag" : "callee-tag"));
  }
  EXPECT_EQ(rounds, 5);
  EXPECT_EQ(cdrs_.back().reason, Reason::answer_bad);
}

TEST_F(PassedTest, ARefreshThatIsAnsweredWithoutKeysIsTold) {
  take_call(may_be_secured(offer_sdp, 'c'), may_be_secured(answer_sdp, 'd'),
            "Session-Expires: 300;refresher=uac\r\n");
  sent_.clear();
  pass(150s);
  const Sent refresh = one(core_realm, "INVITE ");
  EXPECT_EQ(key_in(refresh), 'c');
  EXPECT_EQ(from_callee(response(refresh, 200, answer_sdp, "Session-Expires: 300;refresher=uac\r\n")),
            Reason::none);
  const Sent told = one(access_realm, "INVITE ");
  EXPECT_EQ(key_in(told), ' ');
  EXPECT_EQ(from_caller(of_caller_side(response(told, 200, offer_sdp))), Reason::none);
  for (const auto& [local, relay] : relays_) EXPECT_EQ(relay.seal, media::Seal::none);
}

TEST_F(PassedTest, ARefreshThatChangesNothingIsNot) {
  take_call(secured(offer_sdp, 'c'), secured(answer_sdp, 'd'), "Session-Expires: 300;refresher=uac\r\n");
  sent_.clear();
  pass(150s);
  const Sent refresh = one(core_realm, "INVITE ");
  EXPECT_EQ(
      from_callee(response(refresh, 200, secured(answer_sdp, 'd'), "Session-Expires: 300;refresher=uac\r\n")),
      Reason::none);
  EXPECT_TRUE(all_to(access_realm).empty());
}

}  // namespace
}  // namespace sbc::call
