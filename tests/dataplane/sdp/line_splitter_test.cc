#include "dataplane/sdp/line_splitter.h"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sbc::sdp {
namespace {

struct Split {
  std::vector<std::string> lines;
  bool broken = false;
  friend bool operator==(const Split&, const Split&) = default;
};

template <class Block>
Split split_by(std::string_view text) {
  Split split;
  LineSplitter<Block> splitter(text);
  for (std::string_view line; splitter.next(line);) split.lines.emplace_back(line);
  split.broken = splitter.broken();
  return split;
}

Split split(std::string_view text) {
  Split native = split_by<NativeBlock>(text);
  EXPECT_EQ(native, split_by<ScalarBlock>(text)) << text;
  return native;
}

/// Byte by byte.
bool is_broken(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    bool line_end = text[i] == '\n' || (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n');
    if (is_control(text[i]) && text[i] != '\t' && !line_end) return true;
  }
  return false;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    size_t end = text.find('\n');
    std::string line(text.substr(0, end));
    if (end != text.npos && line.ends_with('\r')) line.pop_back();
    lines.push_back(line);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return lines;
}

TEST(LineSplitter, SplitsAtLfAndCrlf) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(split("").lines, Lines{});
  EXPECT_EQ(split("a").lines, Lines{"a"});
  EXPECT_EQ(split("a\r\nb\nc").lines, (Lines{"a", "b", "c"}));
  EXPECT_EQ(split("a\r\n").lines, Lines{"a"});
  EXPECT_EQ(split("\n\r\na\t\n").lines, (Lines{"", "", "a\t"}));
}

TEST(LineSplitter, ControlBytesOtherThanTabsBreakTheText) {
  using namespace std::literals;
  for (std::string_view text :
       {"a\rb"sv, "a\r"sv, "a\r\r\n"sv, "\0"sv, "a\0\n"sv, "a\0\r\n"sv, "a\x1f"sv, "\x7f\n"sv}) {
    EXPECT_TRUE(split(text).broken) << text;
  }
  for (std::string_view text : {"a\tb\t\r\n"sv, "\xff\x80\xc3\xa9 ~\n"sv})
    EXPECT_FALSE(split(text).broken) << text;
}

// A line end or a control byte at every place of a block and of what is left behind the last one
TEST(LineSplitter, PlacesInBlocksMakeNoDifference) {
  for (size_t size : {1u, 15u, 16u, 63u, 64u, 65u, 127u, 128u, 129u, 200u}) {
    for (std::string what : {"\n", "\r\n", "\r", "\x01", "\x01\n", "\x7f", "\t", "\r\r\n"}) {
      for (size_t at = 0; at + what.size() <= size; ++at) {
        std::string text(size, 'x');
        text.replace(at, what.size(), what);
        Split got = split(text);
        ASSERT_EQ(got.broken, is_broken(text)) << size << ' ' << at;
        ASSERT_TRUE(got.broken || got.lines == lines_of(text)) << size << ' ' << at;
      }
    }
  }
}

TEST(LineSplitter, RandomTextIsSplitAsByteByByte) {
  std::mt19937 random(7);
  int broken = 0;
  for (int i = 0; i < 10'000; ++i) {
    std::string text;
    for (size_t n = random() % 8; n > 0; --n) {
      text += std::string(random() % 60, random() % 4 ? 'x' : '\xe9');
      text += random() % 4 ? "\r\n" : random() % 2 ? "\n" : "\t";
      if (random() % 64 == 0) text += char(random());
    }
    Split got = split(text);
    ASSERT_EQ(got.broken, is_broken(text)) << text;
    ASSERT_TRUE(got.broken || got.lines == lines_of(text)) << text;
    broken += got.broken;
  }
  EXPECT_GT(broken, 10);
}

}  // namespace
}  // namespace sbc::sdp
