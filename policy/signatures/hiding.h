// What hides a pattern from a scan of a message's bytes: what the reader of a SIP head undoes (see
// Unescaped), and how such places are found.
#pragma once

#include <cstddef>
#include <string_view>

namespace sbc::policy {

/// What of it a head holds. sip::Head knows.
struct Hiding {
  bool percent_signs = false;
  bool backslashes = false;
  bool folds = false;
};

inline bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// The first place from `at` on where something may be undone: a percent sign, a backslash, or the line feed
/// of a fold. npos when there is none.
size_t find_hiding(std::string_view text, size_t at);

/// Of the line ends at `at` that white space follows, with all of that; 0 where there are none.
size_t fold_size(std::string_view text, size_t at);

}  // namespace sbc::policy
