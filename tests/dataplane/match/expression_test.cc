#include "dataplane/match/expression.h"

#include <string>

#include <gtest/gtest.h>

#include "dataplane/match/database.h"

namespace sbc::match {
namespace {

std::shared_ptr<const Expression> compile(const std::string& text, bool caseless = true) {
  std::string error;
  auto expression = Expression::compile(text, caseless, error);
  EXPECT_NE(expression, nullptr) << text << ": " << error;
  return expression;
}

std::string error_of(const std::string& text, size_t bytes_at_most = Expression::bytes_max) {
  std::string error;
  EXPECT_EQ(Expression::compile(text, true, error, bytes_at_most), nullptr) << text;
  return error;
}

bool matches(const std::string& text, std::string_view bytes, bool caseless = true) {
  auto expression = compile(text, caseless);
  Scratch scratch;
  EXPECT_TRUE(scratch.fit(*expression));
  return found(*expression, scratch, bytes);
}

TEST(Expression, MatchesAnywhereInTheBytesUnlessAnchored) {
  EXPECT_TRUE(matches("'\\s*or\\s+1=1", "x' OR \t1=1--"));
  EXPECT_FALSE(matches("'\\s*or\\s+1=1", "x'or1=1"));
  EXPECT_TRUE(matches("^smap", "smap 0.6"));
  EXPECT_FALSE(matches("^smap", "a smap"));
  EXPECT_TRUE(matches("end$", "the end"));
  EXPECT_FALSE(matches("end$", "the end is near"));
  EXPECT_FALSE(matches("a", ""));
}

TEST(Expression, ComparesWithoutCaseOnlyWhereAsked) {
  EXPECT_TRUE(matches("abc", "ABC", true));
  EXPECT_FALSE(matches("abc", "ABC", false));
}

TEST(Expression, ADotIsAnyByte) {
  using namespace std::string_view_literals;
  EXPECT_TRUE(matches("a.b", "a\nb"));
  EXPECT_TRUE(matches("a.b", "a\0b"sv));
  EXPECT_TRUE(matches("a.b",
                      "a\xff"
                      "b"));
  EXPECT_TRUE(matches("a\\x00b", "a\0b"sv));
}

TEST(Expression, RefusesInHyperscansWordsWhatItCannotDo) {
  EXPECT_EQ(error_of("(a)\\1"), "Back-references are unsupported.");
  EXPECT_EQ(error_of("a(?=b)"), "Zero-width assertions are not supported.");
  EXPECT_NE(error_of("a(b"), "");
  EXPECT_NE(error_of("[z-a]"), "");
}

TEST(Expression, RefusesWhatMatchesEverywhere) {
  for (const char* text : {"a*", "(ab)?", "^", "a|"}) {
    EXPECT_EQ(error_of(text), "matches without a single byte, so everywhere") << text;
  }
  EXPECT_TRUE(matches("a", "a"));
}

TEST(Expression, ItsTextIsBounded) {
  EXPECT_TRUE(matches(std::string(Expression::text_bytes_max, 'x'), std::string(600, 'x')));
  EXPECT_EQ(error_of(std::string(Expression::text_bytes_max + 1, 'x')), "must be 1..512 bytes long");
  EXPECT_EQ(error_of(""), "must be 1..512 bytes long");
  EXPECT_EQ(error_of(std::string("a\0b", 3)), "a NUL byte is written \\x00");
}

TEST(Expression, ItsCompiledSizeIsBounded) {
  const std::string text = "a.{1,500}b";
  size_t size = compile(text)->bytes();
  EXPECT_GT(size, 0u);
  EXPECT_LT(size, Expression::bytes_max);
  std::string error;
  EXPECT_NE(Expression::compile(text, true, error, size), nullptr) << error;
  EXPECT_EQ(error_of(text, size - 1),
            "takes " + std::to_string(size) + " bytes when compiled, of at most " + std::to_string(size - 1));
}

TEST(Expression, SharesAScratchWithADatabaseAndOtherExpressions) {
  std::string error;
  int index = 0;
  const Literal literal{"evil", false};
  auto database = Database::compile({&literal, 1}, error, index);
  auto small = compile("a"), large = compile("(.*a.*b.*c.*d.*e.*f){20}");
  Scratch scratch;
  EXPECT_EQ(scratch.bytes(), 0u);
  ASSERT_TRUE(scratch.fit(*small));
  size_t before = scratch.bytes();
  ASSERT_TRUE(scratch.fit(*large));
  ASSERT_TRUE(scratch.fit(*database));
  EXPECT_GT(scratch.bytes(), before);
  EXPECT_TRUE(found(*small, scratch, "xa"));
  EXPECT_FALSE(found(*large, scratch, "abcdef"));
  int matches = 0;
  scan(
      *database, scratch, "evil",
      [](void* context, uint32_t, uint64_t) {
        ++*static_cast<int*>(context);
        return false;
      },
      &matches);
  EXPECT_EQ(matches, 1);
}

}  // namespace
}  // namespace sbc::match
