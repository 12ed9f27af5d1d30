#include "sbc/transaction/server_transactions.h"

#include "dataplane/sip/list.h"
#include "sbc/transaction/deadline.h"
#include "sbc/transaction/reply.h"
#include "sbc/transaction/transaction_key.h"

namespace sbc::transaction {
namespace {

bool is_terminated(const ServerTransaction& transaction) {
  return std::visit([](const auto& machine) { return machine.is_terminated(); }, transaction.machine);
}

}  // namespace

ServerTransactions::ServerTransactions(TransactionSizes sizes, uint32_t message_bytes_max,
                                       const DigestKeys& keys, Phrases phrases, MessageSlab& slab,
                                       TimerWheel& wheel, uint32_t first_key)
    : keys_(keys),
      phrases_(phrases),
      slab_(slab),
      wheel_(wheel),
      first_key_(first_key),
      pool_(sizes.all),
      open_(sizes.open),
      by_key_(sizes.all),
      by_merged_(sizes.all),
      scratch_(message_bytes_max) {}

lane::Handle ServerTransactions::find(const sip::Message& request, const Transport& from,
                                      sip::Method method) const {
  return find(server_key(keys_, request, from, method));
}

lane::Handle ServerTransactions::find(const Digest& key) const {
  return handle_at(by_key_.find(key, [&](uint32_t slot) { return pool_[handle_at(slot)].key == key; }));
}

bool ServerTransactions::is_merged(const sip::Message& request, const Transport& from) const {
  return is_merged(merged_key(keys_, request, from));
}

bool ServerTransactions::is_merged(const Digest& key) const {
  auto has_key = [&](uint32_t slot) { return pool_[handle_at(slot)].merged == key; };
  return by_merged_.find(key, has_key) != SlotTable::none;
}

lane::Handle ServerTransactions::begin(const sip::Message& request, const Transport& from) {
  bool room = pool_.in_use() < pool_.capacity() && open_.in_use() < open_.capacity();
  Digest key = server_key(keys_, request, from, request.method());
  if (!room || find(key)) return {};
  lane::Handle handle = pool_.take();
  ServerTransaction& transaction = pool_[handle];
  transaction.key = key;
  by_key_.insert(key, handle.index);
  transaction.open = open_.take();
  OpenServer& open = open_[transaction.open];
  open.transaction = handle;
  open.reply = reply_transport(request, from);
  open.tagged = sip::parameter(request.to().parameters, "tag").has_value();
  bool invite = request.method() == sip::Method::invite;
  open.moves_target = invite || request.method() == sip::Method::update;  // RFC 3311 5
  if (!open.tagged) list_merged(merged_key(keys_, request, from), handle);
  if (!invite) transaction.machine = NonInviteServer();
  if (invite && !keep_head(open, request, from)) {
    release(handle);
    return {};
  }
  return handle;
}

lane::Handle ServerTransactions::begin_waiting(const sip::Message& request, const Transport& from,
                                               const Context& context) {
  lane::Handle handle = begin(request, from);
  if (!handle || pool_[handle].is_invite()) return handle;
  if (!keep_head(open_[pool_[handle].open], request, from)) {
    release(handle);
    return {};
  }
  auto& machine = std::get<NonInviteServer>(pool_[handle].machine);
  carry_out(handle, machine.on(NonInviteServer::Event::wait, context.timers, from.reliable()), context);
  return handle;
}

void ServerTransactions::belongs_to(lane::Handle handle, const Owner& owner) {
  open_[pool_[handle].open].owner = owner;
}

void ServerTransactions::move(lane::Handle handle, uint64_t call) {
  const ServerTransaction* transaction = pool_.find(handle);
  OpenServer* open = transaction ? open_.find(transaction->open) : nullptr;
  if (open && open->owner.call) open->owner.call = call;
}

bool ServerTransactions::keep_head(OpenServer& open, const sip::Message& request, const Transport& from) {
  sip::Writer head(scratch_);
  write_reply_head(head, request, from);
  if (head.overflowed() || !slab_.keep(open.head, head.written())) return false;
  if (!request.has(sip::Header::record_route)) return true;
  sip::Writer route(scratch_);
  write_record_route(route, request);
  return !route.overflowed() && slab_.keep(open.record_route, route.written());
}

void ServerTransactions::respond(lane::Handle handle, int status, size_t size, const Context& context) {
  ServerTransaction& transaction = pool_[handle];
  OpenServer* open = open_.find(transaction.open);
  if (!open) return;  // it has its final response
  bool reliable = open->reply.reliable();
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
  if (!step.send) return;
  std::string_view response{context.out.space().data(), size};
  Transport to = open->reply;
  carry_out(handle, step, context);
  keep_response(handle, status, response);
  context.out.send(to, size);
}

/// As much of it as will be needed. What was refused is over: the same request may come again by another path
/// and be judged anew.
void ServerTransactions::keep_response(lane::Handle handle, int status, std::string_view response) {
  ServerTransaction& transaction = pool_[handle];
  OpenServer& open = open_[transaction.open];
  if (status >= 300) unlist_merged(handle);
  if (status < 200) {
    slab_.keep(open.response, response);
    return;
  }
  slab_.release(open.head);
  slab_.release(open.record_route);
  bool written_again = transaction.tombstone.take(response, open.tagged, phrases_);
  bool needless = written_again && !transaction.is_invite();
  if (needless || !slab_.keep(open.response, response)) close(transaction);
}

void ServerTransactions::repeat(lane::Handle handle, const sip::Message& request, const Transport& from,
                                const Context& context) {
  ServerTransaction& transaction = pool_[handle];
  Step step;
  if (auto* invite = std::get_if<InviteServer>(&transaction.machine)) {
    step = invite->on(InviteServer::Event::invite_again, context.timers, from.reliable());
  } else {
    auto& machine = std::get<NonInviteServer>(transaction.machine);
    step = machine.on(NonInviteServer::Event::request_again, context.timers, from.reliable());
  }
  if (!step.resend) return;
  if (const OpenServer* open = open_.find(transaction.open)) return resend(*open, context);
  if (!transaction.tombstone.whole()) return;
  sip::Writer out(context.out.space());
  transaction.tombstone.write(out, request, from, phrases_);
  if (!out.overflowed()) context.out.send(reply_transport(request, from), out.written().size());
}

bool ServerTransactions::acknowledge(lane::Handle handle, const Context& context) {
  ServerTransaction& transaction = pool_[handle];
  auto* invite = std::get_if<InviteServer>(&transaction.machine);
  if (!invite) return false;
  bool repeated = invite->state() == InviteServer::State::completed;
  bool failed = repeated || invite->state() == InviteServer::State::confirmed;
  const OpenServer* open = open_.find(transaction.open);
  carry_out(handle, invite->on(InviteServer::Event::ack, context.timers, open && open->reply.reliable()),
            context);
  if (repeated) close(transaction);
  return failed;
}

void ServerTransactions::resend_provisional(lane::Handle handle, const Context& context) {
  const OpenServer* open = find_open(handle);
  if (open && awaits_final(handle)) resend(*open, context);
}

void ServerTransactions::resend_success(lane::Handle handle, const Context& context) {
  const OpenServer* open = find_open(handle);
  if (!open) return;
  auto& machine = std::get<InviteServer>(pool_[handle].machine);
  Step step = machine.on(InviteServer::Event::success, context.timers, open->reply.reliable());
  if (step.send) resend(*open, context);
}

std::string_view ServerTransactions::response_of(lane::Handle handle, std::span<char> out) const {
  const OpenServer* open = find_open(handle);
  return open ? slab_.copy(open->response, out) : std::string_view{};
}

void ServerTransactions::replace_response(lane::Handle handle, std::string_view response) {
  if (OpenServer* open = open_.find(pool_[handle].open)) slab_.keep(open->response, response);
}

void ServerTransactions::settle(lane::Handle handle) {
  if (ServerTransaction* transaction = pool_.find(handle); transaction && !awaits_final(handle))
    close(*transaction);
}

void ServerTransactions::on_deadline(uint32_t key, const Context& context) {
  bool retransmit = key >= pool_.capacity();
  uint32_t slot = retransmit ? key - pool_.capacity() : key;
  lane::Handle handle = retransmit ? open_[open_.next_live(slot)].transaction : handle_at(slot);
  ServerTransaction& transaction = pool_[handle];
  constexpr bool reliable = false;  // matters to no deadline's event
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
  out.text(slab_.copy(open_[pool_[handle].open].head, scratch_)).end_line();
  out.body({});
  if (!out.overflowed()) respond(handle, 100, out.written().size(), context);
}

const OpenServer* ServerTransactions::find_open(lane::Handle handle) const {
  const ServerTransaction* transaction = pool_.find(handle);
  return transaction ? open_.find(transaction->open) : nullptr;
}

std::string_view ServerTransactions::tag_of(lane::Handle handle) const {
  const ServerTransaction* transaction = pool_.find(handle);
  return transaction ? transaction->tombstone.tag() : std::string_view{};
}

bool ServerTransactions::awaits_final(lane::Handle handle) const {
  const ServerTransaction* transaction = pool_.find(handle);
  return transaction &&
         std::visit([](const auto& machine) { return machine.awaits_final(); }, transaction->machine);
}

uint32_t ServerTransactions::waiting() const {
  uint32_t count = 0;
  for (auto at = open_.next_live(0); at; at = open_.next_live(at.index + 1)) {
    lane::Handle handle = open_[at].transaction;
    count += !pool_[handle].is_invite() && awaits_final(handle);
  }
  return count;
}

void ServerTransactions::carry_out(lane::Handle handle, const Step& step, const Context& context) {
  const ServerTransaction& transaction = pool_[handle];
  if (const OpenServer* open = open_.find(transaction.open)) {
    if (step.resend) resend(*open, context);
    apply(wheel_, retransmit_key(transaction.open), step.retransmit, context.now);
  }
  apply(wheel_, timeout_key(handle), step.timeout, context.now);
  if (is_terminated(transaction)) release(handle);
}

void ServerTransactions::resend(const OpenServer& open, const Context& context) {
  size_t size = slab_.copy(open.response, context.out.space()).size();
  if (size) context.out.send(open.reply, size);
}

void ServerTransactions::leave_unanswered(lane::Handle handle, const Context& context) {
  ServerTransaction& transaction = pool_[handle];
  const OpenServer* open = open_.find(transaction.open);
  auto& machine = std::get<NonInviteServer>(transaction.machine);
  carry_out(handle, machine.on(NonInviteServer::Event::final, context.timers, open && open->reply.reliable()),
            context);
  close(transaction);
}

void ServerTransactions::close(ServerTransaction& transaction) {
  OpenServer* open = open_.find(transaction.open);
  if (!open) return;
  slab_.release(open->head);
  slab_.release(open->record_route);
  slab_.release(open->response);
  wheel_.cancel(retransmit_key(transaction.open));
  open_.release(transaction.open);
  transaction.open = {};
}

void ServerTransactions::list_merged(const Digest& key, lane::Handle handle) {
  if (is_merged(key)) return;
  ServerTransaction& transaction = pool_[handle];
  transaction.merged = key;
  transaction.guards_merge = true;
  by_merged_.insert(key, handle.index);
}

void ServerTransactions::unlist_merged(lane::Handle handle) {
  ServerTransaction& transaction = pool_[handle];
  if (std::exchange(transaction.guards_merge, false)) by_merged_.erase(transaction.merged, handle.index);
}

void ServerTransactions::release(lane::Handle handle) {
  ServerTransaction& transaction = pool_[handle];
  close(transaction);
  unlist_merged(handle);
  by_key_.erase(transaction.key, handle.index);
  wheel_.cancel(timeout_key(handle));
  pool_.release(handle);
}

uint32_t ServerTransactions::check_invariants(uint64_t& kept_bytes) const {
  uint32_t armed = 0;
  uint32_t guards = 0;
  uint32_t opened = 0;
  for (uint32_t i = 0; i < pool_.capacity() + open_.capacity(); ++i) armed += wheel_.armed(first_key_ + i);
  uint32_t armed_by_live = 0;
  auto listed = [&](const SlotTable& table, const Digest& key, lane::Handle at) {
    return table.find(key, [&](uint32_t slot) { return slot == at.index; }) == at.index;
  };
  for (auto at = pool_.next_live(0); at; at = pool_.next_live(at.index + 1)) {
    const ServerTransaction& transaction = pool_[at];
    SBC_CHECK(listed(by_key_, transaction.key, at));
    SBC_CHECK(!is_terminated(transaction));
    if (transaction.guards_merge) SBC_CHECK(listed(by_merged_, transaction.merged, at));
    guards += transaction.guards_merge;
    armed_by_live += wheel_.armed(timeout_key(at));
    const OpenServer* open = open_.find(transaction.open);
    SBC_CHECK(open || !awaits_final(at));
    if (!open) continue;
    ++opened;
    SBC_CHECK(open->transaction == at && (awaits_final(at) || !open->response.empty()));
    armed_by_live += wheel_.armed(retransmit_key(transaction.open));
    kept_bytes += uint64_t(open->head.size) + open->record_route.size + open->response.size;
  }
  SBC_CHECK(armed == armed_by_live && opened == open_.in_use());
  SBC_CHECK(by_key_.size() == pool_.in_use() && by_merged_.size() == guards);
  return armed;
}

}  // namespace sbc::transaction
