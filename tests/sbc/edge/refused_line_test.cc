// The log line about a refused message.
#include <gtest/gtest.h>

#include "sbc/edge/reporter.h"

namespace sbc::edge {
namespace {

using namespace std::chrono_literals;

struct RefusedLineTest : ::testing::Test {
  /// The text of the next line, or "none".
  std::string next_line() {
    Report report;
    if (!exchange.reports.pop(report) || !std::holds_alternative<LogReport>(report)) return "none";
    return std::string(std::get<LogReport>(report).record.text.view());
  }
  void refuse(std::string_view detail, Deviations refused = {}) {
    reporter.refused(Instant{1}, Reason::deviation_refused, RealmId(0), {}, detail, refused);
  }

  Exchange exchange{1};
  Reporter reporter{exchange, Rate{3, 1s, 3}};
};

TEST_F(RefusedLineTest, NamesTheDeviationsThatAMessageIsRefusedFor) {
  Deviations refused;
  refused.add(Deviation::line_folded);
  refuse("INVITE sip:a", refused);
  EXPECT_EQ(next_line(), "line_folded: INVITE sip:a");
  refused.add(Deviation::version_case);
  refuse("INVITE sip:a", refused);
  EXPECT_EQ(next_line(), "version_case, line_folded: INVITE sip:a");
  refuse("INVITE sip:a");
  EXPECT_EQ(next_line(), "INVITE sip:a");
}

TEST_F(RefusedLineTest, IsCutWhereItIsTooLong) {
  Deviations all;
  for (size_t i = 0; i < deviation_count; ++i) all.add(Deviation(i));
  refuse("INVITE sip:a", all);
  std::string line = next_line();
  EXPECT_EQ(line.size(), 160u);
  EXPECT_TRUE(line.starts_with("empty_line_first, version_case, "));
}

TEST_F(RefusedLineTest, IsHeldToItsRate) {
  for (int i = 0; i < 5; ++i) refuse("x");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(next_line(), "x");
  EXPECT_EQ(next_line(), "none");
}

}  // namespace
}  // namespace sbc::edge
