#include "dataplane/sdp/ice.h"

#include <string>

#include <gtest/gtest.h>

#include "dataplane/sdp/candidate.h"

namespace sbc::sdp {
namespace {

using namespace std::chrono_literals;

TEST(Ice, CredentialsHaveBoundsRfc8839Section5_4) {
  EXPECT_EQ(parse_ice_ufrag("8hhY"), "8hhY");
  EXPECT_EQ(parse_ice_ufrag("/Kn+"), "/Kn+");
  EXPECT_TRUE(parse_ice_ufrag(std::string(256, 'a')));
  EXPECT_FALSE(parse_ice_ufrag(std::string(257, 'a')));
  EXPECT_FALSE(parse_ice_ufrag("abc"));
  EXPECT_FALSE(parse_ice_ufrag("ab-d"));
  EXPECT_FALSE(parse_ice_ufrag("abcd efgh"));
  EXPECT_TRUE(parse_ice_pwd(std::string(22, 'a')));
  EXPECT_FALSE(parse_ice_pwd(std::string(21, 'a')));
  EXPECT_TRUE(parse_ice_pwd(std::string(256, 'a')));
  EXPECT_FALSE(parse_ice_pwd(std::string(257, 'a')));
}

TEST(Ice, OptionsAreWords) {
  EXPECT_TRUE(has_ice_option("trickle ice2", "ice2"));
  EXPECT_TRUE(has_ice_option("trickle", "trickle"));
  EXPECT_FALSE(has_ice_option("trickle2", "trickle"));
  EXPECT_FALSE(has_ice_option("", "trickle"));
}

TEST(Ice, PacingIsMilliseconds) {
  EXPECT_EQ(parse_ice_pacing("50"), 50ms);
  EXPECT_TRUE(parse_ice_pacing("9999999999"));
  for (const char* bad : {"", "x", "-1", "50 ms", "10000000000"}) EXPECT_FALSE(parse_ice_pacing(bad)) << bad;
}

TEST(Ice, RemoteCandidatesComeInThrees) {
  std::string_view rest = "1 192.0.2.3 45664 2 host.local 45665 ";
  auto first = take_remote_candidate(rest), second = take_remote_candidate(rest);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->component, 1);
  EXPECT_EQ(first->address, IpAddress::v4(192, 0, 2, 3));
  EXPECT_EQ(first->port, 45664);
  EXPECT_EQ(second->host, "host.local");
  EXPECT_TRUE(second->address.is_none());
  EXPECT_FALSE(take_remote_candidate(rest));
  EXPECT_EQ(rest, "");
  for (std::string_view bad :
       {"0 192.0.2.3 1", "257 192.0.2.3 1", "1 192.0.2.3", "1", "x 192.0.2.3 1", "1 192.0.2.3 65536"}) {
    std::string_view left = bad;
    EXPECT_FALSE(take_remote_candidate(left)) << bad;
    EXPECT_EQ(left, bad);
  }
}

TEST(Candidate, OfAHostRfc8839) {
  auto candidate =
      parse_candidate("1467250027 1 udp 2122260223 192.168.1.23 51372 typ host generation 0 network-id 1");
  ASSERT_TRUE(candidate);
  EXPECT_EQ(candidate->foundation, "1467250027");
  EXPECT_EQ(candidate->component, 1);
  EXPECT_EQ(candidate->transport, CandidateTransport::udp);
  EXPECT_EQ(candidate->priority, 2122260223u);
  EXPECT_EQ(candidate->address, IpAddress::v4(192, 168, 1, 23));
  EXPECT_EQ(candidate->port, 51372);
  EXPECT_EQ(candidate->type, CandidateType::host);
  EXPECT_EQ(candidate->related_host, "");
  EXPECT_FALSE(candidate->tcp_type);
  std::string_view rest = candidate->extensions;
  CandidateExtension extension;
  ASSERT_TRUE(take_extension(rest, extension) && take_extension(rest, extension));
  EXPECT_EQ(extension.name, "network-id");
  EXPECT_EQ(extension.value, "1");
  EXPECT_FALSE(take_extension(rest, extension));
}

TEST(Candidate, OfAReflexiveAddressARelayAndTcp) {
  auto reflexive = parse_candidate("1 2 UDP 1 2001:db8::9 0 typ srflx raddr 10.0.0.1 rport 8998");
  ASSERT_TRUE(reflexive);
  EXPECT_EQ(reflexive->type, CandidateType::server_reflexive);
  EXPECT_EQ(reflexive->address, *IpAddress::parse("2001:db8::9"));
  EXPECT_EQ(reflexive->related_address, IpAddress::v4(10, 0, 0, 1));
  EXPECT_EQ(reflexive->related_port, 8998);
  EXPECT_EQ(parse_candidate("1 1 UDP 1 a.local 9 typ prflx")->type, CandidateType::peer_reflexive);
  EXPECT_TRUE(parse_candidate("1 1 UDP 1 a.local 9 typ prflx")->address.is_none());
  EXPECT_EQ(parse_candidate("1 1 UDP 1 a.local 9 typ relay")->type, CandidateType::relayed);
  EXPECT_EQ(parse_candidate("1 1 UDP 1 a.local 9 typ new")->type, CandidateType::other);
  EXPECT_EQ(parse_candidate("1 1 tcp-act 1 192.0.2.1 9 typ host")->transport, CandidateTransport::other);
  EXPECT_EQ(parse_candidate("1 1 TCP 1 192.0.2.1 9 typ host tcptype active")->tcp_type, TcpType::active);
  EXPECT_EQ(parse_candidate("1 1 TCP 1 192.0.2.1 9 typ host tcptype passive")->tcp_type, TcpType::passive);
  EXPECT_EQ(parse_candidate("1 1 TCP 1 192.0.2.1 9 typ host tcptype so")->tcp_type,
            TcpType::simultaneous_open);
}

TEST(Candidate, NumbersAndWordsAreBounded) {
  EXPECT_TRUE(parse_candidate(std::string(32, 'f') + " 256 UDP 2147483647 h 65535 typ host"));
  for (const std::string& bad : {std::string(33, 'f') + " 1 UDP 1 h 1 typ host",
                                 std::string("f-1 1 UDP 1 h 1 typ host"),
                                 std::string("f 0 UDP 1 h 1 typ host"),
                                 std::string("f 257 UDP 1 h 1 typ host"),
                                 std::string("f 1 UDP 0 h 1 typ host"),
                                 std::string("f 1 UDP 2147483648 h 1 typ host"),
                                 std::string("f 1 UDP 1 h 65536 typ host"),
                                 std::string("f 1 UDP 1 h 1 type host"),
                                 std::string("f 1 UDP 1 h 1 typ"),
                                 std::string("f 1 UDP 1 h 1"),
                                 std::string("f 1 UDP"),
                                 std::string(),
                                 std::string("f 1 U/DP 1 h 1 typ host"),
                                 std::string("f 1 UDP 1 h 1 typ host raddr"),
                                 std::string("f 1 UDP 1 h 1 typ host rport"),
                                 std::string("f 1 UDP 1 h 1 typ host rport 65536"),
                                 std::string("f 1 UDP 1 h 1 typ host rport 0 rport 0"),
                                 std::string("f 1 UDP 1 h 1 typ host raddr a raddr a"),
                                 std::string("f 1 TCP 1 h 1 typ host tcptype none"),
                                 std::string("f 1 TCP 1 h 1 typ host tcptype so tcptype so")}) {
    EXPECT_FALSE(parse_candidate(bad)) << bad;
  }
}

}  // namespace
}  // namespace sbc::sdp
