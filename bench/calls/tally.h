// Tally: what the benchmark's user agents have sent again, and what came to them, by kind; and whether that
// is exactly what so many calls must bring. Plain numbers.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "bench/calls/call_name.h"

namespace sbc::bench {

enum class Kind : uint8_t { invite, trying, ringing, accepted, ack, bye, ended, rtp, count_ };
inline constexpr size_t kinds = size_t(Kind::count_);

class Tally {
 public:
  void begun() { ++calls_; }
  void hung_up(Side by) { ++hung_up_[size_t(by)]; }
  /// A message that has been sent before; `by` whom.
  void repeated(Kind kind, Side by) { ++repeated_[size_t(by)][size_t(kind)]; }
  void came(Kind kind, Side to) { ++came_[size_t(to)][size_t(kind)]; }

  uint64_t calls() const { return calls_; }
  uint64_t ended() const { return hung_up_[0] + hung_up_[1]; }
  uint64_t sip_sent() const { return sip_sent_; }
  void sent_sip() { ++sip_sent_; }

  uint64_t expected(Kind kind, Side to) const;
  /// The first kind of which another number came than every call over brings; empty: all is right.
  std::string difference() const;

 private:
  uint64_t repeated_of(Kind kind, Side by) const { return repeated_[size_t(by)][size_t(kind)]; }

  uint64_t calls_ = 0, sip_sent_ = 0;
  std::array<uint64_t, 2> hung_up_{};
  std::array<std::array<uint64_t, kinds>, 2> repeated_{}, came_{};
};

}  // namespace sbc::bench
