#include "policy/media/formats.h"

#include <string>

#include <gtest/gtest.h>

namespace sbc::policy {
namespace {

using Names = std::vector<std::string>;

config::CodecRules rules(Names allow, Names deny = {}, Names order = {}) {
  config::CodecRules rules;
  rules.allow = std::move(allow);
  rules.deny = std::move(deny);
  rules.order = std::move(order);
  return rules;
}

class FormatsTest : public testing::Test {
 protected:
  /// The payload types that are told, as in the m= line.
  std::string told(const config::CodecRules& from, const config::CodecRules& to,
                   const std::string& media = audio) {
    text_ = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n" + media;
    EXPECT_EQ(session_.parse(text_), Reason::none) << text_;
    const sdp::Media& section = session_.media()[0];
    formats_ = choose_formats(section, session_.lines_of(section), from, to);
    std::string types;
    for (uint8_t type : formats_.types()) types += (types.empty() ? "" : " ") + std::to_string(type);
    return types;
  }

  static const std::string audio;
  std::string text_;
  sdp::Session session_;
  Formats formats_;
};

const std::string FormatsTest::audio =
    "m=audio 4000 RTP/AVP 0 8 18 96 101 13\r\na=rtpmap:96 opus/48000/2\r\na=rtpmap:101 "
    "telephone-event/8000\r\n";

TEST_F(FormatsTest, WithoutRulesAllCrossAsTheyCome) {
  EXPECT_EQ(told({}, {}), "0 8 18 96 101 13");
  EXPECT_TRUE(formats_.any_codec());
  EXPECT_TRUE(formats_.contains(101));
  EXPECT_FALSE(formats_.contains(9));
}

TEST_F(FormatsTest, AllowNamesCodecsAndWhatServesThemGoesAlong) {
  EXPECT_EQ(told({}, rules({"pcma", "OPUS"})), "8 96 101 13");
  EXPECT_EQ(told(rules({"PCMA"}), {}), "8 101 13") << "whoever offers has rules too";
  EXPECT_EQ(told(rules({"PCMA", "G729"}), rules({"PCMU", "G729"})), "18 101 13") << "both have to agree";
}

TEST_F(FormatsTest, DenyWins) {
  EXPECT_EQ(told({}, rules({"PCMA", "PCMU"}, {"PCMU", "CN", "Telephone-Event"})), "8");
  EXPECT_EQ(told(rules({}, {"opus"}), {}), "0 8 18 101 13");
}

TEST_F(FormatsTest, OrderIsThatOfWhoIsTold) {
  EXPECT_EQ(told(rules({}, {}, {"opus"}), rules({}, {}, {"G729", "PCMA"})), "18 8 0 96 101 13");
}

TEST_F(FormatsTest, WithoutACodecNothingIsLeftToTalkWith) {
  EXPECT_EQ(told({}, rules({"G722"})), "101 13");
  EXPECT_FALSE(formats_.any_codec());
}

TEST_F(FormatsTest, RtpmapGivesAStaticTypeAnotherName) {
  EXPECT_EQ(told({}, rules({"L24"}), "m=audio 4000 RTP/AVP 8\r\na=rtpmap:8 L24/48000\r\n"), "8");
}

TEST_F(FormatsTest, UnnamedTypePassesOnlyWhereAllDo) {
  EXPECT_EQ(told({}, {}, "m=audio 4000 RTP/AVP 8 99\r\n"), "8 99");
  EXPECT_EQ(told({}, rules({"PCMA"}), "m=audio 4000 RTP/AVP 8 99\r\n"), "8");
}

// RFC 4588 8.6
TEST_F(FormatsTest, RepairGoesWithWhatItRepairs) {
  std::string video =
      "m=video 4000 RTP/AVP 96 97 98 99\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 "
      "apt=96\r\n"
      "a=rtpmap:98 H264/90000\r\na=rtpmap:99 rtx/90000\r\na=fmtp:99 apt=98\r\n";
  EXPECT_EQ(told({}, rules({"H264"}), video), "98 99");
}

TEST_F(FormatsTest, TypesThatAreRepeatedOrNoNumbersAreLeftOut) {
  EXPECT_EQ(told({}, {}, "m=audio 4000 RTP/AVP 8 8 x 200 0\r\n"), "8 0");
}

}  // namespace
}  // namespace sbc::policy
