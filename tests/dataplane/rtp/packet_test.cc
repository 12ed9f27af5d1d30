#include "dataplane/rtp/packet.h"

#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace sbc::rtp {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}
Bytes copy_of(std::span<const uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }
Reason reason_of(const Bytes& bytes) { return parse_rtp(bytes).reason(); }

const Bytes header{0x80, 0x88, 0x12, 0x34, 0, 0, 1, 0x40, 0xde, 0xad, 0xbe, 0xef};

TEST(ParseRtp, FindsTheFixedHeaderAndThePayload) {  // RFC 3550 5.1
  Bytes bytes = joined({header, {1, 2, 3}});
  auto packet = parse_rtp(bytes);
  ASSERT_TRUE(packet);
  EXPECT_TRUE(packet->marker);
  EXPECT_EQ(packet->payload_type, 8);
  EXPECT_EQ(packet->sequence, 0x1234);
  EXPECT_EQ(packet->timestamp, 0x140u);
  EXPECT_EQ(packet->ssrc, 0xdeadbeefu);
  EXPECT_EQ(copy_of(packet->payload), (Bytes{1, 2, 3}));
  EXPECT_FALSE(packet->has_extension);
}

TEST(ParseRtp, FindsSourcesExtensionAndPadding) {  // RFC 3550 5.1, 5.3.1
  Bytes bytes = joined({header, {0, 0, 0, 1, 0, 0, 0, 2}, {0xbe, 0xde, 0, 1, 9, 9, 9, 9}, {7, 7}, {0, 0, 3}});
  bytes[0] = 0x80 | 0x20 | 0x10 | 2;
  auto packet = parse_rtp(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->sources.size(), 8u);
  EXPECT_TRUE(packet->has_extension);
  EXPECT_EQ(packet->extension_profile, 0xbede);
  EXPECT_EQ(copy_of(packet->extension), (Bytes{9, 9, 9, 9}));
  EXPECT_EQ(packet->padding, 3);
  EXPECT_EQ(copy_of(packet->payload), (Bytes{7, 7}));
}

TEST(ParseRtp, TakesAnEmptyPayload) {
  EXPECT_EQ(reason_of(header), Reason::none);
  Bytes only_padding = joined({header, {0, 0, 0, 4}});
  only_padding[0] |= 0x20;
  EXPECT_EQ(reason_of(only_padding), Reason::none);
}

TEST(ParseRtp, RefusesWhatIsNotRtp) {
  for (size_t length = 0; length < header.size(); ++length) {
    EXPECT_EQ(reason_of(Bytes(header.begin(), header.begin() + long(length))), Reason::media_not_rtp)
        << length;
  }
  for (int version : {0, 1, 3}) {
    Bytes bytes = header;
    bytes[0] = uint8_t(version << 6);
    EXPECT_EQ(reason_of(bytes), Reason::media_not_rtp) << version;
  }
}

TEST(ParseRtp, RefusesListsThatRunPastTheEnd) {
  Bytes sources = joined({header, {0, 0, 0}});
  sources[0] |= 1;
  EXPECT_EQ(reason_of(sources), Reason::media_not_rtp);
  Bytes extension = joined({header, {0xbe, 0xde, 0, 2, 1, 1, 1, 1}});
  extension[0] |= 0x10;
  EXPECT_EQ(reason_of(extension), Reason::media_not_rtp);
}

TEST(ParseRtp, RefusesPaddingThatCannotBe) {
  for (int last : {0, 4, 255}) {
    Bytes bytes = joined({header, {0, 0, uint8_t(last)}});
    bytes[0] |= 0x20;
    EXPECT_EQ(reason_of(bytes), Reason::media_not_rtp) << last;
  }
  Bytes none = header;
  none[0] |= 0x20;
  EXPECT_EQ(reason_of(none), Reason::media_not_rtp);
}

TEST(ParseRtp, MutatedPacketsAreParsedOrRefusedWithinTheirBytes) {
  Bytes good = joined({header, {0, 0, 0, 1}, {0xbe, 0xde, 0, 1, 9, 9, 9, 9}, Bytes(20, 2)});
  good[0] = 0xb1;
  std::mt19937_64 random(7);
  for (int round = 0; round < 50000; ++round) {
    Bytes mutated = good;
    for (uint64_t n = random() % 4; n > 0; --n) mutated[random() % mutated.size()] = uint8_t(random());
    if (random() % 2) mutated.resize(random() % (mutated.size() + 1));
    mutated.shrink_to_fit();
    auto packet = parse_rtp(mutated);
    if (!packet) continue;
    size_t extension = packet->has_extension ? 4 + packet->extension.size() : 0;
    ASSERT_EQ(rtp_header_size + packet->sources.size() + extension + packet->payload.size() + packet->padding,
              mutated.size());
  }
}

TEST(LooksLikeRtcp, ByTheRangeOfRfc5761Section4) {
  EXPECT_FALSE(looks_like_rtcp(header)) << "PCMA with the marker";
  EXPECT_TRUE(looks_like_rtcp(Bytes{0x81, 200}));
  EXPECT_TRUE(looks_like_rtcp(Bytes{0x81, 192}));
  EXPECT_TRUE(looks_like_rtcp(Bytes{0x81, 223}));
  EXPECT_FALSE(looks_like_rtcp(Bytes{0x81, 224}));
  EXPECT_FALSE(looks_like_rtcp(Bytes{0x01, 200})) << "STUN, not version 2";
  EXPECT_FALSE(looks_like_rtcp(Bytes{0x81}));
}

}  // namespace
}  // namespace sbc::rtp
