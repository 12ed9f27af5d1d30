// The estimate of an index at its edges (RFC 3711 3.3.1, Appendix A), and the replay window at its own.
#include "dataplane/srtp/packet_index.h"

#include <gtest/gtest.h>

#include "dataplane/srtp/replay_window.h"

namespace sbc::srtp {
namespace {

constexpr uint64_t at(uint64_t roc, uint64_t sequence) { return roc << 16 | sequence; }

struct Estimate {
  uint64_t highest;
  uint16_t sequence;
  std::optional<uint64_t> index;
};

TEST(PacketIndex, IsTheNearest) {
  const Estimate table[]{
      {at(0, 0), 0, at(0, 0)},
      {at(0, 0), 32768, at(0, 32768)},  // as far as may be
      {at(0, 0), 32769, std::nullopt},  // before the first
      {at(1, 0), 32769, at(0, 32769)},  // before the wrap
      {at(1, 32767), 65535, at(1, 65535)},
      {at(1, 32766), 65535, at(0, 65535)},
      {at(1, 32767), 0, at(1, 0)},
      {at(1, 32768), 0, at(1, 0)},
      {at(1, 32769), 0, at(2, 0)},  // behind the next wrap
      {at(0, 65535), 0, at(1, 0)},
      {at(0, 65535), 32766, at(1, 32766)},
      {at(0, 65535), 32767, at(0, 32767)},
      {at(0xffffffff, 65535), 65534, at(0xffffffff, 65534)},
      {at(0xffffffff, 65535), 0, std::nullopt},  // a key's last packet has been
      {at(0xffffffff, 5), 65535, at(0xfffffffe, 65535)},
  };
  for (const Estimate& row : table)
    EXPECT_EQ(estimate_index(row.highest, row.sequence), row.index) << row.highest << ' ' << row.sequence;
}

TEST(PacketIndex, OfEverySequenceNumberAsTheAppendixHasIt) {
  for (uint32_t roc : {0u, 1u, 2u, 0xffffffffu}) {
    for (uint32_t last = 0; last < 65536; last += 4093) {
      for (uint32_t sequence = 0; sequence < 65536; ++sequence) {
        int64_t v = roc;
        if (last < 32768 ? int(sequence) - int(last) > 32768 : int(last) - 32768 > int(sequence))
          v += last < 32768 ? -1 : 1;
        const auto expected =
            v < 0 || v > 0xffffffff ? std::nullopt : std::optional(at(uint64_t(v), sequence));
        ASSERT_EQ(estimate_index(at(roc, last), uint16_t(sequence)), expected) << last << ' ' << sequence;
      }
    }
  }
}

TEST(ReplayWindow, TakesEachIndexOnce) {
  ReplayWindow window;
  EXPECT_TRUE(window.is_empty());
  EXPECT_TRUE(window.is_new(0));
  for (uint64_t index : {5u, 6u, 4u, 300u, 299u, 173u}) {
    EXPECT_TRUE(window.is_new(index)) << index;
    window.add(index);
    EXPECT_FALSE(window.is_new(index)) << index;
  }
  EXPECT_EQ(window.highest(), 300u);
  EXPECT_FALSE(window.is_new(172));  // nobody knows
  EXPECT_TRUE(window.is_new(174));
  EXPECT_TRUE(window.is_new(301));
}

TEST(ReplayWindow, KeepsWhatAStepLeavesInIt) {
  constexpr uint64_t first = 1000;
  for (uint64_t step : {1u, 63u, 64u, 127u, 128u, 129u, 1000000u}) {
    ReplayWindow window;
    window.add(first);
    window.add(first + step);
    EXPECT_FALSE(window.is_new(first)) << step;
    EXPECT_FALSE(window.is_new(first + step));
    EXPECT_EQ(window.is_new(first + 1), step > 1 && step <= ReplayWindow::size) << step;
    EXPECT_EQ(window.is_new(first - 1), step + 1 < ReplayWindow::size) << step;
  }
}

}  // namespace
}  // namespace sbc::srtp
