// Signature files: YAML to a compiled SignatureSet, or to the list of everything that is wrong with it.
// Control side only; never throws outward.
//
//   signatures:
//     - id: 1001                        # unique, 1..4294967295
//       message: what a match means
//       pattern: friendly-scanner       # 2..256 bytes as they stand in the message; \xHH, \\, \r, \n
//       caseless: true                  # the default
//       where: header User-Agent        # start_line | header NAME | body | anywhere (the default)
//       action: drop                    # the default | reject CODE | log
#pragma once

#include <string>
#include <string_view>

#include "config/load/problem.h"
#include "policy/signatures/signatures.h"

namespace sbc::policy {

inline constexpr size_t signatures_max = 10'000;
inline constexpr size_t pattern_bytes_min = 2;
inline constexpr size_t pattern_bytes_max = 256;

struct SignatureFile {
  SignatureSet set;           // empty when there are problems
  config::Problems problems;  // in the order of their lines
};

SignatureFile load_signature_file(const std::string& path);
/// `file_name` stands in the problems and in Signature::place.
SignatureFile load_signature_text(std::string_view text, const std::string& file_name);

/// Resolves \xHH, \\, \r and \n; false when a backslash begins anything else.
bool unescape_pattern(std::string_view written, std::string& bytes);

}  // namespace sbc::policy
