#include "policy/routing/prefix_runs.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace sbc::policy {
namespace {

struct List {
  explicit List(std::vector<std::string> unsorted) : texts(std::move(unsorted)) {
    std::sort(texts.begin(), texts.end());
    for (const std::string& text : texts) runs.add(text);
  }
  /// "prefix@first-last" of each run that the number begins with, as they are visited.
  std::vector<std::string> visited(std::string_view number, std::string_view stop_at = "none") const {
    std::vector<std::string> seen;
    runs.longest_first(number, [&](const PrefixRuns::Run& run) -> const PrefixRuns::Run* {
      seen.push_back(std::string(run.prefix) + "@" + std::to_string(run.first) + "-" +
                     std::to_string(run.last));
      return run.prefix == stop_at ? &run : nullptr;
    });
    return seen;
  }
  std::vector<std::string> texts;
  PrefixRuns runs;
};

using Seen = std::vector<std::string>;

TEST(PrefixRuns, AreVisitedLongestFirst) {
  List list({"", "4", "49", "4930", "4930", "4931", "50"});
  EXPECT_EQ(list.visited("49301"), (Seen{"4930@3-5", "49@2-3", "4@1-2", "@0-1"}));
  EXPECT_EQ(list.visited("493"), (Seen{"49@2-3", "4@1-2", "@0-1"}));
  EXPECT_EQ(list.visited("4999"), (Seen{"49@2-3", "4@1-2", "@0-1"}));
  EXPECT_EQ(list.visited("5"), (Seen{"@0-1"}));
  EXPECT_EQ(list.visited(""), (Seen{"@0-1"}));
}

TEST(PrefixRuns, EndWhereTheVisitorFinds) {
  List list({"", "4", "49"});
  EXPECT_EQ(list.visited("49", "4"), (Seen{"49@2-3", "4@1-2"}));
}

TEST(PrefixRuns, OfNothingFindNothing) {
  EXPECT_EQ(List({}).visited("49"), Seen{});
  EXPECT_EQ(List({"49"}).visited("4"), Seen{});
  EXPECT_EQ(List({"49"}).visited("5"), Seen{});
}

TEST(PrefixRuns, AgreeWithALookAtEveryPrefix) {
  std::mt19937 random(7);
  auto number = [&](size_t longest) {
    std::string text(random() % (longest + 1), '0');
    for (char& c : text) c = char('0' + random() % 3);
    return text;
  };
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> texts;
    for (int i = 0; i < 20; ++i) texts.push_back(number(5));
    List list(texts);
    for (int i = 0; i < 50; ++i) {
      std::string wanted = number(8);
      std::vector<std::string> expected;
      for (size_t size = wanted.size() + 1; size-- > 0;) {
        auto [first, last] = std::equal_range(list.texts.begin(), list.texts.end(), wanted.substr(0, size));
        if (first == last) continue;
        expected.push_back(wanted.substr(0, size) + "@" + std::to_string(first - list.texts.begin()) + "-" +
                           std::to_string(last - list.texts.begin()));
      }
      ASSERT_EQ(list.visited(wanted), expected);
    }
  }
}

}  // namespace
}  // namespace sbc::policy
