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

bool may_unfold(std::vector<std::string> patterns, std::string_view message) {
  std::vector<Signature> signatures(patterns.size());
  for (size_t i = 0; i < patterns.size(); ++i) signatures[i].pattern = patterns[i];
  return BytePairs(signatures).may_occur_unfolded(message);
}

TEST(BytePairs, AFoldMattersBetweenBytesThatAPatternHoldsAroundABlank) {
  EXPECT_TRUE(may_unfold({"or 1"}, "or\r\n 1"));
  EXPECT_TRUE(may_unfold({"or 1"}, "or \t\n\t 1"));
  EXPECT_TRUE(may_unfold({"or 1"}, "or\r\n \r\n 1"));
  EXPECT_TRUE(may_unfold({"or 1"}, "x\r\n x: OR\r\n 1"));  // the second of two
  EXPECT_TRUE(may_unfold({" 1"}, "or\r\n 1"));             // the blank begins the pattern
  EXPECT_TRUE(may_unfold({"r "}, "or\r\n 1"));             // ends it
  EXPECT_TRUE(may_unfold({" "}, "or\r\n 1"));              // is it
  EXPECT_FALSE(may_unfold({"or 1"}, "or\r\n 2"));
  EXPECT_FALSE(may_unfold({"or 1"}, "of\r\n 1"));
  EXPECT_FALSE(may_unfold({"or1"}, "or\r\n 1"));
  EXPECT_FALSE(may_unfold({"or 1"}, "or\r\n1 %6f %72 1"));  // no fold
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

using Pieces = std::vector<std::string>;

/// Scans many messages of such pieces for patterns of such letters, once they need no second scan; how many
/// match.
size_t matches_of_scans(const Pieces& letters, const Pieces& pieces, Hiding hiding) {
  std::mt19937 random(3);
  auto some = [&](const Pieces& of, size_t count) {
    std::string text;
    while (count-- > 0) text += of[random() % of.size()];
    return text;
  };
  size_t matching = 0;
  for (int round = 0; round < 2000; ++round) {
    Pieces patterns;
    std::string entries;
    for (uint32_t id = 1; id <= 3; ++id) {
      patterns.push_back(some(letters, 3 + random() % 2));
      entries += "- {id: " + std::to_string(id) + ", message: m, pattern: '" + patterns.back() +
                 "', caseless: false, action: log}\n";
    }
    Scanner scanner(entries);
    for (int i = 0; i < 20; ++i) {
      const std::string message =
          request(hiding.folds ? "sip:a" : "sip:" + some(pieces, 8), "T: <sip:" + some(pieces, 8) + "\r\n");
      std::vector<uint32_t> ids = scanner.ids(message, hiding);
      std::sort(ids.begin(), ids.end());
      const std::vector<uint32_t> expected = expected_ids(patterns, message);
      EXPECT_EQ(ids, expected) << entries << message;
      if (ids != expected) return 0;
      matching += !ids.empty();
    }
  }
  return matching;
}

TEST(BytePairs, SpareNoScanThatWouldFindAnUndoneEscape) {
  const Pieces pieces{"a", "b", ":", "%", "4", "1", "%61", "%62", "%25", "%3a", "<", "\"", "\r\nX: "};
  EXPECT_GT(matches_of_scans({"a", "b", ":", "%", "4"}, pieces, {.percent_signs = true}), 1000u);
}

TEST(BytePairs, SpareNoScanThatWouldFindAnUndoneFold) {
  const Pieces pieces{"a", "b", ":", " ", "\t", "\r\n ", "\n\t", "\r", "\r\nX:"};
  EXPECT_GT(matches_of_scans({"a", "b", ":", " "}, pieces, {.folds = true}), 1000u);
}

}  // namespace
}  // namespace sbc::policy
