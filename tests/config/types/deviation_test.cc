#include "config/types/deviation.h"

#include <vector>

#include <gtest/gtest.h>

namespace sbc {
namespace {

TEST(Deviations, AreASet) {
  Deviations set;
  EXPECT_TRUE(set.empty());
  set.add(Deviation::line_folded);
  set.add_if(true, Deviation::content_type_missing);
  set.add_if(false, Deviation::host_underscore);
  EXPECT_TRUE(set.has(Deviation::line_folded));
  EXPECT_FALSE(set.has(Deviation::host_underscore));
  std::vector<Deviation> seen;
  set.each([&](Deviation deviation) { seen.push_back(deviation); });
  EXPECT_EQ(seen, (std::vector{Deviation::line_folded, Deviation::content_type_missing}));
  set.remove(Deviation::line_folded);
  set.remove(Deviation::content_type_missing);
  EXPECT_EQ(set, Deviations{});
}

TEST(Deviations, KeepWhatTwoSetsShare) {
  Deviations seen, refused;
  seen.add(Deviation::line_folded);
  seen.add(Deviation::version_case);
  refused.add(Deviation::version_case);
  refused.add(Deviation::host_underscore);
  EXPECT_TRUE(seen.intersects(refused));
  Deviations both;
  both.add(Deviation::version_case);
  EXPECT_EQ(seen & refused, both);
  refused.remove(Deviation::version_case);
  EXPECT_FALSE(seen.intersects(refused));
  EXPECT_TRUE((seen & refused).empty());
}

TEST(Deviations, AreRepairedOrToleratedUnlessAnOperatorSaysOtherwise) {
  for (size_t i = 0; i < deviation_count; ++i) {
    EXPECT_NE(treatment_of(Deviation(i)), Treatment::refused) << name_of(Deviation(i));
    EXPECT_FALSE(text_of(Deviation(i)).empty() || header_of(Deviation(i)).empty());
  }
  EXPECT_EQ(name_of(treatment_of(Deviation::line_folded)), "repaired");
  EXPECT_EQ(name_of(Treatment::refused), "refused");
}

}  // namespace
}  // namespace sbc
