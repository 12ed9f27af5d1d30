// Children: programs of others that a benchmark starts, as rulers.
#pragma once

#include <string>
#include <vector>

namespace sbc::bench {

/// In a child that was just forked: it becomes the program `words[0]` with these arguments, and ends with its
/// parent. Status 127 where there is no such program.
[[noreturn]] void become(const std::vector<std::string>& words);
/// What it says goes nowhere.
[[noreturn]] void become_silent(const std::vector<std::string>& words);

}  // namespace sbc::bench
