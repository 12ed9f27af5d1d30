// What one message can make a scan do is bounded, and the bounds hide nothing.
#include "policy/signatures/finder.h"

#include <random>
#include <string>

#include "tests/policy/signatures/scanner.h"

namespace sbc::policy {
namespace {

std::string pattern(size_t n) { return 'a' + std::to_string(1000 + n) + ';'; }

/// Signatures with ids from 1, each with a pattern of its own.
std::string entries(size_t count, const std::string& more) {
  std::string text;
  for (size_t i = 0; i < count; ++i)
    text +=
        "- {id: " + std::to_string(i + 1) + ", message: m, pattern: '" + pattern(i) + "', " + more + "}\n";
  return text;
}

std::string patterns(size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += pattern(i);
  return text;
}

TEST(Finder, SixtyFourDistinctMatchesAreRecordedAndScored) {
  constexpr size_t most = SignatureVerdict::matches_max;
  Scanner scanner(entries(most + 5, "action: score 2"), "score_max: 128\n");
  SignatureVerdict one_less = scanner.scan(request("sip:a", "", patterns(most - 1)));
  EXPECT_EQ(one_less.matches().size(), most - 1);
  EXPECT_EQ(one_less.reason, Reason::none);
  for (size_t count : {most, most + 1, most + 5}) {
    SignatureVerdict verdict = scanner.scan(request("sip:a", "", patterns(count)));
    EXPECT_EQ(verdict.matches().size(), most) << count;
    EXPECT_EQ(verdict.score, 2 * most) << count;
    EXPECT_EQ(verdict.reason, Reason::signature_score) << count;
  }
}

TEST(Finder, ADropBehindAllThatIsRecordedStillCounts) {
  constexpr size_t most = SignatureVerdict::matches_max;
  Scanner scanner(entries(most, "action: log") + "- {id: 900, message: m, pattern: evil}\n");
  SignatureVerdict verdict = scanner.scan(request("sip:a", "", patterns(most) + "evil"));
  EXPECT_EQ(verdict.reason, Reason::signature);
  EXPECT_EQ(verdict.signature->id, 900u);
}

std::string fields_with_evil(size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += "To: evil evil\r\n";
  return text;
}

TEST(Finder, MoreSpansThanMayWaitCountAsConfirmed) {
  Scanner scanner("- {id: 1, message: m, pattern: evil, regex: 'evil[0-9]', where: header To}\n");
  EXPECT_EQ(scanner.id(request("sip:a", fields_with_evil(Finder::waiting_max))), 0u);
  EXPECT_EQ(scanner.id(request("sip:a", fields_with_evil(Finder::waiting_max + 1))), 1u);
}

TEST(Finder, APatternThatFillsItsSpanWaitsThereOnce) {
  Scanner scanner(
      "- {id: 1, message: m, pattern: evil, regex: 'evil[0-9]', where: body}\n"
      "- {id: 2, message: m, pattern: live, regex: 'live[0-9]', where: body}\n");
  std::string body;
  while (body.size() < 8000) body += "evilive";
  EXPECT_EQ(scanner.id(request("sip:a", "", body)), 0u);
}

TEST(Finder, MoreBytesThanOneMessageMayHaveLookedAtCountAsConfirmed) {
  constexpr size_t body_size = 4096, affordable = Finder::confirm_bytes_max / body_size;
  std::string body = patterns(affordable + 1);
  body.append(body_size - body.size(), ' ');
  auto scan = [&](size_t expressions) {
    Scanner scanner(entries(expressions, "regex: never, where: body, action: log"));
    return scanner.ids(request("sip:a", "", body));
  };
  EXPECT_EQ(scan(affordable), std::vector<uint32_t>{});
  EXPECT_EQ(scan(affordable + 1), (std::vector<uint32_t>{affordable + 1}));
}

TEST(Finder, AMessageFullOfEscapesIsDecodedAndScannedOnce) {
  Scanner scanner(
      "- {id: 1, message: m, pattern: evil, regex: 'evil[0-9]'}\n"
      "- {id: 2, message: m, pattern: AAAA, where: header To, action: log}\n");
  std::string uri = "sip:";
  while (uri.size() < 3000) uri += "%65%76%69%6c";
  std::string escapes;
  while (escapes.size() < 3000) escapes += "%41";
  EXPECT_EQ(scanner.ids(request(uri + "@b", "To: <sip:" + escapes + ">\r\n")), (std::vector<uint32_t>{2}));
  EXPECT_EQ(scanner.ids(request(uri + "%37@b", "")), (std::vector<uint32_t>{1}));
}

TEST(Finder, SurvivesAnyBytes) {
  Scanner scanner(
      "- {id: 1, message: m, pattern: ab, regex: 'ab[0-9]', where: header A}\n"
      "- {id: 2, message: m, pattern: ba, regex: 'ba$', where: start_line, action: score 9}\n"
      "- {id: 3, message: m, pattern: '%6', where: body, action: log}\n"
      "- {id: 4, message: m, pattern: aa, regex: '^aa|b%'}\n");
  std::mt19937 dice(5);
  size_t matches = 0;
  for (int round = 0; round < 5000; ++round) {
    std::string text(dice() % 200, ' ');
    for (char& c : text) c = "\r\n :\"<>%612abA"[dice() % 15];
    Layout layout(text);
    Unescaped unescaped(text, layout);
    ASSERT_LE(unescaped.bytes().size(), text.size());
    const Unescaped::Piece* piece = unescaped.piece_of(0, 1);
    ASSERT_TRUE(piece == nullptr || piece->origin < text.size());
    matches += scanner.scan(text).matches().size();
  }
  EXPECT_GT(matches, 1000u);
}

}  // namespace
}  // namespace sbc::policy
