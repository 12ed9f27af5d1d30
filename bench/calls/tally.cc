#include "bench/calls/tally.h"

#include <string_view>

namespace sbc::bench {
namespace {

constexpr std::array<std::string_view, kinds> names{"INVITE", "100", "180",        "200 to INVITE",
                                                    "ACK",    "BYE", "200 to BYE", "RTP"};

}  // namespace

/// A request that comes again brings its last response again (RFC 3261 17.2), a 2xx its ACK (13.2.2.4); an
/// ACK or a 200 to a BYE that comes again brings nothing.
uint64_t Tally::expected(Kind kind, Side to) const {
  bool caller = to == Side::caller;
  Side other = caller ? Side::callee : Side::caller;
  switch (kind) {
    case Kind::invite:
      return caller ? 0 : calls_;
    case Kind::trying:
    case Kind::accepted:
      return caller ? calls_ : 0;
    case Kind::ringing:
      return caller ? calls_ + repeated_of(Kind::invite, to) : 0;
    case Kind::ack:
      return caller ? 0 : calls_ + repeated_of(Kind::accepted, to);
    case Kind::bye:
      return hung_up_[size_t(other)];
    case Kind::ended:
      return hung_up_[size_t(to)] + repeated_of(Kind::bye, to);
    case Kind::rtp:
      return calls_;
    case Kind::count_:
      break;
  }
  return 0;
}

std::string Tally::difference() const {
  if (ended() != calls_) return std::to_string(calls_ - ended()) + " calls are not over";
  for (Side to : {Side::caller, Side::callee}) {
    for (size_t i = 0; i < kinds; ++i) {
      uint64_t came = came_[size_t(to)][i], due = expected(Kind(i), to);
      if (came == due) continue;
      return std::to_string(came) + " " + std::string(names[i]) + " came to " +
             (to == Side::caller ? "callers" : "callees") + " instead of " + std::to_string(due);
    }
  }
  return {};
}

}  // namespace sbc::bench
