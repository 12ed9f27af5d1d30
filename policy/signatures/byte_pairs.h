// BytePairs: which two bytes stand side by side in any pattern, letters without case. It tells, from the
// escapes and folds of a message and their neighbours alone, that undoing them makes no pattern: nearly all
// messages with percent-encoding or folded lines are then scanned once.
//
// 8 KiB; immutable, shared by all workers.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "policy/signatures/signature.h"

namespace sbc::policy {

class BytePairs {
 public:
  explicit BytePairs(const std::vector<Signature>& signatures);

  /// False: no pattern that holds a byte of an undone percent-encoding occurs in the message, wherever that
  /// counts.
  bool may_occur_unescaped(std::string_view message) const;
  /// False: no pattern that holds the blank of an undone fold does. Of a message without escapes and
  /// backslashes.
  bool may_occur_unfolded(std::string_view message) const;

 private:
  class Set {
   public:
    void add(char first, char second);
    bool has(char first, char second) const;

   private:
    std::array<uint64_t, 1024> bits_{};
  };
  /// May a pattern hold `here` between these two?
  bool may_hold(char before, char here, char after) const {
    return (any_.has(before, here) && any_.has(here, after)) || first_.has(here, after) ||
           last_.has(before, here);
  }

  Set any_, first_, last_;
};

}  // namespace sbc::policy
