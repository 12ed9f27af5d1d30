// The configuration of the benchmark of calls is what an operator could load, and as large as it says.
#include <string>

#include <gtest/gtest.h>

#include "bench/calls/configuration.h"
#include "config/load/load.h"

namespace sbc::bench {
namespace {

Shape shape(uint32_t calls) {
  Shape result;
  result.name = "few";
  result.calls = calls;
  result.core = 1;
  result.signature_file = "signatures.yaml";
  return result;
}

uint64_t media_pairs(const config::Realm& realm) {
  return realm.media.addresses.size() * (realm.media.last_port - realm.media.first_port + 1u) / 2;
}

TEST(CallConfiguration, IsCorrectForFewCallsAndForAMillion) {
  for (uint32_t calls : {1'000u, 1'000'000u}) {
    config::LoadResult loaded = config::load_text(configuration_text(shape(calls)), "calls.yaml");
    for (const config::Problem& problem : loaded.problems) ADD_FAILURE() << config::problem_text(problem);
    ASSERT_TRUE(loaded);
    const config::Model& model = *loaded.model;
    EXPECT_GE(model.access.size(), 1'000u);
    EXPECT_GE(model.routes.size(), 1'000u);
    EXPECT_GE(model.header_rules.size(), 4u);
    EXPECT_EQ(model.limits.calls_max, calls);
    EXPECT_FALSE(model.limits.call_rate.unlimited());
    for (const config::Realm& realm : model.realms) {
      EXPECT_GE(media_pairs(realm), calls);
      EXPECT_LE(realm.media.addresses.size(), 256u);
    }
  }
}

TEST(CallConfiguration, EveryCallerIsAPeerOfATrunk) {
  config::LoadResult loaded = config::load_text(configuration_text(shape(1'000)), "calls.yaml");
  ASSERT_TRUE(loaded);
  size_t callers = 0;
  for (const config::Trunk& trunk : loaded.model->trunks) {
    if (trunk.realm == RealmId(0)) callers += trunk.peers.size();
  }
  EXPECT_EQ(callers, access_prefixes);
  EXPECT_EQ(loaded.model->trunks[0].peers[1].endpoint.address, caller_address(1));
}

}  // namespace
}  // namespace sbc::bench
