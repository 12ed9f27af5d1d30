#include "policy/header_rules/header_rules.h"

#include "tests/allocation/trap/trap.h"
#include "tests/policy/header_rules/rig.h"

namespace sbc::policy {
namespace {

constexpr Party phone{access_realm, TrunkId::none}, trunk{core_realm, core_trunk};

/// What the rules make of a message's fields that have an X- in front, and of its Subject.
std::string outcome(const HeaderRules& rules, const std::string& text, Party from, Party to,
                    HeaderRules::Marks* acted) {
  Parsed parsed(text);
  char room[4096];
  sip::Writer out(room);
  {
    AllocationTrap trap;
    const Passage passage{parsed.message, from, to, "203.0.113.1"};
    const HeaderRules::Selection selection = rules.select(passage);
    HeaderFields fields;
    for (const sip::Field& field : parsed.message.fields()) {
      if (field.id == sip::Header::subject) fields.add(field.id, field.value);
      if (field.id == sip::Header::other && rules.allows(selection, field, acted))
        fields.add({field.id, field.name, field.value});
    }
    rules.apply(selection, passage, fields, acted);
    fields.write(out);
  }
  EXPECT_FALSE(out.overflowed());
  return std::string(out.written());
}

std::string outcome(const std::string& rules, const std::string& text, Party from = phone, Party to = trunk) {
  CompiledHeaderRules compiled_rules = compiled(rules);
  for (const config::Problem& problem : compiled_rules.problems) ADD_FAILURE() << problem_text(problem);
  return outcome(compiled_rules.rules, text, from, to, nullptr);
}

std::string of_invite(const std::string& rules, const std::string& fields, Party from = phone,
                      Party to = trunk) {
  return outcome(rules, invite_with(fields), from, to);
}

TEST(HeaderRules, RemoveSetAndAdd) {
  EXPECT_EQ(
      of_invite("- {name: a, direction: in, action: remove, header: Subject}\n", "s: x\r\nSubject: y\r\n"),
      "");
  const std::string set = "- {name: a, direction: in, action: set, header: Subject, value: new}\n";
  EXPECT_EQ(of_invite(set, ""), "Subject: new\r\n");
  EXPECT_EQ(of_invite(set, "Subject: x\r\nSubject: y\r\n"), "Subject: new\r\n");
  const std::string add = "- {name: a, direction: in, action: add, header: X-Seen, value: \"${caller}\"}\n";
  EXPECT_EQ(of_invite(add, "Subject: x\r\n"), "Subject: x\r\nX-Seen: +4930555\r\n");
}

TEST(HeaderRules, ReplaceByWhatThePatternCaptures) {
  const std::string rule =
      "- {name: a, direction: in, action: replace, header: Subject, pattern: '*;account=*', value: '$2: "
      "$1'}\n";
  EXPECT_EQ(of_invite(rule, "Subject: hello;account=7\r\nSubject: other\r\n"),
            "Subject: 7: hello\r\nSubject: other\r\n");
  EXPECT_EQ(of_invite(rule, "Subject: hello\r\n  world;ACCOUNT=7\r\n"), "Subject: 7: hello world\r\n");
  const std::string twice =
      rule +
      "- {name: b, direction: in, action: replace, header: Subject, pattern: '7*', value: 'seven$1'}\n";
  EXPECT_EQ(of_invite(twice, "Subject: x;account=7\r\n"), "Subject: seven: x\r\n")
      << "a rule sees what the one before has left";
}

/// What is replaced must not stay as it was.
TEST(HeaderRules, DropWhatCannotBeReplaced) {
  const std::string rule =
      "- {name: a, direction: in, action: replace, header: Subject, pattern: '*', value: '${header X-No}'}\n";
  EXPECT_EQ(of_invite(rule, "Subject: secret\r\n"), "");
  const std::string longer =
      "- {name: a, direction: in, action: replace, header: Subject, pattern: '*', value: 'x$1'}\n";
  EXPECT_EQ(of_invite(longer, "Subject: " + std::string(1023, 'y') + "\r\n").size(), 9u + 1024 + 2);
  EXPECT_EQ(of_invite(longer, "Subject: " + std::string(1024, 'y') + "\r\n"), "");
}

TEST(HeaderRules, SetByWhatAConditionCaptures) {
  const std::string rule =
      "- {name: a, direction: in, when: [{header: From, matches: '*sip:+49*@*'}], action: set, "
      "header: X-Area, value: 'de-$2'}\n";
  EXPECT_EQ(of_invite(rule, ""), "X-Area: de-30555;tgrp=x\r\n");
  EXPECT_EQ(outcome(rule, response_with(200, ""), phone, trunk), "X-Area: de-30555\r\n");
}

TEST(HeaderRules, LetUnknownFieldsCross) {
  const std::string rule = "- {name: a, direction: in, action: allow, header: x-account}\n";
  EXPECT_EQ(of_invite(rule, "X-Account: 7\r\nX-Accounts: 8\r\nX-ACCOUNT: 9\r\n"),
            "X-Account: 7\r\nX-ACCOUNT: 9\r\n");
  EXPECT_EQ(of_invite(rule, "X-Account: a\r\n\tb\r\nX-Account: \"c\x01\"\r\n"), "X-Account: a b\r\n");
}

TEST(HeaderRules, ApplyWhereTheySay) {
  const auto at = [](const std::string& where) {
    return "- {name: a, " + where + ", action: set, header: Subject, value: yes}\n";
  };
  const std::string yes = "Subject: yes\r\n";
  EXPECT_EQ(of_invite(at("direction: in, realm: access"), ""), yes);
  EXPECT_EQ(of_invite(at("direction: in, realm: core"), ""), "");
  EXPECT_EQ(of_invite(at("direction: out, realm: core"), ""), yes);
  EXPECT_EQ(of_invite(at("direction: out, realm: access"), ""), "");
  EXPECT_EQ(of_invite(at("direction: out"), ""), yes);
  EXPECT_EQ(of_invite(at("direction: out, trunk: core"), ""), yes);
  EXPECT_EQ(of_invite(at("direction: out, trunk: core"), "", phone, {core_realm, TrunkId::none}), "");
  EXPECT_EQ(of_invite(at("direction: in, trunk: core"), "", trunk, phone), yes);
  EXPECT_EQ(of_invite(at("direction: in, trunk: core"), ""), "");
  EXPECT_EQ(of_invite(at("direction: in"), "", {RealmId::none, {}}, {RealmId::none, {}}), "");
}

TEST(HeaderRules, ApplyToTheMessagesThatTheyName) {
  const auto to = [](const std::string& which) {
    return "- {name: a, direction: in, " + which + ", action: set, header: Subject, value: yes}\n";
  };
  const std::string yes = "Subject: yes\r\n";
  EXPECT_EQ(of_invite(to("methods: [BYE, INVITE]"), ""), yes);
  EXPECT_EQ(of_invite(to("methods: BYE"), ""), "");
  EXPECT_EQ(outcome(to("methods: INVITE"), response_with(404, "")), yes) << "a response's is its request's";
  EXPECT_EQ(of_invite(to("message: request"), ""), yes);
  EXPECT_EQ(of_invite(to("message: response"), ""), "");
  EXPECT_EQ(outcome(to("message: response"), response_with(404, "")), yes);
  EXPECT_EQ(outcome(to("message: request"), response_with(404, "")), "");
  EXPECT_EQ(outcome(to("status: 4xx"), response_with(404, "")), yes);
  EXPECT_EQ(outcome(to("status: 5xx"), response_with(404, "")), "");
  EXPECT_EQ(of_invite(to("status: 4xx"), ""), "");
}

TEST(HeaderRules, ApplyOnTheirConditions) {
  const auto when = [](const std::string& conditions) {
    return "- {name: a, direction: in, when: [" + conditions +
           "], action: set, header: Subject, value: yes}\n";
  };
  const std::string yes = "Subject: yes\r\n", fields = "X-A: one\r\nX-A: Two\r\n three\r\n";
  EXPECT_EQ(of_invite(when("{header: x-a, present: true}"), fields), yes);
  EXPECT_EQ(of_invite(when("{header: X-B, present: true}"), fields), "");
  EXPECT_EQ(of_invite(when("{header: X-B, present: false}"), fields), yes);
  EXPECT_EQ(of_invite(when("{header: X-A, present: false}"), fields), "");
  EXPECT_EQ(of_invite(when("{header: X-A, equals: two three}"), fields), yes) << "any of them will do";
  EXPECT_EQ(of_invite(when("{header: X-A, equals: two}"), fields), "");
  EXPECT_EQ(of_invite(when("{header: X-A, prefix: TWO}"), fields), yes);
  EXPECT_EQ(of_invite(when("{header: X-A, prefix: hree}"), fields), "");
  EXPECT_EQ(of_invite(when("{header: X-A, matches: '*wo*ee'}"), fields), yes);
  EXPECT_EQ(of_invite(when("{header: X-A, matches: '*four'}"), fields), "");
  EXPECT_EQ(of_invite(when("{header: X-A, equals: one}, {header: X-B, present: false}"), fields), yes);
  EXPECT_EQ(of_invite(when("{header: X-A, equals: one}, {header: X-B, present: true}"), fields), "")
      << "all must hold";
  EXPECT_EQ(of_invite(when("{header: X-A, prefix: y}"), "X-A: " + std::string(1024, 'y') + "\r\n"), yes);
  EXPECT_EQ(of_invite(when("{header: X-A, prefix: y}"), "X-A: " + std::string(1025, 'y') + "\r\n"), "");
}

TEST(HeaderRules, OfTheSideThatAMessageComesFromActFirst) {
  const std::string rules =
      "- {name: out, direction: out, action: replace, header: Subject, pattern: '*', value: '$1 out'}\n"
      "- {name: in, direction: in, action: set, header: Subject, value: in}\n"
      "- {name: in2, direction: in, action: replace, header: Subject, pattern: '*', value: '$1 too'}\n";
  EXPECT_EQ(of_invite(rules, ""), "Subject: in too out\r\n");
}

TEST(HeaderRules, TellWhichOfThemActed) {
  CompiledHeaderRules set = compiled(
      "- {name: not-there, direction: in, action: remove, header: X-A}\n"
      "- {name: lets, direction: in, action: allow, header: X-B}\n"
      "- {name: sets, direction: out, action: set, header: Subject, value: x}\n"
      "- {name: cannot, direction: out, action: set, header: Subject, value: '${header X-A}'}\n"
      "- {name: elsewhere, direction: out, realm: access, action: remove, header: Subject}\n");
  ASSERT_TRUE(set.problems.empty());
  HeaderRules::Marks acted;
  outcome(set.rules, invite_with("X-B: 1\r\n"), phone, trunk, &acted);
  std::string names;
  for (size_t i = 0; i < acted.size(); ++i)
    if (acted.test(i)) names += std::string(set.rules.name_of(i)) + " ";
  EXPECT_EQ(names, "lets sets ");
}

TEST(HeaderRules, ManyOfThemAreBounded) {
  std::string rules;
  for (size_t i = 0; i < HeaderFields::fields_max; ++i)
    rules += "- {name: r" + std::to_string(i) + ", direction: in, action: add, header: X-A, value: x}\n";
  EXPECT_EQ(of_invite(rules, "").size(), HeaderFields::fields_max * 8);
}

}  // namespace
}  // namespace sbc::policy
