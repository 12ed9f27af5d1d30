#include "policy/header_rules/header_rules.h"

#include <algorithm>

#include "dataplane/sip/text.h"

namespace sbc::policy {
namespace {

using Action = config::HeaderRule::Action;
using Kind = config::HeaderRule::Kind;
using Test = config::HeaderCondition::Test;
using Room = std::array<char, rule_value_bytes_max>;

/// What no line of ours may hold; folding is flattened on the way out.
bool is_foreign(char c) { return (uint8_t(c) < 0x20 && c != '\t' && c != '\r' && c != '\n') || c == 0x7f; }

bool passes(const HeaderCondition& condition, std::string_view value, Pattern::Captures& captures) {
  switch (condition.test) {
    case Test::equals:
      return sip::equal_ignoring_case(value, condition.text);
    case Test::prefix:
      return sip::equal_ignoring_case(value.substr(0, condition.text.size()), condition.text);
    case Test::matches:
      return condition.pattern->match(value, captures);
    case Test::present:
    case Test::absent:
      break;
  }
  return true;
}

/// Some field of the name passes; its value and captures are lent to `visit(captures)`.
template <class Visit>
bool find_passing(const HeaderCondition& condition, const sip::Message& message, Visit&& visit) {
  Room room;
  Pattern::Captures captures;
  bool found = false;
  each_field(message, condition.header, [&](const sip::Field& field) {
    auto value = flat_value(field.value, room);
    const bool any = condition.test == Test::present || condition.test == Test::absent;
    found = any || (value && passes(condition, *value, captures));
    if (found) visit(captures);
    return !found;
  });
  return found;
}

bool holds(const HeaderCondition& condition, const sip::Message& message) {
  const bool found = find_passing(condition, message, [](const Pattern::Captures&) {});
  return found != (condition.test == Test::absent);
}

bool applies(const HeaderRule& rule, const Party& party, const sip::Message& message) {
  if (rule.trunk && *rule.trunk != party.trunk) return false;
  if (!(rule.methods >> unsigned(message.method()) & 1u)) return false;
  if (rule.kind != Kind::any && message.is_request() != (rule.kind == Kind::request)) return false;
  if (rule.status_class != 0 && message.status() / 100 != rule.status_class) return false;
  for (const HeaderCondition& condition : rule.conditions) {
    if (!holds(condition, message)) return false;
  }
  return true;
}

/// What the rule writes; nullopt where it can't be had.
std::optional<std::string_view> value_of(const HeaderRule& rule, const Passage& passage,
                                         const Pattern::Captures& captures, HeaderFields& fields) {
  return fields.keep([&](sip::Writer& out) {
    return rule.value.write(out, {passage.source, passage.ours, captures});
  });
}

std::optional<std::string_view> value_of(const HeaderRule& rule, const Passage& passage,
                                         HeaderFields& fields) {
  if (!rule.captures_by) return value_of(rule, passage, {}, fields);
  std::optional<std::string_view> value;
  find_passing(rule.conditions[*rule.captures_by], passage.source,
               [&](const Pattern::Captures& captures) { value = value_of(rule, passage, captures, fields); });
  return value;
}

bool remove(const HeaderRule& rule, HeaderFields& fields) {
  return fields.remove_if([&](const HeaderFields::Item& item) { return rule.header.is(item.id, item.name); });
}

bool add(const HeaderRule& rule, const Passage& passage, HeaderFields& fields) {
  auto value = value_of(rule, passage, fields);
  if (value) fields.add({rule.header.id, rule.header.text, *value});
  return value.has_value();
}

/// The first such field has the value, others go; where there is none, it is added.
bool set(const HeaderRule& rule, const Passage& passage, HeaderFields& fields) {
  auto value = value_of(rule, passage, fields);
  if (!value) return false;
  bool placed = false;
  fields.remove_if([&](HeaderFields::Item& item) {
    if (!rule.header.is(item.id, item.name)) return false;
    if (placed) return true;
    item.value = *value;
    placed = true;
    return false;
  });
  if (!placed) fields.add({rule.header.id, rule.header.text, *value});
  return true;
}

/// Each value that matches. One whose replacement can't be had goes: the rule is there because it must not
/// stay as it is.
bool replace(const HeaderRule& rule, const Passage& passage, HeaderFields& fields) {
  bool acted = false;
  fields.remove_if([&](HeaderFields::Item& item) {
    Room room;
    Pattern::Captures captures;
    if (!rule.header.is(item.id, item.name)) return false;
    auto flat = flat_value(item.value, room);
    if (!flat || !rule.pattern->match(*flat, captures)) return false;
    acted = true;
    auto value = value_of(rule, passage, captures, fields);
    if (value) item.value = *value;
    return !value;
  });
  return acted;
}

bool act(const HeaderRule& rule, const Passage& passage, HeaderFields& fields) {
  switch (rule.action) {
    case Action::allow:
      return false;  // has been asked before
    case Action::remove:
      return remove(rule, fields);
    case Action::set:
      return set(rule, passage, fields);
    case Action::add:
      return add(rule, passage, fields);
    case Action::replace:
      return replace(rule, passage, fields);
  }
  return false;
}

}  // namespace

void HeaderRules::select_from(std::span<const uint16_t> candidates, const Party& party,
                              const Passage& passage, Selection& selection) const {
  for (uint16_t index : candidates) {
    if (applies(rules_[index], party, passage.source)) selection.indices_[selection.count_++] = index;
  }
}

HeaderRules::Selection HeaderRules::select(const Passage& passage) const {
  Selection selection;
  if (index_of(passage.from.realm) < realms_.size())
    select_from(realms_[index_of(passage.from.realm)].in, passage.from, passage, selection);
  if (index_of(passage.to.realm) < realms_.size())
    select_from(realms_[index_of(passage.to.realm)].out, passage.to, passage, selection);
  return selection;
}

bool HeaderRules::allows(const Selection& selection, const sip::Field& field, Marks* acted) const {
  for (size_t i = 0; i < selection.count_; ++i) {
    const uint16_t index = selection.indices_[i];
    const HeaderRule& rule = rules_[index];
    if (rule.action != Action::allow || !rule.header.is(field)) continue;
    if (std::any_of(field.value.begin(), field.value.end(), is_foreign)) continue;
    if (acted) acted->set(index);
    return true;
  }
  return false;
}

void HeaderRules::apply(const Selection& selection, const Passage& passage, HeaderFields& fields,
                        Marks* acted) const {
  for (size_t i = 0; i < selection.count_; ++i) {
    const uint16_t index = selection.indices_[i];
    if (act(rules_[index], passage, fields) && acted) acted->set(index);
  }
}

}  // namespace sbc::policy
