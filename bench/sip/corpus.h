// The corpus: messages written for this project, and signatures as an operator would collect them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sbc::bench {

struct Sample {
  std::string name;   // of its file
  std::string bytes;  // as they would arrive
};

/// The *.sip files of a folder, by name. Empty when there is no such folder.
std::vector<Sample> load_messages(const std::string& folder);

struct Literal {
  std::string bytes;
  bool caseless = false;
};

/// One a line: "c" (caseless) or "n", a space, the bytes. Lines that begin with '#' are comments.
std::vector<Literal> load_literals(const std::string& file);

}  // namespace sbc::bench
