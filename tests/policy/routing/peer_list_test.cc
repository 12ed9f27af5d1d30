// Where calls of a trunk may go: host names replaced by what they stand for, in the order of RFC 2782.
#include "policy/routing/peer_list.h"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "tests/allocation/trap/trap.h"

namespace sbc::policy {
namespace {

using Order = std::array<uint8_t, config::trunk_peers_max>;

class PeerListTest : public testing::Test {
 protected:
  PeerListTest() : realm_(model_.realms.emplace_back()) {
    trunk_.realm = RealmId(0);
    realm_.addresses = {{*IpAddress::parse("10.0.0.1"), *Prefix::parse("10.0.0.0/16")},
                        {*IpAddress::parse("2001:db8::1"), *Prefix::parse("2001:db8::/64")}};
    realm_.listeners = {*Endpoint::parse("10.0.0.1:5060"), *Endpoint::parse("[2001:db8::1]:5060")};
  }
  void address(const std::string& text) { trunk_.peers.push_back(*Endpoint::parse(text, 5060)); }
  KnownHost& host(const std::string& name) {
    trunk_.peers.push_back(config::Peer(name, 0));
    KnownHost& known = hosts_[{name, 0}];
    known.awaited = false;
    return known;
  }
  static HostTarget target(const std::string& name, uint16_t priority, uint16_t weight,
                           std::vector<std::string> addresses) {
    HostTarget made{name, 5060, priority, weight, {}};
    for (const std::string& text : addresses) made.addresses.push_back(*IpAddress::parse(text));
    return made;
  }
  PeerList make(const PeerList& before = {}) const {
    return PeerList(trunk_, AddressScreen(model_), hosts_, before);
  }
  static std::vector<std::string> in_order(const PeerList& list, uint64_t lot = 1) {
    Order order;
    std::vector<std::string> texts;
    const size_t count = list.order(lot, order);
    for (size_t i = 0; i < count; ++i) texts.push_back(list.peers()[order[i]].endpoint.text());
    return texts;
  }

  config::Model model_;
  config::Trunk trunk_;
  config::Realm& realm_;
  HostTable hosts_;
};

TEST_F(PeerListTest, AddressesStayInTheirOrder) {
  for (int i = 0; i < 64; ++i) address("10.0.0." + std::to_string(100 + i));
  const PeerList list = make();
  for (uint64_t lot : {1u, 2u, 3u}) {
    auto order = in_order(list, lot);
    ASSERT_EQ(order.size(), 64u);
    EXPECT_EQ(order.front(), "10.0.0.100:5060");
    EXPECT_EQ(order.back(), "10.0.0.163:5060");
  }
  for (size_t i = 0; i < 64; ++i) EXPECT_EQ(list.peers()[i].slot, i);
}

TEST_F(PeerListTest, HostStandsBetweenItsNeighbours) {
  address("10.0.0.7");
  host("sip.example").targets = {target("gw1.example", 1, 0, {"10.0.0.20"}),
                                 target("sip.example", 2, 0, {"10.0.0.21"})};
  address("10.0.0.9");
  const PeerList list = make();
  EXPECT_EQ(in_order(list),
            (std::vector<std::string>{"10.0.0.7:5060", "10.0.0.20:5060", "10.0.0.21:5060", "10.0.0.9:5060"}));
  EXPECT_EQ(list.peers()[1].host, "sip.example");
  EXPECT_EQ(list.peers()[1].found, "gw1.example");
  EXPECT_EQ(list.peers()[2].found, "");
  EXPECT_EQ(list.peers()[0].host, "");
}

TEST_F(PeerListTest, AwaitedHostHoldsItsPlaceAndFailedOneIsPassedOver) {
  host("a.example").awaited = true;
  host("b.example");
  trunk_.peers.push_back(config::Peer("unheard.example", 0));
  const PeerList list = make();
  ASSERT_EQ(list.peers().size(), 2u);
  EXPECT_TRUE(list.peers()[0].is_awaited());
  EXPECT_EQ(list.peers()[0].endpoint.port, 0);
  EXPECT_TRUE(list.peers()[1].is_awaited());
  EXPECT_EQ(list.peers()[1].endpoint.port, 2);
}

// RFC 2782: by priority, then by weight
TEST_F(PeerListTest, TargetsAreDrawnByTheirWeights) {
  host("sip.example").targets = {target("a", 1, 10, {"10.0.0.21"}), target("b", 1, 30, {"10.0.0.22"}),
                                 target("c", 1, 0, {"10.0.0.23"}), target("d", 2, 100, {"10.0.0.24"})};
  const PeerList list = make();
  std::map<std::string, int> first;
  constexpr int calls = 40'000;
  for (uint64_t lot = 0; lot < calls; ++lot) {
    auto order = in_order(list, lot);
    ASSERT_EQ(order.size(), 4u);
    EXPECT_EQ(order[3], "10.0.0.24:5060");
    ++first[order[0]];
  }
  EXPECT_NEAR(first["10.0.0.21:5060"], calls / 4, calls / 50);
  EXPECT_NEAR(first["10.0.0.22:5060"], calls * 3 / 4, calls / 50);
  EXPECT_LT(first["10.0.0.23:5060"], calls / 1000) << "a very small chance";
}

TEST_F(PeerListTest, AddressesOfAHostShareItsCalls) {
  host("sip.example").targets = {target("sip.example", 0, 0, {"10.0.0.21", "10.0.0.22", "2001:db8::5"})};
  const PeerList list = make();
  std::map<std::string, int> first;
  for (uint64_t lot = 0; lot < 10'000; ++lot) {
    ++first[in_order(list, lot)[0]];
    EXPECT_EQ(in_order(list, lot)[2], "[2001:db8::5]:5060") << "the realm's first listener is IPv4";
  }
  EXPECT_NEAR(first["10.0.0.21:5060"], 5000, 300);
  std::swap(realm_.listeners[0], realm_.listeners[1]);
  EXPECT_EQ(in_order(make())[0], "[2001:db8::5]:5060");
}

TEST_F(PeerListTest, TakesAddressesThatTheRealmCanSendToAlone) {
  host("sip.example").targets = {
      target("sip.example", 0, 0,
             {"10.0.0.1", "127.0.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "169.254.0.9", "192.0.2.9",
              "::1", "fe80::1", "ff02::1", "2001:db8:9::1", "10.0.0.21"})};
  const PeerList list = make();
  EXPECT_EQ(in_order(list), std::vector<std::string>{"10.0.0.21:5060"});
  EXPECT_EQ(list.unusable(), 11u);
  realm_.gateway_v4 = *IpAddress::parse("10.0.0.254");
  EXPECT_EQ(make().peers().size(), 2u) << "192.0.2.9, and still nothing special";
  realm_.listeners = {*Endpoint::parse("[2001:db8::1]:5060")};
  EXPECT_EQ(make().peers().size(), 0u) << "no listener of this family";
}

TEST_F(PeerListTest, TakesNoAddressOfOursInWhateverRealm) {
  model_.realms.resize(2);
  model_.realms[1].addresses = {{*IpAddress::parse("192.0.2.1"), *Prefix::parse("192.0.2.0/24")}};
  model_.realms[0].gateway_v4 = *IpAddress::parse("10.0.0.254");
  host("sip.example").targets = {target("sip.example", 0, 0, {"192.0.2.1", "192.0.2.2"})};
  const PeerList list = make();
  EXPECT_EQ(in_order(list), std::vector<std::string>{"192.0.2.2:5060"});
  EXPECT_EQ(list.unusable(), 1u);
}

TEST_F(PeerListTest, TakesNoAddressThatARuleDenies) {
  host("sip.example").targets = {target("sip.example", 0, 0, {"10.0.0.21", "10.0.1.21"})};
  model_.access = {{RealmId(0), *Prefix::parse("10.0.1.0/24"), config::Trust::denied, {}}};
  EXPECT_EQ(in_order(make()), std::vector<std::string>{"10.0.0.21:5060"}) << "nothing it says would be heard";
  EXPECT_EQ(make().unusable(), 1u);
  realm_.trust = config::Trust::denied;
  EXPECT_EQ(make().peers().size(), 1u) << "whom no rule names is what the name is for";
}

TEST_F(PeerListTest, SlotsStayWithTheirEndpoints) {
  KnownHost& known = host("sip.example");
  known.targets = {target("sip.example", 0, 0, {"10.0.0.21", "10.0.0.22"})};
  const PeerList first = make();
  known.targets = {target("sip.example", 0, 0, {"10.0.0.20", "10.0.0.22"})};
  const PeerList second = make(first);
  const Endpoint kept = *Endpoint::parse("10.0.0.22:5060"), fresh = *Endpoint::parse("10.0.0.20:5060");
  EXPECT_EQ(second.find(kept)->slot, first.find(kept)->slot);
  EXPECT_EQ(second.find(fresh)->slot, 2) << "a slot that nobody has had lately";
  PeerList list = second;
  for (int i = 0; i < 200; ++i) {
    known.targets = {target("sip.example", 0, 0, {"10.0.1." + std::to_string(i), "10.0.0.22"})};
    PeerList next = make(list);
    EXPECT_EQ(next.find(kept)->slot, 1);
    EXPECT_LT(next.peers()[0].slot, 64);
    EXPECT_NE(next.peers()[0].slot, 1);
    EXPECT_NE(next.peers()[0].slot, list.peers()[0].slot);
    list = next;
  }
}

TEST_F(PeerListTest, FormerAddressesAreKeptUnlessTheyAreBackOrWouldNotBeTaken) {
  KnownHost& known = host("sip.example");
  known.targets = {target("sip.example", 0, 0, {"10.0.0.21"})};
  for (const char* text : {"10.0.0.21", "10.0.0.22", "10.0.0.1", "127.0.0.1", "224.0.0.1", "192.0.2.9"})
    known.former.push_back(*IpAddress::parse(text));
  const PeerList list = make();
  ASSERT_EQ(list.former().size(), 1u);
  EXPECT_EQ(list.former()[0], *IpAddress::parse("10.0.0.22"));
}

TEST_F(PeerListTest, EndpointThatTwoNamesHaveIsTriedOnce) {
  address("10.0.0.21");
  host("sip.example").targets = {target("sip.example", 0, 0, {"10.0.0.21"})};
  EXPECT_EQ(make().peers().size(), 1u);
}

TEST_F(PeerListTest, HoldsSoManyWithRoomForAll) {
  auto many = [](int net, int count) {
    std::vector<std::string> texts;
    for (int i = 0; i < count; ++i)
      texts.push_back("10.0." + std::to_string(net) + "." + std::to_string(i + 1));
    return texts;
  };
  host("a.example").targets = {target("a.example", 0, 0, many(1, 32))};
  host("b.example").targets = {target("b.example", 0, 0, many(2, 32))};
  EXPECT_EQ(make().peers().size(), 64u);
  EXPECT_EQ(make().left_out(), 0u);
  address("10.0.0.9");
  address("10.0.0.10");
  const PeerList list = make();
  EXPECT_EQ(list.peers().size(), 64u) << "31 of each name, and both addresses";
  EXPECT_EQ(list.left_out(), 2u);
  EXPECT_NE(list.find(*Endpoint::parse("10.0.0.10:5060")), nullptr);
}

TEST_F(PeerListTest, OrderingAllocatesNothing) {
  host("sip.example").targets = {target("a", 1, 10, {"10.0.0.21", "10.0.0.25"}),
                                 target("b", 1, 30, {"10.0.0.22"})};
  const PeerList list = make();
  Order order;
  AllocationTrap trap;
  list.order(5, order);
}

}  // namespace
}  // namespace sbc::policy
