#include "dataplane/lane/counters.h"

#include <gtest/gtest.h>

namespace sbc::lane {
namespace {

TEST(DropCounters, CountByRealmAndReason) {
  DropCounters drops(2);
  drops.add(RealmId(1), Reason::source_rate);
  drops.add(RealmId(1), Reason::source_rate);
  drops.add(RealmId(0), Reason::not_sip);
  EXPECT_EQ(drops.value(RealmId(1), Reason::source_rate), 2u);
  EXPECT_EQ(drops.value(RealmId(0), Reason::not_sip), 1u);
  EXPECT_EQ(drops.value(RealmId(0), Reason::source_rate), 0u);
}

TEST(DeviationCounters, HaveAPlaceForEachDeviationOfEachRealm) {
  DeviationCounters deviations(2);
  for (size_t realm = 0; realm < 2; ++realm) {
    for (size_t i = 0; i < deviation_count; ++i) {
      for (size_t n = 0; n < 100 * realm + i; ++n) deviations.add(RealmId(realm), Deviation(i));
    }
  }
  for (size_t realm = 0; realm < 2; ++realm) {
    for (size_t i = 0; i < deviation_count; ++i) {
      EXPECT_EQ(deviations.value(RealmId(realm), Deviation(i)), 100 * realm + i);
    }
  }
}

TEST(DropCounters, WhatReachesNoRealmHasItsOwnRow) {
  DropCounters drops(2);
  drops.add(RealmId::none, Reason::frame_truncated);
  EXPECT_EQ(drops.value(RealmId::none, Reason::frame_truncated), 1u);
  EXPECT_EQ(drops.value(RealmId(1), Reason::frame_truncated), 0u);
}

}  // namespace
}  // namespace sbc::lane
