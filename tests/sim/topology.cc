#include "tests/sim/topology.h"

#include <algorithm>
#include <chrono>
#include <string_view>

#include "config/types/check.h"

namespace sbc::sim {
namespace {

using namespace std::chrono_literals;

IpAddress address(const std::string& text) {
  auto parsed = IpAddress::parse(text);
  SBC_CHECK(parsed.has_value());
  return *parsed;
}

config::Realm make_realm(RealmId id, const std::string& name, config::Trust trust) {
  config::Realm realm;
  realm.name = name;
  realm.port = PortId(index_of(id));
  realm.trust = trust;
  realm.transfer = config::TransferRule::everybody;
  for (Family family : {Family::v4, Family::v6}) {
    Endpoint listener = border_endpoint(id, family);
    realm.addresses.push_back(
        {listener.address, Prefix::of(listener.address, family == Family::v4 ? 24 : 64)});
    realm.listeners.push_back(listener);
    realm.media.addresses.push_back(listener.address);
  }
  realm.media.first_port = 20032;  // few blocks, so that ports are used again
  realm.media.last_port = 20415;
  return realm;
}

config::Trunk make_trunk(const std::string& name, std::initializer_list<PeerName> peers, uint32_t calls_max) {
  config::Trunk trunk;
  trunk.name = name;
  for (PeerName peer : peers) {
    trunk.realm = trunk_peers()[peer].realm;
    trunk.peers.push_back(trunk_peers()[peer].endpoint);
  }
  trunk.calls_max = calls_max;
  return trunk;
}

config::Route make_route(const std::string& name, RealmId from, const std::string& prefix,
                         std::initializer_list<const char*> trunks) {
  config::Route route;
  route.name = name;
  route.from = from;
  route.prefix = prefix;
  for (const char* trunk : trunks) route.trunks.emplace_back(std::string(trunk));
  route.ring_timeout = 30s;
  route.attempt_timeout = 4s;
  return route;
}

/// Rules that act on whatever crosses, each way.
std::vector<config::HeaderRule> make_header_rules() {
  config::HeaderRule served;
  served.name = std::string("served");
  served.direction = config::HeaderRule::Direction::out;
  served.action = config::HeaderRule::Action::set;
  served.header = std::string("Server");
  served.value = std::string("${ours}");
  config::HeaderRule warned = served;
  warned.name = std::string("warned");
  warned.action = config::HeaderRule::Action::replace;
  warned.header = std::string("Warning");
  warned.pattern = std::string("304 * *");
  warned.value = std::string("305 $1 $2");
  return {served, warned};
}

}  // namespace

Endpoint border_endpoint(RealmId realm, Family family) {
  const std::string number = std::to_string(index_of(realm) + 1);
  if (family == Family::v4) return {address("10." + number + ".0.250"), 5060};
  return {address("2001:db8:" + number + "::250"), 5060};
}

Endpoint caller_endpoint(unsigned number, Family family) {
  SBC_CHECK(number < 100);
  const std::string text = std::to_string(100 + number);
  if (family == Family::v4) return {address("10.1.0." + text), 5060};
  return {address("2001:db8:1::" + text), 5060};
}

Endpoint private_endpoint(unsigned number) {
  SBC_CHECK(number < 100);
  return {address("192.168.7." + std::to_string(100 + number)), 5060};
}

std::array<Peer, peer_count> trunk_peers() {
  return {
      Peer{core_realm, {address("10.2.0.201"), 5060}},   Peer{core_realm, {address("10.2.0.202"), 5080}},
      Peer{core_realm, {address("10.2.0.203"), 5060}},   Peer{core_realm, {address("2001:db8:2::204"), 5060}},
      Peer{access_realm, {address("10.1.0.205"), 5070}}, Peer{core_realm, {address("10.2.0.206"), 5060}}};
}

std::shared_ptr<const config::Model> make_model(const Limits& limits) {
  auto model = std::make_shared<config::Model>();
  model->workers.count = uint8_t(limits.workers);
  model->realms.push_back(make_realm(access_realm, "access", config::Trust::unknown));
  model->realms.push_back(make_realm(core_realm, "core", config::Trust::trusted));
  for (config::Realm& realm : model->realms)
    realm.refer = limits.carry_out ? config::ReferRule::carry_out : config::ReferRule::pass;
  for (size_t i = 0; i < model->realms.size(); ++i) model->realms[i].media.srtp = limits.srtp[i];
  for (size_t i = 0; i < model->realms.size(); ++i) model->realms[i].digits = limits.digits[i];
  const uint32_t calls = limits.trunk_calls_max;
  model->trunks.push_back(make_trunk("core-a", {core_a_first, core_a_second}, calls));
  if (limits.core_b) model->trunks.push_back(make_trunk("core-b", {core_b}, calls));
  model->trunks.push_back(make_trunk("core-v6", {core_v6}, calls));
  model->trunks.push_back(make_trunk("pbx", {pbx}, calls));
  model->trunks.push_back(make_trunk("early", {early}, calls));
  model->trunks.back().offer = config::OfferRule::early;
  model->trunks.back().offer_codecs = {"PCMA", "PCMU", "telephone-event"};
  for (config::Trunk& trunk : model->trunks) {
    if (limits.host_names && *trunk.name == "core-b") trunk.peers = {named_peer()};
    if (trunk.realm != core_realm) continue;
    trunk.redirect = limits.redirect;
    trunk.early_media = limits.early_media;
  }
  if (limits.release) model->media_release = {{{access_realm, core_realm}}, {{core_realm, core_realm}}};
  model->routes.push_back(make_route("to-core", access_realm, "1", {"core-a"}));
  if (limits.core_b) {
    model->routes.back().trunks.emplace_back(std::string("core-b"));
    model->routes.push_back(make_route("to-core-b", access_realm, "2", {"core-b"}));
    model->routes.push_back(make_route("to-core-b-from-any", RealmId::none, "3", {"core-b"}));
  }
  model->routes.push_back(make_route("to-early", access_realm, "4", {"early"}));
  model->routes.push_back(make_route("to-core-v6", access_realm, "6", {"core-v6"}));
  model->routes.push_back(make_route("to-pbx", RealmId::none, "7", {"pbx"}));
  for (config::Route& route : model->routes) route.progress_timeout = limits.progress_timeout;
  model->limits.calls_max = limits.calls_max;
  model->limits.unknown_calls_max = limits.unknown_calls_max;
  model->timers.media_idle = 20s;
  model->timers.call_max = 120s;
  model->timers.session = 100s;
  model->header_rules = make_header_rules();
  if (limits.and_more) limits.and_more(*model);
  return model;
}

bool keys_cross(const config::Model& model) {
  return std::all_of(model.realms.begin(), model.realms.end(),
                     [](const config::Realm& realm) { return realm.media.srtp == config::SrtpRule::pass; });
}

config::Peer named_peer() { return config::Peer("core-b.example", 0); }

policy::HostTable known_hosts() {
  const Endpoint there = trunk_peers()[core_b].endpoint;
  const policy::HostTarget target{"gw.core-b.example", there.port, 0, 0, {there.address}};
  return {{policy::key_of(named_peer()), policy::KnownHost{false, {target}, {}, {}}}};
}

policy::Compiled compile(std::shared_ptr<const config::Model> model, const policy::HostTable& hosts) {
  policy::Compiled compiled;
  compiled.epoch = 1;
  compiled.model = model;
  compiled.access = policy::AccessTable(*model, {});
  std::vector<TrunkId> ids;
  for (const config::Trunk& trunk : model->trunks) {
    static constexpr std::string_view slots[] = {"core-a", "core-b", "core-v6", "pbx", "early"};
    ids.push_back(TrunkId(std::find(std::begin(slots), std::end(slots), *trunk.name) - std::begin(slots)));
  }
  compiled.trunks = policy::TrunkTable(*model, ids, hosts);
  compiled.routes = policy::RouteTable(*model, compiled.trunks);
  compiled.header_rules = policy::compile_header_rules(*model, compiled.trunks).rules;
  return compiled;
}

}  // namespace sbc::sim
