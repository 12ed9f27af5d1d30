// The direct index: every port has exactly one place, on exactly one worker.
#include "dataplane/media/flow_table.h"

#include <set>

#include <gtest/gtest.h>

namespace sbc::media {
namespace {

config::Model model_of(uint16_t first, uint16_t last) {
  config::Model model;
  config::Realm realm;
  realm.media.addresses = {IpAddress::v4(10, 0, 0, 1), IpAddress::v4(10, 0, 0, 2)};
  realm.media.first_port = first;
  realm.media.last_port = last;
  model.realms = {realm, config::Realm{}, realm};  // the middle one has no media
  return model;
}

class FlowTableTest : public testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Workers, FlowTableTest, testing::Values(1, 2, 3, 7));

TEST_P(FlowTableTest, EveryPortHasAPlaceOfItsOwnOnTheWorkerThatOwnsIt) {
  const unsigned workers = GetParam();
  for (auto [first, last] :
       {std::pair<uint16_t, uint16_t>{20000, 20999}, {1024, 1025}, {30010, 30073}, {2, 65535}}) {
    MediaRanges ranges(model_of(first, last));
    for (unsigned worker = 0; worker < workers; ++worker) {
      FlowTable table(ranges, WorkerId(worker), workers);
      std::set<FlowIndex> seen;
      for (RealmId realm : {RealmId(0), RealmId(2)}) {
        for (uint8_t address : {uint8_t(0), uint8_t(1)}) {
          for (uint32_t port = first; port <= last; ++port) {
            FlowIndex flow = table.index_of_port({realm, address, uint16_t(port)});
            ASSERT_EQ(flow != no_flow, port_owner(uint16_t(port), workers) == WorkerId(worker)) << port;
            if (flow == no_flow) continue;
            ASSERT_LT(flow, table.size());
            ASSERT_TRUE(seen.insert(flow).second) << port;
          }
        }
      }
      EXPECT_LE(table.size(),
                seen.size() + 4 * 2 * ports_per_block);  // no more than the ragged ends of ranges
    }
  }
}

TEST(FlowTable, ALineIsOneCacheLineAndItsStreamTheNext) {
  MediaRanges ranges(model_of(20000, 20999));
  FlowTable table(ranges, WorkerId(0), 1);
  auto line = reinterpret_cast<uintptr_t>(&table.line(5));
  EXPECT_EQ(line % 64, 0u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(&table.stream(5)), line + 64);
}

TEST(MediaRanges, APortIsMediaOnlyOnAMediaAddressOfTheRealm) {
  MediaRanges ranges(model_of(20000, 20999));
  auto located = ranges.locate(RealmId(2), IpAddress::v4(10, 0, 0, 2), 20999);
  ASSERT_TRUE(located);
  EXPECT_EQ(*located, (MediaPort{RealmId(2), 1, 20999}));
  EXPECT_EQ(ranges.address_of(*located), IpAddress::v4(10, 0, 0, 2));
  EXPECT_EQ(ranges.locate(RealmId(0), IpAddress::v4(10, 0, 0, 1), 19999).reason(), Reason::port_closed);
  EXPECT_EQ(ranges.locate(RealmId(0), IpAddress::v4(10, 0, 0, 1), 21000).reason(), Reason::port_closed);
  EXPECT_EQ(ranges.locate(RealmId(0), IpAddress::v4(10, 0, 0, 3), 20000).reason(), Reason::port_closed);
  EXPECT_EQ(ranges.locate(RealmId(1), IpAddress::v4(10, 0, 0, 1), 20000).reason(), Reason::media_realm);
}

}  // namespace
}  // namespace sbc::media
