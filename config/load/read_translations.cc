// Numbers, and tables that translate them.
#include <algorithm>
#include <cctype>

#include "config/load/readers.h"

namespace sbc::config {
namespace {

constexpr size_t number_max = 64;
constexpr size_t rules_max = 1024;

void read_number_rule(const Value& entry, Translation& translation) {
  Section section(entry);
  NumberRule rule;
  Value prefix = section.at("prefix"), with = section.at("with");
  if (!prefix.given())
    prefix.missing("a rule needs the prefix that it takes off; \"\" is that of every number");
  if (!with.given()) with.missing("a rule needs what stands in the prefix's place; \"\" is nothing");
  read_number(prefix, rule.prefix);
  read_number(with, rule.with);
  for (const NumberRule& other : translation.rules) {
    if (prefix.given() && entry.sound() && other.prefix == rule.prefix)
      prefix.refuse("this translation has a rule for this prefix already");
  }
  translation.rules.push_back(std::move(rule));
}

void read_translation(const Value& entry, Model& model) {
  Section section(entry);
  Translation translation;
  read_name(entry, section.at("name"), model.translations, translation.name);
  Value rules = section.at("rules");
  std::vector<Value> entries = rules.entries();
  if (entries.empty()) rules.missing("a translation needs at least one rule");
  if (entries.size() > rules_max)
    return rules.refuse("there can be " + std::to_string(rules_max) + " rules in a translation");
  for (const Value& rule : entries) read_number_rule(rule, translation);
  model.translations.push_back(std::move(translation));
}

}  // namespace

void read_number(const Value& value, std::string& into) {
  std::string number;
  if (!value.read(number)) return;
  bool clean = number.size() <= number_max;
  constexpr std::string_view urn = "urn:service:";  // RFC 5031
  std::string_view digits = number;
  if (digits.starts_with(urn)) digits.remove_prefix(urn.size());
  for (char c : digits)
    clean = clean && (isalnum(uint8_t(c)) || std::string_view("+*#-_.").find(c) != std::string_view::npos);
  if (!clean)
    return value.refuse(
        "must be up to 64 of the characters 0-9 A-Z a-z + * # - _ ., or begin with urn:service:");
  into = number;
}

void read_translations(const Value& value, Model& model) {
  constexpr size_t translations_max = 64;
  std::vector<Value> entries = value.entries();
  if (entries.size() > translations_max)
    return value.refuse("there can be " + std::to_string(translations_max) + " translations");
  for (const Value& entry : entries) read_translation(entry, model);
}

}  // namespace sbc::config
