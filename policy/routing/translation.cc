#include "policy/routing/translation.h"

#include <algorithm>
#include <cstring>

#include "dataplane/sip/uri.h"

namespace sbc::policy {

NumberTable::NumberTable(const config::Translation& translation) {
  for (const config::NumberRule& rule : translation.rules) rules_.push_back(&rule);
  std::stable_sort(rules_.begin(), rules_.end(),
                   [](const auto* a, const auto* b) { return a->prefix < b->prefix; });
  for (const config::NumberRule* rule : rules_) runs_.add(rule->prefix);
}

const config::NumberRule* NumberTable::find(std::string_view number) const {
  return runs_.longest_first(number, [&](const PrefixRuns::Run& run) { return rules_[run.first]; });
}

bool translate(const NumberTable& table, std::string_view number, std::span<char> out, size_t& size) {
  const config::NumberRule* rule = sip::is_service_urn(number) ? nullptr : table.find(number);
  const std::string_view front = rule ? std::string_view(rule->with) : std::string_view();
  if (rule) number.remove_prefix(rule->prefix.size());
  size = front.size() + number.size();
  if (size > out.size()) return false;
  // `number` may stand in `out` itself.
  std::memmove(out.data() + front.size(), number.data(), number.size());
  std::copy(front.begin(), front.end(), out.begin());
  return true;
}

bool translate(const config::Route& route, const NumberTable* table, std::string_view number,
               std::span<char> out, size_t& size) {
  static const NumberTable none;
  if (sip::is_service_urn(number)) return translate(none, number, out, size);
  number.remove_prefix(std::min<size_t>(route.strip, number.size()));
  size = route.add.size() + number.size();
  if (size > out.size()) return false;
  std::copy(route.add.begin(), route.add.end(), out.begin());
  std::copy(number.begin(), number.end(), out.begin() + std::ptrdiff_t(route.add.size()));
  return translate(table ? *table : none, {out.data(), size}, out, size);
}

}  // namespace sbc::policy
