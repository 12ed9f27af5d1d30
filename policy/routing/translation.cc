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

bool translate(const config::Route& route, const NumberTable* table, std::string_view number,
               std::span<char> out, size_t& size) {
  if (sip::is_service_urn(number)) {  // no number: it goes on as it is (RFC 5031)
    size = number.size();
    if (size <= out.size()) std::copy(number.begin(), number.end(), out.begin());
    return size <= out.size();
  }
  number.remove_prefix(std::min<size_t>(route.strip, number.size()));
  size = route.add.size() + number.size();
  if (size > out.size()) return false;
  std::copy(route.add.begin(), route.add.end(), out.begin());
  std::copy(number.begin(), number.end(), out.begin() + std::ptrdiff_t(route.add.size()));
  const config::NumberRule* rule = table ? table->find({out.data(), size}) : nullptr;
  if (!rule) return true;
  const size_t rest = size - rule->prefix.size();
  size = rule->with.size() + rest;
  if (size > out.size()) return false;
  std::memmove(out.data() + rule->with.size(), out.data() + rule->prefix.size(), rest);
  std::copy(rule->with.begin(), rule->with.end(), out.begin());
  return true;
}

}  // namespace sbc::policy
