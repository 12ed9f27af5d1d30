// Rig: a relay engine between two realms, fed with real frames. What it sends is compared with a packet that
// dataplane/wire builds from scratch, so headers and checksums are judged by other code than the rewriter's.
#pragma once

#include <memory>
#include <ostream>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "dataplane/bytes/big_endian.h"
#include "dataplane/media/relay_engine.h"
#include "dataplane/wire/build.h"
#include "dataplane/wire/frame.h"
#include "tests/dataplane/media/control_relay.h"

namespace sbc::media {

using Bytes = std::vector<uint8_t>;

inline constexpr RealmId access{0}, core{1}, other{2};

inline Endpoint endpoint(std::string_view text) { return Endpoint::parse(text).value(); }

/// access and core with an address of each family; `other` reuses access's IPv4 address on its own VLAN.
inline config::Model two_realms_and_an_overlapping_one() {
  config::Model model;
  auto realm = [&](const char* name, std::vector<const char*> addresses) {
    config::Realm made;
    made.name = {name};
    made.media.first_port = 20000;
    made.media.last_port = 20999;
    for (const char* text : addresses) made.media.addresses.push_back(IpAddress::parse(text).value());
    model.realms.push_back(made);
  };
  realm("access", {"192.0.2.1", "2001:db8:a::1"});
  realm("core", {"10.0.0.1", "2001:db8:c::1"});
  realm("other", {"192.0.2.1"});
  return model;
}

struct RtpFields {
  uint8_t payload_type = 0;
  uint16_t sequence = 1;
  uint32_t ssrc = 0x01020304;
};

inline Bytes rtp(RtpFields fields = {}, size_t payload = 160) {
  Bytes bytes(12 + payload, 0xd5);
  bytes[0] = 0x80;
  bytes[1] = fields.payload_type;
  store_be16(&bytes[2], fields.sequence);
  store_be32(&bytes[4], fields.sequence * 160u);
  store_be32(&bytes[8], fields.ssrc);
  return bytes;
}

struct Sent {
  Reason reason = Reason::none;
  RealmId realm = RealmId::none;
  IpAddress destination{};
  Bytes packet{};  // from its IP header on
  Intrusion news = Intrusion::none;
  uint64_t token = 0;
  std::optional<Digit> digit{};
  uint8_t late_digits = 0;
};

/// An IP packet as it ought to leave.
inline Bytes packet_of(const Endpoint& from, const Endpoint& to, const Bytes& payload, uint8_t dscp,
                       bool checksum = true) {
  Bytes buffer(wire::udp_headers_max);
  size_t offset = buffer.size();
  buffer.insert(buffer.end(), payload.begin(), payload.end());
  wire::UdpPath path{{{}, from.address, to.address, 64, dscp}, from.port, to.port};
  auto frame = wire::write_udp_frame(buffer, offset, payload.size(), path);
  Bytes packet(frame.begin() + wire::ethernet_size, frame.end());
  if (!checksum) store_be16(&packet[wire::ipv4_size + 6], 0);
  return packet;
}

/// The other half of what a frame on the wire may be.
struct Wire {
  uint16_t vlan = 0;
  bool checksum = true;
  size_t padding = 0;  // behind the IP packet, as Ethernet's minimum demands
  uint8_t ttl = 3;
};

class Rig {
 public:
  static constexpr size_t headroom = 128, tailroom = 512;

  explicit Rig(WorkerId self = WorkerId(0), unsigned workers = 1)
      : ranges(two_realms_and_an_overlapping_one()), engine(ranges, self, workers) {}

  void install(const Relay& relay) { engine.install(relay, now); }

  /// A packet from the network: parsed, located and relayed, as the edge does it.
  Sent push(RealmId realm, const Endpoint& from, const Endpoint& to, const Bytes& payload,
            const Wire& wire = {}) {
    return push_buffer(realm, frame_of(from, to, payload, wire));
  }
  /// The same of a frame with room around it, as frame_of() makes it.
  Sent push_buffer(RealmId realm, Bytes buffer) {
    PacketBuffer packet{buffer.data() + headroom, uint32_t(buffer.size() - headroom - tailroom), headroom,
                        tailroom};
    const Bytes before(packet.data, packet.data + packet.size);
    Verdict verdict;
    bool secured = false;
    if (try_steady && relay_steady(realm, packet, verdict)) {
      ++steady;
    } else {
      EXPECT_EQ(Bytes(packet.data, packet.data + packet.size), before) << "changed, though not taken";
      const Result<wire::Frame> frame = frame_in(realm, packet);
      if (!frame) return {frame.reason()};
      auto local = ranges.locate(realm, frame->destination, frame->destination_port);
      if (!local) return {local.reason()};
      FlowIndex flow = engine.flow_of(*local);
      engine.prefetch(flow);
      secured = engine.is_secured(flow, frame->payload({packet.data, packet.size}));
      verdict = secured ? relay_secured(flow, packet, *frame) : engine.relay(flow, packet, *frame, now);
      if (verdict.news != Intrusion::none && tells) engine.told(verdict.flow, verdict.news);
    }
    Sent sent{verdict.reason,
              verdict.realm,
              {},
              {packet.data, packet.data + packet.size},
              verdict.news,
              verdict.token,
              verdict.digit,
              verdict.late_digits};
    if (sent.reason == Reason::none) sent.destination = destination_of(sent.packet);
    if (verdict.reason != Reason::none && !secured) {
      EXPECT_EQ(sent.packet, before) << "a refused packet was changed";
    }
    EXPECT_EQ(packet.headroom + packet.size + packet.tailroom, buffer.size());
    EXPECT_EQ(packet.data - packet.headroom, buffer.data());
    return sent;
  }

  static Bytes frame_of(const Endpoint& from, const Endpoint& to, const Bytes& payload, const Wire& wire) {
    Bytes buffer(headroom + wire::udp_headers_max);
    size_t offset = buffer.size();
    buffer.insert(buffer.end(), payload.begin(), payload.end());
    wire::UdpPath path{{{{}, {}, wire.vlan}, from.address, to.address, wire.ttl, 0}, from.port, to.port};
    auto frame = wire::write_udp_frame(buffer, offset, payload.size(), path);
    if (!wire.checksum) store_be16(&frame[frame.size() - payload.size() - 2], 0);
    Bytes whole(headroom, 0xee);
    whole.insert(whole.end(), frame.begin(), frame.end());
    whole.resize(whole.size() + wire.padding + tailroom, 0xee);
    return whole;
  }

  MediaRanges ranges;
  RelayEngine engine;
  Instant now{1'000'000'000};

  bool tells = true;        // of intrusions; false: the log has no room
  bool try_steady = false;  // as the edge does with what may be media in its usual form
  unsigned steady = 0;      // packets that went that way
  unsigned noted = 0;       // that went it as SRTP: without a parse of the whole frame

 private:
  Verdict relay_secured(FlowIndex flow, PacketBuffer& packet, const wire::Frame& frame) {
    SecuredPacket one{.flow = flow, .packet = packet, .frame = &frame};
    engine.relay_secured({&one, 1}, now);
    packet = one.packet;
    return one.verdict;
  }

  Result<wire::Frame> frame_in(RealmId realm, const PacketBuffer& packet) {
    const std::span<const uint8_t> bytes{packet.data, packet.size};
    const Result<wire::Frame> parsed = wire::parse_frame(bytes);
    if (!try_steady) return parsed;
    const std::span<const uint8_t> ip = bytes.subspan(wire::ethernet_size);
    const FlowIndex flow = engine.peek(realm, load_be16(&bytes[12]), ip);
    if (flow == no_flow || !engine.is_steady_secured(flow, ip)) return parsed;
    wire::Frame frame;
    wire::read_udp_frame(bytes, frame);
    if (!wire::has_valid_checksum(bytes, frame)) return parsed;
    ++noted;
    EXPECT_TRUE(parsed && frame == *parsed);
    return frame;
  }

  bool relay_steady(RealmId realm, PacketBuffer& packet, Verdict& verdict) {
    const std::span<uint8_t> ip{packet.data + wire::ethernet_size, packet.size - wire::ethernet_size};
    const FlowIndex flow = engine.peek(realm, load_be16(packet.data + 12), ip);
    if (flow == no_flow) return false;
    const std::span<uint8_t> sent = engine.relay_steady(flow, ip, now);
    if (sent.empty()) return false;
    packet.become(sent.data(), uint32_t(sent.size()));
    verdict.realm = engine.egress_realm(flow);
    return true;
  }
  static IpAddress destination_of(const Bytes& packet) {
    if (packet[0] >> 4 == 4) return IpAddress::v4(load_be32(&packet[16]));
    IpAddress address;
    std::copy_n(&packet[24], address.bytes.size(), address.bytes.begin());
    return address;
  }
};

/// A call's RTP between access and core over IPv4, PCMU and telephone-event (101), latching on both sides.
inline Relay plain_relay() {
  Relay relay;
  relay.token = 7;
  relay.cname = 0x1122334455667788;
  relay.sides[0].local = {access, 0, 20000};
  relay.sides[0].remote = endpoint("198.51.100.7:4000");
  relay.sides[0].dscp = 34;
  relay.sides[1].local = {core, 0, 20002};
  relay.sides[1].remote = endpoint("10.0.0.9:6000");
  relay.sides[1].dscp = 46;
  for (Side& side : relay.sides) side.payload_types = {1, uint64_t(1) << (101 - 64)};
  return relay;
}

inline const Endpoint caller = endpoint("198.51.100.7:4000"), callee = endpoint("10.0.0.9:6000");
inline const Endpoint access_port = endpoint("192.0.2.1:20000"), core_port = endpoint("10.0.0.1:20002");

}  // namespace sbc::media
