#include "sbc/transaction/client_transactions.h"

#include <algorithm>

#include "dataplane/sip/list.h"
#include "dataplane/wire/frame.h"
#include "sbc/transaction/deadline.h"
#include "sbc/transaction/follow_up.h"
#include "sbc/transaction/text.h"

namespace sbc::transaction {
namespace {

bool is_terminated(const ClientTransaction& transaction) {
  return std::visit([](const auto& machine) { return machine.is_terminated(); }, transaction.machine);
}

/// RFC 3261 8.1.3.3: more than one means that the response was not meant for us.
bool has_one_via(const sip::Message& response) {
  unsigned count = 0;
  for (const sip::Field& field : response.fields()) {
    if (field.id != sip::Header::via) continue;
    sip::each_element(field.value, [&](std::string_view) { return ++count < 2; });
  }
  return count == 1;
}

}  // namespace

ClientTransactions::ClientTransactions(TransactionSizes sizes, uint32_t message_bytes_max,
                                       const DigestKeys& keys, MessageSlab& slab, TimerWheel& wheel,
                                       uint32_t first_key)
    : keys_(keys),
      slab_(slab),
      wheel_(wheel),
      first_key_(first_key),
      pool_(sizes.all),
      open_(sizes.open),
      by_key_(sizes.all),
      scratch_bytes_(message_bytes_max),
      bare_bytes_(message_bytes_max) {}

lane::Handle ClientTransactions::begin(const RequestId& id, const Transport& to, size_t size,
                                       const Owner& owner, const Context& context) {
  Kept kept;
  bool room = has_room() && slab_.keep(kept, {context.out.space().data(), size});
  bool ends_something = id.method == sip::Method::bye || id.method == sip::Method::cancel;
  if (room || ends_something) context.out.send(to, size);
  if (!room) return {};
  lane::Handle handle = pool_.take();
  ClientTransaction& transaction = pool_[handle];
  transaction.key = client_key(keys_, id);
  transaction.to = to;
  transaction.leg = owner.leg;
  transaction.open = open_.take();
  open_[transaction.open].transaction = handle;
  open_[transaction.open].call = owner.call;
  open_[transaction.open].request = kept;
  by_key_.insert(transaction.key, handle.index);
  Step step;
  if (id.method == sip::Method::invite) {
    step = std::get<InviteClient>(transaction.machine)
               .on(InviteClient::Event::begin, context.timers, to.reliable());
  } else {
    auto& machine = transaction.machine.emplace<NonInviteClient>();
    step = machine.on(NonInviteClient::Event::begin, context.timers, to.reliable());
  }
  carry_out(handle, step, context);
  return handle;
}

ClientTransactions::Response ClientTransactions::on_response(const sip::Message& response,
                                                             const Transport& from, const Context& context) {
  if (!has_one_via(response)) return {Reason::response_stray, {}};
  RequestId id{response.method(), response.top_via().branch, response.call_id(), response.cseq().number};
  lane::Handle handle = find(client_key(keys_, id));
  if (!handle) return {Reason::response_stray, {}};
  ClientTransaction& transaction = pool_[handle];
  bool foreign = transaction.to.realm != from.realm || transaction.to.remote.address != from.remote.address;
  if (foreign) return {Reason::response_foreign, {}};
  int status = response.status();
  const OpenClient* before = open_.find(transaction.open);
  const uint64_t call = before ? before->call : 0;
  Step step;
  if (transaction.is_invite()) {
    step = on_invite_response(handle, response, context);
  } else {
    auto event = status < 200 ? NonInviteClient::Event::provisional : NonInviteClient::Event::final;
    step =
        std::get<NonInviteClient>(transaction.machine).on(event, context.timers, transaction.to.reliable());
  }
  if (status >= 200) drop_request(transaction);
  carry_out(handle, step, context);
  const OpenClient* open = open_.find(transaction.open);
  if (status < 200 && open && open->cancel_wanted) send_cancel(handle, context);
  return {Reason::none, step.pass ? handle : lane::Handle{}, call};
}

Step ClientTransactions::on_invite_response(lane::Handle handle, const sip::Message& response,
                                            const Context& context) {
  ClientTransaction& transaction = pool_[handle];
  int status = response.status();
  auto event = status < 200   ? InviteClient::Event::provisional
               : status < 300 ? InviteClient::Event::success
                              : InviteClient::Event::failure;
  Step step =
      std::get<InviteClient>(transaction.machine).on(event, context.timers, transaction.to.reliable());
  if (step.acknowledge) acknowledge_failure(handle, response, context);
  bool again = event == InviteClient::Event::success && has_acknowledged(handle, response.to().tag());
  if (step.pass && again && transaction.forks()->ack_has_body) {
    if (const OpenClient* open = open_.find(transaction.open)) resend(open->ack, open->ack_to, context);
    step.pass = false;
  }
  return step;
}

void ClientTransactions::acknowledge_failure(lane::Handle handle, const sip::Message& response,
                                             const Context& context) {
  ClientTransaction& transaction = pool_[handle];
  const OpenClient* open = open_.find(transaction.open);
  if (open && !open->ack.empty()) return resend(open->ack, transaction.to, context);
  sip::Writer out(context.out.space());
  if (open && read_request(*open)) {
    write_failure_ack(out, scratch_, response.value(sip::Header::to));
    keep_failure_ack(transaction, out.written());
  } else if (const auto* ack = std::get_if<FailureAck>(&transaction.rest)) {
    write_failure_ack_again(out, response, ack->request_uri(), transaction.to.local);
  }
  if (!out.overflowed() && !out.written().empty()) context.out.send(transaction.to, out.written().size());
}

/// The request is the scratch message.
void ClientTransactions::keep_failure_ack(ClientTransaction& transaction, std::string_view ack) {
  std::string_view uri = scratch_.request_uri_text();
  if (uri.size() > FailureAck::uri_max || scratch_.has(sip::Header::route)) {
    slab_.keep(open_[transaction.open].ack, ack);
    return;
  }
  auto& small = transaction.rest.emplace<FailureAck>();
  small.size = uint8_t(uri.size());
  std::copy(uri.begin(), uri.end(), small.uri.begin());
}

void ClientTransactions::acknowledge(lane::Handle handle, std::string_view to_tag, const Transport& to,
                                     size_t size, const Context& context) {
  std::string_view ack{context.out.space().data(), size};
  if (auto* forks = std::get_if<Forks>(&pool_[handle].rest)) {
    forks->acknowledged = tag_hash(to_tag);
    forks->ack_has_body = !is_bare(ack);
    if (forks->ack_has_body) keep_success_ack(handle, ack, to);
  }
  context.out.send(to, size);
}

bool ClientTransactions::has_acknowledged(lane::Handle handle, std::string_view to_tag) const {
  const ClientTransaction* transaction = pool_.find(handle);
  const Forks* forks = transaction ? transaction->forks() : nullptr;
  return forks && forks->acknowledged == tag_hash(to_tag);
}

/// Without room for it, the 2xx that comes again is absorbed: an ACK without its body would say something
/// else.
void ClientTransactions::keep_success_ack(lane::Handle handle, std::string_view ack, const Transport& to) {
  ClientTransaction& transaction = pool_[handle];
  if (!open_.lives(transaction.open)) transaction.open = open_.take();
  OpenClient* open = open_.find(transaction.open);
  if (!open) return;
  open->transaction = handle;
  open->ack_to = to;
  if (!slab_.keep(open->ack, ack)) close(transaction);
}

lane::Handle ClientTransactions::find(const Digest& key) const {
  auto has_key = [&](uint32_t slot) { return pool_[pool_.next_live(slot)].key == key; };
  return pool_.next_live(by_key_.find(key, has_key));
}

/// It has its final response: nothing of it will be sent again but an ACK.
void ClientTransactions::drop_request(ClientTransaction& transaction) {
  OpenClient* open = open_.find(transaction.open);
  if (!open) return;
  slab_.release(open->request);
  if (open->ack.empty()) close(transaction);
}

Declined ClientTransactions::decline(lane::Handle handle, std::string_view to_tag) {
  auto* forks = std::get_if<Forks>(&pool_[handle].rest);
  uint32_t hash = tag_hash(to_tag);
  if (!forks || has_acknowledged(handle, to_tag)) return Declined::again;
  for (uint32_t& entry : forks->declined) {
    if (entry == hash) return Declined::again;
    if (entry != 0) continue;
    entry = hash;
    return Declined::first;
  }
  return Declined::unknown;
}

void ClientTransactions::cancel(lane::Handle handle, const Context& context, std::string_view parting) {
  ClientTransaction* transaction = pool_.find(handle);
  if (!transaction || !transaction->is_invite() || !awaits_final(handle)) return;
  OpenClient& open = open_[transaction->open];
  if (open.cancel_sent || open.cancel_wanted) return;
  open.cancel_wanted = true;
  slab_.keep(open.parting, parting);
  bool heard = std::get<InviteClient>(transaction->machine).state() == InviteClient::State::proceeding;
  if (heard) send_cancel(handle, context);
}

void ClientTransactions::note_cseq(lane::Handle handle, uint32_t cseq) {
  ClientTransaction* transaction = pool_.find(handle);
  if (auto* forks = transaction ? std::get_if<Forks>(&transaction->rest) : nullptr) forks->last_cseq = cseq;
}

void ClientTransactions::move(lane::Handle handle, uint64_t call) {
  const ClientTransaction* transaction = pool_.find(handle);
  OpenClient* open = transaction ? open_.find(transaction->open) : nullptr;
  if (open && open->call) open->call = call;
}

void ClientTransactions::abandon(lane::Handle handle, const Context& context, std::string_view parting) {
  ClientTransaction* transaction = pool_.find(handle);
  if (!transaction) return;
  if (!transaction->is_invite()) return release(handle);
  transaction->leg = {};
  cancel(handle, context, parting);
  bool unheard = std::get<InviteClient>(transaction->machine).state() == InviteClient::State::calling;
  if (unheard) strip_body(open_[transaction->open]);
}

void ClientTransactions::strip_body(OpenClient& open) {
  if (!read_request(open)) return;
  sip::Writer out(bare_bytes_);
  write_with_body(out, scratch_, {});
  if (!out.overflowed()) slab_.keep(open.request, out.written());
}

/// RFC 3261 9.1: the INVITE's own Request-URI, top Via, From, To, Call-ID, CSeq number and Route.
void ClientTransactions::send_cancel(lane::Handle handle, const Context& context) {
  ClientTransaction& transaction = pool_[handle];
  OpenClient& open = open_[transaction.open];
  if (open.cancel_sent || !read_request(open)) return;
  sip::Writer out(context.out.space());
  write_cancel(out, scratch_, slab_.copy(open.parting, bare_bytes_));
  slab_.release(open.parting);
  if (out.overflowed()) return;
  open.cancel_sent = true;
  RequestId id{sip::Method::cancel, scratch_.top_via().branch, scratch_.call_id(), scratch_.cseq().number};
  begin(id, transaction.to, out.written().size(), {{}, open.call}, context);
  auto& machine = std::get<InviteClient>(transaction.machine);
  carry_out(handle, machine.on(InviteClient::Event::cancelled, context.timers, transaction.to.reliable()),
            context);
}

std::optional<ClientTransactions::TimedOut> ClientTransactions::on_deadline(uint32_t key,
                                                                            const Context& context) {
  bool retransmit = key >= pool_.capacity();
  lane::Handle handle =
      retransmit ? open_[open_.next_live(key - pool_.capacity())].transaction : pool_.next_live(key);
  ClientTransaction& transaction = pool_[handle];
  bool reliable = transaction.to.reliable();
  Step step;
  if (auto* invite = std::get_if<InviteClient>(&transaction.machine)) {
    auto event = retransmit ? InviteClient::Event::retransmit_due : InviteClient::Event::timeout_due;
    step = invite->on(event, context.timers, reliable);
  } else {
    auto event = retransmit ? NonInviteClient::Event::retransmit_due : NonInviteClient::Event::timeout_due;
    step = std::get<NonInviteClient>(transaction.machine).on(event, context.timers, reliable);
  }
  TimedOut result{handle, transaction.leg};
  carry_out(handle, step, context);
  if (step.timed_out) return result;
  return std::nullopt;
}

std::optional<ClientTransactions::TimedOut> ClientTransactions::take_undelivered(
    const Undelivered& datagram) {
  for (auto at = open_.next_live(0); at; at = open_.next_live(at.index + 1)) {
    lane::Handle handle = open_[at].transaction;
    const ClientTransaction& transaction = pool_[handle];
    const auto* invite = std::get_if<InviteClient>(&transaction.machine);
    if (!invite || invite->state() != InviteClient::State::calling) continue;
    if (transaction.to != datagram.to || !is_request(open_[at], datagram)) continue;
    TimedOut result{handle, transaction.leg};
    release(handle);
    return result;
  }
  return std::nullopt;
}

bool ClientTransactions::is_request(const OpenClient& open, const Undelivered& datagram) {
  if (open.request.size + wire::udp_size != datagram.mark.length) return false;
  std::string_view bytes = slab_.copy(open.request, scratch_bytes_);
  return wire::mark_of(datagram.to.local, datagram.to.remote, bytes) == datagram.mark;
}

bool ClientTransactions::awaits_final(lane::Handle handle) const {
  const ClientTransaction* transaction = pool_.find(handle);
  return transaction &&
         std::visit([](const auto& machine) { return machine.awaits_final(); }, transaction->machine);
}

void ClientTransactions::carry_out(lane::Handle handle, const Step& step, const Context& context) {
  const ClientTransaction& transaction = pool_[handle];
  if (const OpenClient* open = open_.find(transaction.open)) {
    if (step.resend) resend(open->request, transaction.to, context);
    apply(wheel_, retransmit_key(transaction.open), step.retransmit, context.now);
  }
  apply(wheel_, timeout_key(handle), step.timeout, context.now);
  if (is_terminated(transaction)) release(handle);
}

void ClientTransactions::resend(const Kept& kept, const Transport& to, const Context& context) {
  size_t size = slab_.copy(kept, context.out.space()).size();
  if (size) context.out.send(to, size);
}

bool ClientTransactions::read_request(const OpenClient& open) {
  std::string_view bytes = slab_.copy(open.request, scratch_bytes_);
  return !bytes.empty() && scratch_.parse(bytes, own_limits) == Reason::none;
}

/// Never 0, which stands for "none".
uint32_t ClientTransactions::tag_hash(std::string_view tag) const {
  return uint32_t(siphash(keys_.low, tag)) | 1;
}

void ClientTransactions::close(ClientTransaction& transaction) {
  OpenClient* open = open_.find(transaction.open);
  if (!open) return;
  slab_.release(open->request);
  slab_.release(open->ack);
  slab_.release(open->parting);
  wheel_.cancel(retransmit_key(transaction.open));
  open_.release(transaction.open);
  transaction.open = {};
}

void ClientTransactions::release(lane::Handle handle) {
  ClientTransaction& transaction = pool_[handle];
  close(transaction);
  by_key_.erase(transaction.key, handle.index);
  wheel_.cancel(timeout_key(handle));
  pool_.release(handle);
}

uint32_t ClientTransactions::check_invariants(uint64_t& kept_bytes) const {
  uint32_t armed = 0;
  uint32_t opened = 0;
  for (uint32_t i = 0; i < pool_.capacity() + open_.capacity(); ++i) armed += wheel_.armed(first_key_ + i);
  uint32_t armed_by_live = 0;
  for (auto at = pool_.next_live(0); at; at = pool_.next_live(at.index + 1)) {
    const ClientTransaction& transaction = pool_[at];
    SBC_CHECK(by_key_.find(transaction.key, [&](uint32_t slot) { return slot == at.index; }) == at.index);
    SBC_CHECK(!is_terminated(transaction));
    armed_by_live += wheel_.armed(timeout_key(at));
    const OpenClient* open = open_.find(transaction.open);
    SBC_CHECK(bool(open) || !awaits_final(at));
    if (!open) continue;
    ++opened;
    SBC_CHECK(open->transaction == at && awaits_final(at) == open->ack.empty());
    armed_by_live += wheel_.armed(retransmit_key(transaction.open));
    kept_bytes += uint64_t(open->request.size) + open->ack.size + open->parting.size;
  }
  SBC_CHECK(armed == armed_by_live && opened == open_.in_use() && by_key_.size() == pool_.in_use());
  return armed;
}

}  // namespace sbc::transaction
