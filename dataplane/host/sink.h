// HostSink: what a Host wants done. The worker's application implements it; tests record it.
#pragma once

#include <cstdint>
#include <span>

#include "config/types/address.h"
#include "config/types/ids.h"
#include "config/types/reason.h"
#include "dataplane/wire/icmp.h"

namespace sbc::host {

/// The network told us that a UDP packet of ours did not arrive.
struct Unreachable {
  RealmId realm = RealmId::none;
  Endpoint local, remote;  // of the packet that we sent
  wire::IcmpError error = wire::IcmpError::other;
  uint32_t mtu = 0;         // with too_big; 0 = not told
  wire::DatagramMark mark;  // of that packet, as it is quoted: who forges the quotation must guess it
};

/// What one worker heard about a neighbour, for the hosts of the other workers: an answer may come to another
/// worker than the one that asked.
struct Learned {
  RealmId realm = RealmId::none;
  IpAddress address;
  MacAddress mac;
  bool answer = false;  // to a question of ours; otherwise the neighbour's own claim
};

/// For the log.
struct Notice {
  enum class Kind : uint8_t {
    next_hop_lost,  // a gateway or trunk peer stopped to answer; its last MAC address stays in use
    next_hop_back,
    address_conflict  // another host claims an address of ours (RFC 5227 2.4)
  };
  Kind kind = Kind::next_hop_lost;
  RealmId realm = RealmId::none;
  IpAddress address;
  MacAddress mac;
};

class HostSink {
 public:
  virtual ~HostSink() = default;
  /// A whole frame, without FCS, to be sent from the realm's port. The bytes are the host's own scratch.
  virtual void emit(RealmId realm, std::span<const uint8_t> frame) = 0;
  /// A held packet may go, to this MAC address.
  virtual void release(uint64_t packet, RealmId realm, const MacAddress& mac) = 0;
  virtual void discard(uint64_t packet, RealmId realm, Reason reason) = 0;
  virtual void unreachable(const Unreachable& event) = 0;
  virtual void learned(const Learned& event) = 0;
  virtual void noticed(const Notice& event) = 0;
};

}  // namespace sbc::host
