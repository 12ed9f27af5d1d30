// SavedCall and LoadedCall: the byte form (dataplane/bytes) with what calls are made of besides numbers and
// text: realms and trunks by name, and times by how long ago they were.
#pragma once

#include <limits>

#include "config/model/names.h"
#include "dataplane/bytes/byte_form.h"
#include "policy/compiled/compiled.h"
#include "sbc/call/record.h"

namespace sbc::call {

/// What 0 and never() stand for; any other instant is a distance from now.
enum class Moment : uint8_t { unset, never, past, future };

class SavedCall : public Saver {
 public:
  SavedCall(std::span<uint8_t> out, const policy::Compiled& policy, Instant now)
      : Saver(out), policy_(policy), now_(now) {}

  using Saver::text;
  template <size_t Max>
  void text(const Text<Max>& value) {
    text(value.view());
  }
  void realm(const RealmId& id) { text(*policy_.model->realms[index_of(id)].name); }
  /// One that is not configured any more is none.
  void trunk(const TrunkId& id) {
    const config::Trunk* trunk = policy_.trunks.find(id);
    text(trunk ? std::string_view(*trunk->name) : std::string_view());
  }
  void moment(const Instant& at) {
    const bool past = at <= now_;
    if (at == Instant{} || at == Instant::never())
      return number(at == Instant{} ? Moment::unset : Moment::never);
    number(past ? Moment::past : Moment::future);
    number(uint64_t((past ? now_ - at : at - now_).count()));
  }

 private:
  const policy::Compiled& policy_;
  Instant now_;
};

class LoadedCall : public Loader {
 public:
  LoadedCall(std::span<const uint8_t> in, const policy::Compiled& policy, Instant now)
      : Loader(in), policy_(policy), now_(now) {}

  using Loader::text;
  template <size_t Max>
  void text(Text<Max>& value) {
    std::string_view bytes = text();
    if (bytes.size() > Max) return fail();
    value = bytes;
  }
  void realm(RealmId& id) {
    id = config::realm_named(*policy_.model, text());
    if (id == RealmId::none) fail();
  }
  void trunk(TrunkId& id) {
    std::string_view name = text();
    id = policy_.trunks.by_name(name).value_or(TrunkId::none);
  }
  void moment(Instant& at) {
    Moment kind = Moment::unset;
    number(kind, uint64_t(Moment::future));
    if (kind <= Moment::never) return void(at = kind == Moment::unset ? Instant{} : Instant::never());
    uint64_t ns = 0;
    number(ns, uint64_t(std::numeric_limits<int64_t>::max() / 4));
    const Duration distance{int64_t(ns)};
    at = kind == Moment::past ? now_ - distance : now_ + distance;
  }

 private:
  const policy::Compiled& policy_;
  Instant now_;
};

}  // namespace sbc::call
