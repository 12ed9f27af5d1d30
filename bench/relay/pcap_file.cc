#include "bench/relay/pcap_file.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

namespace sbc::bench {
namespace {

constexpr uint32_t magic = 0xa1b2c3d4;  // in the machine's own order, which tells readers what that is
constexpr uint32_t version = 2 | 4 << 16;
constexpr uint32_t snap_length = 65'535, link_ethernet = 1;
constexpr uint32_t seed = 3550;

}  // namespace

PcapFile::PcapFile(const std::string& path) : file_(path, std::ios::binary) {
  put({magic, version, 0, 0, snap_length, link_ethernet});
}

void PcapFile::put(std::initializer_list<uint32_t> words) {
  for (uint32_t word : words) file_.write(reinterpret_cast<const char*>(&word), sizeof word);
}

void PcapFile::add(std::span<const uint8_t> frame) {
  put({0, 0, uint32_t(frame.size()), uint32_t(frame.size())});
  file_.write(reinterpret_cast<const char*>(frame.data()), std::streamsize(frame.size()));
}

bool PcapFile::finish() {
  file_.flush();
  return file_.good();
}

bool write_capture(const std::string& path, const Flows& flows, uint8_t side, const MacAddress& to) {
  PcapFile file(path);
  std::mt19937 random(seed + side);
  std::vector<uint32_t> order(flows.count());
  std::iota(order.begin(), order.end(), 0);
  std::array<uint8_t, frame_bytes_max> room;
  for (uint16_t sequence = 0; sequence < packets_per_flow; ++sequence) {
    std::shuffle(order.begin(), order.end(), random);
    for (uint32_t flow : order) file.add(flows.write(room, side, flow, sequence, to));
  }
  return file.finish();
}

}  // namespace sbc::bench
