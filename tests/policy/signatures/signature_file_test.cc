#include "policy/signatures/signature_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "policy/signatures/signature_reader.h"

namespace sbc::policy {
namespace {

std::string problems_of(std::string_view text) {
  std::string result;
  for (const config::Problem& problem : load_signature_text(text, "s.yaml").problems)
    result += config::problem_text(problem) + '\n';
  return result;
}

std::string entry(const std::string& more) {
  return "signatures:\n- {id: 1, message: m, pattern: abc, " + more + "}\n";
}

Signature only(const std::string& more) {
  SignatureFile file = load_signature_text(entry(more), "s.yaml");
  EXPECT_TRUE(file.problems.empty()) << more << ": " << problems_of(entry(more));
  EXPECT_EQ(file.set.signatures().size(), 1u);
  return file.set.signatures().empty() ? Signature{} : file.set.signatures()[0];
}

TEST(SignatureFile, ReadsEveryKey) {
  SignatureFile file = load_signature_text(R"(signatures:
- id: 7
  message: what it means
  pattern: 'a\x00B\\\r\n'
  caseless: false
  where: header User-Agent
  action: reject 488
)",
                                           "s.yaml");
  ASSERT_TRUE(file.problems.empty());
  ASSERT_EQ(file.set.signatures().size(), 1u);
  const Signature& signature = file.set.signatures()[0];
  EXPECT_EQ(signature.id, 7u);
  EXPECT_EQ(signature.message, "what it means");
  EXPECT_EQ(signature.pattern, std::string("a\0B\\\r\n", 6));
  EXPECT_FALSE(signature.caseless);
  EXPECT_EQ(signature.where, Where::header);
  EXPECT_EQ(signature.header, sip::Header::user_agent);
  EXPECT_EQ(signature.action, Action::reject);
  EXPECT_EQ(signature.status, 488);
  EXPECT_EQ(signature.place.file, "s.yaml");
  EXPECT_EQ(signature.place.line, 2);
  EXPECT_NE(file.set.database(), nullptr);
}

TEST(SignatureFile, HasDefaults) {
  Signature signature =
      load_signature_text("signatures:\n- {id: 1, message: m, pattern: abc}", "").set.signatures().at(0);
  EXPECT_TRUE(signature.caseless);
  EXPECT_EQ(signature.where, Where::anywhere);
  EXPECT_EQ(signature.action, Action::drop);
  EXPECT_EQ(signature.regex, nullptr);
}

TEST(SignatureFile, ReadsScoreMax) {
  auto score_max = [](const std::string& top) {
    SignatureFile file = load_signature_text(top + entry("action: log"), "s.yaml");
    return file.problems.empty() ? int(file.set.score_max()) : -1;
  };
  EXPECT_EQ(score_max(""), 100);
  EXPECT_EQ(score_max("score_max: 1\n"), 1);
  EXPECT_EQ(score_max("score_max: 10000\n"), 10000);
  EXPECT_EQ(problems_of("score_max: 0\n" + entry("action: log")),
            "s.yaml:1: score_max: '0' – must be a whole number, 1..10000\n");
  EXPECT_EQ(problems_of("score_max: 10001\n" + entry("action: log")),
            "s.yaml:1: score_max: '10001' – must be a whole number, 1..10000\n");
}

TEST(SignatureFile, ARegexThatCannotBeIsAProblemOfItsLineInHyperscansWords) {
  EXPECT_EQ(problems_of(R"(signatures:
- id: 1
  message: m
  pattern: abc
  regex: 'a(?=b)'
- {id: 2, message: m, pattern: abc, regex: 'a*'}
- {id: 3, message: m, pattern: abc, regex: [a, b]}
)"),
            "s.yaml:5: signatures[#1].regex: 'a(?=b)' – Zero-width assertions are not supported.\n"
            "s.yaml:6: signatures[#2].regex: 'a*' – matches without a single byte, so everywhere\n"
            "s.yaml:7: signatures[#3].regex: a list – must be a single value\n");
  EXPECT_NE(only("regex: 'ab[cd]'").regex, nullptr);
}

TEST(SignatureFile, TheNumberOfRegexesIsBounded) {
  auto with_regexes = [](size_t count) {
    std::string text = "signatures:\n";
    for (size_t i = 1; i <= count; ++i)
      text += "- {id: " + std::to_string(i) + ", message: m, pattern: abc, regex: ab}\n";
    return text;
  };
  EXPECT_EQ(problems_of(with_regexes(regexes_max)), "");
  EXPECT_EQ(problems_of(with_regexes(regexes_max + 2)),
            "s.yaml:1002: signatures[#1001]: 'regex' – there can be 1000 regexes\n");
}

TEST(SignatureFile, KnowsEveryPlaceAndAction) {
  EXPECT_EQ(only("where: anywhere").where, Where::anywhere);
  EXPECT_EQ(only("where: start_line").where, Where::start_line);
  EXPECT_EQ(only("where: body").where, Where::body);
  EXPECT_EQ(only("where: header X-Odd").header, sip::Header::other);
  EXPECT_EQ(only("where: header X-Odd").header_name, "X-Odd");
  EXPECT_EQ(only("where: header v").header, sip::Header::via);
  EXPECT_EQ(only("action: drop").action, Action::drop);
  EXPECT_EQ(only("action: log").action, Action::log);
  EXPECT_EQ(only("action: reject 699").status, 699);
  EXPECT_EQ(only("action: score 1").action, Action::score);
  EXPECT_EQ(only("action: score 1000").score, 1000);
}

TEST(SignatureFile, AnEmptyListIsNoSignatures) {
  SignatureFile file = load_signature_text("signatures: []\n", "s.yaml");
  EXPECT_TRUE(file.problems.empty());
  EXPECT_EQ(file.set.database(), nullptr);
}

TEST(SignatureFile, ReportsAllProblemsInOneGoEachWithItsLine) {
  EXPECT_EQ(
      problems_of(R"(signatures:
- {id: 1, message: m, pattern: abc}
- {id: 1, message: m, pattern: def}
- {id: none, message: m, pattern: def}
- {id: 2, message: m, pattern: a}
- {id: 3, message: m, pattern: 'a\q'}
- {id: 4, message: m, pattern: abc, where: footer}
- {id: 5, message: m, pattern: abc, action: reject 200}
- {id: 6, message: m, pattern: abc, caseless: maybe}
- {message: m, pattern: abc}
- {id: 8, pattern: abc}
- {id: 9, message: m}
- {id: 10, message: m, pattern: abc, where: header}
)"),
      "s.yaml:3: signatures[#2]: '1' – this id is already taken in line 2\n"
      "s.yaml:4: signatures[#3].id: 'none' – must be a whole number, 1..4294967295\n"
      "s.yaml:5: signatures[#4].pattern: 'a' – must be 2..256 bytes long\n"
      "s.yaml:6: signatures[#5].pattern: 'a\\q' – behind a backslash stands xHH (two hexadecimal digits), r, "
      "n or "
      "another backslash\n"
      "s.yaml:7: signatures[#6].where: 'footer' – must be start_line, header NAME, body or anywhere\n"
      "s.yaml:8: signatures[#7].action: 'reject 200' – must be drop, log, reject with a status of "
      "400..699, as in reject 403, or score with 1..1000, as in score 20\n"
      "s.yaml:9: signatures[#8].caseless: 'maybe' – must be one of: true, false\n"
      "s.yaml:10: signatures[#9]: missing – a signature needs an id of its own\n"
      "s.yaml:11: signatures[#10]: missing – a signature needs a message that says what a match means\n"
      "s.yaml:12: signatures[#11]: missing – a signature needs a pattern, as in friendly-scanner\n"
      "s.yaml:13: signatures[#12].where: 'header' – must be start_line, header NAME, body or anywhere\n");
}

TEST(SignatureFile, AnUnknownKeyIsAProblem) {
  EXPECT_NE(problems_of(entry("actoin: log")).find("s.yaml:2: signatures[#1].actoin: 'actoin' – unknown key"),
            std::string::npos);
}

/// YAML's alias, where a key is due, is a key without a name and without a place.
TEST(SignatureFile, AKeyWithoutAPlaceHasThatOfItsEntry) {
  const std::string problems = problems_of("signatures:\n  - &first x\n  - {*first, id: 2}\n");
  EXPECT_NE(problems.find("s.yaml:3: signatures[#2].: '' – unknown key"), std::string::npos) << problems;
}

TEST(SignatureFile, WithAProblemNothingIsCompiled) {
  SignatureFile file = load_signature_text(
      "signatures:\n- {id: 1, message: m, pattern: abc}\n- {id: 1, message: m, pattern: def}\n", "s.yaml");
  EXPECT_TRUE(file.set.signatures().empty());
  EXPECT_EQ(file.set.database(), nullptr);
}

TEST(SignatureFile, PatternsAreBounded) {
  auto with_size = [](size_t size) {
    return "signatures:\n- {id: 1, message: m, pattern: " + std::string(size, 'x') + "}\n";
  };
  EXPECT_EQ(problems_of(with_size(pattern_bytes_min)), "");
  EXPECT_EQ(problems_of(with_size(pattern_bytes_max)), "");
  EXPECT_NE(problems_of(with_size(pattern_bytes_min - 1)), "");
  EXPECT_NE(problems_of(with_size(pattern_bytes_max + 1)), "");
}

TEST(SignatureFile, TheirNumberIsBounded) {
  std::string text = "signatures:\n";
  for (size_t i = 1; i <= signatures_max + 1; ++i)
    text += "- {id: " + std::to_string(i) + ", message: m, pattern: pattern " + std::to_string(i) + "}\n";
  EXPECT_NE(problems_of(text).find("there can be 10000 signatures"), std::string::npos);
}

TEST(SignatureFile, BrokenYamlIsAProblemWithItsLine) {
  std::string problems = problems_of("signatures:\n- {id: 1, message: m\n");
  EXPECT_TRUE(problems.starts_with("s.yaml:")) << problems;
  EXPECT_NE(problems.find("not readable as YAML"), std::string::npos) << problems;
  EXPECT_NE(problems_of("- just\n- a list\n"), "");
  EXPECT_NE(problems_of(""), "");
}

TEST(SignatureFile, TheSizeOfAllRegexesTogetherIsBounded) {
  const std::string text =
      "signatures:\n- {id: 1, message: m, pattern: abc, regex: a.*b}\n"
      "- {id: 2, message: m, pattern: abc, regex: a.*c}\n- {id: 3, message: m, pattern: abc, regex: a.*d}\n";
  SignatureSet set = load_signature_text(text, "s.yaml").set;
  size_t bytes = 0;
  for (const Signature& each : set.signatures()) bytes += each.regex->bytes();
  EXPECT_TRUE(load_signature_text(text, "s.yaml", bytes).problems.empty());
  auto problems = load_signature_text(text, "s.yaml", bytes - 1).problems;
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].where.line, 4);
}

TEST(SignatureFile, AnUnchangedFileIsNotCompiledAgain) {
  const std::string path = testing::TempDir() + "unchanged-signatures.yaml", other = path + ".copy";
  auto write = [](const std::string& to, const std::string& text) { std::ofstream(to) << text; };
  write(path, entry("action: log"));
  write(other, entry("action: log"));
  SignatureSet first = load_signature_file(path).set;
  ASSERT_NE(first.database(), nullptr);
  SignatureSet same = load_signature_file(path, first).set;
  EXPECT_EQ(same.database(), first.database());
  EXPECT_EQ(&same.signatures(), &first.signatures());
  EXPECT_EQ(load_signature_file(path, same).set.database(), first.database());
  EXPECT_NE(load_signature_file(other, first).set.database(), first.database())
      << "its problems name another file";
  write(path, entry("action: drop"));
  SignatureSet changed = load_signature_file(path, first).set;
  EXPECT_NE(changed.database(), first.database());
  EXPECT_EQ(changed.signatures()[0].action, Action::drop);
  std::filesystem::remove(path);
  std::filesystem::remove(other);
}

TEST(SignatureFile, AMissingFileIsAProblem) {
  SignatureFile file = load_signature_file("/nowhere/signatures.yaml");
  ASSERT_EQ(file.problems.size(), 1u);
  EXPECT_EQ(file.problems[0].where.file, "/nowhere/signatures.yaml");
}

TEST(SignatureFile, ScoresAndStatusesAreBounded) {
  for (const char* action : {"score 0", "score 1001", "score", "score x", "score 5x", "reject 399",
                             "reject 700", "reject", "scores 5"}) {
    EXPECT_NE(problems_of(entry("action: " + std::string(action))), "") << action;
  }
}

TEST(UnescapePattern, KnowsItsEscapesOnly) {
  std::string bytes;
  EXPECT_TRUE(unescape_pattern(R"(a\x4aB\xfF\\x41\r\n)", bytes));
  EXPECT_EQ(bytes, "aJB\xff\\x41\r\n");
  for (std::string_view bad : {"\\", "a\\", "\\x", "\\x4", "\\xg0", "\\x4g", "\\t", "\\0"})
    EXPECT_FALSE(unescape_pattern(bad, bytes)) << bad;
}

}  // namespace
}  // namespace sbc::policy
