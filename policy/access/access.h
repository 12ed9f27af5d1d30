// Access: how far a source is trusted, decided before its message is parsed.
#pragma once

#include <span>
#include <vector>

#include "config/model/model.h"
#include "config/types/reason.h"
#include "policy/access/prefix_map.h"

namespace sbc::policy {

/// What access rules, trunks and blocks say of a source.
struct Verdict {
  config::Trust trust = config::Trust::unknown;
  Reason reason = Reason::none;  // why, when denied: source_denied, source_blocked, source_unknown
  bool in_calls = false;         // whatever the trust: it is heard in calls that are up with it

  bool is_heard() const { return trust != config::Trust::denied || in_calls; }
  /// By a rule or a block, not for want of one.
  bool is_shut_out() const { return trust == config::Trust::denied && reason != Reason::source_unknown; }
};

struct RealmAddress {
  RealmId realm = RealmId::none;
  IpAddress address;
};

/// A block that an operator put in place at run time; it beats everything else.
struct Block {
  RealmId realm = RealmId::none;  // none = every realm
  Prefix prefix;
};

class AccessTable {
 public:
  AccessTable() = default;
  /// A trunk's peers are trusted in its realm unless a rule of the same or a longer prefix says otherwise. So
  /// are the addresses that host names among them stand for, `found`, unless what is configured denies them,
  /// be it by a shorter prefix. Those that trunks had, `former`, are heard in calls, unless shut out.
  AccessTable(const config::Model& model, std::span<const Block> blocks,
              std::span<const RealmAddress> found = {}, std::span<const RealmAddress> former = {});
  Verdict judge(RealmId realm, const IpAddress& source) const;

 private:
  struct PerRealm {
    PrefixMap<config::Trust> rules;
    PrefixMap<Reason> blocks;
    std::vector<IpAddress> former;  // sorted
    config::Trust otherwise = config::Trust::unknown;
  };
  std::vector<PerRealm> realms_;
};

}  // namespace sbc::policy
