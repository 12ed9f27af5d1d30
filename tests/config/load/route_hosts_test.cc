// Hosts that a route asks for.
#include <gtest/gtest.h>

#include "tests/config/load/sample.h"

namespace sbc::config {
namespace {

std::string with_host(const std::string& host) {
  return with("    from: access\n", "    from: access\n    host: " + host + "\n");
}

TEST(RouteHosts, AreNamesOrAddresses) {
  LoadResult result = load_text(
      with("    from: access\n",
           "    host: SIP.Example.net.\n    from_host: 192.0.2.9\n    to_host: \"[2001:DB8:0::9]\"\n"),
      "sbc.yaml");
  ASSERT_TRUE(result);
  const Route& route = result.model->routes[0];
  EXPECT_EQ(route.host, (HostMatch{"sip.example.net", {}}));
  EXPECT_EQ(route.from_host, (HostMatch{{}, *IpAddress::parse("192.0.2.9")}));
  EXPECT_EQ(route.to_host, (HostMatch{{}, *IpAddress::parse("2001:db8::9")}));
  EXPECT_EQ(route.to_host.text(), "[2001:db8::9]");
}

TEST(RouteHosts, OfARouteThatHasNoneAreEmpty) {
  const LoadResult result = load_text(sample, "sbc.yaml");
  const Route& route = result.model->routes[0];
  EXPECT_TRUE(route.host.empty() && route.from_host.empty() && route.to_host.empty());
}

TEST(RouteHosts, HaveNoPortAndAreNothingElse) {
  EXPECT_EQ(
      problem_of(with_host("a.example:5060")),
      "sbc.yaml:23: routes[out].host: 'a.example:5060' – must be a host without a port: a name of up to "
      "253 characters, as in sip.example.net, or an address, as in 192.0.2.9 or \"[2001:db8::9]\"");
  for (const char* bad :
       {"\"\"", "192.0.2.9:5060", "\"[2001:db8::9]:5060\"", "\"2001:db8::9\"", "\"[192.0.2.9]\"",
        "\"[2001:db8::9\"", "\"[]\"", "\"[::]\"", "192.0.2.300", "sip:a.example", "1@a.example",
        "\"a example\"", "a..example", "-a.example", "\"*.example\""})
    EXPECT_NE(problem_of(with_host(bad)).find("must be a host without a port"), std::string::npos) << bad;
  EXPECT_NE(problem_of(with_host("[a.example, b.example]")), "");
  for (const char* key : {"from_host", "to_host"})
    EXPECT_NE(problem_of(with("    from: access\n", "    " + std::string(key) + ": a b\n"))
                  .find("routes[out]." + std::string(key) + ": 'a b' – must be a host"),
              std::string::npos)
        << key;
}

TEST(RouteHosts, AreAsLongAsHostNamesCanBe) {
  const std::string label(62, 'a');
  const std::string longest = label + "." + label + "." + label + "." + label + ".e";
  ASSERT_EQ(longest.size(), 253u);
  EXPECT_EQ(problem_of(with_host(longest)), "");
  EXPECT_NE(problem_of(with_host(longest + "e")), "");
}

TEST(RouteHosts, AreTheSameHoweverTheyAreWritten) {
  const std::string first = "  - {name: again, from: access, host: \"[2001:db8::9]\", trunks: core}\n";
  EXPECT_EQ(problem_of(with("access:\n", first + "  - {name: third, from: access, host: \"[2001:DB8:0::9]\", "
                                                 "trunks: core}\naccess:\n")),
            "sbc.yaml:25: routes[third]: '' – route 'again' takes the same calls, so this one is never used");
  EXPECT_EQ(problem_of(with("access:\n", first + "  - {name: third, from: access, host: \"[2001:db8::8]\", "
                                                 "trunks: core}\naccess:\n")),
            "");
}

}  // namespace
}  // namespace sbc::config
