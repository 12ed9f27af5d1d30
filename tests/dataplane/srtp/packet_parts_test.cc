// Where parts of packets lie, at the edges of their lengths.
#include "dataplane/srtp/packet_parts.h"

#include <gtest/gtest.h>

#include "tests/dataplane/srtp/reference.h"

namespace sbc::srtp {
namespace {

using reference::Bytes;
using reference::from_hex;

Bytes packet(std::string_view start, size_t size) {
  Bytes bytes = from_hex(start);
  bytes.resize(size);
  return bytes;
}

TEST(PacketParts, TheHeaderOfRtpHoldsSourcesAndExtension) {
  EXPECT_EQ(header_bytes(packet("80", 12), false), 12u);
  EXPECT_EQ(header_bytes(packet("80", 11), false), 0u);
  EXPECT_EQ(header_bytes(packet("00", 12), false), 0u);
  EXPECT_EQ(header_bytes(packet("c0", 12), false), 0u);
  EXPECT_EQ(header_bytes(packet("82", 20), false), 20u);
  EXPECT_EQ(header_bytes(packet("82", 19), false), 0u);
  EXPECT_EQ(header_bytes(packet("90", 16), false), 16u);
  EXPECT_EQ(header_bytes(packet("90", 15), false), 0u);
  Bytes extended = packet("9f", 12 + 60 + 4 + 8);
  extended[12 + 60 + 3] = 2;
  EXPECT_EQ(header_bytes(extended, false), extended.size());
  extended.pop_back();
  EXPECT_EQ(header_bytes(extended, false), 0u);
  extended[12 + 60 + 2] = 0xff;
  EXPECT_EQ(header_bytes(extended, false), 0u);
}

TEST(PacketParts, TheHeaderOfRtcpIsItsFirstEightBytes) {
  EXPECT_EQ(header_bytes(packet("80c8", 8), true), 8u);
  EXPECT_EQ(header_bytes(packet("80c8", 7), true), 0u);
  EXPECT_EQ(header_bytes(packet("9fc8", 8), true), 8u);
  EXPECT_EQ(header_bytes(Bytes{}, true), 0u);
}

TEST(PacketParts, WhatIsProtectedIsFoundAgain) {
  for (bool rtcp : {false, true}) {
    for (bool aead : {false, true}) {
      const Tail tail{.rtcp = rtcp, .aead = aead, .tag = uint8_t(aead ? 16 : 10), .mki = 0};
      const PacketParts before = parts_to_protect(100, 12, tail);
      PacketParts after;
      ASSERT_TRUE(parts_to_unprotect(before.end, 12, tail, after));
      EXPECT_EQ(after.body, before.body);
      EXPECT_EQ(after.body_end, 100u);
      EXPECT_EQ(after.tag, before.tag);
      EXPECT_EQ(after.index, before.index);
      EXPECT_EQ(before.end, 100u + tail.tag + (rtcp ? 4 : 0));
    }
  }
}

TEST(PacketParts, TheMasterKeyIdentifierStandsBeforeHmacsTagAndBehindAnAeads) {
  PacketParts parts;
  ASSERT_TRUE(parts_to_unprotect(100, 12, {.rtcp = false, .aead = false, .tag = 10, .mki = 4}, parts));
  EXPECT_EQ(parts.body_end, 86u);
  EXPECT_EQ(parts.tag, 90u);
  ASSERT_TRUE(parts_to_unprotect(100, 12, {.rtcp = false, .aead = true, .tag = 16, .mki = 4}, parts));
  EXPECT_EQ(parts.body_end, 80u);
  EXPECT_EQ(parts.tag, 80u);
  ASSERT_TRUE(parts_to_unprotect(100, 8, {.rtcp = true, .aead = false, .tag = 10, .mki = 4}, parts));
  EXPECT_EQ(parts.body_end, 82u);
  EXPECT_EQ(parts.index, 82u);
  EXPECT_EQ(parts.tag, 90u);
  ASSERT_TRUE(parts_to_unprotect(100, 8, {.rtcp = true, .aead = true, .tag = 16, .mki = 4}, parts));
  EXPECT_EQ(parts.body_end, 76u);
  EXPECT_EQ(parts.tag, 76u);
  EXPECT_EQ(parts.index, 92u);
}

TEST(PacketParts, TooShortIsTooShort) {
  PacketParts parts;
  const Tail tail{.rtcp = true, .aead = false, .tag = 10, .mki = 2};
  EXPECT_TRUE(parts_to_unprotect(8 + 16, 8, tail, parts));
  EXPECT_EQ(parts.body, parts.body_end);
  EXPECT_FALSE(parts_to_unprotect(8 + 15, 8, tail, parts));
  EXPECT_FALSE(parts_to_unprotect(0, 8, tail, parts));
}

}  // namespace
}  // namespace sbc::srtp
