#include "policy/topology/info_body.h"

#include <gtest/gtest.h>

namespace sbc::policy {
namespace {

std::string crossing(std::string_view type, std::string_view body) {
  auto written = crossing_info_body(type, body);
  return written ? std::string(*written) : "none";
}

TEST(InfoBody, DigitsCross) {
  for (std::string_view body :
       {"Signal=5\r\nDuration=160\r\n", "Signal=5\r\nDuration=160", "signal = # \n duration= 99999",
        "Signal=*", "Duration=100\r\nSignal=D\r\n\r\n", "Signal=!"})
    EXPECT_EQ(crossing("application/dtmf-relay", body), "application/dtmf-relay") << body;
  for (std::string_view body : {"5", " # \r\n", "123*", "A"})
    EXPECT_EQ(crossing("Application/DTMF; x=y", body), "application/dtmf") << body;
}

TEST(InfoBody, NothingElseInTheirPlaceDoes) {
  for (std::string_view body : {"Signal=pbx.example.com", "Signal=", "Duration=160",
                                "Signal=5\r\nHost=10.1.2.3", "Signal=5\r\nDuration=secret",
                                "Signal=5\r\nDuration=123456", "Signal", "=5", "Signal=5\r\nhello", "\r\n"})
    EXPECT_EQ(crossing("application/dtmf-relay", body), "none") << body;
  EXPECT_EQ(crossing("application/dtmf-relay", "Signal=" + std::string(32, '1')), "application/dtmf-relay");
  EXPECT_EQ(crossing("application/dtmf-relay", "Signal=" + std::string(33, '1')), "none");
  for (std::string_view body : {"hello", "5 6", "10.1.2.3", " "})
    EXPECT_EQ(crossing("application/dtmf", body), "none") << body;
}

/// Each by its number, and how long; "none" where there are none.
std::string digits_of(std::string_view type, std::string_view body) {
  const auto digits = digits_in(type, body);
  if (!digits) return "none";
  std::string text;
  for (uint8_t event : digits->events()) text += std::to_string(event) + " ";
  return text + std::to_string(digits->duration_ms()) + " ms";
}

TEST(InfoDigits, AreEventsOfRfc4733) {
  EXPECT_EQ(digits_of("application/dtmf-relay", "Signal=5\r\nDuration=250\r\n"), "5 250 ms");
  EXPECT_EQ(digits_of("application/dtmf-relay", "Signal= # \r\n"), "11 160 ms");
  EXPECT_EQ(digits_of("application/dtmf", "0*9aD"), "0 10 9 12 15 160 ms");
  for (std::string_view flash : {"!", "R", "r", "16"})
    EXPECT_EQ(digits_of("application/dtmf", flash), "16 160 ms") << flash;
  EXPECT_EQ(digits_of("application/dtmf-relay", "Signal=10"), "10 160 ms") << "an event's number";
  EXPECT_EQ(digits_of("application/dtmf", "17"), "1 7 160 ms");
  EXPECT_EQ(digits_of("application/dtmf", "110"), "1 1 0 160 ms");
}

TEST(InfoDigits, LastAsLongAsAKeyMay) {
  EXPECT_EQ(digits_of("application/dtmf-relay", "Signal=5\r\nDuration=0"), "5 160 ms");
  EXPECT_EQ(digits_of("application/dtmf-relay", "Signal=5\r\nDuration=1"), "5 70 ms");
  EXPECT_EQ(digits_of("application/dtmf-relay", "Signal=5\r\nDuration=99999"), "5 5000 ms");
}

TEST(InfoDigits, WhatIsNoneOrTooManyIsNone) {
  EXPECT_EQ(digits_of("application/dtmf", "12345678"), "1 2 3 4 5 6 7 8 160 ms");
  EXPECT_EQ(digits_of("application/dtmf", "123456789"), "none");
  EXPECT_EQ(digits_of("application/dtmf", "1,2"), "none") << "a pause is no key";
  EXPECT_EQ(digits_of("application/dtmf", "hello"), "none");
  EXPECT_EQ(digits_of("text/plain", "5"), "none");
  EXPECT_EQ(digits_of("", ""), "none");
  EXPECT_EQ(digits_in("application/dtmf", "1#1")->mask(), 1u << 1 | 1u << 11);
}

TEST(InfoDigits, AreWrittenAsTheyAreRead) {
  std::string all;
  for (uint8_t event = 0; event <= InfoDigits::flash; ++event) all += text_of_event(event);
  EXPECT_EQ(all, "0123456789*#ABCD!");
}

constexpr std::string_view picture =
    "<?xml version=\"1.0\" encoding=\"utf-8\" ?>\r\n<media_control>\r\n <vc_primitive>\r\n  <to_encoder>\r\n"
    "   <picture_fast_update>\r\n   </picture_fast_update>\r\n  </to_encoder>\r\n </vc_primitive>\r\n"
    "</media_control>\r\n";

// RFC 5168
TEST(InfoBody, RequestForAPictureCrosses) {
  EXPECT_EQ(crossing("application/media_control+xml", picture), "application/media_control+xml");
  EXPECT_EQ(crossing("application/media_control+xml", "<media_control/>"), "none");
  std::string named(picture);
  named.replace(named.find("</to_encoder>"), 0, "<stream_id>camera.example.com</stream_id>");
  EXPECT_EQ(crossing("application/media_control+xml", named), "none");
  std::string remark(picture);
  remark.insert(remark.find("<media_control>"), "<!-- secret -->");
  EXPECT_EQ(crossing("application/media_control+xml", remark), "none");
}

TEST(InfoBody, NoBodyIsNoneAndOtherTypesDoNotCross) {
  EXPECT_EQ(crossing("", ""), "");
  EXPECT_EQ(crossing("application/dtmf-relay", ""), "");
  EXPECT_EQ(crossing("", "5"), "none");
  EXPECT_EQ(crossing("text/plain", "5"), "none");
  EXPECT_EQ(crossing("text/dtmf", "5"), "none");
  EXPECT_EQ(crossing("application", "5"), "none");
}

}  // namespace
}  // namespace sbc::policy
