// Pattern: the shape of a whole text. Each '*' stands for any run of characters, also an empty one, and
// captures it: as short a run as the text behind it allows, the last one all that is left. "\*" and "\\"
// stand for the characters themselves; letters match in any case.
//
//   sip:*@*   in   sip:+4930@pbx.example:5070   captures   +4930   and   pbx.example:5070
//
// Immutable; match() allocates nothing, and takes text times pattern at most.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbc::policy {

class Pattern {
 public:
  static constexpr size_t bytes_max = 128;
  static constexpr size_t captures_max = 9;
  using Captures = std::array<std::string_view, captures_max>;

  /// nullopt, and what is wrong in `error`.
  static std::optional<Pattern> parse(std::string_view written, std::string& error);

  /// The captures, in their order, are views of `text`; those that the pattern does not have stay as they
  /// are.
  bool match(std::string_view text, Captures& captures) const;
  size_t captures() const { return pieces_.size() - 1; }

 private:
  Pattern() = default;

  std::vector<std::string> pieces_{""};  // what stands before, between and behind the stars
};

}  // namespace sbc::policy
