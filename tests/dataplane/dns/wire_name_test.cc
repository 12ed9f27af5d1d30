// Names in DNS messages: RFC 1035 3.1 and 4.1.4.
#include "dataplane/dns/wire_name.h"

#include <gtest/gtest.h>

#include "tests/dataplane/dns/written.h"

namespace sbc::dns {
namespace {

TEST(WireName, IsReadInLowerCaseWithDots) {
  Bytes bytes = name("SIP.Example.net");
  size_t at = 0;
  EXPECT_EQ(read_name(bytes, at), "sip.example.net");
  EXPECT_EQ(at, bytes.size());
  size_t root = bytes.size() - 1;
  EXPECT_EQ(read_name(bytes, root), "");
}

TEST(WireName, FollowsPointersAndGoesOnBehindTheFirst) {
  Bytes bytes = name("example.net");
  const size_t start = bytes.size();
  for (uint8_t byte : {uint8_t(3), uint8_t('g'), uint8_t('w'), uint8_t('1'), uint8_t(0xc0), uint8_t(0)})
    bytes.push_back(byte);
  size_t at = start;
  EXPECT_EQ(read_name(bytes, at), "gw1.example.net");
  EXPECT_EQ(at, bytes.size());
}

TEST(WireName, RefusesLoopsCutsAndBytesThatTextCannotShow) {
  auto refused = [](Bytes bytes) {
    size_t at = 0;
    return !read_name(bytes, at);
  };
  EXPECT_TRUE(refused({0xc0, 0}));          // points at itself
  EXPECT_TRUE(refused({1, 'a', 0xc0, 0}));  // grows for ever
  EXPECT_TRUE(refused({}));
  EXPECT_TRUE(refused({3, 'a', 'b'}));
  EXPECT_TRUE(refused({1, 'a'}));
  EXPECT_TRUE(refused({0xc0}));
  EXPECT_TRUE(refused({0x40, 'a', 0}));  // no label of this kind
  EXPECT_TRUE(refused({3, 'a', '.', 'b', 0}));
  EXPECT_TRUE(refused({2, 'a', 0x07, 0}));
  Bytes longest, label(64, 'a');
  label[0] = 63;
  for (int i = 0; i < 4; ++i) longest.insert(longest.end(), label.begin(), label.end());
  longest.push_back(0);
  EXPECT_TRUE(refused(longest)) << "255 characters";
  longest.erase(longest.begin() + 192, longest.end());
  longest.push_back(0);
  EXPECT_FALSE(refused(longest));
}

}  // namespace
}  // namespace sbc::dns
