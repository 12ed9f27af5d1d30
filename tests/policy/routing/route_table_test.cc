#include "policy/routing/route_table.h"

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

  std::string chosen(const RouteQuery& query) const {
    RouteTable table(model, TrunkTable(model, {TrunkId{5}, TrunkId{3}}));
    const RouteChoice* choice = table.find(query);
    return choice ? *choice->route->name : "";
  }
  config::Route& add(std::string name, std::string prefix = "", RealmId from = RealmId::none) {
    model.routes.push_back(route(std::move(name), std::move(prefix), from, {"west"}));
    return model.routes.back();
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

std::string text_of(const std::vector<Tier>& tiers) {
  std::string text;
  for (const Tier& tier : tiers) {
    text += text.empty() ? "" : " | ";
    for (size_t i = 0; i < tier.members.size(); ++i) {
      const Tier::Member& member = tier.members[i];
      text += (i ? " " : "") + std::to_string(index_of(member.trunk)) + "*" + std::to_string(member.weight);
    }
  }
  return text;
}

TEST_F(RouteTest, TheTrunksComeInTheRoutesOrder) {
  model.routes = {route("both", "", RealmId::none, {"east", "west"})};
  RouteTable table(model, TrunkTable(model, {TrunkId{5}, TrunkId{3}}));
  const RouteChoice* choice = table.find({access_realm, "1"});
  ASSERT_NE(choice, nullptr);
  EXPECT_EQ(text_of(choice->tiers), "3*1 | 5*1");
}

TEST_F(RouteTest, AGroupsTrunksComeByPriority) {
  model.trunks.push_back(trunk("south", core_realm, {"192.0.2.4"}));
  config::TrunkGroup group;
  group.name = std::string("carriers");
  group.select = config::Selection::weighted;
  group.trunks = {{std::string("south"), 9, 1},
                  {std::string("west"), 2, 7},
                  {std::string("east"), 2, 3},
                  {std::string("gone"), 2, 1}};
  model.trunk_groups = {group};
  model.routes = {route("group", "", RealmId::none, {"east", "carriers", "none"})};
  RouteTable table(model, TrunkTable(model, {TrunkId{5}, TrunkId{3}, TrunkId{0}}));
  const RouteChoice* choice = table.find({access_realm, "1"});
  ASSERT_NE(choice, nullptr);
  EXPECT_EQ(text_of(choice->tiers), "3*1 | 5*7 3*3 | 0*1");
  EXPECT_EQ(choice->tiers[0].select, config::Selection::in_order);
  EXPECT_EQ(choice->tiers[1].select, config::Selection::weighted);
  EXPECT_EQ(choice->tiers[1].members[0].name_hash, trunk_name_hash("west"));
}

TEST_F(RouteTest, ARoutesTranslationIsFoundInACopyOfTheTableToo) {
  model.translations = {{std::string("other"), {{"", "9"}}}, {std::string("national"), {{"0", "+49"}}}};
  add("plain", "1").strip = 1;
  add("national", "0").translation = std::string("national");
  RouteTable copy;
  {
    RouteTable table(model, TrunkTable(model, {TrunkId{5}, TrunkId{3}}));
    copy = table;
  }
  auto translated = [&](std::string_view number) {
    std::string out(32, '?');
    size_t size = 0;
    EXPECT_TRUE(copy.translate(*copy.find({access_realm, number}), number, out, size));
    return out.substr(0, size);
  };
  EXPECT_EQ(translated("0301"), "+49301");
  EXPECT_EQ(translated("10"), "0");
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

TEST_F(RouteTest, IsFoundByItsNameWhereverItStands) {
  for (const char* name : {"west", "east", "gone", "north"}) add(name);
  model.routes[2].source = std::string("none");
  const RouteTable table(model, TrunkTable(model, {TrunkId{5}, TrunkId{3}}));
  for (const config::Route& route : model.routes) EXPECT_EQ(table.named(*route.name), &route);
  for (const char* other : {"", "eas", "east2", "zulu"}) EXPECT_EQ(table.named(other), nullptr) << other;
  EXPECT_EQ(RouteTable().named("east"), nullptr);
}

TEST_F(RouteTest, OfEqualPrefixesTheSourceTrunksComesBeforeItsRealms) {
  add("any");
  add("realm", "", core_realm);
  add("trunk", "", core_realm).source = std::string("east");
  EXPECT_EQ(chosen({core_realm, "1", TrunkId{3}}), "trunk");
  EXPECT_EQ(chosen({core_realm, "1", TrunkId{5}}), "realm");
  EXPECT_EQ(chosen({core_realm, "1"}), "realm");
  EXPECT_EQ(chosen({access_realm, "1"}), "any");
  add("longer", "1");
  EXPECT_EQ(chosen({core_realm, "1", TrunkId{3}}), "longer");
}

TEST_F(RouteTest, OfASourceThatIsGoneTakesNoCall) {
  add("gone").source = std::string("north");
  EXPECT_EQ(chosen({core_realm, "1", TrunkId{3}}), "");
  EXPECT_EQ(chosen({core_realm, "1"}), "");
}

TEST_F(RouteTest, OfEqualsTheLongestPrefixOfTheCallerWins) {
  add("any");
  add("city").from_prefix = "4930";
  add("country").from_prefix = "49";
  EXPECT_EQ(chosen({core_realm, "1", TrunkId::none, "49301"}), "city");
  EXPECT_EQ(chosen({core_realm, "1", TrunkId::none, "4931"}), "country");
  EXPECT_EQ(chosen({core_realm, "1", TrunkId::none, "1"}), "any");
  EXPECT_EQ(chosen({core_realm, "1"}), "any");
}

TEST_F(RouteTest, TheCallerCountsBeforeTheCalleeInTo) {
  add("to").to_prefix = "800";
  add("longer to").to_prefix = "8001";
  add("from").from_prefix = "4";
  EXPECT_EQ(chosen({core_realm, "1", TrunkId::none, "49", "8001"}), "from");
  EXPECT_EQ(chosen({core_realm, "1", TrunkId::none, "1", "8001"}), "longer to");
  EXPECT_EQ(chosen({core_realm, "1", TrunkId::none, "1", "8002"}), "to");
  EXPECT_EQ(chosen({core_realm, "1", TrunkId::none, "1", "70"}), "");
}

struct Uris {
  std::string called = "sip:1@h", from = "sip:1@h", to = "sip:1@h";
};

const sip::Message& invite_with(std::string_view headers, const Uris& uris = {}) {
  static std::string text;
  static sip::Message message;
  text = "INVITE " + uris.called +
         " SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n"
         "From: <" +
         uris.from + ">;tag=1\r\nTo: <" + uris.to + ">\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n" +
         std::string(headers) + "Content-Length: 0\r\n\r\n";
  EXPECT_EQ(message.parse(text), Reason::none) << text;
  return message;
}

TEST_F(RouteTest, AHeaderIsLookedAtByNameAndValueInAnyCase) {
  add("any");
  add("gold").header = {"X-Class", "gold"};
  add("urgent").header = {"Priority", "emergency"};
  auto chosen_with = [&](std::string_view headers) {
    return chosen({core_realm, "1", TrunkId::none, "", "", &invite_with(headers)});
  };
  EXPECT_EQ(chosen_with(""), "any");
  EXPECT_EQ(chosen_with("X-Class: gold\r\n"), "gold");
  EXPECT_EQ(chosen_with("x-class:  Gold \r\n"), "gold");
  EXPECT_EQ(chosen_with("X-Class: silver\r\nX-Class: gold\r\n"), "gold");
  EXPECT_EQ(chosen_with("X-Class: golden\r\n"), "any");
  EXPECT_EQ(chosen_with("X-Other: gold\r\n"), "any");
  EXPECT_EQ(chosen_with("Priority: Emergency\r\n"), "urgent");
  EXPECT_EQ(chosen({core_realm, "1"}), "any");
}

config::HostMatch address(std::string_view text) { return {{}, *IpAddress::parse(text)}; }

TEST_F(RouteTest, AHostIsANameInAnyCaseOrAnAddressHoweverItIsWritten) {
  add("any");
  add("name").host = {"a.example", {}};
  add("v4").host = address("192.0.2.9");
  add("v6").host = address("2001:db8::9");
  struct Row {
    std::string called, route;
  };
  for (const Row& row : {Row{"sip:1@a.example", "name"},
                         {"sip:1@A.Example:5070;user=phone", "name"},
                         {"sip:1@a.example.", "name"},
                         {"sip:a.example@h", "any"},
                         {"sip:1@b.a.example", "any"},
                         {"sip:1@a.example.net", "any"},
                         {"tel:1", "any"},
                         {"urn:service:sos", "any"},
                         {"sip:1@192.0.2.9:5062", "v4"},
                         {"sip:1@[::ffff:192.0.2.9]", "v4"},
                         {"sip:1@192.0.2.90", "any"},
                         {"sip:1@[2001:DB8:0::9]:5060", "v6"},
                         {"sip:1@[2001:db8::90]", "any"}}) {
    RouteQuery query{core_realm, "1", TrunkId::none, "", "", &invite_with("", {.called = row.called})};
    EXPECT_EQ(chosen(query), row.route) << row.called;
  }
  EXPECT_EQ(chosen({core_realm, "1"}), "any") << "no message, no hosts";
}

TEST_F(RouteTest, EachHostIsThatOfItsOwnUri) {
  add("none of these");
  add("to").to_host = {"a.example", {}};
  add("from").from_host = {"a.example", {}};
  add("called").host = {"a.example", {}};
  config::Route& both = add("both");
  both.host = both.to_host = {"a.example", {}};
  const std::string there = "sip:1@a.example", elsewhere = "sip:1@b.example";
  auto chosen_of = [&](const Uris& uris) {
    return chosen({core_realm, "1", TrunkId::none, "", "", &invite_with("", uris)});
  };
  EXPECT_EQ(chosen_of({elsewhere, elsewhere, elsewhere}), "none of these");
  EXPECT_EQ(chosen_of({elsewhere, elsewhere, there}), "to");
  EXPECT_EQ(chosen_of({elsewhere, there, there}), "from") << "From comes before To";
  EXPECT_EQ(chosen_of({there, there, elsewhere}), "called") << "and the Request-URI before both";
  EXPECT_EQ(chosen_of({there, there, there}), "both");
}

TEST_F(RouteTest, AHostCountsBehindPrefixesAndBeforeAHeader) {
  add("header").header = {"X-Class", "gold"};
  add("host").host = {"a.example", {}};
  RouteQuery query{core_realm, "12", TrunkId::none,
                   "",         "7",  &invite_with("X-Class: gold\r\n", {.called = "sip:12@a.example"})};
  EXPECT_EQ(chosen(query), "host");
  add("to").to_prefix = "7";
  EXPECT_EQ(chosen(query), "to");
  config::Route& longer = add("longer", "12");
  EXPECT_EQ(chosen(query), "longer");
  longer.host = {"b.example", {}};
  EXPECT_EQ(chosen(query), "to") << "a host that is not there leaves the call to a shorter prefix";
}

TEST_F(RouteTest, ATimeIsLookedAtWhereTheRouteLivesAndOutsideItTheNextRouteTakesTheCall) {
  using namespace std::chrono_literals;
  constexpr UtcTime monday{std::chrono::sys_days(std::chrono::year(2026) / 11 / 23)};
  add("any");
  config::Route& desk = add("desk");
  desk.times = {*TimeWindow::parse("mo-fr 08:00-12:00"), *TimeWindow::parse("mo-fr 13:00-17:00")};
  desk.utc_offset = 60min;
  auto chosen_at = [&](UtcTime time) {
    return chosen({core_realm, "1", TrunkId::none, "", "", nullptr, time});
  };
  EXPECT_EQ(chosen_at(monday + 7h), "desk");
  EXPECT_EQ(chosen_at(monday + 11h), "any");
  EXPECT_EQ(chosen_at(monday + 12h), "desk");
  EXPECT_EQ(chosen_at(monday + 16h), "any");
  add("longer", "1").times = {*TimeWindow::parse("su")};
  EXPECT_EQ(chosen_at(monday + 12h), "desk");
  EXPECT_EQ(chosen_at(monday - 1h), "longer");
}

TEST_F(RouteTest, OfEqualsMoreConditionsComeFirst) {
  add("any");
  add("timed").times = {TimeWindow{}};
  add("headed").header = {"X-Class", "gold"};
  config::Route& both = add("both");
  both.times = {*TimeWindow::parse("th")};  // as 1970 began
  both.header = {"X-Class", "gold"};
  RouteQuery query{core_realm, "1", TrunkId::none, "", "", &invite_with("X-Class: gold\r\n")};
  EXPECT_EQ(chosen(query), "both");
  query.time += std::chrono::hours(24);
  EXPECT_EQ(chosen(query), "headed");
  query.invite = nullptr;
  EXPECT_EQ(chosen(query), "timed");
}

}  // namespace
}  // namespace sbc::policy
