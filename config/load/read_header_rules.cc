// Header rules: where each applies, on which conditions, and what it does. Whether its header may be touched,
// and what its patterns and values mean, is policy/header_rules' to judge.
#include "config/load/readers.h"

namespace sbc::config {
namespace {

using Test = HeaderCondition::Test;
using Action = HeaderRule::Action;
using Direction = HeaderRule::Direction;
using Kind = HeaderRule::Kind;

constexpr size_t conditions_max = 8;

void read_text(const Value& value, Located<std::string>& into) {
  if (value.read(into.value)) into.where = value.where();
}

void read_header(const Value& value, Located<std::string>& into) {
  if (!value.given()) value.missing("name the header field, as in X-Customer");
  read_text(value, into);
}

/// One of present, equals, prefix and matches, which say how the field's value is looked at.
void read_condition(const Value& entry, HeaderRule& rule) {
  Section section(entry);
  HeaderCondition condition;
  read_header(section.at("header"), condition.header);
  unsigned tests = 0;
  bool present = true;
  Value presence = section.at("present");
  if (presence.given()) ++tests;
  if (presence.read(present)) condition.test = present ? Test::present : Test::absent;
  for (auto [name, test] : {std::pair{"equals", Test::equals}, std::pair{"prefix", Test::prefix},
                            std::pair{"matches", Test::matches}}) {
    Value text = section.at(name);
    if (!text.given()) continue;
    ++tests;
    condition.test = test;
    read_text(text, condition.text);
  }
  if (tests != 1) entry.refuse("a condition needs one of: present, equals, prefix, matches");
  rule.conditions.push_back(std::move(condition));
}

void read_conditions(const Value& value, HeaderRule& rule) {
  std::vector<Value> entries = value.entries();
  if (entries.size() > conditions_max)
    return value.refuse("there can be " + std::to_string(conditions_max) + " conditions in a rule");
  for (const Value& entry : entries) read_condition(entry, rule);
}

void read_place(Section& section, const Model& model, HeaderRule& rule) {
  Value direction = section.at("direction");
  if (!direction.given())
    direction.missing("in: of messages that come from there; or out: of messages that go there");
  direction.read(rule.direction, {{"in", Direction::in}, {"out", Direction::out}});
  Value realm = section.at("realm");
  if (auto index = read_reference(realm, model.realms, "realms")) rule.realm = RealmId(*index);
  Value trunk = section.at("trunk");
  if (auto index = read_reference(trunk, model.trunks, "trunks")) rule.trunk = *model.trunks[*index].name;
  if (realm.given() && trunk.given()) realm.refuse("the trunk says already which realm it is");
}

void read_messages_meant(Section& section, HeaderRule& rule) {
  for (const Value& item : section.at("methods").items()) {
    Located<std::string>& method = rule.methods.emplace_back();
    read_text(item, method);
  }
  section.at("message").read(rule.kind,
                             {{"any", Kind::any}, {"request", Kind::request}, {"response", Kind::response}});
  Value status = section.at("status");
  status.read(rule.status_class, {{"1xx", uint8_t(1)},
                                  {"2xx", uint8_t(2)},
                                  {"3xx", uint8_t(3)},
                                  {"4xx", uint8_t(4)},
                                  {"5xx", uint8_t(5)},
                                  {"6xx", uint8_t(6)}});
  if (rule.status_class != 0 && rule.kind == Kind::request) status.refuse("a request has no status");
}

void read_action(Section& section, HeaderRule& rule) {
  Value action = section.at("action");
  if (!action.given()) action.missing("what to do: allow, remove, set, add or replace");
  action.read(rule.action, {{"allow", Action::allow},
                            {"remove", Action::remove},
                            {"set", Action::set},
                            {"add", Action::add},
                            {"replace", Action::replace}});
  read_header(section.at("header"), rule.header);
  Value pattern = section.at("pattern");
  read_text(pattern, rule.pattern);
  const bool replaces = rule.action == Action::replace;
  if (replaces && !pattern.given()) pattern.missing("what a value to be replaced looks like, as in *@*");
  if (!replaces && pattern.given())
    pattern.refuse("only replace has a pattern; put a condition with matches under when");
  Value value = section.at("value");
  read_text(value, rule.value);
  const bool writes = rule.action != Action::allow && rule.action != Action::remove;
  if (writes && !value.given()) value.missing("set, add and replace need what they write");
  if (!writes && value.given()) value.refuse("allow and remove write nothing");
}

void read_header_rule(const Value& entry, Model& model) {
  Section section(entry);
  HeaderRule rule;
  read_name(entry, section.at("name"), model.header_rules, rule.name);
  read_place(section, model, rule);
  read_messages_meant(section, rule);
  read_conditions(section.at("when"), rule);
  read_action(section, rule);
  model.header_rules.push_back(std::move(rule));
}

}  // namespace

void read_header_rules(const Value& value, Model& model) {
  std::vector<Value> entries = value.entries();
  if (entries.size() > header_rules_max)
    return value.refuse("there can be " + std::to_string(header_rules_max) + " header rules");
  for (const Value& entry : entries) read_header_rule(entry, model);
}

}  // namespace sbc::config
