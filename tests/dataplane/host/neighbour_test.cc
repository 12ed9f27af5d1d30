// Neighbours: asking, answering, liveness, and what is not believed (RFC 826, RFC 4861, RFC 5227).
#include <gtest/gtest.h>

#include "tests/dataplane/host/recorded_sink.h"

namespace sbc::host {
namespace {

using namespace std::chrono_literals;

using Packets = std::vector<RecordedSink::Packet>;

TEST(Neighbours, AnUnknownOneIsAskedForWithArp) {  // RFC 826
  Bench bench;
  EXPECT_EQ(bench.lookup("192.0.2.20"), nullptr);
  EXPECT_EQ(bench.reason, Reason::none);
  ASSERT_EQ(bench.sink.sent.size(), 1u);
  EXPECT_EQ(bench.sink.sent[0].frame.destination_mac, broadcast);
  auto arp = bench.sink.arp(0);
  ASSERT_TRUE(arp);
  EXPECT_EQ(arp->operation, wire::Arp::Operation::request);
  EXPECT_EQ(arp->sender_mac, our_mac);
  EXPECT_EQ(arp->sender, address("192.0.2.10"));
  EXPECT_EQ(arp->target, address("192.0.2.20"));
  bench.lookup("192.0.2.20");
  EXPECT_EQ(bench.sink.sent.size(), 1u) << "once, however many packets want it";
}

TEST(Neighbours, AnUnknownOneIsAskedForWithNdp) {  // RFC 4861 7.2.2
  Bench bench;
  EXPECT_EQ(bench.lookup("2001:db8:a::20"), nullptr);
  auto ndp = bench.sink.ndp(0);
  ASSERT_TRUE(ndp);
  EXPECT_EQ(ndp->kind, wire::Ndp::Kind::solicitation);
  EXPECT_EQ(ndp->target, address("2001:db8:a::20"));
  EXPECT_EQ(ndp->link_layer, our_mac);
  EXPECT_EQ(bench.sink.sent[0].frame.source, address("2001:db8:a::10"));
  EXPECT_EQ(bench.sink.sent[0].frame.destination, address("ff02::1:ff00:20"));
  EXPECT_EQ(bench.sink.sent[0].frame.destination_mac, *MacAddress::parse("33:33:ff:00:00:20"));
}

TEST(Neighbours, HeldPacketsLeaveInOrderWhenTheAnswerComes) {
  for (const char* neighbour : {"192.0.2.20", "2001:db8:a::20"}) {
    Bench bench;
    EXPECT_EQ(bench.hold(neighbour, 1), Reason::none);
    EXPECT_EQ(bench.hold(neighbour, 2), Reason::none);
    if (address(neighbour).is_v4()) {
      bench.arp_reply(neighbour, mac(20));
    } else {
      bench.advertisement(neighbour, mac(20));
    }
    EXPECT_EQ(bench.sink.released, (Packets{{1, Reason::none, mac(20)}, {2, Reason::none, mac(20)}}));
    ASSERT_NE(bench.lookup(neighbour), nullptr);
    EXPECT_EQ(*bench.lookup(neighbour), mac(20));
    EXPECT_EQ(bench.hold(neighbour, 3), Reason::none);
    EXPECT_EQ(bench.sink.released.back(), (RecordedSink::Packet{3, Reason::none, mac(20)}))
        << "nothing to wait for";
  }
}

TEST(Neighbours, ThreeUnansweredQuestionsASecondApartDropThePackets) {  // RFC 4861 10
  Bench bench;
  bench.hold("192.0.2.20", 1);
  bench.wait(2999ms);
  EXPECT_EQ(bench.sink.sent.size(), 3u);
  EXPECT_TRUE(bench.sink.discarded.empty());
  bench.wait(1ms);
  EXPECT_EQ(bench.sink.discarded, (Packets{{1, Reason::neighbour_unresolved, {}}}));
  EXPECT_FALSE(bench.host.neighbours().knows(access, address("192.0.2.20")));
  EXPECT_EQ(bench.host.next_deadline(), Instant::never());
}

TEST(Neighbours, AQueueHoldsItsMostAndNotOneMore) {
  Bench bench;
  uint64_t most = HostLimits{}.held_per_neighbour_max;
  for (uint64_t packet = 0; packet < most; ++packet)
    ASSERT_EQ(bench.hold("192.0.2.20", packet), Reason::none);
  EXPECT_EQ(bench.hold("192.0.2.20", most), Reason::neighbour_queue_full);
  EXPECT_EQ(bench.hold("192.0.2.21", most + 1), Reason::none) << "another's queue";
}

TEST(Neighbours, AllQueuesOfARealmTogetherHoldItsShareAndLeaveTheOthersTheirs) {
  HostLimits limits;
  limits.held_max = 4;
  Bench bench(two_realms(), limits);
  EXPECT_EQ(bench.hold("192.0.2.20", 1), Reason::none);
  EXPECT_EQ(bench.hold("192.0.2.21", 2), Reason::none);
  EXPECT_EQ(bench.hold("192.0.2.22", 3), Reason::neighbour_queue_full);
  EXPECT_EQ(bench.host.hold(core, address("10.0.0.20"), 4, bench.now), Reason::none);
  bench.arp_reply("192.0.2.20", mac(20));
  EXPECT_EQ(bench.hold("192.0.2.22", 3), Reason::none);
}

TEST(Neighbours, AUsedOneIsAskedAgainWithoutInterruption) {  // RFC 4861 7.3.3
  Bench bench;
  bench.learn("192.0.2.20", mac(20));
  bench.lookup("192.0.2.20");
  bench.wait(30s);
  ASSERT_EQ(bench.sink.sent.size(), 1u);
  EXPECT_EQ(bench.sink.sent[0].frame.destination_mac, mac(20)) << "it alone, not everybody";
  EXPECT_NE(bench.lookup("192.0.2.20"), nullptr);
  bench.arp_reply("192.0.2.20", mac(20));
  bench.sink.forget();
  bench.wait(29s);
  EXPECT_TRUE(bench.sink.sent.empty());
}

TEST(Neighbours, AnUnusedOneIsLeftAloneAndForgotten) {
  Bench bench;
  bench.learn("192.0.2.20", mac(20));
  bench.wait(10min);
  EXPECT_TRUE(bench.sink.sent.empty());
  EXPECT_TRUE(bench.host.neighbours().knows(access, address("192.0.2.20")));
  bench.wait(31s);
  EXPECT_FALSE(bench.host.neighbours().knows(access, address("192.0.2.20")));
}

TEST(Neighbours, AStaleOneServesWhileItIsAsked) {  // RFC 4861 7.3.3
  Bench bench;
  bench.learn("192.0.2.20", mac(20));
  bench.wait(60s);
  ASSERT_NE(bench.lookup("192.0.2.20"), nullptr);
  EXPECT_EQ(bench.sink.sent.size(), 1u);
  bench.wait(3s);
  EXPECT_EQ(bench.lookup("192.0.2.20"), nullptr) << "silent: gone";
}

TEST(Neighbours, ANextHopFoundOnceServesUntilItIsForgotten) {
  Bench bench;
  bench.learn("192.0.2.20", mac(20));
  NextHop hop = bench.host.lookup(access, address("192.0.2.20"), bench.now).hop;
  ASSERT_NE(bench.host.lookup(hop, bench.now), nullptr);
  EXPECT_EQ(*bench.host.lookup(hop, bench.now), mac(20));
  bench.wait(33s);
  EXPECT_EQ(bench.host.lookup(hop, bench.now), nullptr);
  bench.learn("192.0.2.21", mac(21));
  EXPECT_EQ(bench.host.lookup(hop, bench.now), nullptr) << "its place is another's now";
  EXPECT_EQ(bench.host.lookup(NextHop{}, bench.now), nullptr);
}

TEST(Neighbours, UsingANextHopKeepsItAlive) {
  Bench bench;
  bench.learn("192.0.2.20", mac(20));
  NextHop hop = bench.host.lookup(access, address("192.0.2.20"), bench.now).hop;
  for (int i = 0; i < 3; ++i) {
    bench.host.lookup(hop, bench.now);
    bench.sink.forget();
    bench.wait(30s);
    ASSERT_EQ(bench.sink.sent.size(), 1u);
    bench.arp_reply("192.0.2.20", mac(20));
  }
}

TEST(Neighbours, OneWhoAsksUsIsRememberedAndAskedBeforeItIsRelied) {  // RFC 826, RFC 4861 7.2.3
  Bench bench;
  bench.arp_request("192.0.2.20", mac(20));
  bench.sink.forget();
  ASSERT_NE(bench.lookup("192.0.2.20"), nullptr);
  EXPECT_EQ(*bench.lookup("192.0.2.20"), mac(20));
  EXPECT_EQ(bench.sink.sent.size(), 1u);
  bench.receive_ndp("2001:db8:a::20", "ff02::1:ff00:10", mac(20),
                    {wire::Ndp::Kind::solicitation, false, false, false, address("2001:db8:a::10"), mac(20)});
  EXPECT_NE(bench.lookup("2001:db8:a::20"), nullptr);
}

TEST(Neighbours, NobodyIsLearnedFromWhatWeDidNotAskAndIsNotToUs) {
  Bench bench;
  bench.arp_reply("192.0.2.20", mac(20));
  bench.announcement("192.0.2.21", mac(21));
  bench.arp_request("192.0.2.22", mac(22), "192.0.2.50");
  bench.advertisement("2001:db8:a::20", mac(20));
  for (auto text : {"192.0.2.20", "192.0.2.21", "192.0.2.22", "2001:db8:a::20"}) {
    EXPECT_FALSE(bench.host.neighbours().knows(access, address(text))) << text;
  }
}

TEST(Neighbours, NobodyFromElsewhereIsLearned) {
  Bench bench;
  bench.arp_request("198.51.100.7", mac(7));
  bench.arp_request("192.0.2.255", mac(8));
  EXPECT_FALSE(bench.host.neighbours().knows(access, address("198.51.100.7")));
  EXPECT_FALSE(bench.host.neighbours().knows(access, address("192.0.2.255")));
}

TEST(Neighbours, OnlyAnAnswerAddressedToUsIsOne) {
  Bench bench;
  bench.hold("192.0.2.20", 1);
  wire::Arp reply{wire::Arp::Operation::reply, mac(66), our_mac, address("192.0.2.20"),
                  address("192.0.2.10")};
  bench.receive_arp(reply, broadcast);
  reply.target = address("192.0.2.11");
  bench.receive_arp(reply, our_mac);
  EXPECT_TRUE(bench.sink.released.empty());
  bench.arp_reply("192.0.2.20", mac(20));
  EXPECT_EQ(bench.sink.released.size(), 1u);
}

TEST(Gateway, IsTheNextHopOfWhatIsNotConnected) {
  Bench bench;
  bench.learn("192.0.2.1", mac(1));
  bench.learn("fe80::1", mac(2));
  ASSERT_NE(bench.lookup("198.51.100.7"), nullptr);
  EXPECT_EQ(*bench.lookup("198.51.100.7"), mac(1));
  ASSERT_NE(bench.lookup("2001:db8:ffff::1"), nullptr);
  EXPECT_EQ(*bench.lookup("2001:db8:ffff::1"), mac(2));
}

TEST(Gateway, MissingMeansNoRoute) {
  Bench bench;
  EXPECT_EQ(bench.hold("198.51.100.7", 1, core), Reason::no_route);
  EXPECT_EQ(bench.hold("2001:db8::1", 1, core), Reason::no_route);
  EXPECT_TRUE(bench.sink.sent.empty());
}

TEST(Route, GroupsBroadcastAndOurselvesHaveNone) {
  Bench bench;
  for (auto text :
       {"224.0.0.1", "192.0.2.255", "255.255.255.255", "192.0.2.10", "ff02::1", "2001:db8:a::10", "::"}) {
    EXPECT_EQ(bench.lookup(text), nullptr);
    EXPECT_EQ(bench.reason, Reason::no_route) << text;
  }
}

TEST(Gateway, IsProbedEveryFewSecondsWhileUsed) {
  Bench bench;
  bench.learn("192.0.2.1", mac(1));
  for (int i = 0; i < 3; ++i) {
    bench.lookup("198.51.100.7");
    bench.sink.forget();
    bench.wait(5s);
    ASSERT_EQ(bench.sink.sent.size(), 1u);
    EXPECT_EQ(bench.sink.sent[0].frame.destination_mac, mac(1));
    bench.arp_reply("192.0.2.1", mac(1));
  }
  bench.sink.forget();
  bench.wait(1h);
  EXPECT_TRUE(bench.sink.sent.empty()) << "not while unused";
  EXPECT_NE(bench.lookup("198.51.100.7"), nullptr) << "and never forgotten";
}

TEST(Gateway, StaysInUseWhenItFallsSilentAndTheLogHearsOfLossAndReturn) {
  Bench bench;
  bench.learn("192.0.2.1", mac(1));
  bench.lookup("198.51.100.7");
  bench.wait(8s);
  ASSERT_EQ(bench.sink.notices.size(), 1u);
  EXPECT_EQ(bench.sink.notices[0].kind, Notice::Kind::next_hop_lost);
  EXPECT_EQ(bench.sink.notices[0].address, address("192.0.2.1"));
  for (int i = 0; i < 3; ++i) {
    ASSERT_NE(bench.lookup("198.51.100.7"), nullptr);
    EXPECT_EQ(*bench.lookup("198.51.100.7"), mac(1));
    bench.wait(5s);
  }
  EXPECT_EQ(bench.sink.notices.size(), 1u) << "once";
  bench.lookup("198.51.100.7");
  EXPECT_EQ(bench.sink.sent.back().frame.destination_mac, broadcast) << "whoever it is now";
  bench.arp_reply("192.0.2.1", mac(9));
  ASSERT_EQ(bench.sink.notices.size(), 2u);
  EXPECT_EQ(bench.sink.notices[1].kind, Notice::Kind::next_hop_back);
  EXPECT_EQ(*bench.lookup("198.51.100.7"), mac(9));
}

TEST(Gateway, NeverThereIsReportedOnceAndAskedForAsLongAsItIsWanted) {
  Bench bench;
  for (uint64_t i = 1; i <= 3; ++i) {
    EXPECT_EQ(bench.hold("198.51.100.7", i), Reason::none);
    bench.wait(3s);
    EXPECT_EQ(bench.sink.discarded.size(), i);
  }
  EXPECT_EQ(bench.sink.notices.size(), 1u);
  EXPECT_EQ(bench.sink.sent.size(), 9u);
  bench.arp_reply("192.0.2.1", mac(1));
  EXPECT_EQ(bench.lookup("198.51.100.7"), nullptr) << "that answer came when nobody was asking";
  bench.arp_reply("192.0.2.1", mac(1));
  EXPECT_NE(bench.lookup("198.51.100.7"), nullptr);
}

TEST(Gateway, ThatAnnouncesItsReturnIsAskedAtOnce) {
  Bench bench;
  bench.learn("192.0.2.1", mac(1));
  bench.lookup("198.51.100.7");
  bench.wait(1min);
  bench.sink.forget();
  bench.announcement("192.0.2.1", mac(1));
  EXPECT_EQ(bench.sink.sent.size(), 1u);
  bench.arp_reply("192.0.2.1", mac(1));
  ASSERT_EQ(bench.sink.notices.size(), 1u);
  EXPECT_EQ(bench.sink.notices[0].kind, Notice::Kind::next_hop_back);
}

TEST(TrunkPeer, IsPinnedLikeAGateway) {
  Bench bench;
  bench.learn("10.0.0.99", mac(99), core);
  bench.lookup("10.0.0.99", core);
  bench.wait(8s);
  ASSERT_EQ(bench.sink.notices.size(), 1u);
  EXPECT_EQ(bench.sink.notices[0].realm, core);
  EXPECT_NE(bench.lookup("10.0.0.99", core), nullptr);
}

TEST(Poisoning, UnaskedRepliesAndClaimsMoveNothingWhileTheOldAddressAnswers) {
  Bench bench;
  bench.learn("192.0.2.1", mac(1));
  bench.arp_reply("192.0.2.1", mac(66));
  bench.announcement("192.0.2.1", mac(66));
  bench.arp_request("192.0.2.1", mac(66));
  EXPECT_EQ(*bench.lookup("192.0.2.1"), mac(1));
  ASSERT_GE(bench.sink.sent.size(), 1u);
  EXPECT_EQ(bench.sink.sent[0].frame.destination_mac, mac(1)) << "the known one is asked";
  bench.arp_reply("192.0.2.1", mac(66));
  EXPECT_EQ(*bench.lookup("192.0.2.1"), mac(1)) << "that was not who we asked";
  bench.arp_reply("192.0.2.1", mac(1));
  bench.wait(3s);
  EXPECT_EQ(*bench.lookup("192.0.2.1"), mac(1));
  EXPECT_TRUE(bench.sink.notices.empty());
}

TEST(Poisoning, AClaimDoesNotMoveAnIdleGatewayEither) {
  Bench bench;
  bench.learn("192.0.2.1", mac(1));
  bench.wait(1min);
  bench.arp_request("192.0.2.1", mac(66));
  EXPECT_EQ(*bench.lookup("192.0.2.1"), mac(1));
}

TEST(Poisoning, AnAdvertisementThatOverridesNothingIsNoClaim) {  // RFC 4861 7.2.5
  Bench bench;
  bench.learn("2001:db8:a::20", mac(20));
  wire::Ndp ndp{wire::Ndp::Kind::advertisement, false, false, false, address("2001:db8:a::20"), mac(66)};
  bench.receive_ndp("2001:db8:a::20", "ff02::1", mac(66), ndp);
  EXPECT_TRUE(bench.sink.sent.empty());
  EXPECT_TRUE(bench.sink.told.empty());
}

TEST(Poisoning, AStormOfClaimsCostsOneQuestionASecond) {
  Bench bench;
  bench.learn("192.0.2.1", mac(1));
  for (int i = 0; i < 100; ++i) {
    bench.announcement("192.0.2.1", mac(uint8_t(100 + i)));
    bench.arp_reply("192.0.2.1", mac(1));
  }
  EXPECT_EQ(bench.sink.sent.size(), 1u);
}

TEST(Failover, AGatewayThatMovedIsFollowedOnceTheOldAddressIsSilent) {
  Bench bench;
  bench.learn("192.0.2.1", mac(1));
  bench.announcement("192.0.2.1", mac(2));
  EXPECT_EQ(*bench.lookup("192.0.2.1"), mac(1));
  bench.wait(1s);
  ASSERT_EQ(bench.sink.sent.size(), 2u);
  EXPECT_EQ(bench.sink.sent[1].frame.destination_mac, mac(2)) << "now the claimant is asked";
  bench.arp_reply("192.0.2.1", mac(3));
  EXPECT_EQ(*bench.lookup("192.0.2.1"), mac(1)) << "a third one was not";
  bench.arp_reply("192.0.2.1", mac(2));
  EXPECT_EQ(*bench.lookup("192.0.2.1"), mac(2));
  EXPECT_TRUE(bench.sink.notices.empty());
}

TEST(Failover, WorksForIpv6Too) {  // RFC 4861 7.2.6
  Bench bench;
  bench.learn("fe80::1", mac(1));
  bench.advertisement("fe80::1", mac(2), false);
  bench.wait(1s);
  EXPECT_EQ(*bench.lookup("fe80::1"), mac(1));
  bench.advertisement("fe80::1", mac(2), true);
  EXPECT_EQ(*bench.lookup("fe80::1"), mac(2));
}

TEST(Table, FullOfStrangersStillTakesWhoIsWanted) {
  Bench bench;  // 16 places in a realm, two of them the gateways'
  for (int i = 30; i < 60; ++i) bench.arp_request(("192.0.2." + std::to_string(i)).c_str(), mac(uint8_t(i)));
  EXPECT_EQ(bench.host.neighbours().count(access), 16u);
  EXPECT_FALSE(bench.host.neighbours().knows(access, address("192.0.2.30")))
      << "the first who only spoke to us";
  EXPECT_TRUE(bench.host.neighbours().knows(access, address("192.0.2.59")));
  EXPECT_EQ(bench.hold("192.0.2.200", 1), Reason::none);
  EXPECT_EQ(bench.host.neighbours().count(access), 16u);
  EXPECT_TRUE(bench.host.neighbours().knows(access, address("192.0.2.1")));
}

TEST(Table, AFloodOfUnansweredOnesSparesTheKnown) {  // RFC 6583
  Bench bench;
  for (int i = 20; i < 30; ++i) bench.learn(("192.0.2." + std::to_string(i)).c_str(), mac(uint8_t(i)));
  for (int i = 100; i < 200; ++i) {
    ASSERT_EQ(bench.hold(("192.0.2." + std::to_string(i)).c_str(), uint64_t(i)), Reason::none);
  }
  for (int i = 20; i < 30; ++i)
    EXPECT_NE(bench.lookup(("192.0.2." + std::to_string(i)).c_str()), nullptr) << i;
  ASSERT_EQ(bench.sink.discarded.size(), 96u) << "what waited for the forgotten";
  EXPECT_EQ(bench.sink.discarded[0], (RecordedSink::Packet{100, Reason::neighbour_table_full, {}}));
}

TEST(Table, TheLongestUnconfirmedGoesFirst) {
  Bench bench;
  for (int i = 20; i < 34; ++i) {
    bench.learn(("192.0.2." + std::to_string(i)).c_str(), mac(uint8_t(i)));
    bench.wait(10ms);
  }
  bench.lookup("192.0.2.50");
  EXPECT_FALSE(bench.host.neighbours().knows(access, address("192.0.2.20")));
  EXPECT_TRUE(bench.host.neighbours().knows(access, address("192.0.2.21")));
}

TEST(Table, StrangersPushOutNobodyWhoWasEverWanted) {
  Bench bench;
  bench.arp_request("192.0.2.20", mac(20));
  bench.learn("192.0.2.20", mac(20));
  bench.lookup("192.0.2.20");
  bench.arp_reply("192.0.2.20", mac(20));
  for (int i = 21; i < 34; ++i) bench.learn(("192.0.2." + std::to_string(i)).c_str(), mac(uint8_t(i)));
  bench.wait(1min);  // all of them stale
  for (int i = 100; i < 150; ++i)
    bench.arp_request(("192.0.2." + std::to_string(i)).c_str(), mac(uint8_t(i)));
  for (int i = 20; i < 34; ++i) {
    EXPECT_TRUE(bench.host.neighbours().knows(access, address(("192.0.2." + std::to_string(i)).c_str())))
        << i;
  }
  EXPECT_FALSE(bench.host.neighbours().knows(access, address("192.0.2.100")))
      << "no room for a mere stranger";
}

TEST(Table, FullOfPinnedOnesRefuses) {
  config::Model model = two_realms();
  model.limits.neighbours_max = 2;
  Bench bench(model);
  EXPECT_EQ(bench.hold("192.0.2.20", 1), Reason::neighbour_table_full);
  EXPECT_EQ(bench.hold("192.0.2.1", 1), Reason::none);
}

TEST(Realms, MayReuseEachOthersAddresses) {
  config::Model model = two_realms();
  model.realms[1].addresses = {{address("192.0.2.10"), *Prefix::parse("192.0.2.0/24")}};
  model.trunks.clear();
  Bench bench(model);
  bench.learn("192.0.2.20", mac(20), access);
  EXPECT_EQ(bench.lookup("192.0.2.20", core), nullptr);
  EXPECT_EQ(bench.sink.sent[0].frame.vlan, 7);
  EXPECT_EQ(bench.sink.sent[0].frame.source_mac, core_mac);
  bench.arp_reply("192.0.2.20", mac(21), core);
  EXPECT_EQ(*bench.lookup("192.0.2.20", core), mac(21));
  EXPECT_EQ(*bench.lookup("192.0.2.20", access), mac(20));
}

TEST(Workers, AnAnswerThatCameToAnotherWorkerServesTheOneWhoAsked) {
  Bench asking, hearing;
  asking.hold("192.0.2.20", 1);
  hearing.arp_reply("192.0.2.20", mac(20));
  EXPECT_FALSE(hearing.host.neighbours().knows(access, address("192.0.2.20"))) << "it had not asked";
  ASSERT_EQ(hearing.sink.told.size(), 1u);
  EXPECT_TRUE(hearing.sink.told[0].answer);
  asking.host.on_learned(hearing.sink.told[0], asking.now);
  EXPECT_EQ(asking.sink.released, (Packets{{1, Reason::none, mac(20)}}));
  EXPECT_TRUE(asking.sink.told.empty()) << "no echo between workers";
}

TEST(Workers, WhatAnotherWorkerHeardIsBelievedNoMoreThanWhatThisOneHears) {
  Bench bench;
  bench.learn("192.0.2.1", mac(1));
  bench.host.on_learned({access, address("192.0.2.1"), mac(66), true}, bench.now);
  bench.host.on_learned({access, address("192.0.2.1"), mac(66), false}, bench.now);
  bench.host.on_learned({access, address("192.0.2.77"), mac(77), false}, bench.now);
  EXPECT_EQ(*bench.lookup("192.0.2.1"), mac(1));
  EXPECT_FALSE(bench.host.neighbours().knows(access, address("192.0.2.77")));
}

TEST(Workers, AFloodOfRepliesDoesNotFloodTheOtherWorkers) {
  Bench bench;
  for (int i = 0; i < 5000; ++i) bench.arp_reply("192.0.2.20", mac(20));
  EXPECT_EQ(bench.sink.told.size(), 1000u);
}

}  // namespace
}  // namespace sbc::host
