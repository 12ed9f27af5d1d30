// Reach: whether a realm can send SIP to an address.
#pragma once

#include "config/model/model.h"

namespace sbc::config {

enum class Reach : uint8_t {
  ok,
  own,          // an address of the realm itself
  no_listener,  // of this family to send from
  no_route      // neither on a network of the realm nor behind a gateway
};

bool has_address(const Realm& realm, const IpAddress& address);
/// In whatever realm.
bool is_own(const Model& model, const IpAddress& address);
bool is_connected(const Realm& realm, const IpAddress& address);
Reach reach_of(const Realm& realm, const IpAddress& address);
bool has_listener(const Realm& realm, Family family);

inline bool has_address(const Realm& realm, const IpAddress& address) {
  for (const InterfaceAddress& own : realm.addresses)
    if (own.address == address) return true;
  return false;
}

inline bool is_own(const Model& model, const IpAddress& address) {
  for (const Realm& realm : model.realms)
    if (has_address(realm, address)) return true;
  return false;
}

inline bool is_connected(const Realm& realm, const IpAddress& address) {
  for (const InterfaceAddress& own : realm.addresses)
    if (own.network.contains(address)) return true;
  return false;
}

inline bool has_listener(const Realm& realm, Family family) {
  for (const Endpoint& listener : realm.listeners)
    if (listener.address.family() == family) return true;
  return false;
}

inline Reach reach_of(const Realm& realm, const IpAddress& address) {
  if (has_address(realm, address)) return Reach::own;
  if (!has_listener(realm, address.family())) return Reach::no_listener;
  if (is_connected(realm, address)) return Reach::ok;
  return (address.is_v4() ? realm.gateway_v4 : realm.gateway_v6).is_none() ? Reach::no_route : Reach::ok;
}

}  // namespace sbc::config
