#include "policy/signatures/unescaped.h"

#include <algorithm>

#include "dataplane/sip/characters.h"

namespace sbc::policy {
namespace {

int hex_value(char c) { return sip::is(c, sip::class_digit) ? c - '0' : sip::lower(c) - 'a' + 10; }

}  // namespace

Unescaped::Unescaped(std::string_view message, Layout& layout) {
  std::string_view head = layout.head();
  size_t at = head.find('%');
  while (at != head.npos && piece_count_ < pieces_max) {
    Place place = layout.place_of(at);
    std::string_view field = message.substr(place.begin, place.end - place.begin);
    if (size_ + field.size() > bytes_.size()) return;
    decode(field);
    pieces_[piece_count_++] = {size_, place};
    at = head.find('%', place.end);
  }
}

void Unescaped::decode(std::string_view field) {
  for (size_t i = 0; i < field.size(); ++i) {
    bytes_[size_] = field[i];
    if (field[i] == '%' && i + 2 < field.size() && sip::all(field.substr(i + 1, 2), sip::class_hex)) {
      bytes_[size_] = char(hex_value(field[i + 1]) * 16 + hex_value(field[i + 2]));
      i += 2;
    }
    ++size_;
  }
}

const Place* Unescaped::place_of(size_t begin, size_t end) const {
  auto pieces_end = pieces_.begin() + std::ptrdiff_t(piece_count_);
  auto piece = std::upper_bound(pieces_.begin(), pieces_end, begin,
                                [](size_t offset, const Piece& candidate) { return offset < candidate.end; });
  return piece != pieces_end && end <= piece->end ? &piece->place : nullptr;
}

}  // namespace sbc::policy
