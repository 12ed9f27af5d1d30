#include "config/load/diff.h"

#include <algorithm>
#include <map>

#include "config/load/nearest.h"

namespace sbc::config {
namespace {

/// Keys and their values as text; the model laid flat.
using Flat = std::map<std::string, std::string>;

std::string text_of(const std::string& value) { return value; }
std::string text_of(bool value) { return value ? "true" : "false"; }
std::string text_of(uint64_t value) { return std::to_string(value); }
std::string text_of(Duration value) { return value == Duration::zero() ? "0s" : duration_text(value); }
std::string text_of(const Rate& value) { return value.text(); }
std::string text_of(const IpAddress& value) { return value.is_none() ? "" : value.text(); }
std::string text_of(const Endpoint& value) { return value.text(); }
std::string text_of(const Peer& value) { return value.text(); }
std::string text_of(const InterfaceAddress& value) {
  std::string network = value.network.text();
  return value.address.text() + network.substr(network.find('/'));
}
std::string text_of(const TimeWindow& value) { return value.text(); }
std::string text_of(const HeaderMatch& value) {
  return value.name.empty() ? "" : value.name + ": " + value.value;
}
std::string text_of(const HostMatch& value) { return value.text(); }
std::string text_of(const StatusSet& value) { return value.text(); }
std::string text_of(const ResponseRule& value) {
  auto part = [](const char* name, uint16_t number) {
    return number ? std::string(name) + " " + std::to_string(number) + " " : std::string();
  };
  std::string text = part("status", value.status) + part("cause", value.cause) + part("as", value.as) +
                     part("as_cause", value.as_cause);
  return text.substr(0, text.size() - 1);
}
std::string text_of(Redirection value) {
  constexpr const char* names[] = {"refuse", "follow", "pass"};
  return names[size_t(value)];
}
std::string text_of(Selection value) {
  constexpr const char* names[] = {"in_order", "weighted", "least_busy", "by_caller", "by_call"};
  return names[size_t(value)];
}
std::string text_of(const TrunkGroup::Member& value) {
  return *value.trunk + " priority " + std::to_string(value.priority) + " weight " +
         std::to_string(value.weight);
}
std::string text_of(const NumberRule& value) { return "'" + value.prefix + "' by '" + value.with + "'"; }
std::string text_of(const Located<std::string>& value) { return *value; }
std::string text_of(uint16_t value) { return std::to_string(value); }
std::string text_of(Trust value) {
  constexpr const char* names[] = {"denied", "unknown", "registered", "trusted"};
  return names[size_t(value)];
}
std::string text_of(Driver value) {
  constexpr const char* names[] = {"af_packet", "af_xdp", "tap", "pcap", "ring", "pci"};
  return names[size_t(value)];
}
std::string text_of(MuxRule value) {
  constexpr const char* names[] = {"refuse", "accept", "offer"};
  return names[size_t(value)];
}
std::string text_of(IceRule value) { return value == IceRule::lite ? "lite" : "none"; }
std::string text_of(SrtpRule value) {
  constexpr const char* names[] = {"forbidden", "optional", "required", "pass"};
  return names[size_t(value)];
}
std::string text_of(SrtpSuite value) { return std::string(facts_of(value).text); }
std::string text_of(LatchRule value) { return value == LatchRule::learn ? "learn" : "signalled"; }
std::string text_of(HeaderRule::Direction value) { return value == HeaderRule::Direction::in ? "in" : "out"; }
std::string text_of(HeaderRule::Kind value) {
  constexpr const char* names[] = {"any", "request", "response"};
  return names[size_t(value)];
}
std::string text_of(HeaderRule::Action value) {
  constexpr const char* names[] = {"allow", "remove", "set", "add", "replace"};
  return names[size_t(value)];
}
std::string text_of(const HeaderCondition& value) {
  constexpr const char* names[] = {"present", "absent", "equals", "prefix", "matches"};
  return *value.header + " " + names[size_t(value.test)] + " " + *value.text;
}
std::string text_of(TransferRule value) {
  constexpr const char* names[] = {"trusted", "everybody", "nobody"};
  return names[size_t(value)];
}
std::string text_of(OfferRule value) { return value == OfferRule::as_caller ? "as_caller" : "early"; }
std::string text_of(EarlyMediaRule value) {
  if (value == EarlyMediaRule::pass) return "pass";
  return value == EarlyMediaRule::authorised ? "authorised" : "none";
}
std::string text_of(ReferRule value) { return value == ReferRule::pass ? "pass" : "carry_out"; }
std::string text_of(DigitRule value) {
  constexpr const char* names[] = {"pass", "info", "telephone_event"};
  return names[size_t(value)];
}
template <class Rule>
std::string text_of(const std::optional<Rule>& value) {
  return value ? text_of(*value) : "as the realm";
}
std::string text_of(const Prefix& value) { return value.text(); }
std::string text_of(Idle value) { return value == Idle::spin ? "spin" : "sleep"; }
std::string text_of(LogLevel value) {
  constexpr const char* names[] = {"error", "warning", "info", "debug"};
  return names[size_t(value)];
}
template <class T>
std::string text_of(const std::vector<T>& values) {
  std::vector<std::string> texts;
  for (const T& value : values) texts.push_back(text_of(value));
  return texts.empty() ? "" : join(texts);
}
template <class Entry>
std::string names_text(const std::vector<Entry>& entries) {
  std::vector<std::string> names;
  for (const Entry& entry : entries) names.push_back(*entry.name);
  return names.empty() ? "" : join(names);
}

std::string realm_name(const Model& model, RealmId id) {
  return id == RealmId::none ? "" : *model.realms[index_of(id)].name;
}

void flatten_process(const Model& model, Flat& flat) {
  flat["workers.count"] = text_of(uint64_t(model.workers.count));
  flat["workers.cores"] = text_of(model.workers.cores);
  flat["workers.idle"] = text_of(model.workers.idle);
  flat["workers.packet_buffers"] = text_of(uint64_t(model.workers.packet_buffers));
  flat["memory.huge"] = text_of(model.memory.huge);
  flat["memory.megabytes"] = text_of(uint64_t(model.memory.megabytes));
  flat["signatures.file"] = text_of(model.signature_file);
  flat["log.file"] = text_of(model.log.file);
  flat["log.level"] = text_of(model.log.level);
  flat["cdr.file"] = text_of(model.cdr_file);
  flat["control.socket"] = text_of(model.control_socket);
}

void flatten_limits(const Limits& limits, Flat& flat) {
  flat["limits.calls_max"] = text_of(uint64_t(limits.calls_max));
  flat["limits.call_rate"] = text_of(limits.call_rate);
  flat["limits.unknown_calls_max"] = text_of(uint64_t(limits.unknown_calls_max));
  flat["limits.unknown_call_rate"] = text_of(limits.unknown_call_rate);
  flat["limits.source_rate"] = text_of(limits.source_rate);
  flat["limits.unknown_rate"] = text_of(limits.unknown_rate);
  flat["limits.global_rate"] = text_of(limits.global_rate);
  flat["limits.sources_max"] = text_of(uint64_t(limits.sources_max));
  flat["limits.neighbours_max"] = text_of(uint64_t(limits.neighbours_max));
  flat["limits.message_bytes_max"] = text_of(uint64_t(limits.message_bytes_max));
  flat["limits.headers_max"] = text_of(uint64_t(limits.headers_max));
  flat["limits.header_bytes_max"] = text_of(uint64_t(limits.header_bytes_max));
  flat["limits.transactions_max"] = text_of(uint64_t(limits.transactions_max));
  flat["limits.srtp_streams"] = text_of(uint64_t(limits.srtp_streams));
  flat["limits.retry_after"] = text_of(limits.retry_after);
}

void flatten_emergency(const Emergency& emergency, Flat& flat) {
  flat["emergency.calls_reserved"] = text_of(uint64_t(emergency.calls_reserved));
  flat["emergency.source_rate"] = text_of(emergency.source_rate);
  flat["emergency.unknown_rate"] = text_of(emergency.unknown_rate);
}

void flatten_timers(const Timers& timers, Flat& flat) {
  flat["timers.t1"] = text_of(timers.t1);
  flat["timers.t2"] = text_of(timers.t2);
  flat["timers.t4"] = text_of(timers.t4);
  flat["timers.media_idle"] = text_of(timers.media_idle);
  flat["timers.media_pause"] = text_of(timers.media_pause);
  flat["timers.audio_check"] = text_of(timers.audio_check);
  flat["timers.call_max"] = text_of(timers.call_max);
  flat["timers.session"] = text_of(timers.session);
  flat["timers.probe"] = text_of(timers.probe);
  flat["timers.drain"] = text_of(timers.drain);
  flat["timers.port_rest"] = text_of(timers.port_rest);
}

void flatten_resolver(const Resolver& resolver, Flat& flat) {
  flat["resolver.servers"] = text_of(resolver.servers);
  flat["resolver.timeout"] = text_of(resolver.timeout);
  flat["resolver.tries"] = text_of(uint64_t(resolver.tries));
  flat["resolver.naptr"] = text_of(resolver.naptr);
  flat["resolver.ttl_min"] = text_of(resolver.ttl_min);
  flat["resolver.ttl_max"] = text_of(resolver.ttl_max);
  flat["resolver.negative_ttl_min"] = text_of(resolver.negative_ttl_min);
  flat["resolver.negative_ttl_max"] = text_of(resolver.negative_ttl_max);
  flat["resolver.stale"] = text_of(resolver.stale);
  flat["resolver.retry"] = text_of(resolver.retry);
  flat["resolver.call_wait"] = text_of(resolver.call_wait);
}

/// `key`: the realm's, with its dot.
void flatten_messages(const std::string& key, const MessageLimits& messages, Flat& flat) {
  const std::string inside = key + "messages.";
  flat[inside + "message_bytes_max"] = text_of(uint64_t(messages.message_bytes_max));
  flat[inside + "headers_max"] = text_of(uint64_t(messages.headers_max));
  flat[inside + "header_bytes_max"] = text_of(uint64_t(messages.header_bytes_max));
  flat[inside + "call_id_bytes_max"] = text_of(uint64_t(messages.call_id_bytes_max));
  flat[inside + "vias_max"] = text_of(uint64_t(messages.vias_max));
  flat[inside + "via_bytes_max"] = text_of(uint64_t(messages.via_bytes_max));
  flat[inside + "routes_max"] = text_of(uint64_t(messages.routes_max));
  flat[inside + "route_bytes_max"] = text_of(uint64_t(messages.route_bytes_max));
  for (size_t i = 0; i < deviation_count; ++i) {
    const Deviation deviation = Deviation(i);
    flat[inside + "tolerance." + std::string(name_of(deviation))] = name_of(messages.treatment(deviation));
  }
}

void flatten_network(const Model& model, Flat& flat) {
  flat["ports"] = names_text(model.ports);
  for (const Port& port : model.ports) {
    const std::string key = "ports[" + *port.name + "].";
    flat[key + "driver"] = text_of(port.driver);
    flat[key + "device"] = port.device;
    flat[key + "arguments"] = port.arguments;
    flat[key + "queues"] = text_of(port.queues);
    flat[key + "descriptors"] = text_of(port.descriptors);
    flat[key + "mtu"] = text_of(port.mtu);
  }
  flat["realms"] = names_text(model.realms);
  for (const Realm& realm : model.realms) {
    const std::string key = "realms[" + *realm.name + "].";
    flat[key + "port"] = realm.port == PortId::none ? "" : *model.ports[index_of(realm.port)].name;
    flat[key + "vlan"] = text_of(realm.vlan);
    flat[key + "addresses"] = text_of(realm.addresses);
    std::string between = realm.gateway_v4.is_none() || realm.gateway_v6.is_none() ? "" : ", ";
    flat[key + "gateway"] = text_of(realm.gateway_v4) + between + text_of(realm.gateway_v6);
    flat[key + "sip"] = text_of(realm.listeners);
    flat[key + "media.addresses"] = text_of(realm.media.addresses);
    flat[key + "media.ports"] = text_of(realm.media.first_port) + "-" + text_of(realm.media.last_port);
    flat[key + "media.latch"] = text_of(realm.media.latch);
    flat[key + "media.latch_window"] = text_of(realm.media.latch_window);
    flat[key + "media.latch_prefix.ipv4"] = text_of(uint64_t(realm.media.latch_prefix_v4));
    flat[key + "media.latch_prefix.ipv6"] = text_of(uint64_t(realm.media.latch_prefix_v6));
    flat[key + "media.network"] = realm.media.network;
    flat[key + "media.rtcp_mux"] = text_of(realm.media.rtcp_mux);
    flat[key + "media.ice"] = text_of(realm.media.ice);
    flat[key + "media.srtp"] = text_of(realm.media.srtp);
    flat[key + "media.srtp_suites"] = text_of(realm.media.srtp_suites);
    flat[key + "trust"] = text_of(realm.trust);
    flat[key + "transfer"] = text_of(realm.transfer);
    flat[key + "refer"] = text_of(realm.refer);
    flat[key + "digits"] = text_of(realm.digits);
    flat[key + "dscp.signalling"] = text_of(uint64_t(realm.signalling_dscp));
    flat[key + "dscp.media"] = text_of(uint64_t(realm.media_dscp));
    flat[key + "dscp.video"] = text_of(uint64_t(realm.video_dscp));
    flatten_messages(key, realm.messages, flat);
    flat[key + "emergency_numbers"] = text_of(realm.emergency_numbers);
  }
}

void flatten_call_limit(const std::string& key, const CallLimit& limit, Flat& flat) {
  flat[key + "calls_max"] = text_of(uint64_t(limit.calls_max));
  flat[key + "call_rate"] = text_of(limit.call_rate);
}

void flatten_health(const std::string& key, const Health& health, Flat& flat) {
  flat[key + "interval"] = text_of(health.interval);
  flat[key + "failures_max"] = text_of(uint64_t(health.failures_max));
  flat[key + "ramp"] = text_of(health.ramp);
  flat[key + "asr_min"] = text_of(uint64_t(health.asr_min));
  flat[key + "asr_calls"] = text_of(health.asr_calls);
  flat[key + "suspension"] = text_of(health.suspension);
}

void flatten_trunks(const Model& model, Flat& flat) {
  flat["trunks"] = names_text(model.trunks);
  for (const Trunk& trunk : model.trunks) {
    const std::string key = "trunks[" + *trunk.name + "].";
    flat[key + "realm"] = realm_name(model, trunk.realm);
    flat[key + "peers"] = text_of(trunk.peers);
    flat[key + "calls_max"] = text_of(uint64_t(trunk.calls_max));
    flat[key + "call_rate"] = text_of(trunk.call_rate);
    flat[key + "codecs.allow"] = text_of(trunk.codecs.allow);
    flat[key + "codecs.deny"] = text_of(trunk.codecs.deny);
    flat[key + "codecs.order"] = text_of(trunk.codecs.order);
    flat[key + "codecs.ptime"] = text_of(trunk.codecs.ptime);
    flat[key + "offer"] = text_of(trunk.offer);
    flat[key + "offer_codecs"] = text_of(trunk.offer_codecs);
    flat[key + "early_media"] = text_of(trunk.early_media);
    flat[key + "media_from"] = text_of(trunk.media_from);
    flatten_call_limit(key + "inbound.", trunk.inbound, flat);
    flatten_call_limit(key + "outbound.", trunk.outbound, flat);
    flat[key + "failover_on"] = text_of(trunk.failover_on);
    flat[key + "responses"] = text_of(trunk.responses);
    flat[key + "redirect"] = text_of(trunk.redirect);
    flat[key + "translate_callers"] = text_of(trunk.caller_translation);
    flat[key + "refer"] = text_of(trunk.refer);
    flat[key + "digits"] = text_of(trunk.digits);
    flatten_health(key + "health.", trunk.health, flat);
    flat[key + "precedence"] = text_of(trunk.precedence);
  }
  flat["trunk_groups"] = names_text(model.trunk_groups);
  for (const TrunkGroup& group : model.trunk_groups) {
    const std::string key = "trunk_groups[" + *group.name + "].";
    flat[key + "select"] = text_of(group.select);
    flat[key + "trunks"] = text_of(group.trunks);
  }
}

void flatten_routing(const Model& model, Flat& flat) {
  flat["translations"] = names_text(model.translations);
  for (const Translation& translation : model.translations)
    flat["translations[" + *translation.name + "].rules"] = text_of(translation.rules);
  flat["routes"] = names_text(model.routes);
  for (const Route& route : model.routes) {
    const std::string key = "routes[" + *route.name + "].";
    flat[key + "from"] = realm_name(model, route.from);
    flat[key + "source"] = text_of(route.source);
    flat[key + "prefix"] = route.prefix;
    flat[key + "from_prefix"] = route.from_prefix;
    flat[key + "to_prefix"] = route.to_prefix;
    flat[key + "host"] = text_of(route.host);
    flat[key + "from_host"] = text_of(route.from_host);
    flat[key + "to_host"] = text_of(route.to_host);
    flat[key + "header"] = text_of(route.header);
    flat[key + "times"] = text_of(route.times);
    flat[key + "utc_offset"] = utc_offset_text(route.utc_offset);
    flat[key + "strip"] = text_of(uint64_t(route.strip));
    flat[key + "add"] = route.add;
    flat[key + "translate"] = text_of(route.translation);
    flat[key + "trunks"] = text_of(route.trunks);
    flat[key + "redirect"] = route.redirect;
    flat[key + "ring_timeout"] = text_of(route.ring_timeout);
    flat[key + "attempt_timeout"] = text_of(route.attempt_timeout);
    flat[key + "progress_timeout"] = text_of(route.progress_timeout);
  }
  for (const AccessRule& rule : model.access) {
    flat["access[" + realm_name(model, rule.realm) + " " + rule.prefix.text() + "]"] = text_of(rule.trust);
  }
}

void flatten_media_release(const Model& model, Flat& flat) {
  std::vector<std::string> pairs;
  for (const ReleasedPair& pair : model.media_release)
    pairs.push_back(realm_name(model, pair.realms[0]) + " with " + realm_name(model, pair.realms[1]));
  flat["media_release"] = text_of(pairs);
}

void flatten_header_rules(const Model& model, Flat& flat) {
  flat["header_rules"] = names_text(model.header_rules);
  for (const HeaderRule& rule : model.header_rules) {
    const std::string key = "header_rules[" + *rule.name + "].";
    flat[key + "direction"] = text_of(rule.direction);
    flat[key + "realm"] = realm_name(model, rule.realm);
    flat[key + "trunk"] = rule.trunk;
    flat[key + "methods"] = text_of(rule.methods);
    flat[key + "message"] = text_of(rule.kind);
    flat[key + "status"] = rule.status_class == 0 ? "" : std::to_string(rule.status_class) + "xx";
    flat[key + "when"] = text_of(rule.conditions);
    flat[key + "action"] = text_of(rule.action);
    flat[key + "header"] = text_of(rule.header);
    flat[key + "pattern"] = text_of(rule.pattern);
    flat[key + "value"] = text_of(rule.value);
  }
}

Flat flatten(const Model& model) {
  Flat flat;
  flatten_process(model, flat);
  flatten_limits(model.limits, flat);
  flatten_emergency(model.emergency, flat);
  flatten_timers(model.timers, flat);
  flatten_resolver(model.resolver, flat);
  flatten_network(model, flat);
  flatten_trunks(model, flat);
  flatten_routing(model, flat);
  flatten_header_rules(model, flat);
  flatten_media_release(model, flat);
  return flat;
}

/// What memory is sized from, and what is opened once.
bool needs_restart(std::string_view key, const Model& from, const Model& to) {
  if (key == "limits.calls_max") return to.limits.calls_max > from.limits.calls_max;
  const bool rules_of_realm =
      key.ends_with("].trust") || key.ends_with("].transfer") || key.ends_with("].refer") ||
      key.ends_with("].digits") || key.ends_with("].emergency_numbers") || key.ends_with("].media.network") ||
      key.ends_with("].media.srtp") || key.ends_with("].media.srtp_suites") ||
      key.ends_with("].media.rtcp_mux") || key.ends_with("].media.ice") ||
      key.ends_with("].media.latch_window") || key.find("].media.latch_prefix.") != key.npos ||
      key.find("].messages.") != key.npos;
  if (key.starts_with("realms[") && rules_of_realm) return false;
  for (std::string_view fixed : {"workers.", "memory.", "ports", "realms", "control.socket",
                                 "limits.sources_max", "limits.neighbours_max", "limits.message_bytes_max",
                                 "limits.transactions_max", "limits.srtp_streams"}) {
    if (key.starts_with(fixed)) return true;
  }
  return false;
}

}  // namespace

std::vector<Change> diff(const Model& from, const Model& to, const Places& places) {
  const Flat before = flatten(from);
  Flat after = flatten(to);
  std::vector<Change> changes;
  auto add = [&](const std::string& key, const std::string& was, const std::string& is) {
    if (was != is) changes.push_back({key, was, is, !needs_restart(key, from, to), place_of(places, key)});
  };
  // The list's own key tells of an entry that came or went; its keys would only repeat it.
  auto inside_entry = [](const std::string& key) { return key.find("].") != key.npos; };
  for (const auto& [key, was] : before) {
    auto found = after.find(key);
    if (found != after.end()) {
      add(key, was, found->second);
      after.erase(found);
    } else if (!inside_entry(key)) {
      add(key, was, "");
    }
  }
  for (const auto& [key, is] : after) {
    if (!inside_entry(key)) add(key, "", is);
  }
  std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.key < b.key; });
  return changes;
}

Problems restart_problems(const std::vector<Change>& changes) {
  Problems problems;
  for (const Change& change : changes) {
    if (change.live) continue;
    std::string was = change.from.empty() ? "nothing" : "'" + change.from + "'";
    problems.push_back(
        {change.where, change.key + ": '" + change.to + "' – needs a restart; running with " + was});
  }
  return problems;
}

}  // namespace sbc::config
