#include "policy/access/access.h"

#include <gtest/gtest.h>

namespace sbc::policy {
namespace {

using config::Trust;

constexpr RealmId access_realm{0};
constexpr RealmId core_realm{1};

class AccessTest : public ::testing::Test {
 protected:
  AccessTest() {
    model.realms.resize(2);
    model.realms[0].trust = Trust::unknown;
    model.realms[1].trust = Trust::denied;
  }
  void rule(RealmId realm, std::string_view prefix, Trust trust) {
    model.access.push_back({realm, *Prefix::parse(prefix), trust, {}});
  }
  void trunk(RealmId realm, std::string_view peer) {
    config::Trunk trunk;
    trunk.realm = realm;
    trunk.peers.push_back(*Endpoint::parse(peer, 5060));
    model.trunks.push_back(trunk);
  }
  Verdict judge(RealmId realm, std::string_view source, std::vector<Block> blocks = {}) const {
    return AccessTable(model, blocks).judge(realm, *IpAddress::parse(source));
  }

  config::Model model;
};

TEST_F(AccessTest, ASourceThatNoRuleNamesHasItsRealmsTrust) {
  EXPECT_EQ(judge(access_realm, "198.51.100.1").trust, Trust::unknown);
  EXPECT_EQ(judge(access_realm, "198.51.100.1").reason, Reason::none);
}

TEST_F(AccessTest, ARealmThatServesKnownSourcesOnlyDeniesTheRest) {
  Verdict verdict = judge(core_realm, "198.51.100.1");
  EXPECT_EQ(verdict.trust, Trust::denied);
  EXPECT_EQ(verdict.reason, Reason::source_unknown);
}

TEST_F(AccessTest, AddressesThatTrunksHaveByNameAreTrustedAsThoseThatAreListed) {
  model.trunks.emplace_back();
  model.trunks[0].realm = core_realm;
  model.trunks[0].peers = {config::Peer("sip.example", 0)};
  const std::vector<RealmAddress> found{{core_realm, *IpAddress::parse("198.51.100.7")}};
  const AccessTable table(model, {}, found);
  EXPECT_EQ(table.judge(core_realm, *IpAddress::parse("198.51.100.7")).trust, Trust::trusted);
  EXPECT_EQ(table.judge(core_realm, *IpAddress::parse("198.51.100.8")).trust, Trust::denied);
  EXPECT_EQ(table.judge(access_realm, *IpAddress::parse("198.51.100.7")).trust, Trust::unknown);
  rule(core_realm, "198.51.100.7", Trust::denied);
  EXPECT_EQ(AccessTable(model, {}, found).judge(core_realm, *IpAddress::parse("198.51.100.7")).trust,
            Trust::denied)
      << "a rule that names it says otherwise";
}

/// Whoever writes a zone opens no hole in what the operator has shut.
TEST_F(AccessTest, WhatTheDnsSaysIsNotTrustedWhereARuleDeniesIt) {
  model.trunks.emplace_back();
  model.trunks[0].realm = core_realm;
  model.trunks[0].peers = {config::Peer("sip.example", 0)};
  const IpAddress address = *IpAddress::parse("198.51.100.7");
  const std::vector<RealmAddress> found{{core_realm, address}};
  auto verdict = [&] { return AccessTable(model, {}, found).judge(core_realm, address); };
  rule(core_realm, "198.51.100.0/24", Trust::denied);
  EXPECT_EQ(verdict().trust, Trust::denied);
  EXPECT_EQ(verdict().reason, Reason::source_denied);
  EXPECT_TRUE(verdict().is_shut_out());
  rule(core_realm, "198.51.100.0/28", Trust::unknown);
  EXPECT_EQ(verdict().trust, Trust::trusted) << "the longest rule counts";
  model.access[0] = {RealmId::none, *Prefix::parse("198.51.100.0/29"), Trust::denied, {}};
  EXPECT_EQ(verdict().trust, Trust::denied) << "a rule for every realm, too";
  model.trunks[0].peers.push_back(*Endpoint::parse("198.51.100.7", 5060));
  EXPECT_EQ(verdict().trust, Trust::trusted) << "it is configured as an address";
}

TEST_F(AccessTest, WhoWasATrunksIsHeardInCallsAloneUnlessShutOut) {
  const IpAddress address = *IpAddress::parse("198.51.100.7");
  const std::vector<RealmAddress> former{{core_realm, address}};
  auto verdict = [&](std::vector<Block> blocks = {}, RealmId realm = core_realm) {
    return AccessTable(model, blocks, {}, former).judge(realm, address);
  };
  EXPECT_EQ(verdict().trust, Trust::denied);
  EXPECT_TRUE(verdict().in_calls && verdict().is_heard());
  EXPECT_FALSE(judge(core_realm, "198.51.100.7").is_heard());
  EXPECT_FALSE(verdict({}, access_realm).in_calls);
  EXPECT_FALSE(verdict({{core_realm, *Prefix::parse("198.51.100.0/24")}}).is_heard());
  rule(core_realm, "198.51.100.0/24", Trust::denied);
  EXPECT_FALSE(verdict().is_heard());
}

TEST_F(AccessTest, ADenyRuleDenies) {
  rule(access_realm, "198.51.100.0/24", Trust::denied);
  Verdict verdict = judge(access_realm, "198.51.100.7");
  EXPECT_EQ(verdict.trust, Trust::denied);
  EXPECT_EQ(verdict.reason, Reason::source_denied);
  EXPECT_EQ(judge(access_realm, "198.51.101.7").trust, Trust::unknown);
}

TEST_F(AccessTest, ALongerAllowRuleOpensAHoleInADenyRule) {
  rule(access_realm, "198.51.100.7/32", Trust::trusted);
  rule(access_realm, "198.51.100.0/24", Trust::denied);
  EXPECT_EQ(judge(access_realm, "198.51.100.7").trust, Trust::trusted);
  EXPECT_EQ(judge(access_realm, "198.51.100.8").trust, Trust::denied);
}

TEST_F(AccessTest, RulesCountInTheirRealmOnly) {
  rule(core_realm, "198.51.100.0/24", Trust::trusted);
  EXPECT_EQ(judge(core_realm, "198.51.100.7").trust, Trust::trusted);
  EXPECT_EQ(judge(access_realm, "198.51.100.7").trust, Trust::unknown);
}

TEST_F(AccessTest, ARuleForEveryRealmYieldsToTheRealmsOwn) {
  rule(access_realm, "198.51.100.0/24", Trust::registered);
  rule(RealmId::none, "198.51.100.0/24", Trust::denied);
  EXPECT_EQ(judge(access_realm, "198.51.100.7").trust, Trust::registered);
  EXPECT_EQ(judge(core_realm, "198.51.100.7").reason, Reason::source_denied);
}

TEST_F(AccessTest, ATrunksPeerIsTrustedInItsRealmOnly) {
  trunk(core_realm, "192.0.2.10");
  EXPECT_EQ(judge(core_realm, "192.0.2.10").trust, Trust::trusted);
  EXPECT_EQ(judge(core_realm, "192.0.2.11").reason, Reason::source_unknown);
  EXPECT_EQ(judge(access_realm, "192.0.2.10").trust, Trust::unknown);
}

TEST_F(AccessTest, ARuleForExactlyATrunksPeerOverridesItsTrust) {
  trunk(core_realm, "192.0.2.10");
  rule(core_realm, "192.0.2.0/24", Trust::denied);
  EXPECT_EQ(judge(core_realm, "192.0.2.10").trust, Trust::trusted);
  rule(core_realm, "192.0.2.10", Trust::denied);
  EXPECT_EQ(judge(core_realm, "192.0.2.10").reason, Reason::source_denied);
}

TEST_F(AccessTest, ABlockBeatsEverything) {
  trunk(core_realm, "192.0.2.10");
  rule(core_realm, "192.0.2.10", Trust::trusted);
  Verdict verdict = judge(core_realm, "192.0.2.10", {{RealmId::none, *Prefix::parse("192.0.0.0/16")}});
  EXPECT_EQ(verdict.trust, Trust::denied);
  EXPECT_EQ(verdict.reason, Reason::source_blocked);
}

TEST_F(AccessTest, ABlockInOneRealmLeavesTheOthersAlone) {
  std::vector<Block> blocks{{access_realm, *Prefix::parse("2001:db8::/32")}};
  EXPECT_EQ(judge(access_realm, "2001:db8::1", blocks).reason, Reason::source_blocked);
  EXPECT_EQ(judge(core_realm, "2001:db8::1", blocks).reason, Reason::source_unknown);
}

TEST_F(AccessTest, ARealmThatDoesNotExistServesNobody) {
  EXPECT_EQ(judge(RealmId{7}, "192.0.2.1").trust, Trust::denied);
  EXPECT_EQ(judge(RealmId::none, "192.0.2.1").trust, Trust::denied);
}

}  // namespace
}  // namespace sbc::policy
