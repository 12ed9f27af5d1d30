// Ruler: a bare hs_scan() of the same literals, nothing done with a match.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "bench/sip/corpus.h"

namespace sbc::bench {

class BareScan {
 public:
  explicit BareScan(std::span<const Literal> literals);
  ~BareScan();

  void scan(std::string_view bytes) const;
  /// How many matches a scan reports.
  size_t count(std::string_view bytes) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The bytes of all Hyperscan databases that are made while `make` runs.
size_t database_bytes(const std::function<void()>& make);

}  // namespace sbc::bench
