// SavedCall and LoadedCall: the byte form (dataplane/bytes) with what calls are made of besides numbers and
// text: realms and trunks by name, times by how far away they are, deadlines, which a Loader sets again, kept
// messages, and the parts of the call by their place in it.
#pragma once

#include <array>
#include <limits>

#include "config/model/names.h"
#include "dataplane/bytes/byte_form.h"
#include "dataplane/time/timer_wheel.h"
#include "policy/compiled/compiled.h"
#include "sbc/call/record.h"
#include "sbc/transaction/message_slab.h"

namespace sbc::call {

/// What 0 and never() stand for; any other instant is a distance from now.
enum class Moment : uint8_t { unset, never, past, future };

/// What of a call there is on a worker, in the order of its bytes.
struct CallParts {
  /// Transactions of a kind. Each leg has a few; more of them only where a callee has its many reliable
  /// responses acknowledged all at once.
  static constexpr size_t transactions_max = 96;

  struct Handles {
    std::array<lane::Handle, transactions_max> all;
    size_t count = 0;
    bool fits = true;

    bool has(const lane::Handle& handle) const { return place_of(handle) != 0; }
    void add(const lane::Handle& handle) {
      fits = fits && count < transactions_max;
      if (fits) all[count++] = handle;
    }
    std::span<lane::Handle> list() { return std::span(all).first(count); }
    std::span<const lane::Handle> list() const { return std::span(all).first(count); }
    /// 0 stands for none, and for one that is not there.
    size_t place_of(const lane::Handle& handle) const {
      for (size_t at = 0; handle && at < count; ++at)
        if (all[at] == handle) return at + 1;
      return 0;
    }
    lane::Handle at_place(size_t place) const { return place == 0 ? lane::Handle{} : all[place - 1]; }
  };

  lane::Handle call;                 // none: it is over
  std::array<lane::Handle, 2> legs;  // of each side
  Handles servers, clients;

  bool empty() const { return !call && !legs[0] && !legs[1] && servers.count == 0 && clients.count == 0; }
  bool fits() const { return servers.fits && clients.fits; }
};

/// What a call's bytes are written from and read into, besides its parts.
struct SavedWith {
  const policy::Compiled& policy;
  Instant now;
  transaction::MessageSlab& slab;
  TimerWheel& wheel;
};

class SavedCall : public Saver {
 public:
  SavedCall(std::span<uint8_t> out, const SavedWith& with, const CallParts& parts)
      : Saver(out), with_(with), parts_(parts) {}

  using Saver::text;
  template <size_t Max>
  void text(const Text<Max>& value) {
    text(value.view());
  }
  void realm(const RealmId& id) {
    text(id == RealmId::none ? std::string_view()
                             : std::string_view(*with_.policy.model->realms[index_of(id)].name));
  }
  /// One that is not configured any more is none.
  void trunk(const TrunkId& id) {
    const config::Trunk* trunk = with_.policy.trunks.find(id);
    text(trunk ? std::string_view(*trunk->name) : std::string_view());
  }
  void moment(const Instant& at) {
    const bool past = at <= with_.now;
    if (at == Instant{} || at == Instant::never())
      return number(at == Instant{} ? Moment::unset : Moment::never);
    number(past ? Moment::past : Moment::future);
    number(uint64_t((past ? with_.now - at : at - with_.now).count()));
  }
  void duration(const Duration& value) { number(uint64_t(value.count())); }
  void deadline(uint32_t key) { moment(with_.wheel.deadline(key)); }
  void kept(const transaction::Kept& kept) { with_.slab.copy(kept, text_room(kept.size)); }
  void leg(const lane::Handle& leg) {
    number(!leg ? 0u : leg == parts_.legs[0] ? 1u : leg == parts_.legs[1] ? 2u : 0u);
  }
  /// A call or leg: whether there is one.
  template <class Take>
  void present(const lane::Handle& handle, Take&&) {
    number(bool(handle));
  }
  template <class Table>
  void transactions(const Table& table, const CallParts::Handles& handles, uint64_t) {
    number(handles.count);
    for (lane::Handle handle : handles.list()) table.save(*this, handle);
  }
  void server(const lane::Handle& server) { number(parts_.servers.place_of(server)); }
  void client(const lane::Handle& client) { number(parts_.clients.place_of(client)); }

 private:
  const SavedWith& with_;
  const CallParts& parts_;
};

class LoadedCall : public Loader {
 public:
  LoadedCall(std::span<const uint8_t> in, const SavedWith& with, CallParts& parts)
      : Loader(in), with_(with), parts_(parts) {}

  using Loader::text;
  template <size_t Max>
  void text(Text<Max>& value) {
    std::string_view bytes = text();
    if (bytes.size() > Max) return fail();
    value = bytes;
  }
  void realm(RealmId& id) {
    std::string_view name = text();
    id = config::realm_named(*with_.policy.model, name);
    if (id == RealmId::none && !name.empty()) fail();
  }
  void trunk(TrunkId& id) {
    std::string_view name = text();
    id = with_.policy.trunks.by_name(name).value_or(TrunkId::none);
  }
  void moment(Instant& at) {
    Moment kind = Moment::unset;
    number(kind, Moment::future);
    if (kind <= Moment::never) return void(at = kind == Moment::unset ? Instant{} : Instant::never());
    Duration distance{0};
    duration(distance);
    at = kind == Moment::past ? with_.now - distance : with_.now + distance;
  }
  void duration(Duration& value) {
    uint64_t ns = 0;
    number(ns, uint64_t(std::numeric_limits<int64_t>::max() / 4));
    value = Duration(int64_t(ns));
  }
  void deadline(uint32_t key) {
    Instant at = Instant::never();
    moment(at);
    if (!failed()) with_.wheel.arm(key, at);
  }
  void kept(transaction::Kept& kept) {
    std::string_view bytes = text();
    if (!bytes.empty() && !with_.slab.keep(kept, bytes)) no_room();
  }
  void leg(lane::Handle& leg) {
    unsigned place = 0;
    number(place, parts_.legs.size());
    leg = place == 0 ? lane::Handle{} : parts_.legs[place - 1];
  }
  /// `take()` makes it here.
  template <class Take>
  void present(lane::Handle& handle, Take&& take) {
    bool there = false;
    number(there);
    if (there) handle = take();
    if (there && !handle) no_room();
  }
  template <class Table>
  void transactions(Table& table, CallParts::Handles& handles, uint64_t call) {
    size_t count = 0;
    number(count, CallParts::transactions_max);
    for (; count > 0 && !failed(); --count)
      if (lane::Handle handle = table.load(*this, call)) handles.add(handle);
  }
  void server(lane::Handle& server) { take(server, parts_.servers); }
  void client(lane::Handle& client) { take(client, parts_.clients); }

  void no_room() {
    full_ = true;
    fail();
  }
  /// Why it failed.
  Reason reason() const { return full_ ? Reason::pool_empty : Reason::state_bad; }

 private:
  void take(lane::Handle& handle, const CallParts::Handles& from) {
    size_t place = 0;
    number(place, from.count);
    handle = from.at_place(place);
  }

  const SavedWith& with_;
  CallParts& parts_;
  bool full_ = false;
};

}  // namespace sbc::call
