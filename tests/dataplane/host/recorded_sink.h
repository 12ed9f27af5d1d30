// A HostSink that remembers, and the realms that the tests of the host use.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/model/model.h"
#include "dataplane/host/host.h"

namespace sbc::host {

using Bytes = std::vector<uint8_t>;

inline IpAddress address(const char* text) { return *IpAddress::parse(text); }
inline MacAddress mac(uint8_t last) { return {{2, 0, 0, 0, 1, last}}; }
inline constexpr MacAddress broadcast{{255, 255, 255, 255, 255, 255}};

inline const MacAddress our_mac{{2, 0, 0, 0, 0, 0xaa}};
inline const MacAddress core_mac{{2, 0, 0, 0, 0, 0xbb}};
inline constexpr RealmId access{0}, core{1};
inline constexpr Instant start{5'000'000'000};

struct RecordedSink final : HostSink {
  struct Sent {
    RealmId realm;
    Bytes bytes;
    wire::Frame frame;
  };
  struct Packet {
    uint64_t packet;
    Reason reason;
    MacAddress mac;
    friend bool operator==(const Packet&, const Packet&) = default;
  };
  std::vector<Sent> sent;
  std::vector<Packet> released, discarded;
  std::vector<Unreachable> errors;
  std::vector<Learned> told;
  std::vector<Notice> notices;

  void emit(RealmId realm, std::span<const uint8_t> bytes) override {
    auto frame = wire::parse_frame(bytes);
    sent.push_back({realm, {bytes.begin(), bytes.end()}, frame ? *frame : wire::Frame{}});
  }
  void release(uint64_t packet, RealmId, const MacAddress& to) override {
    released.push_back({packet, Reason::none, to});
  }
  void discard(uint64_t packet, RealmId, Reason reason) override {
    discarded.push_back({packet, reason, {}});
  }
  void unreachable(const Unreachable& event) override { errors.push_back(event); }
  void learned(const Learned& event) override { told.push_back(event); }
  void noticed(const Notice& event) override { notices.push_back(event); }

  void forget() { *this = RecordedSink(); }
  std::optional<wire::Arp> arp(size_t i) const {
    if (i >= sent.size() || sent[i].frame.protocol != wire::Protocol::arp) return std::nullopt;
    auto parsed = wire::parse_arp(sent[i].frame.payload(sent[i].bytes));
    return parsed ? std::optional(*parsed) : std::nullopt;
  }
  std::optional<wire::Ndp> ndp(size_t i) const {
    if (i >= sent.size() || sent[i].frame.protocol != wire::Protocol::icmpv6) return std::nullopt;
    auto icmp = wire::parse_icmp(sent[i].frame, sent[i].bytes);
    if (!icmp || !icmp->is_neighbour_discovery()) return std::nullopt;
    auto parsed = wire::parse_ndp(sent[i].frame, *icmp);
    return parsed ? std::optional(*parsed) : std::nullopt;
  }
};

/// Access: 192.0.2.10/24 and 2001:db8:a::10/64, untagged. Core: 10.0.0.10/24 on VLAN 7, and a trunk
/// at 10.0.0.99.
inline config::Model two_realms() {
  config::Model model;
  model.ports.resize(1);
  model.realms.resize(2);
  model.realms[0].addresses = {{address("192.0.2.10"), *Prefix::parse("192.0.2.0/24")},
                               {address("2001:db8:a::10"), *Prefix::parse("2001:db8:a::/64")}};
  model.realms[0].gateway_v4 = address("192.0.2.1");
  model.realms[0].gateway_v6 = address("fe80::1");
  model.realms[1].vlan = 7;
  model.realms[1].addresses = {{address("10.0.0.10"), *Prefix::parse("10.0.0.0/24")}};
  model.trunks.resize(1);
  model.trunks[0].realm = core;
  model.trunks[0].peers = {*Endpoint::parse("10.0.0.99:5060")};
  model.limits.neighbours_max = 16;
  return model;
}

/// One host on its links, and what others on them send.
struct Bench {
  explicit Bench(config::Model m = two_realms(), HostLimits limits = {})
      : model(std::move(m)), host(model, macs(), limits, HashKey{1, 2}, start, sink) {}

  std::span<const MacAddress> macs() const {
    static const MacAddress both[] = {our_mac, core_mac};
    return {both, model.realms.size()};
  }

  /// As the worker does it: parse, admit, hand over.
  Reason receive(std::span<const uint8_t> bytes, RealmId realm = access) {
    auto frame = wire::parse_frame(bytes);
    if (!frame) return frame.reason();
    Reason refusal = host.admit(realm, *frame);
    return refusal != Reason::none ? refusal : host.on_frame(realm, *frame, bytes, now);
  }
  Reason receive_arp(const wire::Arp& arp, const MacAddress& to, RealmId realm = access) {
    Bytes out(64);
    uint16_t vlan = model.realms[index_of(realm)].vlan;
    return receive(wire::write_arp(out, {to, arp.sender_mac, vlan}, arp), realm);
  }
  Reason arp_request(const char* sender, const MacAddress& from, const char* target = "192.0.2.10") {
    return receive_arp({wire::Arp::Operation::request, from, {}, address(sender), address(target)},
                       broadcast);
  }
  Reason arp_reply(const char* sender, const MacAddress& from, RealmId realm = access) {
    const MacAddress& to = macs()[index_of(realm)];
    IpAddress target = model.realms[index_of(realm)].addresses[0].address;
    return receive_arp({wire::Arp::Operation::reply, from, to, address(sender), target}, to, realm);
  }
  Reason announcement(const char* sender, const MacAddress& from) {
    return receive_arp({wire::Arp::Operation::reply, from, from, address(sender), address(sender)},
                       broadcast);
  }
  Reason receive_ndp(const char* source, const char* destination, const MacAddress& from,
                     const wire::Ndp& ndp) {
    Bytes out(wire::ndp_frame_max);
    IpAddress to = address(destination);
    MacAddress to_mac = to.is_multicast() ? wire::multicast_mac(to) : our_mac;
    return receive(wire::write_ndp(out, {{to_mac, from, 0}, address(source), to}, ndp));
  }
  Reason advertisement(const char* target, const MacAddress& from, bool solicited = true) {
    wire::Ndp ndp{wire::Ndp::Kind::advertisement, false, solicited, true, address(target), from};
    return receive_ndp(target, solicited ? "2001:db8:a::10" : "ff02::1", from, ndp);
  }

  const MacAddress* lookup(const char* destination, RealmId realm = access) {
    Host::Found found = host.lookup(realm, address(destination), now);
    reason = found.reason;
    return found.mac;
  }
  Reason hold(const char* destination, uint64_t packet, RealmId realm = access) {
    return host.hold(realm, address(destination), packet, now);
  }
  void wait(Duration duration) {
    Instant end = now + duration;
    while (host.next_deadline() <= end) {
      now = std::max(now, host.next_deadline());
      host.on_time(now);
    }
    now = end;
    host.on_time(now);
  }
  /// 192.0.2.<last> is known, with mac(last).
  void learn(const char* neighbour, const MacAddress& at, RealmId realm = access) {
    lookup(neighbour, realm);
    if (address(neighbour).is_v4()) {
      arp_reply(neighbour, at, realm);
    } else {
      advertisement(neighbour, at);
    }
    sink.forget();
  }

  RecordedSink sink;
  config::Model model;
  Instant now = start;
  Reason reason = Reason::none;  // of the last lookup
  Host host;
};

}  // namespace sbc::host
