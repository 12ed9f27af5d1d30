#include "policy/routing/address_screen.h"

#include "config/model/reach.h"
#include "config/types/check.h"

namespace sbc::policy {
namespace {

/// Addresses that name nobody else's host, whatever routes there are (RFC 6890).
bool is_special(const IpAddress& address) {
  if (address.is_none() || address.is_multicast() || address.is_link_local()) return true;
  if (!address.is_v4())
    return address.bytes == IpAddress{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}.bytes;
  const uint8_t first = uint8_t(address.v4_bits() >> 24);
  return first == 0 || first == 127 || first >= 240;
}

}  // namespace

/// An address of ours in another realm may be somebody else's in this one, where realms use the same
/// addresses twice; but that is rare, and a name that leads back to us makes calls go in circles.
bool AddressScreen::takes(RealmId id, const IpAddress& address) const {
  return !is_special(address) && !config::is_own(model_, address) &&
         config::reach_of(realm(id), address) == config::Reach::ok &&
         !rules_.judge(id, address).is_shut_out();
}

const config::Realm& AddressScreen::realm(RealmId id) const {
  SBC_CHECK(index_of(id) < model_.realms.size());
  return model_.realms[index_of(id)];
}

}  // namespace sbc::policy
