// StatusSet: final statuses of SIP that are no success, as an operator lists them: "408", "5xx".
#pragma once

#include <bitset>
#include <initializer_list>
#include <string>
#include <string_view>

namespace sbc {

class StatusSet {
 public:
  static constexpr int first = 300, last = 699;

  StatusSet() = default;
  StatusSet(std::initializer_list<int> statuses) {
    for (int status : statuses) bits_.set(size_t(status - first));
  }
  /// One status or one class; false, and nothing added, where it is neither.
  bool add(std::string_view text);
  bool has(int status) const { return status >= first && status <= last && bits_[size_t(status - first)]; }
  /// Whole classes as such: "408, 5xx".
  std::string text() const;
  friend bool operator==(const StatusSet&, const StatusSet&) = default;

 private:
  std::bitset<last - first + 1> bits_;
};

}  // namespace sbc
