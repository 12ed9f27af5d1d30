// How peers find the way to our ports: ICE (RFC 8445, RFC 8839), of which we are the lite end, and RTCP on
// the stream's port (RFC 5761); each side as its realm and its peer want it.
#include "tests/sbc/anchor/fixture.h"

namespace sbc::anchor {
namespace {

using config::IceRule;
using config::MuxRule;

const std::string ice = "a=ice-ufrag:8hhY\r\na=ice-pwd:asd88fgpdd777uzjYhagZg\r\n";
const std::string restarted = "a=ice-ufrag:9uB6\r\na=ice-pwd:YH75Fviy6338Vbrhrlp8Yh\r\n";
const std::string mux = "a=rtcp-mux\r\n";

class ConnectivityTest : public AnchorTest {
 protected:
  ConnectivityTest() {
    for (config::Realm& realm : model_.realms) realm.media.ice = IceRule::lite;
  }
  static std::string audio(const std::string& more = "", unsigned port = 4000) {
    return sdp("m=audio " + std::to_string(port) + " RTP/AVP 8\r\n" + more);
  }
  static std::string callees(const std::string& more = "") {
    return sdp("m=audio 6000 RTP/AVP 8\r\n" + more, "IP4 10.9.9.9");
  }
  bool says(const std::string& text) const { return written().find(text) != std::string::npos; }
  std::string value_of(const std::string& name) const {
    const std::string text = written(), head = "a=" + name + ":";
    const size_t at = text.find(head);
    if (at == text.npos) return {};
    return text.substr(at + head.size(), text.find("\r\n", at) - at - head.size());
  }
  const media::Side& rtp(unsigned side) { return first(media::Kind::rtp).sides[side]; }
  const media::Side& rtcp(unsigned side) { return first(media::Kind::rtcp).sides[side]; }
  static std::string fragment_of(const media::Side& side) {
    return side.ice.is_none() ? "" : std::string(side.ice.fragment.data(), side.ice.fragment.size());
  }
  static std::string password_of(const media::Side& side) {
    return {side.ice.password.data(), side.ice.password.size()};
  }
};

TEST_F(ConnectivityTest, WhoSpeaksIceIsAnsweredAsByALiteAgent) {
  ASSERT_EQ(offer(0, audio(ice)), Reason::none);
  ASSERT_EQ(answer(callees()), Reason::none);
  EXPECT_TRUE(says("t=0 0\r\na=ice-lite\r\n")) << written();
  const uint16_t port = port_in(written(), "audio");
  EXPECT_TRUE(says("a=candidate:1 1 UDP 2130706431 203.0.113.1 " + std::to_string(port) + " typ host\r\n"))
      << written();
  EXPECT_TRUE(
      says("a=candidate:1 2 UDP 2130706430 203.0.113.1 " + std::to_string(port + 1) + " typ host\r\n"));
  EXPECT_FALSE(says("8hhY"));
  EXPECT_EQ(value_of("ice-ufrag"), fragment_of(rtp(0)));
  EXPECT_EQ(value_of("ice-pwd"), password_of(rtp(0)));
  EXPECT_EQ(fragment_of(rtcp(0)), fragment_of(rtp(0)));
  EXPECT_TRUE(rtp(1).ice.is_none()) << "the callee speaks none";
}

TEST_F(ConnectivityTest, WhereTheRealmHasItIceIsOffered) {
  ASSERT_EQ(offer(0, audio()), Reason::none);
  EXPECT_TRUE(says("a=ice-lite\r\n"));
  EXPECT_EQ(value_of("ice-ufrag"), fragment_of(rtp(1))) << "checks may come before the answer";
  const std::string told = value_of("ice-ufrag");
  ASSERT_EQ(answer(callees(ice)), Reason::none);
  EXPECT_EQ(fragment_of(rtp(1)), told);
  EXPECT_FALSE(says("ice-"));
  EXPECT_TRUE(rtp(0).ice.is_none());
}

TEST_F(ConnectivityTest, WhereTheRealmHasItNotNothingOfItIsTaken) {
  for (config::Realm& realm : model_.realms) realm.media.ice = IceRule::none;
  ASSERT_EQ(offer(0, audio(ice)), Reason::none);
  EXPECT_FALSE(says("ice-"));
  ASSERT_EQ(answer(callees(ice)), Reason::none);
  EXPECT_FALSE(says("ice-") || says("candidate"));
  EXPECT_TRUE(rtp(0).ice.is_none() && rtp(1).ice.is_none());
}

TEST_F(ConnectivityTest, ACredentialWithoutTheOtherIsNoIce) {
  ASSERT_EQ(offer(0, audio("a=ice-ufrag:8hhY\r\n")), Reason::none);
  ASSERT_EQ(answer(callees()), Reason::none);
  EXPECT_FALSE(says("ice-"));
}

TEST_F(ConnectivityTest, CredentialsOfTheSessionCount) {
  std::string text = audio();
  text.insert(text.find("m="), ice);
  ASSERT_EQ(offer(0, text), Reason::none);
  ASSERT_EQ(answer(callees()), Reason::none);
  EXPECT_TRUE(says("a=ice-ufrag:"));
}

TEST_F(ConnectivityTest, CredentialsStayUntilARestart) {
  ASSERT_EQ(offer(0, audio(ice)), Reason::none);
  ASSERT_EQ(answer(callees(ice)), Reason::none);
  const std::string first = value_of("ice-ufrag"), callees_first = fragment_of(rtp(1));
  ASSERT_EQ(offer(0, audio(ice, 4004)), Reason::none);
  EXPECT_EQ(value_of("ice-ufrag"), callees_first);
  ASSERT_EQ(answer(callees(ice)), Reason::none);
  EXPECT_EQ(value_of("ice-ufrag"), first);

  ASSERT_EQ(offer(0, audio(restarted)), Reason::none);
  EXPECT_EQ(fragment_of(rtp(0)), first) << "until it is answered";
  ASSERT_EQ(answer(callees(ice)), Reason::none);
  EXPECT_NE(value_of("ice-ufrag"), first);
  EXPECT_EQ(value_of("ice-ufrag"), fragment_of(rtp(0)));
  EXPECT_EQ(fragment_of(rtp(1)), callees_first) << "it has restarted nothing";
}

TEST_F(ConnectivityTest, ARestartThatFailsChangesNothing) {
  ASSERT_EQ(offer(0, audio(ice)), Reason::none);
  ASSERT_EQ(answer(callees()), Reason::none);
  const std::string first = value_of("ice-ufrag");
  ASSERT_EQ(offer(0, audio(restarted)), Reason::none);
  anchor_.withdraw(context());
  carry_out();
  EXPECT_EQ(fragment_of(rtp(0)), first);
}

TEST_F(ConnectivityTest, WhoSpeaksNoneIsNotAskedAgain) {
  ASSERT_EQ(offer(0, audio()), Reason::none);
  ASSERT_EQ(answer(callees()), Reason::none);
  ASSERT_EQ(offer(0, audio("", 4004)), Reason::none);
  EXPECT_FALSE(says("ice-")) << written();
}

TEST_F(ConnectivityTest, AnotherPeerGetsCredentialsOfItsOwn) {
  ASSERT_EQ(offer(0, audio()), Reason::none);
  const std::string first = value_of("ice-ufrag");
  ASSERT_EQ(anchor_.place(1, core, Family::v4, context()), Reason::none);
  ASSERT_EQ(offer(0, audio()), Reason::none);
  EXPECT_NE(value_of("ice-ufrag"), "");
  EXPECT_NE(value_of("ice-ufrag"), first);
}

TEST_F(ConnectivityTest, OfferedMuxIsAnswered) {
  ASSERT_EQ(offer(0, audio(ice + mux)), Reason::none);
  EXPECT_FALSE(says(mux)) << "the other side is asked only where its realm says so";
  ASSERT_EQ(answer(callees()), Reason::none);
  EXPECT_TRUE(says(mux));
  EXPECT_FALSE(says("a=candidate:1 2 ")) << written();
  EXPECT_TRUE(rtp(0).muxed && rtcp(0).muxed);
  EXPECT_FALSE(rtp(1).muxed);
  EXPECT_EQ(rtcp(0).remote.port, 4000);
  EXPECT_EQ(rtcp(1).remote.port, 6001);
  EXPECT_TRUE(rtcp(0).ice.is_none()) << "nothing is checked at a port that nobody uses";
  EXPECT_TRUE(rtcp(0).await_latch) << "nor is anything sent where nobody has checked";
}

TEST_F(ConnectivityTest, MuxIsOfferedWhereTheRealmSaysSo) {
  model_.realms[1].media.rtcp_mux = MuxRule::offer;
  ASSERT_EQ(offer(0, audio()), Reason::none);
  EXPECT_TRUE(says(mux));
  EXPECT_TRUE(says("a=candidate:1 2 ")) << "it may be left at two ports";
  ASSERT_EQ(answer(callees(mux)), Reason::none);
  EXPECT_FALSE(says(mux));
  EXPECT_TRUE(rtp(1).muxed);
  EXPECT_EQ(rtcp(1).remote.port, 6000);
  model_.realms[1].media.rtcp_mux = MuxRule::accept;
  ASSERT_EQ(offer(0, audio("", 4004)), Reason::none);
  EXPECT_TRUE(says(mux)) << "what is agreed on stays";
}

TEST_F(ConnectivityTest, RefusedMuxIsNotAnswered) {
  model_.realms[0].media.rtcp_mux = MuxRule::refuse;
  ASSERT_EQ(offer(0, audio(mux)), Reason::none);
  ASSERT_EQ(answer(callees()), Reason::none);
  EXPECT_FALSE(says(mux));
  EXPECT_FALSE(rtp(0).muxed);
  EXPECT_EQ(rtcp(0).remote.port, 4001);
}

/// Between two lite agents nobody checks: each has one address, and SDP names it.
TEST_F(ConnectivityTest, WhoIsLiteItselfIsFoundBySdpAlone) {
  const std::string lite = "a=ice-lite\r\n";
  std::string callers = audio(ice), answered = callees(ice);
  callers.insert(callers.find("m="), lite);
  answered.insert(answered.find("m="), lite);
  ASSERT_EQ(offer(0, callers), Reason::none);
  ASSERT_EQ(answer(answered), Reason::none);
  EXPECT_FALSE(says("ice-")) << written();
  EXPECT_TRUE(rtp(0).ice.is_none() && rtp(1).ice.is_none());
}

/// The side whose words are repeated is told nothing, so nothing may change for it.
TEST_F(ConnectivityTest, ARefreshAfterAReloadBeginsNothing) {
  for (config::Realm& realm : model_.realms) {
    realm.media.ice = IceRule::none;
    realm.media.rtcp_mux = MuxRule::refuse;
  }
  ASSERT_EQ(offer(0, audio(ice + mux)), Reason::none);
  ASSERT_EQ(answer(callees()), Reason::none);
  for (config::Realm& realm : model_.realms) {
    realm.media.ice = IceRule::lite;
    realm.media.rtcp_mux = MuxRule::accept;
  }
  ASSERT_EQ(offer_again(0, audio(ice + mux)), Reason::none);
  ASSERT_EQ(answer(callees()), Reason::none);
  EXPECT_TRUE(rtp(0).ice.is_none());
  EXPECT_FALSE(rtp(0).muxed);
  EXPECT_EQ(rtcp(0).remote.port, 4001);
}

TEST_F(ConnectivityTest, WhatIsAgreedOnGoesOnWhateverAReloadHas) {
  ASSERT_EQ(offer(0, audio(ice + mux)), Reason::none);
  ASSERT_EQ(answer(callees(ice)), Reason::none);
  const std::string callers = fragment_of(rtp(0)), callees_own = fragment_of(rtp(1));
  for (config::Realm& realm : model_.realms) {
    realm.media.ice = IceRule::none;
    realm.media.rtcp_mux = MuxRule::refuse;
  }
  ASSERT_EQ(offer(0, audio(ice + mux, 4004)), Reason::none);
  EXPECT_EQ(value_of("ice-ufrag"), callees_own);
  ASSERT_EQ(answer(callees(ice)), Reason::none);
  EXPECT_EQ(value_of("ice-ufrag"), callers);
  EXPECT_TRUE(says(mux));
  EXPECT_EQ(fragment_of(rtp(0)), callers);
  EXPECT_EQ(fragment_of(rtp(1)), callees_own);
  EXPECT_TRUE(rtp(0).muxed);
}

}  // namespace
}  // namespace sbc::anchor
