#include "sbc/transaction/server_transactions.h"

#include "sbc/transaction/deadline.h"
#include "sbc/transaction/reply.h"
#include "sbc/transaction/transaction_key.h"

namespace sbc::transaction {
namespace {

bool is_terminated(const ServerTransaction& transaction) {
  return std::visit([](const auto& machine) { return machine.is_terminated(); }, transaction.machine);
}

}  // namespace

ServerTransactions::ServerTransactions(uint32_t capacity, uint32_t message_bytes_max, const DigestKeys& keys,
                                       MessageSlab& slab, TimerWheel& wheel, uint32_t first_key)
    : keys_(keys),
      slab_(slab),
      wheel_(wheel),
      first_key_(first_key),
      pool_(capacity),
      by_key_(capacity),
      by_merged_(capacity),
      scratch_(message_bytes_max) {}

lane::Handle ServerTransactions::find(const sip::Message& request, const Transport& from,
                                      sip::Method method) const {
  return by_key_.find(server_key(keys_, request, from, method));
}

bool ServerTransactions::is_merged(const sip::Message& request, const Transport& from) const {
  return bool(by_merged_.find(merged_key(keys_, request, from)));
}

lane::Handle ServerTransactions::begin(const sip::Message& request, const Transport& from) {
  Digest key = server_key(keys_, request, from, request.method());
  if (by_key_.find(key)) return {};
  lane::Handle handle = pool_.take();
  if (!handle) return {};
  ServerTransaction& transaction = pool_[handle];
  transaction.key = key;
  transaction.reply = reply_transport(request, from);
  by_key_.insert(key, handle);
  transaction.tagged = !request.to().tag().empty();
  if (!transaction.tagged) {
    transaction.merged = merged_key(keys_, request, from);
    transaction.guards_merge = !by_merged_.find(transaction.merged);
    if (transaction.guards_merge) by_merged_.insert(transaction.merged, handle);
  }
  bool invite = request.method() == sip::Method::invite;
  transaction.moves_target = invite || request.method() == sip::Method::update;  // RFC 3311 5
  if (!invite) transaction.machine = NonInviteServer();
  if (invite && !keep_head(transaction, request, from)) {
    release(handle);
    return {};
  }
  return handle;
}

lane::Handle ServerTransactions::begin_waiting(const sip::Message& request, const Transport& from,
                                               const Context& context) {
  lane::Handle handle = begin(request, from);
  if (!handle || pool_[handle].is_invite()) return handle;
  if (!keep_head(pool_[handle], request, from)) {
    release(handle);
    return {};
  }
  auto& machine = std::get<NonInviteServer>(pool_[handle].machine);
  carry_out(handle, machine.on(NonInviteServer::Event::wait, context.timers, from.reliable()), context);
  return handle;
}

bool ServerTransactions::keep_head(ServerTransaction& transaction, const sip::Message& request,
                                   const Transport& from) {
  sip::Writer head(scratch_);
  write_reply_head(head, request, from);
  if (head.overflowed() || !slab_.keep(transaction.head, head.written())) return false;
  if (!request.has(sip::Header::record_route)) return true;
  sip::Writer route(scratch_);
  write_record_route(route, request);
  return !route.overflowed() && slab_.keep(transaction.record_route, route.written());
}

void ServerTransactions::respond(lane::Handle handle, int status, size_t size, const Context& context) {
  ServerTransaction& transaction = pool_[handle];
  bool reliable = transaction.reply.reliable();
  Step step;
  if (auto* invite = std::get_if<InviteServer>(&transaction.machine)) {
    auto event = status < 200   ? InviteServer::Event::provisional
                 : status < 300 ? InviteServer::Event::success
                                : InviteServer::Event::failure;
    step = invite->on(event, context.timers, reliable);
  } else {
    auto event = status < 200 ? NonInviteServer::Event::provisional : NonInviteServer::Event::final;
    step = std::get<NonInviteServer>(transaction.machine).on(event, context.timers, reliable);
  }
  if (step.send) {
    slab_.keep(transaction.response, {context.out.space().data(), size});
    context.out.send(transaction.reply, size);
  }
  if (status >= 200) {
    slab_.release(transaction.head);
    slab_.release(transaction.record_route);
  }
  // What was refused is over: the same request may come again by another path and be judged anew.
  if (status >= 300 && transaction.guards_merge) {
    by_merged_.erase(transaction.merged);
    transaction.guards_merge = false;
  }
  carry_out(handle, step, context);
}

void ServerTransactions::repeat(lane::Handle handle, const Context& context) {
  ServerTransaction& transaction = pool_[handle];
  bool reliable = transaction.reply.reliable();
  Step step;
  if (auto* invite = std::get_if<InviteServer>(&transaction.machine)) {
    step = invite->on(InviteServer::Event::invite_again, context.timers, reliable);
  } else {
    auto& machine = std::get<NonInviteServer>(transaction.machine);
    step = machine.on(NonInviteServer::Event::request_again, context.timers, reliable);
  }
  carry_out(handle, step, context);
}

bool ServerTransactions::acknowledge(lane::Handle handle, const Context& context) {
  auto* invite = std::get_if<InviteServer>(&pool_[handle].machine);
  if (!invite) return false;
  bool failed =
      invite->state() == InviteServer::State::completed || invite->state() == InviteServer::State::confirmed;
  carry_out(handle, invite->on(InviteServer::Event::ack, context.timers, pool_[handle].reply.reliable()),
            context);
  return failed;
}

void ServerTransactions::resend_success(lane::Handle handle, const Context& context) {
  ServerTransaction& transaction = pool_[handle];
  auto& machine = std::get<InviteServer>(transaction.machine);
  Step step = machine.on(InviteServer::Event::success, context.timers, transaction.reply.reliable());
  step.resend = step.send;
  carry_out(handle, step, context);
}

std::string_view ServerTransactions::response_of(lane::Handle handle, std::span<char> out) const {
  const ServerTransaction* transaction = pool_.find(handle);
  return transaction ? slab_.copy(transaction->response, out) : std::string_view{};
}

void ServerTransactions::replace_response(lane::Handle handle, std::string_view response) {
  slab_.keep(pool_[handle].response, response);
}

void ServerTransactions::settle(lane::Handle handle) {
  if (ServerTransaction* transaction = pool_.find(handle)) slab_.release(transaction->response);
}

void ServerTransactions::on_deadline(uint32_t key, const Context& context) {
  lane::Handle handle = pool_.next_live(key / 2);
  SBC_CHECK(handle.index == key / 2);
  ServerTransaction& transaction = pool_[handle];
  bool reliable = transaction.reply.reliable();
  bool retransmit = key % 2 == 0;
  Step step;
  if (auto* invite = std::get_if<InviteServer>(&transaction.machine)) {
    auto event = retransmit ? InviteServer::Event::retransmit_due : InviteServer::Event::timeout_due;
    step = invite->on(event, context.timers, reliable);
  } else {
    auto& machine = std::get<NonInviteServer>(transaction.machine);
    auto event = retransmit ? NonInviteServer::Event::trying_due : NonInviteServer::Event::timeout_due;
    step = machine.on(event, context.timers, reliable);
    if (step.pass) return send_trying(handle, context);
  }
  carry_out(handle, step, context);
}

void ServerTransactions::send_trying(lane::Handle handle, const Context& context) {
  sip::Writer out(context.out.space());
  out.status_line(100, sip::phrase_of(100));
  out.text(slab_.copy(pool_[handle].head, scratch_)).end_line();
  out.body({});
  if (!out.overflowed()) respond(handle, 100, out.written().size(), context);
}

bool ServerTransactions::awaits_final(lane::Handle handle) const {
  const ServerTransaction* transaction = pool_.find(handle);
  return transaction &&
         std::visit([](const auto& machine) { return machine.awaits_final(); }, transaction->machine);
}

uint32_t ServerTransactions::waiting() const {
  uint32_t count = 0;
  for (auto at = pool_.next_live(0); at; at = pool_.next_live(at.index + 1))
    count += !pool_[at].is_invite() && awaits_final(at);
  return count;
}

void ServerTransactions::carry_out(lane::Handle handle, const Step& step, const Context& context) {
  const ServerTransaction& transaction = pool_[handle];
  if (step.resend) {
    size_t size = slab_.copy(transaction.response, context.out.space()).size();
    if (size) context.out.send(transaction.reply, size);
  }
  uint32_t key = first_key_ + 2 * handle.index;
  apply(wheel_, key, step.retransmit, context.now);
  apply(wheel_, key + 1, step.timeout, context.now);
  if (is_terminated(transaction)) release(handle);
}

void ServerTransactions::leave_unanswered(lane::Handle handle, const Context& context) {
  ServerTransaction& transaction = pool_[handle];
  slab_.release(transaction.head);
  slab_.release(transaction.response);
  auto& machine = std::get<NonInviteServer>(transaction.machine);
  carry_out(handle, machine.on(NonInviteServer::Event::final, context.timers, transaction.reply.reliable()),
            context);
}

void ServerTransactions::release(lane::Handle handle) {
  ServerTransaction& transaction = pool_[handle];
  slab_.release(transaction.head);
  slab_.release(transaction.record_route);
  slab_.release(transaction.response);
  by_key_.erase(transaction.key);
  if (transaction.guards_merge) by_merged_.erase(transaction.merged);
  uint32_t key = first_key_ + 2 * handle.index;
  wheel_.cancel(key);
  wheel_.cancel(key + 1);
  pool_.release(handle);
}

uint32_t ServerTransactions::check_invariants(uint64_t& kept_bytes) const {
  uint32_t armed = 0;
  uint32_t guards = 0;
  for (uint32_t i = 0; i < 2 * pool_.capacity(); ++i) armed += wheel_.armed(first_key_ + i);
  uint32_t armed_by_live = 0;
  for (auto at = pool_.next_live(0); at; at = pool_.next_live(at.index + 1)) {
    const ServerTransaction& transaction = pool_[at];
    SBC_CHECK(by_key_.find(transaction.key) == at);
    SBC_CHECK(!is_terminated(transaction));
    if (transaction.guards_merge) SBC_CHECK(by_merged_.find(transaction.merged) == at);
    guards += transaction.guards_merge;
    uint32_t key = first_key_ + 2 * at.index;
    armed_by_live += uint32_t(wheel_.armed(key)) + uint32_t(wheel_.armed(key + 1));
    kept_bytes += uint64_t(transaction.head.size) + transaction.record_route.size + transaction.response.size;
  }
  SBC_CHECK(armed == armed_by_live);
  SBC_CHECK(by_key_.size() == pool_.in_use() && by_merged_.size() == guards);
  return armed;
}

}  // namespace sbc::transaction
