// The slow and obvious way to find literals in a message, which the fast one is held to.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "bench/sip/corpus.h"

namespace sbc::bench {

class PlainSearch {
 public:
  explicit PlainSearch(std::string message);

  /// The first literal of the list that the message holds: as its bytes stand, or in its head with
  /// percent-encoding undone (RFC 3261 19.1.2).
  std::optional<size_t> first_of(std::span<const Literal> literals) const;
  /// How often the bytes as they stand hold any of them, overlapping ones counted.
  size_t count(std::span<const Literal> literals) const;

 private:
  struct Text {
    std::string exact, lowered;
    explicit Text(std::string bytes);
    size_t find(const Literal& literal, size_t from) const;
  };
  Text message_, decoded_head_;
};

}  // namespace sbc::bench
