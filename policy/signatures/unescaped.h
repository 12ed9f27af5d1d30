// Unescaped: the start line and header fields of a message that hold percent-encoding (RFC 3261 19.1.2),
// decoded once, so that signatures see what the far end would. Lives on the stack for the length of one scan;
// no allocation.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "policy/signatures/layout.h"

namespace sbc::policy {

class Unescaped {
 public:
  static constexpr size_t bytes_max = 16384;  // no message is longer
  static constexpr size_t pieces_max = 256;   // no parser takes more header fields

  /// What does not fit is left out: such a message is refused for its size anyway.
  Unescaped(std::string_view message, Layout& layout);

  std::string_view bytes() const { return {bytes_.data(), size_}; }
  /// Where the bytes [begin, end) come from; null when they are not of one piece.
  const Place* place_of(size_t begin, size_t end) const;

 private:
  struct Piece {
    size_t end;  // in bytes_; it begins where the one before ends
    Place place;
  };
  void decode(std::string_view field);

  std::array<char, bytes_max> bytes_;  // NOLINT: filled as far as size_ says
  std::array<Piece, pieces_max> pieces_;
  size_t size_ = 0;
  size_t piece_count_ = 0;
};

}  // namespace sbc::policy
