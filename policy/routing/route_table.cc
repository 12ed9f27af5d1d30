#include "policy/routing/route_table.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "dataplane/sip/text.h"

namespace sbc::policy {
namespace {

// A scope says whose calls a route is for, the narrowest first: one trunk's, one realm's, anybody's.
constexpr uint32_t realm_scope = 0x10000, any_scope = 0x20000;
uint32_t scope_of(TrunkId trunk) { return index_of(trunk); }
uint32_t scope_of(RealmId realm) {
  return realm == RealmId::none ? any_scope : realm_scope + index_of(realm);
}

auto rank(const RouteChoice& choice) {
  const config::Route& route = *choice.route;
  return std::tuple(std::string_view(route.prefix), choice.scope, std::string_view(route.from_prefix),
                    -int(route.to_prefix.size()), route.host.empty(), route.from_host.empty(),
                    route.to_host.empty(), route.header.name.empty(), route.times.empty());
}

bool asks_for_hosts(const config::Route& route) {
  return !route.host.empty() || !route.from_host.empty() || !route.to_host.empty();
}

/// Of a tel URI or a service's URN there is none.
bool is_host(const config::HostMatch& wanted, const sip::Uri& uri) {
  if (wanted.empty()) return true;
  if (!wanted.address.is_none()) return uri.address() == wanted.address;
  std::string_view name = uri.host;
  if (name.ends_with('.')) name.remove_suffix(1);
  return sip::equal_ignoring_case(name, wanted.name);
}

bool has_hosts(const RouteChoice& choice, const sip::Message* invite) {
  if (!choice.asks_for_hosts) return true;
  const config::Route& route = *choice.route;
  return invite && is_host(route.host, invite->request_uri()) &&
         is_host(route.from_host, invite->from().uri) && is_host(route.to_host, invite->to().uri);
}

bool has_header(const RouteChoice& choice, const sip::Message* invite) {
  if (choice.header == sip::Header::count_) return true;
  if (!invite) return false;
  const config::HeaderMatch& wanted = choice.route->header;
  for (const sip::Field& field : invite->fields()) {
    if (field.id != choice.header) continue;
    bool named = field.id != sip::Header::other || sip::equal_ignoring_case(field.name, wanted.name);
    if (named && sip::equal_ignoring_case(field.value, wanted.value)) return true;
  }
  return false;
}

bool is_time(const config::Route& route, UtcTime time) {
  if (route.times.empty()) return true;
  return std::any_of(route.times.begin(), route.times.end(),
                     [&](const TimeWindow& window) { return window.holds(time, route.utc_offset); });
}

/// What the indices have not seen to.
bool takes(const RouteChoice& choice, const RouteQuery& query) {
  return query.to_number.starts_with(choice.route->to_prefix) && has_hosts(choice, query.invite) &&
         has_header(choice, query.invite) && is_time(*choice.route, query.time);
}

/// A group's trunks with the same priority are one tier.
void add_group(std::vector<Tier>& tiers, const config::TrunkGroup& group, const TrunkTable& trunks) {
  std::vector<const config::TrunkGroup::Member*> members;
  for (const auto& member : group.trunks) members.push_back(&member);
  std::stable_sort(members.begin(), members.end(),
                   [](const auto* a, const auto* b) { return a->priority < b->priority; });
  unsigned priority = 0;
  for (const auto* member : members) {
    auto id = trunks.by_name(*member->trunk);
    if (!id) continue;
    if (member->priority != priority) tiers.push_back({group.select, {}});
    priority = member->priority;
    tiers.back().members.push_back({*id, member->weight, trunk_name_hash(*member->trunk)});
  }
}

std::vector<Tier> tiers_of(const config::Route& route, const config::Model& model, const TrunkTable& trunks) {
  std::vector<Tier> tiers;
  for (const Located<std::string>& name : route.trunks) {
    if (auto id = trunks.by_name(*name)) tiers.push_back({config::Selection::in_order, {{*id, 1, 0}}});
    for (const config::TrunkGroup& group : model.trunk_groups)
      if (*group.name == *name) add_group(tiers, group, trunks);
  }
  return tiers;
}

uint16_t place_of_translation(const config::Route& route, const config::Model& model) {
  for (size_t i = 0; i < model.translations.size() && !route.translation->empty(); ++i)
    if (*model.translations[i].name == *route.translation) return uint16_t(i);
  return RouteChoice::no_translation;
}

}  // namespace

RouteTable::RouteTable(const config::Model& model, const TrunkTable& trunks) {
  for (const config::Translation& translation : model.translations) translations_.emplace_back(translation);
  for (const config::Route& route : model.routes) {
    by_name_.push_back(&route);
    RouteChoice choice;
    choice.route = &route;
    choice.tiers = tiers_of(route, model, trunks);
    choice.translation = place_of_translation(route, model);
    choice.asks_for_hosts = asks_for_hosts(route);
    choice.scope = scope_of(route.from);
    if (!route.source->empty()) {
      auto source = trunks.by_name(*route.source);
      if (!source) continue;
      choice.scope = scope_of(*source);
    }
    if (!route.header.name.empty()) choice.header = sip::header_of(route.header.name);
    choices_.push_back(std::move(choice));
  }
  std::stable_sort(choices_.begin(), choices_.end(),
                   [](const RouteChoice& a, const RouteChoice& b) { return rank(a) < rank(b); });
  for (const RouteChoice& choice : choices_) add(choice);
  std::sort(by_name_.begin(), by_name_.end(),
            [](const config::Route* a, const config::Route* b) { return *a->name < *b->name; });
}

const config::Route* RouteTable::named(std::string_view name) const {
  auto at = std::lower_bound(
      by_name_.begin(), by_name_.end(), name,
      [](const config::Route* route, std::string_view wanted) { return *route->name < wanted; });
  return at != by_name_.end() && *(*at)->name == name ? *at : nullptr;
}

void RouteTable::add(const RouteChoice& choice) {
  auto place = uint32_t(&choice - choices_.data());
  std::string_view prefix = choice.route->prefix;
  bool same =
      !groups_.empty() && numbers_.last_run().prefix == prefix && groups_.back().scope == choice.scope;
  if (!same) {
    groups_.push_back({choice.scope, place, {}});
    numbers_.add(prefix);
  }
  groups_.back().callers.add(choice.route->from_prefix);
}

bool RouteTable::translate(const RouteChoice& choice, std::string_view number, std::span<char> out,
                           size_t& size) const {
  bool has_table = choice.translation != RouteChoice::no_translation;
  return policy::translate(*choice.route, has_table ? &translations_[choice.translation] : nullptr, number,
                           out, size);
}

const RouteChoice* RouteTable::find(const RouteQuery& query) const {
  const std::array scopes{scope_of(query.source), scope_of(query.realm), any_scope};
  return numbers_.longest_first(query.number, [&](const PrefixRuns::Run& groups) -> const RouteChoice* {
    for (uint32_t scope : scopes)
      if (const RouteChoice* choice = find_among(groups, scope, query)) return choice;
    return nullptr;
  });
}

const RouteChoice* RouteTable::find_among(const PrefixRuns::Run& groups, uint32_t scope,
                                          const RouteQuery& query) const {
  auto last = groups_.begin() + groups.last;
  auto group = std::lower_bound(groups_.begin() + groups.first, last, scope,
                                [](const Group& each, uint32_t wanted) { return each.scope < wanted; });
  if (group == last || group->scope != scope) return nullptr;
  const RouteChoice* choices = choices_.data() + group->first;
  return group->callers.longest_first(query.from_number,
                                      [&](const PrefixRuns::Run& run) -> const RouteChoice* {
                                        for (uint32_t i = run.first; i < run.last; ++i)
                                          if (takes(choices[i], query)) return choices + i;
                                        return nullptr;
                                      });
}

}  // namespace sbc::policy
