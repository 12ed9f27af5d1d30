#include "dataplane/match/database.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace sbc::match {
namespace {

using Matches = std::vector<std::pair<uint32_t, uint64_t>>;

std::shared_ptr<const Database> compile(std::vector<Literal> literals) {
  std::string error;
  int index = 0;
  auto database = Database::compile(literals, error, index);
  EXPECT_NE(database, nullptr) << error;
  return database;
}

Matches scan_all(const Database& database, Scratch& scratch, std::string_view bytes) {
  Matches matches;
  scan(
      database, scratch, bytes,
      [](void* context, uint32_t literal, uint64_t end) {
        static_cast<Matches*>(context)->emplace_back(literal, end);
        return false;
      },
      &matches);
  std::sort(matches.begin(), matches.end());
  return matches;
}

Matches scan_all(const Database& database, std::string_view bytes) {
  Scratch scratch;
  EXPECT_TRUE(scratch.fit(database));
  return scan_all(database, scratch, bytes);
}

TEST(Database, ReportsEachLiteralWithTheOffsetBehindTheMatch) {
  auto database = compile({{"abc", false}, {"bcd", false}});
  EXPECT_EQ(scan_all(*database, "xabcd abc"), (Matches{{0, 4}, {0, 9}, {1, 5}}));
}

TEST(Database, ComparesWithoutCaseOnlyWhereAsked) {
  auto database = compile({{"SipVicious", true}, {"SipVicious", false}});
  EXPECT_EQ(scan_all(*database, "sipvicious"), (Matches{{0, 10}}));
  EXPECT_EQ(scan_all(*database, "SipVicious"), (Matches{{0, 10}, {1, 10}}));
}

/// Hyperscan alone fails in the scan, from 34 on.
TEST(Database, FindsALiteralThatEndsInALongRun) {
  for (bool caseless : {false, true}) {
    for (size_t run = 14; run < 80; ++run) {
      const std::string literal = "xyz" + std::string(run, 'a');
      auto database = compile({{literal, caseless}, {"s", false}});
      const size_t end = literal.size();
      EXPECT_EQ(scan_all(*database, literal), (Matches{{0, end}})) << run;
      EXPECT_EQ(scan_all(*database, literal + "aa" + literal), (Matches{{0, end}, {0, 2 * end + 2}})) << run;
      EXPECT_EQ(scan_all(*database, literal.substr(0, end - 1)), Matches{}) << run;
      EXPECT_EQ(scan_all(*database, literal.substr(0, end - 1) + "sa"), (Matches{{1, end}})) << run;
      std::string other = literal;
      other.back() = 'A';
      EXPECT_EQ(scan_all(*database, other), caseless ? (Matches{{0, end}}) : Matches{}) << run;
    }
  }
}

TEST(Database, FindsARunAndNothingElseAtEachEndOfIt) {
  const std::string literal(40, '%'), text(42, '%');
  auto database = compile({{literal, true}, {"s", false}});
  EXPECT_EQ(scan_all(*database, text), (Matches{{0, 40}, {0, 41}, {0, 42}}));
}

/// Of '%' and '\x05' there is no other case, though they differ as letters do.
TEST(Database, OnlyLettersHaveAnotherCase) {
  const std::string literal = "x" + std::string(40, '%');
  auto database = compile({{literal, true}, {"s", false}});
  EXPECT_EQ(scan_all(*database, "x" + std::string(39, '%') + "\x05"), Matches{});
}

TEST(Database, TakesBytesThatRegularExpressionsWouldInterpret) {
  using namespace std::string_view_literals;
  auto database = compile({{".*"sv, false}, {"a\0b"sv, false}, {"\r\n\r\n"sv, false}, {"\xff\xfe"sv, true}});
  EXPECT_EQ(scan_all(*database, "xx.*"sv), (Matches{{0, 4}}));
  EXPECT_EQ(scan_all(*database, "a\0b"sv), (Matches{{1, 3}}));
  EXPECT_EQ(scan_all(*database, "x\r\n\r\n"sv), (Matches{{2, 5}}));
  EXPECT_EQ(scan_all(*database, "\xff\xfe"sv), (Matches{{3, 2}}));
}

TEST(Database, StopsWhenTheCallbackSaysSo) {
  auto database = compile({{"ab", false}});
  Scratch scratch;
  ASSERT_TRUE(scratch.fit(*database));
  int calls = 0;
  scan(
      *database, scratch, "ab ab ab",
      [](void* context, uint32_t, uint64_t) {
        ++*static_cast<int*>(context);
        return true;
      },
      &calls);
  EXPECT_EQ(calls, 1);
}

TEST(Database, NamesTheEmptyLiteral) {
  std::vector<Literal> literals{{"ab", false}, {"", false}};
  std::string error;
  int index = -2;
  EXPECT_EQ(Database::compile(literals, error, index), nullptr);
  EXPECT_EQ(index, 1);
  EXPECT_FALSE(error.empty());
}

TEST(Database, NamesTheLiteralThatHyperscanRefuses) {
  std::string overlong(40'000, 'x');
  std::vector<Literal> literals{{"ab", false}, {overlong, false}, {"cd", false}};
  std::string error;
  int index = -2;
  EXPECT_EQ(Database::compile(literals, error, index), nullptr);
  EXPECT_EQ(index, 1);
  EXPECT_EQ(error, "Pattern length exceeds limit.");
}

TEST(Database, ItsSizeIsBounded) {
  const std::vector<Literal> literals{{"abc", false}, {"bcd", true}};
  size_t size = compile(literals)->bytes();
  EXPECT_GT(size, 0u);
  std::string error;
  int index = 0;
  EXPECT_NE(Database::compile(literals, error, index, size), nullptr) << error;
  EXPECT_EQ(Database::compile(literals, error, index, size - 1), nullptr);
  EXPECT_EQ(index, -1);
  EXPECT_EQ(error,
            "takes " + std::to_string(size) + " bytes when compiled, of at most " + std::to_string(size - 1));
}

TEST(Database, TenThousandLiteralsAreFarFromTheBound) {
  std::vector<std::string> texts;
  for (int i = 0; i < 10'000; ++i) texts.push_back("literal " + std::to_string(i * 7919 % 10'007) + ";x");
  std::vector<Literal> literals;
  for (const std::string& text : texts) literals.push_back({text, true});
  auto database = compile(literals);
  EXPECT_LT(database->bytes(), Database::bytes_max / 8);
  EXPECT_EQ(scan_all(*database, "a LITERAL 7919;X"), (Matches{{1, 16}}));
}

TEST(Database, RefusesToBeEmpty) {
  std::string error;
  int index = 0;
  EXPECT_EQ(Database::compile({}, error, index), nullptr);
  EXPECT_EQ(index, -1);
}

TEST(Database, ScansNothingInNothing) {
  auto database = compile({{"ab", false}});
  EXPECT_TRUE(scan_all(*database, {}).empty());
}

TEST(Scratch, GrowsToServeAnotherDatabaseAndStillServesTheFirst) {
  auto small = compile({{"ab", false}});
  std::vector<std::string> texts;
  for (int i = 0; i < 2000; ++i) texts.push_back("pattern number " + std::to_string(i) + ';');
  std::vector<Literal> literals;
  for (const std::string& text : texts) literals.push_back({text, true});
  auto large = compile(literals);

  Scratch scratch;
  EXPECT_EQ(scratch.bytes(), 0u);
  ASSERT_TRUE(scratch.fit(*small));
  const size_t fits_small = scratch.bytes();
  ASSERT_TRUE(scratch.fit(*large));
  EXPECT_GE(scratch.bytes(), fits_small);
  const size_t fits_both = scratch.bytes();
  ASSERT_TRUE(scratch.fit(*small));
  EXPECT_EQ(scratch.bytes(), fits_both) << "it never shrinks";
  EXPECT_EQ(scan_all(*large, scratch, "PATTERN NUMBER 1234;"), (Matches{{1234, 20}}));
  EXPECT_EQ(scan_all(*small, scratch, "ab"), (Matches{{0, 2}}));
  Scratch moved = std::move(scratch);
  EXPECT_EQ(scan_all(*large, moved, "pattern number 7;"), (Matches{{7, 17}}));
}

}  // namespace
}  // namespace sbc::match
