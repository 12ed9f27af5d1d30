#include "policy/access/prefix_map.h"

#include <random>

#include <gtest/gtest.h>

namespace sbc::policy {
namespace {

using Map = PrefixMap<int>;

Prefix prefix(std::string_view text) {
  auto parsed = Prefix::parse(text);
  EXPECT_TRUE(parsed) << text;
  return *parsed;
}

IpAddress address(std::string_view text) {
  auto parsed = IpAddress::parse(text);
  EXPECT_TRUE(parsed) << text;
  return *parsed;
}

int value_at(const Map& map, std::string_view text) {
  const int* value = map.find(address(text));
  return value ? *value : -1;
}

TEST(PrefixMap, TheLongestPrefixWins) {
  Map map({{prefix("10.0.0.0/8"), 1}, {prefix("10.1.0.0/16"), 2}, {prefix("10.1.2.3"), 3}});
  EXPECT_EQ(value_at(map, "10.0.0.1"), 1);
  EXPECT_EQ(value_at(map, "10.1.0.0"), 2);
  EXPECT_EQ(value_at(map, "10.1.2.3"), 3);
  EXPECT_EQ(value_at(map, "10.1.2.4"), 2);
  EXPECT_EQ(value_at(map, "10.1.255.255"), 2);
  EXPECT_EQ(value_at(map, "10.2.0.0"), 1);
  EXPECT_EQ(value_at(map, "10.255.255.255"), 1);
}

TEST(PrefixMap, FindsNothingOutsideItsPrefixes) {
  Map map({{prefix("10.0.0.0/8"), 1}});
  EXPECT_EQ(value_at(map, "9.255.255.255"), -1);
  EXPECT_EQ(value_at(map, "11.0.0.0"), -1);
  EXPECT_EQ(value_at(map, "2001:db8::1"), -1);
  EXPECT_EQ(value_at(Map{}, "10.0.0.1"), -1);
}

TEST(PrefixMap, OfEqualPrefixesTheLaterCounts) {
  Map map({{prefix("10.0.0.0/8"), 1}, {prefix("10.0.0.0/8"), 2}});
  EXPECT_EQ(value_at(map, "10.0.0.1"), 2);
}

TEST(PrefixMap, TheLastAddressOfEachFamilyIsInside) {
  Map map({{prefix("255.255.255.255"), 4}, {prefix("ffff::/16"), 6}});
  EXPECT_EQ(value_at(map, "255.255.255.255"), 4);
  EXPECT_EQ(value_at(map, "255.255.255.254"), -1);
  EXPECT_EQ(value_at(map, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), 6);
}

TEST(PrefixMap, EverythingInIpv6IsNotIpv4) {
  Map map({{prefix("::/0"), 6}});
  EXPECT_EQ(value_at(map, "2001:db8::1"), 6);
  EXPECT_EQ(value_at(map, "::1"), 6);
  EXPECT_EQ(value_at(map, "192.0.2.1"), -1);
  Map both({{prefix("::/0"), 6}, {prefix("0.0.0.0/0"), 4}});
  EXPECT_EQ(value_at(both, "192.0.2.1"), 4);
  EXPECT_EQ(value_at(both, "::1:0:0:0"), 6);
}

int brute_force(const std::vector<Map::Entry>& entries, const IpAddress& candidate) {
  int best = -1;
  int longest = -1;
  for (const Map::Entry& entry : entries) {
    bool families_differ = candidate.is_v4() && entry.prefix.length < 96;
    if (families_differ || !entry.prefix.contains(candidate) || entry.prefix.length < longest) continue;
    longest = entry.prefix.length;
    best = entry.value;
  }
  return best;
}

TEST(PrefixMap, AgreesWithBruteForceOnRandomPrefixes) {
  std::mt19937_64 dice(20261122);
  auto draw = [&](uint32_t bound) { return uint32_t(dice() % bound); };
  // Few distinct bits, so that prefixes nest, repeat and touch.
  auto random_address = [&] {
    if (draw(2) == 0) return IpAddress::v4(uint32_t(0x0a000000u | (draw(4) << 22) | draw(16)));
    IpAddress result;
    result.bytes = {0x20, 0x01, uint8_t(draw(3)), 0};
    result.bytes[15] = uint8_t(draw(16));
    if (draw(8) == 0) result.bytes.fill(0xff);
    return result;
  };
  for (int round = 0; round < 300; ++round) {
    std::vector<Map::Entry> entries;
    uint32_t count = 1 + draw(40);
    for (uint32_t i = 0; i < count; ++i) {
      IpAddress base = random_address();
      entries.push_back({Prefix::of(base, uint8_t(draw(base.is_v4() ? 33 : 129))), int(i)});
    }
    Map map(entries);
    for (int probe = 0; probe < 60; ++probe) {
      IpAddress candidate = random_address();
      if (draw(2) == 0) {  // the edges of a prefix, where a sweep goes wrong first
        const Prefix& edge = entries[draw(count)].prefix;
        candidate = draw(2) ? edge.first() : edge.last();
      }
      const int* found = map.find(candidate);
      ASSERT_EQ(found ? *found : -1, brute_force(entries, candidate))
          << "round " << round << ' ' << candidate.text();
    }
  }
}

}  // namespace
}  // namespace sbc::policy
