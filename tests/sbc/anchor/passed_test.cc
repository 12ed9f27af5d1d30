// Media that the two peers encrypt between them (config::SrtpRule::pass): what crosses of how they agree on
// it, and that the relay between them has no keys.
#include "tests/sbc/anchor/secured_fixture.h"

namespace sbc::anchor {
namespace {

using config::SrtpRule;
using media::Seal;

const std::string digest =
    "4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF";
const std::string fingerprint = "a=fingerprint:sha-256 " + digest + "\r\n";

std::string setup(const std::string& role) { return "a=setup:" + role + "\r\n"; }

class PassedTest : public SecuredAnchorTest {
 protected:
  PassedTest() { begin_anew(SrtpRule::pass, SrtpRule::pass); }

  static std::string callee(const std::string& profile, const std::vector<std::string>& lines = {}) {
    return audio(profile, lines, "IP4 10.9.9.9");
  }
  /// Of what was written last.
  std::vector<std::string> lines_of(const std::string& attribute) const {
    std::vector<std::string> lines;
    const std::string text = written(), start = "a=" + attribute + ":";
    for (size_t at = text.find(start); at != text.npos; at = text.find(start, at + 1))
      lines.push_back(text.substr(at, text.find('\n', at) + 1 - at));
    return lines;
  }
  std::string profile() const {
    const std::string text = written();
    const size_t start = text.find(' ', text.find("m=audio ") + 8) + 1;
    return text.substr(start, text.find(' ', start) - start);
  }
  /// Both relays of a section are alike in this.
  Seal seal() {
    const media::Relay &rtp = first(media::Kind::rtp), &rtcp = first(media::Kind::rtcp);
    EXPECT_EQ(rtp.seal, rtcp.seal);
    for (const media::SideKeys& each : rtp.keys) EXPECT_FALSE(each.secured);
    EXPECT_EQ(seeds_.in_use(), 0u);
    return rtp.seal;
  }
  void agree_passed(char callers_key = 'a', char callees_key = 'b') {
    ASSERT_EQ(offer(0, audio("RTP/SAVP", {line(1, cm_80, callers_key)})), Reason::none);
    ASSERT_EQ(answer(callee("RTP/SAVP", {line(1, cm_80, callees_key)})), Reason::none);
  }
};

TEST_F(PassedTest, KeysCrossAsTheyAre) {
  const std::vector offered{line(1, gcm_256, 'a'), line(7, cm_80, 'c')};
  ASSERT_EQ(offer(0, audio("RTP/SAVPF", offered)), Reason::none);
  EXPECT_EQ(profile(), "RTP/SAVPF");
  EXPECT_EQ(lines_of("crypto"), offered);
  EXPECT_EQ(seal(), Seal::srtp) << "media may come early";
  const std::vector answered{line(7, cm_80, 'b')};
  for (const bool preview : {true, false}) {
    ASSERT_EQ(answer(callee("RTP/SAVPF", answered), preview), Reason::none);
    EXPECT_EQ(profile(), "RTP/SAVPF");
    EXPECT_EQ(lines_of("crypto"), answered);
    EXPECT_EQ(seal(), Seal::srtp);
  }
  EXPECT_TRUE(anchor_.has_seal(streams_));
  EXPECT_NE(anchor_.sealed_with(0, streams_), 0u);
  EXPECT_EQ(anchor_.suite(0, streams_), SrtpSuite::none);
}

TEST_F(PassedTest, PlainMediaStaysPlain) {
  ASSERT_EQ(offer(0, audio("RTP/AVP")), Reason::none);
  EXPECT_EQ(profile(), "RTP/AVP");
  EXPECT_TRUE(lines_of("crypto").empty()) << "we add no keys";
  EXPECT_EQ(seal(), Seal::none);
  ASSERT_EQ(answer(callee("RTP/AVP")), Reason::none);
  EXPECT_EQ(seal(), Seal::none);
  EXPECT_FALSE(anchor_.has_seal(streams_));
  EXPECT_EQ(anchor_.sealed_with(0, streams_), 0u);
}

// RFC 8643 3.1
TEST_F(PassedTest, WhatIsOfferedAsMayBeIsAsTheAnswerHasIt) {
  for (const bool taken : {true, false}) {
    begin_anew(SrtpRule::pass, SrtpRule::pass);
    ASSERT_EQ(offer(0, audio("RTP/AVP", {line(1, cm_80, 'a')})), Reason::none);
    EXPECT_EQ(profile(), "RTP/AVP");
    EXPECT_EQ(lines_of("crypto").size(), 1u);
    EXPECT_EQ(seal(), Seal::none) << "what comes early may be in the clear, and is read as such";
    std::vector<std::string> answered;
    if (taken) answered = {line(1, cm_80, 'b')};
    ASSERT_EQ(answer(callee("RTP/AVP", answered)), Reason::none);
    EXPECT_EQ(lines_of("crypto"), answered);
    EXPECT_EQ(seal(), taken ? Seal::srtp : Seal::none);
  }
}

struct LineRow {
  const char* what;
  std::string line;  // without "a=crypto:" and its end
  bool crosses;
};

TEST_F(PassedTest, OnlyKeysOfAKnownFormCross) {
  const std::string key = text_of_key(30, 'k');
  const std::string suite = "1 AES_CM_128_HMAC_SHA1_80 ";
  const LineRow rows[] = {
      {"a suite of ours", suite + "inline:" + key, true},
      {"one that we do not speak", "1 AES_192_CM_HMAC_SHA1_80 inline:" + text_of_key(38, 'k'), true},
      {"one that we do not know", "3 KALYNA_512_GCM inline:" + text_of_key(64, 'k'), true},
      {"lifetime and MKI", suite + "inline:" + key + "|1048576|1:4", true},
      {"two keys", suite + "inline:" + key + "|1:4;inline:" + key + "|2:4", true},
      {"what RFC 4568 has besides",
       suite + "inline:" + key + " KDR=1 UNENCRYPTED_SRTP UNENCRYPTED_SRTCP UNAUTHENTICATED_SRTP WSH=128",
       true},
      {"what it does not have", suite + "inline:" + key + " HOST=10.9.9.9", false},
      {"keys of FEC", suite + "inline:" + key + " FEC_ORDER=FEC_SRTP", false},
      {"a name of a host for a suite", "1 pbx.example.com inline:" + key, false},
      {"parameters of a suite that we do not know", "1 KALYNA_512_GCM inline:" + key + " OWN=1", false},
      {"no base64", "1 KALYNA_512_GCM inline:10.9.9.9", false},
      {"a key without end", "1 KALYNA_512_GCM inline:" + std::string(129, 'k'), false},
      {"a name without end", "1 " + std::string(41, 'K') + " inline:" + key, false},
      {"another method", suite + "uri:" + key, false},
  };
  for (const LineRow& row : rows) {
    SCOPED_TRACE(row.what);
    begin_anew(SrtpRule::pass, SrtpRule::pass);
    const std::string whole = "a=crypto:" + row.line + "\r\n";
    const Reason reason = offer(0, audio("RTP/SAVP", {whole}));
    ASSERT_EQ(reason, row.crosses ? Reason::none : Reason::sdp_protection) << written();
    if (row.crosses) {
      EXPECT_EQ(lines_of("crypto"), std::vector{whole});
      ASSERT_EQ(answer(callee("RTP/SAVP", {whole})), Reason::none);
    }
    begin_anew(SrtpRule::pass, SrtpRule::pass);
    ASSERT_EQ(offer(0, audio("RTP/AVP", {whole})), Reason::none) << "as plain RTP at least";
    EXPECT_EQ(lines_of("crypto").size(), row.crosses ? 1u : 0u);
  }
}

TEST_F(PassedTest, NoMoreLinesCrossThanAnAnswerIsComparedWith) {
  std::vector<std::string> offered;
  for (unsigned tag = 1; tag <= PassedKeys::lines_max + 1; ++tag) offered.push_back(line(tag, cm_80, 'a'));
  ASSERT_EQ(offer(0, audio("RTP/SAVP", offered)), Reason::none);
  EXPECT_EQ(lines_of("crypto").size(), PassedKeys::lines_max);
  EXPECT_EQ(answer(callee("RTP/SAVP", {line(PassedKeys::lines_max + 1, cm_80, 'b')})),
            Reason::sdp_unacceptable);
  EXPECT_EQ(answer(callee("RTP/SAVP", {line(PassedKeys::lines_max, cm_80, 'b')})), Reason::none);
}

TEST_F(PassedTest, SuitesThatWeKnowMayBeWrittenInEitherCase) {
  ASSERT_EQ(offer(0, audio("RTP/SAVP", {line(1, cm_80, 'a')})), Reason::none);
  std::string answered = line(1, cm_80, 'b');
  answered.replace(answered.find("AES_CM"), 6, "aes_cm");
  EXPECT_EQ(answer(callee("RTP/SAVP", {answered})), Reason::none);
}

/// A refresh of what was left at plain RTP asks for no keys (RFC 8643).
TEST_F(PassedTest, KeysThatWereNotOfferedAreNotAnswered) {
  ASSERT_EQ(offer(0, audio("RTP/AVP", {line(1, cm_80, 'a')})), Reason::none);
  ASSERT_EQ(answer(callee("RTP/AVP")), Reason::none);
  ASSERT_EQ(offer_again(0, audio("RTP/AVP", {line(1, cm_80, 'a')})), Reason::none);
  EXPECT_TRUE(lines_of("crypto").empty());
  EXPECT_EQ(answer(callee("RTP/AVP", {line(1, cm_80, 'b')})), Reason::sdp_unacceptable);
  EXPECT_EQ(answer(callee("RTP/AVP")), Reason::none);
}

struct AnswerRow {
  const char* what;
  std::string profile;
  std::vector<std::string> lines;
};

// RFC 4568 5.1.2
TEST_F(PassedTest, WhatAnswersNoneOfTheLinesIsRefused) {
  const AnswerRow rows[] = {
      {"another tag", "RTP/SAVP", {line(2, cm_80, 'b')}},
      {"another suite", "RTP/SAVP", {line(1, gcm_128, 'b')}},
      {"both", "RTP/SAVP", {line(1, cm_80, 'b'), line(3, gcm_128, 'b')}},
      {"none", "RTP/SAVP", {}},
      {"plain", "RTP/AVP", {}},
      {"another profile", "RTP/AVP", {line(1, cm_80, 'b')}},
      {"DTLS", "UDP/TLS/RTP/SAVP", {fingerprint, setup("active")}},
  };
  ASSERT_EQ(offer(0, audio("RTP/SAVP", {line(1, cm_80, 'a'), line(3, gcm_128, 'a')})), Reason::none);
  for (const AnswerRow& row : rows)
    EXPECT_EQ(answer(callee(row.profile, row.lines)), Reason::sdp_unacceptable) << row.what;
  EXPECT_EQ(answer(callee("RTP/SAVP", {line(3, gcm_128, 'b')})), Reason::none);
}

// RFC 5763 5, RFC 8842 5
TEST_F(PassedTest, CertificatesAndWhoBeginsCross) {
  const std::string id = "a=tls-id:abc3de65cddef001be82\r\n";
  ASSERT_EQ(offer(0, audio("UDP/TLS/RTP/SAVPF", {fingerprint, setup("actpass"), id, "a=connection:new\r\n",
                                                 "a=identity:eyJpZHAiOiJhIn0\r\n"})),
            Reason::none);
  EXPECT_EQ(profile(), "UDP/TLS/RTP/SAVPF");
  EXPECT_EQ(lines_of("fingerprint"), std::vector{fingerprint});
  EXPECT_EQ(lines_of("setup"), std::vector{setup("actpass")});
  EXPECT_EQ(lines_of("tls-id"), std::vector{id});
  EXPECT_TRUE(lines_of("identity").empty()) << "it names a domain";
  EXPECT_EQ(seal(), Seal::dtls_srtp);
  ASSERT_EQ(answer(callee("UDP/TLS/RTP/SAVPF", {fingerprint, setup("active")})), Reason::none);
  EXPECT_EQ(profile(), "UDP/TLS/RTP/SAVPF");
  EXPECT_EQ(lines_of("setup"), std::vector{setup("active")});
  EXPECT_EQ(seal(), Seal::dtls_srtp);
  EXPECT_TRUE(anchor_.has_seal(streams_));
}

/// RFC 8122 5: what the session says counts where the section says nothing.
TEST_F(PassedTest, CertificatesOfTheSessionAreToldInTheSection) {
  const std::string text = audio("UDP/TLS/RTP/SAVP");
  const size_t at = text.find("m=audio");
  ASSERT_EQ(offer(0, text.substr(0, at) + fingerprint + setup("actpass") + text.substr(at)), Reason::none);
  EXPECT_EQ(lines_of("fingerprint"), std::vector{fingerprint});
  EXPECT_EQ(lines_of("setup"), std::vector{setup("actpass")});
  EXPECT_GT(written().find("a=fingerprint"), written().find("m=audio"));
}

TEST_F(PassedTest, OffersOfDtlsWithoutACertificateAreRefused) {
  const AnswerRow rows[] = {
      {"no fingerprint", "UDP/TLS/RTP/SAVP", {setup("actpass")}},
      {"no role", "UDP/TLS/RTP/SAVP", {fingerprint}},
      {"a role that is none", "UDP/TLS/RTP/SAVP", {fingerprint, setup("both")}},
      {"a hash that we do not know",
       "UDP/TLS/RTP/SAVP",
       {"a=fingerprint:pbx.example.com " + digest + "\r\n", setup("actpass")}},
      {"a digest that is none", "UDP/TLS/RTP/SAVP", {"a=fingerprint:sha-256 AA:BB\r\n", setup("actpass")}},
      {"keys in the SDP", "UDP/TLS/RTP/SAVP", {line(1, cm_80, 'a')}},
  };
  for (const AnswerRow& row : rows)
    EXPECT_EQ(offer(0, audio(row.profile, row.lines)), Reason::sdp_protection) << row.what;
}

TEST_F(PassedTest, AnswersOfDtlsSayWhoBegins) {
  const AnswerRow rows[] = {
      {"nobody", "UDP/TLS/RTP/SAVP", {fingerprint}},
      {"either", "UDP/TLS/RTP/SAVP", {fingerprint, setup("actpass")}},
      {"later", "UDP/TLS/RTP/SAVP", {fingerprint, setup("holdconn")}},
      {"without a certificate", "UDP/TLS/RTP/SAVP", {setup("active")}},
      {"by keys", "RTP/SAVP", {line(1, cm_80, 'b')}},
      {"plain", "RTP/AVP", {}},
  };
  ASSERT_EQ(offer(0, audio("UDP/TLS/RTP/SAVP", {fingerprint, setup("actpass")})), Reason::none);
  for (const AnswerRow& row : rows)
    EXPECT_EQ(answer(callee(row.profile, row.lines)), Reason::sdp_unacceptable) << row.what;
  EXPECT_EQ(answer(callee("UDP/TLS/RTP/SAVP", {fingerprint, setup("passive")})), Reason::none);
}

// RFC 5764 4.1: an association for each port, so both sides have as many
TEST_F(PassedTest, BothSidesOfDtlsMuxRtcpOrNeither) {
  const std::string mux = "a=rtcp-mux\r\n";
  for (const bool callee_muxes : {true, false}) {
    SCOPED_TRACE(callee_muxes);
    begin_anew(SrtpRule::pass, SrtpRule::pass);
    ASSERT_EQ(offer(0, audio("UDP/TLS/RTP/SAVP", {fingerprint, setup("actpass"), mux})), Reason::none);
    EXPECT_NE(written().find(mux), std::string::npos) << "as it was offered, though the realm asks for none";
    std::vector<std::string> answered{fingerprint, setup("active")};
    if (callee_muxes) answered.push_back(mux);
    ASSERT_EQ(answer(callee("UDP/TLS/RTP/SAVP", answered)), Reason::none);
    EXPECT_EQ(written().find(mux) != std::string::npos, callee_muxes);
    const media::Relay& rtp = first(media::Kind::rtp);
    EXPECT_EQ(rtp.sides[0].muxed, callee_muxes);
    EXPECT_EQ(rtp.sides[1].muxed, callee_muxes);
    if (callee_muxes) {
      model_.realms[1].media.rtcp_mux = config::MuxRule::refuse;  // for calls to come
      ASSERT_EQ(offer(0, audio("UDP/TLS/RTP/SAVP", {fingerprint, setup("actpass"), mux})), Reason::none);
      EXPECT_NE(written().find(mux), std::string::npos) << "as it was agreed";
      model_.realms[1].media.rtcp_mux = config::MuxRule::accept;
    } else {
      EXPECT_EQ(first(media::Kind::rtcp).sides[0].remote.port, 4001);
    }
  }
}

struct RuleRow {
  SrtpRule caller, callee;
  bool plain_taken, secure_taken;
  std::string protocol;  // of what the callee is offered
  size_t keys;
};

TEST_F(PassedTest, TowardAnyOtherRuleEachSideHasKeysOfItsOwn) {
  const RuleRow rows[] = {
      {SrtpRule::pass, SrtpRule::forbidden, true, true, "RTP/AVP", 0},
      {SrtpRule::pass, SrtpRule::optional, true, true, "RTP/AVP", 3},
      {SrtpRule::pass, SrtpRule::required, true, true, "RTP/SAVP", 3},
      {SrtpRule::forbidden, SrtpRule::pass, true, false, "RTP/AVP", 3},
      {SrtpRule::optional, SrtpRule::pass, true, true, "RTP/AVP", 3},
      {SrtpRule::required, SrtpRule::pass, false, true, "RTP/AVP", 3},
  };
  for (const RuleRow& row : rows) {
    SCOPED_TRACE(std::to_string(int(row.caller)) + " to " + std::to_string(int(row.callee)));
    for (const bool secure : {false, true}) {
      begin_anew(row.caller, row.callee);
      const bool taken = secure ? row.secure_taken : row.plain_taken;
      const std::string offered = secure ? callers() : audio("RTP/AVP");
      ASSERT_EQ(offer(0, offered), taken ? Reason::none : Reason::sdp_protection);
      if (!taken) continue;
      EXPECT_EQ(profile(), row.protocol);
      EXPECT_EQ(told().size(), row.keys);
      EXPECT_EQ(written().find(text_of_key(30, 'a')), std::string::npos) << "the caller's key has crossed";
      EXPECT_EQ(first(media::Kind::rtp).seal, Seal::none);
      EXPECT_EQ(keys(0).secured, secure);
    }
    begin_anew(row.caller, row.callee);
    EXPECT_EQ(offer(0, audio("UDP/TLS/RTP/SAVP", {fingerprint, setup("actpass")})), Reason::sdp_unacceptable);
  }
}

TEST_F(PassedTest, NewKeysCrossAndTheRelaysStay) {
  agree_passed();
  ASSERT_EQ(offer(0, audio("RTP/SAVP", {line(1, cm_80, 'n')})), Reason::none);
  EXPECT_EQ(lines_of("crypto"), std::vector{line(1, cm_80, 'n')});
  ASSERT_EQ(answer(callee("RTP/SAVP", {line(1, cm_80, 'm')})), Reason::none);
  EXPECT_EQ(lines_of("crypto"), std::vector{line(1, cm_80, 'm')});
  EXPECT_EQ(changed_, 0u) << "what a stream is judged by goes on";
  EXPECT_EQ(seal(), Seal::srtp);
}

TEST_F(PassedTest, WhatIsAgreedOnHoldsUntilTheNextAnswer) {
  agree_passed();
  ASSERT_EQ(offer(1, callee("RTP/AVP")), Reason::none);
  EXPECT_EQ(seal(), Seal::srtp);
  anchor_.withdraw(context());
  carry_out();
  EXPECT_EQ(seal(), Seal::srtp);
  ASSERT_EQ(offer(1, callee("RTP/AVP")), Reason::none);
  ASSERT_EQ(answer(audio("RTP/AVP")), Reason::none);
  EXPECT_EQ(seal(), Seal::none);
}

TEST_F(PassedTest, AReloadChangesOnlyCallsToCome) {
  agree_passed();
  model_.realms[1].media.srtp = SrtpRule::required;
  ASSERT_EQ(offer(0, audio("RTP/SAVP", {line(1, cm_80, 'n')})), Reason::none);
  EXPECT_EQ(lines_of("crypto"), std::vector{line(1, cm_80, 'n')});
  ASSERT_EQ(answer(callee("RTP/SAVP", {line(1, cm_80, 'm')})), Reason::none);
  EXPECT_EQ(seal(), Seal::srtp);

  agree_secured();
  model_.realms[0].media.srtp = model_.realms[1].media.srtp = SrtpRule::pass;
  ASSERT_EQ(offer(0, callers('n')), Reason::none);
  EXPECT_EQ(written().find(text_of_key(30, 'n')), std::string::npos) << "each side has its own";
  ASSERT_EQ(answer(callees(3)), Reason::none);
  EXPECT_TRUE(keys(0).secured && keys(1).secured);
}

/// What crosses has to be told to the other side once it changes, and only then.
TEST_F(PassedTest, WhatASideEncryptsWithIsToldFromAnythingElse) {
  ASSERT_EQ(offer(0, audio("RTP/SAVP", {line(1, gcm_128, 'x'), line(2, cm_80, 'a')})), Reason::none);
  ASSERT_EQ(answer(callee("RTP/SAVP", {line(2, cm_80, 'b')})), Reason::none);
  const uint64_t callers = anchor_.sealed_with(0, streams_), callees = anchor_.sealed_with(1, streams_);
  EXPECT_NE(callers, callees);
  ASSERT_EQ(offer_again(1, callee("RTP/SAVP", {line(2, cm_80, 'b')})), Reason::none);
  ASSERT_EQ(answer(audio("RTP/SAVP", {line(2, cm_80, 'a')})), Reason::none);
  EXPECT_EQ(anchor_.sealed_with(0, streams_), callers) << "other lines, but the same key";
  EXPECT_EQ(anchor_.sealed_with(1, streams_), callees);
  ASSERT_EQ(offer_again(1, callee("RTP/SAVP", {line(2, cm_80, 'b')})), Reason::none);
  ASSERT_EQ(answer(audio("RTP/SAVP", {line(2, cm_80, 'n')})), Reason::none);
  EXPECT_NE(anchor_.sealed_with(0, streams_), callers);
  EXPECT_EQ(anchor_.sealed_with(1, streams_), callees);
}

TEST_F(PassedTest, AnotherSuiteWithTheSameKeyIsAnotherOne) {
  const std::string suite = "AES_CM_128_HMAC_SHA1_", key = " inline:" + text_of_key(30, 'a') + "\r\n";
  const std::vector offered{"a=crypto:1 " + suite + "80" + key, "a=crypto:2 " + suite + "32" + key};
  ASSERT_EQ(offer(0, audio("RTP/SAVP", offered)), Reason::none);
  ASSERT_EQ(answer(callee("RTP/SAVP", {"a=crypto:1 " + suite + "80" + key})), Reason::none);
  const uint64_t before = anchor_.sealed_with(1, streams_);
  ASSERT_EQ(offer(0, audio("RTP/SAVP", offered)), Reason::none);
  ASSERT_EQ(answer(callee("RTP/SAVP", {"a=crypto:2 " + suite + "32" + key})), Reason::none);
  EXPECT_NE(anchor_.sealed_with(1, streams_), before);
}

/// An association has another a=tls-id on each side whenever it is new (RFC 8842 5.3).
TEST_F(PassedTest, OfDtlsThatIsCertificates) {
  std::vector<uint64_t> seen;
  const auto agree = [&](const std::string& print, const std::string& role, const std::string& more) {
    ASSERT_EQ(offer(0, audio("UDP/TLS/RTP/SAVP", {fingerprint, setup("actpass")})), Reason::none);
    ASSERT_EQ(answer(callee("UDP/TLS/RTP/SAVP", {print, setup(role), more})), Reason::none);
    seen.push_back(anchor_.sealed_with(1, streams_));
  };
  std::string other = fingerprint;
  other.replace(other.find("4A"), 2, "4B");
  agree(fingerprint, "active", "");
  agree(fingerprint, "passive", "");
  agree(other, "active", "");
  agree(fingerprint, "active", "a=tls-id:abc3de65cddef001be82\r\n");
  EXPECT_EQ(seen[0], seen[1]);
  EXPECT_NE(seen[0], seen[2]);
  EXPECT_EQ(seen[0], seen[3]);
}

/// Whoever has said nothing has no keys that could cross.
TEST_F(PassedTest, WhatWeOfferInASidesPlaceHasKeysOfOurs) {
  ASSERT_EQ(offer_in_place(0, audio("RTP/AVP")), Reason::none);
  EXPECT_EQ(told().size(), 3u);
  ASSERT_EQ(turn(callee("RTP/AVP", {line(3, cm_80, 'b')})), Reason::none);
  EXPECT_EQ(written().find(text_of_key(30, 'b')), std::string::npos);
  EXPECT_EQ(told().size(), 3u);
  ASSERT_EQ(answer(audio("RTP/AVP", {line(3, cm_80, 'a')})), Reason::none);
  EXPECT_TRUE(keys(0).secured && keys(1).secured);
  EXPECT_EQ(first(media::Kind::rtp).seal, Seal::none);
}

/// The realm of the next trunk has another rule, and what was agreed with the first one early is no more.
TEST_F(PassedTest, AnotherCalleeIsAskedByItsRealmsRule) {
  begin_anew(SrtpRule::pass, SrtpRule::optional);
  ASSERT_EQ(offer(0, audio("RTP/SAVP", {line(1, cm_80, 'a')})), Reason::none);
  ASSERT_EQ(answer(callee("RTP/AVP", {line(3, cm_80, 'b')}), true), Reason::none);
  EXPECT_TRUE(keys(0).secured && keys(1).secured);
  model_.realms[1].media.srtp = SrtpRule::pass;
  ASSERT_EQ(anchor_.place(1, core, Family::v4, context()), Reason::none);
  ASSERT_EQ(offer(0, audio("RTP/SAVP", {line(1, cm_80, 'a')})), Reason::none);
  EXPECT_EQ(lines_of("crypto"), std::vector{line(1, cm_80, 'a')});
  EXPECT_EQ(seal(), Seal::srtp);
  EXPECT_EQ(anchor_.suite(0, streams_), SrtpSuite::none);
  // And a third one by keys of ours once more: nothing comes to the caller in the clear.
  model_.realms[1].media.srtp = SrtpRule::optional;
  ASSERT_EQ(anchor_.place(1, core, Family::v4, context()), Reason::none);
  ASSERT_EQ(offer(0, audio("RTP/SAVP", {line(1, cm_80, 'a')})), Reason::none);
  EXPECT_EQ(first(media::Kind::rtp).seal, Seal::none);
  EXPECT_TRUE(keys(0).secured);
  EXPECT_EQ(keys(0).receive, key_of(line(1, cm_80, 'a')).key);
}

TEST_F(PassedTest, NobodyHereReadsOrMakesDigits) {
  anchor_.speak_digits(0, config::DigitRule::info);
  anchor_.speak_digits(1, config::DigitRule::telephone_event);
  const std::string event = "a=rtpmap:101 telephone-event/8000\r\n";
  const auto with_events = [&](const std::string& address, char key) {
    return sdp("m=audio 4000 RTP/SAVP 8 101\r\n" + event + line(1, cm_80, key), address);
  };
  ASSERT_EQ(offer(0, with_events("IP4 192.0.2.9", 'a')), Reason::none);
  EXPECT_NE(written().find(event), std::string::npos) << written();
  ASSERT_EQ(answer(with_events("IP4 10.9.9.9", 'b')), Reason::none);
  EXPECT_NE(written().find(event), std::string::npos) << written();
  for (const media::Side& side : first(media::Kind::rtp).sides) {
    EXPECT_EQ(side.event_type, media::no_event_type);
    EXPECT_FALSE(side.tells_digits);
    EXPECT_TRUE(side.payload_types[1] >> (101 - 64) & 1) << "its peer may send them";
  }
}

}  // namespace
}  // namespace sbc::anchor
