// Flows: N relays between two realms, each on a pair of ports of ours, and what the far ends send to them.
// All of it is arithmetic on a flow's number, so that nothing is looked up where frames are made.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "config/types/address.h"
#include "dataplane/media/relay.h"
#include "dataplane/wire/build.h"

namespace sbc::bench {

/// Of the two realms: what one sends arrives at its port, and leaves by the other's.
inline constexpr std::array<uint8_t, 2> sides{0, 1};

inline constexpr uint16_t first_media_port = 1024, last_media_port = 65'535;
/// An RTP stream has an even port.
inline constexpr uint32_t flows_per_address = (last_media_port - first_media_port + 1) / 2;
inline constexpr uint16_t packets_per_second = 15'000;  // a flow may send: the most that is policed at all
inline constexpr uint8_t media_dscp = 46;
inline constexpr size_t rtp_bytes = 172;  // G.711, 20 ms
inline constexpr size_t frame_bytes_max = wire::ethernet_size + wire::ipv6_size + wire::udp_size + rtp_bytes;

/// Of a realm's gateway.
constexpr MacAddress gateway_mac(uint8_t side) { return {{2, 0, 0, 0, 2, side}}; }

class Flows {
 public:
  /// `suite`: of SRTP, which the far ends of side 1 speak; none: all is plain RTP.
  Flows(Family family, uint32_t count, SrtpSuite suite = SrtpSuite::none)
      : family_(family), count_(count), suite_(suite) {}

  Family family() const { return family_; }
  uint32_t count() const { return count_; }
  SrtpSuite suite() const { return suite_; }
  unsigned media_addresses() const { return (count_ + flows_per_address - 1) / flows_per_address; }
  size_t frame_bytes() const { return family_ == Family::v4 ? frame_bytes_max - 20 : frame_bytes_max; }

  // Ours, in a realm.
  IpAddress signalling_address(uint8_t side) const { return on_link(side, 1); }
  IpAddress media_address(uint8_t side, uint32_t index) const { return on_link(side, 100 + index); }
  IpAddress gateway(uint8_t side) const { return on_link(side, 254); }
  Endpoint local(uint8_t side, uint32_t flow) const {
    return {media_address(side, flow / flows_per_address), port_of(flow)};
  }
  /// The far end, behind the gateway.
  Endpoint remote(uint8_t side, uint32_t flow) const;

  media::MediaPort media_port(uint8_t side, uint32_t flow) const {
    return {RealmId(side), uint8_t(flow / flows_per_address), port_of(flow)};
  }
  media::Relay relay(uint32_t flow) const;

  static uint8_t payload_type(uint32_t flow) { return flow % 2 == 0 ? 0 : 8; }  // PCMU, PCMA
  static uint32_t ssrc(uint8_t side, uint32_t flow) { return first_ssrc + flow * 2 + side; }
  static uint32_t flow_of_ssrc(uint32_t ssrc) { return (ssrc - first_ssrc) / 2; }
  /// Of the flow's SRTP, the same both ways: so a far end may send back what it has been sent.
  srtp::MasterKey key(uint32_t flow) const;
  /// The frame that the far end's gateway gives our port `to`, in `room` of frame_bytes_max at least.
  std::span<uint8_t> write(std::span<uint8_t> room, uint8_t side, uint32_t flow, uint16_t sequence,
                           const MacAddress& to) const;

 private:
  static constexpr uint32_t first_ssrc = 0x5bc00000;

  IpAddress on_link(uint8_t side, uint32_t host) const;
  static uint16_t port_of(uint32_t flow) { return uint16_t(first_media_port + flow % flows_per_address * 2); }

  Family family_;
  uint32_t count_;
  SrtpSuite suite_;
};

}  // namespace sbc::bench
