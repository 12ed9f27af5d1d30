// Interval: that of a timer which doubles each time it fires (RFC 3261 17: timers A, E, G). It counts the
// doublings, so that a transaction pays one byte for it.
#pragma once

#include <algorithm>

#include "config/types/rate.h"

namespace sbc::transaction {

class Interval {
 public:
  Duration first(Duration t1) {
    doublings_ = 0;
    return t1;
  }
  /// Twice the last one, `most` at most.
  Duration next(Duration t1, Duration most = Duration::max()) {
    if (doublings_ < doublings_max) ++doublings_;
    return std::min(t1 * (int64_t(1) << doublings_), most);
  }

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.number(self.doublings_, doublings_max);
  }

 private:
  static constexpr uint8_t doublings_max =
      20;  // a T1 of seconds does not overflow, one of 10 ms reaches every T2
  uint8_t doublings_ = 0;
};

}  // namespace sbc::transaction
