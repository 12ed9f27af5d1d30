// Host names of a configuration, kept over real sockets. The resolver's own time is the test's.
#include "sbc/resolver/resolver.h"

#include <gtest/gtest.h>

#include "tests/sbc/resolver/dns_server.h"

namespace sbc::resolver {
namespace {

using namespace std::chrono_literals;
using dns::Question;
using dns::Type;
using dns::Written;

class ResolverTest : public testing::Test {
 protected:
  ResolverTest() {
    config::Realm realm;
    realm.name = std::string("core");
    realm.listeners = {*Endpoint::parse("10.0.0.1:5060")};
    config::Trunk trunk;
    trunk.name = std::string("carrier");
    trunk.realm = RealmId(0);
    trunk.peers = {config::Peer("carrier.example", 0)};
    model_.realms = {realm};
    model_.trunks = {trunk};
    model_.resolver.servers = {server_.endpoint()};
    model_.resolver.timeout = 200ms;
    model_.resolver.tries = 1;
    serve("_sip._udp.carrier.example", Type::srv, 60, {dns::srv(1, 0, 5070, "gw.carrier.example")});
    serve("gw.carrier.example", Type::a, 30, {dns::address("10.0.0.20"), dns::address("10.0.0.21")});
  }
  void serve(const std::string& name, Type type, uint32_t ttl, const std::vector<dns::Bytes>& records) {
    Written written(Question{name, type});
    for (const dns::Bytes& record : records) written.answer(name, type, ttl, record);
    server_.replies.insert_or_assign(Question{name, type}, std::move(written));
  }
  /// Until a lookup has ended.
  void settle() {
    const uint64_t before = lookups();
    for (int turn = 0; turn < 2000 && lookups() == before; ++turn) {
      resolver_.run(now_, [](const policy::HostKey&) { return true; });
      std::vector<pollfd> polled;
      resolver_.add_pollfds(polled);
      poll(polled.data(), nfds_t(polled.size()), 2);
      server_.serve();
    }
    EXPECT_EQ(lookups(), before + 1);
  }
  uint64_t lookups() const {
    const policy::HostState* state = resolver_.hosts().find(key_);
    return state ? state->lookups : 0;
  }
  policy::HostState state() const { return *resolver_.hosts().find(key_); }
  policy::HostState::Phase phase() const { return policy::phase_of(state(), now_); }

  const policy::HostKey key_{"carrier.example", 0};
  DnsServer server_;
  config::Model model_;
  Resolver resolver_;
  Instant now_{1'000'000'000};
};

TEST_F(ResolverTest, GoesByServiceAndAddress) {
  EXPECT_EQ(resolver_.configure(model_, now_), "");
  settle();
  ASSERT_EQ(state().targets.size(), 1u);
  EXPECT_EQ(state().targets[0].name, "gw.carrier.example");
  EXPECT_EQ(state().targets[0].port, 5070);
  EXPECT_EQ(state().targets[0].addresses.size(), 2u);
  EXPECT_EQ(state().expires - now_, 30s);
  EXPECT_TRUE(resolver_.take_changed());
}

TEST_F(ResolverTest, KeepsTheLastGoodAnswerWhileServersAreDown) {
  resolver_.configure(model_, now_);
  settle();
  server_.stop();
  now_ = now_ + 30s;
  settle();
  EXPECT_EQ(phase(), policy::HostState::Phase::stale);
  EXPECT_EQ(state().last, policy::Outcome::unreachable);
  EXPECT_EQ(state().targets.size(), 1u);
}

TEST_F(ResolverTest, LearnsWhatChangesWhenTheTtlHasEnded) {
  resolver_.configure(model_, now_);
  settle();
  resolver_.take_changed();
  serve("gw.carrier.example", Type::a, 30, {dns::address("10.0.0.22")});
  resolver_.run(now_ + 29s, [](const policy::HostKey&) { return true; });
  EXPECT_FALSE(resolver_.take_changed());
  now_ = now_ + 30s;
  settle();
  EXPECT_TRUE(resolver_.take_changed());
  EXPECT_EQ(state().targets[0].addresses, std::vector{*IpAddress::parse("10.0.0.22")});
  EXPECT_EQ(state().former.size(), 2u);
}

TEST_F(ResolverTest, IsNotStartedWithoutNames) {
  model_.trunks[0].peers = {*Endpoint::parse("10.0.0.9:5060")};
  EXPECT_EQ(resolver_.configure(model_, now_), "");
  resolver_.run(now_, [](const policy::HostKey&) { return true; });
  std::vector<pollfd> polled;
  resolver_.add_pollfds(polled);
  EXPECT_TRUE(polled.empty());
  EXPECT_EQ(server_.asked, 0u);
}

}  // namespace
}  // namespace sbc::resolver
