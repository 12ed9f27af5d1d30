// The exact messages of RFC 4475 and RFC 5118, where the environment variable SBC_TORTURE names a folder that
// holds them with expect.json; says so and passes where it does not. What is ours is in
// torture_verdict_test.cc.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "dataplane/sip/message.h"

namespace sbc::sip {
namespace {

struct Expectation {
  std::string name;
  bool request = false;
  std::string allowed;  // statuses, 'A' for any other, 'N' for silence
  std::string kind;     // valid, invalid, app, …
};

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// One expectation a line: "name":["req","400 A","invalid","…"],
std::vector<Expectation> read_expectations(const std::filesystem::path& path) {
  std::vector<Expectation> result;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> strings;
    for (size_t at = line.find('"'); at != line.npos && strings.size() < 4; at = line.find('"', at)) {
      size_t end = line.find('"', at + 1);
      strings.push_back(line.substr(at + 1, end - at - 1));
      at = end + 1;
    }
    if (strings.size() == 4 && strings[0][0] != '_') {
      result.push_back({strings[0], strings[1] == "req", " " + strings[2] + " ", strings[3]});
    }
  }
  return result;
}

bool allows(const Expectation& expected, const std::string& what) {
  return expected.allowed.find(" " + what + " ") != std::string::npos;
}

/// Statuses that come after parsing: what may be answered with one has to parse.
bool parsing_may_succeed(const Expectation& expected) {
  for (const char* later : {"A", "501", "405", "420", "483", "415", "401", "403", "406", "481", "200"}) {
    if (allows(expected, later)) return true;
  }
  return !expected.request && expected.kind != "invalid";
}

void judge(const Expectation& expected, const std::string& bytes) {
  Message m;
  Reason reason = m.parse(bytes);
  SCOPED_TRACE(expected.name + ": " + std::string(name_of(reason)));
  if (reason == Reason::none) {
    EXPECT_TRUE(parsing_may_succeed(expected));
    EXPECT_EQ(m.is_request(), expected.request);
    EXPECT_EQ(find_call_id(bytes), m.call_id());
  } else {
    EXPECT_NE(expected.kind, "valid");
    EXPECT_TRUE(allows(expected, m.answerable() ? std::to_string(status_of(reason)) : "N"));
  }
}

TEST(RfcBytes, AreTakenAndRefusedAsTheyShouldBe) {
  const char* folder = std::getenv("SBC_TORTURE");
  if (!folder) {
    std::cout << "SBC_TORTURE is not set: no messages to judge\n";
    return;
  }
  std::filesystem::path root(folder);
  auto expectations = read_expectations(root / "expect.json");
  EXPECT_GE(expectations.size(), 61u) << "expect.json in " << root;
  for (const Expectation& expected : expectations) {
    auto path = root / "rfc4475" / (expected.name + ".dat");
    if (!std::filesystem::exists(path)) path = root / "rfc5118" / expected.name;
    std::string bytes = read_file(path);
    ASSERT_FALSE(bytes.empty()) << path;
    judge(expected, bytes);
  }
}

}  // namespace
}  // namespace sbc::sip
