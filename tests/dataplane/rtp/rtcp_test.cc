#include "dataplane/rtp/rtcp.h"

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "dataplane/bytes/big_endian.h"

namespace sbc::rtp {
namespace {

using Bytes = std::vector<uint8_t>;

constexpr uint64_t cname = 0x0123456789abcdefu;

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}
Bytes text(std::string_view t) { return {t.begin(), t.end()}; }
Bytes packet(unsigned type, unsigned count, const Bytes& body) {
  Bytes bytes{uint8_t(0x80 | count), uint8_t(type), 0, 0};
  store_be16(&bytes[2], uint16_t(body.size() / 4));
  return bytes + body;
}
Bytes ssrc(uint8_t last) { return {0xaa, 0xbb, 0xcc, last}; }
Bytes item(uint8_t type, std::string_view value) { return Bytes{type, uint8_t(value.size())} + text(value); }
/// Ends the items as RFC 3550 6.5 wants.
Bytes chunk(uint8_t source, const Bytes& items) {
  Bytes bytes = ssrc(source) + items;
  bytes.push_back(0);
  while (bytes.size() % 4) bytes.push_back(0);
  return bytes;
}

const Bytes report_block = ssrc(9) + Bytes(20, 5);
const Bytes sender_report = packet(200, 1, ssrc(1) + Bytes(20, 3) + report_block);
const Bytes receiver_report = packet(201, 1, ssrc(1) + report_block);
const Bytes description =
    packet(202, 1, chunk(1, item(1, "alice@10.1.1.1") + item(2, "Alice") + item(6, "SIPp")));
const Bytes our_description = packet(202, 1, chunk(1, item(1, "0123456789abcdef")));

struct Rewritten {
  Reason reason;
  Bytes bytes;
};
Rewritten rewrite(const Bytes& in) {
  Bytes out(in.size() * rtcp_growth, 0xee);
  auto length = rewrite_rtcp(in, out, cname);
  if (!length) return {length.reason(), {}};
  out.resize(*length);
  return {Reason::none, out};
}

TEST(RewriteRtcp, ReportsCrossUnchanged) {  // RFC 3550 6.4
  EXPECT_EQ(rewrite(sender_report).bytes, sender_report);
  EXPECT_EQ(rewrite(receiver_report).bytes, receiver_report);
  EXPECT_EQ(rewrite(packet(201, 0, ssrc(1))).bytes, packet(201, 0, ssrc(1)));
}

/// RFC 3550 6.4.1, 6.4.2.
TEST(ReadReports, TellsWhatEveryBlockSaysAndWhenASenderSpoke) {
  const Bytes info{0xde, 0xad, 0x12, 0x34, 0x56, 0x78, 0xbe, 0xef, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  const Bytes about{0xaa, 0xbb, 0xcc, 9,  64, 0xff, 0xff, 0xfe, 0, 0, 0,    0,
                    0,    0,    0,    80, 1,  2,    3,    4,    0, 1, 0x80, 0};
  Reports reports;
  read_reports(
      packet(200, 1, ssrc(1) + info + about) + our_description + packet(201, 1, ssrc(1) + report_block),
      reports);
  EXPECT_EQ(reports.sent_at, 0x12345678u);
  ASSERT_EQ(reports.all().size(), 2u);
  const ReceptionReport& first = reports.all()[0];
  EXPECT_EQ(first.ssrc, 0xaabbcc09u);
  EXPECT_EQ(first.fraction_lost, 64);
  EXPECT_EQ(first.lost, -2);
  EXPECT_EQ(first.jitter, 80u);
  EXPECT_EQ(first.last_report, 0x01020304u);
  EXPECT_EQ(first.since_then, 0x18000u);
  EXPECT_EQ(reports.all()[1].jitter, 0x05050505u);
}

TEST(ReadReports, TakesNoMoreThanItHasRoomFor) {
  Bytes blocks;
  for (int i = 0; i < 31; ++i) blocks = blocks + report_block;
  const Bytes full = packet(201, 31, ssrc(1) + blocks);
  Reports reports;
  read_reports(full + full, reports);
  EXPECT_EQ(reports.all().size(), Reports::max);
  EXPECT_FALSE(reports.sent_at);
  read_reports(our_description, reports);
  EXPECT_TRUE(reports.all().empty());
}

TEST(RewriteRtcp, ProfileSpecificExtensionsOfReportsDoNot) {  // RFC 3550 6.4.3
  EXPECT_EQ(rewrite(packet(201, 1, ssrc(1) + report_block + text("secret!!"))).bytes, receiver_report);
}

TEST(RewriteRtcp, OfSourceDescriptionsOnlyOurNameCrosses) {  // RFC 3550 6.5
  EXPECT_EQ(rewrite(sender_report + description).bytes, sender_report + our_description);
}

TEST(RewriteRtcp, EverySourceGetsTheName) {
  Bytes two = packet(202, 2, chunk(1, item(1, "a@b")) + chunk(2, {}));
  EXPECT_EQ(rewrite(two).bytes,
            packet(202, 2, chunk(1, item(1, "0123456789abcdef")) + chunk(2, item(1, "0123456789abcdef"))));
  Bytes many;
  for (uint8_t i = 0; i < 31; ++i) many = many + chunk(i, {});
  EXPECT_EQ(rewrite(packet(202, 31, many)).bytes.size(), 4u + 31 * 24) << "the most that it can grow";
}

TEST(RewriteRtcp, ChunksMayEndOnAnyByte) {
  for (size_t length = 0; length < 9; ++length) {
    Bytes in = packet(202, 1, chunk(1, item(1, std::string(length, 'x'))));
    EXPECT_EQ(rewrite(in).bytes, our_description) << length;
  }
}

TEST(RewriteRtcp, GoodbyesCrossWithoutTheirWords) {  // RFC 3550 6.6
  Bytes bye = packet(203, 2, ssrc(1) + ssrc(2) + Bytes{11} + text("10.1.1.1 up"));
  EXPECT_EQ(rewrite(bye).bytes, packet(203, 2, ssrc(1) + ssrc(2)));
  EXPECT_EQ(rewrite(packet(203, 1, ssrc(1))).bytes, packet(203, 1, ssrc(1)));
}

TEST(RewriteRtcp, FeedbackAndExtendedReportsCross) {  // RFC 4585 6.1, RFC 3611
  for (unsigned type : {205u, 206u}) {
    Bytes feedback = packet(type, 1, ssrc(1) + ssrc(2) + Bytes{0, 1, 0, 3});
    EXPECT_EQ(rewrite(feedback).bytes, feedback);
  }
  Bytes extended = packet(207, 0, ssrc(1) + Bytes{4, 0, 0, 2} + Bytes(8, 1) + Bytes{5, 0, 0, 0});
  EXPECT_EQ(rewrite(extended).bytes, extended);
}

TEST(RewriteRtcp, ApplicationAndUnknownPacketsAreLeftOut) {
  Bytes application = packet(204, 0, ssrc(1) + text("NAME10.1.1.1"));
  Bytes unknown = packet(210, 0, ssrc(1));
  EXPECT_EQ(rewrite(receiver_report + application + unknown + description).bytes,
            receiver_report + our_description);
  EXPECT_EQ(rewrite(application + unknown).reason, Reason::media_rtcp_empty);
}

TEST(RewriteRtcp, PaddingEndsHere) {  // RFC 3550 6.4.1: only the last packet has any
  Bytes padded = packet(201, 1, ssrc(1) + report_block + Bytes{1, 1, 1, 4});
  padded[0] |= 0x20;
  EXPECT_EQ(rewrite(sender_report + padded).bytes, sender_report + receiver_report);
  EXPECT_EQ(rewrite(padded + sender_report).reason, Reason::media_not_rtcp);
  for (int padding : {0, 2, 64, 255}) {
    padded.back() = uint8_t(padding);
    EXPECT_EQ(rewrite(padded).reason, Reason::media_not_rtcp) << padding;
  }
}

TEST(RewriteRtcp, RefusesWhatIsMalformed) {
  Bytes version = receiver_report;
  version[0] ^= 0xc0;
  const Bytes unended = ssrc(1) + item(1, "ab");  // four bytes of item and no end
  const std::vector<Bytes> malformed{
      {},
      version,
      packet(201, 2, ssrc(1) + report_block),
      packet(200, 0, ssrc(1) + Bytes(16, 0)),
      packet(202, 1, unended),
      packet(202, 2, chunk(1, {})),
      packet(202, 1, chunk(1, {}) + chunk(2, {})),
      packet(202, 1, ssrc(1) + Bytes{1, 200, 'x', 0}),
      packet(203, 2, ssrc(1)),
      packet(203, 1, ssrc(1) + Bytes{9, 'a', 'b', 'c'}),
      packet(205, 1, ssrc(1)),
      packet(207, 0, {}),
      packet(207, 0, ssrc(1) + Bytes{4, 0, 0, 3} + Bytes(8, 1)),
  };
  for (size_t i = 0; i < malformed.size(); ++i) {
    EXPECT_EQ(rewrite(malformed[i]).reason, Reason::media_not_rtcp) << i;
    EXPECT_EQ(rewrite(receiver_report + malformed[i]).reason, i == 0 ? Reason::none : Reason::media_not_rtcp)
        << i;
  }
}

TEST(RewriteRtcp, RefusesEveryTruncation) {
  Bytes good = sender_report + description;
  for (size_t length = 0; length < good.size(); ++length) {
    if (length == sender_report.size()) continue;
    EXPECT_EQ(rewrite(Bytes(good.begin(), good.begin() + long(length))).reason, Reason::media_not_rtcp)
        << length;
  }
}

TEST(RewriteRtcp, SaysWhenTheRoomIsTooSmall) {
  Bytes out(our_description.size());
  ASSERT_TRUE(rewrite_rtcp(description, out, cname));
  EXPECT_EQ(rewrite_rtcp(description, std::span(out).first(out.size() - 1), cname).reason(),
            Reason::packet_too_big);
}

/// Whatever comes in: what goes out is well-formed, crosses again unchanged, and holds no description of
/// theirs.
TEST(RewriteRtcp, MutatedPacketsYieldCleanOnesOrNone) {
  const Bytes good = sender_report + description + packet(203, 1, ssrc(1) + Bytes{7} + text("private")) +
                     packet(204, 0, ssrc(1) + text("NAMEprivate!")) +
                     packet(207, 0, ssrc(1) + Bytes{4, 0, 0, 2} + Bytes(8, 1));
  std::mt19937_64 random(11);
  int crossed = 0;
  for (int round = 0; round < 50000; ++round) {
    Bytes mutated = good;
    for (uint64_t n = random() % 4; n > 0; --n) mutated[random() % mutated.size()] = uint8_t(random());
    if (random() % 4 == 0) mutated.resize(random() % (mutated.size() + 1));
    mutated.shrink_to_fit();
    Rewritten first = rewrite(mutated);
    ASSERT_NE(first.reason, Reason::packet_too_big);
    if (first.reason != Reason::none) continue;
    ++crossed;
    ASSERT_EQ(rewrite(first.bytes).bytes, first.bytes);
  }
  EXPECT_GT(crossed, 5000);
}

}  // namespace
}  // namespace sbc::rtp
