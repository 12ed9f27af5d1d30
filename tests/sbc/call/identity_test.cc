// Identities that a trusted peer asserts (RFC 3325, RFC 5806), and privacy (RFC 3323).
#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

using sip::Header;

const std::string asserted =
    "P-Asserted-Identity: \"Alice\" <sip:+4930555@pbx.home.example;user=phone>, "
    "<tel:+4930556;phone-context=home.example>\r\n"
    "Diversion: <sip:200@10.9.9.9>;reason=user-busy;counter=2;privacy=off;host=pbx.home.example\r\n";

class IdentityTest : public EngineTest {
 protected:
  void SetUp() override { trust(config::Trust::trusted); }
  /// The caller's realm trusts its sources so far; the callees are trunks' peers, which are trusted.
  void trust(config::Trust caller) {
    model_->realms[0].trust = caller;
    start();
    policy_.access = policy::AccessTable(*model_, {});
  }
  /// The first peer of the trunk is not trusted.
  void distrust_callee() {
    config::AccessRule rule;
    rule.realm = core_realm;
    rule.prefix = *Prefix::parse("10.2.0.201/32");
    rule.trust = config::Trust::unknown;
    model_->access = {rule};
    policy_.access = policy::AccessTable(*model_, {});
  }
  static std::vector<std::string> values(const Sent& sent, Header id) {
    std::vector<std::string> all;
    sip::Message message = sent.parse();
    for (const sip::Field& field : message.fields())
      if (field.id == id) all.emplace_back(field.value);
    return all;
  }
};

TEST_F(IdentityTest, TrustedPeersIdentitiesCrossAtOurAddress) {
  from_caller(invite(asserted));
  EXPECT_EQ(values(invite_, Header::p_asserted_identity),
            (std::vector<std::string>{"\"Alice\" <sip:+4930555@10.2.0.1>", "<sip:+4930556@10.2.0.1>"}));
  EXPECT_EQ(values(invite_, Header::diversion),
            std::vector<std::string>{"<sip:200@10.2.0.1>;reason=user-busy;counter=2;privacy=off"});
  EXPECT_EQ(invite_.bytes.find("home.example"), std::string::npos);
}

TEST_F(IdentityTest, TrunkIsToldNumbersInItsOwnForm) {
  model_->translations = {{std::string("national"), {{"+49", "0"}}}};
  model_->trunks[0].caller_translation = std::string("national");
  trust(config::Trust::trusted);
  std::string call = invite(asserted + "Referred-By: <sip:+49777@pbx.home.example>\r\n");
  const std::string from = "From: ";
  const size_t at = call.find(from);
  call.replace(at, call.find(';', at) - at, "From: \"A\" <sip:+4930555@pbx.home.example>");
  from_caller(call);
  EXPECT_TRUE(invite_.header(Header::from).starts_with("\"A\" <sip:030555@10.2.0.1>;tag="));
  EXPECT_EQ(values(invite_, Header::p_asserted_identity),
            (std::vector<std::string>{"\"Alice\" <sip:030555@10.2.0.1>", "<sip:030556@10.2.0.1>"}));
  EXPECT_EQ(values(invite_, Header::referred_by), std::vector<std::string>{"<sip:0777@10.2.0.1>"});
  from_callee(response(invite_, 200, answer_sdp, "P-Asserted-Identity: <sip:+49101@10.2.0.201>\r\n"));
  EXPECT_EQ(last_to(access_realm).header(Header::p_asserted_identity), "<sip:+49101@192.0.2.1>");
}

TEST_F(IdentityTest, AnswerersAreToldBack) {
  from_caller(invite());
  from_callee(response(invite_, 180, "", "P-Asserted-Identity: <sip:100@10.2.0.201>\r\n"));
  EXPECT_EQ(last_to(access_realm).header(Header::p_asserted_identity), "<sip:100@192.0.2.1>");
  from_callee(response(invite_, 200, answer_sdp, "P-Asserted-Identity: <sip:101@10.2.0.201>\r\n"));
  EXPECT_EQ(last_to(access_realm).header(Header::p_asserted_identity), "<sip:101@192.0.2.1>");
}

TEST_F(IdentityTest, NobodyElseAssertsAnything) {
  trust(config::Trust::unknown);
  from_caller(invite(asserted + "P-Preferred-Identity: <sip:5@home.example>\r\n"));
  for (Header id : {Header::p_asserted_identity, Header::p_preferred_identity, Header::diversion})
    EXPECT_FALSE(invite_.parse().has(id));
}

// RFC 3325 7
TEST_F(IdentityTest, PrivateOnesAreForTrustedPeersOnly) {
  from_caller(invite(asserted + "Privacy: id;critical\r\n"));
  EXPECT_EQ(values(invite_, Header::p_asserted_identity).size(), 2u);
  EXPECT_EQ(invite_.header(Header::privacy), "id;critical");
}

TEST_F(IdentityTest, PrivateOnesDoNotReachOthers) {
  distrust_callee();
  from_caller(invite(asserted + "Privacy: critical; ID\r\n"));
  EXPECT_FALSE(invite_.parse().has(Header::p_asserted_identity));
  EXPECT_FALSE(invite_.parse().has(Header::diversion));
  EXPECT_NE(invite_.header(Header::from).find("555"), std::string::npos)
      << "it asks for nothing about its From";
}

TEST_F(IdentityTest, OthersReachEverybody) {
  distrust_callee();
  from_caller(invite(asserted + "Diversion: <sip:300@home.example>;privacy=full\r\n"));
  EXPECT_EQ(values(invite_, Header::p_asserted_identity).size(), 2u);
  EXPECT_EQ(values(invite_, Header::diversion).size(), 1u) << "without the private one";
}

TEST_F(IdentityTest, PrivacyCountsWhereverItStands) {
  distrust_callee();
  from_caller(invite(asserted + "Privacy: user\r\nPrivacy: id\r\n"));
  EXPECT_FALSE(invite_.parse().has(Header::p_asserted_identity));
  EXPECT_TRUE(invite_.header(Header::from).starts_with("\"Anonymous\""));
}

// RFC 3323 5.1
TEST_F(IdentityTest, CallerThatAsksForItIsAnonymous) {
  distrust_callee();
  from_caller(invite("Privacy: user\r\n"));
  EXPECT_TRUE(
      invite_.header(Header::from).starts_with("\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag="));
}

TEST_F(IdentityTest, WhatCannotBeShownIsLeftOut) {
  from_caller(invite(
      "P-Asserted-Identity: <sip:pbx.home.example@home.example>, <sip:home.example>, junk<\r\n"
      "Diversion: <sip:10.9.9.9@home.example>, <sip:7@home.example>;reason=pbx.home.example;counter=x\r\n"));
  EXPECT_FALSE(invite_.parse().has(Header::p_asserted_identity));
  EXPECT_EQ(values(invite_, Header::diversion), std::vector<std::string>{"<sip:7@10.2.0.1>"});
}

TEST_F(IdentityTest, NoMoreThanAnybodyLooksAt) {
  std::string many = "Diversion: <sip:1@x>";
  for (int i = 2; i <= 20; ++i) many += ", <sip:" + std::to_string(i) + "@x>";
  from_caller(invite(many + "\r\nP-Asserted-Identity: <sip:1@x>, <sip:2@x>, <sip:3@x>\r\n"));
  EXPECT_EQ(values(invite_, Header::diversion).size(), 8u);
  EXPECT_EQ(values(invite_, Header::p_asserted_identity).size(), 2u);
}

}  // namespace
}  // namespace sbc::call
