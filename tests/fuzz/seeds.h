// The corpus: files that the fuzzers start from.
#pragma once

#include <string>
#include <vector>

namespace sbc::fuzz {

/// The contents of a target's files, in the order of their names.
std::vector<std::string> seeds_of(const std::string& target);
/// The targets that have a folder.
std::vector<std::string> seeded_targets();
/// Valid SIP messages from the grammar, the same ones in every run.
std::vector<std::string> generated_messages(size_t count);

}  // namespace sbc::fuzz
