#include <gtest/gtest.h>

#include "bench/relay/reference.h"
#include "dataplane/bytes/big_endian.h"
#include "dataplane/wire/frame.h"

namespace sbc::bench {
namespace {

constexpr MacAddress in{{2, 0, 0, 0, 0, 1}}, out{{2, 0, 0, 0, 0, 2}};

TEST(RelayReference, LeavesByTheOtherSideWithFreshHeadersAndTheSamePayload) {
  for (Family family : {Family::v4, Family::v6}) {
    const Flows flows(family, 9);
    std::array<uint8_t, frame_bytes_max> room;
    auto came = flows.write(room, 0, 5, 77, in);
    const auto bytes = reference(flows, 0, 5, came, out);
    auto frame = wire::parse_frame(bytes);  // which verifies the checksums
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->source_mac, out);
    EXPECT_EQ(frame->destination_mac, gateway_mac(1));
    EXPECT_EQ(frame->from(), flows.local(1, 5));
    EXPECT_EQ(frame->to(), flows.remote(1, 5));
    EXPECT_EQ(frame->ttl, 64);
    EXPECT_EQ(frame->dscp, media_dscp);
    const std::span<const uint8_t> payload = frame->payload(bytes), sent = came.last(rtp_bytes);
    EXPECT_TRUE(std::equal(payload.begin(), payload.end(), sent.begin(), sent.end()));
  }
}

TEST(RelayReference, WhatCameWithoutChecksumLeavesWithout) {
  const Flows flows(Family::v4, 1);
  std::array<uint8_t, frame_bytes_max> room;
  auto came = flows.write(room, 1, 0, 1, in);
  constexpr size_t checksum_at = 40;
  store_be16(&came[checksum_at], 0);
  EXPECT_EQ(load_be16(&reference(flows, 1, 0, came, out)[checksum_at]), 0);
}

}  // namespace
}  // namespace sbc::bench
