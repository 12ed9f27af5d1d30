#include "sbc/call/engine.h"

#include <algorithm>

#include "sbc/call/impl.h"
#include "sbc/call/phrases.h"

namespace sbc::call {
namespace {

const RouteDecider route_decider;

/// What our messages may be longer than the peers': a response repeats its request's head and adds its own to
/// it.
constexpr uint32_t own_bytes = 2048;

/// Of each kind: an INVITE and a BYE on each leg.
constexpr uint32_t left_by_call = 2;

/// Two legs for each call, and some that only wait for their BYE's response.
uint32_t leg_capacity(uint32_t calls) { return 2 * calls + calls / 2 + 16; }

/// What a call that is being set up keeps: the caller's INVITE, ours, the head and the last response; and one
/// message of each other open transaction, and the names of each dialog. What its peers have described
/// (introduction.cc) takes the place of that, once it is answered. What lingers keeps nothing here.
uint32_t slab_capacity(const EngineSizes& sizes) {
  uint32_t one_message = (sizes.message_bytes_max + own_bytes) / transaction::MessageSlab::chunk_bytes + 1;
  return leg_capacity(sizes.calls) + setup_chunks * sizes.calls + 2 * sizes.open_transactions +
         8 * one_message;
}

transaction::TransactionSizes server_sizes(const EngineSizes& sizes) {
  return {sizes.server_transactions, sizes.open_transactions};
}

transaction::TransactionSizes client_sizes(const EngineSizes& sizes) {
  return {sizes.client_transactions, sizes.open_transactions};
}

}  // namespace

uint32_t EngineSizes::calls_a_second() const {
  uint32_t all = std::min(server_transactions, client_transactions);
  return (all - all / 8) / (left_by_call * uint32_t(lingering.count()));
}

uint64_t EngineSizes::transaction_bytes() const {
  return uint64_t(server_transactions) * transaction::ServerTransactions::bytes_lingering +
         uint64_t(client_transactions) * transaction::ClientTransactions::bytes_lingering +
         uint64_t(open_transactions) *
             (transaction::ServerTransactions::bytes_open + transaction::ClientTransactions::bytes_open) +
         uint64_t(slab_capacity(*this)) * transaction::MessageSlab::bytes_per_chunk;
}

EngineSizes sizes_for(const config::Model& model) {
  const config::Limits& limits = model.limits;
  uint64_t workers = std::max<uint64_t>(model.workers.count, 1);
  EngineSizes sizes;
  // Calls fall to workers by hash: a worker may get a quarter more than its share.
  // Each could get all that have precedence.
  uint64_t share = workers == 1 ? limits.calls_max
                                : limits.calls_max * 5 / (4 * workers) + 16 + model.emergency.calls_reserved;
  sizes.calls = uint32_t(std::min<uint64_t>(share, limits.calls_max));
  const uint64_t secured = workers == 1 ? limits.srtp_streams : limits.srtp_streams * 5 / (4 * workers) + 16;
  sizes.srtp_sides = uint32_t(std::min<uint64_t>(secured, limits.srtp_streams));
  sizes.message_bytes_max = limits.message_bytes_max;
  sizes.lingering = std::max(sizes.lingering, std::chrono::ceil<std::chrono::seconds>(64 * model.timers.t1));
  // A call leaves an INVITE and a BYE behind on each leg, for that long, and what its peers say inside it: a
  // few requests. Without a rate limit: calls of half a minute. Open are those of calls that are set up or
  // changed, and refusals that wait for their ACK.
  uint64_t begun = limits.call_rate.unlimited() ? share
                                                : limits.call_rate.events * sizes.lingering /
                                                      limits.call_rate.period / workers * 5 / 4;
  uint64_t derived = std::max<uint64_t>(256, 4 * sizes.calls + left_by_call * begun);
  if (limits.transactions_max) derived = limits.transactions_max;
  sizes.server_transactions = sizes.client_transactions = uint32_t(derived);
  sizes.open_transactions = uint32_t(std::min<uint64_t>(derived, 2 * sizes.calls + begun / 4 + 64));
  return sizes;
}

Engine::Impl::Impl(WorkerId self_, const Steering& steering_, Random random_, const config::Model& model,
                   const EngineSizes& sizes, Instant now, const Decider& decider_)
    : self(self_),
      steering(steering_),
      decider(decider_),
      random(std::move(random_)),
      message_bytes_max(sizes.message_bytes_max + own_bytes),
      digest_keys(transaction::DigestKeys::derive(steering.key())),
      keys(server_sizes(sizes).timer_keys(), client_sizes(sizes).timer_keys(), sizes.calls,
           leg_capacity(sizes.calls)),
      wheel(keys.count, now),
      slab(slab_capacity(sizes)),
      slab_chunks(slab_capacity(sizes)),
      servers(server_sizes(sizes), sizes.message_bytes_max + own_bytes, digest_keys, phrases, slab, wheel, 0),
      clients(client_sizes(sizes), sizes.message_bytes_max + own_bytes, digest_keys, slab, wheel,
              keys.first_client),
      calls(sizes.calls),
      legs(leg_capacity(sizes.calls)),
      leg_table(leg_capacity(sizes.calls) + sizes.calls),
      digit_calls(sizes.calls),
      ports(model, self_),
      streams(ports.pairs() / 2),
      seeds(sizes.srtp_sides),
      sdp_text(sizes.message_bytes_max + own_bytes),
      head_bytes(sizes.message_bytes_max + own_bytes),
      invite_bytes(sizes.message_bytes_max + own_bytes) {
  if (asks_peers()) {
    probes.reserve(trunks_max * config::trunk_peers_max);
    former_probes.reserve(probes.capacity());
  }
}

Engine::Engine(WorkerId self, const Steering& steering, Random random, const config::Model& model,
               const EngineSizes& sizes, Instant now, const Decider* decider)
    : impl_(std::make_unique<Impl>(self, steering, std::move(random), model, sizes, now,
                                   decider ? *decider : route_decider)) {}

Engine::~Engine() = default;

Reason Engine::on_message(const Surroundings& s, const Transport& transport, const sip::Message& message,
                          config::Trust trust) {
  Reason reason = impl_->on_message(s, transport, message, trust);
  impl_->finish_step();
  return reason;
}

void Engine::on_undelivered(const Surroundings& s, const Undelivered& datagram) {
  impl_->on_undelivered(s, datagram);
  impl_->finish_step();
}

void Engine::on_answer(const Surroundings& s, uint64_t question, uint64_t value) {
  impl_->on_answer(s, question, value);
  impl_->finish_step();
}

Replacement Engine::find_replaced(const policy::Compiled& policy, const DialogQuestion& question) const {
  return impl_->find_replaced(policy, question);
}

void Engine::on_replaced(const Surroundings& s, uint64_t question, const Replacement& answer) {
  impl_->on_replaced(s, question, answer);
  impl_->finish_step();
}

Reason Engine::on_digit(const Surroundings& s, uint64_t token, const media::Digit& digit) {
  Reason reason = impl_->on_digit(s, token, digit);
  impl_->finish_step();
  return reason;
}

void Engine::on_time(const Surroundings& s) {
  impl_->on_time(s);
  impl_->finish_step();
}

void Engine::watch_peers(const Surroundings& s) {
  impl_->watch_peers(s);
  impl_->finish_step();
}

Instant Engine::next_deadline() const { return impl_->wheel.next_deadline(); }

void Engine::drain() { impl_->draining = true; }

bool Engine::hang_up(const Surroundings& s, uint64_t call_id) {
  bool found = impl_->hang_up(s, call_id);
  impl_->finish_step();
  return found;
}

void Engine::hang_up_all(const Surroundings& s) {
  impl_->hang_up_all(s);
  impl_->finish_step();
}

size_t Engine::save_call(const Surroundings& s, uint64_t call_id, std::span<uint8_t> out) const {
  return impl_->save_call(s, call_id, out);
}

Reason Engine::load_call(const Surroundings& s, std::span<const uint8_t> bytes) {
  Reason reason = impl_->load_call(s, bytes);
  impl_->finish_step();
  return reason;
}

bool Engine::forget_call(const Surroundings& s, uint64_t call_id) {
  bool found = impl_->forget_call(s, call_id);
  impl_->finish_step();
  return found;
}

void Engine::visit_ids(const std::function<bool(uint64_t)>& visit) const { impl_->visit_ids(visit); }

EngineUsage Engine::usage() const { return impl_->usage(); }
uint32_t Engine::live_calls() const { return impl_->calls.in_use(); }

void Engine::visit_calls(const media::StatsReader& media,
                         const std::function<bool(const CallRecord&)>& visit) const {
  const auto& calls = impl_->calls;
  for (auto at = calls.next_live(0); at; at = calls.next_live(at.index + 1)) {
    if (!visit(impl_->record_of(calls[at], media))) return;
  }
}

bool Engine::find_call(const media::StatsReader& media, uint64_t call_id, CallRecord& record) const {
  lane::Handle call = impl_->find_call(call_id);
  if (call) record = impl_->record_of(impl_->calls[call], media);
  return bool(call);
}

void Engine::check_invariants() const { impl_->check_invariants(); }

}  // namespace sbc::call
