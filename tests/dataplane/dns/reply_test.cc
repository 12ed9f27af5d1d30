// Replies of DNS servers.
#include "dataplane/dns/reply.h"

#include <gtest/gtest.h>

#include "tests/dataplane/dns/written.h"

namespace sbc::dns {
namespace {

using Outcome = Reply::Outcome;

const Question host{"sip.example.net", Type::a};
const Question host6{"sip.example.net", Type::aaaa};
const Question service{"_sip._udp.example.net", Type::srv};

TEST(Reply, HasAddressesAndTheShortestTtl) {
  Reply reply = Written(host)
                    .answer("sip.example.net", Type::a, 300, address("192.0.2.1"))
                    .answer("SIP.example.net", Type::a, 60, address("192.0.2.2"))
                    .answer("other.example.net", Type::a, 5, address("192.0.2.3"))
                    .read();
  EXPECT_EQ(reply.outcome, Outcome::found);
  EXPECT_EQ(reply.ttl, 60u);
  EXPECT_EQ(reply.addresses, (std::vector{*IpAddress::parse("192.0.2.1"), *IpAddress::parse("192.0.2.2")}));
  Reply v6 = Written(host6).answer("sip.example.net", Type::aaaa, 9, address("2001:db8::1")).read();
  EXPECT_EQ(v6.addresses, std::vector{*IpAddress::parse("2001:db8::1")});
}

TEST(Reply, MappedAddressIsNone) {
  Bytes mapped(16);
  mapped[10] = mapped[11] = 0xff;
  EXPECT_EQ(Written(host6).answer("sip.example.net", Type::aaaa, 9, mapped).read().outcome, Outcome::no_data);
}

// RFC 1034 3.6.2
TEST(Reply, FollowsAliases) {
  Reply reply = Written(host)
                    .answer("sip.example.net", Type::cname, 30, name("a.example.net"))
                    .answer("a.example.net", Type::cname, 300, name("b.example.net"))
                    .answer("b.example.net", Type::a, 300, address("192.0.2.1"))
                    .read();
  EXPECT_EQ(reply.outcome, Outcome::found);
  EXPECT_EQ(reply.ttl, 30u);
  EXPECT_EQ(reply.addresses.size(), 1u);
}

TEST(Reply, SaysWhichAliasIsLeftToAskFor) {
  Reply reply = Written(host).answer("sip.example.net", Type::cname, 30, name("a.example.net")).read();
  EXPECT_EQ(reply.outcome, Outcome::alias);
  EXPECT_EQ(reply.alias, "a.example.net");
  Reply dead = Written(host)
                   .answer("sip.example.net", Type::cname, 30, name("a.example.net"))
                   .authority("example.net", Type::soa, 60, soa(20))
                   .read();
  EXPECT_EQ(dead.outcome, Outcome::no_data) << "the server has looked";
  Reply loop = Written(host)
                   .answer("sip.example.net", Type::cname, 30, name("a.example.net"))
                   .answer("a.example.net", Type::cname, 30, name("sip.example.net"))
                   .read();
  EXPECT_NE(loop.outcome, Outcome::found);
}

TEST(Reply, HasServices) {
  Reply reply = Written(service)
                    .answer(service.name, Type::srv, 60, srv(10, 5, 5070, "GW1.example.net"))
                    .answer(service.name, Type::srv, 60, srv(0, 0, 0, ""))
                    .read();
  ASSERT_EQ(reply.services.size(), 2u);
  EXPECT_EQ(reply.services[0], (Srv{10, 5, 5070, "gw1.example.net"}));
  EXPECT_EQ(reply.services[1].target, "");
}

TEST(Reply, HasNaptrs) {
  Question question{"example.net", Type::naptr};
  Reply reply =
      Written(question)
          .answer("example.net", Type::naptr, 60, naptr(50, 10, "S", "SIP+D2U", "_sip._udp.example.net"))
          .read();
  ASSERT_EQ(reply.naptrs.size(), 1u);
  EXPECT_EQ(reply.naptrs[0], (Naptr{50, 10, "s", "sip+d2u", "_sip._udp.example.net"}));
}

// RFC 2308 5
TEST(Reply, NegativeHasTheTtlOfItsSoa) {
  Reply gone = Written(host, 3).authority("example.net", Type::soa, 600, soa(20)).read();
  EXPECT_EQ(gone.outcome, Outcome::no_name);
  EXPECT_EQ(gone.ttl, 20u);
  Reply empty = Written(host).authority("example.net", Type::soa, 7, soa(20)).read();
  EXPECT_EQ(empty.outcome, Outcome::no_data);
  EXPECT_EQ(empty.ttl, 7u);
  EXPECT_EQ(Written(host, 3).read().ttl, 0u);
}

TEST(Reply, SaysWhereAServerFails) {
  for (uint8_t rcode : {uint8_t(1), uint8_t(2), uint8_t(4), uint8_t(5)})
    EXPECT_EQ(Written(host, rcode).read().outcome, Outcome::server_failed);
}

TEST(Reply, RefusesWhatIsNoReplyToTheQuestion) {
  auto outcome = [](const Bytes& bytes) { return read_reply(bytes, host).outcome; };
  Bytes good = Written(host).answer("sip.example.net", Type::a, 300, address("192.0.2.1")).bytes();
  EXPECT_EQ(outcome(good), Outcome::found);
  for (size_t size = 0; size < good.size(); ++size)
    EXPECT_EQ(outcome(Bytes(good.begin(), good.begin() + std::ptrdiff_t(size))), Outcome::malformed) << size;
  EXPECT_EQ(outcome(Written(host6).bytes()), Outcome::malformed) << "another question's";
  EXPECT_EQ(outcome(Written(host, 0, 0x0180).bytes()), Outcome::malformed) << "a query";
  EXPECT_EQ(outcome(Written(host, 0, 0x8380).bytes()), Outcome::malformed) << "truncated";
  EXPECT_EQ(outcome(Written(host).answer("sip.example.net", Type::a, 1, {1, 2, 3}).bytes()),
            Outcome::malformed);
  EXPECT_EQ(Written(service).answer(service.name, Type::srv, 1, {0, 1, 0, 1, 0}).read().outcome,
            Outcome::malformed);
}

TEST(Reply, LooksAtSoManyRecordsOnly) {
  auto found = [](size_t count) {
    Written written(host);
    for (size_t i = 0; i < count; ++i)
      written.answer("sip.example.net", Type::a, 300, address("192.0.2." + std::to_string(i)));
    return written.read().addresses.size();
  };
  EXPECT_EQ(found(Reply::records_max), Reply::records_max);
  EXPECT_EQ(found(Reply::records_max + 1), Reply::records_max);
}

}  // namespace
}  // namespace sbc::dns
