#include "config/types/status_set.h"

#include <gtest/gtest.h>

namespace sbc {
namespace {

TEST(StatusSet, HoldsStatusesAndClasses) {
  StatusSet set;
  for (auto item : {"408", "5xx", "699", "300"}) EXPECT_TRUE(set.add(item)) << item;
  for (int status : {300, 408, 500, 503, 599, 699}) EXPECT_TRUE(set.has(status)) << status;
  for (int status : {-1, 0, 100, 200, 299, 301, 407, 409, 499, 600, 700, 800})
    EXPECT_FALSE(set.has(status)) << status;
  EXPECT_EQ(set.text(), "300, 408, 5xx, 699");
  EXPECT_EQ(StatusSet({503, 408}).text(), "408, 503");
  EXPECT_EQ(StatusSet().text(), "");
}

TEST(StatusSet, RefusesWhatIsNoFailure) {
  StatusSet set;
  for (auto bad : {"", "200", "2xx", "7xx", "700", "50", "5000", "5x", "5xX", "xxx", "40x", "4 8", "1xx"})
    EXPECT_FALSE(set.add(bad)) << bad;
  EXPECT_EQ(set, StatusSet());
}

}  // namespace
}  // namespace sbc
