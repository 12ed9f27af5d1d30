// The byte form of transactions, as parts of their call's bytes: their keys, machines and deadlines, and
// what they keep to send it again. Keys are digests under the secret that all workers share.
//
// A form for this knows, besides what dataplane/bytes has: `kept(Kept)`, `deadline(key of the wheel)`,
// `realm(RealmId)`, and `leg(handle)`; a Loader's also no_room().
#pragma once

#include "sbc/transaction/client_transactions.h"
#include "sbc/transaction/server_transactions.h"

namespace sbc::transaction {

/// Of the pool's object: whether it has an open part, which a Loader then takes. Null where there is none.
template <class Form, class Open>
auto* open_part(Form& form, Open& open_parts, const lane::Handle& open) {
  bool opened = open_parts.lives(open);
  form.number(opened);
  return opened ? open_parts.find(open) : nullptr;
}
template <class Form, class Part>
auto* open_part(Form& form, lane::Pool<Part>& open_parts, lane::Handle& open) {
  bool opened = false;
  form.number(opened);
  if (opened) open = open_parts.take();
  if (opened && !open) form.no_room();
  return open_parts.find(open);
}

template <class Form, class Table>
void ServerTransactions::each_field(Form& form, Table& table, lane::Handle handle) {
  auto& transaction = table.pool_[handle];
  Digest::each_field(form, transaction.key);
  form.number(transaction.guards_merge);
  if (transaction.guards_merge) Digest::each_field(form, transaction.merged);
  one_of(form, transaction.machine);
  Tombstone::each_field(form, transaction.tombstone);
  form.deadline(table.timeout_key(handle));
  auto* open = open_part(form, table.open_, transaction.open);
  if (!open) return;
  Transport::each_field(form, open->reply);
  form.kept(open->head);
  form.kept(open->record_route);
  form.kept(open->response);
  form.leg(open->owner.leg);
  form.number(open->tagged);
  form.number(open->moves_target);
  form.deadline(table.retransmit_key(transaction.open));
}

template <class Form>
lane::Handle ServerTransactions::load(Form& form, uint64_t call) {
  lane::Handle handle = pool_.take();
  if (!handle) {
    form.no_room();
    return {};
  }
  each_field(form, *this, handle);
  ServerTransaction& transaction = pool_[handle];
  const bool guards = std::exchange(transaction.guards_merge, false);
  if (OpenServer* open = open_.find(transaction.open)) {
    open->transaction = handle;
    open->owner.call = call;
  }
  if (form.failed() || find(transaction.key)) {
    form.fail();
    close(transaction);
    wheel_.cancel(timeout_key(handle));
    pool_.release(handle);
    return {};
  }
  by_key_.insert(transaction.key, handle.index);
  if (guards) list_merged(transaction.merged, handle);
  return handle;
}

template <class Form, class Table>
void ClientTransactions::each_field(Form& form, Table& table, lane::Handle handle) {
  auto& transaction = table.pool_[handle];
  Digest::each_field(form, transaction.key);
  Transport::each_field(form, transaction.to);
  form.leg(transaction.leg);
  one_of(form, transaction.machine);
  one_of(form, transaction.rest);
  form.deadline(table.timeout_key(handle));
  auto* open = open_part(form, table.open_, transaction.open);
  if (!open) return;
  form.kept(open->request);
  form.kept(open->ack);
  if (!open->ack.empty()) Transport::each_field(form, open->ack_to);
  form.kept(open->parting);
  form.number(open->cancel_wanted);
  form.number(open->cancel_sent);
  form.deadline(table.retransmit_key(transaction.open));
}

template <class Form>
lane::Handle ClientTransactions::load(Form& form, uint64_t call) {
  lane::Handle handle = pool_.take();
  if (!handle) {
    form.no_room();
    return {};
  }
  each_field(form, *this, handle);
  ClientTransaction& transaction = pool_[handle];
  if (OpenClient* open = open_.find(transaction.open)) {
    open->transaction = handle;
    open->call = call;
  }
  if (form.failed() || find(transaction.key)) {
    form.fail();
    close(transaction);
    wheel_.cancel(timeout_key(handle));
    pool_.release(handle);
    return {};
  }
  by_key_.insert(transaction.key, handle.index);
  return handle;
}

}  // namespace sbc::transaction
