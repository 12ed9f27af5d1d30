#include "policy/header_rules/pattern.h"

#include <gtest/gtest.h>

namespace sbc::policy {
namespace {

/// The captures with '|' between them; "no" where the text does not match.
std::string captured(std::string_view pattern, std::string_view text) {
  std::string error;
  auto parsed = Pattern::parse(pattern, error);
  if (!parsed) return error;
  Pattern::Captures captures;
  if (!parsed->match(text, captures)) return "no";
  std::string all;
  for (size_t i = 0; i < parsed->captures(); ++i) all += (i ? "|" : "") + std::string(captures[i]);
  return all;
}

TEST(Pattern, IsTheShapeOfTheWholeText) {
  EXPECT_EQ(captured("sip:*@*", "sip:+4930@pbx.example:5070"), "+4930|pbx.example:5070");
  EXPECT_EQ(captured("gold", "gold"), "");
  EXPECT_EQ(captured("gold", "golden"), "no");
  EXPECT_EQ(captured("gold", "olden gold"), "no");
  EXPECT_EQ(captured("", ""), "");
  EXPECT_EQ(captured("", "x"), "no");
  EXPECT_EQ(captured("*", ""), "");
  EXPECT_EQ(captured("*", "anything"), "anything");
}

TEST(Pattern, StarsTakeAsLittleAsTheyCanAndTheLastOneTheRest) {
  EXPECT_EQ(captured("*;*", "a;b;c"), "a|b;c");
  EXPECT_EQ(captured("*-*-*", "1-2-3-4"), "1|2|3-4");
  EXPECT_EQ(captured("a*b", "ab"), "");
  EXPECT_EQ(captured("a*b", "aXbYb"), "XbY");
  EXPECT_EQ(captured("*x*", "no such"), "no");
}

/// Head, tail and what is between them are pieces of the text that do not overlap.
TEST(Pattern, PiecesDoNotShareCharacters) {
  EXPECT_EQ(captured("aba*aba", "aba"), "no");
  EXPECT_EQ(captured("aba*aba", "abaaba"), "");
  EXPECT_EQ(captured("a*b*b", "ab"), "no");
  EXPECT_EQ(captured("a*b*b", "abb"), "|");
}

TEST(Pattern, LettersMatchInAnyCase) { EXPECT_EQ(captured("SIP:*@PBX", "sip:Bob@pbx"), "Bob"); }

TEST(Pattern, ABackslashTakesAStarItsMeaning) {
  EXPECT_EQ(captured(R"(\*31#*)", "*31#123"), "123");
  EXPECT_EQ(captured(R"(\*31#*)", "x31#123"), "no");
  EXPECT_EQ(captured(R"(a\\*)", R"(a\b)"), "b");
  EXPECT_EQ(captured(R"(\**)", "*x"), "x");
}

TEST(Pattern, SaysWhatIsWrongWithIt) {
  EXPECT_EQ(captured("a**", "x"), "two stars side by side: nobody could tell where the first one ends");
  EXPECT_EQ(captured(R"(a\)", "x"), "behind a backslash stands a star or another backslash");
  EXPECT_EQ(captured(R"(\d)", "x"), "behind a backslash stands a star or another backslash");
  EXPECT_EQ(captured("*1*2*3*4*5*6*7*8*", "12345678"), "||||||||");
  EXPECT_EQ(captured("*1*2*3*4*5*6*7*8*9*", "x"), "there can be 9 stars");
  EXPECT_EQ(captured(std::string(128, 'x'), "x"), "no");
  EXPECT_EQ(captured(std::string(129, 'x'), "x"), "a pattern can be 128 bytes long");
}

}  // namespace
}  // namespace sbc::policy
