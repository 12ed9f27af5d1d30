#include "sbc/edge/reporter.h"

#include <gtest/gtest.h>

namespace sbc::edge {
namespace {

using namespace std::chrono_literals;

struct ReporterTest : ::testing::Test {
  /// The text of the next line; "-" where there is none.
  std::string line(Reason* reason = nullptr) {
    Report report;
    if (!exchange.reports.pop(report)) return "-";
    const call::LogRecord& record = std::get<LogReport>(report).record;
    if (reason != nullptr) *reason = record.reason;
    return std::string(record.text.view());
  }
  void match(Reason reason, uint32_t score, const std::string& message = "a scanner") {
    signature.id = 4294967295u;
    signature.message = message;
    Admission admission;
    admission.reason = reason;
    admission.signature = &signature;
    admission.score = score;
    reporter.matched(now, admission, RealmId(0), {IpAddress::v4(192, 0, 2, 1), 5060});
  }

  Instant now{1};
  Exchange exchange{1};
  Reporter reporter{exchange, Rate{2, 1s, 2}};
  policy::Signature signature;
};

TEST_F(ReporterTest, NamesTheSignatureThatRefuses) {
  Reason reason = Reason::none;
  match(Reason::signature, 0);
  EXPECT_EQ(line(&reason), "signature 4294967295 matches: a scanner");
  EXPECT_EQ(reason, Reason::signature);
  match(Reason::signature_score, 120);
  EXPECT_EQ(line(), "signature 4294967295 matches (score 120): a scanner");
}

TEST_F(ReporterTest, SaysThatAMessagePasses) {
  match(Reason::none, 0);
  EXPECT_EQ(line(), "passes although signature 4294967295 matches: a scanner");
  match(Reason::none, 30);
  EXPECT_EQ(line(), "passes although signature 4294967295 matches (score 30): a scanner");
}

TEST_F(ReporterTest, LinesAboutMessagesAreLimited) {
  for (int i = 0; i < 5; ++i) match(Reason::none, 0);
  EXPECT_NE(line(), "-");
  EXPECT_NE(line(), "-");
  EXPECT_EQ(line(), "-");
  now = now + 1s;
  match(Reason::none, 0);
  EXPECT_NE(line(), "-");
}

TEST_F(ReporterTest, ALongMessageIsCut) {
  match(Reason::signature, 7, std::string(1000, 'x'));
  std::string text = line();
  EXPECT_TRUE(text.starts_with("signature 4294967295 matches (score 7): xxx"));
  EXPECT_GE(text.size(), 150u);
  EXPECT_LE(text.size(), 160u);
}

}  // namespace
}  // namespace sbc::edge
