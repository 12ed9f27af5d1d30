// Routes: whose calls they take, and where these go.
#include <algorithm>
#include <cctype>

#include "config/load/readers.h"
#include "config/types/host_name.h"

namespace sbc::config {
namespace {

constexpr size_t header_name_max = 64, header_value_max = 128;
constexpr size_t times_max = 16;

/// Names of trunks and of groups, told apart by nothing else.
struct Named {
  Located<std::string> name;
};

size_t trunks_in(const Route& route, const Model& model) {
  size_t count = 0;
  for (const auto& name : route.trunks) {
    auto group = std::find_if(model.trunk_groups.begin(), model.trunk_groups.end(),
                              [&](const TrunkGroup& each) { return *each.name == *name; });
    count += group == model.trunk_groups.end() ? 1 : group->trunks.size();
  }
  return count;
}

void read_route_trunks(const Value& value, Route& route, const Model& model) {
  std::vector<Named> known;
  for (const Trunk& trunk : model.trunks) known.push_back({trunk.name});
  for (const TrunkGroup& group : model.trunk_groups) known.push_back({group.name});
  std::string what = model.trunk_groups.empty() ? "trunks" : "trunks and groups";
  std::vector<Value> items = value.items();
  if (items.empty())
    value.missing("a route needs at least one trunk; " + what + ": " + join(names_of(known)));
  if (items.size() > route_trunks_max)
    value.refuse("there can be " + std::to_string(route_trunks_max) + " trunks and groups in a route");
  for (const Value& item : items) {
    if (!read_reference(item, known, what)) continue;
    for (const auto& other : route.trunks) {
      if (*other == item.text()) item.refuse("this trunk is listed twice");
    }
    route.trunks.emplace_back(item.text(), item.where());
  }
  if (trunks_in(route, model) > route_trunks_max)
    value.refuse("there can be " + std::to_string(route_trunks_max) +
                 " trunks in a route, those in groups counted");
}

/// Where the route's calls go: to trunks, or back to the caller with another host to ask.
void read_goal(Section& section, Route& route, const Model& model) {
  constexpr size_t host_max = 64;
  Value redirect = section.at("redirect"), trunks = section.at("trunks");
  if (!redirect.given()) return read_route_trunks(trunks, route, model);
  if (trunks.given()) trunks.refuse("the route redirects its calls, so none goes to a trunk");
  if (!redirect.read(route.redirect)) return;
  bool clean = !route.redirect.empty() && route.redirect.size() <= host_max;
  for (char c : route.redirect)
    clean = clean && (isalnum(uint8_t(c)) || std::string_view(".-:[]").find(c) != std::string_view::npos);
  if (!clean)
    redirect.refuse("must be a host, as in proxy.example.net or 192.0.2.9:5060, of up to 64 characters");
}

/// Realm and trunk that the route's calls come from.
void read_source(Section& section, Route& route, const Model& model) {
  Value from = section.at("from"), source = section.at("source");
  if (auto index = read_reference(from, model.realms, "realms")) route.from = RealmId(*index);
  auto index = read_reference(source, model.trunks, "trunks");
  if (!index) return;
  const Trunk& trunk = model.trunks[*index];
  route.source = {source.text(), source.where()};
  if (route.from != RealmId::none && trunk.realm != RealmId::none && trunk.realm != route.from) {
    source.refuse("this trunk is in realm '" + *model.realms[index_of(trunk.realm)].name +
                  "', so no call from realm '" + from.text() + "' comes from it");
  }
  route.from = trunk.realm;
}

std::optional<HostMatch> parse_host(std::string_view text) {
  const bool bracketed = text.starts_with('[') && text.ends_with(']');
  auto address = bracketed ? IpAddress::parse_v6(text.substr(1, text.size() - 2)) : IpAddress::parse_v4(text);
  if (address) return address->is_none() ? std::nullopt : std::optional(HostMatch{{}, *address});
  auto name = parse_host_name(text);
  return name ? std::optional(HostMatch{*name, {}}) : std::nullopt;
}

void read_host(const Value& value, HostMatch& into) {
  std::string text;
  if (!value.read(text)) return;
  auto host = parse_host(text);
  if (!host)
    return value.refuse(
        "must be a host without a port: a name of up to 253 characters, as in sip.example.net, or an "
        "address, as in 192.0.2.9 or \"[2001:db8::9]\"");
  into = std::move(*host);
}

void read_header(const Value& value, HeaderMatch& header) {
  if (!value.given()) return;
  Section section(value);
  Value name = section.at("name"), wanted = section.at("value");
  if (!name.given()) name.missing("name the header field that is looked at");
  if (!wanted.given()) wanted.missing("say what value the header field has to have");
  if (name.read(header.name)) {
    bool token = !header.name.empty() && header.name.size() <= header_name_max;
    for (char c : header.name) token = token && (isalnum(uint8_t(c)) || c == '-' || c == '_' || c == '.');
    if (!token) name.refuse("must be the name of a header field: up to 64 of A-Z a-z 0-9 - _ .");
  }
  if (wanted.read(header.value)) {
    bool clean = !header.value.empty() && header.value.size() <= header_value_max &&
                 header.value.front() != ' ' && header.value.back() != ' ';
    for (char c : header.value) clean = clean && uint8_t(c) >= 0x20 && c != 0x7f;
    if (!clean) wanted.refuse("must be 1..128 characters, with no blank at either end");
  }
}

void read_times(Section& section, Route& route) {
  Value times = section.at("times"), offset = section.at("utc_offset");
  std::vector<Value> items = times.items();
  if (items.size() > times_max) times.refuse("there can be 16 windows in a route");
  for (const Value& item : items) {
    std::string text;
    if (!item.read(text)) continue;
    auto window = TimeWindow::parse(text);
    if (!window)
      item.refuse("must be days, hours or both, as in \"mo-fr\", \"22:00-06:00\", \"mo,we 08:00-12:30\"");
    if (window) route.times.push_back(*window);
  }
  std::string text;
  if (!offset.read(text)) return;
  auto minutes = parse_utc_offset(text);
  if (!minutes) return offset.refuse("must be -12:00..+14:00, as in \"+01:00\"");
  if (items.empty()) offset.refuse("says nothing without times");
  route.utc_offset = *minutes;
}

bool take_same_calls(const Route& a, const Route& b) {
  return a.prefix == b.prefix && a.from == b.from && *a.source == *b.source &&
         a.from_prefix == b.from_prefix && a.to_prefix == b.to_prefix && a.host == b.host &&
         a.from_host == b.from_host && a.to_host == b.to_host && a.header == b.header && a.times == b.times &&
         a.utc_offset == b.utc_offset;
}

void read_route(const Value& entry, Model& model) {
  Section section(entry);
  Route route;
  read_name(entry, section.at("name"), model.routes, route.name);
  read_source(section, route, model);
  Value prefix = section.at("prefix");
  read_number(prefix, route.prefix);
  read_number(section.at("from_prefix"), route.from_prefix);
  read_number(section.at("to_prefix"), route.to_prefix);
  read_host(section.at("host"), route.host);
  read_host(section.at("from_host"), route.from_host);
  read_host(section.at("to_host"), route.to_host);
  read_header(section.at("header"), route.header);
  read_times(section, route);
  section.at("strip").read(route.strip);
  read_number(section.at("add"), route.add);
  Value translation = section.at("translate");
  if (read_reference(translation, model.translations, "translations"))
    route.translation = {translation.text(), translation.where()};
  read_goal(section, route, model);
  section.at("ring_timeout").read(route.ring_timeout);
  section.at("attempt_timeout").read(route.attempt_timeout);
  section.at("progress_timeout").read(route.progress_timeout);
  for (const Route& other : model.routes) {
    if (!take_same_calls(other, route) || !entry.sound()) continue;
    const Value& blamed = prefix.given() ? prefix : entry;
    blamed.refuse(route.prefix,
                  "route '" + *other.name + "' takes the same calls, so this one is never used");
  }
  model.routes.push_back(std::move(route));
}

}  // namespace

void read_routes(const Value& value, Model& model) {
  constexpr size_t routes_max = 10'000;
  std::vector<Value> entries = value.entries();
  if (entries.size() > routes_max)
    return value.refuse("there can be " + std::to_string(routes_max) + " routes");
  for (const Value& entry : entries) read_route(entry, model);
}

}  // namespace sbc::config
