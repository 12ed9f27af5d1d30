#include "sbc/anchor/port_pool.h"

#include <set>

#include <gtest/gtest.h>

namespace sbc::anchor {
namespace {

using namespace std::chrono_literals;

config::Model model_of(uint16_t first, uint16_t last, uint8_t workers = 1) {
  config::Model model;
  model.workers.count = workers;
  config::Realm realm;
  realm.media.addresses = {IpAddress::v4(10, 0, 0, 1), *IpAddress::parse("2001:db8::1")};
  realm.media.first_port = first;
  realm.media.last_port = last;
  model.realms.push_back(realm);
  return model;
}

constexpr RealmId realm{0};
constexpr Instant start{1'000'000'000};

TEST(PortPoolTest, LeasesEvenPortsUntilNoneIsLeft) {
  PortPool pool(model_of(20000, 20009), WorkerId(0));
  Random random = Random::from_seed(1);
  std::set<uint16_t> seen;
  for (int i = 0; i < 5; ++i) {
    auto port = pool.lease(realm, 0, random);
    ASSERT_TRUE(port);
    EXPECT_EQ(*port % 2, 0);
    EXPECT_TRUE(*port >= 20000 && *port + 1 <= 20009);
    EXPECT_TRUE(seen.insert(*port).second);
  }
  EXPECT_FALSE(pool.lease(realm, 0, random));
  EXPECT_TRUE(pool.lease(realm, 1, random)) << "the other address has ports of its own";
  EXPECT_EQ(pool.leased(), 12u);
  pool.check_invariants();
}

TEST(PortPoolTest, KeepsPairsForOthersButNeverMoreThanHalf) {
  PortPool pool(model_of(20000, 20009), WorkerId(0));
  Random random = Random::from_seed(1);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(pool.lease(realm, 0, random, 2)) << i;
  EXPECT_FALSE(pool.lease(realm, 0, random, 2));
  EXPECT_FALSE(pool.lease(realm, 0, random, 1000));
  EXPECT_FALSE(pool.choose_address(realm, Family::v4, random, 2));
  EXPECT_TRUE(pool.choose_address(realm, Family::v4, random));
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(pool.lease(realm, 0, random)) << i;
}

TEST(PortPoolTest, HoldsOnlyPortsOfItsWorker) {
  config::Model model = model_of(20000, 20255, 3);
  uint32_t total = 0;
  for (uint8_t worker = 0; worker < 3; ++worker) {
    PortPool pool(model, WorkerId(worker));
    Random random = Random::from_seed(worker);
    while (auto port = pool.lease(realm, 0, random)) {
      ++total;
      EXPECT_EQ(media::port_owner(*port, 3), WorkerId(worker));
      EXPECT_EQ(media::port_owner(uint16_t(*port + 1), 3), WorkerId(worker));
    }
  }
  EXPECT_EQ(total, 128u);
}

TEST(PortPoolTest, RestsBeforeItLeasesAgain) {
  PortPool pool(model_of(20000, 20001), WorkerId(0));
  Random random = Random::from_seed(1);
  uint16_t port = *pool.lease(realm, 0, random);
  pool.give_back({realm, 0, port}, start, 5s);
  EXPECT_EQ(pool.leased(), 0u);
  EXPECT_EQ(pool.resting(), 2u);
  EXPECT_EQ(pool.next_wake(), start + 5s);
  pool.wake(start + 5s - 1ns);
  EXPECT_FALSE(pool.lease(realm, 0, random));
  pool.wake(start + 5s);
  EXPECT_EQ(pool.resting(), 0u);
  EXPECT_EQ(pool.next_wake(), Instant::never());
  EXPECT_EQ(pool.lease(realm, 0, random), port);
}

TEST(PortPoolTest, OrderDependsOnTheRandomnessAlone) {
  auto order = [](uint64_t seed) {
    PortPool pool(model_of(20000, 20399), WorkerId(0));
    Random random = Random::from_seed(seed);
    std::vector<uint16_t> ports;
    while (auto port = pool.lease(realm, 0, random)) ports.push_back(*port);
    return ports;
  };
  EXPECT_EQ(order(1), order(1));
  EXPECT_NE(order(1), order(2));
}

TEST(PortPoolTest, ChoosesAnAddressOfTheFamilyThatHasPorts) {
  PortPool pool(model_of(20000, 20001), WorkerId(0));
  Random random = Random::from_seed(1);
  EXPECT_EQ(pool.choose_address(realm, Family::v6, random), 1);
  pool.lease(realm, 1, random);
  EXPECT_FALSE(pool.choose_address(realm, Family::v6, random));
  EXPECT_EQ(pool.choose_address(realm, Family::v4, random), 0);
}

TEST(PortPoolTest, FillsAllAddressesOfAFamilyAlike) {
  config::Model model = model_of(20000, 20019);
  model.realms[0].media.addresses = {IpAddress::v4(10, 0, 0, 1), *IpAddress::parse("2001:db8::1"),
                                     IpAddress::v4(10, 0, 0, 2), IpAddress::v4(10, 0, 0, 3)};
  PortPool pool(model, WorkerId(0));
  Random random = Random::from_seed(1);
  std::array<unsigned, 4> taken{};
  for (unsigned round = 1; round <= 10; ++round) {
    for (unsigned each = 0; each < 3; ++each) {
      const auto address = pool.choose_address(realm, Family::v4, random);
      ASSERT_TRUE(address);
      ASSERT_TRUE(pool.lease(realm, *address, random));
      ++taken[*address];
    }
    EXPECT_EQ(taken, (std::array<unsigned, 4>{round, 0, round, round}));
  }
  EXPECT_FALSE(pool.choose_address(realm, Family::v4, random));
  pool.give_back({realm, 2, 20000}, start, 5s);
  pool.wake(start + 5s);
  EXPECT_EQ(pool.choose_address(realm, Family::v4, random), 2);
}

TEST(PortPoolTest, BeginsWithAnyOfThem) {
  config::Model model = model_of(20000, 20019);
  model.realms[0].media.addresses = {IpAddress::v4(10, 0, 0, 1), IpAddress::v4(10, 0, 0, 2)};
  const PortPool pool(model, WorkerId(0));
  std::set<uint8_t> chosen;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    Random random = Random::from_seed(seed);
    chosen.insert(*pool.choose_address(realm, Family::v4, random));
  }
  EXPECT_EQ(chosen, (std::set<uint8_t>{0, 1}));
}

}  // namespace
}  // namespace sbc::anchor
