#include "dataplane/sip/list.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sbc::sip {
namespace {

std::vector<std::string> elements(std::string_view value) {
  std::vector<std::string> result;
  each_element(value, [&](std::string_view element) {
    result.emplace_back(element);
    return true;
  });
  return result;
}

using Strings = std::vector<std::string>;

TEST(List, SplitsAtCommasAndTrims) {
  EXPECT_EQ(elements("timer,\r\n 100rel ,replaces"), (Strings{"timer", "100rel", "replaces"}));
  EXPECT_EQ(elements(""), Strings{});
  EXPECT_EQ(elements(" , ,one,, "), Strings{"one"});
}

TEST(List, QuotesAndAngleBracketsHideCommas) {
  EXPECT_EQ(elements(R"("A, \", B" <sip:a,b@h;x=1,2>;q=1 , <sip:c@h>)"),
            (Strings{R"("A, \", B" <sip:a,b@h;x=1,2>;q=1)", "<sip:c@h>"}));
  EXPECT_EQ(elements(R"(<sip:a"b@h>,c)"), (Strings{R"(<sip:a"b@h>)", "c"}));
}

TEST(List, WhatNeverClosesIsOneElement) {
  EXPECT_EQ(elements("\"open, x"), Strings{"\"open, x"});
  EXPECT_EQ(elements("<open, x"), Strings{"<open, x"});
  EXPECT_EQ(elements("\"end\\"), Strings{"\"end\\"});
}

TEST(List, StopsWhenTheVisitorHasEnough) {
  int seen = 0;
  each_element("a,b,c", [&](std::string_view) { return ++seen < 2; });
  EXPECT_EQ(seen, 2);
}

}  // namespace
}  // namespace sbc::sip
