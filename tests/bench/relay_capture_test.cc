#include <cstring>
#include <map>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "bench/relay/pcap_file.h"
#include "dataplane/bytes/big_endian.h"
#include "dataplane/wire/frame.h"

namespace sbc::bench {
namespace {

constexpr MacAddress ours{{2, 0, 0, 0, 0, 7}};

std::string read_whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::vector<uint8_t>> frames_of(const std::string& capture) {
  constexpr size_t file_header = 24, record_header = 16;
  std::vector<std::vector<uint8_t>> frames;
  for (size_t at = file_header; at < capture.size();) {
    uint32_t size = 0;
    std::memcpy(&size, &capture[at + 8], sizeof size);
    at += record_header;
    frames.emplace_back(capture.begin() + at, capture.begin() + at + size);
    at += size;
  }
  return frames;
}

std::string capture_of(const Flows& flows, uint8_t side) {
  const std::string path = testing::TempDir() + "relay-" + std::to_string(getpid()) + ".pcap";
  EXPECT_TRUE(write_capture(path, flows, side, ours));
  std::string capture = read_whole(path);
  unlink(path.c_str());
  return capture;
}

TEST(RelayCapture, HoldsEveryFlowsPacketsInSequence) {
  for (Family family : {Family::v4, Family::v6}) {
    const Flows flows(family, 40);
    const auto frames = frames_of(capture_of(flows, 1));
    ASSERT_EQ(frames.size(), 40u * packets_per_flow);
    std::map<Endpoint, uint16_t> next;
    for (const auto& bytes : frames) {
      auto frame = wire::parse_frame(bytes);
      ASSERT_TRUE(frame);
      EXPECT_EQ(frame->destination_mac, ours);
      EXPECT_EQ(frame->payload_length, rtp_bytes);
      EXPECT_EQ(load_be16(&bytes[frame->payload_offset + 2u]), next[frame->from()]++);
    }
    for (uint32_t flow = 0; flow < 40; ++flow) EXPECT_EQ(next[flows.remote(1, flow)], packets_per_flow);
  }
}

TEST(RelayCapture, IsTheSameInEveryRunButNotInOrder) {
  const Flows flows(Family::v4, 40);
  const std::string capture = capture_of(flows, 0);
  EXPECT_EQ(capture, capture_of(flows, 0));
  const auto frames = frames_of(capture);
  unsigned in_order = 0;
  for (uint32_t flow = 0; flow < 40; ++flow)
    in_order += wire::parse_frame(frames[flow])->from() == flows.remote(0, flow);
  EXPECT_LT(in_order, 10u);
}

}  // namespace
}  // namespace sbc::bench
