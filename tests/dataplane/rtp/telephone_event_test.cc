#include "dataplane/rtp/telephone_event.h"

#include <vector>

#include <gtest/gtest.h>

namespace sbc::rtp {
namespace {

using Bytes = std::vector<uint8_t>;

TEST(ReadTelephoneEvent, FindsItsFields) {  // RFC 4733 2.3
  EXPECT_EQ(read_telephone_event(Bytes{5, 0x0a, 0x03, 0x20}), (TelephoneEvent{5, false, 10, 800}));
  EXPECT_EQ(read_telephone_event(Bytes{16, 0x80, 0xff, 0xff}), (TelephoneEvent{16, true, 0, 65535}));
}

TEST(ReadTelephoneEvent, MindsNoReservedBit) {
  EXPECT_EQ(read_telephone_event(Bytes{5, 0xff, 0, 160}), (TelephoneEvent{5, true, 63, 160}));
}

TEST(ReadTelephoneEvent, TakesTheFirstOfSeveral) {
  EXPECT_EQ(read_telephone_event(Bytes{1, 10, 0, 160, 2, 10, 0, 160}), (TelephoneEvent{1, false, 10, 160}));
}

TEST(ReadTelephoneEvent, FindsNoneInLess) {
  const Bytes whole{5, 10, 3, 32};
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(read_telephone_event(std::span(whole).first(size)), std::nullopt) << size;
}

TEST(WriteEventPacket, WritesTheFixedHeaderAndTheEvent) {
  RtpPacket header;
  header.marker = true;
  header.payload_type = 101;
  header.sequence = 0x1234;
  header.timestamp = 0x01020304;
  header.ssrc = 0xdeadbeef;
  const auto packet = write_event_packet(header, {11, true, 10, 1280});
  EXPECT_EQ(Bytes(packet.begin(), packet.end()),
            (Bytes{0x80, 0xe5, 0x12, 0x34, 1, 2, 3, 4, 0xde, 0xad, 0xbe, 0xef, 11, 0x8a, 0x05, 0x00}));
}

TEST(WriteEventPacket, IsReadAsItWasWritten) {
  RtpPacket header;
  header.payload_type = 97;
  const TelephoneEvent event{4, false, 63, 0xffff};
  const auto bytes = write_event_packet(header, event);
  const auto packet = parse_rtp(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->payload_type, 97);
  EXPECT_FALSE(packet->marker);
  EXPECT_EQ(read_telephone_event(packet->payload), event);
}

}  // namespace
}  // namespace sbc::rtp
