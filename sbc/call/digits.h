// Digits: those that the other side's media has told of, for a leg whose peer gets them as INFO: one INFO at
// a time, for they have no order but that of their answers.
#pragma once

#include <algorithm>
#include <array>

#include "config/types/check.h"
#include "dataplane/lane/pool.h"
#include "dataplane/media/digit.h"

namespace sbc::call {

struct Digits {
  static constexpr size_t waiting_max = 8;

  lane::Handle client;  // our INFO without a final response
  std::array<media::Digit, waiting_max> waiting{};
  uint8_t count = 0;  // of those that wait; none where no INFO is under way

  bool full() const { return count == waiting_max; }
  void add(const media::Digit& digit) { waiting[count++] = digit; }
  const media::Digit& first() const { return waiting[0]; }
  void take() {
    SBC_CHECK(count > 0);
    std::copy(waiting.begin() + 1, waiting.begin() + count--, waiting.begin());
  }

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.client(self.client);
    form.number(self.count, waiting_max);
    for (size_t at = 0; at < self.count; ++at) {
      form.number(self.waiting[at].event, media::last_digit_event);
      form.number(self.waiting[at].duration_ms);
    }
  }
};

}  // namespace sbc::call
