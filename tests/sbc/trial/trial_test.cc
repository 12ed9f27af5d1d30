#include "sbc/trial/trial.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "sbc/snapshot/snapshot_builder.h"
#include "tests/config/load/sample.h"

namespace sbc::trial {
namespace {

const std::string invite =
    "INVITE sip:4912345@198.51.100.1 SIP/2.0\n"
    "Via: SIP/2.0/UDP 198.51.100.7:5070;branch=z9hG4bK1\n"
    "From: <sip:4930@phone.example>;tag=1\n"
    "To: <sip:4912345@198.51.100.1>\n"
    "Call-ID: trial-1\n"
    "CSeq: 1 INVITE\n"
    "Contact: <sip:4930@198.51.100.7:5070>\n"
    "Max-Forwards: 70\n"
    "X-Account: 7\n"
    "User-Agent: scanner 9\n"
    "\n";

const std::string rules =
    "header_rules:\n"
    "  - {name: account, direction: in, realm: access, action: allow, header: X-Account}\n"
    "  - {name: area, direction: out, trunk: core, action: set, header: X-Caller, value: '${caller}'}\n"
    "  - {name: idle, direction: out, realm: access, action: remove, header: Reason}\n";

class TrialTest : public ::testing::Test {
 protected:
  TrialTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "trial-test-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~TrialTest() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }
  std::optional<Outcome> ask(const std::string& message, const std::string& realm = "access",
                             const std::string& source = "", const std::string& more = rules) {
    write("sbc.yaml", sample_ + more);
    snapshot::BuildResult built = builder_.load((folder_ / "sbc.yaml").string(), Instant{0});
    for (const config::Problem& problem : built.problems) ADD_FAILURE() << config::problem_text(problem);
    policy_ = built.compiled;
    error_.clear();
    return try_message(policy_, {message, realm, source, at_}, error_);
  }
  std::string told(const std::string& message, const std::string& realm = "access",
                   const std::string& source = "", const std::string& more = rules) {
    auto outcome = ask(message, realm, source, more);
    return outcome ? report(*policy_, *outcome) : error_;
  }
  static void expect_lines(const std::string& report, std::initializer_list<std::string_view> lines) {
    for (std::string_view line : lines)
      EXPECT_NE(("\n" + report).find("\n" + std::string(line) + "\n"), std::string::npos)
          << line << "\nis not in\n"
          << report;
  }

  std::string sample_ = config::sample;
  UtcTime at_{};
  std::string error_;
  snapshot::CompiledPtr policy_;

 private:
  snapshot::SnapshotBuilder builder_;
  std::filesystem::path folder_;
};

TEST_F(TrialTest, TellsWhatWouldBeDecidedAndWhatWouldLeave) {
  const std::string report = told(invite);
  expect_lines(
      report,
      {"message     INVITE sip:4912345@198.51.100.1 SIP/2.0, 293 bytes; its LF taken for CRLF",
       "arrives     realm access, listener 198.51.100.1:5060, from 198.51.100.7:5070", "trust       trusted",
       "signatures  none of 0 matches", "verdict     taken",
       "target      trunk core, realm core, peer 203.0.113.10:5060, attempt 1",
       "limits      global_rate 100000/s burst 20000",
       "            message_bytes_max 8192, headers_max 128, header_bytes_max 4096",
       "            calls_max 10000, call_rate unlimited",
       "            trunks[core]: calls_max 10000, call_rate unlimited", "rules       account, area"});
  EXPECT_NE(report.find("sbc.yaml:21), to trunks core"), std::string::npos) << report;
}

TEST_F(TrialTest, SaysByWhichRuleACallIsExemptFromLimits) {
  std::string sos = invite;
  sos.replace(sos.find("sip:4912345@198.51.100.1"), 24, "urn:service:sos");
  const std::string report = told(sos);
  expect_lines(report,
               {"exempt      from limits on calls, as emergency_service: urn:service:sos (RFC 5031)"});
  EXPECT_NE(report.find("\nINVITE urn:service:sos SIP/2.0\n"), std::string::npos) << report;
  EXPECT_EQ(told(invite).find("exempt"), std::string::npos);
}

TEST_F(TrialTest, TellsWhoCouldNotBeAskedAndWhy) {
  sample_ = config::with("    peers: [203.0.113.10:5060]\n",
                         "    peers: [203.0.113.10:5060]\n    codecs: {deny: [PCMA]}\n");
  const std::string sdp =
      "v=0\no=- 1 1 IN IP4 198.51.100.7\ns=-\nc=IN IP4 198.51.100.7\nt=0 0\n"
      "m=audio 4000 RTP/AVP 8\n";
  std::string offering = invite;
  offering.insert(offering.size() - 1, "Content-Type: application/sdp\n");
  expect_lines(
      told(offering + sdp),
      {"verdict     refused with 488: sdp_unacceptable – " + std::string(text_of(Reason::sdp_unacceptable)),
       "log         trunk cannot take the offer (sdp_unacceptable), realm core, peer 203.0.113.10:5060"});
}

/// What is printed is what the engine sends: with the fields that rules let cross, without the others.
TEST_F(TrialTest, ShowsTheMessagesAsTheyWouldLeave) {
  auto outcome = ask(invite);
  ASSERT_TRUE(outcome) << error_;
  ASSERT_EQ(outcome->sent.size(), 2u);
  EXPECT_TRUE(outcome->sent[0].bytes.starts_with("SIP/2.0 100 Trying\r\n"));
  EXPECT_EQ(outcome->sent[0].to.remote.text(), "198.51.100.7:5070");
  const std::string& leaving = outcome->sent[1].bytes;
  EXPECT_TRUE(leaving.starts_with("INVITE sip:4912345@203.0.113.10 SIP/2.0\r\n")) << leaving;
  EXPECT_NE(leaving.find("\r\nX-Account: 7\r\n"), std::string::npos) << leaving;
  EXPECT_NE(leaving.find("\r\nX-Caller: 4930\r\n"), std::string::npos) << leaving;
  EXPECT_EQ(leaving.find("scanner"), std::string::npos);
  sip::Message message;
  EXPECT_EQ(message.parse(leaving), Reason::none);
  EXPECT_NE(report(*policy_, *outcome).find("\nX-Account: 7\n"), std::string::npos);
}

TEST_F(TrialTest, GivesTheSameAnswerAgain) {
  const std::string first = told(invite);
  EXPECT_EQ(told(invite), first);
}

TEST_F(TrialTest, TellsWhyAMessageIsRefused) {
  std::string other = invite;
  expect_lines(told(other, "core", "203.0.113.10"),
               {"trust       trusted", "verdict     refused with 404: no_rule – no route for this number"});
}

TEST_F(TrialTest, TellsWhyAMessageIsDropped) {
  const std::string denied = "  - {realm: access, prefix: 198.51.100.7/32, trust: denied}\n";
  auto outcome = ask(invite, "access", "", denied);
  ASSERT_TRUE(outcome) << error_;
  EXPECT_EQ(outcome->reason, Reason::source_denied);
  EXPECT_TRUE(outcome->sent.empty());
  const std::string told_of = report(*policy_, *outcome);
  EXPECT_NE(told_of.find("verdict     dropped: source_denied"), std::string::npos) << told_of;
  EXPECT_NE(told_of.find("leaves      nothing"), std::string::npos) << told_of;
}

TEST_F(TrialTest, TellsWhatIsWrongWithAMessage) {
  std::string bad = invite;
  bad.replace(bad.find("CSeq: 1 INVITE"), 14, "CSeq: 1 BYE");
  auto outcome = ask(bad);
  ASSERT_TRUE(outcome) << error_;
  EXPECT_NE(outcome->reason, Reason::none);
  ASSERT_EQ(outcome->sent.size(), 1u);
  EXPECT_TRUE(outcome->sent[0].bytes.starts_with("SIP/2.0 400 ")) << outcome->sent[0].bytes;
  std::string folded = invite;
  folded.replace(folded.find("Max-Forwards: 70"), 16, "Subject: a\n  b");
  expect_lines(told(folded), {"deviations  line_folded (repaired), max_forwards_missing (repaired)"});
}

TEST_F(TrialTest, NamesTheSignaturesThatMatch) {
  write("signatures.yaml",
        "signatures:\n- {id: 7, message: a scanner, pattern: scanner 9, action: reject 403}\n"
        "- {id: 8, message: another, pattern: nothing like it, action: drop}\n");
  const std::string report = told(invite, "access", "", "signatures: {file: signatures.yaml}\n");
  expect_lines(report, {"signatures  7 a scanner: reject 403"});
  EXPECT_NE(report.find("verdict     refused with 403: signature_reject"), std::string::npos) << report;
  EXPECT_NE(report.find("\nSIP/2.0 403 Forbidden\n"), std::string::npos) << report;
}

TEST_F(TrialTest, HoldsUnknownSourcesToTheirLimits) {
  expect_lines(
      told(invite, "access", "192.0.2.9"),
      {"trust       unknown", "limits      source_rate 50/s burst 100, unknown_rate 2000/s burst 2000",
       "            unknown_calls_max 5000, unknown_call_rate 100/s burst 100"});
}

TEST_F(TrialTest, HoldsATrunkToTheLimitsOfTheWayThatTheCallTakes) {
  sample_ = config::with("    peers: [203.0.113.10:5060]\n",
                         "    peers: [203.0.113.10:5060]\n    inbound: {calls_max: 7}\n"
                         "    outbound: {calls_max: 9, call_rate: 3/s}\n");
  const std::string report = told(invite);
  expect_lines(report, {"            trunks[core]: calls_max 10000, call_rate unlimited",
                        "            trunks[core].outbound: calls_max 9, call_rate 3/s"});
  EXPECT_EQ(report.find("inbound"), std::string::npos);
}

TEST_F(TrialTest, HoldsEmergencyCallsOfStrangersToTheirRates) {
  std::string sos = invite;
  sos.replace(sos.find("sip:4912345@198.51.100.1"), 24, "urn:service:sos");
  expect_lines(told(sos, "access", "192.0.2.9"),
               {"            emergency: source_rate 1/s burst 5, unknown_rate 10/s burst 20"});
  EXPECT_EQ(told(sos).find("emergency:"), std::string::npos);
}

TEST_F(TrialTest, TellsWhereARouteSendsTheCaller) {
  sample_ = config::with("    trunks: [core]\n", "    redirect: proxy.example.net\n");
  const std::string report = told(invite);
  EXPECT_NE(report.find("), tells the caller to try proxy.example.net\n"), std::string::npos) << report;
  EXPECT_NE(report.find("\nSIP/2.0 302 Moved Temporarily\n"), std::string::npos) << report;
}

TEST_F(TrialTest, RoutesByTheHostsOfTheMessage) {
  sample_ = config::with("    from: access\n", "    from: access\n    from_host: phone.example\n");
  EXPECT_EQ(ask(invite)->reason, Reason::none);
  std::string other = invite;
  other.replace(other.find("phone.example"), 13, "other.example");
  EXPECT_EQ(ask(other)->reason, Reason::no_rule);
}

TEST_F(TrialTest, NamesTheTranslationsThatNumbersGoThrough) {
  EXPECT_EQ(told(invite).find("translation"), std::string::npos);
  sample_ = config::with("    trunks: [core]\n", "    translate: national\n    trunks: [core]\n");
  sample_ = config::with("    peers: [203.0.113.10:5060]\n",
                         "    peers: [203.0.113.10:5060]\n    translate_callers: abroad\n", sample_);
  const std::string report = told(invite, "access", "",
                                  "translations:\n  - {name: national, rules: [{prefix: 49, with: 0}]}\n"
                                  "  - {name: abroad, rules: [{prefix: 49, with: +49}]}\n");
  EXPECT_NE(report.find("\ntranslation national ("), std::string::npos) << report;
  EXPECT_NE(report.find("sbc.yaml:29), of the number, by route out\n            abroad ("), std::string::npos)
      << report;
  EXPECT_NE(report.find("sbc.yaml:30), of callers' numbers, by trunk core\n"), std::string::npos) << report;
  EXPECT_NE(report.find("\nINVITE sip:012345@"), std::string::npos) << report;
}

TEST_F(TrialTest, TellsWhatKeepsItFromTrying) {
  EXPECT_EQ(told(invite, "elsewhere"), "there is no realm 'elsewhere'; realms: access, core");
  EXPECT_EQ(told(invite, "access", "phone"), "'phone' is no address, as in 192.0.2.1 or 192.0.2.1:5060");
  EXPECT_EQ(told(invite, "core", "2001:db8::1"),
            "realm 'core' has no SIP listener of the source's address family");
  const std::string from_via =
      "say by --source where it comes from: it is no request whose topmost Via has an address";
  EXPECT_EQ(told("junk\n"), from_via);
  std::string named = invite;
  named.replace(named.find("UDP 198.51.100.7"), 16, "UDP phone.example");
  EXPECT_EQ(told(named), from_via);
  expect_lines(told("junk\n", "access", "198.51.100.7"), {"leaves      nothing"});
}

TEST_F(TrialTest, RoutesHoldAtTheTimeThatIsAskedAbout) {
  sample_ = config::with("    from: access\n", "    from: access\n    times: [\"mo-fr 08:00-18:00\"]\n");
  at_ = *parse_time("2026-11-26T10:30");  // a Thursday
  EXPECT_EQ(ask(invite)->reason, Reason::none);
  at_ = *parse_time("2026-11-28T10:30");
  EXPECT_EQ(ask(invite)->reason, Reason::no_rule);
  expect_lines(told(invite), {"at          2026-11-28 10:30 UTC"});
}

TEST(TrialTime, IsReadWithItsZone) {
  const UtcTime morning = std::chrono::sys_days(std::chrono::year(2026) / 11 / 26) + std::chrono::hours(9);
  for (const char* text :
       {"2026-11-26T09:00", "2026-11-26T09:00Z", "2026-11-26T10:00+01:00", "2026-11-26T05:30-03:30"})
    EXPECT_EQ(parse_time(text), morning) << text;
  for (const char* text :
       {"", "09:00", "2026-11-26", "2026-11-26 09:00", "2026-02-30T09:00", "2026-11-26T24:00",
        "2026-11-26T09:60", "2026-11-26T09:00 ", "2026-11-26T09:00+15:00", "2O26-11-26T09:00"})
    EXPECT_EQ(parse_time(text), std::nullopt) << text;
}

}  // namespace
}  // namespace sbc::trial
