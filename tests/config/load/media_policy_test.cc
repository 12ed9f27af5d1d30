// Offers of our own, digits, media that is released, and SRTP.
#include <gtest/gtest.h>

#include "config/load/diff.h"
#include "tests/config/load/sample.h"

namespace sbc::config {
namespace {

using namespace std::chrono_literals;

const std::string peers = "peers: [203.0.113.10:5060]\n";

std::string in_trunk(const std::string& lines) { return with(peers, peers + lines); }

std::string released(const std::string& access, const std::string& core, const std::string& realms) {
  std::string text =
      with("media: {ports: 20000-29999}", "media: {ports: 20000-29999, network: " + access + "}");
  text = with("sip: [203.0.113.1:5060]\n", "sip: [203.0.113.1:5060]\n    media: {network: " + core + "}\n",
              text);
  return text + "media_release:\n  - realms: " + realms + "\n";
}

TEST(OfferRules, AreReadAsWritten) {
  LoadResult plain = load_text(sample, "sbc.yaml");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain.model->trunks[0].offer, OfferRule::as_caller);
  EXPECT_EQ(plain.model->trunks[0].offer_codecs,
            (std::vector<std::string>{"PCMA", "PCMU", "telephone-event"}));
  LoadResult early = load_text(in_trunk("    offer: early\n    offer_codecs: [opus, G722]\n"), "sbc.yaml");
  ASSERT_TRUE(early);
  EXPECT_EQ(early.model->trunks[0].offer, OfferRule::early);
  EXPECT_EQ(early.model->trunks[0].offer_codecs, (std::vector<std::string>{"opus", "G722"}));
  auto changes = diff(*plain.model, *early.model, early.places);
  EXPECT_EQ(changes.size(), 2u);
  for (const Change& change : changes) EXPECT_TRUE(change.live) << change.key;
}

TEST(OfferRules, RefuseWhatIsNoneByLine) {
  EXPECT_EQ(problem_of(in_trunk("    offer: early\n    offer_codecs: [PCMX]\n")),
            "sbc.yaml:21: trunks[core].offer_codecs: 'PCMX' – must be one of: PCMU, GSM, PCMA, G722, G729, "
            "opus, AMR, "
            "AMR-WB, telephone-event");
  EXPECT_EQ(problem_of(in_trunk("    offer: early\n    offer_codecs: [PCMA, PCMA]\n")),
            "sbc.yaml:21: trunks[core].offer_codecs: 'PCMA' – this is listed twice");
  EXPECT_NE(
      problem_of(in_trunk("    offer: early\n    offer_codecs: [telephone-event]\n")).find("needs a codec"),
      std::string::npos);
  EXPECT_NE(problem_of(in_trunk("    offer_codecs: [PCMA]\n")).find("says nothing without offer: early"),
            std::string::npos);
  EXPECT_NE(problem_of(in_trunk("    offer: late\n")), "");
}

TEST(DigitRules, AreReadAsWrittenAndTakenOverLive) {
  LoadResult plain = load_text(sample, "sbc.yaml");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain.model->realms[0].digits, DigitRule::pass);
  EXPECT_EQ(plain.model->trunks[0].digits, std::nullopt);
  const std::string access = "media: {ports: 20000-29999}";
  LoadResult chosen = load_text(
      with(access, access + "\n    digits: info", in_trunk("    digits: telephone_event\n")), "sbc.yaml");
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen.model->realms[0].digits, DigitRule::info);
  EXPECT_EQ(chosen.model->realms[1].digits, DigitRule::pass);
  EXPECT_EQ(chosen.model->trunks[0].digits, DigitRule::telephone_event);
  auto changes = diff(*plain.model, *chosen.model, chosen.places);
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].key + ": " + changes[0].from + " -> " + changes[0].to,
            "realms[access].digits: pass -> info");
  EXPECT_EQ(changes[1].key + ": " + changes[1].from + " -> " + changes[1].to,
            "trunks[core].digits: as the realm -> telephone_event");
  for (const Change& change : changes) EXPECT_TRUE(change.live) << change.key;
  LoadResult passes = load_text(in_trunk("    digits: pass\n"), "sbc.yaml");
  ASSERT_TRUE(passes);
  EXPECT_EQ(passes.model->trunks[0].digits, DigitRule::pass) << "whatever its realm has";
}

TEST(DigitRules, RefuseWhatIsNoneByLine) {
  EXPECT_EQ(problem_of(in_trunk("    digits: rfc2833\n")),
            "sbc.yaml:20: trunks[core].digits: 'rfc2833' – must be one of: pass, info, telephone_event");
  const std::string vlan = "vlan: 7";
  EXPECT_EQ(problem_of(with(vlan, vlan + "\n    digits: yes")),
            "sbc.yaml:13: realms[core].digits: 'yes' – must be one of: pass, info, telephone_event");
}

std::string srtp(const std::string& keys) {
  return with("media: {ports: 20000-29999}", "media: {ports: 20000-29999, " + keys + "}");
}

TEST(SrtpRules, AreReadAsWrittenAndTakenOverLive) {
  LoadResult plain = load_text(sample, "sbc.yaml");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain.model->realms[0].media.srtp, SrtpRule::forbidden);
  EXPECT_EQ(plain.model->realms[0].media.srtp_suites,
            (std::vector{SrtpSuite::aead_aes_256_gcm, SrtpSuite::aead_aes_128_gcm,
                         SrtpSuite::aes_cm_128_hmac_sha1_80}));
  EXPECT_EQ(plain.model->limits.srtp_streams, 2000u);
  for (auto [word, rule] :
       {std::pair("forbidden", SrtpRule::forbidden), std::pair("optional", SrtpRule::optional),
        std::pair("required", SrtpRule::required), std::pair("pass", SrtpRule::pass)}) {
    LoadResult loaded = load_text(srtp("srtp: " + std::string(word)), "sbc.yaml");
    ASSERT_TRUE(loaded) << word;
    EXPECT_EQ(loaded.model->realms[0].media.srtp, rule);
    EXPECT_EQ(loaded.model->realms[1].media.srtp, SrtpRule::forbidden);
  }
  LoadResult chosen =
      load_text(srtp("srtp: required, srtp_suites: [AES_CM_128_HMAC_SHA1_32, AES_256_CM_HMAC_SHA1_32, "
                     "AES_256_CM_HMAC_SHA1_80, AES_CM_128_HMAC_SHA1_80]"),
                "sbc.yaml");
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen.model->realms[0].media.srtp_suites,
            (std::vector{SrtpSuite::aes_cm_128_hmac_sha1_32, SrtpSuite::aes_256_cm_hmac_sha1_32,
                         SrtpSuite::aes_256_cm_hmac_sha1_80, SrtpSuite::aes_cm_128_hmac_sha1_80}));
  auto changes = diff(*plain.model, *chosen.model, chosen.places);
  ASSERT_EQ(changes.size(), 2u);
  for (const Change& change : changes) EXPECT_TRUE(change.live) << change.key;
  EXPECT_EQ(changes[0].key + ": " + changes[0].from + " -> " + changes[0].to,
            "realms[access].media.srtp: forbidden -> required");
  EXPECT_EQ(changes[1].key, "realms[access].media.srtp_suites");
  EXPECT_EQ(changes[1].from, "AEAD_AES_256_GCM, AEAD_AES_128_GCM, AES_CM_128_HMAC_SHA1_80");
}

TEST(SrtpRules, RefuseWhatIsNoneByLine) {
  EXPECT_EQ(problem_of(srtp("srtp: always")),
            "sbc.yaml:9: realms[access].media.srtp: 'always' – must be one of: forbidden, optional, "
            "required, pass");
  EXPECT_EQ(
      problem_of(srtp("srtp_suites: [AES_192_CM_HMAC_SHA1_80]")),
      "sbc.yaml:9: realms[access].media.srtp_suites: 'AES_192_CM_HMAC_SHA1_80' – must be one of: "
      "AES_CM_128_HMAC_SHA1_80, AES_CM_128_HMAC_SHA1_32, AES_256_CM_HMAC_SHA1_80, AES_256_CM_HMAC_SHA1_32, "
      "AEAD_AES_128_GCM, AEAD_AES_256_GCM");
  EXPECT_EQ(problem_of(srtp("srtp_suites: [AEAD_AES_128_GCM, AEAD_AES_128_GCM]")),
            "sbc.yaml:9: realms[access].media.srtp_suites: 'AEAD_AES_128_GCM' – this suite is listed twice");
  EXPECT_EQ(problem_of(srtp("srtp_suites: []")),
            "sbc.yaml:9: realms[access].media.srtp_suites: missing – at least one suite is needed, as in "
            "AES_CM_128_HMAC_SHA1_80");
}

TEST(SrtpRules, NeedStreamsThatMaySpeakIt) {
  EXPECT_EQ(problem_of(srtp("srtp: optional") + "limits: {srtp_streams: 0}\n"),
            "sbc.yaml:26: limits.srtp_streams: '0' – must be above 0: realm 'access' has media.srtp");
  EXPECT_EQ(problem_of(sample + "limits: {srtp_streams: 0}\n"), "");
  EXPECT_EQ(problem_of(srtp("srtp: optional") + "limits: {srtp_streams: 1000000}\n"), "");
  EXPECT_EQ(problem_of(sample + "limits: {srtp_streams: 1000001}\n"),
            "sbc.yaml:26: limits.srtp_streams: '1000001' – must be a whole number, 0..1000000 (0 = none)");
}

TEST(EarlyMediaRules, AreReadAsWritten) {
  LoadResult plain = load_text(sample, "sbc.yaml");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain.model->trunks[0].early_media, EarlyMediaRule::pass);
  for (auto [word, rule] :
       {std::pair("pass", EarlyMediaRule::pass), std::pair("authorised", EarlyMediaRule::authorised),
        std::pair("none", EarlyMediaRule::none)}) {
    LoadResult loaded = load_text(in_trunk("    early_media: " + std::string(word) + "\n"), "sbc.yaml");
    ASSERT_TRUE(loaded) << word;
    EXPECT_EQ(loaded.model->trunks[0].early_media, rule);
    auto changes = diff(*plain.model, *loaded.model, loaded.places);
    ASSERT_EQ(changes.size(), rule == EarlyMediaRule::pass ? 0u : 1u);
    for (const Change& change : changes) {
      EXPECT_TRUE(change.live);
      EXPECT_EQ(change.key, "trunks[core].early_media");
      EXPECT_EQ(change.from + " " + change.to, "pass " + std::string(word));
    }
  }
}

TEST(EarlyMediaRules, RefuseWhatIsNoneByLine) {
  EXPECT_EQ(problem_of(in_trunk("    early_media: gated\n")),
            "sbc.yaml:20: trunks[core].early_media: 'gated' – must be one of: pass, authorised, none");
}

TEST(LatchPrefix, IsReadAsWrittenAndTakenOverLive) {
  auto media = [](const std::string& keys) {
    return with("media: {ports: 20000-29999}", "media: {ports: 20000-29999, latch_prefix: " + keys + "}");
  };
  LoadResult plain = load_text(sample, "sbc.yaml");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain.model->realms[0].media.latch_prefix_v4, 32);
  EXPECT_EQ(plain.model->realms[0].media.latch_prefix_v6, 128);
  LoadResult loaded = load_text(media("{ipv4: 24, ipv6: 56}"), "sbc.yaml");
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded.model->realms[0].media.latch_prefix_v4, 24);
  EXPECT_EQ(loaded.model->realms[0].media.latch_prefix_v6, 56);
  auto changes = diff(*plain.model, *loaded.model, loaded.places);
  ASSERT_EQ(changes.size(), 2u);
  for (const Change& change : changes) EXPECT_TRUE(change.live) << change.key;
  EXPECT_EQ(changes[0].key + ": " + changes[0].to, "realms[access].media.latch_prefix.ipv4: 24");
  EXPECT_EQ(problem_of(media("{ipv4: 15}")),
            "sbc.yaml:9: realms[access].media.latch_prefix.ipv4: '15' – must be a whole number, 16..32");
}

TEST(LatchWindow, IsReadAsWrittenAndTakenOverLive) {
  auto media = [](const std::string& window) {
    return with("media: {ports: 20000-29999}", "media: {ports: 20000-29999, latch_window: " + window + "}");
  };
  LoadResult plain = load_text(sample, "sbc.yaml");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain.model->realms[0].media.latch_window, 60s);
  for (const auto& [text, window] : {std::pair("0s", 0s), std::pair("1h", 3600s)}) {
    LoadResult loaded = load_text(media(text), "sbc.yaml");
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded.model->realms[0].media.latch_window, window);
    auto changes = diff(*plain.model, *loaded.model, loaded.places);
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_TRUE(changes[0].live);
    EXPECT_EQ(changes[0].key, "realms[access].media.latch_window");
  }
  EXPECT_EQ(
      problem_of(media("61min")),
      "sbc.yaml:9: realms[access].media.latch_window: '61min' – must be 0s..1h (0s = at any time), a number "
      "with one of the units us, ms, s, min, h, d, as in 30s");
}

TEST(MediaFrom, IsReadAsWritten) {
  LoadResult plain = load_text(sample, "sbc.yaml");
  ASSERT_TRUE(plain);
  EXPECT_TRUE(plain.model->trunks[0].media_from.empty());
  LoadResult loaded =
      load_text(in_trunk("    media_from: [203.0.113.64/26, \"2001:db8:f::/48\"]\n"), "sbc.yaml");
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded.model->trunks[0].media_from,
            (std::vector{*Prefix::parse("203.0.113.64/26"), *Prefix::parse("2001:db8:f::/48")}));
  auto changes = diff(*plain.model, *loaded.model, loaded.places);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_TRUE(changes[0].live);
  EXPECT_EQ(changes[0].key, "trunks[core].media_from");
  EXPECT_EQ(changes[0].to, "203.0.113.64/26, 2001:db8:f::/48");
}

TEST(MediaFrom, RefusesWhatIsNoPrefixByLine) {
  const std::string at = "sbc.yaml:20: trunks[core].media_from: ";
  EXPECT_EQ(problem_of(in_trunk("    media_from: [gateways]\n")),
            at + "'gateways' – must be a prefix, as in 192.0.2.0/24 or 2001:db8::/32");
  EXPECT_EQ(problem_of(in_trunk("    media_from: [203.0.113.65/26]\n")),
            at + "'203.0.113.65/26' – has bits set behind its length; write the network's first address");
  for (const char* all : {"0.0.0.0/0", "::/0"})
    EXPECT_EQ(problem_of(in_trunk("    media_from: [\"" + std::string(all) + "\"]\n")),
              at + "'" + all +
                  "' – must not be everybody: whoever is first at a call's port is taken for the trunk");
  EXPECT_EQ(problem_of(in_trunk("    media_from: [10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4, 10.0.0.5]\n")),
            at + "a list – there can be 4 prefixes");
}

TEST(MediaRelease, IsForRealmsThatShareANetwork) {
  LoadResult loaded = load_text(released("backbone", "backbone", "[access, core]"), "sbc.yaml");
  ASSERT_TRUE(loaded) << problem_of(released("backbone", "backbone", "[access, core]"));
  ASSERT_EQ(loaded.model->media_release.size(), 1u);
  EXPECT_TRUE(loaded.model->media_release[0].is(RealmId(1), RealmId(0)));
  EXPECT_FALSE(loaded.model->media_release[0].is(RealmId(1), RealmId(1)));
  EXPECT_EQ(problem_of(released("backbone", "backbone", "[core, core]")), "");
}

TEST(MediaRelease, RefusesPairsOfWhichThatIsNotSaidByLine) {
  EXPECT_EQ(
      problem_of(released("backbone", "other", "[access, core]")),
      "sbc.yaml:28: media_release[#1].realms: 'access, core' – both realms must name the same media.network, "
      "which "
      "says that each reaches the other's media addresses; 'access' names 'backbone', 'core' names 'other'");
  EXPECT_NE(problem_of(released("backbone", "\"\"", "[access, core]")).find("'core' names none"),
            std::string::npos);
  EXPECT_NE(problem_of(released("b", "b", "[access]")).find("a pair needs the names of two realms"),
            std::string::npos);
  EXPECT_NE(problem_of(released("b", "b", "[access, cre]")).find("there is no such name"), std::string::npos);
  EXPECT_NE(
      problem_of(released("b", "b", "[access, core]") + "  - realms: [core, access]\n").find("listed twice"),
      std::string::npos);
}

}  // namespace
}  // namespace sbc::config
