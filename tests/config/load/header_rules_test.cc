#include <gtest/gtest.h>

#include "config/load/diff.h"
#include "tests/config/load/sample.h"

namespace sbc::config {
namespace {

/// The sample with one rule, in its 27th line.
std::string with_rule(const std::string& rule) {
  return sample + "header_rules:\n  - {name: r, " + rule + "}\n";
}

TEST(HeaderRules, AreReadWhole) {
  LoadResult result = load_text(
      with_rule("direction: out, trunk: core, methods: [INVITE, BYE], message: response, status: 4xx, "
                "when: [{header: X-A, equals: b}, {header: X-B, present: false}], action: replace, "
                "header: X-C, pattern: 'a*', value: '$1'"),
      "sbc.yaml");
  ASSERT_TRUE(result);
  ASSERT_EQ(result.model->header_rules.size(), 1u);
  const HeaderRule& rule = result.model->header_rules[0];
  EXPECT_EQ(*rule.name, "r");
  EXPECT_EQ(rule.direction, HeaderRule::Direction::out);
  EXPECT_EQ(rule.trunk, "core");
  EXPECT_EQ(rule.realm, RealmId::none);
  ASSERT_EQ(rule.methods.size(), 2u);
  EXPECT_EQ(*rule.methods[1], "BYE");
  EXPECT_EQ(rule.kind, HeaderRule::Kind::response);
  EXPECT_EQ(rule.status_class, 4);
  ASSERT_EQ(rule.conditions.size(), 2u);
  EXPECT_EQ(rule.conditions[0].test, HeaderCondition::Test::equals);
  EXPECT_EQ(*rule.conditions[0].text, "b");
  EXPECT_EQ(rule.conditions[1].test, HeaderCondition::Test::absent);
  EXPECT_EQ(rule.action, HeaderRule::Action::replace);
  EXPECT_EQ(*rule.header, "X-C");
  EXPECT_EQ(*rule.pattern, "a*");
  EXPECT_EQ(*rule.value, "$1");
  EXPECT_EQ(rule.value.where.line, 27);
}

TEST(HeaderRules, NeedToSayWhereAndWhat) {
  EXPECT_EQ(
      problem_of(with_rule("action: remove, header: X-A")),
      "sbc.yaml:27: header_rules[r].direction: missing – in: of messages that come from there; or out: of "
      "messages that go there");
  EXPECT_EQ(problem_of(with_rule("direction: in, header: X-A")),
            "sbc.yaml:27: header_rules[r].action: missing – what to do: allow, remove, set, add or replace");
  EXPECT_EQ(problem_of(with_rule("direction: in, action: remove")),
            "sbc.yaml:27: header_rules[r].header: missing – name the header field, as in X-Customer");
  EXPECT_EQ(problem_of(with_rule("direction: in, action: set, header: X-A")),
            "sbc.yaml:27: header_rules[r].value: missing – set, add and replace need what they write");
  EXPECT_EQ(
      problem_of(with_rule("direction: in, action: replace, header: X-A, value: x")),
      "sbc.yaml:27: header_rules[r].pattern: missing – what a value to be replaced looks like, as in *@*");
}

TEST(HeaderRules, SayNothingThatTheirActionDoesNotDo) {
  EXPECT_EQ(problem_of(with_rule("direction: in, action: remove, header: X-A, value: x")),
            "sbc.yaml:27: header_rules[r].value: 'x' – allow and remove write nothing");
  EXPECT_EQ(
      problem_of(with_rule("direction: in, action: set, header: X-A, value: x, pattern: y")),
      "sbc.yaml:27: header_rules[r].pattern: 'y' – only replace has a pattern; put a condition with matches "
      "under when");
  EXPECT_EQ(problem_of(with_rule("direction: in, message: request, status: 4xx, action: allow, header: X-A")),
            "sbc.yaml:27: header_rules[r].status: '4xx' – a request has no status");
  EXPECT_NE(problem_of(with_rule("direction: in, status: 404, action: allow, header: X-A")).find("1xx, 2xx"),
            std::string::npos);
}

TEST(HeaderRules, NameRealmsAndTrunksThatExist) {
  EXPECT_EQ(
      problem_of(with_rule("direction: in, realm: acces, action: allow, header: X-A")),
      "sbc.yaml:27: header_rules[r].realm: 'acces' – there is no such name; did you mean 'access'? realms: "
      "access, core");
  EXPECT_EQ(problem_of(with_rule("direction: in, trunk: spare, action: allow, header: X-A")),
            "sbc.yaml:27: header_rules[r].trunk: 'spare' – there is no such name; trunks: core");
  EXPECT_EQ(problem_of(with_rule("direction: in, realm: core, trunk: core, action: allow, header: X-A")),
            "sbc.yaml:27: header_rules[r].realm: 'core' – the trunk says already which realm it is");
}

TEST(HeaderRules, HaveConditionsWithOneTestEach) {
  EXPECT_EQ(
      problem_of(with_rule("direction: in, when: [{header: X-A}], action: allow, header: X-A")),
      "sbc.yaml:27: header_rules[r].when[#1]: a map – a condition needs one of: present, equals, prefix, "
      "matches");
  EXPECT_NE(problem_of(with_rule("direction: in, when: [{header: X-A, equals: x, prefix: y}], action: allow, "
                                 "header: X-A")),
            "");
  std::string eight, nine;
  for (int i = 0; i < 9; ++i) {
    nine += std::string(i ? ", " : "") + "{header: X-A, present: true}";
    if (i == 7) eight = nine;
  }
  EXPECT_EQ(problem_of(with_rule("direction: in, when: [" + eight + "], action: allow, header: X-A")), "");
  EXPECT_NE(problem_of(with_rule("direction: in, when: [" + nine + "], action: allow, header: X-A"))
                .find("there can be 8 conditions"),
            std::string::npos);
}

TEST(HeaderRules, AreAsManyAsThereCanBe) {
  std::string text = sample + "header_rules:\n";
  for (size_t i = 0; i < header_rules_max; ++i)
    text += "  - {name: r" + std::to_string(i) + ", direction: in, action: allow, header: X-A}\n";
  EXPECT_EQ(problem_of(text), "");
  EXPECT_EQ(problem_of(text + "  - {name: more, direction: in, action: allow, header: X-A}\n"),
            "sbc.yaml:26: header_rules: a list – there can be 256 header rules");
}

TEST(HeaderRules, AreTakenOverLiveKeyByKey) {
  const std::string before = with_rule("direction: in, action: set, header: X-A, value: x"),
                    after = with_rule("direction: out, action: set, header: X-A, value: y");
  LoadResult from = load_text(before, "sbc.yaml"), to = load_text(after, "sbc.yaml");
  ASSERT_TRUE(from && to);
  std::string texts;
  for (const Change& change : diff(*from.model, *to.model, to.places)) {
    EXPECT_TRUE(change.live) << change.key;
    texts += change.key + ": " + change.from + " -> " + change.to + "\n";
  }
  EXPECT_EQ(texts,
            "header_rules[r].direction: in -> out\n"
            "header_rules[r].value: x -> y\n");
}

}  // namespace
}  // namespace sbc::config
