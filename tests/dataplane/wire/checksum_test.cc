#include "dataplane/wire/checksum.h"

#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace sbc::wire {
namespace {

using Bytes = std::vector<uint8_t>;

IpAddress address(const char* text) { return *IpAddress::parse(text); }

/// RFC 1071 4.1, word by word.
uint16_t plain_sum(const Bytes& bytes) {
  uint64_t sum = 0;
  for (size_t i = 0; i < bytes.size(); i += 2) {
    sum += uint64_t(bytes[i]) << 8 | (i + 1 < bytes.size() ? bytes[i + 1] : 0);
  }
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return uint16_t(sum);
}

TEST(Checksum, MatchesTheExampleOfRfc1071Section3) {
  const uint8_t bytes[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
  EXPECT_EQ(Checksum().add(bytes).sum(), 0xddf2);
  EXPECT_EQ(Checksum().add(bytes).value(), 0x220d);
}

TEST(Checksum, EqualsTheWordByWordSumAtEveryLength) {
  std::mt19937_64 random(1);
  for (size_t length = 0; length < 200; ++length) {
    Bytes bytes(length);
    for (auto& byte : bytes) byte = uint8_t(random());
    ASSERT_EQ(Checksum().add(bytes).sum(), plain_sum(bytes)) << length;
  }
  EXPECT_EQ(Checksum().add(Bytes(65535, 0xff)).sum(), plain_sum(Bytes(65535, 0xff)));
}

TEST(Checksum, NoCarryIsLost) {
  for (size_t length = 0; length < 200; ++length) {
    Bytes bytes(length, 0xff);
    for (size_t one = 0; one <= length; one += 7) {
      if (one < length) bytes[one] = uint8_t(one);
      ASSERT_EQ(Checksum().add(bytes).sum(), plain_sum(bytes)) << length;
    }
  }
}

TEST(Checksum, PseudoHeaderCountsTheLengthBeyond16Bits) {  // RFC 8200 8.1
  Bytes bytes;
  for (auto text : {"2001:db8::1", "2001:db8::2"}) {
    auto part = address(text).bytes;
    bytes.insert(bytes.end(), part.begin(), part.end());
  }
  const uint8_t rest[] = {0x00, 0x01, 0x00, 0x05, 0x00, 0x00, 0x00, 0x3a};
  bytes.insert(bytes.end(), std::begin(rest), std::end(rest));
  EXPECT_EQ(pseudo_header(address("2001:db8::1"), address("2001:db8::2"), 58, 0x10005).sum(),
            plain_sum(bytes));
}

uint16_t udp_checksum(const Endpoint& from, const Endpoint& to, const Bytes& payload) {
  uint16_t length = uint16_t(8 + payload.size());
  uint16_t value = pseudo_header(from.address, to.address, 17, length)
                       .add(from.port)
                       .add(to.port)
                       .add(length)
                       .add(payload)
                       .value();
  return value == 0 ? 0xffff : value;
}

TEST(ChecksumChange, CorrectsWhatACompleteComputationWouldGive) {  // RFC 1624 3
  std::mt19937_64 random(2);
  auto some_endpoint = [&](bool v4) {
    Endpoint endpoint{v4 ? IpAddress::v4(uint32_t(random())) : address("2001:db8::"), uint16_t(random())};
    if (!v4) endpoint.address.bytes[15] = uint8_t(random());
    return endpoint;
  };
  for (int i = 0; i < 20000; ++i) {
    bool v4 = random() % 2, v4_after = random() % 2;
    Endpoint from = some_endpoint(v4), to = some_endpoint(v4);
    Endpoint new_from = some_endpoint(v4_after), new_to = some_endpoint(v4_after);
    Bytes payload(random() % 8);
    for (auto& byte : payload) byte = uint8_t(random() % 3 ? 0xff : random());
    ChecksumChange change;
    change.replace(from.address, new_from.address).replace(to.address, new_to.address);
    change.replace(from.port, new_from.port).replace(to.port, new_to.port);
    ASSERT_EQ(change.apply_udp(udp_checksum(from, to, payload)), udp_checksum(new_from, new_to, payload));
  }
}

TEST(ChecksumChange, KeepsTheUdpZeroThatSaysThereIsNone) {  // RFC 768
  EXPECT_EQ(ChecksumChange().replace(1, 2).apply_udp(0), 0);
  EXPECT_NE(ChecksumChange().replace(1, 2).apply(0), 0);
}

TEST(ChecksumChange, NeverTurnsAUdpChecksumIntoTheZeroThatSaysThereIsNone) {
  // One word of 0x1234 has checksum 0xedcb; replaced by 0xffff it would be 0.
  EXPECT_EQ(ChecksumChange().replace(0x1234, 0xffff).apply_udp(0xedcb), 0xffff);
}

TEST(ChecksumChange, HasTheCornerCaseOfRfc1624Section5Right) {
  EXPECT_EQ(ChecksumChange().replace(0x5555, 0x3285).apply(0xdd2f), 0x0000);
}

}  // namespace
}  // namespace sbc::wire
