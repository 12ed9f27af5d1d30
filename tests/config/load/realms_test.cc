// Ports and realms: what makes a network that cannot work.
#include <gtest/gtest.h>

#include "tests/config/load/sample.h"

namespace sbc::config {
namespace {

TEST(Ports, NeedAUniqueNameAndDevice) {
  EXPECT_EQ(problem_of(with("name: core0", "name: access0")),
            "sbc.yaml:3: ports[access0].name: 'access0' – this name is already taken in line 2\n"
            "sbc.yaml:11: realms[core].port: 'core0' – there is no such name; ports: access0");
  EXPECT_EQ(problem_of(with("veth-c", "veth-a")),
            "sbc.yaml:3: ports[core0].device: 'veth-a' – port 'access0' has this device already");
  EXPECT_EQ(problem_of(with("name: core0, device: veth-c", "name: core0")),
            "sbc.yaml:3: ports[core0]: missing – a port needs the device it drives: an interface, a PCI "
            "address or a "
            "pcap file");
}

TEST(Ports, HoldTheDeviceToItsDriver) {
  EXPECT_EQ(problem_of(with("device: veth-c", "driver: pci, device: veth-c")),
            "sbc.yaml:3: ports[core0].device: 'veth-c' – must be a PCI address, as in 0000:03:00.0");
  EXPECT_EQ(problem_of(with("device: veth-c", "driver: pci, device: \"0000:03:00.0\"")), "");
  EXPECT_EQ(problem_of(with("device: veth-c", "driver: pci, device: \"03:00.0\"")), "");
  EXPECT_NE(problem_of(with("device: veth-c", "device: an-interface-name")), "");
  EXPECT_NE(problem_of(with("device: veth-c", "device: \"veth-c,qpairs=4\"")), "");
  EXPECT_EQ(problem_of(with(", device: veth-c", ", driver: ring")), "");
}

TEST(Realms, NeedTheirKeys) {
  EXPECT_EQ(problem_of(with("  - name: core\n    port: core0\n    vlan: 7\n    addresses: [203.0.113.1/24]\n"
                            "    gateway: 203.0.113.254\n    sip: [203.0.113.1:5060]\n",
                            "  - name: core\n")),
            "sbc.yaml:10: realms[core].port: missing – a realm needs the name of its port\n"
            "sbc.yaml:10: realms[core].addresses: missing – a realm needs at least one address\n"
            "sbc.yaml:10: realms[core].sip: missing – a realm needs at least one SIP listener, as in "
            "192.0.2.1:5060");
}

TEST(Realms, RefuseAddressesThatNoHostCanHave) {
  for (auto [address, why] : std::initializer_list<std::pair<const char*, const char*>>{
           {"203.0.113.0/24", "the network itself"},
           {"203.0.113.255/24", "broadcast address"},
           {"224.0.0.5/24", "multicast"},
           {"127.0.0.1/8", "loopback"},
           {"0.0.0.0/0", "no address of a host"},
           {"203.0.113.1", "must be an address with its network's length"},
           {"203.0.113.1/33", "must be an address with its network's length"},
           {"203.0.113.1/-1", "must be an address with its network's length"},
           {"\"2001:db8::1/129\"", "must be an address with its network's length"},
           {"core.example.net/24", "must be an address with its network's length"}}) {
    std::string problem =
        problem_of(with("addresses: [203.0.113.1/24]", std::string("addresses: [") + address + "]"));
    EXPECT_NE(problem.find(why), std::string::npos) << address << ": " << problem;
    EXPECT_EQ(problem.find('\n'), std::string::npos) << "one mistake, several problems: " << problem;
  }
  EXPECT_EQ(problem_of(with("203.0.113.1/24]", "203.0.113.1/24, 203.0.113.1/25]")),
            "sbc.yaml:13: realms[core].addresses: '203.0.113.1/25' – this address is listed twice");
}

TEST(Realms, TakeBothAddressesOfAPointToPointNetwork) {  // RFC 3021
  std::string text = with("addresses: [203.0.113.1/24]", "addresses: [203.0.113.254/31]");
  text = with("gateway: 203.0.113.254", "gateway: 203.0.113.255", text);
  text = with("sip: [203.0.113.1:5060]", "sip: [203.0.113.254]", text);
  EXPECT_EQ(problem_of(text), "");
}

TEST(Realms, NeedAGatewayOnAConnectedNetwork) {
  EXPECT_EQ(problem_of(with("gateway: 203.0.113.254", "gateway: 203.0.113.1")),
            "sbc.yaml:14: realms[core].gateway: '203.0.113.1' – this is the realm's own address");
  EXPECT_EQ(problem_of(with("gateway: 203.0.113.254", "gateway: [203.0.113.254, 203.0.113.253]")),
            "sbc.yaml:14: realms[core].gateway: '203.0.113.253' – there can be one gateway per family");
  EXPECT_EQ(problem_of(with("gateway: 203.0.113.254", "gateway: [203.0.113.254, \"fe80::1\"]")), "");
  EXPECT_EQ(problems_of(with("gateway: 203.0.113.254", "gateway: nowhere")).size(), 1u);
}

TEST(Realms, MayShareAPortOnlyOnDifferentVlans) {
  EXPECT_EQ(problem_of(with("port: core0\n    vlan: 7", "port: access0")),
            "sbc.yaml:10: realms[core]: 'untagged' – realm 'access' has port 'access0' with this VLAN "
            "already; give "
            "each realm its own");
  EXPECT_EQ(problem_of(with("port: core0", "port: access0")), "");
}

TEST(Realms, MayReuseEachOthersAddresses) {
  std::string text = with("addresses: [203.0.113.1/24]", "addresses: [198.51.100.1/24]");
  text = with("gateway: 203.0.113.254", "gateway: 198.51.100.254", text);
  text = with("sip: [203.0.113.1:5060]", "sip: [198.51.100.1:5060]", text);
  EXPECT_EQ(problem_of(text), "");
}

TEST(Realms, ListenOnTheirOwnAddresses) {
  EXPECT_EQ(problem_of(with("sip: [203.0.113.1:5060]", "sip: [203.0.113.1, 203.0.113.1:5060]")),
            "sbc.yaml:15: realms[core].sip: '203.0.113.1:5060' – this listener is listed twice");
  EXPECT_NE(problem_of(with("sip: [203.0.113.1:5060]", "sip: [203.0.113.1:99999]")), "");
  EXPECT_NE(problem_of(with("sip: [203.0.113.1:5060]", "sip: []")), "");
}

TEST(Realms, KeepListenersOutOfTheMediaRangeOfTheSameAddress) {
  EXPECT_EQ(
      problem_of(with("sip: [\"198.51.100.1:5060\"]", "sip: [\"198.51.100.1:20000\"]")),
      "sbc.yaml:8: realms[access].sip: '198.51.100.1:20000' – the port is inside this address's media range, "
      "20000-29999");
  EXPECT_NE(problem_of(with("sip: [\"198.51.100.1:5060\"]", "sip: [\"198.51.100.1:29999\"]")), "");
  EXPECT_EQ(problem_of(with("sip: [\"198.51.100.1:5060\"]", "sip: [\"198.51.100.1:30000\"]")), "");
  std::string elsewhere = with("sip: [\"198.51.100.1:5060\"]", "sip: [\"198.51.100.1:20000\"]");
  EXPECT_EQ(problem_of(with("{ports: 20000-29999}", "{ports: 20000-29999, addresses: \"2001:db8:a::1\"}",
                            elsewhere)),
            "");
}

TEST(Realms, TakeMediaPortsInPairs) {
  for (auto [ports, why] : std::initializer_list<std::pair<const char*, const char*>>{
           {"20001-30000", "the first port must be even"},
           {"20000-30000", "the last port must be odd"},
           {"30000-29999", "the first port must be below the last"},
           {"1022-29999", "must be a whole number, 1024..65535"},
           {"20000-65536", "must be a whole number, 1024..65535"},
           {"20000", "two ports with a dash between"},
           {"20000-", "must be a whole number"},
           {"a-b", "must be a whole number"}}) {
    std::string problem = problem_of(with("20000-29999", ports));
    EXPECT_NE(problem.find(why), std::string::npos) << ports << ": " << problem;
  }
  EXPECT_EQ(problem_of(with("20000-29999", "1024-65535")),
            "sbc.yaml:8: realms[access].sip: '198.51.100.1:5060' – the "
            "port is inside this address's media range, 1024-65535");
  EXPECT_EQ(problem_of(with("20000-29999", "20000-20001")), "");
}

TEST(Realms, AnchorMediaOnTheirOwnAddresses) {
  EXPECT_EQ(problem_of(with("{ports: 20000-29999}", "{addresses: [198.51.100.9]}")),
            "sbc.yaml:9: realms[access].media.addresses: '198.51.100.9' – must be an address of this realm, "
            "which has: "
            "198.51.100.1, 2001:db8:a::1");
  EXPECT_NE(problem_of(with("{ports: 20000-29999}", "{addresses: [198.51.100.1, 198.51.100.1]}")), "");
}

TEST(Realms, NeedRoomForIpv6) {  // RFC 8200 section 5
  EXPECT_EQ(problem_of(with("device: veth-a", "device: veth-a, mtu: 1279")),
            "sbc.yaml:7: realms[access].addresses: '2001:db8:a::1' – IPv6 needs a port with an mtu of at "
            "least 1280 "
            "(RFC 8200 section 5); it is 1279");
  EXPECT_EQ(problem_of(with("device: veth-c", "device: veth-c, mtu: 576")), "");
}

TEST(Realms, SayWhoMayTransfer) {
  EXPECT_EQ(problem_of(with("vlan: 7", "vlan: 7\n    transfer: everybody")), "");
  EXPECT_NE(problem_of(with("vlan: 7", "vlan: 7\n    transfer: all")).find("trusted, everybody"),
            std::string::npos);
}

TEST(Realms, SayWhatBecomesOfARefer) {
  EXPECT_EQ(problem_of(with("vlan: 7", "vlan: 7\n    refer: carry_out")), "");
  EXPECT_NE(problem_of(with("vlan: 7", "vlan: 7\n    refer: no")).find("pass, carry_out"), std::string::npos);
}

TEST(Realms, AreAtMostSixtyFour) {
  auto realms = [](unsigned count) {
    std::string text = "ports: [{name: p, device: veth}]\nrealms:\n";
    for (unsigned i = 0; i < count; ++i) {
      text += "  - {name: r" + std::to_string(i) + ", port: p, vlan: " + std::to_string(i) +
              ", addresses: 192.0.2.1/24, sip: 192.0.2.1}\n";
    }
    return text;
  };
  EXPECT_EQ(problem_of(realms(realms_max)), "");
  EXPECT_EQ(problem_of(realms(realms_max + 1)), "sbc.yaml:2: realms: a list – there can be 64 realms");
}

TEST(Names, AreShortAndPlain) {
  for (auto bad : {"\"\"", "\"a b\"", "a.b", "a/b", "\"a[b]\""}) {
    EXPECT_NE(problem_of(with("  - name: out", std::string("  - name: ") + bad)).find("a name has 1..47"),
              std::string::npos)
        << bad;
  }
  EXPECT_EQ(problem_of(with("  - name: out", "  - name: " + std::string(47, 'n'))), "");
  EXPECT_NE(problem_of(with("  - name: out", "  - name: " + std::string(48, 'n'))), "");
  EXPECT_EQ(problem_of(with("  - name: out\n    from", "  - from")),
            "sbc.yaml:21: routes[#1]: missing – every entry needs a name");
}

}  // namespace
}  // namespace sbc::config
