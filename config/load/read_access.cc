// Access rules: how far sources are trusted.
#include <algorithm>

#include "config/load/readers.h"

namespace sbc::config {
namespace {

void read_rule_prefix(const Value& item, AccessRule rule, Model& model) {
  auto prefix = read_prefix(item);
  if (!prefix) return;
  for (const AccessRule& other : model.access) {
    if (rule.realm == RealmId::none || other.realm != rule.realm || other.prefix != *prefix) continue;
    item.refuse("this realm has a rule for this prefix already, in line " + std::to_string(other.where.line));
  }
  rule.prefix = *prefix;
  rule.where = item.where();
  model.access.push_back(rule);
}

void read_rule(const Value& entry, Model& model) {
  Section section(entry);
  AccessRule rule;
  Value realm = section.at("realm");
  if (!realm.given()) realm.missing("an access rule needs its realm: an address means nothing without one");
  if (auto index = read_reference(realm, model.realms, "realms")) rule.realm = RealmId(*index);
  Value trust = section.at("trust");
  if (!trust.given()) trust.missing("an access rule needs a trust: denied, unknown, registered or trusted");
  read_trust(trust, rule.trust);
  Value one = section.at("prefix");
  Value many = section.at("prefixes");
  std::vector<Value> items = one.items();
  for (const Value& item : many.items()) items.push_back(item);
  if (items.empty()) one.missing("an access rule needs a prefix, or a list of them under prefixes");
  for (const Value& item : items) read_rule_prefix(item, rule, model);
}

}  // namespace

std::optional<Prefix> read_prefix(const Value& item) {
  std::string text;
  if (!item.read(text)) return std::nullopt;
  if (auto prefix = Prefix::parse(text)) return prefix;
  size_t slash = std::min(text.find('/'), text.size());
  auto address = IpAddress::parse(std::string_view(text).substr(0, slash));
  // The length alone, on an address without host bits, so that only the length can be at fault.
  std::string any = address && address->is_v4() ? "0.0.0.0" : "::";
  bool only_host_bits = address && Prefix::parse(any + text.substr(slash));
  item.refuse(only_host_bits ? "has bits set behind its length; write the network's first address"
                             : "must be a prefix, as in 192.0.2.0/24 or 2001:db8::/32");
  return std::nullopt;
}

void read_access(const Value& value, Model& model) {
  constexpr size_t rules_max = 10'000;
  std::vector<Value> entries = value.entries();
  if (entries.size() > rules_max)
    return value.refuse("there can be " + std::to_string(rules_max) + " access rules");
  for (const Value& entry : entries) read_rule(entry, model);
}

}  // namespace sbc::config
