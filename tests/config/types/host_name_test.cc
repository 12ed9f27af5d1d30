// Host names: RFC 1123 2.1.
#include "config/types/host_name.h"

#include <gtest/gtest.h>

namespace sbc {
namespace {

TEST(HostName, IsReadInLowerCaseWithoutItsLastDot) {
  EXPECT_EQ(parse_host_name("SIP-1.Example.NET."), "sip-1.example.net");
  EXPECT_EQ(parse_host_name("localhost"), "localhost");
  EXPECT_EQ(parse_host_name("_sip._udp.3com.example"), "_sip._udp.3com.example");
}

TEST(HostName, RefusesWhatIsNone) {
  for (const char* text :
       {"", ".", "a..b", "-a.example", "a-.example", "a b", "a/b", "192.0.2.1", "1", "a.1"})
    EXPECT_FALSE(parse_host_name(text)) << text;
}

TEST(HostName, HasItsBounds) {
  const std::string label(63, 'a');
  EXPECT_TRUE(parse_host_name(label + ".example"));
  EXPECT_FALSE(parse_host_name(label + "a.example"));
  const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'b');
  ASSERT_EQ(longest.size(), host_name_max);
  EXPECT_TRUE(parse_host_name(longest));
  EXPECT_FALSE(parse_host_name(longest + "b"));
}

}  // namespace
}  // namespace sbc
