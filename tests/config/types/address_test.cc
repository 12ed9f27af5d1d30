#include "config/types/address.h"

#include <random>
#include <string>

#include <arpa/inet.h>
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

/// As the C library reads it.
std::optional<IpAddress> parsed_by_libc(const std::string& text) {
  uint8_t quad[4];
  if (inet_pton(AF_INET, text.c_str(), quad) == 1) return IpAddress::v4(quad[0], quad[1], quad[2], quad[3]);
  IpAddress address;
  if (inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

/// As the C library writes it. It writes ::/96 as "::192.0.2.1", which RFC 5952 5 leaves to known prefixes.
std::string written_by_libc(const IpAddress& address) {
  char text[INET6_ADDRSTRLEN];
  bool v4 = address.is_v4();
  return inet_ntop(v4 ? AF_INET : AF_INET6, address.bytes.data() + (v4 ? 12 : 0), text, sizeof text);
}

TEST(IpAddress, ReadsAtTheEdgesWhatTheLibraryReads) {
  for (std::string text : {"0.0.0.0",
                           "255.255.255.255",
                           "256.0.0.0",
                           "1.2.3.999",
                           "01.2.3.4",
                           "1.2.3.04",
                           "1.2.3.00",
                           "1.2.3.0",
                           "1.2.3.",
                           ".1.2.3",
                           "1..2.3",
                           "1.2.3.4.",
                           "1.2.3.4.5",
                           "+1.2.3.4",
                           "1.2.3.-4",
                           "0x1.2.3.4",
                           " 1.2.3.4",
                           "1.2.3.4 ",
                           "1111.2.3.4",
                           "::",
                           ":::",
                           "::1",
                           "1::",
                           ":1",
                           "1:",
                           "1:2:3:4:5:6:7:8",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "1:2:3:4:5:6:7::",
                           "::2:3:4:5:6:7:8",
                           "1:2:3:4::5:6:7:8",
                           "1::2::3",
                           "::1::",
                           "1:::2",
                           "12345::",
                           "::fffff",
                           "::ffff:192.0.2.1",
                           "::192.0.2.1",
                           "::ffff:192.0.2.1:1",
                           "::192.0.2",
                           "::ffff:1.2.3.256",
                           "1:2:3:4:5:6:192.0.2.1",
                           "1:2:3:4:5:6:7:192.0.2.1",
                           "1:2:3:4:5:192.0.2.1",
                           "::1:2:3:4:5:192.0.2.1",
                           "::1:2:3:4:5:6:192.0.2.1",
                           "2001:DB8::A",
                           "2001:db8::g",
                           "fe80::1%1",
                           "[::1]",
                           "0000:0000:0000:0000:0000:ffff:255.255.255.255",
                           "00000::",
                           "::1 ",
                           "1.2.3.4:5",
                           "192.0.2.1::"}) {
    EXPECT_EQ(IpAddress::parse(text), parsed_by_libc(text)) << text;
  }
  using namespace std::literals;
  EXPECT_FALSE(IpAddress::parse("192.0.2.1\0x"sv) || IpAddress::parse("::1\0x"sv));
}

TEST(IpAddress, ReadsRandomTextAsTheLibraryDoes) {
  std::mt19937 random(1);
  const std::string digits = "0123456789", hex = "0123456789aAfF";
  int read = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string text;
    bool quad = random() % 2;
    size_t groups = quad ? 3 + random() % 3 : 1 + random() % 9;
    for (size_t group = 0; group < groups; ++group) {
      if (group > 0 || random() % 8 == 0) text += quad ? "." : random() % 4 ? ":" : "::";
      size_t count = random() % 16 ? 1 + random() % (quad ? 3 : 4) : random() % 6;
      for (size_t n = 0; n < count; ++n) text += quad ? digits[random() % 10] : hex[random() % hex.size()];
    }
    if (random() % 8 == 0) text += quad ? "." : random() % 2 ? "::" : ":192.0.2.1";
    auto address = IpAddress::parse(text);
    ASSERT_EQ(address, parsed_by_libc(text)) << text;
    read += address.has_value();
  }
  EXPECT_GT(read, 20'000);  // the texts are neither all good nor all bad
  EXPECT_LT(read, 180'000);
}

TEST(IpAddress, WritesAsTheLibraryDoes) {
  std::mt19937 random(2);
  for (int i = 0; i < 100'000; ++i) {
    IpAddress address;
    bool quad = i % 2;
    if (quad) address = IpAddress::v4(uint32_t(random()) >> random() % 25);
    unsigned kept = unsigned(random());
    for (size_t byte = 0; !quad && byte < 16; ++byte) {
      if (kept >> byte / 2 & 1) address.bytes[byte] = uint8_t(random() >> random() % 9);
    }
    if (!quad && Prefix::of({}, 96).contains(address)) continue;
    ASSERT_EQ(address.text(), written_by_libc(address));
    ASSERT_EQ(IpAddress::parse(address.text()), address);
  }
  EXPECT_EQ(IpAddress{}.text(), "::");
  EXPECT_EQ(IpAddress::parse("::1")->text(), "::1");
  EXPECT_EQ(IpAddress::parse("1:0:0:2::3")->text(), "1:0:0:2::3");         // RFC 5952 4.2.3: the longest run
  EXPECT_EQ(IpAddress::parse("1:0:0:2:3:0:0:4")->text(), "1::2:3:0:0:4");  // the first of two
  EXPECT_EQ(IpAddress::parse("1:0:2:3:4:5:6:7")->text(), "1:0:2:3:4:5:6:7");  // 4.2.2: not for one group
  EXPECT_EQ(std::string_view(AddressText(*IpAddress::parse("1111:2222:3333:4444:5555:6666:7777:8888"))),
            "1111:2222:3333:4444:5555:6666:7777:8888");
  EXPECT_EQ(std::string_view(AddressText(IpAddress::v4(255, 255, 255, 255))), "255.255.255.255");
}

TEST(IpAddress, IsOrderedByItsBytes) {
  std::mt19937 random(5);
  for (int i = 0; i < 10'000; ++i) {
    IpAddress a, b;
    // Few values, so that the first bytes are often equal.
    for (size_t at = 0; at < a.bytes.size(); ++at) {
      a.bytes[at] = uint8_t(random() % 2 * 255);
      b.bytes[at] = random() % 8 ? a.bytes[at] : uint8_t(random());
    }
    ASSERT_EQ(a <=> b, a.bytes <=> b.bytes) << a.text() << ' ' << b.text();
    ASSERT_EQ(a == b, a.bytes == b.bytes);
  }
}

TEST(Prefix, OfEachLengthEndsAtItsBit) {
  std::mt19937 random(6);
  for (int length = 0; length <= 128; ++length) {
    IpAddress address;
    for (uint8_t& byte : address.bytes) byte = uint8_t(random());
    if (address.is_v4()) continue;
    const Prefix prefix = Prefix::of(address, uint8_t(length));
    for (int bit = 0; bit < 128; ++bit) {
      IpAddress other = address;
      other.bytes[size_t(bit / 8)] ^= uint8_t(0x80 >> bit % 8);
      ASSERT_EQ(prefix.contains(other), bit >= length) << length << ' ' << bit;
    }
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
