// The values of lines other than a= and m=, and the attributes of RTCP, SCTP and preconditions.
#include <gtest/gtest.h>

#include "dataplane/sdp/bandwidth.h"
#include "dataplane/sdp/contact.h"
#include "dataplane/sdp/origin.h"
#include "dataplane/sdp/precondition.h"
#include "dataplane/sdp/rtcp.h"
#include "dataplane/sdp/sctp.h"
#include "dataplane/sdp/timing.h"

namespace sbc::sdp {
namespace {

TEST(Origin, IsSixWordsTheFirstPerhapsWithBlanks) {
  auto origin = parse_origin("My Phone 2890844526 2890842807 IN IP4 192.0.2.5 ");
  ASSERT_TRUE(origin);
  EXPECT_EQ(origin->username, "My Phone");
  EXPECT_EQ(origin->session_id, "2890844526");
  EXPECT_EQ(origin->version, "2890842807");
  EXPECT_EQ(origin->network, "IN");
  EXPECT_EQ(origin->family, "IP4");
  EXPECT_EQ(origin->address, "192.0.2.5");
  EXPECT_EQ(version_number(*origin), 2890842807u);
  EXPECT_EQ(version_number(*parse_origin("- 1 18446744073709551615 IN IP4 a")), 18446744073709551615u);
  EXPECT_EQ(version_number(*parse_origin("- 1 18446744073709551616 IN IP4 a")), std::nullopt);
  EXPECT_EQ(version_number(*parse_origin("- 1 1a IN IP4 a")), std::nullopt);
  for (const char* value :
       {"", " ", "1 1 IN IP4 a", " - 1 1 IN IP4 a ", "- 1 1 IN IP4", "a  b 1 1 IN IP4 h"}) {
    EXPECT_EQ(is_origin(value), parse_origin(value).has_value()) << value;
  }
}

TEST(Connection, HasTtlAndCountOfGroups) {
  auto group = parse_connection("IN IP4 233.252.0.1/127/3");
  ASSERT_TRUE(group);
  EXPECT_EQ(group->host, "233.252.0.1");
  EXPECT_EQ(group->ttl, 127);
  EXPECT_EQ(group->count, 3);
  EXPECT_EQ(parse_connection("IN IP4 233.252.0.1/255")->count, 1);
  EXPECT_EQ(parse_connection("IN IP6 ff15::101/65535")->count, 65535);
  EXPECT_EQ(parse_connection("IN IP4 media.example.com")->host, "media.example.com");
  for (const char* bad : {"IN IP4 233.252.0.1/256", "IN IP4 233.252.0.1/1/0", "IN IP6 ff15::101/0",
                          "IN IP6 ff15::101/1/1", "IN IP6 ff15::101/65536", "IN IP4 233.252.0.1/"}) {
    EXPECT_FALSE(parse_connection(bad)) << bad;
  }
}

// The short cut for the usual form takes what the whole reader takes
TEST(Connection, UsualFormIsReadAlikeByBoth) {
  for (const char* value :
       {"IN IP4 192.0.2.1", "IN IP4 0.0.0.0", "IN IP4 192.0.2.1 ", "IN IP4  192.0.2.1", "IN IP4 192.0.2.1/1",
        "IN IP4 ::1", "IN IP6 192.0.2.1", "IN IP4 h", "IN IP4 ", "IN IP4 192.0.2.01"}) {
    auto usual = usual_connection(value);
    auto whole = parse_connection(value);
    EXPECT_TRUE(!usual || (whole && whole->address == *usual)) << value;
  }
  EXPECT_EQ(usual_connection("IN IP4 192.0.2.1"), IpAddress::v4(192, 0, 2, 1));
  EXPECT_FALSE(usual_connection("IN IP4 192.0.2.1 "));
}

TEST(Rtcp, IsAPortAndPerhapsAnAddressRfc3605) {
  EXPECT_EQ(parse_rtcp("53020")->port, 53020);
  EXPECT_FALSE(parse_rtcp("53020")->connection);
  EXPECT_EQ(parse_rtcp("9 IN IP6 2001:db8::1")->connection->address, *IpAddress::parse("2001:db8::1"));
  EXPECT_TRUE(parse_rtcp("9 IN IP4 0.0.0.0")->connection->unspecified);
  EXPECT_EQ(parse_rtcp("9 IN IP4 host.example")->connection->host, "host.example");
  for (const char* bad : {"", "x", "65536", "9 IN", "9 IN IP4", "9 IN IP4 ::1", "9 IN IP4 192.0.2.1 x",
                          "9 IN IP4 233.252.0.1/127", "9 IN IP6 ff15::1/2"}) {
    EXPECT_FALSE(parse_rtcp(bad)) << bad;
  }
  EXPECT_EQ(rtcp_port_of("9 whatever"), 9);
  EXPECT_FALSE(rtcp_port_of("65536"));
}

TEST(Bandwidth, IsATypeAndAFigure) {
  EXPECT_EQ(parse_bandwidth("AS:64")->type, BandwidthType::application_specific);
  EXPECT_EQ(parse_bandwidth("AS:64")->figure, 64u);
  EXPECT_EQ(parse_bandwidth("CT:0")->type, BandwidthType::conference_total);
  EXPECT_EQ(parse_bandwidth("TIAS:64000")->type, BandwidthType::transport_independent);
  EXPECT_EQ(parse_bandwidth("RS:600")->type, BandwidthType::rtcp_senders);
  EXPECT_EQ(parse_bandwidth("RR:2000")->type, BandwidthType::rtcp_receivers);
  EXPECT_EQ(parse_bandwidth("X-YZ:128")->type, BandwidthType::other);
  EXPECT_EQ(parse_bandwidth("X-YZ:128")->type_text, "X-YZ");
  EXPECT_TRUE(parse_bandwidth("AS:18446744073709551615"));
  for (const char* bad : {"", "AS", "AS:", ":64", "AS:-1", "AS:6 4", "AS:18446744073709551616", "A S:64"}) {
    EXPECT_FALSE(parse_bandwidth(bad)) << bad;
  }
}

TEST(Timing, IsTwoTimes) {
  EXPECT_EQ(parse_timing("3724394400 3724398000")->stop, 3724398000u);
  EXPECT_EQ(parse_timing("0 0")->start, 0u);
  for (const char* bad : {"", "0", "0 x", "0 0 0", "-1 0", "18446744073709551616 0"})
    EXPECT_FALSE(parse_timing(bad)) << bad;
}

TEST(Repeat, IsIntervalDurationAndOffsets) {
  auto repeat = parse_repeat("7d 1h 0 25h");
  ASSERT_TRUE(repeat);
  EXPECT_EQ(repeat->interval, 604800u);
  EXPECT_EQ(repeat->duration, 3600u);
  std::string_view rest = repeat->offsets;
  EXPECT_EQ(take_offset(rest), 0);
  EXPECT_EQ(take_offset(rest), 90000);
  EXPECT_FALSE(take_offset(rest));
  EXPECT_EQ(parse_repeat("604800 60m 5s")->duration, 3600u);
  EXPECT_TRUE(parse_repeat("999999999999 1 0"));
  for (const char* bad : {"", "7d", "7d 1h", "7d 1h x", "0 1h 0", "-7d 1h 0", "7w 1h 0", "d 1h 0",
                          "1000000000000 1 0", "11574075d 1 0", "7d 1h 0 -"}) {
    EXPECT_FALSE(parse_repeat(bad)) << bad;
  }
}

TEST(ZoneAdjustment, ComesInPairs) {
  std::string_view rest = "2882844526 -1h 2898848070 0";
  auto first = take_zone_adjustment(rest), second = take_zone_adjustment(rest);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->offset, -3600);
  EXPECT_EQ(second->time, 2898848070u);
  EXPECT_FALSE(take_zone_adjustment(rest));
  EXPECT_EQ(rest, "");
  std::string_view bad = "2882844526";
  EXPECT_FALSE(take_zone_adjustment(bad));
  EXPECT_EQ(bad, "2882844526");
}

TEST(Contact, IsAnAddressAndPerhapsAName) {
  EXPECT_EQ(parse_contact("j.doe@example.com (Jane Doe)")->address, "j.doe@example.com");
  EXPECT_EQ(parse_contact("j.doe@example.com (Jane Doe)")->name, "Jane Doe");
  EXPECT_EQ(parse_contact("Jane Doe <j.doe@example.com>")->address, "j.doe@example.com");
  EXPECT_EQ(parse_contact("Jane Doe <j.doe@example.com>")->name, "Jane Doe");
  EXPECT_EQ(parse_contact("+1 617 555-6011")->address, "+1 617 555-6011");
  for (const char* bad : {"", " ", "()", "<>", "(a)", "a)", "a>", "a (b", "<a (b)"})
    EXPECT_FALSE(parse_contact(bad)) << bad;
}

TEST(Sctp, PortSizeAndMap) {
  EXPECT_EQ(parse_sctp_port("5000"), 5000);
  for (const char* bad : {"", "0", "65536", "5000 x"}) EXPECT_FALSE(parse_sctp_port(bad)) << bad;
  EXPECT_EQ(parse_max_message_size("0"), 0u);
  EXPECT_EQ(parse_max_message_size("18446744073709551615"), 18446744073709551615u);
  for (const char* bad : {"", "x", "18446744073709551616"}) EXPECT_FALSE(parse_max_message_size(bad)) << bad;
  EXPECT_EQ(parse_sctpmap("5000 webrtc-datachannel 1024")->streams, 1024);
  EXPECT_EQ(parse_sctpmap("5000 webrtc-datachannel")->streams, 0);
  for (const char* bad : {"", "5000", "0 a 1", "5000 a 0", "5000 a 65536", "5000 a 1 2"})
    EXPECT_FALSE(parse_sctpmap(bad)) << bad;
}

TEST(Precondition, IsATypeAStatusAndADirectionRfc3312) {
  auto current = parse_precondition("qos local sendrecv");
  ASSERT_TRUE(current);
  EXPECT_EQ(current->type, "qos");
  EXPECT_EQ(current->status, PreconditionStatus::local);
  EXPECT_EQ(current->direction, PreconditionDirection::both);
  EXPECT_EQ(parse_precondition("sec e2e none")->status, PreconditionStatus::end_to_end);
  auto desired = parse_desired_precondition("qos mandatory remote send");
  ASSERT_TRUE(desired);
  EXPECT_EQ(desired->strength, PreconditionStrength::mandatory);
  EXPECT_EQ(desired->status, PreconditionStatus::remote);
  EXPECT_EQ(desired->direction, PreconditionDirection::send);
  for (const char* bad :
       {"", "qos", "qos local", "qos near none", "qos local both", "qos local none x", "q/s local none"}) {
    EXPECT_FALSE(parse_precondition(bad)) << bad;
  }
  for (const char* bad : {"", "qos mandatory", "qos must local none", "qos local none"}) {
    EXPECT_FALSE(parse_desired_precondition(bad)) << bad;
  }
}

}  // namespace
}  // namespace sbc::sdp
