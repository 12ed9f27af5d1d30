// Torture messages: the project's own, one for each point of RFC 4475 and RFC 5118, as exact bytes in
// tests/torture/RFC/SECTION_WORD.sip. tests/e2e/test_torture.py sends the same through the running product.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace sbc::torture {

inline const std::filesystem::path folder = SBC_SOURCE_DIR "/tests/torture";

/// `name`: "rfc4475/3.1.1.1_tortuous".
inline std::string message(const std::string& name) {
  std::ifstream file(folder / (name + ".sip"), std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace sbc::torture
