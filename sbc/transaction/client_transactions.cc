#include "sbc/transaction/client_transactions.h"

#include <algorithm>

#include "dataplane/sip/list.h"
#include "sbc/transaction/deadline.h"
#include "sbc/transaction/follow_up.h"

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

ClientTransactions::ClientTransactions(uint32_t capacity, uint32_t message_bytes_max, const DigestKeys& keys,
                                       MessageSlab& slab, TimerWheel& wheel, uint32_t first_key)
    : keys_(keys),
      slab_(slab),
      wheel_(wheel),
      first_key_(first_key),
      pool_(capacity),
      by_key_(capacity),
      scratch_bytes_(message_bytes_max),
      bare_bytes_(message_bytes_max) {}

lane::Handle ClientTransactions::begin(const RequestId& id, const Transport& to, size_t size,
                                       lane::Handle leg, const Context& context) {
  bool invite = id.method == sip::Method::invite;
  Kept kept;
  bool room = pool_.in_use() < pool_.capacity() && slab_.keep(kept, {context.out.space().data(), size});
  bool ends_something = id.method == sip::Method::bye || id.method == sip::Method::cancel;
  if (room || ends_something) context.out.send(to, size);
  if (!room) return {};
  lane::Handle handle = pool_.take();
  ClientTransaction& transaction = pool_[handle];
  transaction.key = client_key(keys_, id);
  transaction.to = to;
  transaction.request = kept;
  transaction.leg = leg;
  by_key_.insert(transaction.key, handle);
  Step step;
  if (invite) {
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
  RequestId id{response.method(), response.top_via().branch, response.call_id(), response.cseq().number};
  lane::Handle handle = has_one_via(response) ? by_key_.find(client_key(keys_, id)) : lane::Handle{};
  if (!handle) return {Reason::response_stray, {}};
  ClientTransaction& transaction = pool_[handle];
  bool foreign = transaction.to.realm != from.realm || transaction.to.remote.address != from.remote.address;
  if (foreign) return {Reason::response_foreign, {}};
  int status = response.status();
  bool reliable = transaction.to.reliable();
  Step step;
  if (auto* invite = std::get_if<InviteClient>(&transaction.machine)) {
    auto event = status < 200   ? InviteClient::Event::provisional
                 : status < 300 ? InviteClient::Event::success
                                : InviteClient::Event::failure;
    step = invite->on(event, context.timers, reliable);
    if (step.acknowledge) acknowledge_failure(transaction, response, context);
    if (status >= 200) slab_.release(transaction.request);
    bool again = step.pass && status / 100 == 2 && transaction.acknowledged == tag_hash(response.to().tag());
    if (again) {
      resend(transaction.ack, transaction.ack_to, context);
      step.pass = false;
    }
  } else {
    auto& machine = std::get<NonInviteClient>(transaction.machine);
    step = machine.on(status < 200 ? NonInviteClient::Event::provisional : NonInviteClient::Event::final,
                      context.timers, reliable);
    if (status >= 200) slab_.release(transaction.request);
  }
  carry_out(handle, step, context);
  if (status < 200 && transaction.cancel_wanted && awaits_final(handle)) send_cancel(handle, context);
  return {Reason::none, step.pass ? handle : lane::Handle{}};
}

void ClientTransactions::acknowledge_failure(ClientTransaction& transaction, const sip::Message& response,
                                             const Context& context) {
  if (!transaction.ack.empty()) return resend(transaction.ack, transaction.to, context);
  if (!read_request(transaction)) return;
  sip::Writer out(context.out.space());
  write_failure_ack(out, scratch_, response.value(sip::Header::to));
  if (out.overflowed()) return;
  slab_.keep(transaction.ack, out.written());
  context.out.send(transaction.to, out.written().size());
}

void ClientTransactions::acknowledge(lane::Handle handle, std::string_view to_tag, const Transport& to,
                                     size_t size, const Context& context) {
  ClientTransaction& transaction = pool_[handle];
  slab_.keep(transaction.ack, {context.out.space().data(), size});
  transaction.acknowledged = tag_hash(to_tag);
  transaction.ack_to = to;
  context.out.send(to, size);
}

bool ClientTransactions::decline(lane::Handle handle, std::string_view to_tag) {
  auto& declined = pool_[handle].declined;
  uint64_t hash = tag_hash(to_tag);
  for (uint64_t& entry : declined) {
    if (entry == hash) return false;
    if (entry != 0) continue;
    entry = hash;
    return true;
  }
  return false;
}

void ClientTransactions::cancel(lane::Handle handle, const Context& context) {
  ClientTransaction* transaction = pool_.find(handle);
  if (!transaction || !transaction->is_invite() || transaction->cancel_sent || !awaits_final(handle)) return;
  transaction->cancel_wanted = true;
  bool heard = std::get<InviteClient>(transaction->machine).state() == InviteClient::State::proceeding;
  if (heard) send_cancel(handle, context);
}

void ClientTransactions::note_cseq(lane::Handle handle, uint32_t cseq) {
  if (ClientTransaction* transaction = pool_.find(handle)) transaction->last_cseq = cseq;
}

void ClientTransactions::abandon(lane::Handle handle, const Context& context) {
  ClientTransaction* transaction = pool_.find(handle);
  if (!transaction) return;
  if (!transaction->is_invite()) return release(handle);
  transaction->leg = {};
  cancel(handle, context);
  bool unheard = std::get<InviteClient>(transaction->machine).state() == InviteClient::State::calling;
  if (unheard) strip_body(*transaction);
}

void ClientTransactions::strip_body(ClientTransaction& transaction) {
  if (!read_request(transaction)) return;
  sip::Writer out(bare_bytes_);
  write_with_body(out, scratch_, {});
  if (!out.overflowed()) slab_.keep(transaction.request, out.written());
}

/// RFC 3261 9.1: the INVITE's own Request-URI, top Via, From, To, Call-ID, CSeq number and Route.
void ClientTransactions::send_cancel(lane::Handle handle, const Context& context) {
  ClientTransaction& transaction = pool_[handle];
  if (transaction.cancel_sent || !read_request(transaction)) return;
  sip::Writer out(context.out.space());
  write_cancel(out, scratch_);
  if (out.overflowed()) return;
  transaction.cancel_sent = true;
  RequestId id{sip::Method::cancel, scratch_.top_via().branch, scratch_.call_id(), scratch_.cseq().number};
  begin(id, transaction.to, out.written().size(), {}, context);
  auto& machine = std::get<InviteClient>(transaction.machine);
  carry_out(handle, machine.on(InviteClient::Event::cancelled, context.timers, transaction.to.reliable()),
            context);
}

std::optional<ClientTransactions::TimedOut> ClientTransactions::on_deadline(uint32_t key,
                                                                            const Context& context) {
  lane::Handle handle = pool_.next_live(key / 2);
  SBC_CHECK(handle.index == key / 2);
  ClientTransaction& transaction = pool_[handle];
  bool reliable = transaction.to.reliable();
  bool retransmit = key % 2 == 0;
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

std::optional<ClientTransactions::TimedOut> ClientTransactions::take_unreachable(const Transport& to) {
  for (auto at = pool_.next_live(0); at; at = pool_.next_live(at.index + 1)) {
    const ClientTransaction& transaction = pool_[at];
    const auto* invite = std::get_if<InviteClient>(&transaction.machine);
    if (!invite || invite->state() != InviteClient::State::calling) continue;
    if (transaction.to != to) continue;
    TimedOut result{at, transaction.leg};
    release(at);
    return result;
  }
  return std::nullopt;
}

bool ClientTransactions::awaits_final(lane::Handle handle) const {
  const ClientTransaction* transaction = pool_.find(handle);
  return transaction &&
         std::visit([](const auto& machine) { return machine.awaits_final(); }, transaction->machine);
}

void ClientTransactions::carry_out(lane::Handle handle, const Step& step, const Context& context) {
  const ClientTransaction& transaction = pool_[handle];
  if (step.resend) resend(transaction.request, transaction.to, context);
  uint32_t key = first_key_ + 2 * handle.index;
  apply(wheel_, key, step.retransmit, context.now);
  apply(wheel_, key + 1, step.timeout, context.now);
  if (is_terminated(transaction)) release(handle);
}

void ClientTransactions::resend(const Kept& kept, const Transport& to, const Context& context) {
  size_t size = slab_.copy(kept, context.out.space()).size();
  if (size) context.out.send(to, size);
}

bool ClientTransactions::read_request(const ClientTransaction& transaction) {
  std::string_view bytes = slab_.copy(transaction.request, scratch_bytes_);
  return !bytes.empty() && scratch_.parse(bytes, own_limits) == Reason::none;
}

/// Never 0, which stands for "none".
uint64_t ClientTransactions::tag_hash(std::string_view tag) const { return siphash(keys_.low, tag) | 1; }

void ClientTransactions::release(lane::Handle handle) {
  ClientTransaction& transaction = pool_[handle];
  slab_.release(transaction.request);
  slab_.release(transaction.ack);
  by_key_.erase(transaction.key);
  uint32_t key = first_key_ + 2 * handle.index;
  wheel_.cancel(key);
  wheel_.cancel(key + 1);
  pool_.release(handle);
}

uint32_t ClientTransactions::check_invariants(uint64_t& kept_bytes) const {
  uint32_t armed = 0;
  for (uint32_t i = 0; i < 2 * pool_.capacity(); ++i) armed += wheel_.armed(first_key_ + i);
  uint32_t armed_by_live = 0;
  for (auto at = pool_.next_live(0); at; at = pool_.next_live(at.index + 1)) {
    const ClientTransaction& transaction = pool_[at];
    SBC_CHECK(by_key_.find(transaction.key) == at);
    SBC_CHECK(!is_terminated(transaction));
    uint32_t key = first_key_ + 2 * at.index;
    armed_by_live += uint32_t(wheel_.armed(key)) + uint32_t(wheel_.armed(key + 1));
    kept_bytes += uint64_t(transaction.request.size) + transaction.ack.size;
  }
  SBC_CHECK(armed == armed_by_live && by_key_.size() == pool_.in_use());
  return armed;
}

}  // namespace sbc::transaction
