// Ending: what is cut off a literal before Hyperscan gets it, and looked for by us behind what Hyperscan
// finds.
//
// Hyperscan up to 5.4.0 makes an automaton of a long run of one character at a literal's end, which its
// interpreter for literals does not know: the scan that meets it fails (intel/hyperscan issue 303).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sbc::match {

struct Ending {
  uint32_t size = 0;  // so many more have to follow, of either of these
  char characters[2] = {};

  bool follows(std::string_view bytes, uint64_t at) const {
    if (bytes.size() - at < size) return false;
    return std::ranges::all_of(bytes.substr(at, size), [this](char c) { return is_one(c); });
  }
  bool is_one(char c) const { return c == characters[0] || c == characters[1]; }
};

/// Of nearly all literals nothing is cut. Not of one that is a run and nothing else either: it is no such
/// case, and would be found at each character of a longer run.
inline Ending ending_of(std::string_view literal, bool caseless) {
  constexpr size_t run_max = 16;  // Hyperscan fails from 34 on
  const char last = literal.back(), other = char(last ^ 0x20);
  const bool letter = (last >= 'a' && last <= 'z') || (last >= 'A' && last <= 'Z');
  Ending ending{0, {last, caseless && letter ? other : last}};
  auto outside = std::find_if(literal.rbegin(), literal.rend(), [&](char c) { return !ending.is_one(c); });
  const size_t run = size_t(outside - literal.rbegin());
  if (run > run_max && run < literal.size()) ending.size = uint32_t(run - run_max);
  return ending;
}

}  // namespace sbc::match
