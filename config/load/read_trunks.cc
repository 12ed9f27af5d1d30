// Trunks and groups of them.
#include <algorithm>
#include <cctype>

#include "config/load/readers.h"
#include "config/model/known_codec.h"
#include "config/types/host_name.h"

namespace sbc::config {
namespace {

std::string realm_key(const Realm& realm) { return "realms[" + *realm.name + "]"; }

/// Why the realm cannot send to `address`; empty when it can.
std::string why_unreachable(const Realm& realm, const IpAddress& address) {
  const char* family = address.is_v4() ? "IPv4" : "IPv6";
  switch (reach_of(realm, address)) {
    case Reach::ok:
      return {};
    case Reach::own:
      return "this is an address of realm '" + *realm.name + "' itself";
    case Reach::no_listener:
      return "realm '" + *realm.name + "' has no " + family + " SIP listener to send from";
    case Reach::no_route:
      break;
  }
  return "not on a network of realm '" + *realm.name + "', which has no " + family + " gateway";
}

void check_peer(const Value& item, const Trunk& trunk, const Peer& peer, const Model& model) {
  for (const Peer& other : trunk.peers) {
    if (other == peer) item.refuse("this peer is listed twice");
  }
  if (trunk.realm == RealmId::none) return;
  for (const Trunk& other : model.trunks) {
    if (other.realm != trunk.realm) continue;
    for (const Peer& taken : other.peers) {
      if (taken == peer) item.refuse("this is a peer of trunk '" + *other.name + "' already");
    }
  }
  const Realm& realm = model.realms[index_of(trunk.realm)];
  if (!item.sound(realm_key(realm))) return;
  if (peer.is_host() && realm.listeners.empty())
    item.refuse("realm '" + *realm.name + "' has no SIP listener to send from");
  if (peer.is_host()) return;
  if (std::string why = why_unreachable(realm, peer.endpoint.address); !why.empty()) item.refuse(why);
}

/// "sip.example.net", or with a port behind it.
std::optional<Peer> parse_host_peer(const std::string& text) {
  const size_t colon = text.find(':');
  auto host = parse_host_name(std::string_view(text).substr(0, colon));
  if (!host) return std::nullopt;
  if (colon == text.npos) return Peer(*host, 0);
  // The port is read where addresses have theirs.
  auto port = Endpoint::parse("192.0.2.1" + text.substr(colon), 0);
  return port && port->port != 0 ? std::optional(Peer(*host, port->port)) : std::nullopt;
}

std::optional<Peer> parse_peer(const std::string& text) {
  constexpr uint16_t sip_port = 5060;
  auto address = Endpoint::parse(text, sip_port);
  if (!address) return parse_host_peer(text);
  if (address->address.is_multicast() || address->address.is_none()) return std::nullopt;
  return Peer(*address);
}

void read_peers(const Value& value, Trunk& trunk, const Model& model) {
  std::vector<Value> items = value.items();
  if (items.empty())
    value.missing("a trunk needs at least one peer, as in 192.0.2.10:5060 or sip.example.net");
  if (items.size() > trunk_peers_max)
    value.refuse("there can be " + std::to_string(trunk_peers_max) + " peers in a trunk");
  for (const Value& item : items) {
    std::string text;
    if (!item.read(text)) continue;
    auto peer = parse_peer(text);
    if (!peer) {
      item.refuse(
          "must be an address and port, as in 192.0.2.10:5060 or \"[2001:db8::10]:5060\", or a host "
          "name, as in sip.example.net, which may have a port, too");
      continue;
    }
    check_peer(item, trunk, *peer, model);
    trunk.peers.push_back(std::move(*peer));
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

/// Where nothing is written: what everybody knows.
void read_offer(Section& section, Trunk& trunk) {
  Value offer = section.at("offer"), codecs = section.at("offer_codecs");
  offer.read(trunk.offer, {{"as_caller", OfferRule::as_caller}, {"early", OfferRule::early}});
  if (!codecs.given()) trunk.offer_codecs = {"PCMA", "PCMU", "telephone-event"};
  std::string all;
  for (const KnownCodec& codec : known_codecs) all += (all.empty() ? "" : ", ") + std::string(codec.name);
  bool any_codec = !codecs.given();
  for (const Value& item : codecs.items()) {
    std::string name;
    if (!item.read(name)) continue;
    const bool known = std::any_of(known_codecs.begin(), known_codecs.end(),
                                   [&](const KnownCodec& codec) { return codec.name == name; });
    auto& chosen = trunk.offer_codecs;
    if (!known) item.refuse("must be one of: " + all);
    if (std::find(chosen.begin(), chosen.end(), name) != chosen.end()) item.refuse("this is listed twice");
    any_codec |= known && name != "telephone-event";
    chosen.push_back(std::move(name));
  }
  if (!any_codec && codecs.sound()) codecs.refuse("an offer needs a codec, as in PCMA");
  if (codecs.given() && trunk.offer != OfferRule::early && offer.sound())
    codecs.refuse("says nothing without offer: early");
}

void read_call_limit(const Value& value, uint32_t calls_max, CallLimit& limit) {
  Section section(value);
  Value most = section.at("calls_max");
  if (most.read(limit.calls_max) && limit.calls_max > calls_max)
    most.refuse("must not be above the trunk's calls_max, " + std::to_string(calls_max));
  section.at("call_rate").read(limit.call_rate);
}

void read_failover(const Value& value, StatusSet& failover_on) {
  if (!value.given()) return;
  failover_on = {};
  for (const Value& item : value.items()) {
    if (!failover_on.add(item.text())) item.refuse("must be a status 300..699 or a class, as in 486 or 5xx");
  }
}

/// Of more than this a side of a call is not told. A prefix that holds every address is no list of sources.
void read_media_from(const Value& value, std::vector<Prefix>& media_from) {
  const std::vector<Value> items = value.items();
  if (items.size() > media_from_max)
    return value.refuse("there can be " + std::to_string(media_from_max) + " prefixes");
  for (const Value& item : items) {
    const auto prefix = read_prefix(item);
    if (!prefix) continue;
    const bool everybody = *prefix == Prefix::parse("0.0.0.0/0") || *prefix == Prefix::parse("::/0");
    if (everybody)
      item.refuse("must not be everybody: whoever is first at a call's port is taken for the trunk");
    media_from.push_back(*prefix);
  }
}

void read_refer(const Value& value, std::optional<ReferRule>& refer) {
  ReferRule rule = ReferRule::pass;
  if (value.read(rule, {{"pass", ReferRule::pass}, {"carry_out", ReferRule::carry_out}})) refer = rule;
}

void read_digits(const Value& value, std::optional<DigitRule>& digits) {
  DigitRule rule = DigitRule::pass;
  if (config::read_digits(value, rule)) digits = rule;
}

void read_response(const Value& entry, std::vector<ResponseRule>& rules) {
  Section section(entry);
  ResponseRule rule;
  bool fits = section.at("status").read(rule.status);
  fits |= section.at("cause").read(rule.cause);
  bool changes = section.at("as").read(rule.as);
  changes |= section.at("as_cause").read(rule.as_cause);
  if (!fits && entry.sound())
    entry.missing("a rule needs the status or the cause of the responses it is for");
  if (!changes && entry.sound())
    entry.missing("a rule needs what the caller is told instead: as or as_cause");
  for (const ResponseRule& other : rules) {
    bool covers =
        (other.status == 0 || other.status == rule.status) && (other.cause == 0 || other.cause == rule.cause);
    if (covers && entry.sound())
      entry.refuse("an earlier rule takes these responses, so this one is never used");
  }
  rules.push_back(rule);
}

void read_responses(const Value& value, std::vector<ResponseRule>& rules) {
  constexpr size_t rules_max = 64;
  std::vector<Value> entries = value.entries();
  if (entries.size() > rules_max)
    return value.refuse("there can be " + std::to_string(rules_max) + " rules in a trunk");
  for (const Value& entry : entries) read_response(entry, rules);
}

void read_health(const Value& value, Health& health) {
  constexpr Duration interval_min = 1s;
  Section section(value);
  Value interval = section.at("interval");
  if (interval.read(health.interval) && health.interval > Duration(0) && health.interval < interval_min)
    interval.refuse("must be 0s or at least 1s");
  section.at("failures_max").read(health.failures_max);
  section.at("ramp").read(health.ramp);
  section.at("asr_min").read(health.asr_min);
  section.at("asr_calls").read(health.asr_calls);
  section.at("suspension").read(health.suspension);
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
  read_offer(section, trunk);
  section.at("early_media")
      .read(trunk.early_media, {{"pass", EarlyMediaRule::pass},
                                {"authorised", EarlyMediaRule::authorised},
                                {"none", EarlyMediaRule::none}});
  read_media_from(section.at("media_from"), trunk.media_from);
  read_call_limit(section.at("inbound"), trunk.calls_max, trunk.inbound);
  read_call_limit(section.at("outbound"), trunk.calls_max, trunk.outbound);
  read_failover(section.at("failover_on"), trunk.failover_on);
  read_responses(section.at("responses"), trunk.responses);
  section.at("redirect")
      .read(trunk.redirect,
            {{"refuse", Redirection::refuse}, {"follow", Redirection::follow}, {"pass", Redirection::pass}});
  Value callers = section.at("translate_callers");
  if (read_reference(callers, model.translations, "translations"))
    trunk.caller_translation = {callers.text(), callers.where()};
  read_refer(section.at("refer"), trunk.refer);
  read_digits(section.at("digits"), trunk.digits);
  read_health(section.at("health"), trunk.health);
  read_precedence(section.at("precedence"), trunk.precedence);
  model.trunks.push_back(std::move(trunk));
}

/// A trunk's name alone, or a section that says more of it.
void read_member(const Value& item, TrunkGroup& group, const Model& model) {
  TrunkGroup::Member member;
  auto take = [&](const Value& name) {
    if (!read_reference(name, model.trunks, "trunks")) return;
    member.trunk = {name.text(), name.where()};
    for (const auto& other : group.trunks) {
      if (*other.trunk == *member.trunk) name.refuse("this trunk is listed twice");
    }
  };
  if (!item.text().empty()) {
    take(item);
  } else {
    Section section(item);
    Value name = section.at("trunk");
    if (!name.given()) name.missing("a member of a group needs the name of its trunk");
    take(name);
    section.at("priority").read(member.priority);
    section.at("weight").read(member.weight);
  }
  group.trunks.push_back(std::move(member));
}

void read_trunk_group(const Value& entry, Model& model) {
  Section section(entry);
  TrunkGroup group;
  Value name = section.at("name");
  read_name(entry, name, model.trunk_groups, group.name);
  for (const Trunk& trunk : model.trunks) {
    if (*trunk.name == *group.name && !group.name->empty())
      name.refuse("a trunk has this name, in line " + std::to_string(trunk.name.where.line));
  }
  section.at("select").read(group.select, {{"in_order", Selection::in_order},
                                           {"weighted", Selection::weighted},
                                           {"least_busy", Selection::least_busy},
                                           {"by_caller", Selection::by_caller},
                                           {"by_call", Selection::by_call}});
  Value trunks = section.at("trunks");
  std::vector<Value> items = trunks.items();
  if (items.empty())
    trunks.missing("a group needs at least one trunk; trunks: " + join(names_of(model.trunks)));
  if (items.size() > group_trunks_max)
    trunks.refuse("there can be " + std::to_string(group_trunks_max) + " trunks in a group");
  for (const Value& item : items) read_member(item, group, model);
  model.trunk_groups.push_back(std::move(group));
}

}  // namespace

void read_trunks(const Value& value, Model& model) {
  std::vector<Value> entries = value.entries();
  if (entries.size() > trunks_max)
    return value.refuse("there can be " + std::to_string(trunks_max) + " trunks");
  for (const Value& entry : entries) read_trunk(entry, model);
}

void read_trunk_groups(const Value& value, Model& model) {
  constexpr size_t groups_max = 256;
  std::vector<Value> entries = value.entries();
  if (entries.size() > groups_max)
    return value.refuse("there can be " + std::to_string(groups_max) + " groups of trunks");
  for (const Value& entry : entries) read_trunk_group(entry, model);
}

}  // namespace sbc::config
