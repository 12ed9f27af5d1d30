#include "dataplane/sip/method.h"
#include "dataplane/sip/text.h"
#include "policy/header_rules/header_rules.h"

namespace sbc::policy {

/// One mistake spoils the whole set, but all are told.
class HeaderRuleCompiler {
 public:
  HeaderRuleCompiler(const config::Model& model, const TrunkTable& trunks) : model_(model), trunks_(trunks) {}

  CompiledHeaderRules compile() {
    if (!model_.header_rules.empty()) result_.rules.realms_.resize(model_.realms.size());
    for (const config::HeaderRule& written : model_.header_rules) add(written);
    return std::move(result_);
  }

 private:
  using Written = Located<std::string>;
  using Action = config::HeaderRule::Action;

  void add(const config::HeaderRule& written);
  void list(const config::HeaderRule& written, uint16_t index);
  void read_methods(const config::HeaderRule& written, HeaderRule& rule);
  void read_condition(const config::HeaderCondition& written, const std::string& key, HeaderRule& rule);
  void read_value(const config::HeaderRule& written, const std::string& key, HeaderRule& rule);
  std::optional<Pattern> read_pattern(const Written& written, const std::string& key);
  void refuse(const std::string& key, const Written& found, std::string_view allowed) {
    result_.problems.push_back({found.where, config::complaint(key, *found, allowed)});
  }

  const config::Model& model_;
  const TrunkTable& trunks_;
  CompiledHeaderRules result_;
};

std::optional<Pattern> HeaderRuleCompiler::read_pattern(const Written& written, const std::string& key) {
  std::string error;
  auto pattern = Pattern::parse(*written, error);
  if (!pattern) refuse(key, written, error);
  return pattern;
}

void HeaderRuleCompiler::read_methods(const config::HeaderRule& written, HeaderRule& rule) {
  if (!written.methods.empty()) rule.methods = 0;
  for (const Written& name : written.methods) {
    const sip::Method method = sip::method_of(*name);
    const std::string key = "header_rules[" + rule.name + "].methods";
    if (method == sip::Method::unknown) refuse(key, name, "must be a SIP method, in capitals, as in INVITE");
    if (method == sip::Method::ack || method == sip::Method::cancel || method == sip::Method::prack)
      refuse(key, name, "is written for each side alone: nothing crosses with it");
    rule.methods |= 1u << unsigned(method);
  }
}

void HeaderRuleCompiler::read_condition(const config::HeaderCondition& written, const std::string& key,
                                        HeaderRule& rule) {
  using Test = config::HeaderCondition::Test;
  HeaderCondition condition;
  condition.header = FieldName::of(*written.header);
  condition.test = written.test;
  condition.text = *written.text;
  if (condition.header.text.empty() || !sip::all(condition.header.text, sip::class_token))
    refuse(key + ".header", written.header, "must be the name of a header field");
  if (written.test == Test::matches) {
    condition.pattern = read_pattern(written.text, key + ".matches");
    if (!rule.captures_by) rule.captures_by = rule.conditions.size();
  }
  rule.conditions.push_back(std::move(condition));
}

void HeaderRuleCompiler::read_value(const config::HeaderRule& written, const std::string& key,
                                    HeaderRule& rule) {
  if (rule.action == Action::replace) {
    rule.pattern = read_pattern(written.pattern, key + "pattern");
    rule.captures_by.reset();
  }
  if (rule.action == Action::allow || rule.action == Action::remove) return;
  const auto& capturing = rule.captures_by ? rule.conditions[*rule.captures_by].pattern : rule.pattern;
  std::string error;
  auto value = ValueText::parse(*written.value, capturing ? capturing->captures() : 0, error);
  if (!value) return refuse(key + "value", written.value, error);
  if (!value->uses_captures()) rule.captures_by.reset();
  rule.value = std::move(*value);
}

void HeaderRuleCompiler::list(const config::HeaderRule& written, uint16_t index) {
  const HeaderRule& rule = result_.rules.rules_[index];
  const config::Trunk* trunk = rule.trunk ? trunks_.find(*rule.trunk) : nullptr;
  const RealmId realm = trunk ? trunk->realm : written.realm;
  for (size_t i = 0; i < result_.rules.realms_.size(); ++i) {
    if (realm != RealmId::none && realm != RealmId(i)) continue;
    HeaderRules::OfRealm& lists = result_.rules.realms_[i];
    (written.direction == config::HeaderRule::Direction::in ? lists.in : lists.out).push_back(index);
  }
}

void HeaderRuleCompiler::add(const config::HeaderRule& written) {
  HeaderRule rule;
  rule.name = *written.name;
  rule.kind = written.kind;
  rule.status_class = written.status_class;
  rule.action = written.action;
  rule.header = FieldName::of(*written.header);
  if (!written.trunk.empty()) rule.trunk = trunks_.by_name(written.trunk).value_or(TrunkId::none);
  const std::string key = "header_rules[" + rule.name + "].";
  read_methods(written, rule);
  for (size_t i = 0; i < written.conditions.size(); ++i)
    read_condition(written.conditions[i], key + "when[#" + std::to_string(i + 1) + "]", rule);
  if (auto why = why_not(rule.header, rule.action); !why.empty()) refuse(key + "header", written.header, why);
  read_value(written, key, rule);
  result_.rules.rules_.push_back(std::move(rule));
  list(written, uint16_t(result_.rules.rules_.size() - 1));
}

CompiledHeaderRules compile_header_rules(const config::Model& model, const TrunkTable& trunks) {
  return HeaderRuleCompiler(model, trunks).compile();
}

}  // namespace sbc::policy
