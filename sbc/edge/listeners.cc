#include "sbc/edge/listeners.h"

#include <algorithm>

namespace sbc::edge {

Listeners::Listeners(const config::Model& model) : realms_(model.ports.size()) {
  for (auto& vlans : realms_) vlans.fill(RealmId::none);
  for (size_t i = 0; i < model.realms.size(); ++i) {
    const config::Realm& realm = model.realms[i];
    realms_[index_of(realm.port)][realm.vlan] = RealmId(i);
    sip_.push_back(realm.listeners);
  }
}

bool Listeners::is_sip(RealmId realm, const Endpoint& local) const {
  const std::vector<Endpoint>& own = sip_[index_of(realm)];
  return std::find(own.begin(), own.end(), local) != own.end();
}

}  // namespace sbc::edge
