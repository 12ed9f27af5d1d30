// ARP, NDP and ICMP messages: what is written is what another implementation (scapy) writes, what is wrong is
// refused.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include "dataplane/bytes/big_endian.h"
#include "dataplane/wire/arp.h"
#include "dataplane/wire/icmp.h"
#include "dataplane/wire/ndp.h"
#include "tests/dataplane/wire/reference_frames.h"

namespace sbc::wire {
namespace {

const IpPath back_v4{{mac2, mac1, 0}, address("192.0.2.9"), address("192.0.2.1"), 64, 0};
const IpPath back_v6{{mac2, mac1, 0}, address("2001:db8::2"), address("2001:db8::1"), 64, 0};

Result<Icmp> icmp_of(const Bytes& frame) { return parse_icmp(*parse_frame(frame), frame); }

TEST(Arp, ReadsAndWritesTheReferenceRequest) {  // RFC 826
  auto arp = parse_arp(std::span(arp_request).subspan(ethernet_size));
  ASSERT_TRUE(arp);
  EXPECT_EQ(arp->operation, Arp::Operation::request);
  EXPECT_EQ(arp->sender_mac, mac2);
  EXPECT_EQ(arp->sender, address("192.0.2.1"));
  EXPECT_EQ(arp->target, address("192.0.2.9"));
  EXPECT_FALSE(arp->is_announcement() || arp->is_probe());
  Bytes out(64);
  EXPECT_EQ(copy_of(write_arp(out, {broadcast, mac2, 0}, *arp)), arp_request);
  auto tagged = copy_of(write_arp(out, {broadcast, mac2, 7}, *arp));
  EXPECT_EQ(parse_frame(tagged)->vlan, 7);
}

TEST(Arp, RefusesWhatIsNotEthernetIpv4OrHasNoUnicastSender) {
  Bytes good(arp_request.begin() + ethernet_size, arp_request.end());
  ASSERT_TRUE(parse_arp(good));
  struct {
    size_t at;
    Bytes bytes;
  } wrong[] = {{0, {0, 6}},  {2, {0x86, 0xdd}},
               {4, {8}},     {5, {16}},
               {6, {0, 3}},  {6, {0, 0}},
               {8, {1}},     {8, {0, 0, 0, 0, 0, 0}},
               {14, {0xe0}}, {14, {255, 255, 255, 255}}};
  for (const auto& [at, bytes] : wrong) {
    Bytes bad = good;
    std::copy(bytes.begin(), bytes.end(), bad.begin() + long(at));
    EXPECT_EQ(parse_arp(bad).reason(), Reason::arp_bad) << at;
  }
  for (size_t length = 0; length < arp_size; ++length) {
    EXPECT_EQ(parse_arp(std::span(good).first(length)).reason(), Reason::arp_bad);
  }
}

TEST(Icmp, AnswersEchoAsTheReferenceDoes) {  // RFC 792, RFC 4443 4.2
  Bytes out(128);
  EXPECT_TRUE(icmp_of(echo_v4)->is_echo_request());
  EXPECT_EQ(copy_of(write_echo_reply(out, back_v4, *icmp_of(echo_v4))), echo_reply_v4);
  EXPECT_TRUE(icmp_of(echo_v6)->is_echo_request());
  EXPECT_EQ(copy_of(write_echo_reply(out, back_v6, *icmp_of(echo_v6))), echo_reply_v6);
  EXPECT_TRUE(write_echo_reply(std::span(out).first(49), back_v4, *icmp_of(echo_v4)).empty())
      << "does not fit";
}

TEST(Icmp, RefusesWrongChecksumsAndShortMessages) {
  for (const Bytes& good : {echo_v4, echo_v6}) {
    Bytes bad = good;
    bad.back() ^= 1;
    EXPECT_EQ(icmp_of(bad).reason(), Reason::icmp_bad);
  }
  Bytes bare(ethernet_size + ipv6_size + 7, 0);
  auto frame = write_ip_frame(bare, ethernet_size + ipv6_size, 7, back_v6, protocol_icmpv6);
  EXPECT_EQ(icmp_of(copy_of(frame)).reason(), Reason::icmp_bad);
}

TEST(Icmp, WritesPortUnreachableAsTheReferenceDoes) {  // RFC 792, RFC 4443 3.1
  Bytes out(1400);
  std::span<const uint8_t> refused_v4 = std::span(unreachable_v4).subspan(42);
  EXPECT_EQ(copy_of(write_port_unreachable(out, back_v4, refused_v4)), unreachable_v4);
  std::span<const uint8_t> refused_v6 = std::span(unreachable_v6).subspan(62);
  EXPECT_EQ(copy_of(write_port_unreachable(out, back_v6, refused_v6)), unreachable_v6);
}

TEST(Icmp, QuotesNoMoreThanTheRfcsLet) {  // RFC 1812 4.3.2.3, RFC 4443 2.4 (c)
  Bytes out(1400), refused(1500, 0x45);
  EXPECT_EQ(write_port_unreachable(out, back_v4, refused).size(), ethernet_size + 576);
  EXPECT_EQ(write_port_unreachable(out, back_v6, refused).size(), ethernet_size + 1280);
}

TEST(Icmp, FindsTheQuotedUdpPacket) {
  auto v4 = parse_quoted_udp(*icmp_of(unreachable_v4));
  ASSERT_TRUE(v4);
  EXPECT_EQ(v4->error, IcmpError::port_unreachable);
  EXPECT_EQ(v4->source, *Endpoint::parse("192.0.2.1:1111"));
  EXPECT_EQ(v4->destination, *Endpoint::parse("192.0.2.9:2222"));
  EXPECT_EQ(v4->mark, (DatagramMark{13, 0x2af2}));
  auto v6 = parse_quoted_udp(*icmp_of(unreachable_v6));
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->error, IcmpError::port_unreachable);
  EXPECT_EQ(v6->source, *Endpoint::parse("[2001:db8::1]:1111"));
  EXPECT_EQ(v6->mark, (DatagramMark{13, 0x5388}));
  EXPECT_EQ(mark_of(v4->source, v4->destination, "hello"), v4->mark) << "as the reference wrote it";
  EXPECT_EQ(mark_of(v6->source, v6->destination, "hello"), v6->mark);
}

TEST(Icmp, ReadsEightBytesOfTheQuotedDatagramAsEnough) {  // RFC 792: header and 64 bits
  Icmp icmp = *icmp_of(unreachable_v4);
  icmp.message = icmp.message.first(icmp_header_size + ipv4_size + 8);
  EXPECT_TRUE(parse_quoted_udp(icmp));
  icmp.message = icmp.message.first(icmp_header_size + ipv4_size + 7);
  EXPECT_EQ(parse_quoted_udp(icmp).reason(), Reason::icmp_bad);
}

TEST(Icmp, TellsThePathMtu) {  // RFC 1191 4, RFC 4443 3.2
  Icmp icmp = *icmp_of(unreachable_v4);
  icmp.code = 4;
  icmp.rest_of_header = 1400;
  EXPECT_EQ(parse_quoted_udp(icmp)->error, IcmpError::too_big);
  EXPECT_EQ(parse_quoted_udp(icmp)->mtu, 1400u);
  icmp = *icmp_of(unreachable_v6);
  icmp.type = 2;
  icmp.rest_of_header = 1280;
  EXPECT_EQ(parse_quoted_udp(icmp)->error, IcmpError::too_big);
  EXPECT_EQ(parse_quoted_udp(icmp)->mtu, 1280u);
}

TEST(Icmp, RefusesQuotationsThatAreNotUdp) {
  for (size_t at : {icmp_header_size, icmp_header_size + 9}) {
    Icmp icmp = *icmp_of(unreachable_v4);
    Bytes message = copy_of(icmp.message);
    message[at] ^= 0x80;
    icmp.message = message;
    EXPECT_EQ(parse_quoted_udp(icmp).reason(), Reason::icmp_bad) << at;
  }
}

TEST(Ndp, ReadsAndWritesTheReferenceMessages) {  // RFC 4861 4.3, 4.4
  auto asked = parse_ndp(*parse_frame(solicitation), *icmp_of(solicitation));
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->kind, Ndp::Kind::solicitation);
  EXPECT_EQ(asked->target, address("2001:db8::2"));
  EXPECT_EQ(asked->link_layer, mac2);
  auto told = parse_ndp(*parse_frame(advertisement), *icmp_of(advertisement));
  ASSERT_TRUE(told);
  EXPECT_EQ(told->kind, Ndp::Kind::advertisement);
  EXPECT_TRUE(told->solicited && told->override_flag && !told->router);
  EXPECT_EQ(told->link_layer, mac1);

  Bytes out(ndp_frame_max);
  IpAddress group = solicited_node(address("2001:db8::2"));
  IpPath ask{{multicast_mac(group), mac2, 0}, address("2001:db8::1"), group, 64, 0};
  EXPECT_EQ(copy_of(write_ndp(out, ask, *asked)), solicitation);
  EXPECT_EQ(copy_of(write_ndp(out, back_v6, *told)), advertisement);
}

/// The message changed, its checksum right again.
Reason ndp_reason(Bytes frame, const std::function<void(Bytes&)>& change) {
  change(frame);
  Frame parsed = *parse_frame(frame);
  IpPath path{{}, parsed.source, parsed.destination, 255, 0};
  seal_icmp(std::span(frame).subspan(parsed.payload_offset, parsed.payload_length), path);
  auto icmp = parse_icmp(parsed, frame);
  return icmp ? parse_ndp(parsed, *icmp).reason() : icmp.reason();
}

constexpr size_t ip = ethernet_size, message = ip + ipv6_size;

TEST(Ndp, HoldsSolicitationsToRfc4861Section711) {
  EXPECT_EQ(ndp_reason(solicitation, [](Bytes&) {}), Reason::none);
  EXPECT_EQ(ndp_reason(solicitation, [](Bytes& f) { f[ip + 7] = 254; }), Reason::ndp_bad)
      << "came over a router";
  EXPECT_EQ(ndp_reason(solicitation, [](Bytes& f) { f[message + 1] = 1; }), Reason::ndp_bad) << "code";
  EXPECT_EQ(ndp_reason(solicitation, [](Bytes& f) { f[message + 8] = 0xff; }), Reason::ndp_bad) << "target";
  EXPECT_EQ(ndp_reason(solicitation, [](Bytes& f) { f[message + 25] = 0; }), Reason::ndp_bad)
      << "option length 0";
  EXPECT_EQ(ndp_reason(solicitation, [](Bytes& f) { f[message + 25] = 2; }), Reason::ndp_bad)
      << "option too long";
  EXPECT_EQ(ndp_reason(solicitation, [](Bytes& f) { f[ip + 5] = 23; }), Reason::ndp_bad) << "shorter than 24";
  EXPECT_EQ(ndp_reason(solicitation, [](Bytes& f) { f[message + 26] = 0x33; }), Reason::ndp_bad)
      << "multicast MAC";
}

TEST(Ndp, TakesDuplicateAddressDetectionOnlyInItsForm) {  // RFC 4861 7.1.1: unspecified source
  auto from_nobody = [](Bytes& f) { std::fill_n(f.begin() + ip + 8, 16, uint8_t(0)); };
  auto without_option = [&](Bytes& f) {
    from_nobody(f);
    f[ip + 5] = 24;
  };
  EXPECT_EQ(ndp_reason(solicitation, without_option), Reason::none);
  EXPECT_EQ(ndp_reason(solicitation, from_nobody), Reason::ndp_bad) << "with a source link-layer address";
  EXPECT_EQ(ndp_reason(solicitation,
                       [&](Bytes& f) {
                         without_option(f);
                         inet_pton(AF_INET6, "2001:db8::2", &f[ip + 24]);
                       }),
            Reason::ndp_bad)
      << "not to the solicited-node group";
}

TEST(Ndp, HoldsAdvertisementsToRfc4861Section712) {
  EXPECT_EQ(ndp_reason(advertisement, [](Bytes&) {}), Reason::none);
  EXPECT_EQ(ndp_reason(advertisement, [](Bytes& f) { f[ip + 7] = 64; }), Reason::ndp_bad);
  EXPECT_EQ(ndp_reason(advertisement, [](Bytes& f) { f[message + 8] = 0xff; }), Reason::ndp_bad);
  auto to_all = [](Bytes& f) { inet_pton(AF_INET6, "ff02::1", &f[ip + 24]); };
  EXPECT_EQ(ndp_reason(advertisement, to_all), Reason::ndp_bad) << "solicited, but to everybody";
  EXPECT_EQ(ndp_reason(advertisement,
                       [&](Bytes& f) {
                         to_all(f);
                         f[message + 4] = 0x20;
                       }),
            Reason::none);
}

TEST(Ndp, SkipsOptionsItDoesNotKnow) {  // RFC 4861 7.1
  EXPECT_EQ(ndp_reason(solicitation, [](Bytes& f) { f[message + 24] = 14; }), Reason::none);
}

}  // namespace
}  // namespace sbc::wire
