// Signature files: YAML to a compiled SignatureSet, or to the list of everything that is wrong with it.
// Control side only; never throws outward.
//
//   score_max: 100                      # the default, 1..10000
//   signatures:
//     - id: 1001                        # unique, 1..4294967295
//       message: what a match means
//       pattern: friendly-scanner       # 2..256 bytes as they stand in the message; \xHH, \\, \r, \n
//       caseless: true                  # the default; of pattern and regex
//       regex: '^friendly-scanner$'     # the default: none; looked at where the pattern was found
//       where: header User-Agent        # start_line | header NAME | body | anywhere (the default)
//       action: drop                    # the default | reject CODE | score N | log
#pragma once

#include <string>
#include <string_view>

#include "config/load/problem.h"
#include "policy/signatures/signatures.h"

namespace sbc::policy {

inline constexpr size_t signatures_max = 10'000;
inline constexpr size_t regexes_max = 1'000;
inline constexpr size_t regexes_bytes_max = 64 << 20;  // of all together, compiled
inline constexpr size_t pattern_bytes_min = 2;
inline constexpr size_t pattern_bytes_max = 256;
inline constexpr uint32_t score_max_most = 10'000;
inline constexpr uint16_t score_most = 1'000;  // of one signature

struct SignatureFile {
  SignatureSet set;           // empty when there are problems
  config::Problems problems;  // in the order of their lines
};

/// Where the file has not changed since `before` was loaded, that is `set`: to compile takes a second for the
/// largest.
SignatureFile load_signature_file(const std::string& path, const SignatureSet& before = {});
/// `file_name` stands in the problems and in Signature::place.
SignatureFile load_signature_text(std::string_view text, const std::string& file_name,
                                  size_t regexes_bytes_at_most = regexes_bytes_max);

}  // namespace sbc::policy
