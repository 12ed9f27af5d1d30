// Thousands of packets in random bursts of many contexts, reordered, doubled, damaged, across wraps: each as
// a model says that takes them one after the other, and as the reference protects them.
#include <map>
#include <optional>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "dataplane/bytes/big_endian.h"
#include "tests/dataplane/cipher/transformer_fixture.h"

namespace sbc::cipher {
namespace {

using srtp::reference::Keys;

/// Which indices of which source have been, and what becomes of the next one.
class Model {
 public:
  uint64_t estimate(uint32_t ssrc, uint16_t sequence) const {
    auto at = seen_.find(ssrc);
    if (at == seen_.end()) return sequence;
    const int64_t highest = int64_t(*at->second.rbegin());
    return uint64_t(highest + int16_t(uint16_t(sequence - highest)));
  }
  /// Of `index`, which it has, estimated; a source's first packet is tried at two.
  Reason receive(uint32_t ssrc, uint64_t estimated, uint64_t index, bool damaged) {
    const bool begins = !seen_.contains(ssrc);
    if (begins && index >> 16 == (index & 15)) estimated = index;
    return next(ssrc, estimated, !damaged && estimated == index);
  }
  /// The index that a packet is sent at: of a source that begins anew below what it has sent, from the second
  /// packet on, the one behind the highest.
  std::optional<uint64_t> send(uint32_t ssrc, uint16_t sequence) {
    Source& source = sources_[ssrc];
    uint64_t index = estimate(ssrc, uint16_t(sequence + source.shift));
    if (auto at = seen_.find(ssrc); at != seen_.end()) {
      const uint64_t highest = *at->second.rbegin();
      if (index > highest + (1 << 20) || index + 128 <= highest) {
        const std::pair stray{sequence, highest};
        const bool follows = source.expected == stray;
        source.expected = {uint16_t(sequence + 1), highest};
        if (!follows) return std::nullopt;
        source.expected.reset();
        source.shift = uint16_t(highest + 1 - sequence);
        index = highest + 1;
      }
    }
    return next(ssrc, index, true) == Reason::none ? std::optional(index) : std::nullopt;
  }
  Reason next(uint32_t ssrc, uint64_t index, bool authentic) {
    if (auto at = seen_.find(ssrc); at != seen_.end()) {
      const uint64_t highest = *at->second.rbegin();
      if (index > highest + (1 << 20)) return Reason::srtp_replayed;  // below zero
      if (at->second.contains(index) || (index < highest && highest - index >= 128))
        return Reason::srtp_replayed;
    }
    if (!authentic) return Reason::srtp_forged;
    seen_[ssrc].insert(index);
    return Reason::none;
  }

 private:
  struct Source {
    uint16_t shift = 0;
    std::optional<std::pair<uint16_t, uint64_t>> expected;  // behind one too old, while this is the highest
  };
  std::map<uint32_t, std::set<uint64_t>> seen_;
  std::map<uint32_t, Source> sources_;
};

/// One context and what the test knows about it.
struct Subject {
  ContextId context;
  Way way;
  MasterKey key;
  Keys rtp, rtcp;
  Model rtp_model, rtcp_model;
  std::map<uint32_t, uint64_t> position;  // of its sources
  uint32_t rtcp_sent = 0;
};

struct Expected {
  Reason reason;
  Bytes packet;  // where the reason is none
};

class DifferentialTest : public TransformerTest {
 protected:
  unsigned below(unsigned end) { return unsigned(random_() % end); }

  Subject new_subject(unsigned seed) {
    const MasterKey key = key_of(suites[below(6)], seed, below(2) == 0 ? 0 : uint8_t(below(5)));
    const Way way = below(2) == 0 ? Way::protect : Way::unprotect;
    Subject subject{open(way, key),
                    way,
                    key,
                    srtp::reference::derive(key, false),
                    srtp::reference::derive(key, true),
                    {},
                    {},
                    {},
                    0};
    for (uint32_t ssrc = 1; ssrc <= 3; ++ssrc) subject.position[ssrc] = 65536 - below(400);
    return subject;
  }

  Bytes mki_of(const Subject& subject) { return Bytes(subject.key.mki_length, 0x55); }

  Expected add_rtp(Subject& subject, Burst& burst) {
    const uint32_t ssrc = 1 + below(3);
    uint64_t& position = subject.position[ssrc];
    if (below(200) == 0) position += subject.way == Way::protect ? below(65536) : 20000;
    const uint64_t index = ++position - (below(4) == 0 ? below(140) : 0);
    Bytes plain =
        rtp_packet(ssrc, uint16_t(index), below(300), below(3) == 0 ? below(4) : 0, int(below(4)) - 2);
    Model& model = subject.rtp_model;
    if (subject.way == Way::protect) {
      burst.add(subject.context, plain);
      const auto sent_at = model.send(ssrc, uint16_t(index));
      if (!sent_at) return {Reason::srtp_replayed, {}};
      renumbered_ += uint16_t(index) != uint16_t(*sent_at);
      store_be16(&plain[2], uint16_t(*sent_at));
      return {Reason::none, srtp::reference::protect(subject.rtp, subject.key.suite, false, plain, *sent_at)};
    }
    const uint64_t estimated = model.estimate(ssrc, uint16_t(index));
    Bytes packet =
        srtp::reference::protect(subject.rtp, subject.key.suite, false, plain, index, mki_of(subject));
    const bool damaged = below(20) == 0;
    if (damaged) packet[1] ^= 1;  // its payload type
    burst.add(subject.context, packet);
    return {model.receive(ssrc, estimated, index, damaged), plain};
  }

  Expected add_rtcp(Subject& subject, Burst& burst) {
    const Bytes plain = rtcp_packet(1 + below(3), 8 + 4 * below(30));
    if (subject.way == Way::protect) {
      burst.add(subject.context, plain, true);
      return {Reason::none,
              srtp::reference::protect(subject.rtcp, subject.key.suite, true, plain, subject.rtcp_sent++)};
    }
    const uint32_t index = 200 + subject.rtcp_sent++ - below(3) * below(100);
    Bytes packet =
        srtp::reference::protect(subject.rtcp, subject.key.suite, true, plain, index, mki_of(subject));
    const bool damaged = below(20) == 0;
    if (damaged) packet[2] ^= 1;  // its length
    burst.add(subject.context, packet, true);
    return {subject.rtcp_model.next(plain[7], index, !damaged), plain};
  }

  std::mt19937 random_{3711};
  unsigned renumbered_ = 0;
};

TEST_P(DifferentialTest, BurstsOfManyContexts) {
  std::vector<Subject> subjects;
  for (unsigned i = 0; i < 40; ++i) subjects.push_back(new_subject(i));
  std::map<Reason, unsigned> outcomes;
  for (unsigned round = 0; round < 300; ++round) {
    if (round % 20 == 19) {
      Subject& old = subjects[below(40)];
      transformer->close(old.context);
      old = new_subject(1000 + round);
    }
    Burst burst;
    std::vector<Expected> expected;
    const unsigned size = 1 + below(150), busy = 1 + below(40);
    while (burst.size() < size) {
      Subject& subject = subjects[below(busy)];
      expected.push_back(below(8) == 0 ? add_rtcp(subject, burst) : add_rtp(subject, burst));
    }
    burst.run(*transformer);
    for (size_t i = 0; i < size; ++i) {
      ASSERT_EQ(burst.reason(i), expected[i].reason) << round << ' ' << i;
      if (expected[i].reason == Reason::none) {
        ASSERT_EQ(burst.packet(i), expected[i].packet) << round << ' ' << i;
      }
      ++outcomes[burst.reason(i)];
    }
  }
  EXPECT_GT(outcomes[Reason::none], 10000u);
  EXPECT_GT(outcomes[Reason::srtp_forged], 300u);
  EXPECT_GT(outcomes[Reason::srtp_replayed], 300u);
  EXPECT_GT(renumbered_, 1000u);
}

INSTANTIATE_TEST_SUITE_P(, DifferentialTest, testing::Values("MultiBuffer", "OpenSsl"),
                         [](const auto& drivers) { return std::string(drivers.param); });

}  // namespace
}  // namespace sbc::cipher
