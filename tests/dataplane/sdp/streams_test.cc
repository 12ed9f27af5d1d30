// Sources, header extensions, simulcast, labels: what tells streams apart.
#include <string>

#include <gtest/gtest.h>

#include "dataplane/sdp/extmap.h"
#include "dataplane/sdp/simulcast.h"
#include "dataplane/sdp/sources.h"
#include "dataplane/sdp/stream_use.h"

namespace sbc::sdp {
namespace {

TEST(Ssrc, IsANumberAndAnAttributeRfc5576) {
  auto ssrc = parse_ssrc("4294967295 cname:4TOk42mSjXCkVIa6");
  ASSERT_TRUE(ssrc);
  EXPECT_EQ(ssrc->ssrc, 4294967295u);
  EXPECT_EQ(ssrc->attribute, "cname");
  EXPECT_EQ(ssrc->value, "4TOk42mSjXCkVIa6");
  EXPECT_EQ(parse_ssrc("1 msid:a b")->value, "a b");
  EXPECT_EQ(parse_ssrc("1 cname:sip:a@b")->value, "sip:a@b");
  EXPECT_EQ(parse_ssrc("1 flag")->value, "");
  for (const char* bad :
       {"", "1", "1 ", "x cname:a", "4294967296 cname:a", "-1 cname:a", "1 :a", "1 a b:c"}) {
    EXPECT_FALSE(parse_ssrc(bad)) << bad;
  }
}

TEST(SsrcGroup, IsSemanticsAndSsrcs) {
  auto group = parse_ssrc_group("FID 2231627014 632943048");
  ASSERT_TRUE(group);
  EXPECT_EQ(group->semantics, SsrcSemantics::flow_identification);
  std::string_view rest = group->ssrcs;
  EXPECT_EQ(take_ssrc(rest), 2231627014u);
  EXPECT_EQ(take_ssrc(rest), 632943048u);
  EXPECT_FALSE(take_ssrc(rest));
  EXPECT_EQ(parse_ssrc_group("SIM 1 2 3")->semantics, SsrcSemantics::simulcast);
  EXPECT_EQ(parse_ssrc_group("FEC 1")->semantics, SsrcSemantics::fec);
  EXPECT_EQ(parse_ssrc_group("FEC-FR 1")->semantics, SsrcSemantics::repair);
  EXPECT_EQ(parse_ssrc_group("DUP 1")->semantics, SsrcSemantics::duplication);
  EXPECT_EQ(parse_ssrc_group("NEW 1")->semantics, SsrcSemantics::other);
  for (const char* bad : {"", "FID", "FID x", "FID 1 x", "FID 4294967296"})
    EXPECT_FALSE(parse_ssrc_group(bad)) << bad;
}

TEST(Msid, IsOneWordOrTwoRfc8830) {
  EXPECT_EQ(parse_msid("stream track")->stream, "stream");
  EXPECT_EQ(parse_msid("stream track")->track, "track");
  EXPECT_EQ(parse_msid("-")->track, "");
  EXPECT_EQ(parse_msid("{a} {b}")->track, "{b}");
  EXPECT_TRUE(parse_msid(std::string(64, 'a') + " " + std::string(64, 'b')));
  EXPECT_FALSE(parse_msid(std::string(65, 'a')));
  EXPECT_FALSE(parse_msid("a " + std::string(65, 'b')));
  EXPECT_FALSE(parse_msid("a b c"));
  EXPECT_FALSE(parse_msid(""));
}

TEST(MsidSemantic, IsAWordAndStreams) {
  EXPECT_EQ(parse_msid_semantic(" WMS *")->semantic, "WMS");
  EXPECT_EQ(parse_msid_semantic(" WMS *")->streams, "*");
  EXPECT_EQ(parse_msid_semantic("WMS")->streams, "");
  EXPECT_FALSE(parse_msid_semantic(""));
}

TEST(Extmap, IsAnIdAUriAndPerhapsADirectionRfc8285) {
  auto extmap = parse_extmap("2/sendrecv urn:example:x a b");
  ASSERT_TRUE(extmap);
  EXPECT_EQ(extmap->id, 2);
  EXPECT_EQ(extmap->direction, Direction::sendrecv);
  EXPECT_EQ(extmap->uri, "urn:example:x");
  EXPECT_EQ(extmap->attributes, "a b");
  EXPECT_EQ(parse_extmap("1 urn:x")->direction, std::nullopt);
  for (const char* good : {"1 u", "255 u", "4096 u", "4351/inactive u"})
    EXPECT_TRUE(parse_extmap(good)) << good;
  for (const char* bad :
       {"", "1", "0 u", "256 u", "4095 u", "4352 u", "x u", "1/ u", "1/both u", "1/sendonly"}) {
    EXPECT_FALSE(parse_extmap(bad)) << bad;
  }
}

TEST(Rid, IsAnIdADirectionAndRestrictionsRfc8851) {
  auto rid = parse_rid("hi send pt=97,98;max-width=1280");
  ASSERT_TRUE(rid);
  EXPECT_EQ(rid->id, "hi");
  EXPECT_TRUE(rid->sends);
  EXPECT_EQ(rid->restrictions, "pt=97,98;max-width=1280");
  EXPECT_FALSE(parse_rid("1_a-b recv")->sends);
  std::string_view types = "97,127,128";
  EXPECT_EQ(take_payload_type(types), 97);
  EXPECT_EQ(take_payload_type(types), 127);
  EXPECT_FALSE(take_payload_type(types));
  for (const char* bad : {"", "hi", "hi sendrecv", "h.i send", " send"}) EXPECT_FALSE(parse_rid(bad)) << bad;
}

TEST(Simulcast, IsStreamsOfAlternativesEachWayRfc8853) {
  auto simulcast = parse_simulcast("send 1;~4,5 recv 2,3");
  ASSERT_TRUE(simulcast);
  EXPECT_EQ(simulcast->receive, "2,3");
  std::string_view rest = simulcast->send;
  std::string_view first = take_stream(rest), second = take_stream(rest);
  EXPECT_EQ(take_stream(rest), "");
  EXPECT_EQ(first, "1");
  auto paused = take_alternative(second), other = take_alternative(second);
  ASSERT_TRUE(paused && other);
  EXPECT_TRUE(paused->paused && paused->rid == "4");
  EXPECT_TRUE(!other->paused && other->rid == "5");
  EXPECT_FALSE(take_alternative(second));
  EXPECT_EQ(parse_simulcast("recv a")->send, "");
  for (const char* bad :
       {"", "send", "send ", "both 1", "send 1 send 2", "send 1;", "send ;1", "send 1,", "send ,1",
        "send 1,;2", "send ~", "send ~~1", "send 1 recv", "send 1 recv 2 send 3", "send 1.2"}) {
    EXPECT_FALSE(parse_simulcast(bad)) << bad;
  }
}

TEST(Label, IsOneTokenRfc4574) {
  EXPECT_EQ(parse_label("main-audio"), "main-audio");
  for (const char* bad : {"", "a b", "a:b"}) EXPECT_FALSE(parse_label(bad)) << bad;
}

TEST(Content, IsASetOfKnownWordsRfc4796) {
  auto bit = [](Content content) { return 1u << unsigned(content); };
  EXPECT_EQ(parse_content("slides,alt"), bit(Content::slides) | bit(Content::alternative));
  EXPECT_EQ(parse_content("sl, main"), bit(Content::sign_language) | bit(Content::main));
  EXPECT_EQ(parse_content("speaker,new"), bit(Content::speaker));
  for (const char* bad : {"", ",", "main,,alt", "ma in"}) EXPECT_FALSE(parse_content(bad)) << bad;
}

}  // namespace
}  // namespace sbc::sdp
