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
