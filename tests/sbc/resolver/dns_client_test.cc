// Questions over real sockets, to a server on loopback.
#include "sbc/resolver/dns_client.h"

#include <gtest/gtest.h>

#include "tests/sbc/resolver/dns_server.h"

namespace sbc::resolver {
namespace {

using namespace std::chrono_literals;
using Outcome = dns::Reply::Outcome;

class DnsClientTest : public testing::Test {
 protected:
  void open() {
    rules_.servers = servers_;
    std::string error;
    client_ = DnsClient::open(rules_, error);
    ASSERT_TRUE(client_) << error;
  }
  /// Of the one question that is open.
  dns::Reply wait() {
    for (int turn = 0; turn < 1000; ++turn) {
      std::vector<pollfd> polled;
      client_->add_pollfds(polled);
      poll(polled.data(), nfds_t(polled.size()), 5);
      server_.serve();
      client_->run();
      auto answers = client_->take_answers();
      if (answers.empty()) continue;
      EXPECT_EQ(answers.size(), 1u);
      EXPECT_EQ(answers[0].number, 7u);
      return answers[0].reply;
    }
    ADD_FAILURE() << "no answer";
    return {};
  }
  dns::Reply ask(const dns::Question& question) {
    client_->ask(7, question);
    return wait();
  }

  const dns::Question host_{"sip.example.net", dns::Type::a};
  DnsServer server_;
  std::vector<Endpoint> servers_{server_.endpoint()};
  config::Resolver rules_;
  std::unique_ptr<DnsClient> client_;
};

TEST_F(DnsClientTest, BringsWhatTheServerSays) {
  server_.replies.emplace(
      host_, dns::Written(host_).answer(host_.name, dns::Type::a, 60, dns::address("192.0.2.1")));
  const dns::Question service{"_sip._udp.example.net", dns::Type::srv};
  server_.replies.emplace(service, dns::Written(service).answer(service.name, dns::Type::srv, 60,
                                                                dns::srv(1, 2, 5070, "gw.example")));
  open();
  dns::Reply reply = ask(host_);
  EXPECT_EQ(reply.outcome, Outcome::found);
  EXPECT_EQ(reply.addresses, std::vector{*IpAddress::parse("192.0.2.1")});
  EXPECT_EQ(reply.ttl, 60u);
  EXPECT_EQ(ask(service).services.size(), 1u);
}

TEST_F(DnsClientTest, BringsWhatIsNotThereWithItsTtl) {
  server_.replies.emplace(host_,
                          dns::Written(host_, 3).authority("example.net", dns::Type::soa, 60, dns::soa(20)));
  open();
  dns::Reply reply = ask(host_);
  EXPECT_EQ(reply.outcome, Outcome::no_name);
  EXPECT_EQ(reply.ttl, 20u);
  const dns::Question other{"other.example.net", dns::Type::aaaa};
  server_.replies.emplace(other, dns::Written(other));
  EXPECT_EQ(ask(other).outcome, Outcome::no_data);
}

TEST_F(DnsClientTest, SaysWhatIsWrongOnTheWay) {
  rules_.timeout = 100ms;
  rules_.tries = 1;
  server_.replies.emplace(host_, dns::Written(host_, 2));
  open();
  EXPECT_EQ(ask(host_).outcome, Outcome::unreachable);
  server_.silent = true;
  EXPECT_EQ(ask(host_).outcome, Outcome::silent);
  server_.stop();
  EXPECT_EQ(ask(host_).outcome, Outcome::unreachable);
}

TEST_F(DnsClientTest, AsksTheNextServerWhereTheFirstIsDown) {
  DnsServer dead;
  servers_.insert(servers_.begin(), dead.endpoint());
  dead.stop();
  server_.replies.emplace(
      host_, dns::Written(host_).answer(host_.name, dns::Type::a, 60, dns::address("192.0.2.1")));
  open();
  EXPECT_EQ(ask(host_).outcome, Outcome::found);
}

// RFC 7766 4
TEST_F(DnsClientTest, AsksAgainByTcpWhatDoesNotFitADatagram) {
  server_.truncates = true;
  server_.replies.emplace(
      host_, dns::Written(host_).answer(host_.name, dns::Type::a, 60, dns::address("192.0.2.1")));
  open();
  EXPECT_EQ(ask(host_).outcome, Outcome::found);
  EXPECT_EQ(server_.asked_by_tcp, 1u);
}

TEST_F(DnsClientTest, ForgetsWhatIsOpenAtItsEnd) {
  server_.silent = true;
  open();
  client_->ask(7, host_);
  client_.reset();
}

}  // namespace
}  // namespace sbc::resolver
