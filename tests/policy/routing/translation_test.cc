#include "policy/routing/translation.h"

#include <gtest/gtest.h>

namespace sbc::policy {
namespace {

std::string translated(uint8_t strip, std::string add, std::string_view number, size_t room = 32) {
  config::Route rule;
  rule.strip = strip;
  rule.add = std::move(add);
  std::string out(room, '?');
  size_t size = 0;
  return translate(rule, number, out, size) ? out.substr(0, size) : "does not fit";
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

}  // namespace
}  // namespace sbc::policy
