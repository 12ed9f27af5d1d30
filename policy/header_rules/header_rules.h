// HeaderRules: what an operator wants done with the header fields that cross from one side of a call to the
// other. A rule applies to messages that come from a realm or trunk, or that go there; of these to such as
// its conditions allow. Those of the side that a message comes from act first, then those of the side that it
// goes to, each group in the file's order. Conditions look at the message as it came, actions at what the
// rules before have left of what crosses.
//
// Rules act in one place, while a message that another one causes is composed. They don't see what makes
// dialogs and sessions, and can't (FieldName); nor what we say of ourselves: 100, refusals, ACK, PRACK,
// CANCEL.
//
// Immutable, shared by all workers; nothing here allocates once it is compiled.
#pragma once

#include <array>
#include <bitset>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/load/problem.h"
#include "config/model/model.h"
#include "policy/header_rules/field_name.h"
#include "policy/header_rules/header_fields.h"
#include "policy/header_rules/pattern.h"
#include "policy/header_rules/value_text.h"
#include "policy/routing/trunk_table.h"

namespace sbc::policy {

/// A side of a call, as far as rules tell sides apart.
struct Party {
  RealmId realm = RealmId::none;
  TrunkId trunk = TrunkId::none;
};

/// A message on its way from one side to the other.
struct Passage {
  const sip::Message& source;  // as it came
  Party from, to;
  std::string_view ours;  // host and port that the side that it goes to knows us by
};

struct HeaderCondition {
  FieldName header;
  config::HeaderCondition::Test test = config::HeaderCondition::Test::present;
  std::string text;
  std::optional<Pattern> pattern;  // of matches
};

struct HeaderRule {
  std::string name;
  std::optional<TrunkId> trunk;
  uint32_t methods = ~0u;  // a bit for each sip::Method
  config::HeaderRule::Kind kind = config::HeaderRule::Kind::any;
  uint8_t status_class = 0;
  std::vector<HeaderCondition> conditions;
  config::HeaderRule::Action action = config::HeaderRule::Action::allow;
  FieldName header;
  std::optional<Pattern> pattern;     // of replace
  ValueText value;                    // of set, add and replace
  std::optional<size_t> captures_by;  // the condition whose stars `value` refers to, where it is no replace
};

class HeaderRules {
 public:
  static constexpr size_t rules_max = config::header_rules_max;
  /// By their place in the file.
  using Marks = std::bitset<rules_max>;

  /// The rules that apply to one message, in the order in which they act.
  class Selection {
   public:
    bool empty() const { return count_ == 0; }

   private:
    friend class HeaderRules;
    size_t count_ = 0;
    std::array<uint16_t, rules_max> indices_;  // NOLINT: filled as far as count_ says
  };

  HeaderRules() = default;

  bool empty() const { return rules_.empty(); }
  std::string_view name_of(size_t index) const { return rules_[index].name; }

  Selection select(const Passage& passage) const;
  /// A rule lets this field cross as it is. None lets one cross with a control byte in it.
  bool allows(const Selection& selection, const sip::Field& field, Marks* acted) const;
  /// Carries out all others. `acted`, where it is given, learns which rules did something.
  void apply(const Selection& selection, const Passage& passage, HeaderFields& fields, Marks* acted) const;

 private:
  friend class HeaderRuleCompiler;
  struct OfRealm {
    std::vector<uint16_t> in, out;
  };
  void select_from(std::span<const uint16_t> candidates, const Party& party, const Passage& passage,
                   Selection& selection) const;

  std::vector<HeaderRule> rules_;
  std::vector<OfRealm> realms_;  // empty where there are no rules
};

struct CompiledHeaderRules {
  HeaderRules rules;
  config::Problems problems;
};
/// With every mistake in names, patterns and values. A trunk that `trunks` does not know takes its rules with
/// it.
CompiledHeaderRules compile_header_rules(const config::Model& model, const TrunkTable& trunks);

}  // namespace sbc::policy
