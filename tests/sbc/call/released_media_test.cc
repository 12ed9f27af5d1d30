// Media that goes directly between two trusted peers: their addresses cross, and nothing else of their SDP.
#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

class ReleasedMediaTest : public EngineTest {
 protected:
  ReleasedMediaTest() {
    model_->media_release = {{{access_realm, core_realm}}};
    model_->access = {{access_realm, *Prefix::parse("192.0.2.10/32"), config::Trust::trusted, {}}};
    model_->timers.media_idle = 20s;
  }
  void SetUp() override {
    policy_.access = policy::AccessTable(*model_, {});
    start();
  }
  static std::string line_of(const std::string& body, const std::string& start) {
    const std::string text = "\r\n" + body;
    const size_t at = text.find("\r\n" + start);
    return at == text.npos ? "" : text.substr(at + 2, text.find("\r\n", at + 2) - at - 2);
  }
  void expect_place(const Sent& sent, const std::string& connection, const std::string& media) {
    EXPECT_EQ(line_of(sent.body(), "c="), connection) << sent.body();
    EXPECT_EQ(line_of(sent.body(), "m="), media) << sent.body();
  }
  static constexpr const char* callers = "c=IN IP4 192.0.2.10";
  static constexpr const char* callees = "c=IN IP4 10.2.0.201";
};

TEST_F(ReleasedMediaTest, AddressesCrossAndNothingOfOursStandsBetween) {
  EXPECT_EQ(from_caller(invite("", offer_sdp +
                                       "a=rtcp:4009 IN IP4 192.0.2.10\r\na=ice-ufrag:abcd\r\na=candidate:1 1 "
                                       "UDP 1 192.168.0.9 4000 typ host\r\na=label:private\r\n")),
            Reason::none);
  expect_place(invite_, callers, "m=audio 4000 RTP/AVP 8");
  EXPECT_EQ(line_of(invite_.body(), "o=").substr(0, 4), "o=- ");
  EXPECT_NE(line_of(invite_.body(), "o=").find("IN IP4 10.2.0.1"), std::string::npos) << "ours";
  EXPECT_EQ(line_of(invite_.body(), "a=rtcp:"), "a=rtcp:4009");
  for (const char* leak : {"ice", "candidate", "192.168", "private", "caller"})
    EXPECT_EQ(invite_.body().find(leak), std::string::npos) << leak;
  from_callee(response(invite_, 183, answer_sdp));
  expect_place(last_to(access_realm), callees, "m=audio 6000 RTP/AVP 8");
  from_callee(response(invite_, 200, answer_sdp));
  expect_place(last_to(access_realm), callees, "m=audio 6000 RTP/AVP 8");
  EXPECT_EQ(from_caller(ack()), Reason::none);
  EXPECT_TRUE(relays_.empty());
  EXPECT_EQ(engine_->usage().leased_ports, 0u);
  sent_.clear();
  pass(300s);
  EXPECT_TRUE(sent_.empty()) << "silence says nothing of it";
  EXPECT_EQ(from_callee(callee_request("BYE", 1)), Reason::none);
  EXPECT_TRUE(cdrs_.at(0).media_released);
}

TEST_F(ReleasedMediaTest, WhoIsNotTrustedIsAnchored) {
  model_->access.clear();
  SetUp();
  EXPECT_EQ(receive(access_realm, caller_, invite(), config::Trust::unknown), Reason::none);
  EXPECT_EQ(line_of(invite_.body(), "c="), "c=IN IP4 10.2.0.1");
  EXPECT_FALSE(relays_.empty());
}

TEST_F(ReleasedMediaTest, OtherPairsOfRealmsAreAnchored) {
  model_->media_release = {{{core_realm, core_realm}}};
  SetUp();
  EXPECT_EQ(from_caller(invite()), Reason::none);
  EXPECT_EQ(line_of(invite_.body(), "c="), "c=IN IP4 10.2.0.1");
  model_->trunks[1].peers = {caller_};
}

TEST_F(ReleasedMediaTest, HoldAndMovedMediaCross) {
  establish();
  const std::string before = line_of(invite_.body(), "o=");
  std::string moved = offer_sdp + "a=sendonly\r\n";
  for (size_t at; (at = moved.find("192.0.2.10")) != moved.npos;) moved.replace(at, 10, "192.0.2.11");
  EXPECT_EQ(from_caller(caller_request("INVITE", "z9hG4bKre", 2, caller_tag(), moved)), Reason::none);
  const Sent offer = last_to(core_realm);
  expect_place(offer, "c=IN IP4 192.0.2.11", "m=audio 4000 RTP/AVP 8");
  EXPECT_EQ(line_of(offer.body(), "a=sendonly"), "a=sendonly");
  EXPECT_NE(line_of(offer.body(), "o="), before) << "a version of its own";
  EXPECT_EQ(from_callee(response(offer, 200, answer_sdp + "a=recvonly\r\n")), Reason::none);
  EXPECT_EQ(line_of(last_to(access_realm).body(), "a=recvonly"), "a=recvonly");
  EXPECT_EQ(from_caller(ack(2)), Reason::none);
  EXPECT_TRUE(relays_.empty());
}

TEST_F(ReleasedMediaTest, HoldTheOldWayIsToldByDirection) {
  establish();
  std::string held = offer_sdp;
  held.replace(held.find("c=IN IP4 192.0.2.10"), 19, "c=IN IP4 0.0.0.0");
  EXPECT_EQ(from_caller(caller_request("INVITE", "z9hG4bKre", 2, caller_tag(), held)), Reason::none);
  expect_place(last_to(core_realm), "c=IN IP4 0.0.0.0", "m=audio 4000 RTP/AVP 8");
  EXPECT_EQ(line_of(last_to(core_realm).body(), "a=sendonly"), "a=sendonly");
}

TEST_F(ReleasedMediaTest, ReofferThatIsRefusedLeavesAllAsItWas) {
  establish();
  EXPECT_EQ(from_caller(caller_request("INVITE", "z9hG4bKre", 2, caller_tag(), offer_sdp)), Reason::none);
  from_callee(response(last_to(core_realm), 488));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 488 Not Acceptable Here");
  from_caller(caller_request("ACK", "z9hG4bKre", 2, caller_tag()));
  EXPECT_EQ(from_caller(caller_request("INVITE", "z9hG4bKre2", 3, caller_tag(), offer_sdp)), Reason::none);
  EXPECT_EQ(from_callee(response(last_to(core_realm), 200, answer_sdp)), Reason::none);
  expect_place(last_to(access_realm), callees, "m=audio 6000 RTP/AVP 8");
}

TEST_F(ReleasedMediaTest, SectionThatCannotCrossIsRefused) {
  EXPECT_EQ(from_caller(invite("", offer_sdp + "m=audio 4010 RTP/SAVP 8\r\n")), Reason::none);
  EXPECT_NE(invite_.body().find("m=audio 0 RTP/SAVP 8\r\nc=IN IP4 10.2.0.1\r\n"), std::string::npos)
      << invite_.body();
}

TEST_F(ReleasedMediaTest, AddressesThatAreOursOnEitherSideDoNotCross) {
  std::string aimed = offer_sdp;
  aimed.replace(aimed.find("c=IN IP4 192.0.2.10"), 19, "c=IN IP4 10.2.0.1");
  EXPECT_EQ(from_caller(invite("", aimed)), Reason::none);
  EXPECT_EQ(cdrs_.at(0).reason, Reason::sdp_unacceptable);
  pass(70s);
}

TEST_F(ReleasedMediaTest, ForkThatAnswersIsWhereMediaGoes) {
  EXPECT_EQ(from_caller(invite()), Reason::none);
  from_callee(response(invite_, 183, answer_sdp, "", "fork-a"));
  std::string other = answer_sdp;
  other.replace(other.find("m=audio 6000"), 12, "m=audio 7000");
  from_callee(response(invite_, 200, other, "", "fork-b"));
  expect_place(last_to(access_realm), callees, "m=audio 7000 RTP/AVP 8");
}

TEST_F(ReleasedMediaTest, LateOfferIsReleasedAsWell) {
  EXPECT_EQ(from_caller(invite("", "")), Reason::none);
  from_callee(response(invite_, 200, answer_sdp));
  expect_place(last_to(access_realm), callees, "m=audio 6000 RTP/AVP 8");
  EXPECT_EQ(from_caller(ack(1, offer_sdp)), Reason::none);
  expect_place(last_to(core_realm), callers, "m=audio 4000 RTP/AVP 8");
}

TEST_F(ReleasedMediaTest, OfferOfOursIsAnchored) {
  model_->trunks[0].offer = config::OfferRule::early;
  model_->trunks[0].offer_codecs = {"PCMA"};
  SetUp();
  EXPECT_EQ(from_caller(invite("", "")), Reason::none);
  EXPECT_EQ(line_of(invite_.body(), "c="), "c=IN IP4 10.2.0.1");
}

TEST_F(ReleasedMediaTest, NextPeerMayBeAnchoredAndTheOneAfterReleasedAgain) {
  config::Realm third = model_->realms[1];
  third.name = std::string("third");
  model_->realms.push_back(third);
  model_->trunks[1].realm = RealmId(2);
  model_->trunks[0].peers = {callee_};
  SetUp();
  EXPECT_EQ(from_caller(invite()), Reason::none);
  EXPECT_TRUE(relays_.empty());
  receive(core_realm, callee_, response(invite_, 503));
  EXPECT_FALSE(relays_.empty()) << "the other realm is in no pair";
  Transport to = sent_.back().to;
  EXPECT_EQ(to.realm, RealmId(2));
}

TEST_F(ReleasedMediaTest, SavedCallIsReleasedStill) {
  establish();
  move_calls(true);
  EXPECT_TRUE(relays_.empty());
  EXPECT_EQ(from_caller(caller_request("INVITE", "z9hG4bKre", 2, caller_tag(), offer_sdp)), Reason::none);
  expect_place(last_to(core_realm), callers, "m=audio 4000 RTP/AVP 8");
}

}  // namespace
}  // namespace sbc::call
