#include <array>
#include <vector>

#include <gtest/gtest.h>

#include "dataplane/bytes/reader.h"
#include "dataplane/bytes/writer.h"

namespace sbc {
namespace {

TEST(Reader, ReadsNetworkOrder) {
  const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  Reader reader(bytes);
  EXPECT_EQ(reader.u8(), 1);
  EXPECT_EQ(reader.be16(), 0x0203);
  EXPECT_EQ(reader.be32(), 0x04050607u);
  reader.skip(1);
  std::array<uint8_t, 2> rest{};
  reader.copy(rest);
  EXPECT_EQ(rest, (std::array<uint8_t, 2>{9, 10}));
  EXPECT_EQ(reader.left(), 0u);
  EXPECT_FALSE(reader.failed());
}

TEST(Reader, YieldsZerosOncePastTheEndAndSaysSo) {
  const uint8_t bytes[] = {1, 2, 3};
  Reader reader(bytes);
  EXPECT_EQ(reader.be32(), 0u);
  EXPECT_TRUE(reader.failed());
  EXPECT_EQ(reader.u8(), 0) << "what could not be read whole is not read in part";
  std::array<uint8_t, 2> filled{7, 7};
  reader.copy(filled);
  EXPECT_EQ(filled, (std::array<uint8_t, 2>{0, 0}));
  EXPECT_TRUE(reader.take(1).empty());
}

TEST(Reader, TakingNothingAtTheEndIsNoFailure) {
  Reader reader({});
  EXPECT_TRUE(reader.take(0).empty());
  reader.skip(0);
  EXPECT_FALSE(reader.failed());
}

TEST(Writer, WritesNetworkOrder) {
  std::array<uint8_t, 12> out{};
  Writer writer(out);
  const uint8_t tail[] = {8, 9};
  writer.u8(1).be16(0x0203).be32(0x04050607).copy(tail).zeros(1).copy({});
  EXPECT_EQ(std::vector<uint8_t>(writer.written().begin(), writer.written().end()),
            (std::vector<uint8_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 0}));
  EXPECT_FALSE(writer.overflowed());
}

TEST(Writer, StopsAtTheFirstFieldThatDoesNotFit) {
  std::array<uint8_t, 4> out{9, 9, 9, 9};
  Writer writer(out);
  writer.be16(1).be32(2).u8(3);
  EXPECT_TRUE(writer.overflowed());
  EXPECT_EQ(writer.size(), 2u);
  EXPECT_EQ(out, (std::array<uint8_t, 4>{0, 1, 9, 9}));
}

TEST(Writer, FillsItsRoomToTheLastByte) {
  std::array<uint8_t, 4> out{};
  Writer writer(out);
  writer.be32(5);
  EXPECT_FALSE(writer.overflowed());
  EXPECT_TRUE(writer.u8(1).overflowed());
}

}  // namespace
}  // namespace sbc
