#include "policy/signatures/byte_pairs.h"

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "policy/signatures/unescaped.h"
#include "tests/policy/signatures/scanner.h"

namespace sbc::policy {
namespace {

bool may_occur(std::vector<std::string> patterns, std::string_view message) {
  std::vector<Signature> signatures(patterns.size());
  for (size_t i = 0; i < patterns.size(); ++i) signatures[i].pattern = patterns[i];
  return BytePairs(signatures).may_occur_unescaped(message);
}

TEST(BytePairs, AnEscapeMattersWithANeighbourOfItsPattern) {
  EXPECT_TRUE(may_occur({"evil"}, "x%65v"));   // at the pattern's begin
  EXPECT_TRUE(may_occur({"evil"}, "i%6C"));    // at its end
  EXPECT_TRUE(may_occur({"evil"}, "%65%76"));  // beside another one
  EXPECT_TRUE(may_occur({"evil"}, "%45V"));    // in any case
  EXPECT_TRUE(may_occur({"%e"}, "%25e"));      // a percent sign itself
  EXPECT_TRUE(may_occur({"%e"}, "%%65"));
  EXPECT_TRUE(may_occur({"e"}, "x%65x"));     // a pattern of one byte has no neighbours
  EXPECT_TRUE(may_occur({"evil"}, "e%76i"));  // in its middle
  EXPECT_FALSE(may_occur({"evil"}, "x%65x"));
  EXPECT_FALSE(may_occur({"evil"}, "e%76x"));  // in the middle, both neighbours count
  EXPECT_FALSE(may_occur({"evil"}, "x%76i"));
  EXPECT_FALSE(may_occur({"evil"}, "ev%zzil"));  // no escape
  EXPECT_FALSE(may_occur({"evil"}, "%6"));
  EXPECT_FALSE(may_occur({"evil"}, "alice%40example.net"));
}

/// What is to match, the obvious way: every pattern in the message as it stands, and in each field unescaped.
std::vector<uint32_t> expected_ids(const std::vector<std::string>& patterns, const std::string& message) {
  Layout layout(message);
  auto unescaped = std::make_unique<Unescaped>(message, layout);
  std::vector<uint32_t> ids;
  for (size_t i = 0; i < patterns.size(); ++i) {
    bool found = message.find(patterns[i]) != message.npos;
    std::string_view bytes = unescaped->bytes();
    for (size_t at = 0; (at = bytes.find(patterns[i], at)) != bytes.npos; ++at)
      found = found || unescaped->piece_of(at, at + patterns[i].size()) != nullptr;
    if (found) ids.push_back(uint32_t(i + 1));
  }
  return ids;
}

TEST(BytePairs, SpareNoScanThatWouldFindSomething) {
  std::mt19937 random(3);
  auto some = [&](const std::vector<std::string>& of, size_t count) {
    std::string text;
    while (count-- > 0) text += of[random() % of.size()];
    return text;
  };
  const std::vector<std::string> letters{"a", "b", ":", "%", "4"};
  const std::vector<std::string> pieces{"a",   "b",   ":",   "%", "4",  "1",      "%61",
                                        "%62", "%25", "%3a", "<", "\"", "\r\nX: "};
  size_t matching = 0;
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::string> patterns;
    std::string entries;
    for (uint32_t id = 1; id <= 3; ++id) {
      patterns.push_back(some(letters, 3 + random() % 2));
      entries += "- {id: " + std::to_string(id) + ", message: m, pattern: '" + patterns.back() +
                 "', caseless: false}\n";
    }
    Scanner scanner(entries);
    for (int i = 0; i < 20; ++i) {
      const std::string message = request("sip:" + some(pieces, 8), "T: <sip:" + some(pieces, 8) + "\r\n");
      std::vector<uint32_t> ids = scanner.ids(message, {.percent_signs = true});
      std::sort(ids.begin(), ids.end());
      ASSERT_EQ(ids, expected_ids(patterns, message)) << entries << message;
      matching += !ids.empty();
    }
  }
  EXPECT_GT(matching, 1000u);
}

}  // namespace
}  // namespace sbc::policy
