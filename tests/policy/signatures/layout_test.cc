#include "policy/signatures/layout.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace sbc::policy {
namespace {

constexpr std::string_view message =
    "OPTIONS sip:a@b SIP/2.0\r\n"
    "Via: SIP/2.0/UDP x\r\n"
    "Subject: one\r\n"
    " two\r\n"
    "\tthree\r\n"
    "User-Agent  : some\r\n"
    "\r\n"
    "v=0\r\n"
    "Subject: not a header\r\n";

Place place_of(std::string_view text, std::string_view needle) {
  size_t at = text.find(needle);
  EXPECT_NE(at, text.npos) << needle;
  return Layout(text).place_of(at);
}

TEST(Layout, TellsStartLineHeadersAndBodyApart) {
  EXPECT_EQ(place_of(message, "OPTIONS").part, Part::start_line);
  EXPECT_EQ(place_of(message, "SIP/2.0\r\nVia").part, Part::start_line);
  EXPECT_EQ(place_of(message, "Via").part, Part::header);
  EXPECT_EQ(place_of(message, "Via").header_name, "Via");
  EXPECT_EQ(place_of(message, "some").header_name, "User-Agent");
  EXPECT_EQ(place_of(message, "v=0").part, Part::body);
  EXPECT_EQ(place_of(message, "not a header").part, Part::body);
}

TEST(Layout, AFoldedLineBelongsToItsHeader) {
  for (std::string_view needle : {"Subject", "one", "two", "three"}) {
    Place place = place_of(message, needle);
    EXPECT_EQ(place.header_name, "Subject") << needle;
    EXPECT_EQ(message.substr(place.begin, place.end - place.begin), "Subject: one\r\n two\r\n\tthree\r\n")
        << needle;
  }
}

TEST(Layout, TakesBareLineFeeds) {
  constexpr std::string_view text = "BYE sip:a SIP/2.0\nFrom: x\nTo: y\n\nbody";
  EXPECT_EQ(place_of(text, "BYE").part, Part::start_line);
  EXPECT_EQ(place_of(text, "x").header_name, "From");
  EXPECT_EQ(place_of(text, "y").header_name, "To");
  EXPECT_EQ(place_of(text, "body").part, Part::body);
}

TEST(Layout, EmptyLinesBeforeTheStartLineArePartOfIt) {
  constexpr std::string_view text = "\r\n\r\nBYE sip:a SIP/2.0\r\nFrom: x\r\n\r\n";
  EXPECT_EQ(Layout(text).place_of(0).part, Part::start_line);
  EXPECT_EQ(place_of(text, "BYE").part, Part::start_line);
  EXPECT_EQ(place_of(text, "x").header_name, "From");
}

TEST(Layout, WithoutAnEmptyLineThereIsNoBody) {
  constexpr std::string_view text = "BYE sip:a SIP/2.0\r\nFrom: x";
  EXPECT_EQ(place_of(text, "x").header_name, "From");
  EXPECT_EQ(Layout(text).head(), text);
}

TEST(Layout, ALineWithoutAColonHasItselfAsItsName) {
  constexpr std::string_view text = "BYE sip:a SIP/2.0\r\nrubbish\r\n\r\n";
  EXPECT_EQ(place_of(text, "rubbish").header_name, "rubbish");
}

TEST(Layout, SaysTheSameInAnyOrderOfQuestions) {
  Layout asked_at_random(message);
  std::mt19937 dice(7);
  for (int i = 0; i < 2000; ++i) {
    size_t offset = dice() % message.size();
    Place expected = Layout(message).place_of(offset);
    Place place = asked_at_random.place_of(offset);
    ASSERT_EQ(place.part, expected.part) << offset;
    ASSERT_EQ(place.header_name, expected.header_name) << offset;
    ASSERT_EQ(place.begin, expected.begin) << offset;
    ASSERT_EQ(place.end, expected.end) << offset;
    ASSERT_TRUE(place.begin <= offset && offset < place.end) << offset;
  }
}

TEST(Layout, ContentIsWhatStandsBehindTheNameAndBeforeTheLineEnd) {
  EXPECT_EQ(content_of(Part::start_line, "\r\n\r\nBYE sip:a SIP/2.0\r\n"), "BYE sip:a SIP/2.0");
  EXPECT_EQ(content_of(Part::header, "Subject : one\r\n two\r\n"), "one\r\n two");
  EXPECT_EQ(content_of(Part::header, "s:one\n"), "one");
  EXPECT_EQ(content_of(Part::header, "Subject:\r\n"), "");
  EXPECT_EQ(content_of(Part::header, "no colon\r\n"), "");
  EXPECT_EQ(content_of(Part::body, "\r\nv=0\r\n"), "v=0\r\n");
  EXPECT_EQ(content_of(Part::body, "\n\nv=0\r\n"), "\nv=0\r\n");
}

TEST(Layout, SurvivesAnyBytes) {
  std::mt19937 dice(11);
  for (int round = 0; round < 2000; ++round) {
    std::string text(1 + dice() % 60, ' ');
    for (char& c : text) c = "\r\n :\tAb"[dice() % 7];
    Layout layout(text);
    for (size_t offset = 0; offset < text.size(); ++offset) {
      Place place = layout.place_of(offset);
      ASSERT_LE(place.begin, offset) << round;
      ASSERT_GT(place.end, offset) << round;
      ASSERT_LE(place.end, text.size()) << round;
    }
  }
}

}  // namespace
}  // namespace sbc::policy
