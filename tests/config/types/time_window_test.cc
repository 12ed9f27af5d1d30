#include "config/types/time_window.h"

#include <gtest/gtest.h>

namespace sbc {
namespace {

using namespace std::chrono_literals;

constexpr UtcTime monday{std::chrono::sys_days(std::chrono::year(2026) / 11 / 23)};

bool holds(std::string_view text, UtcTime time, std::chrono::minutes offset = 0min) {
  auto window = TimeWindow::parse(text);
  EXPECT_TRUE(window) << text;
  return window && window->holds(time, offset);
}

TEST(TimeWindow, IsReadAndWritten) {
  for (auto text : {"mo-fr 08:00-18:00", "sa-su", "22:00-06:00", "mo,we,fr", "tu-we,su 00:00-24:00", "mo",
                    "00:00-24:00"}) {
    auto window = TimeWindow::parse(text);
    ASSERT_TRUE(window) << text;
    EXPECT_EQ(TimeWindow::parse(window->text()), *window) << text;
  }
  EXPECT_EQ(TimeWindow::parse("mo-fr 08:00-18:00")->text(), "mo-fr 08:00-18:00");
  EXPECT_EQ(TimeWindow::parse("sa-mo")->text(), "mo,sa-su");
  EXPECT_EQ(TimeWindow::parse("mo-su 10:00-11:30")->text(), "10:00-11:30");
}

TEST(TimeWindow, RefusesWhatIsNone) {
  for (auto bad : {"", "monday", "mo-", "mo,", ",mo", "mo fr", "mo-fr 8:00-18:00", "08:00", "08:00-08:00",
                   "24:00-08:00", "08:60-09:00", "00:00-24:01", "25:00-26:00", "mo  08:00-09:00", "mo ", "MO",
                   "08:00-09:00 mo", "08:00-09:00-10:00", "0a:00-09:00"}) {
    EXPECT_FALSE(TimeWindow::parse(bad)) << bad;
  }
}

TEST(TimeWindow, HoldsFromItsFirstMinuteToBeforeItsLast) {
  EXPECT_FALSE(holds("mo 08:00-18:00", monday + 8h - 1s));
  EXPECT_TRUE(holds("mo 08:00-18:00", monday + 8h));
  EXPECT_TRUE(holds("mo 08:00-18:00", monday + 18h - 1s));
  EXPECT_FALSE(holds("mo 08:00-18:00", monday + 18h));
  EXPECT_FALSE(holds("mo 08:00-18:00", monday + 24h + 9h));
  EXPECT_TRUE(holds("mo", monday));
  EXPECT_TRUE(holds("mo", monday + 24h - 1s));
  EXPECT_FALSE(holds("mo", monday + 24h));
  EXPECT_FALSE(holds("mo", monday - 1s));
}

TEST(TimeWindow, ThatEndsOnTheNextDayBelongsToTheOneItBeginsOn) {
  EXPECT_FALSE(holds("mo 22:00-06:00", monday + 5h));  // Sunday's night
  EXPECT_TRUE(holds("mo 22:00-06:00", monday + 23h));
  EXPECT_TRUE(holds("mo 22:00-06:00", monday + 24h + 5h));
  EXPECT_FALSE(holds("mo 22:00-06:00", monday + 24h + 6h));
  EXPECT_FALSE(holds("mo 22:00-06:00", monday + 24h + 23h));
  EXPECT_TRUE(holds("su 22:00-06:00", monday + 5h));
}

TEST(TimeWindow, IsMeantInTheTimeThatTheOffsetTells) {
  EXPECT_TRUE(holds("mo 08:00-09:00", monday + 7h, 60min));
  EXPECT_FALSE(holds("mo 08:00-09:00", monday + 8h, 60min));
  EXPECT_TRUE(holds("mo", monday - 1h, 60min));
  EXPECT_TRUE(holds("su", monday + 3h, -(3h + 30min)));
  EXPECT_TRUE(holds("th", UtcTime{}));  // 1970-01-01
}

TEST(UtcOffset, IsReadAndWritten) {
  for (auto text : {"+00:00", "+01:00", "-03:30", "+14:00", "-12:00"}) {
    auto offset = parse_utc_offset(text);
    ASSERT_TRUE(offset) << text;
    EXPECT_EQ(utc_offset_text(*offset), text);
  }
  for (auto bad : {"", "01:00", "+1:00", "+14:01", "-12:01", "+01:00 ", "Z", "+0100"}) {
    EXPECT_FALSE(parse_utc_offset(bad)) << bad;
  }
}

}  // namespace
}  // namespace sbc
