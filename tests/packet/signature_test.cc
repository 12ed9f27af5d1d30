// What a signature's action does to a message, as the wire and the log see it.
#include <gtest/gtest.h>

#include "policy/signatures/signature_file.h"
#include "tests/packet/scripted_call.h"

namespace sbc::packet {
namespace {

const std::string options =
    "OPTIONS sip:198.51.100.1 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.10:5060;branch=z9hG4bK1\r\n"
    "From: <sip:a@b.example>;tag=1\r\nTo: <sip:c@d.example>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\n"
    "Max-Forwards: 70\r\nUser-Agent: evil worse\r\nContent-Length: 0\r\n\r\n";

struct SignatureTest : ::testing::TestWithParam<unsigned> {
  SignatureTest() : border(border_model(GetParam())) {}

  void publish(const std::string& entries) {
    policy::SignatureFile file = policy::load_signature_text("signatures:\n" + entries, "test");
    ASSERT_TRUE(file.problems.empty());
    policy::Compiled compiled = border.compile(border.model());
    compiled.signatures = std::move(file.set);
    border.publish(std::move(compiled));
  }
  /// The start line of the only answer; "" where there is none.
  std::string answer_to(const std::string& message) {
    border.arrive_udp(access, {phone, 5060}, {access_us, 5060}, message);
    border.settle();
    std::vector<Out> out = border.take_udp();
    if (out.empty()) return "";
    EXPECT_EQ(out.size(), 1u);
    return out[0].payload.substr(0, out[0].payload.find("\r\n"));
  }
  /// What workers logged since the last look.
  std::vector<std::string> lines() {
    std::vector<std::string> texts;
    edge::Report report;
    for (unsigned worker = 0; worker < GetParam(); ++worker) {
      while (border.exchange(worker).reports.pop(report)) {
        if (auto* log = std::get_if<edge::LogReport>(&report)) texts.emplace_back(log->record.text.view());
      }
    }
    return texts;
  }

  Border border;
};

TEST_P(SignatureTest, DropIsSilent) {
  publish("- {id: 7, message: a scanner, pattern: evil, where: header User-Agent}\n");
  EXPECT_EQ(answer_to(options), "");
  EXPECT_EQ(border.drops(access, Reason::signature), 1u);
  EXPECT_EQ(lines(), (std::vector<std::string>{"signature 7 matches: a scanner"}));
}

TEST_P(SignatureTest, RejectAnswersWithItsOwnStatus) {
  for (const char* status : {"403 Forbidden", "488 Not Acceptable Here", "603 Decline"}) {
    publish("- {id: 7, message: a tool, pattern: evil, action: reject " + std::string(status, 3) + "}\n");
    EXPECT_EQ(answer_to(options), "SIP/2.0 " + std::string(status));
    EXPECT_EQ(lines(), (std::vector<std::string>{"signature 7 matches: a tool"}));
  }
  EXPECT_EQ(border.drops(access, Reason::signature_reject), 3u);
}

TEST_P(SignatureTest, ARejectedMessageThatIsMalformedGetsWhatItsFormDeserves) {
  publish("- {id: 7, message: a tool, pattern: evil, action: reject 488}\n");
  std::string message = options;
  message.replace(message.find("CSeq: 1 OPTIONS"), 15, "CSeq: 1 INVITE");
  EXPECT_EQ(answer_to(message), "SIP/2.0 400 Bad Request");
  EXPECT_EQ(border.drops(access, Reason::signature_reject), 0u);
}

TEST_P(SignatureTest, LogLetsPassAndSaysSo) {
  publish("- {id: 7, message: odd, pattern: evil, action: log}\n");
  EXPECT_EQ(answer_to(options), "SIP/2.0 200 OK");
  EXPECT_EQ(border.drops(access, Reason::signature), 0u);
  EXPECT_EQ(lines(), (std::vector<std::string>{"passes although signature 7 matches: odd"}));
}

TEST_P(SignatureTest, ScoresDropOnceTheyAddUp) {
  publish("- {id: 7, message: odd, pattern: evil, action: score 60}\n");
  EXPECT_EQ(answer_to(options), "SIP/2.0 200 OK");
  EXPECT_EQ(lines(), (std::vector<std::string>{"passes although signature 7 matches (score 60): odd"}));
  publish(
      "- {id: 8, message: odd, pattern: evil, action: score 60}\n"
      "- {id: 7, message: odder, pattern: worse, action: score 40}\n");
  EXPECT_EQ(answer_to(options), "");
  EXPECT_EQ(border.drops(access, Reason::signature_score), 1u);
  EXPECT_EQ(lines(), (std::vector<std::string>{"signature 7 matches (score 100): odder"}));
}

INSTANTIATE_TEST_SUITE_P(Workers, SignatureTest, testing::Values(1u, 3u));

}  // namespace
}  // namespace sbc::packet
