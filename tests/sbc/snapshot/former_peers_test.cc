#include "sbc/snapshot/former_peers.h"

#include <memory>

#include <gtest/gtest.h>

#include "tests/config/load/sample.h"

namespace sbc::snapshot {
namespace {

using namespace std::chrono_literals;
using Addresses = std::vector<std::string>;

class FormerPeersTest : public ::testing::Test {
 protected:
  /// The trunk "core" with these peers, as a list that YAML knows; its slot is 0.
  void reload(const std::string& peers, const policy::HostTable& hosts = {}) {
    replace(config::with("peers: [203.0.113.10:5060]", "peers: [" + peers + "]"), {TrunkId{0}}, hosts);
  }
  void replace(const std::string& text, std::vector<TrunkId> ids, const policy::HostTable& hosts = {}) {
    auto loaded = config::load_text(text, "sbc.yaml");
    for (const config::Problem& problem : loaded.problems) ADD_FAILURE() << config::problem_text(problem);
    policy::TrunkTable after(*loaded.model, std::move(ids), hosts, trunks_);
    former_.learn(trunks_, after, now_);
    trunks_ = std::move(after);
    models_.push_back(std::move(loaded.model));
  }
  void take_core_away() {
    replace(config::with("trunks: [core]", "trunks: [other]",
                         config::with("- name: core\n    realm: core\n    peers: [203.0.113.10:5060]",
                                      "- {name: other, realm: core, peers: [203.0.113.99]}")),
            {TrunkId{1}});
  }
  void pass(Duration time, bool in_use, Duration keep = 4h) {
    now_ = now_ + time;
    auto used = [in_use](TrunkId id) { return in_use && id == TrunkId{0}; };
    former_.expire(keep, used, now_);
    EXPECT_FALSE(former_.has_expired(keep, used, now_));
  }
  Addresses former() const {
    std::vector<policy::RealmAddress> all;
    former_.add_to(all);
    Addresses texts;
    for (const policy::RealmAddress& each : all) {
      EXPECT_EQ(each.realm, RealmId{1});
      texts.push_back(each.address.text());
    }
    return texts;
  }
  static policy::HostTable named(const char* address, const char* former_address) {
    policy::KnownHost known;
    known.awaited = false;
    known.targets = {{"sip.example", 5060, 0, 0, {*IpAddress::parse(address)}}};
    known.former = {*IpAddress::parse(former_address)};
    return {{{"sip.example", 0}, known}};
  }

  FormerPeers former_;
  Instant now_{0};
  policy::TrunkTable trunks_;
  std::vector<std::shared_ptr<const config::Model>> models_;
};

TEST_F(FormerPeersTest, AreThoseThatATrunkHasNoMore) {
  reload("203.0.113.10, 203.0.113.11");
  EXPECT_EQ(former(), Addresses());
  reload("203.0.113.11, 203.0.113.12");
  EXPECT_EQ(former(), Addresses{"203.0.113.10"});
  reload("203.0.113.11:5080, 203.0.113.12");
  EXPECT_EQ(former(), Addresses{"203.0.113.10"}) << "another port of the same address";
  take_core_away();
  EXPECT_EQ(former(), (Addresses{"203.0.113.10", "203.0.113.11", "203.0.113.12"}));
}

TEST_F(FormerPeersTest, AreWhatItsNamesStandForToo) {
  reload("sip.example, 203.0.113.10", named("203.0.113.20", "203.0.113.21"));
  reload("sip.example, 203.0.113.10", named("203.0.113.20", "203.0.113.21"));
  EXPECT_EQ(former(), Addresses());
  reload("203.0.113.10");
  EXPECT_EQ(former(), (Addresses{"203.0.113.20", "203.0.113.21"}));
}

TEST_F(FormerPeersTest, NameThatIsAwaitedStandsForNobody) {
  reload("sip.example");
  take_core_away();
  EXPECT_EQ(former(), Addresses());
}

TEST_F(FormerPeersTest, AreKnownWhileACallMayBeUpWithThem) {
  reload("203.0.113.10, 203.0.113.11");
  reload("203.0.113.11");
  pass(4h - 1s, true);
  EXPECT_EQ(former().size(), 1u);
  pass(1s, true);
  EXPECT_EQ(former().size(), 0u);
}

TEST_F(FormerPeersTest, OfIdleTrunksGoWhenTransactionsHaveEnded) {
  reload("203.0.113.10");
  take_core_away();
  pass(31s, false);
  EXPECT_EQ(former().size(), 1u);
  pass(1s, false);
  EXPECT_EQ(former().size(), 0u);
}

TEST_F(FormerPeersTest, WhoHasComeBackAndGoneAgainHasGoneNow) {
  reload("203.0.113.10, 203.0.113.11");
  reload("203.0.113.11");
  pass(3h, true);
  reload("203.0.113.10, 203.0.113.11");
  reload("203.0.113.11");
  pass(3h, true);
  EXPECT_EQ(former(), Addresses{"203.0.113.10"});
}

TEST_F(FormerPeersTest, SoManyAreRemembered) {
  for (size_t i = 0; i <= FormerPeers::most + 1; ++i)
    reload("10.0." + std::to_string(i / 250) + "." + std::to_string(1 + i % 250));
  EXPECT_EQ(former().size(), FormerPeers::most);
  EXPECT_EQ(former().front(), "10.0.0.2");
}

}  // namespace
}  // namespace sbc::snapshot
