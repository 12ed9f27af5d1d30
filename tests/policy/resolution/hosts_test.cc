// All host names of a configuration.
#include "policy/resolution/hosts.h"

#include <gtest/gtest.h>

#include "tests/policy/resolution/zone.h"

namespace sbc::policy {
namespace {

class HostsTest : public testing::Test {
 protected:
  HostsTest() {
    config::Realm realm;
    realm.name = std::string("core");
    realm.listeners = {*Endpoint::parse("10.0.0.1:5060")};
    model_.realms = {realm};
    model_.resolver.naptr = false;
    with_hosts({"a.example"});
  }
  void with_hosts(std::vector<std::string> names) {
    config::Trunk trunk;
    trunk.name = std::string("carrier");
    trunk.realm = RealmId(0);
    trunk.peers = {*Endpoint::parse("10.0.0.9:5060")};
    for (const std::string& name : names) trunk.peers.push_back(config::Peer(name, 5060));
    model_.trunks = {trunk};
    hosts_.configure(model_, now_);
  }
  std::vector<HostQuestion> run() {
    return hosts_.run(now_, [](const HostKey&) { return true; });
  }
  /// Until nothing is under way.
  void settle() {
    std::vector<HostQuestion> questions = run();
    while (!questions.empty()) {
      const HostQuestion question = questions.front();
      questions.erase(questions.begin());
      for (auto& next : hosts_.on_reply(question.number, zone_.reply_to(question.what), now_))
        questions.push_back(next);
      for (auto& next : run()) questions.push_back(next);
    }
  }
  const HostKey key_{"a.example", 5060};
  config::Model model_;
  Zone zone_;
  Hosts hosts_;
  Instant now_{1'000'000'000};
};

/// A reload must not publish its rules twice: what a reload says of its epoch would be old at once.
TEST_F(HostsTest, AConfigurationWithTheSameNamesChangesNothing) {
  zone_.addresses("a.example", {"10.0.0.5"});
  EXPECT_TRUE(hosts_.take_changed());
  settle();
  EXPECT_TRUE(hosts_.take_changed());
  with_hosts({"a.example"});
  EXPECT_FALSE(hosts_.take_changed());
  with_hosts({"a.example", "b.example"});
  EXPECT_TRUE(hosts_.take_changed());
  with_hosts({});
  EXPECT_TRUE(hosts_.take_changed());
  with_hosts({});
  EXPECT_FALSE(hosts_.take_changed());
}

TEST_F(HostsTest, AreLookedUpAndToldOf) {
  zone_.addresses("a.example", {"10.0.0.5"});
  EXPECT_TRUE(hosts_.is_awaited(key_));
  EXPECT_EQ(hosts_.awaited(), 1u);
  hosts_.take_changed();
  settle();
  EXPECT_FALSE(hosts_.is_awaited(key_));
  EXPECT_TRUE(hosts_.take_changed());
  EXPECT_FALSE(hosts_.take_changed());
  const HostTable table = hosts_.table();
  ASSERT_EQ(table.size(), 1u);
  EXPECT_EQ(table.at(key_).targets[0].addresses, std::vector{ip("10.0.0.5")});
  auto events = hosts_.take_events();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_TRUE(events[0].changed);
  EXPECT_EQ(events[0].outcome, Outcome::found);
}

TEST_F(HostsTest, SayTheSameOnce) {
  zone_.addresses("a.example", {"10.0.0.5"});
  settle();
  hosts_.take_events();
  hosts_.take_changed();
  now_ = now_ + 60s;
  settle();
  EXPECT_TRUE(hosts_.take_events().empty());
  zone_.at("a.example", Type::a).outcome = Reply::Outcome::silent;
  zone_.at("a.example", Type::a).addresses.clear();
  for (int i = 0; i < 3; ++i) {
    now_ = now_ + 60s;
    settle();
  }
  EXPECT_EQ(hosts_.take_events().size(), 1u);
  EXPECT_FALSE(hosts_.take_changed()) << "the last good answer is kept";
  EXPECT_EQ(hosts_.table().at(key_).targets.size(), 1u);
}

TEST_F(HostsTest, KeepWhatIsKnownOverAReload) {
  zone_.addresses("a.example", {"10.0.0.5"});
  settle();
  with_hosts({"a.example", "b.example"});
  EXPECT_FALSE(hosts_.is_awaited(key_));
  EXPECT_TRUE(hosts_.is_awaited({"b.example", 5060}));
  auto questions = run();
  ASSERT_EQ(questions.size(), 1u);
  EXPECT_EQ(questions[0].what.name, "b.example");
  with_hosts({});
  EXPECT_TRUE(hosts_.empty());
  EXPECT_TRUE(hosts_.table().empty());
  EXPECT_TRUE(hosts_.on_reply(questions[0].number, zone_.reply_to(questions[0].what), now_).empty())
      << "too late";
}

TEST_F(HostsTest, BeginAnewWhatAReloadInterrupts) {
  auto before = run();
  ASSERT_EQ(before.size(), 1u);
  with_hosts({"a.example"});
  auto after = run();
  ASSERT_EQ(after.size(), 1u);
  EXPECT_NE(after[0].number, before[0].number);
  zone_.addresses("a.example", {"10.0.0.5"});
  hosts_.on_reply(before[0].number, zone_.reply_to(before[0].what), now_);
  EXPECT_TRUE(hosts_.is_awaited(key_));
  hosts_.on_reply(after[0].number, zone_.reply_to(after[0].what), now_);
  EXPECT_FALSE(hosts_.is_awaited(key_));
}

TEST_F(HostsTest, AreLookedUpSoManyAtATime) {
  std::vector<std::string> names;
  for (size_t i = 0; i < Hosts::lookups_max + 1; ++i) names.push_back("h" + std::to_string(i) + ".example");
  with_hosts(names);
  auto first = run();
  EXPECT_EQ(first.size(), Hosts::lookups_max);
  EXPECT_TRUE(run().empty());
  hosts_.on_reply(first[0].number, zone_.reply_to(first[0].what), now_);
  EXPECT_EQ(run().size(), 1u);
}

/// Dead names are asked for again soon. Whoever has been due longer goes before them.
TEST_F(HostsTest, WhoHasBeenDueLongestIsLookedUpFirst) {
  std::vector<std::string> names;
  for (size_t i = 0; i < Hosts::lookups_max; ++i) names.push_back("dead" + std::to_string(i) + ".example");
  names.push_back("last.example");
  zone_.addresses("last.example", {"10.0.0.5"});
  with_hosts(names);
  const std::vector<HostQuestion> first = run();
  now_ = now_ + 8s;
  for (const HostQuestion& each : first) {
    EXPECT_NE(each.what.name, "last.example");
    EXPECT_TRUE(hosts_.on_reply(each.number, {}, now_).empty());  // silence
  }
  now_ = now_ + 30s;
  const std::vector<HostQuestion> second = run();
  ASSERT_EQ(second.size(), Hosts::lookups_max);
  EXPECT_EQ(second[0].what.name, "last.example");
}

}  // namespace
}  // namespace sbc::policy
