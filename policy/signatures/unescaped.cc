#include "policy/signatures/unescaped.h"

#include <algorithm>

#include "dataplane/sip/characters.h"
#include "policy/signatures/hex.h"

namespace sbc::policy {
namespace {

/// Is a decoder inside a URI behind `field[at]`, if it was there before? A scheme's colon begins one, a quote
/// or an angle bracket ends it. Blanks and commas do not: a lenient far end may take them as part of it.
bool in_uri_after(std::string_view field, size_t at, bool before) {
  switch (field[at]) {
    case ':':
      return before || (at > 0 && sip::is(field[at - 1], sip::class_scheme));
    case '"':
    case '<':
    case '>':
      return false;
    default:
      return before;
  }
}

}  // namespace

Unescaped::Unescaped(std::string_view message, Layout& layout) {
  std::string_view head = layout.head();
  size_t at = head.find('%');
  while (at != head.npos && piece_count_ < pieces_max) {
    Place place = layout.place_of(at);
    std::string_view field = message.substr(place.begin, place.end - place.begin);
    if (size_ + field.size() > bytes_max) return;
    size_t begin = size_;
    decode(place.part, field);
    if (size_ - begin == field.size()) {
      size_ = begin;
    } else {
      pieces_[piece_count_++] = {uint32_t(begin), uint32_t(size_), uint32_t(place.begin)};
    }
    at = head.find('%', place.end);
  }
}

void Unescaped::decode(Part part, std::string_view field) {
  bool in_start_line = part == Part::start_line;
  size_t value = in_start_line ? 0 : std::min(field.find(':'), field.size() - 1) + 1;
  bool in_uri = in_start_line;
  for (size_t i = 0; i < field.size(); ++i) {
    std::optional<char> decoded;
    if (in_uri && field[i] == '%') decoded = hex_byte(field.substr(i + 1));
    if (!in_start_line && i >= value) in_uri = in_uri_after(field, i, in_uri);
    bytes_[size_++] = decoded.value_or(field[i]);
    if (decoded) i += 2;
  }
}

const Unescaped::Piece* Unescaped::piece_of(size_t begin, size_t end) const {
  auto pieces_end = pieces_.begin() + std::ptrdiff_t(piece_count_);
  auto piece = std::upper_bound(pieces_.begin(), pieces_end, begin,
                                [](size_t offset, const Piece& candidate) { return offset < candidate.end; });
  return piece != pieces_end && end <= piece->end ? &*piece : nullptr;
}

}  // namespace sbc::policy
