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
  /// A trunk's peers are trusted in its realm unless a rule of the same or a longer prefix says otherwise; so
  /// are the addresses that host names among them stand for, `found`.
  AccessTable(const config::Model& model, std::span<const Block> blocks,
              std::span<const RealmAddress> found = {});
  Verdict judge(RealmId realm, const IpAddress& source) const;

 private:
  struct PerRealm {
    PrefixMap<config::Trust> rules;
    PrefixMap<Reason> blocks;
    config::Trust otherwise = config::Trust::unknown;
  };
  std::vector<PerRealm> realms_;
};

}  // namespace sbc::policy
