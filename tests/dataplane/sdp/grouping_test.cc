#include "dataplane/sdp/grouping.h"

#include <string>

#include <gtest/gtest.h>

namespace sbc::sdp {
namespace {

class GroupingTest : public testing::Test {
 protected:
  const Session& session(const std::string& lines) {
    text_ = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n" + lines;
    EXPECT_EQ(session_.parse(text_), Reason::none) << text_;
    return session_;
  }
  std::optional<MediaSet> members(const char* group) { return Mids(session_).members(*parse_group(group)); }

 private:
  std::string text_;
  Session session_;
};

const std::string audio = "m=audio 9 RTP/AVP 0\r\n", video = "m=video 9 RTP/AVP 96\r\n";

TEST(Group, IsSemanticsAndMidsRfc5888) {
  EXPECT_EQ(parse_group("BUNDLE a v")->semantics, GroupSemantics::bundle);
  EXPECT_EQ(parse_group("BUNDLE  a v ")->mids, "a v");
  EXPECT_EQ(parse_group("LS a")->semantics, GroupSemantics::lip_sync);
  EXPECT_EQ(parse_group("FID a")->semantics, GroupSemantics::flow_identification);
  EXPECT_EQ(parse_group("FEC-FR a")->semantics, GroupSemantics::repair);
  EXPECT_EQ(parse_group("DUP a")->semantics, GroupSemantics::duplication);
  EXPECT_EQ(parse_group("ANAT a")->semantics, GroupSemantics::alternatives);
  EXPECT_EQ(parse_group("SRF a")->semantics, GroupSemantics::single_flow);
  EXPECT_EQ(parse_group("x-new a")->semantics, GroupSemantics::other);
  EXPECT_EQ(parse_group("x-new a")->semantics_text, "x-new");
  EXPECT_EQ(parse_group("BUNDLE")->mids, "");
  for (const char* bad : {"", " ", "BUN(DLE a", "BUNDLE a,b"}) EXPECT_FALSE(parse_group(bad)) << bad;
}

TEST(Mid, IsOneToken) {
  EXPECT_EQ(parse_mid("audio"), "audio");
  for (const char* bad : {"", "a b", "a:b"}) EXPECT_FALSE(parse_mid(bad)) << bad;
}

TEST_F(GroupingTest, GroupsNameSectionsByTheirMids) {
  session(audio + "a=mid:a\r\n" + video + "a=mid:v\r\na=mid:w\r\n" + audio + audio + "a=mid:\r\n");
  EXPECT_EQ(members("BUNDLE a v"), 3);
  EXPECT_EQ(members("LS v"), 2);
  EXPECT_EQ(members("LS"), 0);
  EXPECT_EQ(members("LS A"), std::nullopt);  // RFC 5888 4: a token, its case counts
  EXPECT_EQ(members("LS w"), std::nullopt);  // the first mid of a section counts
}

TEST_F(GroupingTest, GroupWithAnUnknownMidMeansNothing) {
  session(audio + "a=mid:a\r\n");
  EXPECT_EQ(members("BUNDLE a unknown"), std::nullopt);
  EXPECT_EQ(members("BUNDLE a a"), std::nullopt);
}

TEST_F(GroupingTest, GroupWithAMidOfTwoSectionsMeansNothing) {
  session(audio + "a=mid:x\r\n" + video + "a=mid:x\r\n" + video + "a=mid:y\r\n");
  EXPECT_EQ(
      Mids(session(audio + "a=mid:x\r\n" + video + "a=mid:x\r\n" + video + "a=mid:y\r\n")).sections_with("x"),
      3);
  EXPECT_EQ(members("BUNDLE x"), std::nullopt);
  EXPECT_EQ(members("BUNDLE y"), 4);
}

TEST_F(GroupingTest, SixteenSectionsHaveABitEach) {
  std::string lines;
  for (size_t i = 0; i < Session::media_max; ++i) lines += audio + "a=mid:" + std::to_string(i) + "\r\n";
  session(lines);
  EXPECT_EQ(members("BUNDLE 0 15"), 0x8001);
}

TEST_F(GroupingTest, PortZeroRejectsUnlessTheBundleCarriesTheSection) {
  const std::string rest = audio + "a=mid:a\r\nm=video 0 RTP/AVP 96\r\na=mid:v\r\na=bundle-only\r\n";
  auto rejected = [&](const std::string& lines, size_t i) {
    return is_rejected(session(lines), session(lines).media()[i]);
  };
  EXPECT_FALSE(rejected("a=group:BUNDLE a v\r\n" + rest, 0));
  EXPECT_FALSE(rejected("a=group:BUNDLE a v\r\n" + rest, 1));
  EXPECT_TRUE(rejected("a=group:BUNDLE a\r\n" + rest, 1));
  EXPECT_TRUE(rejected("a=group:LS a v\r\n" + rest, 1));
  EXPECT_TRUE(rejected("a=group:BUNDLE v unknown\r\n" + rest, 1));
  EXPECT_TRUE(rejected(rest, 1));
  EXPECT_TRUE(rejected("a=group:BUNDLE v\r\nm=video 0 RTP/AVP 96\r\na=mid:v\r\n", 0));
}

}  // namespace
}  // namespace sbc::sdp
