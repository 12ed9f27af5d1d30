#include "sbc/call/early_media.h"

#include <algorithm>
#include <array>

#include "dataplane/sip/text.h"

namespace sbc::call {
namespace {

constexpr unsigned sections_max = 16;

/// Of the parameters, those that name a direction, as SDP does and from the callee's point of view; others
/// ("supported", "gated") authorise nothing.
enum class Word : uint8_t { other, backward, not_backward };

Word read_word(std::string_view text) {
  struct Known {
    std::string_view text;
    Word word;
  };
  static constexpr std::array<Known, 4> known{{{"sendrecv", Word::backward},
                                               {"sendonly", Word::backward},
                                               {"recvonly", Word::not_backward},
                                               {"inactive", Word::not_backward}}};
  auto at = std::find_if(known.begin(), known.end(),
                         [&](const Known& each) { return sip::equal_ignoring_case(each.text, text); });
  return at == known.end() ? Word::other : at->word;
}

}  // namespace

bool asks_for_early_media(const sip::Message& invite) {
  bool asks = false;
  invite.each_element_of(sip::Header::p_early_media, [&](sip::Cursor element) {
    asks = sip::equal_ignoring_case(sip::trim(element.rest()), "supported");
    return !asks;
  });
  return asks;
}

/// RFC 5009 8: they apply to the sections in order, the last one to all that follow, and those beyond the
/// last section to none.
std::optional<uint16_t> authorised_early_media(const sip::Message& response) {
  uint32_t sections = 0;
  unsigned count = 0;
  response.each_element_of(sip::Header::p_early_media, [&](sip::Cursor element) {
    const Word word = read_word(element.rest());
    if (word == Word::other) return true;
    const uint32_t from_here = ~uint32_t(0) << count;
    sections = word == Word::backward ? sections | from_here : sections & ~from_here;
    return ++count < sections_max;
  });
  return count == 0 ? std::nullopt : std::optional(uint16_t(sections));
}

}  // namespace sbc::call
