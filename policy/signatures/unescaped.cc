#include "policy/signatures/unescaped.h"

#include <algorithm>
#include <cstring>

#include "dataplane/sip/characters.h"
#include "policy/signatures/hex.h"

namespace sbc::policy {
namespace {

/// Is a decoder inside a URI behind `field[from, to)`, if it was there `before` that? A scheme's colon begins
/// one, a quote or an angle bracket ends it. Blanks and commas do not: a lenient far end may take them as
/// part of it.
bool in_uri_behind(std::string_view field, size_t from, size_t to, bool before) {
  for (size_t at = to; at > from; --at) {
    const char c = field[at - 1];
    if (c == '"' || c == '<' || c == '>') return false;
    if (c == ':' && at > 1 && sip::is(field[at - 2], sip::class_scheme)) return true;
  }
  return before;
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

void Unescaped::append(std::string_view text) {
  std::memcpy(bytes_.data() + size_, text.data(), text.size());
  size_ += text.size();
}

void Unescaped::decode(Part part, std::string_view field) {
  const bool in_start_line = part == Part::start_line;
  const size_t value = in_start_line ? 0 : std::min(field.find(':'), field.size() - 1) + 1;
  bool in_uri = in_start_line;
  size_t at = 0;
  for (size_t sign; (sign = field.find('%', at)) != field.npos;) {
    append(field.substr(at, sign - at));
    if (!in_start_line) in_uri = in_uri_behind(field, std::max(at, value), sign, in_uri);
    std::optional<char> decoded;
    if (in_uri) decoded = hex_byte(field.substr(sign + 1));
    bytes_[size_++] = decoded.value_or('%');
    at = sign + (decoded ? 3 : 1);
  }
  append(field.substr(at));
}

const Unescaped::Piece* Unescaped::piece_of(size_t begin, size_t end) const {
  auto pieces_end = pieces_.begin() + std::ptrdiff_t(piece_count_);
  auto piece = std::upper_bound(pieces_.begin(), pieces_end, begin,
                                [](size_t offset, const Piece& candidate) { return offset < candidate.end; });
  return piece != pieces_end && end <= piece->end ? &*piece : nullptr;
}

}  // namespace sbc::policy
