// Unescaped: the start line and header fields of a message that hold what their reader undoes:
// percent-encoding in URIs (RFC 3261 19.1.2), quoted pairs (25.1), folding (7.3.1); undone once, so that
// signatures see what the far end would. Once: what decodes to another escape stays one, as it does for the
// far end (RFC 3986 2.4).
//
// In the start line every escape is decoded, in a header field those behind a URI's scheme only: elsewhere,
// as in a Call-ID, a tag or a display name, a percent sign means itself. A fold becomes the one blank that it
// stands for. Lives on the stack for the length of one scan; no allocation; one pass over the head.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "policy/signatures/layout.h"

namespace sbc::policy {

class Unescaped {
 public:
  static constexpr size_t bytes_max = 16384;     // no message is longer
  static constexpr size_t pieces_max = 1 + 256;  // no parser takes more: a start line and its header fields

  /// A start line or a header field, with its name and line end.
  struct Piece {
    uint32_t begin, end;  // in bytes()
    uint32_t origin;      // where it begins in the message
  };

  /// What does not fit is left out: such a message is refused for its size anyway. So is what decoding leaves
  /// as it was.
  Unescaped(std::string_view message, Layout& layout);

  std::string_view bytes() const { return {bytes_.data(), size_}; }
  /// What the bytes [begin, end) are of; null when they are not of one piece.
  const Piece* piece_of(size_t begin, size_t end) const;
  std::string_view text_of(const Piece& piece) const {
    return bytes().substr(piece.begin, piece.end - piece.begin);
  }

 private:
  void decode_start_line(std::string_view line);
  void decode_field(std::string_view field);
  void append(std::string_view text);

  std::array<char, bytes_max> bytes_;     // NOLINT: filled as far as size_ says
  std::array<Piece, pieces_max> pieces_;  // NOLINT: filled as far as piece_count_ says
  size_t size_ = 0;
  size_t piece_count_ = 0;
};

}  // namespace sbc::policy
