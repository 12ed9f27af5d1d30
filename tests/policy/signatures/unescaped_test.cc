#include "policy/signatures/unescaped.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace sbc::policy {
namespace {

struct Decoded {
  explicit Decoded(std::string_view message)
      : layout(message), unescaped(std::make_unique<Unescaped>(message, layout)) {}
  std::string_view bytes() const { return unescaped->bytes(); }
  const Place* place_of(std::string_view needle) const {
    size_t at = bytes().find(needle);
    return at == bytes().npos ? nullptr : unescaped->place_of(at, at + needle.size());
  }
  Layout layout;
  std::unique_ptr<Unescaped> unescaped;
};

TEST(Unescaped, HoldsTheFieldsWithPercentSignsOnly) {
  Decoded decoded("BYE sip:%61@b SIP/2.0\r\nFrom: plain\r\nTo: <sip:%62%43>\r\n\r\n%64");
  EXPECT_EQ(decoded.bytes(), "BYE sip:a@b SIP/2.0\r\nTo: <sip:bC>\r\n");
}

TEST(Unescaped, KnowsWhereItsBytesComeFrom) {
  Decoded decoded("BYE sip:%61@b SIP/2.0\r\nFrom: plain\r\nt: <sip:%62%43>\r\n\r\n");
  ASSERT_NE(decoded.place_of("a@b"), nullptr);
  EXPECT_EQ(decoded.place_of("a@b")->part, Part::start_line);
  ASSERT_NE(decoded.place_of("bC"), nullptr);
  EXPECT_EQ(decoded.place_of("bC")->header_name, "t");
}

TEST(Unescaped, BytesOfTwoFieldsHaveNoPlace) {
  Decoded decoded("BYE sip:%61@b SIP/2.0\r\nFrom: plain\r\nTo: <sip:%62>\r\n\r\n");
  EXPECT_NE(decoded.bytes().find("2.0\r\nTo"), std::string_view::npos);
  EXPECT_EQ(decoded.place_of("2.0\r\nTo"), nullptr);
}

TEST(Unescaped, ADecodedLineBreakDoesNotEndItsField) {
  Decoded decoded("BYE sip:a SIP/2.0\r\nFrom: <sip:x%0d%0aTo: evil>\r\n\r\n");
  ASSERT_NE(decoded.place_of("evil"), nullptr);
  EXPECT_EQ(decoded.place_of("evil")->header_name, "From");
}

TEST(Unescaped, DecodesOnceAndLeavesBrokenEscapesAlone) {
  EXPECT_EQ(Decoded("BYE %2541 SIP/2.0\r\n\r\n").bytes(), "BYE %41 SIP/2.0\r\n");
  EXPECT_EQ(Decoded("BYE %zz%4").bytes(), "BYE %zz%4");
  EXPECT_EQ(Decoded("BYE %4").bytes(), "BYE %4");
  EXPECT_EQ(Decoded("%").bytes(), "%");
}

TEST(Unescaped, TakesAsManyFieldsAsAParserWouldAndNoMore) {
  std::string message = "BYE sip:a SIP/2.0\r\n";
  for (int i = 0; i < 300; ++i) message += "X: %41\r\n";
  message += "\r\n";
  Decoded decoded(message);
  EXPECT_EQ(decoded.bytes().size(), Unescaped::pieces_max * std::string_view("X: A\r\n").size());
}

TEST(Unescaped, TakesNoMoreBytesThanItHasRoomFor) {
  std::string message = "BYE %41 SIP/2.0\r\nX: %42" + std::string(Unescaped::bytes_max, 'x') + "\r\n\r\n";
  EXPECT_EQ(Decoded(message).bytes(), "BYE A SIP/2.0\r\n");
  std::string exact = "%41" + std::string(Unescaped::bytes_max - 3, 'x');
  EXPECT_EQ(Decoded(exact).bytes().size(), Unescaped::bytes_max - 2);
}

}  // namespace
}  // namespace sbc::policy
