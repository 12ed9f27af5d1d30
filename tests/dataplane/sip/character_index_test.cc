#include "dataplane/sip/character_index.h"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "dataplane/sip/character_index_sets.h"

namespace sbc::sip {
namespace {

std::vector<Simd> levels() {
  std::vector<Simd> result;
  for (Simd level : {Simd::scalar, Simd::sse42, Simd::avx2, Simd::avx512}) {
    if (CharacterIndex::has_simd(level)) result.push_back(level);
  }
  return result;
}

/// Uses each level in turn, and the machine's own again at the end.
class CharacterIndexTest : public testing::Test {
 protected:
  ~CharacterIndexTest() override { CharacterIndex::use_simd(own_); }

 private:
  Simd own_ = CharacterIndex::simd();
};

std::string random_text(std::mt19937& random, size_t size, std::string_view alphabet) {
  std::string text;
  for (size_t i = 0; i < size; ++i) {
    text += alphabet.empty() ? char(random() & 0xff) : alphabet[random() % alphabet.size()];
  }
  return text;
}

TEST_F(CharacterIndexTest, EachPlaneHoldsItsClassAtEveryLevel) {
  std::mt19937 random(1);
  for (Simd level : levels()) {
    CharacterIndex::use_simd(level);
    for (size_t size : {0u, 1u, 15u, 16u, 31u, 63u, 64u, 65u, 127u, 128u, 129u, 500u, 4096u}) {
      const std::string text = random_text(random, size, "");
      CharacterIndex index(text);
      for (size_t plane = 0; plane < plane_count; ++plane) {
        for (size_t at = 0; at < size; ++at) {
          bool member = indexing::is_member(Plane(plane), text[at]);
          bool found = marks_ends(Plane(plane)) ? run_end(index.planes(), Plane(plane), at) > at
                                                : find(index.planes(), Plane(plane), at, size) == at;
          ASSERT_EQ(found, member) << plane << ' ' << at << ' ' << size;
        }
      }
    }
  }
}

TEST_F(CharacterIndexTest, RunsAndSearchesCrossWordsAndEndWithTheText) {
  for (Simd level : levels()) {
    CharacterIndex::use_simd(level);
    for (size_t before = 0; before < 70; ++before) {
      for (size_t length : {1u, 56u, 57u, 58u, 63u, 64u, 65u, 120u, 300u}) {
        const std::string text = std::string(before, ' ') + std::string(length, 'x') + "<";
        CharacterIndex index(text);
        EXPECT_EQ(run_end(index.planes(), Plane::token, before), before + length);
        EXPECT_EQ(find(index.planes(), Plane::delimiter, before, text.size()), before + length);
        EXPECT_EQ(find(index.planes(), Plane::delimiter, before, before + length), before + length);
        CharacterIndex without(std::string_view(text).substr(0, before + length));
        EXPECT_EQ(run_end(without.planes(), Plane::token, before), before + length);
      }
    }
  }
}

/// What index_head() is to find, the obvious way.
HeadBounds plain_bounds(std::string_view text) {
  HeadBounds bounds;
  bounds.end = text.size();
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\0') bounds.has_nul = true;
    if (text[at] == '%') bounds.has_percent_sign = true;
    if (text[at] == '\\') bounds.has_backslash = true;
    if (text[at] == '\r' && text.substr(at + 1, 1) != "\n") bounds.broken = true;
    if (text[at] != '\n') continue;
    ++bounds.line_feeds;
    if (at == 0 || text[at - 1] != '\r') bounds.broken = true;
    std::string_view head = text.substr(0, at);
    if (head.ends_with("\n") || head.ends_with("\n\r")) {
      bounds.end = at + 1;
      bounds.complete = true;
      break;
    }
  }
  return bounds;
}

TEST_F(CharacterIndexTest, HeadBoundsAreThoseOfAPlainWalkAtEveryLevel) {
  std::mt19937 random(2);
  for (int round = 0; round < 3000; ++round) {
    const std::string text = random_text(
        random, random() % 300,
        round % 2 ? std::string_view("\r\n\0%\\abcdefghijabcdefghij", 25) : "\r\nabcdefghijklmnop");
    const HeadBounds expected = plain_bounds(text);
    for (Simd level : levels()) {
      CharacterIndex::use_simd(level);
      CharacterIndex index;
      const HeadBounds found = index.index_head(text);
      ASSERT_EQ(found.end, expected.end) << round;
      ASSERT_EQ(found.complete, expected.complete) << round;
      ASSERT_EQ(found.broken, expected.broken) << round;
      ASSERT_EQ(found.has_nul, expected.has_nul) << round;
      ASSERT_EQ(found.has_percent_sign, expected.has_percent_sign) << round;
      ASSERT_EQ(found.has_backslash, expected.has_backslash) << round;
      ASSERT_EQ(found.line_feeds, expected.line_feeds) << round;
      for (size_t i = 0, at = 0; i < found.line_feeds; ++i, ++at) {
        at = text.find('\n', at);
        ASSERT_EQ(index.line_feed(i), at) << round;
      }
    }
  }
}

TEST_F(CharacterIndexTest, ListsLineFeedsUpToTheMaximumAndTellsWhenThereAreMore) {
  std::string text;
  for (size_t i = 0; i < CharacterIndex::line_feeds_max; ++i) text += "a\r\n";
  for (Simd level : levels()) {
    CharacterIndex::use_simd(level);
    CharacterIndex index;
    EXPECT_EQ(index.index_head(text).line_feeds, CharacterIndex::line_feeds_max);
    EXPECT_EQ(index.line_feed(CharacterIndex::line_feeds_max - 1), text.size() - 1);
    EXPECT_GT(index.index_head(text + "b\r\n").line_feeds, CharacterIndex::line_feeds_max);
  }
}

/// One in every second byte, and the one that ends the head: 33 in its last 64 bytes.
TEST_F(CharacterIndexTest, ListsAsManyLineFeedsAsABlockCanHold) {
  std::string text = "a";
  for (size_t i = 0; i < 63; ++i) text += "a\n";
  text += "\n";
  ASSERT_EQ(text.size(), 128u);
  std::string other;
  for (size_t i = 0; i < 100; ++i) other += "ab\r\n";
  for (Simd level : levels()) {
    CharacterIndex::use_simd(level);
    CharacterIndex index;
    index.index_head(other);
    const HeadBounds bounds = index.index_head(text);
    ASSERT_EQ(bounds.line_feeds, 64u);
    EXPECT_EQ(bounds.end, text.size());
    for (size_t i = 0; i < 63; ++i) EXPECT_EQ(index.line_feed(i), 2 * i + 2);
    EXPECT_EQ(index.line_feed(63), 127u);
  }
}

}  // namespace
}  // namespace sbc::sip
