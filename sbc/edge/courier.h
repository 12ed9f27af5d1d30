// Courier: how packets leave a worker: the next hop, the Ethernet header, the port. It joins the IP host
// (neighbours, ARP, NDP, ICMP) to the worker's buffers.
//
// Owned by one worker. Every packet given to it is sent, held for its next hop, or freed and counted.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "dataplane/bytes/random.h"
#include "dataplane/host/host.h"
#include "dataplane/worker/transmit.h"
#include "sbc/edge/exchange.h"
#include "sbc/edge/reporter.h"
#include "sbc/transaction/undelivered.h"

namespace sbc::edge {

class Courier final : private host::HostSink {
 public:
  Courier(const config::Model& model, worker::Crew& crew, worker::Transmit& transmit, Exchange& exchange,
          Reporter& reporter, Random& random, Instant now);

  /// A UDP payload in a fresh buffer, from transport.local to transport.remote.
  void send_datagram(const Transport& transport, std::string_view payload, Instant now);
  /// `ip` is in the buffer: what begins at a finished IP header. `hop` is what was found out about the
  /// destination's next hop before, and after: 64 bits that mean something here alone; all ones: nothing.
  void send_packet(rte_mbuf* packet, std::span<uint8_t> ip, RealmId realm, Instant now, uint64_t& hop);

  host::Host& host() { return host_; }
  const host::Host& host() const { return host_; }

  /// What this worker's host learned since the last call, for the other workers.
  std::span<const host::Learned> take_learned();
  /// What turned out since the last call not to have reached its peer.
  std::span<const Undelivered> take_undelivered();

 private:
  static constexpr size_t events_max =
      64;  // between two calls of take_…(); more are dropped, the next probe repeats them

  void emit(RealmId realm, std::span<const uint8_t> frame) override;
  void release(uint64_t packet, RealmId realm, const MacAddress& mac) override;
  void discard(uint64_t packet, RealmId realm, Reason reason) override;
  void unreachable(const host::Unreachable& event) override;
  void learned(const host::Learned& event) override;
  void noticed(const host::Notice& event) override;

  /// Gives a frame without destination MAC address its next hop, and sends it or has it held.
  /// Returns the next hop, where one is known.
  host::NextHop forward(rte_mbuf* frame, RealmId realm, const IpAddress& destination, Instant now);
  void send(rte_mbuf* frame, RealmId realm, const MacAddress& mac);

  const config::Model& model_;
  worker::Crew& crew_;
  worker::Transmit& transmit_;
  Exchange& exchange_;
  Reporter& reporter_;
  host::Host host_;
  std::vector<host::Learned> learned_, learned_taken_;
  std::vector<Undelivered> undelivered_, undelivered_taken_;
};

}  // namespace sbc::edge
