#include "policy/routing/routing.h"

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

config::Route route(std::string name, std::string prefix, RealmId from, std::vector<std::string> trunks) {
  config::Route result;
  result.name = std::move(name);
  result.prefix = std::move(prefix);
  result.from = from;
  for (std::string& to : trunks) result.trunks.emplace_back(std::move(to));
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

TEST(TrunkTable, HoldsNothingWhenNothingIsConfigured) {
  TrunkTable table(config::Model{}, {});
  EXPECT_EQ(table.find(TrunkId{0}), nullptr);
  EXPECT_EQ(table.of_source(core_realm, address("192.0.2.1")), TrunkId::none);
  EXPECT_EQ(table.by_name(""), std::nullopt);
}

class RouteTest : public ::testing::Test {
 protected:
  RouteTest() {
    model.trunks = {trunk("west", core_realm, {"192.0.2.1"}), trunk("east", core_realm, {"192.0.2.3"})};
  }

  std::string chosen(RealmId from, std::string_view number) const {
    RouteTable table(model, TrunkTable(model, {TrunkId{5}, TrunkId{3}}));
    const RouteChoice* choice = table.find({from, number});
    return choice ? *choice->route->name : "";
  }

  config::Model model;
};

TEST_F(RouteTest, TheLongestPrefixWinsWhateverTheOrder) {
  model.routes = {route("national", "49", RealmId::none, {"west"}),
                  route("city", "4930", RealmId::none, {"west"}), route("all", "", RealmId::none, {"west"})};
  EXPECT_EQ(chosen(access_realm, "493012345"), "city");
  EXPECT_EQ(chosen(access_realm, "4930"), "city");
  EXPECT_EQ(chosen(access_realm, "493"), "national");
  EXPECT_EQ(chosen(access_realm, "1"), "all");
  EXPECT_EQ(chosen(access_realm, ""), "all");
}

TEST_F(RouteTest, ThereIsNoRouteWhereNoPrefixFits) {
  model.routes = {route("national", "49", RealmId::none, {"west"})};
  EXPECT_EQ(chosen(access_realm, "33123"), "");
  EXPECT_EQ(chosen(access_realm, "4"), "");
  EXPECT_EQ(chosen(access_realm, ""), "");
}

TEST_F(RouteTest, OfEqualPrefixesOneThatNamesTheRealmWins) {
  model.routes = {route("any", "49", RealmId::none, {"west"}), route("core", "49", core_realm, {"west"}),
                  route("access", "49", access_realm, {"east"})};
  EXPECT_EQ(chosen(access_realm, "4912"), "access");
  EXPECT_EQ(chosen(core_realm, "4912"), "core");
  EXPECT_EQ(chosen(RealmId{2}, "4912"), "any");
}

TEST_F(RouteTest, OfEqualsTheFirstInTheFileWins) {
  model.routes = {route("first", "49", RealmId::none, {"west"}),
                  route("second", "49", RealmId::none, {"east"})};
  EXPECT_EQ(chosen(access_realm, "4912"), "first");
}

TEST_F(RouteTest, AnotherRealmsRouteYieldsToAShorterPrefix) {
  model.routes = {route("core", "4930", core_realm, {"west"}), route("any", "49", RealmId::none, {"west"})};
  EXPECT_EQ(chosen(access_realm, "493012"), "any");
}

TEST_F(RouteTest, TheTrunksComeInTheRoutesOrder) {
  model.routes = {route("both", "", RealmId::none, {"east", "west"})};
  RouteTable table(model, TrunkTable(model, {TrunkId{5}, TrunkId{3}}));
  const RouteChoice* choice = table.find({access_realm, "1"});
  ASSERT_NE(choice, nullptr);
  EXPECT_EQ(choice->trunks, (std::vector<TrunkId>{TrunkId{3}, TrunkId{5}}));
}

TEST_F(RouteTest, AThousandRoutesAreToldApart) {
  for (int i = 0; i < 1000; ++i) {
    std::string number = std::to_string(100 + i);
    model.routes.push_back(route("route " + number, number, RealmId::none, {"west"}));
  }
  for (int i = 0; i < 900; ++i) {
    std::string number = std::to_string(100 + i);
    ASSERT_EQ(chosen(access_realm, number + "x"), "route " + number);
  }
  EXPECT_EQ(chosen(access_realm, "1099"), "route 1099");
}

std::string translated(uint8_t strip, std::string add, std::string_view number, size_t room = 32) {
  config::Route rule;
  rule.strip = strip;
  rule.add = std::move(add);
  std::string out(room, '?');
  size_t size = 0;
  return translate(rule, number, out, size) ? out.substr(0, size) : "does not fit";
}

TEST(Translate, StripsThenAdds) {
  EXPECT_EQ(translated(0, "", "12345"), "12345");
  EXPECT_EQ(translated(2, "", "0012345"), "12345");
  EXPECT_EQ(translated(0, "+", "12345"), "+12345");
  EXPECT_EQ(translated(1, "+49", "030123"), "+4930123");
}

TEST(Translate, StripsNoMoreThanThereIs) {
  EXPECT_EQ(translated(9, "+49", "030"), "+49");
  EXPECT_EQ(translated(3, "", "030"), "");
}

TEST(Translate, FitsExactlyOrNotAtAll) {
  EXPECT_EQ(translated(0, "+", "12345", 6), "+12345");
  EXPECT_EQ(translated(0, "+", "12345", 5), "does not fit");
}

}  // namespace
}  // namespace sbc::policy
