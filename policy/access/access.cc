#include "policy/access/access.h"

#include <algorithm>

namespace sbc::policy {
namespace {

using config::Trust;

void add_rules(std::vector<PrefixMap<Trust>::Entry>& entries, const config::Model& model, RealmId realm) {
  for (const config::AccessRule& rule : model.access)
    if (rule.realm == realm) entries.push_back({rule.prefix, rule.trust});
}

void add_blocks(std::vector<PrefixMap<Reason>::Entry>& entries, std::span<const Block> blocks,
                RealmId realm) {
  for (const Block& block : blocks)
    if (block.realm == realm) entries.push_back({block.prefix, Reason::source_blocked});
}

Prefix whole(const IpAddress& address) { return Prefix::of(address, address.is_v4() ? 32 : 128); }

/// Of equal prefixes the later entry counts: what a rule says of the realm itself comes last.
PrefixMap<Trust> rules_of(const config::Model& model, std::span<const RealmAddress> found, RealmId realm) {
  std::vector<PrefixMap<Trust>::Entry> configured, entries;
  add_rules(configured, model, RealmId::none);
  add_rules(configured, model, realm);
  for (const config::Trunk& trunk : model.trunks) {
    if (trunk.realm != realm) continue;
    for (const config::Peer& peer : trunk.peers)
      if (!peer.is_host()) entries.push_back({whole(peer.endpoint.address), Trust::trusted});
  }
  const PrefixMap<Trust> rules(configured);
  for (const RealmAddress& each : found) {
    const Trust* rule = each.realm == realm ? rules.find(each.address) : nullptr;
    if (each.realm == realm && !(rule && *rule == Trust::denied))
      entries.push_back({whole(each.address), Trust::trusted});
  }
  entries.insert(entries.end(), configured.begin(), configured.end());
  return PrefixMap<Trust>(std::move(entries));
}

std::vector<IpAddress> sorted(std::span<const RealmAddress> addresses, RealmId realm) {
  std::vector<IpAddress> own;
  for (const RealmAddress& each : addresses)
    if (each.realm == realm) own.push_back(each.address);
  std::sort(own.begin(), own.end());
  return own;
}

}  // namespace

AccessTable::AccessTable(const config::Model& model, std::span<const Block> blocks,
                         std::span<const RealmAddress> found, std::span<const RealmAddress> former) {
  realms_.reserve(model.realms.size());
  for (size_t i = 0; i < model.realms.size(); ++i) {
    RealmId realm{uint8_t(i)};
    std::vector<PrefixMap<Reason>::Entry> blocked;
    add_blocks(blocked, blocks, RealmId::none);
    add_blocks(blocked, blocks, realm);
    realms_.push_back({rules_of(model, found, realm), PrefixMap<Reason>(std::move(blocked)),
                       sorted(former, realm), model.realms[i].trust});
  }
}

Verdict AccessTable::judge(RealmId realm, const IpAddress& source) const {
  if (index_of(realm) >= realms_.size()) return {Trust::denied, Reason::source_unknown};
  const PerRealm& table = realms_[index_of(realm)];
  if (const Reason* blocked = table.blocks.find(source)) return {Trust::denied, *blocked};
  Verdict verdict{table.otherwise, table.otherwise == Trust::denied ? Reason::source_unknown : Reason::none};
  if (const Trust* trust = table.rules.find(source))
    verdict = {*trust, *trust == Trust::denied ? Reason::source_denied : Reason::none};
  if (!table.former.empty() && !verdict.is_shut_out())
    verdict.in_calls = std::binary_search(table.former.begin(), table.former.end(), source);
  return verdict;
}

}  // namespace sbc::policy
