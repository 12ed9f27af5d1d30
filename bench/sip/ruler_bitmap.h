// Ruler: the least that any parser must do. One pass that marks the line ends of the whole message in a
// bitmap, with the widest vectors that the processor has, and a copy of each value whose place is known
// beforehand.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/sip/values.h"

namespace sbc::bench {

class BitmapTask {
 public:
  static constexpr size_t message_max = 4096;

  /// `message` must outlive the task.
  BitmapTask(std::string_view message, const Listing& values);

  /// Runs the task and looks at what it yields: every line end marked, every value copied. What is wrong, or
  /// empty.
  std::string fault() const;

  struct Range {
    const char* begin;
    size_t size;
  };
  std::string_view message() const { return message_; }
  std::span<const Range> ranges() const { return ranges_; }

 private:
  std::string_view message_;
  std::string expected_;  // the copied values, one behind the other
  std::vector<Range> ranges_;
  bool complete_ = true;
};

/// All tasks once; the number of bytes copied.
uint64_t run_bitmap(std::span<const BitmapTask> tasks);

}  // namespace sbc::bench
