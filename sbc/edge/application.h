// Application: what one worker does with packets: where the floors meet. Frames come in, are told apart once,
// and end as relayed media, as an answer of the IP host, or as a message to the call engine of the worker
// that owns the call.
//
// Owned by one worker; nothing here is shared but what the constructor lends: the crew's rings, the usage
// words, the published snapshot.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "dataplane/lane/published.h"
#include "dataplane/media/relay_engine.h"
#include "dataplane/worker/worker.h"
#include "sbc/call/engine.h"
#include "sbc/edge/courier.h"
#include "sbc/edge/exchange.h"
#include "sbc/edge/listeners.h"
#include "sbc/edge/live_snapshot.h"
#include "sbc/edge/packet_note.h"
#include "sbc/edge/reporter.h"
#include "sbc/edge/sip_gate.h"

namespace sbc::edge {

using SnapshotReader = lane::Published<LiveSnapshot>::Reader;

/// What all workers of a process have in common. Outlives them.
struct Common {
  std::shared_ptr<const config::Model> model;  // the one the process started with: ports, realms, sizes
  worker::Crew& crew;
  const Listeners& listeners;
  const media::MediaRanges& media_ranges;
  const Steering& steering;
  policy::Usage& usage;
};

class Application final : media::SourceJudge {
 public:
  /// `transformer` is this worker's, null where no realm speaks SRTP.
  Application(const Common& common, WorkerId self, SnapshotReader& snapshot, worker::Transmit& transmit,
              srtp::Transformer* transformer, Exchange& exchange, Random random, Instant now);

  bool adopt(Instant now);
  void on_frames(PortId port, std::span<rte_mbuf*> packets, Instant now);
  void on_handed_over(std::span<rte_mbuf*> packets, Instant now);
  bool on_turn(Instant now);

  const call::Engine& engine() const { return engine_; }
  media::RelayEngine& relay() { return relay_; }

 private:
  media::FlowIndex peek(RealmId realm, const rte_mbuf* packet) const;
  Reason classify(PortId port, rte_mbuf* packet);
  bool classify_or_drop(PortId port, rte_mbuf* packet);
  Reason admit(PacketNote& note, const wire::Frame& frame);
  void find_flow(PacketNote& note);
  void dispatch(rte_mbuf* packet, Instant now);
  void dispatch_udp(rte_mbuf* packet, Instant now);
  void on_sip(rte_mbuf* packet, Instant now);
  void answer_stun(const PacketNote& note, rte_mbuf* packet, Instant now);
  void pass_or_hand_over(WorkerId owner, rte_mbuf* packet, Instant now);
  void process_sip(const PacketNote& note, Instant now);
  bool relay_steady(media::FlowIndex flow, rte_mbuf* packet, Instant now);
  bool note_steady(RealmId realm, media::FlowIndex flow, rte_mbuf* packet);
  void relay_media(const PacketNote& note, rte_mbuf* packet, Instant now);
  void relay_secured(Instant now);
  void finish_media(rte_mbuf* packet, const media::PacketBuffer& buffer, const media::Verdict& verdict,
                    Instant now);
  void tell_digit(RealmId realm, uint64_t token, const media::Digit& digit, Instant now);
  bool refuses(RealmId realm, const IpAddress& source) const override;
  void reject(const PacketNote& note, const Transport& transport, Reason reason, Instant now);

  void announce_learned();
  /// To another worker, for a call from this realm; lost, and counted, where there is no room: what waits for
  /// it has a deadline.
  template <class Mail>
  void send_mail(WorkerId to, PacketNote::Kind kind, RealmId realm, const Mail& mail);
  void on_mail(const PacketNote& note, rte_mbuf* packet, Instant now);
  void tell_engine_undelivered(Instant now);
  /// `counted`: the reason that the step's caller has counted already; others that calls ended for are
  /// counted here.
  void carry_out(Instant now, Reason counted = Reason::none);
  bool run_timers(Instant now);
  bool obey(const Command& command, Instant now);
  void publish_usage(Instant now);
  const MessageLimits& message_limits(RealmId realm) const {
    return snapshot_->policy().model->realms[index_of(realm)].messages;
  }
  call::Surroundings surroundings(Instant now) {
    Duration since_1970(now.ns + exchange_.wall_ahead_ns.load(std::memory_order_relaxed));
    UtcTime utc(std::chrono::floor<std::chrono::seconds>(since_1970));
    return {now, snapshot_->policy(), common_.usage, relay_, outbox_, nullptr, utc};
  }

  const Common common_;
  const WorkerId self_;
  SnapshotReader& snapshot_;
  worker::Transmit& transmit_;
  Exchange& exchange_;
  Reporter reporter_;
  SipGate gate_;
  Courier courier_;
  media::RelayEngine relay_;
  call::Engine engine_;
  call::Outbox outbox_;
  sip::Message message_;
  // Of the burst at hand: what waits for its transforms.
  size_t secured_count_ = 0;
  std::array<media::SecuredPacket, media::secured_burst_max> secured_;
  std::array<rte_mbuf*, media::secured_burst_max> secured_packets_;
  std::array<char, 2048> rejection_;
  Instant next_publication_{0};
  uint64_t access_epoch_ = 0;  // of the rules that flows were judged by
  bool watching_ = false;      // the peers that the first snapshot wants asked
  bool announced_;             // one worker tells the links about our addresses
};

}  // namespace sbc::edge
