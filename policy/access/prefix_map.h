// PrefixMap: longest-prefix match over both families, immutable, any thread.
//
// A sweep over the prefixes in address order builds the ranges: prefixes either nest or are disjoint, so a
// stack of those that are open tells which one is the longest at each point. IPv4 lies inside IPv6's
// ::ffff:0:0/96 here, so that range is fenced off: a rule for ::/0 says nothing about IPv4.
#pragma once

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "config/types/address.h"

namespace sbc::policy {

/// Sorted disjoint ranges, one binary search.
template <class Value>
class PrefixMap {
 public:
  struct Entry {
    Prefix prefix;
    Value value;
  };
  PrefixMap() = default;
  /// Of two entries with the same prefix the later one counts.
  explicit PrefixMap(std::vector<Entry> entries);
  const Value* find(const IpAddress& address) const;  // of the longest prefix; null when none

 private:
  struct Range {
    IpAddress first;
    int32_t value = -1;  // index into values_; -1 = no prefix covers it
  };
  std::vector<Range> ranges_;
  std::vector<Value> values_;
};

/// The address just behind; nullopt behind the last one.
inline std::optional<IpAddress> successor(IpAddress address) {
  for (size_t i = address.bytes.size(); i-- > 0;)
    if (++address.bytes[i] != 0) return address;
  return std::nullopt;
}

template <class Value>
PrefixMap<Value>::PrefixMap(std::vector<Entry> entries) {
  if (entries.empty()) return;
  struct Open {
    Prefix prefix;
    int32_t value;
  };
  std::vector<Open> order{
      {Prefix::of(IpAddress::v4(0u), 0), -1}};  // the fence, first, so that a real 0.0.0.0/0 wins
  for (Entry& entry : entries) {
    order.push_back({entry.prefix, int32_t(values_.size())});
    values_.push_back(std::move(entry.value));
  }
  std::stable_sort(order.begin(), order.end(),
                   [](const Open& a, const Open& b) { return a.prefix < b.prefix; });

  auto begin_range = [this](const IpAddress& first, int32_t value) {
    if (!ranges_.empty() && ranges_.back().first == first)
      ranges_.back().value = value;
    else
      ranges_.push_back({first, value});
  };
  std::vector<Open> open;
  auto close_last = [&] {
    auto behind = successor(open.back().prefix.last());
    open.pop_back();
    if (behind) begin_range(*behind, open.empty() ? -1 : open.back().value);
  };
  for (const Open& next : order) {
    while (!open.empty() && !open.back().prefix.contains(next.prefix.first())) close_last();
    begin_range(next.prefix.first(), next.value);
    open.push_back(next);
  }
  while (!open.empty()) close_last();
}

template <class Value>
const Value* PrefixMap<Value>::find(const IpAddress& address) const {
  auto behind = std::upper_bound(ranges_.begin(), ranges_.end(), address,
                                 [](const IpAddress& a, const Range& range) { return a < range.first; });
  if (behind == ranges_.begin()) return nullptr;
  int32_t value = std::prev(behind)->value;
  return value < 0 ? nullptr : &values_[size_t(value)];
}

}  // namespace sbc::policy
