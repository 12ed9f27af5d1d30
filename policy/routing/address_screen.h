// AddressScreen: which of the addresses that the DNS gives for a trunk's names are taken: whoever writes a
// zone makes nobody our peer that the configuration rules out, nor ourselves.
#pragma once

#include "config/model/model.h"
#include "policy/access/access.h"

namespace sbc::policy {

class AddressScreen {
 public:
  /// `model` must outlive it.
  explicit AddressScreen(const config::Model& model) : model_(model), rules_(model, {}) {}
  bool takes(RealmId realm, const IpAddress& address) const;
  const config::Realm& realm(RealmId id) const;

 private:
  const config::Model& model_;
  AccessTable rules_;  // as configured: what an operator blocks for a while stays a peer, as others do
};

}  // namespace sbc::policy
