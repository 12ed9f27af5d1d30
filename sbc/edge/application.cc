#include "sbc/edge/application.h"

#include "dataplane/stun/binding.h"
#include "sbc/edge/dialog_mail.h"
#include "sbc/transaction/reply.h"

namespace sbc::edge {
namespace {

static_assert(media::secured_burst_max >= worker::burst_frames);

constexpr Duration usage_period = std::chrono::milliseconds(100);
constexpr unsigned commands_per_turn = 4;
constexpr unsigned rows_per_command =
    1000;  // of calls listed: the ring has room for other reports beside them
/// Room for the effects of one step: a drained timer may end a call on both legs.
constexpr size_t outbox_effects = 256;
constexpr size_t outbox_bytes = 256 * 1024;

std::span<const uint8_t> bytes_of(const rte_mbuf* packet) {
  return {rte_pktmbuf_mtod(packet, const uint8_t*), rte_pktmbuf_data_len(packet)};
}

/// A device or another core has written it, so none of its lines is near: all that a message is likely to
/// have are asked for at once. What is short is media, of which the headers are read. The note's is written
/// only.
void fetch_ahead(const rte_mbuf* packet) {
  constexpr uint32_t bytes_ahead = 1'024, message_min = 320, headers = 128;
  const auto* data = rte_pktmbuf_mtod(packet, const char*);
  const uint32_t bytes =
      packet->data_len < message_min ? headers : std::min<uint32_t>(packet->data_len, bytes_ahead);
  for (uint32_t at = 0; at < bytes; at += RTE_CACHE_LINE_SIZE) rte_prefetch0(data + at);
}

media::PacketBuffer buffer_of(rte_mbuf* packet) {
  return {rte_pktmbuf_mtod(packet, uint8_t*), rte_pktmbuf_data_len(packet), rte_pktmbuf_headroom(packet),
          rte_pktmbuf_tailroom(packet)};
}

std::string_view datagram_of(const PacketNote& note, rte_mbuf* packet) {
  return {rte_pktmbuf_mtod(packet, const char*) + note.frame.payload_offset, note.frame.payload_length};
}

Transport transport_of(const PacketNote& note) {
  return {TransportKind::udp, note.realm, note.frame.to(), note.frame.from(), 0, 0};
}

wire::Verified verified_by_device(const rte_mbuf* packet) {
  return {(packet->ol_flags & RTE_MBUF_F_RX_IP_CKSUM_MASK) == RTE_MBUF_F_RX_IP_CKSUM_GOOD,
          (packet->ol_flags & RTE_MBUF_F_RX_L4_CKSUM_MASK) == RTE_MBUF_F_RX_L4_CKSUM_GOOD};
}

lane::Counter& counter_of(media::Kind kind, WorkerCounters& counters) {
  if (kind == media::Kind::rtp) return counters.relayed_rtp;
  return kind == media::Kind::rtcp ? counters.relayed_rtcp : counters.relayed_other;
}

}  // namespace

Application::Application(const Common& common, WorkerId self, SnapshotReader& snapshot,
                         worker::Transmit& transmit, srtp::Transformer* transformer, Exchange& exchange,
                         Random random, Instant now)
    : common_(common),
      self_(self),
      snapshot_(snapshot),
      transmit_(transmit),
      exchange_(exchange),
      reporter_(exchange),
      gate_(common.steering, common.usage),
      courier_(*common.model, common.crew, transmit, exchange, reporter_, random, now),
      relay_(common.media_ranges, self, common.crew.workers()),
      engine_(self, common.steering, std::move(random), *common.model, call::sizes_for(*common.model), now),
      outbox_(outbox_effects, outbox_bytes),
      announced_(index_of(self) != 0) {
  exchange_.adopted_epoch.store(snapshot_->policy().epoch, std::memory_order_relaxed);
  relay_.judge_sources_by(*this);
  if (transformer != nullptr) relay_.transform_by(*transformer);
}

// Two passes over a burst: the first finds out what each frame is and asks for its flow's lines, the second
// acts, by when the lines have arrived. Media in its usual form is known by its destination alone; what turns
// out to be anything else goes the way of all other frames.
void Application::on_frames(PortId port, std::span<rte_mbuf*> packets, Instant now) {
  SBC_CHECK(packets.size() <= worker::burst_frames);
  for (rte_mbuf* packet : packets) rte_prefetch0(packet);
  if (!packets.empty()) fetch_ahead(packets.front());
  const RealmId realm = common_.listeners.realm_of(port, 0);
  size_t kept = 0;
  std::array<media::FlowIndex, worker::burst_frames> flows;
  for (size_t i = 0; i < packets.size(); ++i) {
    if (i + 1 < packets.size()) fetch_ahead(packets[i + 1]);
    rte_mbuf* packet = packets[i];
    const media::FlowIndex flow = realm == RealmId::none ? media::no_flow : peek(realm, packet);
    if (flow == media::no_flow && !classify_or_drop(port, packet)) continue;
    flows[kept] = flow;
    packets[kept++] = packet;
  }
  for (size_t i = 0; i < kept; ++i) {
    rte_mbuf* packet = packets[i];
    if (flows[i] != media::no_flow) {
      if (relay_steady(flows[i], packet, now)) continue;
      if (!note_steady(realm, flows[i], packet) && !classify_or_drop(port, packet)) continue;
    }
    dispatch(packet, now);
  }
  relay_secured(now);
}

/// The flow of a frame that looks as media mostly does: to our MAC address, without VLAN tag, UDP, and
/// nothing that the device has found wrong. `realm` is that of frames without VLAN tag.
media::FlowIndex Application::peek(RealmId realm, const rte_mbuf* packet) const {
  const std::span<const uint8_t> bytes = bytes_of(packet);
  const MacAddress& mac = courier_.host().face(realm).mac();
  const bool damaged = (packet->ol_flags & RTE_MBUF_F_RX_L4_CKSUM_MASK) == RTE_MBUF_F_RX_L4_CKSUM_BAD;
  const bool plain = bytes.size() >= wire::ethernet_size && !damaged &&
                     std::memcmp(bytes.data(), mac.bytes.data(), mac.bytes.size()) == 0;
  if (!plain) return media::no_flow;
  return relay_.peek(realm, load_be16(&bytes[12]), bytes.subspan(wire::ethernet_size));
}

bool Application::classify_or_drop(PortId port, rte_mbuf* packet) {
  const Reason reason = classify(port, packet);
  if (reason != Reason::none) transmit_.drop(packet, port::note_of<PacketNote>(packet).realm, reason);
  return reason == Reason::none;
}

Reason Application::classify(PortId port, rte_mbuf* packet) {
  PacketNote& note = port::note_of<PacketNote>(packet);
  note = PacketNote{};
  const Result<wire::Frame> frame = wire::parse_frame(bytes_of(packet), verified_by_device(packet));
  if (!frame) return frame.reason();
  note.realm = common_.listeners.realm_of(port, frame->vlan);
  if (note.realm == RealmId::none) return Reason::vlan_unknown;
  const Reason reason = admit(note, *frame);
  // Last: it was written in pieces, and a load that spans some of them waits until they have left the core.
  note.frame = *frame;
  return reason;
}

Reason Application::admit(PacketNote& note, const wire::Frame& frame) {
  const Reason reason = courier_.host().admit(note.realm, frame);
  if (frame.protocol != wire::Protocol::udp) return reason;
  const Result<media::MediaPort> media =
      common_.media_ranges.locate(note.realm, frame.destination, frame.destination_port);
  if (!media) {
    bool elsewhere = reason == Reason::ip_not_for_us && media.reason() == Reason::media_realm;
    return elsewhere ? Reason::media_realm : reason;
  }
  note.kind = PacketNote::Kind::media;
  note.media_port = *media;
  note.owner = media::port_owner(media->port, common_.crew.workers());
  if (note.owner == self_) find_flow(note);
  return reason;
}

void Application::find_flow(PacketNote& note) {
  note.flow = relay_.flow_of(note.media_port);
  relay_.prefetch(note.flow);
}

void Application::dispatch(rte_mbuf* packet, Instant now) {
  const PacketNote& note = port::note_of<PacketNote>(packet);
  if (note.kind == PacketNote::Kind::media) return pass_or_hand_over(note.owner, packet, now);
  if (note.frame.protocol == wire::Protocol::udp) return dispatch_udp(packet, now);
  Reason reason = courier_.host().on_frame(note.realm, note.frame, bytes_of(packet), now);
  if (reason != Reason::none) exchange_.drops.add(note.realm, reason);
  rte_pktmbuf_free(packet);
  announce_learned();
}

void Application::dispatch_udp(rte_mbuf* packet, Instant now) {
  PacketNote& note = port::note_of<PacketNote>(packet);
  if (common_.listeners.is_sip(note.realm, note.frame.to())) return on_sip(packet, now);
  transmit_.drop(packet, note.realm,
                 courier_.host().refuse_port(note.realm, note.frame, bytes_of(packet), now));
}

void Application::on_sip(rte_mbuf* packet, Instant now) {
  PacketNote& note = port::note_of<PacketNote>(packet);
  Admission admission = gate_.admit(snapshot_->policy(), snapshot_->inspector(self_), now, note.realm,
                                    note.frame.source, datagram_of(note, packet), message_);
  if (admission.reason == Reason::keepalive && admission.trust != config::Trust::denied)
    answer_stun(note, packet, now);
  if (admission.signature != nullptr) reporter_.matched(now, admission, note.realm, note.frame.from());
  if (admission.reason != Reason::none && admission.reason != Reason::signature_reject) {
    return transmit_.drop(packet, note.realm, admission.reason);
  }
  note.kind = PacketNote::Kind::sip;
  note.trust = admission.trust;
  note.reason = admission.reason;
  note.status = admission.status;
  pass_or_hand_over(admission.owner == WorkerId::none ? self_ : admission.owner, packet, now);
}

/// RFC 5626 4.4.2: by this an agent behind a NAT keeps its way to us open, and learns when it has changed.
void Application::answer_stun(const PacketNote& note, rte_mbuf* packet, Instant now) {
  const auto request = stun::parse_message(note.frame.payload(bytes_of(packet)));
  if (!request || request->message_class() != stun::Class::request ||
      request->method() != stun::Method::binding)
    return;
  std::array<uint8_t, stun::binding_answer_max> room;
  const auto answer = stun::answer_binding(*request, note.frame.from(), {}, room).bytes;
  courier_.send_datagram(transport_of(note), {reinterpret_cast<const char*>(answer.data()), answer.size()},
                         now);
}

void Application::pass_or_hand_over(WorkerId owner, rte_mbuf* packet, Instant now) {
  const PacketNote& note = port::note_of<PacketNote>(packet);
  if (owner != self_) {
    transmit_.hand_over(owner, packet, note.realm);
  } else if (note.kind == PacketNote::Kind::media) {
    relay_media(note, packet, now);
  } else {
    process_sip(note, now);
    rte_pktmbuf_free(packet);
  }
}

void Application::on_handed_over(std::span<rte_mbuf*> packets, Instant now) {
  for (rte_mbuf* packet : packets) {
    PacketNote& note = port::note_of<PacketNote>(packet);
    if (note.kind == PacketNote::Kind::media) find_flow(note);
  }
  for (rte_mbuf* packet : packets) {
    const PacketNote& note = port::note_of<PacketNote>(packet);
    if (note.kind == PacketNote::Kind::neighbour) {
      courier_.host().on_learned({note.realm, note.frame.source, note.frame.source_mac, note.answer}, now);
      rte_pktmbuf_free(packet);
    } else if (note.kind == PacketNote::Kind::asked || note.kind == PacketNote::Kind::answered) {
      on_mail(note, packet, now);
      rte_pktmbuf_free(packet);
    } else {
      if (note.kind == PacketNote::Kind::sip)
        message_.read(datagram_of(note, packet), message_limits(note.realm));
      pass_or_hand_over(self_, packet, now);
    }
  }
  relay_secured(now);
}

bool Application::relay_steady(media::FlowIndex flow, rte_mbuf* packet, Instant now) {
  constexpr size_t growth = wire::ipv6_size - wire::ipv4_size;
  if (rte_pktmbuf_headroom(packet) < growth) return false;
  const std::span<uint8_t> ip{rte_pktmbuf_mtod(packet, uint8_t*) + wire::ethernet_size,
                              rte_pktmbuf_data_len(packet) - wire::ethernet_size};
  const std::span<uint8_t> sent = relay_.relay_steady(flow, ip, now);
  if (sent.empty()) return false;
  exchange_.counters.relayed_rtp.add();
  courier_.send_packet(packet, sent, relay_.egress_realm(flow), now, relay_.next_hop_of(flow));
  return true;
}

/// What classify() would find out, of SRTP in its usual form.
bool Application::note_steady(RealmId realm, media::FlowIndex flow, rte_mbuf* packet) {
  const std::span<const uint8_t> bytes = bytes_of(packet);
  if (!relay_.is_steady_secured(flow, bytes.subspan(wire::ethernet_size))) return false;
  PacketNote& note = port::note_of<PacketNote>(packet);
  note.kind = PacketNote::Kind::media;
  note.realm = realm;
  note.owner = self_;
  note.flow = flow;
  wire::read_udp_frame(bytes, note.frame);
  relay_.prefetch(flow);
  return verified_by_device(packet).udp || wire::has_valid_checksum(bytes, note.frame);
}

void Application::relay_media(const PacketNote& note, rte_mbuf* packet, Instant now) {
  media::PacketBuffer buffer = buffer_of(packet);
  if (relay_.is_secured(note.flow, note.frame.payload(bytes_of(packet)))) {
    SBC_CHECK(secured_count_ < secured_.size());
    secured_packets_[secured_count_] = packet;
    secured_[secured_count_++] = {.flow = note.flow, .packet = buffer, .frame = &note.frame};
    return;
  }
  const media::Verdict verdict = relay_.relay(note.flow, buffer, note.frame, now);
  finish_media(packet, buffer, verdict, now);
}

void Application::relay_secured(Instant now) {
  if (secured_count_ == 0) return;
  relay_.relay_secured(std::span(secured_).first(secured_count_), now);
  for (size_t i = 0; i < secured_count_; ++i)
    finish_media(secured_packets_[i], secured_[i].packet, secured_[i].verdict, now);
  secured_count_ = 0;
}

void Application::finish_media(rte_mbuf* packet, const media::PacketBuffer& buffer,
                               const media::Verdict& verdict, Instant now) {
  const PacketNote& note = port::note_of<PacketNote>(packet);
  if (verdict.news != media::Intrusion::none &&
      reporter_.intruded(now, verdict, note.realm, note.frame.from()))
    relay_.told(verdict.flow, verdict.news);
  if (verdict.digit) tell_digit(note.realm, verdict.token, *verdict.digit, now);
  if (verdict.late_digits != 0)
    exchange_.drops.add(note.realm, Reason::media_digit_late, verdict.late_digits);
  if (verdict.reason != Reason::none) return transmit_.drop(packet, note.realm, verdict.reason);
  uint64_t unkept = media::FlowLine::no_next_hop;
  const bool ours = verdict.flow == media::no_flow;
  uint64_t& hop = ours ? unkept : relay_.next_hop_of(verdict.flow);
  if (!ours) counter_of(verdict.kind, exchange_.counters).add();
  courier_.send_packet(packet, {buffer.data, buffer.size}, verdict.realm, now, hop);
}

/// The call is this worker's, as its ports are.
void Application::tell_digit(RealmId realm, uint64_t token, const media::Digit& digit, Instant now) {
  const Reason reason = engine_.on_digit(surroundings(now), token, digit);
  if (reason != Reason::none) exchange_.drops.add(realm, reason);
  carry_out(now, reason);
}

/// A realm that serves known sources only means signalling: the media of those it serves may come from
/// gateways that no rule names. What a rule or a block names as shut out sends no media either.
bool Application::refuses(RealmId realm, const IpAddress& source) const {
  return snapshot_->policy().access.judge(realm, source).is_shut_out();
}

/// The packet's head is read: by the gate, or again where it was handed over, which costs less than carrying
/// what was read from worker to worker.
void Application::process_sip(const PacketNote& note, Instant now) {
  exchange_.counters.sip_received.add();
  Transport transport = transport_of(note);
  Reason reason = message_.interpret();
  message_.deviations().each([&](Deviation deviation) { exchange_.deviations.add(note.realm, deviation); });
  if (reason == Reason::none) reason = note.reason;
  if (reason != Reason::none) return reject(note, transport, reason, now);
  reason = engine_.on_message(surroundings(now), transport, message_, note.trust);
  if (reason != Reason::none) {
    exchange_.drops.add(note.realm, reason);
    reporter_.refused(now, reason, note.realm, note.frame.from(), message_.bytes().substr(0, 64));
  }
  carry_out(now, reason);
}

/// Before the engine: at most one stateless response, nothing kept.
void Application::reject(const PacketNote& note, const Transport& transport, Reason reason, Instant now) {
  exchange_.drops.add(note.realm, reason);
  Deviations refused;
  if (reason == Reason::deviation_refused)
    refused = message_.deviations() & message_limits(note.realm).refused;
  bool told = reason == Reason::signature_reject;  // which signature, by the worker that received it
  if (!told)
    reporter_.refused(now, reason, note.realm, note.frame.from(), message_.bytes().substr(0, 64), refused);
  uint16_t status = reason == note.reason && note.status != 0 ? note.status : status_of(reason);
  // Whoever is denied is heard in its calls, and told nothing else.
  if (status == 0 || note.trust == config::Trust::denied || !message_.answerable()) return;
  size_t size = call::write_stateless_response(rejection_, message_, transport, status, {}, Duration(0));
  if (size == 0) return;
  exchange_.counters.sip_sent.add();
  courier_.send_datagram(transaction::reply_transport(message_, transport), {rejection_.data(), size}, now);
}

void Application::carry_out(Instant now, Reason counted) {
  for (const call::Effect& effect : outbox_.effects()) {
    if (auto* install = std::get_if<call::InstallRelay>(&effect)) relay_.prefetch(install->relay);
  }
  for (const call::Effect& effect : outbox_.effects()) {
    if (auto* send = std::get_if<call::Send>(&effect)) {
      exchange_.counters.sip_sent.add();
      courier_.send_datagram(send->transport, outbox_.bytes_of(*send), now);
    } else if (auto* install = std::get_if<call::InstallRelay>(&effect)) {
      relay_.install(install->relay, now);
    } else if (auto* remove = std::get_if<call::RemoveRelay>(&effect)) {
      relay_.remove(remove->kind, remove->locals);
    } else if (auto* digit = std::get_if<call::SendDigit>(&effect)) {
      if (!relay_.send_digit(digit->to, digit->digit, now))
        exchange_.drops.add(digit->to.realm, Reason::digit_lost);
    } else if (auto* lost = std::get_if<call::LoseDigits>(&effect)) {
      exchange_.drops.add(lost->realm, Reason::digit_lost, lost->count);
    } else if (auto* ask = std::get_if<call::AskWorker>(&effect)) {
      send_mail(ask->owner, PacketNote::Kind::asked, ask->what.asker.realm,
                DialogAsked{self_, ask->question, ask->what});
    } else if (auto* host = std::get_if<call::AskHost>(&effect)) {
      reporter_.asked({host->question, host->trunk, host->peer});
    } else if (auto* cdr = std::get_if<call::WriteCdr>(&effect)) {
      const call::CallRecord& record = cdr->record;
      if (record.reason != Reason::none && record.reason != counted) {
        exchange_.drops.add(record.caller.realm, record.reason);
      }
      reporter_.cdr(record);
    } else if (auto* log = std::get_if<call::WriteLog>(&effect)) {
      reporter_.about_call(now, log->record);
    }
  }
  outbox_.clear();
}

template <class Mail>
void Application::send_mail(WorkerId to, PacketNote::Kind kind, RealmId realm, const Mail& mail) {
  rte_mbuf* packet = transmit_.allocate(realm);
  if (packet == nullptr) return;
  if (!write_mail(packet, mail)) return transmit_.drop(packet, realm, Reason::buffer_empty);
  PacketNote& note = port::note_of<PacketNote>(packet);
  note = PacketNote{};
  note.kind = kind;
  note.realm = realm;
  transmit_.hand_over(to, packet, realm);
}

void Application::on_mail(const PacketNote& note, rte_mbuf* packet, Instant now) {
  if (note.kind == PacketNote::Kind::asked) {
    const auto asked = read_mail<DialogAsked>(packet);
    return send_mail(asked.asker, PacketNote::Kind::answered, note.realm,
                     DialogAnswered{asked.question, engine_.find_replaced(snapshot_->policy(), asked.what)});
  }
  const auto answered = read_mail<DialogAnswered>(packet);
  engine_.on_replaced(surroundings(now), answered.question, answered.answer);
  carry_out(now);
}

bool Application::on_turn(Instant now) {
  if (!announced_) {
    courier_.host().announce(now);
    announced_ = true;
  }
  bool busy = adopt(now);
  Command command;
  for (unsigned i = 0; i < commands_per_turn && exchange_.commands.pop(command); ++i)
    busy |= obey(command, now);
  busy |= run_timers(now);
  tell_engine_undelivered(now);
  if (now >= next_publication_) publish_usage(now);
  return busy;
}

bool Application::adopt(Instant now) {
  const bool fresh = snapshot_.adopt();
  if (fresh || !watching_) {
    engine_.watch_peers(surroundings(now));
    carry_out(now);
    watching_ = true;
  }
  if (fresh) {
    const uint64_t judged_by = std::exchange(access_epoch_, snapshot_->policy().access_epoch);
    if (judged_by != access_epoch_) relay_.judge_again();
    exchange_.adopted_epoch.store(snapshot_->policy().epoch, std::memory_order_relaxed);
  }
  return fresh;
}

bool Application::run_timers(Instant now) {
  bool busy = false;
  if (engine_.next_deadline() <= now) {
    engine_.on_time(surroundings(now));
    busy = !outbox_.effects().empty();
    carry_out(now);
  }
  if (courier_.host().next_deadline() <= now) {
    courier_.host().on_time(now);
    busy = true;
  }
  return busy;
}

void Application::announce_learned() {
  for (const host::Learned& learned : courier_.take_learned()) {
    for (unsigned worker = 0; worker < common_.crew.workers(); ++worker) {
      if (WorkerId(worker) == self_) continue;
      rte_mbuf* packet = transmit_.allocate(learned.realm);
      if (packet == nullptr) return;
      PacketNote& note = port::note_of<PacketNote>(packet);
      note = PacketNote{};
      note.kind = PacketNote::Kind::neighbour;
      note.realm = learned.realm;
      note.frame.source = learned.address;
      note.frame.source_mac = learned.mac;
      note.answer = learned.answer;
      transmit_.hand_over(WorkerId(worker), packet, learned.realm);
    }
  }
}

void Application::tell_engine_undelivered(Instant now) {
  for (const Undelivered& datagram : courier_.take_undelivered()) {
    engine_.on_undelivered(surroundings(now), datagram);
    carry_out(now);
  }
}

bool Application::obey(const Command& command, Instant now) {
  call::CallRecord record;
  bool done = true;
  switch (command.kind) {
    case Command::Kind::list_calls:
      engine_.visit_calls(relay_, [&, rows = 0u](const call::CallRecord& each) mutable {
        reporter_.row(command.request, each);
        return ++rows < rows_per_command;
      });
      break;
    case Command::Kind::find_call:
      done = engine_.find_call(relay_, command.call, record);
      if (done) reporter_.row(command.request, record);
      break;
    case Command::Kind::hang_up:
      done = engine_.hang_up(surroundings(now), command.call);
      break;
    case Command::Kind::drain:
      engine_.drain();
      break;
    case Command::Kind::end_all:
      engine_.hang_up_all(surroundings(now));
      break;
    case Command::Kind::host_known:
      adopt(now);  // the rules that know it were published before the command was given
      engine_.on_answer(surroundings(now), command.call, 0);
      carry_out(now);
      return true;
  }
  carry_out(now);
  publish_usage(now);  // whoever gave the command decides by these numbers what comes next
  reporter_.answer(command.request, done);
  return true;
}

void Application::publish_usage(Instant now) {
  call::EngineUsage usage = engine_.usage();
  auto publish = [](auto& word, auto value) { word.store(value, std::memory_order_relaxed); };
  publish(exchange_.live_calls, usage.calls);
  publish(exchange_.server_transactions, usage.server_transactions);
  publish(exchange_.client_transactions, usage.client_transactions);
  publish(exchange_.leased_ports, usage.leased_ports);
  WorkerCounters& counters = exchange_.counters;
  counters.calls_begun.add(counters.calls_ended.value() + usage.calls - counters.calls_begun.value());
  next_publication_ = now + usage_period;
}

}  // namespace sbc::edge
