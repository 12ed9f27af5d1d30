#include "config/types/rate.h"

#include <gtest/gtest.h>

namespace sbc {
namespace {

using namespace std::chrono_literals;

TEST(Duration, NeedsAUnit) {
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("4h"), 4h);
  EXPECT_EQ(parse_duration("0s"), 0s);
  for (auto bad : {"30", "s", "1.5s", "-1s", "30 s", "30sec", "99999999999s", "4000000000d"}) {
    EXPECT_FALSE(parse_duration(bad)) << bad;
  }
}

TEST(Duration, IsWrittenInItsLargestWholeUnit) {
  EXPECT_EQ(duration_text(90s), "90s");
  EXPECT_EQ(duration_text(120s), "2min");
  EXPECT_EQ(duration_text(0s), "0us");
  EXPECT_EQ(duration_text(1500us), "1500us");
}

TEST(Rate, ReadsPeriodAndBurst) {
  EXPECT_EQ(Rate::parse("50/s"), (Rate{50, 1s, 0}));
  EXPECT_EQ(Rate::parse("1000/min burst 20"), (Rate{1000, 1min, 20}));
  for (auto bad :
       {"50", "0/s", "50/ms", "50/s burst", "50/s burst 0", "50/s burst 5x", "/s", "50/s  burst 5"}) {
    EXPECT_FALSE(Rate::parse(bad)) << bad;
  }
}

TEST(Rate, WritesWhatItReads) {
  for (auto text : {"50/s", "1000/min burst 20", "5/h"}) EXPECT_EQ(Rate::parse(text)->text(), text);
}

}  // namespace
}  // namespace sbc
