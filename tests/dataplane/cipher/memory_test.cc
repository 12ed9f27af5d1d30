// What the transformer does with memory: none from the heap once it runs, and no key is left in any of it.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/allocation/trap/trap.h"
#include "tests/dataplane/cipher/transformer_fixture.h"

namespace sbc::cipher {
namespace {

class MemoryTest : public TransformerTest {};

TEST_P(MemoryTest, OpensRunsAndClosesWithoutTheHeap) {
  std::vector<Bytes> packets;
  std::vector<Work> burst;
  for (uint16_t i = 0; i < 40; ++i) packets.push_back(rtp_packet(i % 12, i, 160, i % 3, int(i % 4) - 1));
  for (Bytes& packet : packets) {
    const auto size = uint16_t(packet.size());
    packet.resize(size + srtp::tail_max);
    burst.push_back(
        {.context = 0, .rtcp = false, .data = packet.data(), .size = size, .room = srtp::tail_max});
  }
  for (SrtpSuite suite : suites) {
    const MasterKey key = key_of(suite, 1), next = key_of(suite, 2);
    AllocationTrap trap;
    for (Way way : {Way::protect, Way::unprotect}) {
      const ContextId context = transformer->open(way, Part::both, key);
      for (Work& work : burst) work.context = context;
      transformer->run(burst);
      transformer->rekey(context, next);
      if (way == Way::unprotect) transformer->run(burst);  // forged, and tried twice
      transformer->close(context);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, MemoryTest, testing::Values("MultiBuffer"),
                         [](const auto& drivers) { return std::string(drivers.param); });

/// A key that is looked for, hidden so that it is not itself found.
class Needle {
 public:
  explicit Needle(std::span<const uint8_t> key) {
    for (uint8_t byte : key.first(16)) hidden_.push_back(uint8_t(byte ^ 0xff));
  }
  /// How often it stands there.
  size_t count_in(std::span<const uint8_t> text) const {
    size_t count = 0;
    while (text.size() >= hidden_.size()) {
      const auto* at = static_cast<const uint8_t*>(
          std::memchr(text.data(), hidden_[0] ^ 0xff, text.size() - hidden_.size() + 1));
      if (at == nullptr) break;
      count += std::equal(hidden_.begin(), hidden_.end(), at,
                          [](uint8_t hidden, uint8_t byte) { return hidden == (byte ^ 0xff); });
      text = text.subspan(size_t(at - text.data()) + 1);
    }
    return count;
  }

 private:
  Bytes hidden_;
};

/// How often one of them stands in what this process may write, but for what is larger than DPDK's memory:
/// the sanitizers' own.
size_t find_in_memory(std::span<const Needle> needles) {
  constexpr uint64_t largest = 1ull << 30;
  static std::array<uint8_t, (1 << 20) + 16> window;
  const int memory = open("/proc/self/mem", O_RDONLY);
  std::ifstream maps("/proc/self/maps");
  size_t found = 0;
  for (std::string line; std::getline(maps, line);) {
    unsigned long begin = 0, end = 0;
    char write = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx %*c%c", &begin, &end, &write) != 3 || write != 'w') continue;
    if (end - begin > largest) continue;
    for (; begin < end; begin += window.size() - 16) {
      const ssize_t got = pread(memory, window.data(), std::min(window.size(), end - begin), off_t(begin));
      for (const Needle& needle : needles)
        found += needle.count_in(std::span(window).first(size_t(std::max<ssize_t>(got, 0))));
      OPENSSL_cleanse(window.data(), window.size());
    }
  }
  close(memory);
  return found;
}

class WipingTest : public TransformerTest {
 protected:
  static void make_key(SrtpSuite suite, MasterKey& key) {
    key.suite = suite;
    for (size_t i = 0; i < MasterKey::bytes_max; ++i)
      key.bytes[i] = uint8_t(i * i * 7 + i * 13 + size_t(suite));
  }
  static std::vector<Needle> needles_of(const MasterKey& key) {
    std::vector<Needle> needles{Needle(key.key())};
    srtp::KeyDerivation derivation;
    for (bool rtcp : {false, true}) {
      srtp::SessionKeys keys;
      derivation.derive(key, rtcp, keys);
      needles.emplace_back(keys.cipher);
      if (!facts_of(key.suite).aead) needles.emplace_back(keys.hmac);
    }
    return needles;
  }
};

TEST_P(WipingTest, NoKeyIsLeftOnceItsContextIsClosedOrHasAnother) {
  for (auto [suite, rekeyed] : {std::pair{SrtpSuite::aes_cm_128_hmac_sha1_80, false},
                                {SrtpSuite::aes_cm_128_hmac_sha1_80, true},
                                {SrtpSuite::aead_aes_256_gcm, false},
                                {SrtpSuite::aead_aes_256_gcm, true}}) {
    std::vector<Needle> needles;
    ContextId context = srtp::no_context;
    {
      MasterKey key;
      make_key(suite, key);
      needles = needles_of(key);
      context = transformer->open(Way::protect, Part::both, key);
    }
    EXPECT_EQ(run(context, rtp_packet(7, 1, 160, 2)).first, Reason::none);
    EXPECT_EQ(run(context, rtcp_packet(7, 40), true).first, Reason::none);
    EXPECT_GE(find_in_memory(needles), 3u);  // the master key's, and a session's for RTP and for RTCP
    rekeyed ? transformer->rekey(context, key_of(suite, 2)) : transformer->close(context);
    EXPECT_EQ(find_in_memory(needles), 0u) << size_t(suite);
    if (rekeyed) transformer->close(context);
  }
}

INSTANTIATE_TEST_SUITE_P(, WipingTest, testing::Values("MultiBuffer"),
                         [](const auto& drivers) { return std::string(drivers.param); });

}  // namespace
}  // namespace sbc::cipher
