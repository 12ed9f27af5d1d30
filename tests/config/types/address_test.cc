#include "config/types/address.h"

#include <gtest/gtest.h>

namespace sbc {
namespace {

TEST(IpAddress, ReadsAndWritesBothFamilies) {
  EXPECT_EQ(IpAddress::parse("192.0.2.1")->text(), "192.0.2.1");
  EXPECT_EQ(IpAddress::parse("2001:DB8:0::1")->text(), "2001:db8::1");
  EXPECT_TRUE(IpAddress::parse("::ffff:192.0.2.1")->is_v4());
  for (auto bad : {"", "1.2.3", "1.2.3.256", "1.2.3.4 ", "[::1]", "fe80::1%eth0", "host"}) {
    EXPECT_FALSE(IpAddress::parse(bad)) << bad;
  }
}

TEST(Endpoint, NeedsBracketsAroundIpv6WithPort) {
  EXPECT_EQ(Endpoint::parse("192.0.2.1:5060")->text(), "192.0.2.1:5060");
  EXPECT_EQ(Endpoint::parse("[2001:db8::1]:5060")->text(), "[2001:db8::1]:5060");
  EXPECT_EQ(Endpoint::parse("192.0.2.1", 5060)->port, 5060);
  EXPECT_EQ(Endpoint::parse("2001:db8::1", 5060)->text(), "[2001:db8::1]:5060");
  for (auto bad :
       {"192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536", "[2001:db8::1]5060", "[192.0.2.1]:5060", "[::1"}) {
    EXPECT_FALSE(Endpoint::parse(bad)) << bad;
  }
}

TEST(Prefix, ContainsItsNetworkAndNothingElse) {
  Prefix prefix = *Prefix::parse("10.1.0.0/16");
  EXPECT_EQ(prefix.length, 112);
  EXPECT_TRUE(prefix.contains(*IpAddress::parse("10.1.255.255")));
  EXPECT_FALSE(prefix.contains(*IpAddress::parse("10.2.0.0")));
  EXPECT_EQ(prefix.last().text(), "10.1.255.255");
  EXPECT_EQ(prefix.text(), "10.1.0.0/16");
  EXPECT_EQ(Prefix::parse("2001:db8::/33")->text(), "2001:db8::/33");
  EXPECT_TRUE(Prefix::parse("0.0.0.0/0")->contains(*IpAddress::parse("1.2.3.4")));
  EXPECT_FALSE(Prefix::parse("0.0.0.0/0")->contains(*IpAddress::parse("2001:db8::1")));
  EXPECT_TRUE(Prefix::parse("::/0")->contains(*IpAddress::parse("2001:db8::1")));
  EXPECT_EQ(Prefix::parse("192.0.2.1")->length, 128);
  for (auto bad : {"10.1.0.1/16", "10.0.0.0/33", "2001:db8::/129", "10.0.0.0/"})
    EXPECT_FALSE(Prefix::parse(bad)) << bad;
}

TEST(MacAddress, RoundTrips) {
  EXPECT_EQ(MacAddress::parse("02:00:5e:10:00:ff")->text(), "02:00:5e:10:00:ff");
  for (auto bad : {"02:00:5e:10:00", "02-00-5e-10-00-ff", "0g:00:5e:10:00:ff"})
    EXPECT_FALSE(MacAddress::parse(bad)) << bad;
}

}  // namespace
}  // namespace sbc
