#include "sbc/edge/listeners.h"

#include <gtest/gtest.h>

namespace sbc::edge {
namespace {

config::Model two_realms_that_reuse_an_address() {
  config::Model model;
  model.ports.resize(1);
  for (uint16_t vlan : {uint16_t(0), uint16_t(7)}) {
    config::Realm realm;
    realm.port = PortId(0);
    realm.vlan = vlan;
    IpAddress own = IpAddress::v4(10, 0, 0, 1);
    realm.addresses = {{own, Prefix::of(own, 24)}};
    realm.listeners = {{own, uint16_t(5060 + vlan)}};
    model.realms.push_back(realm);
  }
  return model;
}

TEST(Listeners, TellRealmsThatShareAPortApartByVlan) {
  Listeners listeners(two_realms_that_reuse_an_address());
  EXPECT_EQ(listeners.realm_of(PortId(0), 0), RealmId(0));
  EXPECT_EQ(listeners.realm_of(PortId(0), 7), RealmId(1));
  EXPECT_EQ(listeners.realm_of(PortId(0), 8), RealmId::none);
}

TEST(Listeners, KnowTheRealmsSipEndpointsAndNoOthers) {
  Listeners listeners(two_realms_that_reuse_an_address());
  IpAddress own = IpAddress::v4(10, 0, 0, 1);
  EXPECT_TRUE(listeners.is_sip(RealmId(0), {own, 5060}));
  EXPECT_TRUE(listeners.is_sip(RealmId(1), {own, 5067}));
  EXPECT_FALSE(listeners.is_sip(RealmId(1), {own, 5060}));
  EXPECT_FALSE(listeners.is_sip(RealmId(0), {IpAddress::v4(10, 0, 0, 2), 5060}));
}

}  // namespace
}  // namespace sbc::edge
