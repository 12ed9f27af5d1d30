#include "policy/routing/trunk_table.h"

#include <gtest/gtest.h>

namespace sbc::policy {
namespace {

constexpr RealmId access_realm{0};
constexpr RealmId core_realm{1};

config::Trunk trunk(std::string name, RealmId realm, std::vector<std::string> peers) {
  config::Trunk result;
  result.name = std::move(name);
  result.realm = realm;
  for (const std::string& peer : peers) result.peers.push_back(*Endpoint::parse(peer, 5060));
  return result;
}

IpAddress address(std::string_view text) { return *IpAddress::parse(text); }

TEST(TrunkTable, FindsATrunkByItsSlotItsNameAndItsSource) {
  config::Model model;
  model.trunks = {trunk("west", core_realm, {"192.0.2.1", "192.0.2.2:5070"}),
                  trunk("east", core_realm, {"192.0.2.3"})};
  TrunkTable table(model, {TrunkId{7}, TrunkId{2}});

  EXPECT_EQ(table.find(TrunkId{7}), &model.trunks[0]);
  EXPECT_EQ(table.find(TrunkId{2}), &model.trunks[1]);
  EXPECT_EQ(table.find(TrunkId{3}), nullptr);
  EXPECT_EQ(table.find(TrunkId{8}), nullptr);
  EXPECT_EQ(table.find(TrunkId::none), nullptr);

  EXPECT_EQ(table.by_name("west"), TrunkId{7});
  EXPECT_EQ(table.by_name("east"), TrunkId{2});
  EXPECT_EQ(table.by_name("north"), std::nullopt);

  EXPECT_EQ(table.of_source(core_realm, address("192.0.2.2")), TrunkId{7});
  EXPECT_EQ(table.of_source(core_realm, address("192.0.2.3")), TrunkId{2});
  EXPECT_EQ(table.of_source(core_realm, address("192.0.2.4")), TrunkId::none);
}

TEST(TrunkTable, ASourceBelongsToATrunkInItsRealmOnly) {
  config::Model model;
  model.trunks = {trunk("west", core_realm, {"192.0.2.1"}), trunk("phones", access_realm, {"192.0.2.1"})};
  TrunkTable table(model, {TrunkId{0}, TrunkId{1}});
  EXPECT_EQ(table.of_source(core_realm, address("192.0.2.1")), TrunkId{0});
  EXPECT_EQ(table.of_source(access_realm, address("192.0.2.1")), TrunkId{1});
  EXPECT_EQ(table.of_source(RealmId{2}, address("192.0.2.1")), TrunkId::none);
}

TEST(TrunkTable, OfTwoTrunksWithOnePeerTheFirstInTheFileCounts) {
  config::Model model;
  model.trunks = {trunk("first", core_realm, {"192.0.2.1:5060"}),
                  trunk("second", core_realm, {"192.0.2.1:5062"})};
  TrunkTable table(model, {TrunkId{9}, TrunkId{4}});
  EXPECT_EQ(table.of_source(core_realm, address("192.0.2.1")), TrunkId{9});
}

TEST(TrunkTable, AddressesThatANameHasAreTheTrunksAndThoseThatItHadAreNot) {
  config::Model model;
  config::Realm realm;
  realm.addresses = {{address("192.0.2.100"), *Prefix::parse("192.0.2.0/24")}};
  realm.listeners = {*Endpoint::parse("192.0.2.100:5060")};
  model.realms = {realm, realm};
  model.trunks = {trunk("west", core_realm, {}), trunk("east", core_realm, {"192.0.2.2"})};
  model.trunks[0].peers = {config::Peer("sip.example", 0)};
  KnownHost known;
  known.awaited = false;
  known.targets = {{"sip.example", 5060, 0, 0, {address("192.0.2.1")}}};
  known.former = {address("192.0.2.2"), address("192.0.2.3")};
  TrunkTable table(model, {TrunkId{0}, TrunkId{1}}, {{{"sip.example", 0}, known}});
  EXPECT_EQ(table.of_source(core_realm, address("192.0.2.1")), TrunkId{0});
  EXPECT_EQ(table.of_source(core_realm, address("192.0.2.3")), TrunkId::none);
  EXPECT_EQ(table.of_source(core_realm, address("192.0.2.2")), TrunkId{1}) << "whose it is, not whose it was";
  ASSERT_EQ(table.former().size(), 2u);
  EXPECT_EQ(table.former()[1].realm, core_realm);
  EXPECT_EQ(table.former()[1].address, address("192.0.2.3"));
  EXPECT_EQ(table.of_source(access_realm, address("192.0.2.1")), TrunkId::none);
  ASSERT_EQ(table.peers(TrunkId{0}).peers().size(), 1u);
  known.targets[0].addresses = {address("192.0.2.2")};
  TrunkTable taking(model, {TrunkId{0}, TrunkId{1}}, {{{"sip.example", 0}, known}});
  EXPECT_EQ(taking.of_source(core_realm, address("192.0.2.2")), TrunkId{1})
      << "no answer takes what is configured";
  EXPECT_TRUE(table.peers(TrunkId{5}).peers().empty());
}

TEST(TrunkTable, HoldsNothingWhenNothingIsConfigured) {
  TrunkTable table(config::Model{}, {});
  EXPECT_EQ(table.find(TrunkId{0}), nullptr);
  EXPECT_EQ(table.of_source(core_realm, address("192.0.2.1")), TrunkId::none);
  EXPECT_EQ(table.by_name(""), std::nullopt);
}

}  // namespace
}  // namespace sbc::policy
