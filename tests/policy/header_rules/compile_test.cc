// Mistakes in rules that only their meaning tells, by file, line and key.
#include "tests/policy/header_rules/rig.h"

namespace sbc::policy {
namespace {

/// The problems of one rule, whose first line is the 27th.
std::string problems_of(const std::string& rule) {
  std::string all;
  for (const config::Problem& problem : compiled("- {name: r, " + rule + "}\n").problems)
    all += (all.empty() ? "" : "\n") + config::problem_text(problem);
  return all;
}

TEST(CompileHeaderRules, RefusesWhatMakesTheDialog) {
  EXPECT_EQ(
      problems_of("direction: in, action: remove, header: v"),
      "sbc.yaml:27: header_rules[r].header: 'v' – belongs to the dialog, or to what is agreed on with each "
      "side: it is ours to write, and no rule's");
  EXPECT_EQ(
      problems_of("direction: in, action: allow, header: Reason"),
      "sbc.yaml:27: header_rules[r].header: 'Reason' – crosses already, without what names the other side; "
      "set and replace can change it");
  EXPECT_EQ(problems_of("direction: in, action: remove, header: User-Agent"), "");
}

TEST(CompileHeaderRules, RefusesPatternsAndValuesThatMeanNothing) {
  EXPECT_EQ(
      problems_of("direction: in, action: replace, header: X-A, pattern: '**', value: x"),
      "sbc.yaml:27: header_rules[r].pattern: '**' – two stars side by side: nobody could tell where the "
      "first one ends");
  EXPECT_EQ(
      problems_of("direction: in, action: replace, header: X-A, pattern: 'a*', value: '$2'"),
      "sbc.yaml:27: header_rules[r].value: '$2' – there are 1 stars to refer to, with $1 for the first");
  EXPECT_EQ(
      problems_of("direction: in, action: set, header: X-A, value: \"a\\r\\nVia: b\""),
      "sbc.yaml:27: header_rules[r].value: 'a??Via: b' – must not hold control characters: a line break "
      "would begin another header field");
  EXPECT_EQ(
      problems_of("direction: in, action: set, header: X-A, value: '$1'"),
      "sbc.yaml:27: header_rules[r].value: '$1' – there are 0 stars to refer to, with $1 for the first");
}

TEST(CompileHeaderRules, CapturesAreOfTheFirstConditionThatMatches) {
  const std::string two =
      "direction: in, when: [{header: X-B, present: true}, {header: X-A, matches: 'a*'}, "
      "{header: X-B, matches: '*b*'}], action: set, header: X-C, value: ";
  EXPECT_EQ(problems_of(two + "'$1'"), "");
  EXPECT_EQ(
      problems_of(two + "'$2'"),
      "sbc.yaml:27: header_rules[r].value: '$2' – there are 1 stars to refer to, with $1 for the first");
}

TEST(CompileHeaderRules, RefusesConditionsAndMethodsThatMeanNothing) {
  EXPECT_EQ(
      problems_of("direction: in, when: [{header: X A, present: true}, {header: Via, matches: '\\'}], "
                  "action: remove, header: X-A"),
      "sbc.yaml:27: header_rules[r].when[#1].header: 'X A' – must be the name of a header field\n"
      "sbc.yaml:27: header_rules[r].when[#2].matches: '\\' – behind a backslash stands a star or another "
      "backslash");
  EXPECT_EQ(
      problems_of("direction: in, methods: [INVITE, invite, ACK], action: remove, header: X-A"),
      "sbc.yaml:27: header_rules[r].methods: 'invite' – must be a SIP method, in capitals, as in INVITE\n"
      "sbc.yaml:27: header_rules[r].methods: 'ACK' – is written for each side alone: nothing crosses with "
      "it");
}

TEST(CompileHeaderRules, OfNoneIsEmpty) {
  CompiledHeaderRules none = compile_header_rules(config::Model{}, TrunkTable());
  EXPECT_TRUE(none.rules.empty());
  EXPECT_TRUE(none.problems.empty());
}

}  // namespace
}  // namespace sbc::policy
