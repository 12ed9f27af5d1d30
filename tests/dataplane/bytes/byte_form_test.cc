#include "dataplane/bytes/byte_form.h"

#include <array>
#include <vector>

#include <gtest/gtest.h>

namespace sbc {
namespace {

enum class Colour : uint8_t { red, green };

struct Thing {
  uint64_t large = 0;
  uint32_t count = 0;
  bool flag = false;
  Colour colour = Colour::red;
  uint64_t token = 0;
  Endpoint at;

  friend auto operator<=>(const Thing&, const Thing&) = default;
};

template <class Form, class Value>
void each_field(Form& form, Value& thing) {
  form.number(thing.large);
  form.number(thing.count);
  form.number(thing.flag);
  form.number(thing.colour);
  form.bits(thing.token);
  form.endpoint(thing.at);
}

std::vector<uint8_t> saved(const Thing& thing) {
  std::array<uint8_t, 128> room;
  Saver saver(room);
  each_field(saver, thing);
  EXPECT_FALSE(saver.overflowed());
  return {saver.written().begin(), saver.written().end()};
}

TEST(ByteFormTest, ValuesComeBackAtTheirEdges) {
  for (uint64_t large : {uint64_t(0), uint64_t(127), uint64_t(128), ~uint64_t(0)}) {
    for (const char* at : {"192.0.2.1:5060", "[2001:db8::1]:0", "[::]:65535"}) {
      Thing thing{large, ~0u, true, Colour::green, 0x8000000000000001u, *Endpoint::parse(at)};
      std::vector<uint8_t> bytes = saved(thing);
      Thing again;
      Loader loader(bytes);
      each_field(loader, again);
      EXPECT_FALSE(loader.failed());
      EXPECT_EQ(loader.left(), 0u);
      EXPECT_EQ(again, thing) << large << " " << at;
    }
  }
}

TEST(ByteFormTest, SmallNumbersAndAddressesAreShort) {
  EXPECT_EQ(saved({1, 2, true, Colour::green, 0, *Endpoint::parse("192.0.2.1:80")}).size(), 4u + 8 + 5 + 1);
}

TEST(ByteFormTest, FlagsShareAByte) {
  std::array<uint8_t, 4> room;
  Saver saver(room);
  saver.flags(true, false, true);
  ASSERT_EQ(saver.written().size(), 1u);
  bool first = false, second = true, third = false;
  Loader loader(saver.written());
  loader.flags(first, second, third);
  EXPECT_FALSE(loader.failed());
  EXPECT_TRUE(first && !second && third);
  Loader fewer(saver.written());
  fewer.flags(first, second);
  EXPECT_TRUE(fewer.failed());
}

TEST(ByteFormTest, CutBytesFailAsAWhole) {
  std::vector<uint8_t> bytes = saved({300, 300, true, Colour::green, 7, *Endpoint::parse("192.0.2.1:5060")});
  for (size_t size = 0; size < bytes.size(); ++size) {
    Thing thing;
    Loader loader(std::span<const uint8_t>(bytes).first(size));
    each_field(loader, thing);
    EXPECT_TRUE(loader.failed()) << size;
  }
}

TEST(ByteFormTest, WhatIsTooLargeForItsTypeFails) {
  std::array<uint8_t, 16> room;
  Saver saver(room);
  saver.number(uint32_t(256));
  uint8_t small = 0;
  Loader loader(saver.written());
  loader.number(small);
  EXPECT_TRUE(loader.failed());
  Loader bounded(saver.written());
  uint32_t count = 0;
  bounded.number(count, 255);
  EXPECT_TRUE(bounded.failed());
  std::array<uint8_t, 11> endless;
  endless.fill(0xff);
  Loader eternal(endless);
  uint64_t value = 0;
  eternal.number(value);
  EXPECT_TRUE(eternal.failed());
}

TEST(ByteFormTest, TextIsReadInPlaceAndNeverPastTheEnd) {
  std::array<uint8_t, 16> room;
  Saver saver(room);
  saver.text("abc");
  Loader loader(saver.written());
  EXPECT_EQ(loader.text(), "abc");
  std::array<uint8_t, 3> lying{200, 1, 'x'};
  Loader beyond(lying);
  EXPECT_EQ(beyond.text(), "");
  EXPECT_TRUE(beyond.failed());
}

TEST(ByteFormTest, SaverWithoutRoomSaysSo) {
  std::array<uint8_t, 3> room;
  Saver saver(room);
  saver.text("abc");
  EXPECT_TRUE(saver.overflowed());
  saver.number(1u);
  EXPECT_TRUE(saver.overflowed()) << "nothing goes on after a gap";
}

}  // namespace
}  // namespace sbc
