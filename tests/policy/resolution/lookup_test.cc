// Lookups: RFC 3263 4.1, 4.2 and RFC 2782.
#include "policy/resolution/lookup.h"

#include <gtest/gtest.h>

#include "tests/policy/resolution/zone.h"

namespace sbc::policy {
namespace {

const HostKey plain{"example.net", 0};
const std::string udp = "_sip._udp.example.net";

// RFC 3263 4.2: with a port, addresses alone
TEST(Lookup, OfANameWithPortAsksForAddressesOnly) {
  Zone zone;
  zone.addresses("example.net", {"192.0.2.2", "192.0.2.1", "2001:db8::1"});
  Found found = zone.look_up({"example.net", 5080});
  EXPECT_EQ(zone.names_asked(), std::vector<std::string>{"example.net 1"});
  ASSERT_EQ(found.targets.size(), 1u);
  EXPECT_EQ(found.targets[0], (HostTarget{"example.net", 5080, 0, 0, {ip("192.0.2.1"), ip("192.0.2.2")}}));
  EXPECT_EQ(found.ttl, 60s);
}

TEST(Lookup, AsksForTheFamiliesThatAreUsed) {
  Zone zone;
  zone.addresses("example.net", {"192.0.2.1", "2001:db8::1"});
  EXPECT_EQ(zone.look_up({"example.net", 5080}, {false, true}).targets[0].addresses,
            std::vector{ip("2001:db8::1")});
  EXPECT_EQ(zone.look_up({"example.net", 5080}, {true, true}).targets[0].addresses.size(), 2u);
  EXPECT_EQ(zone.look_up({"example.net", 5080}, {false, false}).outcome, Outcome::silent);
}

TEST(Lookup, GoesByNaptrServiceAndAddress) {
  Zone zone;
  Reply& naptrs = zone.at("example.net", Type::naptr);
  naptrs.naptrs = {{50, 10, "s", "sip+d2t", "_sip._tcp.example.net"},
                   {90, 10, "s", "sip+d2u", "_sip._udp.late.example"},
                   {50, 20, "s", "sip+d2u", "_sip._udp.voice.example"}};
  zone.service("_sip._udp.voice.example", {1, 0, 5070, "gw.voice.example"});
  zone.addresses("gw.voice.example", {"192.0.2.9"}, 5);
  Found found = zone.look_up(plain);
  EXPECT_EQ(zone.names_asked(),
            (std::vector<std::string>{"example.net 35", "_sip._udp.voice.example 33", "gw.voice.example 1"}));
  ASSERT_EQ(found.targets.size(), 1u);
  EXPECT_EQ(found.targets[0], (HostTarget{"gw.voice.example", 5070, 1, 0, {ip("192.0.2.9")}}));
  EXPECT_EQ(found.ttl, 5s);
}

TEST(Lookup, WithoutNaptrGoesByService) {
  for (Reply::Outcome outcome :
       {Reply::Outcome::no_name, Reply::Outcome::no_data, Reply::Outcome::server_failed,
        Reply::Outcome::silent, Reply::Outcome::found}) {
    Zone zone;
    zone.at("example.net", Type::naptr, outcome, 1);
    zone.service(udp, {1, 0, 5070, "gw.example.net"});
    zone.addresses("gw.example.net", {"192.0.2.9"});
    Found found = zone.look_up(plain);
    EXPECT_EQ(found.outcome, Outcome::found) << int(outcome);
    EXPECT_EQ(found.ttl, 60s);
  }
  Zone zone;
  zone.service(udp, {1, 0, 5070, "gw.example.net"});
  zone.look_up(plain, {true, false}, false);
  EXPECT_EQ(zone.asked.front(), (Question{udp, Type::srv})) << "NAPTR is switched off";
}

// RFC 3263 4.2: "If no SRV records were found, the client performs an A or AAAA record lookup of the domain
// name"
TEST(Lookup, WithoutServiceGoesByAddressAndPort5060) {
  Zone zone;
  zone.addresses("example.net", {"192.0.2.1"});
  Found found = zone.look_up(plain);
  ASSERT_EQ(found.targets.size(), 1u);
  EXPECT_EQ(found.targets[0].port, 5060);
}

TEST(Lookup, ServiceThatNobodyCanTellOfEndsIt) {
  Zone zone;
  zone.addresses("example.net", {"192.0.2.1"});
  zone.at(udp, Type::srv, Reply::Outcome::server_failed);
  EXPECT_EQ(zone.look_up(plain).outcome, Outcome::server_failed) << "the address may be a web server's";
}

// RFC 2782: "A Target of "." means that the service is decidedly not available at this domain"
TEST(Lookup, ServiceCanSayThatThereIsNone) {
  Zone zone;
  zone.addresses("example.net", {"192.0.2.1"});
  zone.service(udp, {0, 0, 0, ""}, 77);
  Found found = zone.look_up(plain);
  EXPECT_EQ(found.outcome, Outcome::no_service);
  EXPECT_TRUE(found.targets.empty());
  EXPECT_EQ(found.ttl, 77s);
}

TEST(Lookup, SortsTargetsHoweverTheyAreGiven) {
  Zone zone;
  for (dns::Srv srv : {dns::Srv{20, 1, 5060, "a.example"}, dns::Srv{10, 7, 5060, "c.example"},
                       dns::Srv{10, 9, 5060, "b.example"}})
    zone.service(udp, srv);
  for (const char* host : {"a.example", "b.example", "c.example"}) zone.addresses(host, {"192.0.2.1"});
  Found found = zone.look_up(plain);
  ASSERT_EQ(found.targets.size(), 3u);
  EXPECT_EQ(found.targets[0].name, "b.example");
  EXPECT_EQ(found.targets[0].weight, 9);
  EXPECT_EQ(found.targets[1].name, "c.example");
  EXPECT_EQ(found.targets[2].name, "a.example");
}

TEST(Lookup, FollowsAliasesThatTheServerLeavesOpen) {
  Zone zone;
  zone.at("example.net", Type::a, Reply::Outcome::alias, 9).alias = "real.example";
  zone.addresses("real.example", {"192.0.2.1"});
  Found found = zone.look_up({"example.net", 5060});
  ASSERT_EQ(found.targets.size(), 1u);
  EXPECT_EQ(found.targets[0].name, "example.net");
  EXPECT_EQ(found.ttl, 9s);
  Zone loop;
  loop.at("example.net", Type::a, Reply::Outcome::alias).alias = "other.example";
  loop.at("other.example", Type::a, Reply::Outcome::alias).alias = "example.net";
  EXPECT_EQ(loop.look_up({"example.net", 5060}).outcome, Outcome::no_data);
  EXPECT_LE(loop.asked.size(), size_t(Lookup::links_max) + 1);
}

TEST(Lookup, SaysWhatIsWrongAndForHowLong) {
  struct Row {
    Reply::Outcome reply;
    Outcome outcome;
    Duration ttl;
  };
  for (Row row : {Row{Reply::Outcome::no_name, Outcome::no_name, 20s},
                  Row{Reply::Outcome::no_data, Outcome::no_data, 20s},
                  Row{Reply::Outcome::server_failed, Outcome::server_failed, 0s},
                  Row{Reply::Outcome::malformed, Outcome::malformed, 0s},
                  Row{Reply::Outcome::silent, Outcome::silent, 0s},
                  Row{Reply::Outcome::unreachable, Outcome::unreachable, 0s}}) {
    Zone zone;
    zone.at("example.net", Type::a, row.reply, 20);
    Found found = zone.look_up({"example.net", 5060});
    EXPECT_EQ(found.outcome, row.outcome) << name_of(row.outcome);
    EXPECT_EQ(found.ttl, row.ttl) << name_of(row.outcome);
    EXPECT_FALSE(text_of(row.outcome).empty());
  }
}

TEST(Lookup, TellsOfTargetsThatNobodyCouldTellTheAddressesOf) {
  Zone zone;
  zone.service(udp, {1, 0, 5060, "a.example"});
  zone.service(udp, {1, 0, 5060, "b.example"});
  zone.service(udp, {1, 0, 5060, "c.example"});
  zone.addresses("a.example", {"192.0.2.1"});
  zone.at("b.example", Type::a, Reply::Outcome::silent);
  Found found = zone.look_up(plain);
  EXPECT_EQ(found.outcome, Outcome::found);
  ASSERT_EQ(found.targets.size(), 1u);
  ASSERT_EQ(found.undetermined.size(), 1u) << "c.example is known to have none";
  EXPECT_EQ(found.undetermined[0].name, "b.example");
}

TEST(Lookup, OneFamilySaysNothingOfTheOther) {
  Zone half;
  half.at("example.net", Type::a, Reply::Outcome::silent);
  half.addresses("example.net", {"2001:db8::1"});
  Found found = half.look_up({"example.net", 5060}, {true, true});
  EXPECT_EQ(found.outcome, Outcome::found);
  EXPECT_EQ(found.targets.size(), 1u);
  ASSERT_EQ(found.undetermined.size(), 1u);
  EXPECT_EQ(found.undetermined[0].name, "example.net");
  Zone nothing;
  nothing.at("example.net", Type::a, Reply::Outcome::silent);
  nothing.at("example.net", Type::aaaa, Reply::Outcome::no_data);
  EXPECT_EQ(nothing.look_up({"example.net", 5060}, {true, true}).outcome, Outcome::silent);
}

TEST(Lookup, ServicesOfNoUseAreNoWordThatThereIsNone) {
  Zone zone;
  zone.service(udp, {1, 0, 0, "gw.example"});
  EXPECT_EQ(zone.look_up(plain).outcome, Outcome::malformed);
}

TEST(Lookup, TellsWhetherANaptrRecordCouldBeAskedFor) {
  Zone zone;
  zone.addresses("example.net", {"192.0.2.1"});
  EXPECT_FALSE(zone.look_up(plain).naptr_troubled);
  zone.at(plain.host, Type::naptr, Reply::Outcome::silent);
  EXPECT_TRUE(zone.look_up(plain).naptr_troubled);
  EXPECT_FALSE(zone.look_up(plain).by_naptr);
}

TEST(Lookup, TakesSoManyTargetsAndAddresses) {
  auto look = [](size_t targets, size_t addresses) {
    Zone zone;
    for (size_t i = 0; i < targets; ++i) {
      const std::string host = "gw" + std::to_string(100 + i) + ".example";
      zone.service(udp, {1, 0, 5060, host});
      for (size_t k = 0; k < addresses; ++k)
        zone.addresses(host, {("10.0." + std::to_string(i) + "." + std::to_string(k + 1)).c_str()});
    }
    return zone.look_up(plain);
  };
  EXPECT_EQ(look(Lookup::targets_max, 1).targets.size(), Lookup::targets_max);
  EXPECT_EQ(look(Lookup::targets_max, 1).left_out, 0u);
  Found more = look(Lookup::targets_max + 1, 1);
  EXPECT_EQ(more.targets.size(), Lookup::targets_max);
  EXPECT_EQ(more.left_out, 1u);
  EXPECT_EQ(look(1, Lookup::addresses_max).left_out, 0u);
  Found many = look(2, Lookup::addresses_max / 2 + 1);
  EXPECT_EQ(many.left_out, 2u);
  EXPECT_EQ(many.targets[0].addresses.size() + many.targets[1].addresses.size(), Lookup::addresses_max);
}

TEST(Lookup, AsksOnceForAHostThatTwoTargetsAre) {
  Zone zone;
  zone.service(udp, {1, 0, 5060, "gw.example"});
  zone.service(udp, {1, 0, 5070, "gw.example"});
  zone.addresses("gw.example", {"192.0.2.1"});
  Found found = zone.look_up(plain);
  EXPECT_EQ(std::count(zone.asked.begin(), zone.asked.end(), (Question{"gw.example", Type::a})), 1);
  ASSERT_EQ(found.targets.size(), 2u);
  EXPECT_EQ(found.targets[1].addresses.size(), 1u);
}

}  // namespace
}  // namespace sbc::policy
