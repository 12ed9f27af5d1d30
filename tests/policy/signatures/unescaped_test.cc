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
  const Unescaped::Piece* piece_of(std::string_view needle) const {
    size_t at = bytes().find(needle);
    return at == bytes().npos ? nullptr : unescaped->piece_of(at, at + needle.size());
  }
  /// The name of the header field that `needle` is of; "" of the start line; "?" of none.
  std::string header_of(std::string_view needle) {
    const Unescaped::Piece* piece = piece_of(needle);
    return piece ? std::string(layout.place_of(piece->origin).header_name) : "?";
  }
  Layout layout;
  std::unique_ptr<Unescaped> unescaped;
};

TEST(Unescaped, HoldsTheFieldsWithEscapesOnly) {
  Decoded decoded("BYE sip:%61@b SIP/2.0\r\nFrom: plain\r\nTo: <sip:%62%43>\r\n\r\n%64");
  EXPECT_EQ(decoded.bytes(), "BYE sip:a@b SIP/2.0\r\nTo: <sip:bC>\r\n");
}

TEST(Unescaped, KnowsWhereItsBytesComeFrom) {
  Decoded decoded("BYE sip:%61@b SIP/2.0\r\nFrom: plain\r\nt: <sip:%62%43>\r\n\r\n");
  EXPECT_EQ(decoded.header_of("a@b"), "");
  EXPECT_EQ(decoded.header_of("bC"), "t");
  ASSERT_NE(decoded.piece_of("bC"), nullptr);
  EXPECT_EQ(decoded.unescaped->text_of(*decoded.piece_of("bC")), "t: <sip:bC>\r\n");
}

TEST(Unescaped, BytesOfTwoFieldsAreOfNoPiece) {
  Decoded decoded("BYE sip:%61@b SIP/2.0\r\nFrom: plain\r\nTo: <sip:%62>\r\n\r\n");
  EXPECT_NE(decoded.bytes().find("2.0\r\nTo"), std::string_view::npos);
  EXPECT_EQ(decoded.piece_of("2.0\r\nTo"), nullptr);
}

TEST(Unescaped, ADecodedLineBreakDoesNotEndItsField) {
  Decoded decoded("BYE sip:a SIP/2.0\r\nFrom: <sip:x%0d%0aTo: evil>\r\n\r\n");
  EXPECT_EQ(decoded.header_of("evil"), "From");
}

std::string header_with(std::string_view value) {
  return std::string(Decoded("BYE sip:a SIP/2.0\r\nX: " + std::string(value) + "\r\n\r\n").bytes());
}

TEST(Unescaped, InHeaderFieldsOnlyUrisHoldEscapes) {
  EXPECT_EQ(header_with("<sip:%41>"), "X: <sip:A>\r\n");
  EXPECT_EQ(header_with("sip:%41"), "X: sip:A\r\n");
  EXPECT_EQ(header_with("sip:a, tel:%41;x=%42"), "X: sip:a, tel:A;x=B\r\n");
  EXPECT_EQ(header_with("<sip:a b%41>"), "X: <sip:a bA>\r\n");
  EXPECT_EQ(header_with("uri=\"sip:%41\""), "X: uri=\"sip:A\"\r\n");
  EXPECT_EQ(header_with("<sip:a?x=sip%3a%2541>"), "X: <sip:a?x=sip:%41>\r\n");
  for (std::string_view value :
       {"%41", "a%41@b", "\"%41\" <sip:a>", "\"a: b\" %41 <sip:a>", "<sip:a>;tag=%41", "%41 : b", ":%41"}) {
    EXPECT_EQ(header_with(value), "") << value;
  }
}

TEST(Unescaped, AQuoteInBracketsEndsNoUri) {
  EXPECT_EQ(header_with("<sip:\"%41\"@b>"), "X: <sip:\"A\"@b>\r\n");
  EXPECT_EQ(header_with("\"x<\" <sip:\"%41>"), "X: \"x<\" <sip:\"A>\r\n");
}

TEST(Unescaped, QuotedPairsStandForTheirSecondByte) {  // RFC 3261 25.1
  EXPECT_EQ(header_with("\"a\\b\\\\\\\"c\" <sip:d>"), "X: \"ab\\\"c\" <sip:d>\r\n");
  EXPECT_EQ(header_with("a\\b \"\" \\c"), "");  // outside of quotes a backslash is one
  EXPECT_EQ(header_with("\"a\\"), "");          // nothing is behind it
}

TEST(Unescaped, AFoldIsTheBlankThatItStandsFor) {  // RFC 3261 7.3.1
  EXPECT_EQ(header_with("a\r\n b"), "X: a b\r\n");
  EXPECT_EQ(header_with("a \t\r\n\t b"), "X: a b\r\n");
  EXPECT_EQ(header_with("a\r\n \r\n b"), "X: a b\r\n");
  EXPECT_EQ(header_with("a\n b"), "X: a b\r\n");
  EXPECT_EQ(header_with("\r\n a"), "X: a\r\n");
  EXPECT_EQ(header_with("<sip:%41\r\n %42>"), "X: <sip:A B>\r\n");
}

TEST(Unescaped, AHeaderFieldsNameIsNoScheme) {
  EXPECT_EQ(Decoded("BYE sip:a SIP/2.0\r\nSubject:%41\r\n\r\n").bytes(), "");
  EXPECT_EQ(Decoded("BYE sip:a SIP/2.0\r\nno name %41\r\n\r\n").bytes(), "");
  EXPECT_EQ(Decoded("BYE sip:a SIP/2.0\r\nTo:sip:%41\r\n\r\n").bytes(), "To:sip:A\r\n");
}

TEST(Unescaped, DecodesOnceAndLeavesBrokenEscapesAlone) {
  EXPECT_EQ(Decoded("BYE %2541 SIP/2.0\r\n\r\n").bytes(), "BYE %41 SIP/2.0\r\n");
  EXPECT_EQ(Decoded("BYE %zz%41%4").bytes(), "BYE %zzA%4");
  for (std::string_view broken : {"BYE %zz%4", "BYE %4", "%", "%%%", "BYE %g0"})
    EXPECT_EQ(Decoded(broken).bytes(), "") << broken;
}

TEST(Unescaped, TakesAsManyFieldsAsAParserWouldAndNoMore) {
  std::string message = "BYE sip:%41 SIP/2.0\r\n";
  for (int i = 0; i < 300; ++i) message += "X: a:%41\r\n";
  message += "\r\n";
  constexpr size_t headers = 256;  // the most that limits.headers_max lets a parser take
  EXPECT_EQ(Decoded(message).bytes().size(), std::string_view("BYE sip:A SIP/2.0\r\n").size() +
                                                 headers * std::string_view("X: a:A\r\n").size());
}

TEST(Unescaped, TakesNoMoreBytesThanItHasRoomFor) {
  std::string message = "BYE %41 SIP/2.0\r\nX: a:%42" + std::string(Unescaped::bytes_max, 'x') + "\r\n\r\n";
  EXPECT_EQ(Decoded(message).bytes(), "BYE A SIP/2.0\r\n");
  std::string exact = "%41" + std::string(Unescaped::bytes_max - 3, 'x');
  EXPECT_EQ(Decoded(exact).bytes().size(), Unescaped::bytes_max - 2);
}

}  // namespace
}  // namespace sbc::policy
