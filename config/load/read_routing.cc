// Who calls may come from and go to: trunks, routes and access rules.
#include <algorithm>

#include "config/load/readers.h"

namespace sbc::config {
namespace {

constexpr size_t number_max = 64;
constexpr size_t header_name_max = 64, header_value_max = 128;
constexpr size_t times_max = 16;

std::string realm_key(const Realm& realm) { return "realms[" + *realm.name + "]"; }

/// Why the realm cannot send to `peer`; empty when it can.
std::string why_unreachable(const Realm& realm, const Endpoint& peer) {
  const bool v4 = peer.address.is_v4();
  const char* family = v4 ? "IPv4" : "IPv6";
  if (has_address(realm, peer.address)) return "this is an address of realm '" + *realm.name + "' itself";
  bool listens = false;
  for (const Endpoint& listener : realm.listeners) listens = listens || listener.address.is_v4() == v4;
  if (!listens) return "realm '" + *realm.name + "' has no " + family + " SIP listener to send from";
  if (is_connected(realm, peer.address)) return {};
  if (!(v4 ? realm.gateway_v4 : realm.gateway_v6).is_none()) return {};
  return "not on a network of realm '" + *realm.name + "', which has no " + family + " gateway";
}

void check_peer(const Value& item, const Trunk& trunk, const Endpoint& peer, const Model& model) {
  for (const Endpoint& other : trunk.peers) {
    if (other == peer) item.refuse("this peer is listed twice");
  }
  if (trunk.realm == RealmId::none) return;
  for (const Trunk& other : model.trunks) {
    if (other.realm != trunk.realm) continue;
    for (const Endpoint& taken : other.peers) {
      if (taken == peer) item.refuse("this is a peer of trunk '" + *other.name + "' already");
    }
  }
  const Realm& realm = model.realms[index_of(trunk.realm)];
  if (!item.sound(realm_key(realm))) return;
  if (std::string why = why_unreachable(realm, peer); !why.empty()) item.refuse(why);
}

void read_peers(const Value& value, Trunk& trunk, const Model& model) {
  constexpr uint16_t sip_port = 5060;
  std::vector<Value> items = value.items();
  if (items.empty()) value.missing("a trunk needs at least one peer, as in 192.0.2.10:5060");
  for (const Value& item : items) {
    std::string text;
    if (!item.read(text)) continue;
    auto peer = Endpoint::parse(text, sip_port);
    if (!peer || peer->address.is_multicast() || peer->address.is_none()) {
      item.refuse("must be an address and port, as in 192.0.2.10:5060 or \"[2001:db8::10]:5060\"");
      continue;
    }
    check_peer(item, trunk, *peer, model);
    trunk.peers.push_back(*peer);
  }
}

/// Encoding names: tokens of RFC 8866 9, up to 32 of them.
void read_codecs(const Value& value, std::vector<std::string>& into) {
  for (const Value& item : value.items()) {
    std::string name;
    if (!item.read(name)) continue;
    bool clean = !name.empty() && name.size() <= 32;
    for (char c : name)
      clean = clean && (isalnum(uint8_t(c)) || c == '-' || c == '_' || c == '.' || c == '+');
    if (!clean) {
      item.refuse("must be the name of a codec as in a=rtpmap, as in PCMA or telephone-event");
    } else if (into.size() == CodecRules::names_max) {
      item.refuse("a list of codecs has at most 32 names");
      return;
    } else {
      into.push_back(std::move(name));
    }
  }
}

void read_codec_rules(const Value& value, CodecRules& rules) {
  Section section(value);
  read_codecs(section.at("allow"), rules.allow);
  read_codecs(section.at("deny"), rules.deny);
  read_codecs(section.at("order"), rules.order);
  Value ptime = section.at("ptime");
  if (ptime.read(rules.ptime) && rules.ptime % std::chrono::milliseconds(1) != Duration(0))
    ptime.refuse("must be whole milliseconds, as in 20ms");
}

void read_trunk(const Value& entry, Model& model) {
  Section section(entry);
  Trunk trunk;
  read_name(entry, section.at("name"), model.trunks, trunk.name);
  Value realm = section.at("realm");
  if (!realm.given()) realm.missing("a trunk needs the name of its realm");
  if (auto index = read_reference(realm, model.realms, "realms")) trunk.realm = RealmId(*index);
  read_peers(section.at("peers"), trunk, model);
  section.at("calls_max").read(trunk.calls_max);
  section.at("call_rate").read(trunk.call_rate);
  read_codec_rules(section.at("codecs"), trunk.codecs);
  model.trunks.push_back(std::move(trunk));
}

/// Characters of a number, as they stand unescaped in a Request-URI's user part.
void read_number(const Value& value, std::string& into) {
  std::string number;
  if (!value.read(number)) return;
  bool clean = number.size() <= number_max;
  for (char c : number)
    clean = clean && (isalnum(uint8_t(c)) || std::string_view("+*#-_.").find(c) != std::string_view::npos);
  if (!clean) return value.refuse("must be up to 64 of the characters 0-9 A-Z a-z + * # - _ .");
  into = number;
}

void read_route_trunks(const Value& value, Route& route, const Model& model) {
  std::vector<Value> items = value.items();
  if (items.empty())
    value.missing("a route needs at least one trunk; trunks: " + join(names_of(model.trunks)));
  for (const Value& item : items) {
    if (!read_reference(item, model.trunks, "trunks")) continue;
    for (const auto& other : route.trunks) {
      if (*other == item.text()) item.refuse("this trunk is listed twice");
    }
    route.trunks.emplace_back(item.text(), item.where());
  }
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
         a.from_prefix == b.from_prefix && a.to_prefix == b.to_prefix && a.header == b.header &&
         a.times == b.times && a.utc_offset == b.utc_offset;
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
  read_header(section.at("header"), route.header);
  read_times(section, route);
  section.at("strip").read(route.strip);
  read_number(section.at("add"), route.add);
  read_route_trunks(section.at("trunks"), route, model);
  section.at("ring_timeout").read(route.ring_timeout);
  section.at("attempt_timeout").read(route.attempt_timeout);
  for (const Route& other : model.routes) {
    if (!take_same_calls(other, route) || !entry.sound()) continue;
    const Value& blamed = prefix.given() ? prefix : entry;
    blamed.refuse(route.prefix,
                  "route '" + *other.name + "' takes the same calls, so this one is never used");
  }
  model.routes.push_back(std::move(route));
}

void read_rule_prefix(const Value& item, AccessRule rule, Model& model) {
  std::string text;
  if (!item.read(text)) return;
  auto prefix = Prefix::parse(text);
  if (!prefix) {
    size_t slash = std::min(text.find('/'), text.size());
    auto address = IpAddress::parse(std::string_view(text).substr(0, slash));
    // The length alone, on an address without host bits, so that only the length can be at fault.
    std::string any = address && address->is_v4() ? "0.0.0.0" : "::";
    bool only_host_bits = address && Prefix::parse(any + text.substr(slash));
    return item.refuse(only_host_bits ? "has bits set behind its length; write the network's first address"
                                      : "must be a prefix, as in 192.0.2.0/24 or 2001:db8::/32");
  }
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

void read_trunks(const Value& value, Model& model) {
  std::vector<Value> entries = value.entries();
  if (entries.size() > trunks_max)
    return value.refuse("there can be " + std::to_string(trunks_max) + " trunks");
  for (const Value& entry : entries) read_trunk(entry, model);
}

void read_routes(const Value& value, Model& model) {
  constexpr size_t routes_max = 10'000;
  std::vector<Value> entries = value.entries();
  if (entries.size() > routes_max)
    return value.refuse("there can be " + std::to_string(routes_max) + " routes");
  for (const Value& entry : entries) read_route(entry, model);
}

void read_access(const Value& value, Model& model) {
  constexpr size_t rules_max = 10'000;
  std::vector<Value> entries = value.entries();
  if (entries.size() > rules_max)
    return value.refuse("there can be " + std::to_string(rules_max) + " access rules");
  for (const Value& entry : entries) read_rule(entry, model);
}

}  // namespace sbc::config
