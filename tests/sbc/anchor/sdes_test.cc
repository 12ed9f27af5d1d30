#include "sbc/anchor/sdes.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "dataplane/bytes/byte_form.h"
#include "dataplane/sdp/session.h"
#include "sbc/anchor/key_seed.h"

namespace sbc::anchor {
namespace {

constexpr SrtpSuite cm_80 = SrtpSuite::aes_cm_128_hmac_sha1_80;
constexpr SrtpSuite gcm_128 = SrtpSuite::aead_aes_128_gcm;
const std::string key_30 = "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";
const std::string key_28 = "inline:YUJDZGVmZ2hpSktMbW9wUVJzVHVWd1h5WjEyMw==";

class SdesTest : public testing::Test {
 protected:
  std::span<const sdp::Line> lines_of(const std::vector<std::string>& values) {
    text_ =
        "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 4000 RTP/SAVP "
        "8\r\n";
    for (const std::string& value : values) text_ += "a=crypto:" + value + "\r\n";
    EXPECT_EQ(session_.parse(text_), Reason::none) << text_;
    return session_.lines_of(session_.media()[0]).subspan(1);
  }
  SrtpSuite read(const std::string& value) { return read_key(lines_of({value})[0]).key.suite; }

  std::string text_;
  sdp::Session session_;
};

TEST_F(SdesTest, ProfilesAreKnownByName) {
  for (int i = 0; i < profile_count; ++i) EXPECT_EQ(profile_of(text_of(Profile(i))), Profile(i));
  EXPECT_EQ(profile_of("rtp/savpf"), Profile::savpf);
  EXPECT_EQ(profile_of("UDP/TLS/RTP/SAVP"), Profile::dtls_savp);
  for (const Profile profile : {Profile::dtls_savp, Profile::dtls_savpf}) {
    EXPECT_TRUE(is_secure(profile) && is_dtls(profile));
    EXPECT_EQ(has_feedback(profile), profile == Profile::dtls_savpf);
  }
  EXPECT_FALSE(is_dtls(Profile::savpf));
  EXPECT_FALSE(profile_of("udptl"));
  EXPECT_EQ(profile_with(true, true), Profile::savpf);
  EXPECT_EQ(profile_with(true, false), Profile::savp);
  EXPECT_EQ(profile_with(false, true), Profile::avpf);
}

// RFC 4568 6.3, 9.2
TEST_F(SdesTest, LinesAreTakenThatAskForNoMoreThanWeDo) {
  const std::string cm = "1 AES_CM_128_HMAC_SHA1_80 ";
  for (const std::string& taken :
       {cm + key_30, cm + key_30 + "|2^20", cm + key_30 + "|2^20|1:4", cm + key_30 + "|7:2",
        cm + key_30 + " WSH=128", cm + key_30 + " -NEW=1", "1 aes_cm_128_hmac_sha1_80 " + key_30})
    EXPECT_EQ(read(taken), cm_80) << taken;
  EXPECT_EQ(read("1 AEAD_AES_128_GCM " + key_28), gcm_128);
  for (const std::string& refused :
       {cm + key_30 + ";" + key_30 + "|1:4", cm + key_28, cm + "inline:short", cm + key_30 + " KDR=1",
        cm + key_30 + " KDR=0", cm + key_30 + " UNENCRYPTED_SRTP", cm + key_30 + " UNENCRYPTED_SRTCP",
        cm + key_30 + " UNAUTHENTICATED_SRTP", cm + key_30 + " FEC_ORDER=FEC_SRTP",
        cm + key_30 + " FEC_KEY=" + key_30, cm + key_30 + " NEW", "1 F8_128_HMAC_SHA1_80 " + key_30,
        "1 NEW_SUITE " + key_30, "x AES_CM_128_HMAC_SHA1_80 " + key_30})
    EXPECT_EQ(read(refused), SrtpSuite::none) << refused;
}

TEST_F(SdesTest, KeyTagAndIdentifierAreAsWritten) {
  const PeerKey peer = read_key(lines_of({"42 AES_CM_128_HMAC_SHA1_80 " + key_30 + "|2^20|1:4"})[0]);
  EXPECT_EQ(peer.tag, 42u);
  EXPECT_EQ(peer.key.mki_length, 4);
  const std::string bytes(peer.key.bytes.begin(), peer.key.bytes.begin() + 30);
  EXPECT_EQ(bytes, "YS___semctl () {\t220;}\n}\nunles");
}

TEST_F(SdesTest, OfAnOfferOurPreferenceDecides) {
  const std::vector<std::string> offered{
      "1 F8_128_HMAC_SHA1_80 " + key_30, "2 AES_CM_128_HMAC_SHA1_80 " + key_30,
      "3 AEAD_AES_128_GCM " + key_28, "4 AES_CM_128_HMAC_SHA1_80 " + key_30};
  auto tag = [&](std::vector<SrtpSuite> suites) { return choose_key(lines_of(offered), suites).tag; };
  EXPECT_EQ(tag({gcm_128, cm_80}), 3u);
  EXPECT_EQ(tag({cm_80, gcm_128}), 2u) << "of two that are as good, the offerer's first";
  EXPECT_EQ(tag({SrtpSuite::aead_aes_256_gcm, gcm_128}), 3u);
  EXPECT_TRUE(choose_key(lines_of(offered), std::vector{SrtpSuite::aead_aes_256_gcm}).key.is_none());
  EXPECT_TRUE(choose_key({}, std::vector{cm_80}).key.is_none());
}

// RFC 4568 5.1.3
TEST_F(SdesTest, AnAnswerHasOneLineWithTagAndSuiteOfTheOffer) {
  const std::vector suites{gcm_128, cm_80};
  auto answered = [&](const std::vector<std::string>& lines) {
    return answered_key(lines_of(lines), suites).key.suite;
  };
  EXPECT_EQ(answered({"2 AES_CM_128_HMAC_SHA1_80 " + key_30}), cm_80);
  EXPECT_EQ(answered({"1 AEAD_AES_128_GCM " + key_28}), gcm_128);
  EXPECT_EQ(answered({}), SrtpSuite::none);
  EXPECT_EQ(answered({"1 AES_CM_128_HMAC_SHA1_80 " + key_30}), SrtpSuite::none) << "another suite's tag";
  EXPECT_EQ(answered({"0 AEAD_AES_128_GCM " + key_28}), SrtpSuite::none);
  EXPECT_EQ(answered({"3 AEAD_AES_128_GCM " + key_28}), SrtpSuite::none);
  EXPECT_EQ(answered({"1 AEAD_AES_128_GCM " + key_28, "2 AES_CM_128_HMAC_SHA1_80 " + key_30}),
            SrtpSuite::none);
  EXPECT_EQ(answered({"2 AES_CM_128_HMAC_SHA1_80 " + key_30 + " UNENCRYPTED_SRTCP"}), SrtpSuite::none);
}

TEST_F(SdesTest, WhatIsWrittenIsReadTheSame) {
  Random random = Random::from_seed(3);
  for (size_t i = 1; i <= srtp_suite_count; ++i) {
    const srtp::MasterKey key = KeySeed(random, std::vector{SrtpSuite(i)}).key_of(SrtpSuite(i));
    std::array<char, 200> text;
    sdp::Writer out(text);
    write_key(out, 7, key);
    ASSERT_FALSE(out.overflowed());
    const std::string written(out.written().substr(9, out.written().size() - 11));
    const PeerKey peer = read_key(lines_of({written})[0]);
    EXPECT_EQ(peer.key, key) << written;
    EXPECT_EQ(peer.tag, 7u);
  }
}

/// SHA-512 of what is expected, as another implementation has it.
TEST(KeySeedTest, EachSuiteHasAKeyOfItsOwnAndAlwaysTheSame) {
  std::array<uint8_t, 32 + 1 + srtp_suite_count + 1 + 1 + srtp_suite_count> bytes{};
  for (size_t i = 0; i < 32; ++i) bytes[i] = uint8_t(i);
  Loader form(bytes);
  KeySeed seed;
  KeySeed::each_field(form, seed);
  ASSERT_FALSE(form.failed());
  auto hex = [&](SrtpSuite suite) {
    const srtp::MasterKey key = seed.key_of(suite);
    std::string text;
    for (std::span<const uint8_t> part : {key.key(), key.salt()}) {
      for (uint8_t byte : part) text += "0123456789abcdef"[byte >> 4], text += "0123456789abcdef"[byte & 15];
    }
    return text;
  };
  EXPECT_EQ(hex(cm_80), "c0dcbaeb8737316f989bf4aba40d97a7a9df68de596054f84fdcae6cdb30");
  EXPECT_EQ(hex(SrtpSuite::aead_aes_256_gcm),
            "2009adbf99102e0405b6f27e7e1f0a6ee66419a88ed44553eb9d84a815be5e379fdcccadf0f7f463a1e647be");
}

TEST(KeySeedTest, NoTwoAreAlike) {
  Random random = Random::from_seed(3);
  const std::vector suites{cm_80};
  const KeySeed one(random, suites), other(random, suites);
  EXPECT_NE(one.key_of(cm_80), other.key_of(cm_80));
  EXPECT_EQ(one.suites().size(), 1u);
}

}  // namespace
}  // namespace sbc::anchor
