#include "policy/signatures/unescaped.h"

#include <algorithm>
#include <cstring>

#include "dataplane/sip/characters.h"
#include "policy/signatures/hex.h"
#include "policy/signatures/hiding.h"

namespace sbc::policy {
namespace {

/// A backslash stands at `at`: what it quotes may be anything but a line end (RFC 3261 25.1).
bool is_quoted_pair(std::string_view field, size_t at) {
  return at + 1 < field.size() && field[at + 1] != '\r' && field[at + 1] != '\n';
}

/// How many bytes from `at` on mean nothing but themselves.
size_t plain_size(std::string_view field, size_t at) {
  static constexpr std::array<bool, 256> special = [] {
    std::array<bool, 256> table{};
    for (char c : std::string_view("%\\:<>\"\r\n")) table[uint8_t(c)] = true;
    return table;
  }();
  size_t end = at;
  while (end < field.size() && !special[uint8_t(field[end])]) ++end;
  return end - at;
}

/// Where a reader of a header field is. A scheme's colon begins a URI, an angle bracket ends it, and so does
/// a quote outside of brackets. Blanks and commas do not: a lenient far end may take them as part of it.
struct Reading {
  bool in_uri = false, in_brackets = false, in_quotes = false;

  void pass(char c, char before) {
    if (c == ':') in_uri = in_uri || sip::is(before, sip::class_scheme);
    if (c == '<' || c == '>') {
      in_uri = false;
      if (!in_quotes) in_brackets = c == '<';
    }
    if (c == '"' && !in_brackets) {
      in_uri = false;
      in_quotes = !in_quotes;
    }
  }
};

}  // namespace

Unescaped::Unescaped(std::string_view message, Layout& layout) {
  std::string_view head = layout.head();
  size_t at = find_hiding(head, 0);
  while (at != head.npos && piece_count_ < pieces_max) {
    Place place = layout.place_of(at);
    std::string_view field = message.substr(place.begin, place.end - place.begin);
    if (size_ + field.size() > bytes_max) return;
    size_t begin = size_;
    if (place.part == Part::start_line) {
      decode_start_line(field);
    } else {
      decode_field(field);
    }
    if (size_ - begin == field.size()) {
      size_ = begin;
    } else {
      pieces_[piece_count_++] = {uint32_t(begin), uint32_t(size_), uint32_t(place.begin)};
    }
    at = find_hiding(head, place.end);
  }
}

void Unescaped::append(std::string_view text) {
  std::memcpy(bytes_.data() + size_, text.data(), text.size());
  size_ += text.size();
}

void Unescaped::decode_start_line(std::string_view line) {
  size_t at = 0;
  for (size_t sign; (sign = line.find('%', at)) != line.npos;) {
    append(line.substr(at, sign - at));
    const std::optional<char> decoded = hex_byte(line.substr(sign + 1));
    bytes_[size_++] = decoded.value_or('%');
    at = sign + (decoded ? 3 : 1);
  }
  append(line.substr(at));
}

void Unescaped::decode_field(std::string_view field) {
  const size_t value = std::min(field.find(':'), field.size() - 1) + 1;
  append(field.substr(0, value));
  const size_t begin = size_;
  Reading reading;
  for (size_t at = value; at < field.size();) {
    const size_t plain = plain_size(field, at);
    append(field.substr(at, plain));
    at += plain;
    if (at == field.size()) return;
    const char c = field[at];
    if (const size_t fold = fold_size(field, at); fold != 0) {
      while (size_ > begin && is_blank(bytes_[size_ - 1])) --size_;
      bytes_[size_++] = ' ';
      at += fold;
    } else if (auto encoded = c == '%' && reading.in_uri ? hex_byte(field.substr(at + 1)) : std::nullopt) {
      bytes_[size_++] = *encoded;
      at += 3;
    } else if (c == '\\' && reading.in_quotes && is_quoted_pair(field, at)) {
      bytes_[size_++] = field[at + 1];
      at += 2;
    } else {
      reading.pass(c, field[at - 1]);
      bytes_[size_++] = c;
      ++at;
    }
  }
}

const Unescaped::Piece* Unescaped::piece_of(size_t begin, size_t end) const {
  auto pieces_end = pieces_.begin() + std::ptrdiff_t(piece_count_);
  auto piece = std::upper_bound(pieces_.begin(), pieces_end, begin,
                                [](size_t offset, const Piece& candidate) { return offset < candidate.end; });
  return piece != pieces_end && end <= piece->end ? &*piece : nullptr;
}

}  // namespace sbc::policy
