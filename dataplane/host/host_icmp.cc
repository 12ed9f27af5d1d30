// Host's ICMP side: echo, errors, and neighbour discovery (RFC 792, RFC 1122, RFC 4443, RFC 4861).
#include "dataplane/host/host.h"

namespace sbc::host {

Reason Host::on_icmp(RealmId realm, const wire::Frame& frame, std::span<const uint8_t> bytes, Instant now) {
  auto icmp = wire::parse_icmp(frame, bytes);
  if (!icmp) return icmp.reason();
  if (icmp->is_neighbour_discovery()) {
    auto ndp = wire::parse_ndp(frame, *icmp);
    if (!ndp) return ndp.reason();
    bool solicitation = ndp->kind == wire::Ndp::Kind::solicitation;
    return solicitation ? on_solicitation(realm, frame, *ndp, now)
                        : on_advertisement(realm, frame, *ndp, now);
  }
  if (icmp->is_echo_request()) return on_echo_request(realm, frame, *icmp, now);
  return icmp->is_error() ? on_error(realm, *icmp, now) : Reason::icmp_ignored;
}

/// Goes back to where it came from: a stranger's ping costs no place in the neighbour table.
Reason Host::on_echo_request(RealmId realm, const wire::Frame& frame, const wire::Icmp& icmp, Instant now) {
  const RealmFace& own = face(realm);
  bool unicast =
      own.is_ours(frame.destination) && !frame.source.is_none() && !wire::is_multicast(frame.source_mac);
  if (!unicast) return Reason::icmp_ignored;
  if (!meters_[index_of(realm)].echo.conforms(echo_limit_, now)) return Reason::icmp_rate;
  auto reply = wire::write_echo_reply(scratch_, path_back(own, frame), icmp);
  if (reply.empty()) return Reason::packet_too_big;
  sink_.emit(realm, reply);
  return Reason::none;
}

Reason Host::on_error(RealmId realm, const wire::Icmp& icmp, Instant now) {
  auto quoted = wire::parse_quoted_udp(icmp);
  if (!quoted) return quoted.reason();
  if (!face(realm).is_ours(quoted->source.address))
    return Reason::icmp_ignored;  // about nothing that we sent
  if (!meters_[index_of(realm)].errors.conforms(error_limit_, now)) return Reason::icmp_rate;
  sink_.unreachable({realm, quoted->source, quoted->destination, quoted->error, quoted->mtu, quoted->mark});
  return Reason::none;
}

Reason Host::refuse_port(RealmId realm, const wire::Frame& frame, std::span<const uint8_t> bytes,
                         Instant now) {
  // RFC 1122 3.2.2, RFC 4443 2.4 (e): never about what was sent to many, nor to whom no answer can go.
  bool to_many = wire::is_multicast(frame.destination_mac) || !face(realm).is_ours(frame.destination);
  bool answerable =
      frame.protocol == wire::Protocol::udp && !to_many && !wire::is_multicast(frame.source_mac);
  if (!answerable || !meters_[index_of(realm)].unreachable.conforms(unreachable_limit_, now)) {
    return Reason::port_closed;
  }
  size_t packet_end = size_t(frame.payload_offset) + frame.payload_length;  // Ethernet padding is not quoted
  auto refused = bytes.subspan(frame.ip_offset, packet_end - frame.ip_offset);
  sink_.emit(realm, wire::write_port_unreachable(scratch_, path_back(face(realm), frame), refused));
  return Reason::port_closed;
}

void Host::ask_ndp(RealmId realm, const IpAddress& address, const MacAddress* known) {
  const RealmFace& own = face(realm);
  const IpAddress* source = own.source_for(address);
  if (source == nullptr) return;
  IpAddress to = known ? address : wire::solicited_node(address);
  wire::IpPath path{{known ? *known : wire::multicast_mac(to), own.mac(), own.vlan()}, *source, to};
  wire::Ndp solicitation{wire::Ndp::Kind::solicitation, false, false, false, address, own.mac()};
  sink_.emit(realm, wire::write_ndp(scratch_, path, solicitation));
}

Reason Host::on_solicitation(RealmId realm, const wire::Frame& frame, const wire::Ndp& ndp, Instant now) {
  if (!face(realm).is_ours(ndp.target)) return Reason::icmp_ignored;
  answer_solicitation(realm, frame, ndp);
  if (!frame.source.is_none() && ndp.link_layer &&
      may_be_neighbour(realm, frame.source, *ndp.link_layer, now)) {
    hear({realm, frame.source, *ndp.link_layer, false}, true, now);
  }
  return Reason::none;
}

/// To the asker; to everybody when it has no address yet (RFC 4861 7.2.4).
void Host::answer_solicitation(RealmId realm, const wire::Frame& frame, const wire::Ndp& ndp) {
  const RealmFace& own = face(realm);
  bool nobody = frame.source.is_none();
  IpAddress to = nobody ? wire::all_nodes() : frame.source;
  MacAddress mac = nobody ? wire::multicast_mac(to) : ndp.link_layer.value_or(frame.source_mac);
  wire::IpPath path{{mac, own.mac(), own.vlan()}, ndp.target, to};
  wire::Ndp answer{wire::Ndp::Kind::advertisement, false, !nobody, true, ndp.target, own.mac()};
  sink_.emit(realm, wire::write_ndp(scratch_, path, answer));
}

Reason Host::on_advertisement(RealmId realm, const wire::Frame& frame, const wire::Ndp& ndp, Instant now) {
  // An answer to a unicast solicitation may come without the option: it confirms where it came from
  // (RFC 4861 7.2.4).
  MacAddress mac = ndp.link_layer.value_or(frame.source_mac);
  if (wire::is_multicast(mac) || !may_be_neighbour(realm, ndp.target, mac, now)) return Reason::none;
  bool answer = ndp.solicited && face(realm).is_ours(frame.destination);
  if (answer || ndp.override_flag) hear({realm, ndp.target, mac, answer}, false, now);
  return Reason::none;
}

}  // namespace sbc::host
