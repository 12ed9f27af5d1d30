#include "dataplane/sip/lines.h"

#include <string>

#include <gtest/gtest.h>

namespace sbc::sip {
namespace {

TEST(FindBreak, AgreesWithTheObviousLoopAtEveryOffsetAndLength) {
  for (char stop : {'\r', '\n', '\0'}) {
    for (size_t length = 0; length < 70; ++length) {
      for (size_t at = 0; at <= length; ++at) {
        std::string text(length, 'x');
        if (at < length) text[at] = stop;
        EXPECT_EQ(size_t(find_break(text.data(), text.data() + length) - text.data()), at);
      }
    }
  }
}

TEST(FindBreak, OnlyThreeBytesAreBreaks) {
  for (int c = 0; c < 256; ++c) {
    std::string text(20, 'x');
    text[3] = char(c);
    bool found = find_break(text.data(), text.data() + text.size()) == text.data() + 3;
    EXPECT_EQ(found, c == '\r' || c == '\n' || c == 0) << c;
  }
}

TEST(LineIndex, JoinsFoldedLinesAndFindsTheBody) {
  LineIndex lines("\r\n\r\nSTART\r\na: 1\r\n\t2\r\n  \r\nb:\r\n\r\nbody\r\n");
  ASSERT_EQ(lines.count(), 3u);
  EXPECT_EQ(lines.line(0), "START");
  EXPECT_EQ(lines.line(1), "a: 1\r\n\t2\r\n  ");
  EXPECT_EQ(lines.line(2), "b:");
  EXPECT_EQ(lines.body(), "body\r\n");
  EXPECT_TRUE(lines.complete());
  EXPECT_FALSE(lines.broken() || lines.has_nul() || lines.overflowed());
}

TEST(LineIndex, NeverFoldsTheStartLine) {
  LineIndex lines("START\r\n more\r\n\r\n");
  ASSERT_EQ(lines.count(), 2u);
  EXPECT_EQ(lines.line(0), "START");
  EXPECT_EQ(lines.line(1), " more");
}

TEST(LineIndex, TellsOfBareBreaksAndNul) {
  EXPECT_TRUE(LineIndex("a\nb\r\n\r\n").broken());
  EXPECT_TRUE(LineIndex("a\rb\r\n\r\n").broken());
  EXPECT_TRUE(LineIndex("a\r").broken());
  LineIndex nul(std::string_view("a\0b\r\n\r\n\0\n\r", 10));
  EXPECT_TRUE(nul.has_nul());
  EXPECT_FALSE(nul.broken());
  EXPECT_EQ(nul.line(0), std::string_view("a\0b", 3));
  EXPECT_FALSE(LineIndex("a\r\nb").complete());
  EXPECT_FALSE(LineIndex("a\r\nb\r\n").complete());
}

TEST(LineIndex, HoldsLinesMaxAndSaysWhenThereAreMore) {
  std::string text;
  for (size_t i = 0; i < LineIndex::lines_max; ++i) text += "x: y\r\n";
  EXPECT_FALSE(LineIndex(text + "\r\n").overflowed());
  EXPECT_TRUE(LineIndex(text + "\r\n").complete());
  EXPECT_TRUE(LineIndex(text + "z: y\r\n\r\n").overflowed());
  EXPECT_EQ(LineIndex(text + "z: y\r\n\r\n").count(), LineIndex::lines_max);
}

TEST(SplitField, TakesWhiteSpaceBeforeTheColonOnly) {
  EXPECT_EQ(split_field("To \t:  x\t ").name, "To");
  EXPECT_EQ(split_field("To \t:  x\t ").value, "x");
  EXPECT_EQ(split_field("To:").value, "");
  for (const char* bad : {"", ":", " To: x", "To x", "T o: x", "To\r\n : x", "\"To\": x", "T@: x"}) {
    EXPECT_TRUE(split_field(bad).name.empty()) << bad;
  }
}

}  // namespace
}  // namespace sbc::sip
