// A call whose sides speak SRTP, plain RTP or one of each, as their realms have it (RFC 4568, RFC 8643).
#include "tests/allocation/trap/trap.h"
#include "tests/sbc/call/described.h"

namespace sbc::call {
namespace {

using config::SrtpRule;

constexpr SrtpSuite cm_80 = SrtpSuite::aes_cm_128_hmac_sha1_80;
const std::string callers_key = "a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:" + std::string(40, 'c') + "\r\n";
const std::string callees_key = "a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:" + std::string(40, 'd') + "\r\n";

class SrtpTest : public EngineTest {
 protected:
  void rules(SrtpRule caller, SrtpRule callee) {
    model_->realms[0].media.srtp = caller;
    model_->realms[1].media.srtp = callee;
    start();
  }
  static std::string secured(std::string sdp, const std::string& lines) {
    return sdp.replace(sdp.find("RTP/AVP"), 7, "RTP/SAVP") + lines;
  }
  static std::vector<std::string> keys_in(const Sent& sent) {
    std::vector<std::string> keys;
    const std::string body = sent.body();
    for (size_t at = 0; (at = body.find(" inline:", at)) != body.npos; at += 8)
      keys.push_back(body.substr(at + 8, body.find("\r\n", at) - at - 8));
    return keys;
  }
  const media::Relay& rtp() const {
    for (const auto& [local, relay] : relays_)
      if (relay.kind == media::Kind::rtp) return relay;
    static const media::Relay none;
    ADD_FAILURE() << "no relay";
    return none;
  }
  void establish_secured() {
    rules(SrtpRule::required, SrtpRule::required);
    EXPECT_EQ(from_caller(invite("", secured(offer_sdp, callers_key))), Reason::none);
    offered_ = keys_in(invite_);
    EXPECT_EQ(from_callee(response(invite_, 200, secured(answer_sdp, callees_key))), Reason::none);
    answered_ = keys_in(last_to(access_realm));
    EXPECT_EQ(from_caller(ack()), Reason::none);
    sent_.clear();
  }
  std::vector<std::string> offered_, answered_;
};

TEST_F(SrtpTest, PlainOfferFromARealmThatRequiresItIsRefused) {
  rules(SrtpRule::required, SrtpRule::optional);
  EXPECT_EQ(from_caller(invite()), Reason::sdp_protection);
  EXPECT_TRUE(last_to(access_realm).bytes.starts_with("SIP/2.0 488 "));
  EXPECT_EQ(cdrs_.at(0).reason, Reason::sdp_protection);
  EXPECT_EQ(cdrs_.at(0).status, 488);
}

TEST_F(SrtpTest, SecuredCallerReachesAPlainCallee) {
  rules(SrtpRule::optional, SrtpRule::forbidden);
  EXPECT_EQ(from_caller(invite("", secured(offer_sdp, callers_key))), Reason::none);
  EXPECT_EQ(media_of(invite_), "m=audio P RTP/AVP 8");
  EXPECT_EQ(invite_.body().find("crypto"), std::string::npos);
  EXPECT_EQ(from_callee(response(invite_, 200, answer_sdp)), Reason::none);
  const Sent told = last_to(access_realm);
  EXPECT_NE(line_of(told, "m=").find(" RTP/SAVP 8"), std::string::npos);
  EXPECT_TRUE(line_of(told, "a=crypto:").starts_with("a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:"))
      << told.body();
  EXPECT_EQ(from_caller(ack()), Reason::none);
  EXPECT_EQ(engine_->usage().srtp_sides, 1u);
  EXPECT_EQ(from_callee(callee_request("BYE", 1)), Reason::none);
  EXPECT_EQ(cdrs_.at(0).caller.srtp, cm_80);
  EXPECT_EQ(cdrs_.at(0).callee.srtp, SrtpSuite::none);
  EXPECT_EQ(engine_->usage().srtp_sides, 0u);
}

TEST_F(SrtpTest, NoKeyCrossesNorIsLogged) {
  establish_secured();
  EXPECT_EQ(offered_.size(), 3u);
  ASSERT_EQ(answered_.size(), 1u);
  for (const std::string& key : offered_) {
    EXPECT_NE(key, answered_[0]);
    EXPECT_NE(key, std::string(40, 'c'));
  }
  EXPECT_NE(answered_[0], std::string(40, 'd'));
  EXPECT_EQ(from_callee(callee_request("BYE", 1)), Reason::none);
  for (const LogRecord& log : logs_)
    EXPECT_EQ(log.text.view().find(answered_[0]), std::string_view::npos) << log.text.view();
}

TEST_F(SrtpTest, HoldKeepsTheKeysWhereverTheCallHasMoved) {
  establish_secured();
  const media::Relay before = rtp();
  for (bool elsewhere : {false, true}) {
    move_calls(elsewhere);
    EXPECT_EQ(rtp().keys[0].send, before.keys[0].send);
    EXPECT_EQ(rtp().keys[1].receive, before.keys[1].receive);
  }
  std::string hold = caller_request("INVITE", "z9hG4bKhold", 2, caller_tag(),
                                    secured(offer_sdp, "a=sendonly\r\n" + callers_key));
  EXPECT_EQ(from_caller(hold), Reason::none);
  EXPECT_EQ(keys_in(invite_), offered_);
  move_calls(true);
  EXPECT_EQ(from_callee(response(invite_, 200, secured(answer_sdp, "a=recvonly\r\n" + callees_key))),
            Reason::none);
  EXPECT_EQ(keys_in(last_to(access_realm)), answered_);
  EXPECT_EQ(from_caller(ack(2)), Reason::none);
}

TEST_F(SrtpTest, TheNextPeerIsOfferedOtherKeys) {
  rules(SrtpRule::forbidden, SrtpRule::required);
  EXPECT_EQ(from_caller(invite()), Reason::none);
  const std::vector<std::string> first = keys_in(invite_);
  ASSERT_EQ(first.size(), 3u);
  EXPECT_EQ(from_callee(response(invite_, 503)), Reason::none);
  const std::vector<std::string> second = keys_in(invite_);
  ASSERT_EQ(second.size(), 3u);
  for (size_t i = 0; i < 3; ++i) EXPECT_NE(first[i], second[i]);
}

TEST_F(SrtpTest, ACallWithoutAPlaceForItsKeysIsRefused) {
  model_->limits.srtp_streams = 3;
  establish_secured();
  std::string second = invite("", secured(offer_sdp, callers_key));
  for (const char* once : {"caller-call-id", "z9hG4bK"})
    second.insert(second.find(once) + std::string_view(once).size(), "2");
  from_caller(second);
  EXPECT_TRUE(last_to(access_realm).bytes.starts_with("SIP/2.0 503 "));
  EXPECT_EQ(cdrs_.at(0).reason, Reason::pool_empty);
  EXPECT_EQ(engine_->usage().srtp_sides, 2u);
}

TEST_F(SrtpTest, AnswerWithoutKeysEndsTheCallWhereTheyAreRequired) {
  rules(SrtpRule::forbidden, SrtpRule::required);
  EXPECT_EQ(from_caller(invite()), Reason::none);
  EXPECT_NE(line_of(invite_, "m=").find(" RTP/SAVP 8"), std::string::npos);
  EXPECT_EQ(from_callee(response(invite_, 200, answer_sdp)), Reason::none);
  EXPECT_EQ(cdrs_.at(0).reason, Reason::answer_bad);
}

TEST_F(SrtpTest, MediaIsReleasedOnlyWhereBothSidesHaveTheSameRule) {
  model_->media_release = {{{access_realm, core_realm}}};
  model_->access = {{access_realm, *Prefix::parse("192.0.2.10/32"), config::Trust::trusted, {}}};
  policy_.access = policy::AccessTable(*model_, {});
  rules(SrtpRule::optional, SrtpRule::optional);
  EXPECT_EQ(from_caller(invite("", secured(offer_sdp, callers_key))), Reason::none);
  EXPECT_EQ(line_of(invite_, "m="), "m=audio 4000 RTP/SAVP 8");
  EXPECT_EQ(line_of(invite_, "a=crypto:") + "\r\n", callers_key);
  EXPECT_EQ(from_callee(response(invite_, 486)), Reason::none);
  EXPECT_EQ(from_caller(caller_request("ACK", "z9hG4bKinvite", 1, caller_tag())), Reason::none);
  rules(SrtpRule::optional, SrtpRule::forbidden);
  EXPECT_EQ(from_caller(invite("", secured(offer_sdp, callers_key))), Reason::none);
  EXPECT_NE(line_of(invite_, "m=").find(" RTP/AVP 8"), std::string::npos) << "anchored";
  EXPECT_EQ(line_of(invite_, "c="), "c=IN IP4 10.2.0.1");
}

TEST_F(SrtpTest, KeysTakeNoHeap) {
  rules(SrtpRule::required, SrtpRule::required);
  const std::string offer = invite("", secured(offer_sdp, callers_key));
  sip::Message first;
  ASSERT_EQ(first.parse(offer), Reason::none);
  Transport from{TransportKind::udp, access_realm, model_->realms[0].listeners[0], caller_, 0, 0};
  {
    AllocationTrap trap;
    EXPECT_EQ(engine_->on_message(surroundings(), from, first, config::Trust::trusted), Reason::none);
  }
  carry_out();
  const std::string answer = response(invite_, 200, secured(answer_sdp, callees_key));
  sip::Message second;
  ASSERT_EQ(second.parse(answer), Reason::none);
  from = {TransportKind::udp, core_realm, model_->realms[1].listeners[0], callee_, 0, 0};
  {
    AllocationTrap trap;
    EXPECT_EQ(engine_->on_message(surroundings(), from, second, config::Trust::trusted), Reason::none);
  }
  carry_out();
  EXPECT_TRUE(rtp().keys[1].secured);
  EXPECT_EQ(from_caller(ack()), Reason::none);
}

TEST_F(SrtpTest, RefreshRepeatsKeysAndVersion) {
  rules(SrtpRule::forbidden, SrtpRule::optional);
  EXPECT_EQ(from_caller(invite("Supported: timer\r\nSession-Expires: 1800;refresher=uac\r\n")), Reason::none);
  const Sent first = invite_;
  EXPECT_EQ(
      from_callee(response(invite_, 200, answer_sdp + callees_key, "Session-Expires: 300;refresher=uac\r\n")),
      Reason::none);
  EXPECT_EQ(from_caller(ack()), Reason::none);
  sent_.clear();
  pass(150s);
  EXPECT_EQ(invite_.header(sip::Header::cseq), "2 INVITE");
  EXPECT_EQ(invite_.body(), first.body());
  EXPECT_EQ(
      from_callee(response(invite_, 200, answer_sdp + callees_key, "Session-Expires: 300;refresher=uac\r\n")),
      Reason::none);
  EXPECT_EQ(rtp().keys[1].receive.suite, cm_80);
}

}  // namespace
}  // namespace sbc::call
