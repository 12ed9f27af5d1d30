#include "dataplane/meter/source_table.h"

#include <chrono>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace sbc::meter {
namespace {

using namespace std::chrono_literals;

constexpr Instant start{1'000'000'000'000};
constexpr HashKey key{11, 22};
constexpr RealmId access{0}, core{1};

IpAddress address(const char* text) { return *IpAddress::parse(text); }

int conforming(SourceTable& table, const Gcra& limit, RealmId realm, const IpAddress& source, Instant now,
               int events) {
  int count = 0;
  for (int i = 0; i < events; ++i) count += table.conforms(limit, realm, source, now);
  return count;
}

TEST(SourceTable, HoldsASourceToBurstThenRate) {
  SourceTable table(1024, key);
  Gcra limit = Gcra::of({50, 1s, 100});
  IpAddress source = address("192.0.2.1");
  EXPECT_EQ(conforming(table, limit, access, source, start, 100), 100);
  EXPECT_FALSE(table.conforms(limit, access, source, start)) << "one past the burst";
  EXPECT_FALSE(table.conforms(limit, access, source, start + 19ms));
  EXPECT_EQ(conforming(table, limit, access, source, start + 20ms, 5), 1);
  EXPECT_EQ(conforming(table, limit, access, source, start + 1h, 500), 100);
}

TEST(SourceTable, OddRatesKeepTheirBurstExact) {
  for (Rate rate : {Rate{3, 1s, 7}, Rate{700'000, 1s, 9}, Rate{3'000'000, 1s, 5}, Rate{1, 1h, 1}}) {
    SourceTable table(64, key);
    EXPECT_EQ(conforming(table, Gcra::of(rate), access, address("192.0.2.1"), start, 50), int(rate.burst));
  }
}

TEST(SourceTable, RealmsAreApart) {
  SourceTable table(1024, key);
  Gcra limit = Gcra::of({1, 1s, 1});
  EXPECT_TRUE(table.conforms(limit, access, address("10.0.0.1"), start));
  EXPECT_FALSE(table.conforms(limit, access, address("10.0.0.1"), start));
  EXPECT_TRUE(table.conforms(limit, core, address("10.0.0.1"), start));
}

TEST(SourceTable, Ipv6IsCountedPerSlash64) {
  SourceTable table(1024, key);
  Gcra limit = Gcra::of({1, 1s, 1});
  EXPECT_TRUE(table.conforms(limit, access, address("2001:db8:0:1::1"), start));
  EXPECT_FALSE(table.conforms(limit, access, address("2001:db8:0:1:ffff::9"), start)) << "same /64";
  EXPECT_TRUE(table.conforms(limit, access, address("2001:db8:0:2::1"), start));
}

TEST(SourceTable, Ipv4SourcesAreCountedOneByOne) {
  SourceTable table(1024, key);
  Gcra limit = Gcra::of({1, 1s, 1});
  EXPECT_TRUE(table.conforms(limit, access, address("10.0.0.1"), start));
  EXPECT_TRUE(table.conforms(limit, access, address("10.0.0.2"), start));
}

TEST(SourceTable, TenThousandSpoofedSourcesDoNotBlockANewcomer) {
  SourceTable table(256, key);
  Gcra limit = Gcra::of({50, 1s, 100});
  for (uint32_t i = 0; i < 10000; ++i) table.conforms(limit, access, IpAddress::v4(0x0a000000 + i), start);
  // Whichever bucket they fall to: a stranger's tag may meet theirs once in 16,384, hence "nearly all".
  int served = 0;
  for (uint32_t i = 0; i < 1000; ++i)
    served += table.conforms(limit, access, IpAddress::v4(0xc6336400 + i), start);
  EXPECT_GE(served, 999);
}

TEST(SourceTable, AFloodForgetsQuietSourcesBeforeAnOffender) {
  SourceTable table(4, key);  // one bucket
  Gcra limit = Gcra::of({50, 1s, 100});
  IpAddress offender = address("192.0.2.66");
  EXPECT_EQ(conforming(table, limit, access, offender, start, 1000), 100);
  for (uint32_t i = 0; i < 1000; ++i) table.conforms(limit, access, IpAddress::v4(0x0a000000 + i), start);
  EXPECT_FALSE(table.conforms(limit, access, offender, start)) << "still remembered";
}

TEST(SourceTable, ThreadsTogetherNeverPassTheBurst) {
  SourceTable table(4, key);
  Gcra limit = Gcra::of({1, 1h, 3000});
  std::atomic<int> passed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back(
        [&] { passed += conforming(table, limit, access, address("192.0.2.1"), start, 10000); });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(passed, 3000);
}

}  // namespace
}  // namespace sbc::meter
