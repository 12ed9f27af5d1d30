#include "dataplane/wire/frame.h"

#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include "dataplane/bytes/big_endian.h"
#include "dataplane/wire/arp.h"
#include "dataplane/wire/build.h"
#include "dataplane/wire/checksum.h"
#include "dataplane/wire/icmp.h"
#include "dataplane/wire/ndp.h"
#include "tests/dataplane/wire/reference_frames.h"

namespace sbc::wire {
namespace {

std::string text_of(std::span<const uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

constexpr size_t ip = ethernet_size;
constexpr size_t udp_in_v4 = ip + ipv4_size, udp_in_v6 = ip + ipv6_size;

Bytes with_ipv4_checksum(Bytes frame) {
  store_be16(&frame[ip + 10], 0);
  size_t header = std::min<size_t>((frame[ip] & 15) * 4u, frame.size() - ip);
  store_be16(&frame[ip + 10], Checksum().add(std::span(frame).subspan(ip, header)).value());
  return frame;
}
/// A copy changed by `change`, its IPv4 header checksum right again.
Bytes changed(Bytes frame, const std::function<void(Bytes&)>& change) {
  change(frame);
  return frame[12] == 0x08 ? with_ipv4_checksum(frame) : frame;
}
Bytes poked(const Bytes& frame, size_t at, uint8_t value) {
  return changed(frame, [&](Bytes& copy) { copy[at] = value; });
}
Reason reason_of(const Bytes& frame, Verified verified = {}) { return parse_frame(frame, verified).reason(); }

TEST(ParseFrame, FindsEverythingInAnIpv4UdpFrame) {
  auto frame = parse_frame(udp_v4);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->destination_mac, mac1);
  EXPECT_EQ(frame->source_mac, mac2);
  EXPECT_EQ(frame->vlan, 0);
  EXPECT_EQ(frame->protocol, Protocol::udp);
  EXPECT_EQ(frame->from(), *Endpoint::parse("192.0.2.1:5060"));
  EXPECT_EQ(frame->to(), *Endpoint::parse("198.51.100.7:5062"));
  EXPECT_EQ(frame->ttl, 64);
  EXPECT_EQ(frame->dscp, 46);
  EXPECT_EQ(frame->ip_offset, 14);
  EXPECT_EQ(frame->transport_offset, 34);
  EXPECT_EQ(text_of(frame->payload(udp_v4)), "hello");
}

TEST(ParseFrame, FindsEverythingInAnIpv6UdpFrame) {
  auto frame = parse_frame(udp_v6);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->from(), *Endpoint::parse("[2001:db8::1]:5060"));
  EXPECT_EQ(frame->to(), *Endpoint::parse("[2001:db8::2]:5062"));
  EXPECT_EQ(frame->ttl, 64);
  EXPECT_EQ(frame->dscp, 46);
  EXPECT_EQ(text_of(frame->payload(udp_v6)), "hello");
}

TEST(ReadUdpFrame, FindsWhatTheParserFinds) {
  for (const Bytes& bytes : {udp_v4, udp_v6}) {
    Frame frame;
    frame.vlan = 7;
    read_udp_frame(bytes, frame);
    EXPECT_EQ(frame, *parse_frame(bytes));
  }
}

TEST(ParseFrame, TakesOneVlanTag) {
  auto frame = parse_frame(udp_v4_vlan);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->vlan, 100);
  EXPECT_EQ(text_of(frame->payload(udp_v4_vlan)), "hello!");
  Bytes prioritised = udp_v4_vlan;
  prioritised[14] = 0xe0;
  EXPECT_EQ(parse_frame(prioritised)->vlan, 100) << "priority is not part of the VLAN's number";
  Bytes twice = udp_v4_vlan;
  store_be16(&twice[16], ethertype_vlan);
  EXPECT_EQ(reason_of(twice), Reason::ethertype_unknown);
}

TEST(ParseFrame, IgnoresEthernetPadding) {
  for (Bytes frame : {udp_v4, udp_v6, echo_v4}) {
    size_t length = parse_frame(frame)->payload_length;
    frame.resize(frame.size() + 30, 0xee);
    auto padded = parse_frame(frame);
    ASSERT_TRUE(padded);
    EXPECT_EQ(padded->payload_length, length);
  }
}

TEST(ParseFrame, GivesArpAndIcmpWhole) {
  auto arp = parse_frame(arp_request);
  ASSERT_TRUE(arp);
  EXPECT_EQ(arp->protocol, Protocol::arp);
  EXPECT_EQ(arp->payload_length, arp_size);
  auto icmp = parse_frame(echo_v4);
  ASSERT_TRUE(icmp);
  EXPECT_EQ(icmp->protocol, Protocol::icmp);
  EXPECT_EQ(icmp->payload_offset, 34);
  EXPECT_EQ(icmp->payload_length, 16);
}

TEST(ParseFrame, RefusesEveryTruncation) {
  for (const Bytes& frame : {udp_v4, udp_v4_vlan, udp_v6, echo_v4}) {
    for (size_t length = 0; length < frame.size(); ++length) {
      EXPECT_EQ(reason_of(Bytes(frame.begin(), frame.begin() + long(length))), Reason::frame_truncated)
          << length;
    }
  }
}

TEST(ParseFrame, RefusesWhatIsNeitherArpNorIp) {
  EXPECT_EQ(reason_of(changed(udp_v4, [](Bytes& f) { f[12] = 0x88, f[13] = 0xcc; })),
            Reason::ethertype_unknown);
  EXPECT_EQ(reason_of(changed(udp_v4, [](Bytes& f) { f[12] = 0x00, f[13] = 0x26; })),
            Reason::ethertype_unknown);
}

TEST(ParseFrame, RefusesMalformedIpHeaders) {  // RFC 791 3.1, RFC 8200 3
  EXPECT_EQ(reason_of(poked(udp_v4, ip, 0x65)), Reason::ip_header_bad) << "version 6 behind IPv4's ethertype";
  EXPECT_EQ(reason_of(poked(udp_v4, ip, 0x44)), Reason::ip_header_bad) << "header shorter than 20 bytes";
  EXPECT_EQ(reason_of(poked(udp_v4, ip + 3, 19)), Reason::ip_header_bad)
      << "total length shorter than the header";
  EXPECT_EQ(reason_of(poked(udp_v6, ip, 0x45)), Reason::ip_header_bad);
}

TEST(ParseFrame, ChecksTheIpv4HeaderChecksumUnlessTheNicDid) {
  Bytes frame = udp_v4;
  frame[ip + 10] ^= 1;
  EXPECT_EQ(reason_of(frame), Reason::ip_checksum_bad);
  EXPECT_EQ(reason_of(frame, {.ip = true}), Reason::none);
}

TEST(ParseFrame, RefusesFragmentsOfBothFamilies) {
  EXPECT_EQ(reason_of(poked(udp_v4, ip + 6, 0x20)), Reason::ip_fragment) << "more fragments";
  EXPECT_EQ(reason_of(poked(udp_v4, ip + 7, 0x01)), Reason::ip_fragment) << "offset";
  EXPECT_EQ(reason_of(poked(udp_v4, ip + 6, 0x40)), Reason::none) << "don't fragment";
  EXPECT_EQ(reason_of(poked(udp_v6, ip + 6, 44)), Reason::ip_fragment);
}

TEST(ParseFrame, RefusesOptionsAndExtensionHeaders) {
  Bytes options = udp_v4;
  options.insert(options.begin() + udp_in_v4, {1, 1, 1, 0});
  options[ip] = 0x46;
  options[ip + 3] = uint8_t(options[ip + 3] + 4);
  EXPECT_EQ(reason_of(with_ipv4_checksum(options)), Reason::ip_options);
  for (int next : {0, 43, 50, 51, 60, 135})
    EXPECT_EQ(reason_of(poked(udp_v6, ip + 6, uint8_t(next))), Reason::ip_options);
}

TEST(ParseFrame, RefusesOtherProtocols) {
  EXPECT_EQ(reason_of(poked(udp_v4, ip + 9, 6)), Reason::ip_protocol_unknown);
  EXPECT_EQ(reason_of(poked(udp_v6, ip + 6, 6)), Reason::ip_protocol_unknown);
  EXPECT_EQ(reason_of(poked(udp_v4, ip + 9, 58)), Reason::ip_protocol_unknown) << "ICMPv6 over IPv4";
  EXPECT_EQ(reason_of(poked(udp_v6, ip + 6, 1)), Reason::ip_protocol_unknown) << "ICMPv4 over IPv6";
}

TEST(ParseFrame, RefusesSourcesThatNoHostMayHave) {  // RFC 1122 3.2.1.3, RFC 4291 2.5
  for (uint32_t source : {0u, 0x00010203u, 0x7f000001u, 0xe0000001u, 0xffffffffu}) {
    EXPECT_EQ(reason_of(changed(udp_v4, [&](Bytes& f) { store_be32(&f[ip + 12], source); })),
              Reason::ip_source_bad)
        << std::hex << source;
  }
  for (auto source : {"::", "::1", "ff02::1", "::ffff:10.0.0.1"}) {
    Bytes frame = udp_v6;
    inet_pton(AF_INET6, source, &frame[ip + 8]);
    EXPECT_EQ(reason_of(frame), Reason::ip_source_bad) << source;
  }
}

TEST(ParseFrame, AMappedDestinationDoesNotPassForIpv4) {
  Bytes frame = udp_v6;
  inet_pton(AF_INET6, "::ffff:198.51.100.7", &frame[ip + 24]);
  EXPECT_EQ(reason_of(frame), Reason::ip_not_for_us);
}

TEST(ParseFrame, ChecksTheUdpLength) {  // RFC 768
  for (int length : {0, 7, 14}) {
    EXPECT_EQ(reason_of(poked(udp_v4, udp_in_v4 + 5, uint8_t(length))), Reason::udp_length_bad) << length;
    EXPECT_EQ(reason_of(poked(udp_v6, udp_in_v6 + 5, uint8_t(length))), Reason::udp_length_bad) << length;
  }
  EXPECT_EQ(reason_of(poked(udp_v4, ip + 3, 27)), Reason::udp_length_bad) << "IP ends inside the UDP header";
  auto shorter = parse_frame(poked(udp_v4, udp_in_v4 + 5, 12), {.udp = true});
  ASSERT_TRUE(shorter);
  EXPECT_EQ(shorter->payload_length, 4) << "UDP may end before IP does";
}

TEST(ParseFrame, ChecksTheUdpChecksumUnlessTheNicDid) {
  for (Bytes frame : {udp_v4, udp_v6}) {
    frame.back() ^= 1;
    EXPECT_EQ(reason_of(frame), Reason::udp_checksum_bad);
    EXPECT_EQ(reason_of(frame, {.udp = true}), Reason::none);
  }
}

TEST(ParseFrame, NoUdpChecksumIsLegalInIpv4Only) {  // RFC 768, RFC 8200 8.1
  EXPECT_EQ(reason_of(changed(udp_v4, [](Bytes& f) { store_be16(&f[udp_in_v4 + 6], 0); })), Reason::none);
  Bytes frame = udp_v6;
  store_be16(&frame[udp_in_v6 + 6], 0);
  EXPECT_EQ(reason_of(frame), Reason::udp_checksum_bad);
  EXPECT_EQ(reason_of(frame, {.udp = true}), Reason::udp_checksum_bad) << "whatever the NIC says";
}

/// Builds the frame of `udp_*` around "hello" in a buffer with room to spare.
Bytes build(const UdpPath& path, std::string_view payload, Offload offload = {}) {
  Bytes buffer(256, 0xaa);
  size_t at = 100;
  std::copy(payload.begin(), payload.end(), buffer.begin() + long(at));
  auto frame = write_udp_frame(buffer, at, payload.size(), path, offload);
  EXPECT_EQ(frame.size(), udp_headers_size(path) + payload.size());
  return {frame.begin(), frame.end()};
}

const UdpPath path_v4{{{mac1, mac2, 0}, address("192.0.2.1"), address("198.51.100.7"), 64, 46}, 5060, 5062};
const UdpPath path_v6{{{mac1, mac2, 0}, address("2001:db8::1"), address("2001:db8::2"), 64, 46}, 5060, 5062};

TEST(WriteUdpFrame, WritesTheReferenceFrames) {
  EXPECT_EQ(build(path_v4, "hello"), udp_v4);
  EXPECT_EQ(build(path_v6, "hello"), udp_v6);
  UdpPath tagged = path_v4;
  tagged.ip.ethernet.vlan = 100;
  tagged.ip.dscp = 0;
  EXPECT_EQ(build(tagged, "hello!"), udp_v4_vlan);
}

TEST(WriteUdpFrame, SetsDontFragmentAndIdentificationZero) {  // RFC 6864 4.1
  Bytes frame = build(path_v4, "x");
  EXPECT_EQ(load_be16(&frame[ip + 4]), 0);
  EXPECT_EQ(load_be16(&frame[ip + 6]), 0x4000);
}

TEST(WriteUdpFrame, LeavesChecksumsToTheNicWhereItComputesThem) {
  Bytes frame = build(path_v4, "hello", {.ip = true, .udp = true});
  EXPECT_EQ(load_be16(&frame[ip + 10]), 0);
  uint16_t pseudo = pseudo_header(path_v4.ip.source, path_v4.ip.destination, protocol_udp, 13).sum();
  EXPECT_EQ(load_be16(&frame[udp_in_v4 + 6]), pseudo);
  // What the NIC does: sums the segment as it stands, the field included.
  uint16_t finished = Checksum().add(std::span(frame).subspan(udp_in_v4)).value();
  EXPECT_EQ(finished, load_be16(&udp_v4[udp_in_v4 + 6]));
}

TEST(WriteUdpFrame, WritesAZeroChecksumAsFfff) {  // RFC 768
  UdpPath path = path_v4;
  uint16_t sum = load_be16(&build(path, std::string_view("\0\0", 2))[udp_in_v4 + 6]);
  const char payload[2] = {char(sum >> 8), char(sum)};
  Bytes frame = build(path, {payload, 2});
  EXPECT_EQ(load_be16(&frame[udp_in_v4 + 6]), 0xffff);
  EXPECT_EQ(reason_of(frame), Reason::none);
}

TEST(WriteUdpFrame, ParsesBackAtEveryPayloadLength) {
  for (UdpPath path : {path_v4, path_v6}) {
    for (int vlan : {0, 1, 4094}) {
      path.ip.ethernet.vlan = uint16_t(vlan);
      for (size_t length = 0; length < 60; ++length) {
        std::string payload(length, 'x');
        Bytes bytes = build(path, payload);
        auto frame = parse_frame(bytes);
        ASSERT_TRUE(frame) << length;
        EXPECT_EQ(frame->vlan, vlan);
        EXPECT_EQ(frame->from(), (Endpoint{path.ip.source, path.source_port}));
        EXPECT_EQ(text_of(frame->payload(bytes)), payload);
      }
    }
  }
}

/// Whatever the bytes: no read outside them (the sanitizers watch), and what is found lies inside them.
TEST(ParseFrame, MutatedFramesAreParsedOrRefusedWithinTheirBytes) {
  const std::vector<Bytes> corpus{udp_v4, udp_v4_vlan, udp_v6, arp_request, echo_v4, solicitation};
  std::mt19937_64 random(20240607);
  int parsed = 0;
  for (int round = 0; round < 60000; ++round) {
    Bytes mutated = corpus[random() % corpus.size()];
    for (uint64_t n = random() % 4; n > 0; --n) mutated[random() % mutated.size()] = uint8_t(random());
    if (random() % 4 == 0) mutated.resize(random() % (mutated.size() + 1));
    mutated.shrink_to_fit();
    auto frame = parse_frame(mutated, {.ip = random() % 2 == 0, .udp = random() % 2 == 0});
    if (!frame) continue;
    ++parsed;
    ASSERT_LE(size_t(frame->payload_offset) + frame->payload_length, mutated.size());
    if (frame->protocol == Protocol::arp) {
      (void)parse_arp(frame->payload(mutated));
    } else if (frame->protocol != Protocol::udp) {
      auto icmp = parse_icmp(*frame, mutated);
      if (!icmp) icmp = Icmp{frame->source.family(), mutated[0], 0, 0, frame->payload(mutated)};
      if (icmp->message.size() < icmp_header_size) continue;
      (void)parse_ndp(*frame, *icmp);
      (void)parse_quoted_udp(*icmp);
    }
  }
  EXPECT_GT(parsed, 10000);
}

}  // namespace
}  // namespace sbc::wire
