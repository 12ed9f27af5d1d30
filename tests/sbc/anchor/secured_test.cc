// SRTP with keys in SDP (RFC 4568, RFC 8643): each side as its realm and its peer want it.
#include "tests/sbc/anchor/secured_fixture.h"

namespace sbc::anchor {
namespace {

using config::SrtpRule;

/// What a section says of its protection.
struct Said {
  std::string profile;
  std::vector<std::string> lines{};
};

class SecuredTest : public SecuredAnchorTest {};

struct OfferRow {
  SrtpRule rule;
  Said said;
  bool taken, secured;
};

TEST_F(SecuredTest, OffersAreTakenAsTheRealmHasIt) {
  const std::string good = line(7, cm_80, 'p'),
                    none = "a=crypto:1 F8_128_HMAC_SHA1_80 inline:" + text_of_key(30, 'p') + "\r\n";
  const OfferRow rows[] = {
      {SrtpRule::forbidden, {"RTP/AVP"}, true, false},
      {SrtpRule::forbidden, {"RTP/AVP", {good}}, true, false},
      {SrtpRule::forbidden, {"RTP/AVPF", {good}}, true, false},
      {SrtpRule::forbidden, {"RTP/SAVP", {good}}, false, false},
      {SrtpRule::forbidden, {"RTP/SAVPF", {good}}, false, false},
      {SrtpRule::optional, {"RTP/AVP"}, true, false},
      {SrtpRule::optional, {"RTP/AVPF"}, true, false},
      {SrtpRule::optional, {"RTP/AVP", {good}}, true, true},
      {SrtpRule::optional, {"RTP/AVPF", {none, good}}, true, true},
      {SrtpRule::optional, {"RTP/AVP", {none}}, true, false},
      {SrtpRule::optional, {"RTP/SAVP", {good}}, true, true},
      {SrtpRule::optional, {"RTP/SAVPF", {good, line(8, gcm_256, 'q')}}, true, true},
      {SrtpRule::optional, {"RTP/SAVP", {none}}, false, false},
      {SrtpRule::optional, {"RTP/SAVP"}, false, false},
      {SrtpRule::optional, {"UDP/TLS/RTP/SAVP", {good}}, false, false},
      {SrtpRule::required, {"RTP/AVP"}, false, false},
      {SrtpRule::required, {"RTP/AVP", {none}}, false, false},
      {SrtpRule::required, {"RTP/AVP", {good}}, true, true},
      {SrtpRule::required, {"RTP/AVPF", {good}}, true, true},
      {SrtpRule::required, {"RTP/SAVP", {good}}, true, true},
      {SrtpRule::required, {"RTP/SAVPF", {good}}, true, true},
      {SrtpRule::required, {"RTP/SAVP"}, false, false},
  };
  for (const OfferRow& row : rows) {
    SCOPED_TRACE(row.said.profile + " rule " + std::to_string(int(row.rule)) + " lines " +
                 std::to_string(row.said.lines.size()));
    begin_anew(row.rule, SrtpRule::forbidden);
    const Reason reason = offer(0, audio(row.said.profile, row.said.lines));
    const bool known = row.said.profile.starts_with("RTP/");
    const Reason refused = known ? Reason::sdp_protection : Reason::sdp_unacceptable;
    ASSERT_EQ(reason, row.taken ? Reason::none : refused);
    if (!row.taken) continue;
    const bool feedback = row.said.profile.ends_with("F");
    EXPECT_NE(written().find(feedback ? " RTP/AVPF 8\r\n" : " RTP/AVP 8\r\n"), std::string::npos)
        << written();
    EXPECT_TRUE(told().empty()) << "the other side has nothing to do with it";
    EXPECT_EQ(keys(0).secured, row.secured);
    ASSERT_EQ(answer(audio("RTP/AVP")), Reason::none);
    EXPECT_NE(written().find(" " + row.said.profile + " 8\r\n"), std::string::npos) << written();
    ASSERT_EQ(told().size(), row.secured ? 1u : 0u) << written();
    EXPECT_EQ(seeds_.in_use(), row.secured ? 1u : 0u);
    EXPECT_FALSE(keys(1).secured);
    if (!row.secured) continue;
    const PeerKey theirs = key_of(row.said.lines.back());
    EXPECT_EQ(told()[0].tag, theirs.tag);
    EXPECT_EQ(told()[0].key.suite, theirs.key.suite);
    EXPECT_EQ(keys(0).receive, theirs.key);
    EXPECT_EQ(keys(0).send, told()[0].key);
    EXPECT_NE(keys(0).send, keys(0).receive);
  }
}

struct AnswerRow {
  SrtpRule rule;
  Said said;
  bool taken, secured;
};

TEST_F(SecuredTest, AnswersFitWhatTheirRealmIsOffered) {
  const std::string second = line(2, gcm_128, 'a'), third = line(3, cm_80, 'a');
  const AnswerRow rows[] = {
      {SrtpRule::forbidden, {"RTP/AVP"}, true, false},
      {SrtpRule::forbidden, {"RTP/AVP", {third}}, true, false},
      {SrtpRule::forbidden, {"RTP/SAVP", {third}}, false, false},
      {SrtpRule::optional, {"RTP/AVP"}, true, false},
      {SrtpRule::optional, {"RTP/AVPF"}, true, false},
      {SrtpRule::optional, {"RTP/AVP", {third}}, true, true},
      {SrtpRule::optional, {"RTP/AVP", {second}}, true, true},
      {SrtpRule::optional, {"RTP/AVP", {line(4, cm_80, 'a')}}, false, false},
      {SrtpRule::optional, {"RTP/AVP", {line(1, cm_80, 'a')}}, false, false},
      {SrtpRule::optional, {"RTP/AVP", {second, third}}, false, false},
      {SrtpRule::optional, {"RTP/SAVP", {third}}, false, false},
      {SrtpRule::required, {"RTP/SAVP", {third}}, true, true},
      {SrtpRule::required, {"RTP/SAVPF", {second}}, true, true},
      {SrtpRule::required, {"RTP/SAVP"}, false, false},
      {SrtpRule::required, {"RTP/SAVP", {line(3, gcm_128, 'a')}}, false, false},
      {SrtpRule::required, {"RTP/SAVP", {second, third}}, false, false},
      {SrtpRule::required, {"RTP/AVP", {third}}, false, false},
      {SrtpRule::required, {"RTP/AVP"}, false, false},
  };
  for (const AnswerRow& row : rows) {
    SCOPED_TRACE(row.said.profile + " rule " + std::to_string(int(row.rule)) + " lines " +
                 std::to_string(row.said.lines.size()));
    begin_anew(SrtpRule::forbidden, row.rule);
    ASSERT_EQ(offer(0, audio("RTP/AVP")), Reason::none);
    EXPECT_NE(written().find(row.rule == SrtpRule::required ? " RTP/SAVP 8\r\n" : " RTP/AVP 8\r\n"),
              std::string::npos);
    const std::vector<PeerKey> offered = told();
    ASSERT_EQ(offered.size(), row.rule == SrtpRule::forbidden ? 0u : 3u) << written();
    EXPECT_EQ(keys(1).secured, row.rule != SrtpRule::forbidden);
    EXPECT_TRUE(keys(1).receive.is_none()) << "nothing gets through until it is agreed on";
    for (const bool preview : {true, false})
      ASSERT_EQ(answer(audio(row.said.profile, row.said.lines, "IP4 10.9.9.9"), preview),
                row.taken ? Reason::none : Reason::sdp_unacceptable);
    EXPECT_EQ(anchor_.offer_outstanding(), !row.taken);
    if (!row.taken) continue;
    EXPECT_TRUE(told().empty()) << "the other side has nothing to do with it";
    EXPECT_EQ(keys(1).secured, row.secured);
    EXPECT_EQ(seeds_.in_use(), row.secured ? 1u : 0u);
    if (!row.secured) continue;
    const PeerKey theirs = key_of(row.said.lines.back());
    EXPECT_EQ(keys(1).receive, theirs.key);
    EXPECT_EQ(keys(1).send, offered[theirs.tag - 1].key);
    EXPECT_EQ(anchor_.suite(1, streams_), theirs.key.suite);
    EXPECT_EQ(anchor_.suite(0, streams_), SrtpSuite::none);
  }
}

TEST_F(SecuredTest, LinesOfAnOfferFollowTheRealmsListEachWithAKeyOfItsOwn) {
  model_.realms[1].media.srtp_suites = {cm_80, gcm_256};
  begin_anew(SrtpRule::forbidden, SrtpRule::required);
  ASSERT_EQ(offer(0, audio("RTP/AVPF")), Reason::none);
  EXPECT_NE(written().find(" RTP/SAVPF 8\r\na=sendrecv\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:"),
            std::string::npos)
      << written();
  const std::vector<PeerKey> offered = told();
  ASSERT_EQ(offered.size(), 2u);
  EXPECT_EQ(offered[1].tag, 2u);
  EXPECT_EQ(offered[1].key.suite, gcm_256);
  EXPECT_FALSE(std::equal(offered[0].key.bytes.begin(), offered[0].key.bytes.begin() + 16,
                          offered[1].key.bytes.begin()));
}

TEST_F(SecuredTest, EachSideHasKeysOfItsOwnAndNoneCross) {
  agree_secured();
  EXPECT_EQ(seeds_.in_use(), 2u);
  const media::Relay rtp = first(media::Kind::rtp), rtcp = first(media::Kind::rtcp);
  for (unsigned side = 0; side < 2; ++side) {
    EXPECT_TRUE(rtp.keys[side].secured);
    EXPECT_TRUE(rtcp.keys[side].secured);
    EXPECT_EQ(rtp.keys[side].receive, rtcp.keys[side].receive);
    EXPECT_EQ(rtp.keys[side].send, rtcp.keys[side].send);
  }
  EXPECT_NE(rtp.keys[0].send, rtp.keys[1].send);
  EXPECT_EQ(written().find(text_of_key(30, 'b')), std::string::npos) << written();
}

TEST_F(SecuredTest, NoKeyStaysWhereItHasBeenHandedOver) {
  agree_secured();
  const srtp::MasterKey key = keys(0).receive;
  const std::string_view kept(reinterpret_cast<const char*>(&changes_), sizeof changes_);
  EXPECT_EQ(kept.find({reinterpret_cast<const char*>(key.bytes.data()), key.key().size()}), kept.npos);
}

// RFC 3711 3.3.1: the counters of a key go on
TEST_F(SecuredTest, WhatIsAgreedOnceMoreKeepsKeysVersionAndRelays) {
  agree_secured();
  const std::string answered = written();
  const media::Relay before = first(media::Kind::rtp);
  for (unsigned from : {0u, 1u}) {
    ASSERT_EQ(offer(from, from == 0 ? callers() : callees(3)), Reason::none);
    EXPECT_EQ(changed_, 0u);
    EXPECT_EQ(told().size(), 3u) << "all suites once more";
    EXPECT_EQ(told()[2].key, before.keys[1 - from].send);
    ASSERT_EQ(answer(from == 0 ? callees(3) : audio("RTP/SAVP", {line(3, cm_80, 'a')})), Reason::none);
    EXPECT_EQ(changed_, 0u);
    ASSERT_EQ(told().size(), 1u);
    EXPECT_EQ(told()[0].key, before.keys[from].send);
    EXPECT_TRUE(from == 1 || written() == answered) << "its version, too";
  }
  ASSERT_EQ(offer(0, callers('a', "a=sendonly\r\n")), Reason::none);
  EXPECT_EQ(told()[2].key, before.keys[1].send);
  anchor_.withdraw(context());
  carry_out();
  EXPECT_EQ(changed_, 0u);
  EXPECT_EQ(first(media::Kind::rtp).keys[0].send, before.keys[0].send);
  EXPECT_EQ(seeds_.in_use(), 2u);
}

TEST_F(SecuredTest, APeersNewKeyCountsOnceItsOfferIsAnswered) {
  agree_secured();
  const media::Relay before = first(media::Kind::rtp);
  ASSERT_EQ(offer(0, callers('n')), Reason::none);
  EXPECT_EQ(changed_, 0u);
  EXPECT_EQ(keys(0).receive, key_of(line(1, cm_80, 'a')).key);
  ASSERT_EQ(answer(callees(3)), Reason::none);
  EXPECT_EQ(changed_, 2u) << "RTP and RTCP";
  EXPECT_EQ(keys(0).receive, key_of(line(1, cm_80, 'n')).key);
  EXPECT_EQ(keys(0).send, before.keys[0].send);
  EXPECT_EQ(keys(1).send, before.keys[1].send);
  ASSERT_EQ(offer(0, callers('m')), Reason::none);
  anchor_.withdraw(context());
  carry_out();
  EXPECT_EQ(keys(0).receive, key_of(line(1, cm_80, 'n')).key) << "until then the one before";
}

TEST_F(SecuredTest, WhoeverAnswersEarlyIsReplacedByWhoAnswersLater) {
  begin_anew(SrtpRule::forbidden, SrtpRule::optional);
  ASSERT_EQ(offer(0, audio("RTP/AVP")), Reason::none);
  const std::vector<PeerKey> offered = told();
  ASSERT_EQ(answer(audio("RTP/AVP", {}, "IP4 10.9.9.8"), true), Reason::none);
  EXPECT_FALSE(keys(1).secured);
  EXPECT_EQ(seeds_.in_use(), 1u) << "another fork may want it";
  ASSERT_EQ(answer(audio("RTP/AVP", {line(3, cm_80, 'f')}, "IP4 10.9.9.9"), true), Reason::none);
  EXPECT_EQ(keys(1).receive, key_of(line(3, cm_80, 'f')).key);
  EXPECT_EQ(keys(1).send, offered[2].key);
  ASSERT_EQ(answer(audio("RTP/AVP", {line(2, gcm_128, 'g')}, "IP4 10.9.9.7")), Reason::none);
  EXPECT_EQ(keys(1).receive, key_of(line(2, gcm_128, 'g')).key);
  EXPECT_EQ(keys(1).send, offered[1].key);
}

TEST_F(SecuredTest, PreviewThatIsTheAnswerKeepsItsKeys) {
  begin_anew(SrtpRule::forbidden, SrtpRule::required);
  ASSERT_EQ(offer(0, audio("RTP/AVP")), Reason::none);
  ASSERT_EQ(answer(audio("RTP/SAVP", {line(3, cm_80, 'f')}), true), Reason::none);
  anchor_.settle(context());
  carry_out();
  EXPECT_EQ(changed_, 0u);
  EXPECT_EQ(keys(1).receive, key_of(line(3, cm_80, 'f')).key);
}

TEST_F(SecuredTest, AnotherPeerGetsOtherKeys) {
  begin_anew(SrtpRule::required, SrtpRule::required);
  ASSERT_EQ(offer(0, callers()), Reason::none);
  const std::vector<PeerKey> offered = told();
  ASSERT_EQ(answer(callees(3), true), Reason::none);
  const media::Relay before = first(media::Kind::rtp);
  ASSERT_EQ(anchor_.place(1, core, Family::v4, context()), Reason::none);
  EXPECT_EQ(seeds_.in_use(), 0u);
  ASSERT_EQ(offer(0, callers()), Reason::none);
  ASSERT_EQ(told().size(), 3u);
  for (size_t i = 0; i < 3; ++i) EXPECT_NE(told()[i].key, offered[i].key);
  EXPECT_EQ(keys(0).receive, before.keys[0].receive) << "its own peer is the same";
  EXPECT_NE(keys(0).send, before.keys[0].send) << "but media toward it begins anew";
  EXPECT_TRUE(keys(1).secured);
  EXPECT_TRUE(keys(1).receive.is_none()) << "nothing of the peer before";
}

TEST_F(SecuredTest, WhoHasLeftItAtPlainRtpIsNotAskedAgain) {
  begin_anew(SrtpRule::forbidden, SrtpRule::optional);
  ASSERT_EQ(offer(0, audio("RTP/AVP")), Reason::none);
  ASSERT_EQ(answer(audio("RTP/AVP", {}, "IP4 10.9.9.9")), Reason::none);
  EXPECT_EQ(seeds_.in_use(), 0u);
  ASSERT_EQ(offer(0, audio("RTP/AVP")), Reason::none);
  EXPECT_TRUE(told().empty()) << written();
  EXPECT_EQ(answer(audio("RTP/AVP", {line(3, cm_80, 'x')}, "IP4 10.9.9.9")), Reason::sdp_unacceptable);
  ASSERT_EQ(answer(audio("RTP/AVP", {}, "IP4 10.9.9.9")), Reason::none);
  // but may ask for it
  ASSERT_EQ(offer(1, audio("RTP/AVP", {line(1, cm_80, 'x')}, "IP4 10.9.9.9")), Reason::none);
  EXPECT_FALSE(keys(1).secured) << "until it is answered";
  anchor_.withdraw(context());
  carry_out();
  EXPECT_EQ(seeds_.in_use(), 0u);
  ASSERT_EQ(offer(1, audio("RTP/AVP", {line(1, cm_80, 'x')}, "IP4 10.9.9.9")), Reason::none);
  ASSERT_EQ(answer(audio("RTP/AVP")), Reason::none);
  EXPECT_EQ(keys(1).receive, key_of(line(1, cm_80, 'x')).key);
  ASSERT_EQ(offer(1, audio("RTP/AVP", {}, "IP4 10.9.9.9")), Reason::none);
  EXPECT_TRUE(keys(1).secured);
  ASSERT_EQ(answer(audio("RTP/AVP")), Reason::none);
  EXPECT_FALSE(keys(1).secured);
  EXPECT_EQ(seeds_.in_use(), 0u);
}

TEST_F(SecuredTest, ProfileOfTheCallStaysWhoeverOffers) {
  begin_anew(SrtpRule::optional, SrtpRule::forbidden);
  ASSERT_EQ(offer(0, audio("RTP/SAVP", {line(1, cm_80, 'a')})), Reason::none);
  ASSERT_EQ(answer(audio("RTP/AVP", {}, "IP4 10.9.9.9")), Reason::none);
  ASSERT_EQ(offer(1, audio("RTP/AVP", {}, "IP4 10.9.9.9")), Reason::none);
  EXPECT_NE(written().find(" RTP/SAVP 8\r\n"), std::string::npos) << written();
  EXPECT_EQ(answer(audio("RTP/AVP")), Reason::sdp_unacceptable);
  EXPECT_EQ(answer(audio("RTP/SAVP", {line(3, cm_80, 'a')})), Reason::none);
}

TEST_F(SecuredTest, ListsThatAReloadChangesDoNotTouchWhatIsOffered) {
  begin_anew(SrtpRule::forbidden, SrtpRule::required);
  ASSERT_EQ(offer(0, audio("RTP/AVP")), Reason::none);
  model_.realms[1].media.srtp_suites = {cm_80};
  EXPECT_EQ(answer(audio("RTP/SAVP", {line(2, gcm_128, 'a')})), Reason::none);
  EXPECT_EQ(keys(1).receive.suite, gcm_128);
}

TEST_F(SecuredTest, WhatIsAgreedOnGoesOnWhateverAReloadHas) {
  model_.realms[0].media.srtp_suites = {cm_80, gcm_128};
  begin_anew(SrtpRule::optional, SrtpRule::required);
  const std::string both = audio("RTP/AVP", {line(1, gcm_128, 'a'), line(2, cm_80, 'a')});
  ASSERT_EQ(offer(0, both), Reason::none);
  ASSERT_EQ(answer(callees(3)), Reason::none);
  EXPECT_EQ(keys(0).receive.suite, cm_80);
  const media::Relay before = first(media::Kind::rtp);
  model_.realms[0].media.srtp_suites = {gcm_128, cm_80};
  model_.realms[1].media.srtp = SrtpRule::forbidden;
  for (bool again : {true, false}) {
    text_ = both;
    ASSERT_EQ(session_.parse(text_), Reason::none);
    ASSERT_EQ(again ? anchor_.offer_again(0, session_, out_, size_, context())
                    : anchor_.offer(0, session_, out_, size_, context()),
              Reason::none);
    EXPECT_NE(written().find(" RTP/SAVP 8\r\n"), std::string::npos) << written();
    carry_out();
    ASSERT_EQ(answer(callees(3)), Reason::none);
    EXPECT_EQ(changed_, 0u);
    EXPECT_EQ(keys(0).receive, before.keys[0].receive);
    EXPECT_EQ(keys(0).send, before.keys[0].send);
    EXPECT_EQ(told().at(0).tag, 2u);
  }
}

/// RFC 3261 13.2.2.4: after offers in the early dialog of one fork another one answers the call.
TEST_F(SecuredTest, AnotherForkAnswersTheFirstOffersKeys) {
  begin_anew(SrtpRule::forbidden, SrtpRule::required);
  ASSERT_EQ(offer(0, audio("RTP/AVP")), Reason::none);
  const std::vector<PeerKey> offered = told();
  ASSERT_EQ(answer(callees(3), true), Reason::none);
  anchor_.settle(context());
  anchor_.begin_again(1);
  text_ = audio("RTP/AVP");
  ASSERT_EQ(session_.parse(text_), Reason::none);
  ASSERT_EQ(anchor_.offer_again(0, session_, out_, size_, context()), Reason::none);
  ASSERT_EQ(answer(audio("RTP/SAVP", {line(2, gcm_128, 'f')}, "IP4 10.9.9.9")), Reason::none);
  EXPECT_EQ(keys(1).receive, key_of(line(2, gcm_128, 'f')).key);
  EXPECT_EQ(keys(1).send, offered[1].key);
}

TEST_F(SecuredTest, SeedsAreTakenUpToTheLastAndThenTheOfferFails) {
  begin_anew(SrtpRule::required, SrtpRule::required);
  const std::string one = section("RTP/SAVP", 4000, {line(1, cm_80, 'a')});
  ASSERT_EQ(offer(0, sdp(one + one)), Reason::none) << "four sides, as many as there are";
  EXPECT_EQ(seeds_.in_use(), 4u);
  anchor_.close(context());
  carry_out();
  EXPECT_EQ(seeds_.in_use(), 0u);
  EXPECT_EQ(offer(0, sdp(one + one + section("RTP/SAVP", 4004, {line(1, cm_80, 'a')}))), Reason::pool_empty);
  EXPECT_EQ(seeds_.in_use(), 0u);
  EXPECT_EQ(ports_.leased(), 0u);
  EXPECT_TRUE(relays_.empty());
}

TEST_F(SecuredTest, WithoutSeedsPlainStreamsStayAsTheyWere) {
  begin_anew(SrtpRule::optional, SrtpRule::optional);
  ASSERT_EQ(offer(0, audio("RTP/AVP")), Reason::none);
  ASSERT_EQ(answer(audio("RTP/AVP", {}, "IP4 10.9.9.9")), Reason::none);
  const std::vector suites{cm_80};
  while (seeds_.take(random_, suites)) {
  }
  text_ = audio("RTP/AVP", {line(1, cm_80, 'x')});
  ASSERT_EQ(session_.parse(text_), Reason::none);
  EXPECT_EQ(anchor_.offer(0, session_, out_, size_, context()), Reason::pool_empty);
  EXPECT_TRUE(changes_.all().empty());
  EXPECT_FALSE(anchor_.offer_outstanding());
  EXPECT_EQ(anchor_.seed_count(streams_), 0u);
}

TEST_F(SecuredTest, OfferInPlaceIsTurnedIntoOneWithKeys) {
  begin_anew(SrtpRule::required, SrtpRule::required);
  ASSERT_EQ(offer_in_place(0, sdp("m=audio 9 RTP/AVP 8\r\n", "IP4 0.0.0.0")), Reason::none);
  EXPECT_EQ(told().size(), 3u);
  EXPECT_TRUE(keys(0).secured && keys(0).receive.is_none());
  ASSERT_EQ(turn(callees(3)), Reason::none);
  EXPECT_NE(written().find(" RTP/SAVP 8\r\n"), std::string::npos) << written();
  const std::vector<PeerKey> offered = told();
  ASSERT_EQ(offered.size(), 3u);
  EXPECT_EQ(keys(1).receive, key_of(line(3, cm_80, 'b')).key);
  ASSERT_EQ(answer(audio("RTP/SAVP", {line(1, gcm_256, 'a')})), Reason::none);
  EXPECT_EQ(keys(0).receive, key_of(line(1, gcm_256, 'a')).key);
  EXPECT_EQ(keys(0).send, offered[0].key);
  EXPECT_EQ(keys(1).receive, key_of(line(3, cm_80, 'b')).key);
}

TEST_F(SecuredTest, OfferInPlaceAsksEachSideInItsOwnWay) {
  for (const bool caller_secured : {true, false}) {
    const SrtpRule caller = caller_secured ? SrtpRule::required : SrtpRule::forbidden;
    begin_anew(caller, caller_secured ? SrtpRule::forbidden : SrtpRule::required);
    ASSERT_EQ(offer_in_place(0, sdp("m=audio 9 RTP/AVP 8\r\n", "IP4 0.0.0.0")), Reason::none);
    EXPECT_EQ(told().size(), caller_secured ? 0u : 3u);
    ASSERT_EQ(turn(caller_secured ? audio("RTP/AVP", {}, "IP4 10.9.9.9") : callees(3)), Reason::none);
    EXPECT_EQ(told().size(), caller_secured ? 3u : 0u);
    carry_out();
    ASSERT_EQ(answer(caller_secured ? audio("RTP/SAVP", {line(2, gcm_128, 'a')}) : audio("RTP/AVP")),
              Reason::none);
    EXPECT_EQ(keys(0).secured, caller_secured);
    EXPECT_EQ(keys(1).secured, !caller_secured);
  }
}

TEST_F(SecuredTest, WhatIsNoRtpStaysAsItIs) {
  begin_anew(SrtpRule::required, SrtpRule::required);
  ASSERT_EQ(offer(0, sdp("m=image 4000 udptl t38\r\n")), Reason::none);
  EXPECT_NE(written().find(" udptl t38\r\n"), std::string::npos);
  EXPECT_EQ(seeds_.in_use(), 0u);
  ASSERT_EQ(answer(sdp("m=image 6000 udptl t38\r\n", "IP4 10.9.9.9")), Reason::none);
  EXPECT_FALSE(first(media::Kind::opaque).keys[0].secured);
}

// RFC 3264 8.3.3: fax in the place of voice, and back
TEST_F(SecuredTest, VoiceAfterFaxIsEncryptedAsTheRealmHasIt) {
  agree_secured();
  ASSERT_EQ(offer(1, sdp("m=image 6000 udptl t38\r\n", "IP4 10.9.9.9")), Reason::none);
  EXPECT_EQ(written().find("a=crypto"), std::string::npos) << written();
  ASSERT_EQ(answer(sdp("m=image 4000 udptl t38\r\n")), Reason::none);
  EXPECT_FALSE(first(media::Kind::opaque).keys[0].secured);
  EXPECT_EQ(seeds_.in_use(), 0u);
  EXPECT_EQ(offer(0, audio("RTP/AVP")), Reason::sdp_protection);
  ASSERT_EQ(offer(0, callers('c')), Reason::none);
  EXPECT_NE(written().find(" RTP/SAVP 8\r\n"), std::string::npos) << written();
  EXPECT_NE(written().find("a=crypto:1 "), std::string::npos) << written();
  ASSERT_EQ(answer(callees(3)), Reason::none);
  EXPECT_TRUE(keys(0).secured && keys(1).secured);
}

TEST_F(SecuredTest, RefusedStreamKeepsTheProfileAndGivesItsSeedsBack) {
  begin_anew(SrtpRule::required, SrtpRule::required);
  const std::string one = section("RTP/SAVP", 4000, {line(1, cm_80, 'a')});
  ASSERT_EQ(offer(0, sdp(one + one)), Reason::none);
  ASSERT_EQ(answer(sdp(section("RTP/SAVP", 6000, {line(3, cm_80, 'b')}) + "m=audio 0 RTP/SAVP 8\r\n")),
            Reason::none);
  EXPECT_TRUE(written().ends_with("m=audio 0 RTP/SAVP 8\r\n")) << written();
  EXPECT_EQ(seeds_.in_use(), 2u);
}

TEST_F(SecuredTest, ReleasedMediaKeepsItsKeys) {
  for (SrtpRule rule : {SrtpRule::forbidden, SrtpRule::optional, SrtpRule::required}) {
    begin_anew(rule, rule);
    anchor_.release_media(true, context());
    const std::string good = line(7, cm_80, 'p');
    const bool speaks = rule != SrtpRule::forbidden;
    model_.realms[0].listeners = model_.realms[1].listeners = {*Endpoint::parse("203.0.113.1:5060")};
    EXPECT_EQ(offer(0, audio("RTP/SAVP", {good, "a=crypto:8 NEW_SUITE inline:pbx.secret.lan\r\n"})),
              speaks ? Reason::none : Reason::sdp_protection);
    if (speaks) {
      EXPECT_NE(written().find(" 4000 RTP/SAVP 8\r\n"), std::string::npos) << written();
      EXPECT_NE(written().find(good), std::string::npos) << written();
      EXPECT_EQ(written().find("secret.lan"), std::string::npos) << written();
      EXPECT_EQ(answer(audio("RTP/SAVP", {line(7, cm_80, 'q')}, "IP4 10.9.9.9")), Reason::none);
      EXPECT_NE(written().find(line(7, cm_80, 'q')), std::string::npos) << written();
    }
    EXPECT_EQ(offer(0, audio("RTP/AVP")), rule == SrtpRule::required ? Reason::sdp_protection : Reason::none);
    EXPECT_EQ(seeds_.in_use(), 0u);
  }
}

/// Its words are repeated to the other side; it is told nothing itself.
TEST_F(SecuredTest, ARefreshAfterAReloadSecuresNobodyWhoIsNotTold) {
  begin_anew(SrtpRule::forbidden, SrtpRule::forbidden);
  const std::string callers = audio("RTP/AVP", {line(1, cm_80, 'p')});
  ASSERT_EQ(offer(0, callers), Reason::none);
  ASSERT_EQ(answer(audio("RTP/AVP")), Reason::none);
  model_.realms[0].media.srtp = SrtpRule::optional;
  ASSERT_EQ(offer_again(0, callers), Reason::none);
  ASSERT_EQ(answer(audio("RTP/AVP")), Reason::none);
  EXPECT_FALSE(keys(0).secured);
  EXPECT_EQ(seeds_.in_use(), 0u);
}

TEST_F(SecuredTest, WhoIsSecuredMayOfferTheSameAgainWhateverAReloadForbids) {
  agree_secured();
  const media::SideKeys before = keys(0);
  model_.realms[0].media.srtp = SrtpRule::forbidden;
  ASSERT_EQ(offer(0, callers()), Reason::none);
  ASSERT_EQ(answer(callees(3)), Reason::none);
  EXPECT_EQ(keys(0).receive, before.receive);
  EXPECT_EQ(keys(0).send, before.send);
}

/// Media counts from the beginning under a key that it has not had: none may come back.
TEST_F(SecuredTest, AKeyThatWasLeftForAnotherSuiteDoesNotComeBack) {
  begin_anew(SrtpRule::forbidden, SrtpRule::required);
  const std::string callers = audio("RTP/AVP");
  auto answered = [&](unsigned tag, SrtpSuite suite) {
    EXPECT_EQ(offer(0, callers), Reason::none);
    EXPECT_EQ(answer(sdp(section("RTP/SAVP", 6000, {line(tag, suite, 'b')}), "IP4 10.9.9.9")), Reason::none);
    return keys(1).send;
  };
  const srtp::MasterKey first = answered(3, cm_80);
  EXPECT_EQ(answered(3, cm_80), first);
  const srtp::MasterKey other = answered(1, gcm_256);
  EXPECT_EQ(answered(1, gcm_256), other);
  EXPECT_NE(answered(3, cm_80), first);
}

TEST_F(SecuredTest, WhoIsPlainMayOfferTheSameAgainWhateverAReloadRequires) {
  begin_anew(SrtpRule::optional, SrtpRule::forbidden);
  ASSERT_EQ(offer(0, audio("RTP/AVP")), Reason::none);
  ASSERT_EQ(answer(audio("RTP/AVP")), Reason::none);
  model_.realms[0].media.srtp = SrtpRule::required;
  ASSERT_EQ(offer(0, audio("RTP/AVP")), Reason::none);
  ASSERT_EQ(answer(audio("RTP/AVP")), Reason::none);
  EXPECT_FALSE(keys(0).secured);
}

TEST_F(SecuredTest, WhoIsAskedInItsPlaceIsAskedByTheRuleOfThatMoment) {
  begin_anew(SrtpRule::optional, SrtpRule::forbidden);
  ASSERT_EQ(offer_in_place(0, audio("RTP/AVP")), Reason::none);
  EXPECT_EQ(seeds_.in_use(), 1u);
  model_.realms[0].media.srtp = SrtpRule::forbidden;
  ASSERT_EQ(turn(audio("RTP/AVP", {}, "IP4 10.9.9.9")), Reason::none);
  EXPECT_TRUE(told().empty());
  EXPECT_FALSE(keys(0).secured);
  EXPECT_EQ(seeds_.in_use(), 0u);
}

}  // namespace
}  // namespace sbc::anchor
