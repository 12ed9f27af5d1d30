#include "policy/routing/translation.h"

#include <gtest/gtest.h>

namespace sbc::policy {
namespace {

std::string translated(uint8_t strip, std::string add, std::string_view number, size_t room = 32,
                       const NumberTable* table = nullptr) {
  config::Route rule;
  rule.strip = strip;
  rule.add = std::move(add);
  std::string out(room, '?');
  size_t size = 0;
  return translate(rule, table, number, out, size) ? out.substr(0, size) : "does not fit";
}

TEST(Translate, StripsThenAdds) {
  EXPECT_EQ(translated(0, "", "12345"), "12345");
  EXPECT_EQ(translated(2, "", "0012345"), "12345");
  EXPECT_EQ(translated(0, "+", "12345"), "+12345");
  EXPECT_EQ(translated(1, "+49", "030123"), "+4930123");
}

TEST(Translate, StripsNoMoreThanThereIs) {
  EXPECT_EQ(translated(9, "+49", "030"), "+49");
  EXPECT_EQ(translated(3, "", "030"), "");
}

TEST(Translate, FitsExactlyOrNotAtAll) {
  EXPECT_EQ(translated(0, "+", "12345", 6), "+12345");
  EXPECT_EQ(translated(0, "+", "12345", 5), "does not fit");
}

class NumberTableTest : public testing::Test {
 protected:
  const config::Translation national_{std::string("national"),
                                      {{"0", "+49"}, {"00", "+"}, {"+1", "001"}, {"112", ""}, {"7", "999"}}};
  const NumberTable table_{national_};
};

TEST_F(NumberTableTest, PutsInPlaceOfTheLongestPrefixWhatItsRuleSays) {
  EXPECT_EQ(translated(0, "", "030123", 32, &table_), "+4930123");
  EXPECT_EQ(translated(0, "", "0044123", 32, &table_), "+44123");
  EXPECT_EQ(translated(0, "", "+1212", 32, &table_), "001212");
  EXPECT_EQ(translated(0, "", "112", 32, &table_), "");
  EXPECT_EQ(translated(0, "", "0", 32, &table_), "+49");
}

TEST_F(NumberTableTest, LeavesANumberThatNoRuleFitsAndTranslatesOnce) {
  EXPECT_EQ(translated(0, "", "555", 32, &table_), "555");
  EXPECT_EQ(translated(0, "", "", 32, &table_), "");
  EXPECT_EQ(translated(0, "", "0030", 32, &table_), "+30");
}

TEST_F(NumberTableTest, TranslatesANumberOfNoRoute) {
  char out[8];
  size_t size = 0;
  auto translated = [&](std::string_view number) {
    return translate(table_, number, out, size) ? std::string(out, size) : "does not fit";
  };
  EXPECT_EQ(translated("030123"), "+4930123");
  EXPECT_EQ(translated("0301234"), "does not fit");
  EXPECT_EQ(translated("555"), "555");
  EXPECT_EQ(translated(""), "");
}

TEST_F(NumberTableTest, SeesTheNumberAfterStripAndAdd) {
  EXPECT_EQ(translated(1, "0", "930123", 32, &table_), "+4930123");
}

TEST_F(NumberTableTest, FitsExactlyOrNotAtAll) {
  EXPECT_EQ(translated(0, "", "7123", 6, &table_), "999123");
  EXPECT_EQ(translated(0, "", "7123", 5, &table_), "does not fit");
  EXPECT_EQ(translated(0, "", "0030", 4, &table_), "+30");
}

TEST(NumberTable, WithAnEmptyPrefixTakesEveryNumber) {
  const config::Translation all{std::string("all"), {{"", "+"}, {"+", "+"}}};
  const NumberTable table(all);
  EXPECT_EQ(translated(0, "", "4930", 32, &table), "+4930");
  EXPECT_EQ(translated(0, "", "+4930", 32, &table), "+4930");
  EXPECT_EQ(translated(0, "", "", 32, &table), "+");
}

}  // namespace
}  // namespace sbc::policy
