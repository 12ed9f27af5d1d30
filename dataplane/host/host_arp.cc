// Host's ARP side (RFC 826, RFC 5227).
#include "dataplane/host/host.h"

namespace sbc::host {
namespace {

constexpr MacAddress broadcast{{255, 255, 255, 255, 255, 255}};

}  // namespace

void Host::ask_arp(RealmId realm, const IpAddress& address, const MacAddress* known) {
  const RealmFace& own = face(realm);
  const IpAddress* source = own.source_for(address);
  if (source == nullptr) return;
  wire::Arp request{wire::Arp::Operation::request, own.mac(), {}, *source, address};
  wire::Ethernet ethernet{known ? *known : broadcast, own.mac(), own.vlan()};
  sink_.emit(realm, wire::write_arp(scratch_, ethernet, request));
}

Reason Host::on_arp(RealmId realm, const wire::Frame& frame, std::span<const uint8_t> bytes, Instant now) {
  auto arp = wire::parse_arp(frame.payload(bytes));
  if (!arp) return arp.reason();
  const RealmFace& own = face(realm);
  bool request = arp->operation == wire::Arp::Operation::request;
  bool to_us = own.is_ours(arp->target);
  if (request && to_us && arp->sender != arp->target) answer_arp(realm, *arp);
  if (!may_be_neighbour(realm, arp->sender, arp->sender_mac, now)) return Reason::none;

  if (!request && to_us && !wire::is_multicast(frame.destination_mac)) {
    hear({realm, arp->sender, arp->sender_mac, true}, false, now);
  } else if (arp->is_announcement() || (request && to_us)) {
    hear({realm, arp->sender, arp->sender_mac, false}, request && to_us, now);
  }
  return Reason::none;
}

void Host::answer_arp(RealmId realm, const wire::Arp& request) {
  const RealmFace& own = face(realm);
  wire::Arp reply{wire::Arp::Operation::reply, own.mac(), request.sender_mac, request.target, request.sender};
  sink_.emit(realm, wire::write_arp(scratch_, {request.sender_mac, own.mac(), own.vlan()}, reply));
}

}  // namespace sbc::host
