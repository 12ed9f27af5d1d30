#include "bench/sip/plain_search.h"

#include "dataplane/sip/characters.h"

namespace sbc::bench {
namespace {

std::string lowered(std::string text) {
  for (char& c : text) c = sip::lower(c);
  return text;
}

std::string decoded(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    bool escape = text[i] == '%' && i + 2 < text.size() && sip::all(text.substr(i + 1, 2), sip::class_hex);
    result += escape ? char(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16)) : text[i];
    if (escape) i += 2;
  }
  return result;
}

std::string_view head_of(std::string_view message) { return message.substr(0, message.find("\r\n\r\n")); }

}  // namespace

PlainSearch::Text::Text(std::string bytes) : exact(std::move(bytes)), lowered(bench::lowered(exact)) {}

size_t PlainSearch::Text::find(const Literal& literal, size_t from) const {
  return literal.caseless ? lowered.find(bench::lowered(literal.bytes), from)
                          : exact.find(literal.bytes, from);
}

PlainSearch::PlainSearch(std::string message)
    : message_(std::move(message)), decoded_head_(decoded(head_of(message_.exact))) {}

std::optional<size_t> PlainSearch::first_of(std::span<const Literal> literals) const {
  for (size_t i = 0; i < literals.size(); ++i) {
    for (const Text* text : {&message_, &decoded_head_})
      if (text->find(literals[i], 0) != std::string::npos) return i;
  }
  return std::nullopt;
}

size_t PlainSearch::count(std::span<const Literal> literals) const {
  size_t matches = 0;
  for (const Literal& literal : literals) {
    for (size_t at = 0; (at = message_.find(literal, at)) != std::string::npos; ++at) ++matches;
  }
  return matches;
}

}  // namespace sbc::bench
