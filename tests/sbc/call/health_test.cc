// Peers that are asked whether they are well, and trunks whose calls are not answered.
#include <algorithm>
#include <set>

#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

using Phase = policy::PeerHealth::Phase;

class HealthTest : public EngineTest {
 protected:
  void SetUp() override {
    config::Health& health = model_->trunks[0].health;
    health.interval = 10s;
    health.failures_max = 2;
    health.ramp = 100s;
    start();
    engine_->watch_peers(surroundings());
  }
  void TearDown() override {
    for (config::Trunk& trunk : model_->trunks) trunk.health.interval = 0s;
    engine_->watch_peers(surroundings());
    EngineTest::TearDown();
  }
  /// A round of OPTIONS: each peer is asked once. Those in `well` answer, with this status.
  void pass_round(std::vector<Endpoint> well, int status = 200) {
    const Instant end = now_ + 10s;
    while (engine_->next_deadline() <= end) {
      pass(engine_->next_deadline() - now_);
      std::vector<Sent> sent;
      sent.swap(sent_);
      for (const Sent& each : sent) {
        if (!each.bytes.starts_with("OPTIONS ")) continue;
        asked_.push_back(each);
        bool answers = std::find(well.begin(), well.end(), each.to.remote) != well.end();
        if (answers) receive(core_realm, each.to.remote, response(each, status));
      }
    }
    now_ = end;
    sent_.clear();
  }
  Phase phase_of(const Endpoint& peer) const {
    const auto& peers = model_->trunks[0].peers;
    size_t place = size_t(std::find(peers.begin(), peers.end(), peer) - peers.begin());
    return policy::health_of(usage_->trunks[0].health.peers[place].value(), peer).phase;
  }
  /// Which peers calls go to first.
  size_t calls_to(const Endpoint& peer, int calls) {
    size_t count = 0;
    for (int i = 0; i < calls; ++i) {
      std::string text = invite();
      std::string number = std::to_string(calls_begun_++ + 100'000);
      text.replace(text.find("caller-call-id"), 14, "call-id-" + number);
      text.replace(text.find("z9hG4bKinvite"), 13, "z9hG4bK" + number);
      from_caller(text);
      if (invite_.to.remote == peer) ++count;
      receive(core_realm, invite_.to.remote, response(invite_, 486));
      from_caller(ack_of(text));
    }
    return count;
  }
  std::string ack_of(std::string text) const {
    text.replace(text.find("INVITE "), 7, "ACK ");
    text.replace(text.find("1 INVITE"), 8, "1 ACK");
    text.insert(text.find("\r\nCall-ID"), ";tag=" + caller_tag());
    return text;
  }
  std::vector<Sent> asked_;
  int calls_begun_ = 0;
};

// RFC 3261 11.1
TEST_F(HealthTest, EachPeerIsAskedOncePerInterval) {
  pass_round({callee_, second_});
  ASSERT_EQ(asked_.size(), 2u);
  EXPECT_NE(asked_[0].to.remote, asked_[1].to.remote);
  for (const Sent& sent : asked_) {
    EXPECT_EQ(sent.first_line(), "OPTIONS sip:" + sent.to.remote.text().substr(0, 10) + " SIP/2.0");
    sip::Message options = sent.parse();
    EXPECT_TRUE(options.to().tag().empty());
    EXPECT_FALSE(options.from().tag().empty());
    EXPECT_EQ(options.max_forwards(), 70u);
    EXPECT_EQ(steering_->owner_of(options.call_id()), WorkerId(0));
  }
  pass_round({callee_, second_});
  EXPECT_EQ(asked_.size(), 4u);
  EXPECT_EQ(phase_of(callee_), Phase::up);
  EXPECT_TRUE(logs_.empty());
}

TEST_F(HealthTest, SilentPeerIsHeldDownAndGetsNoCalls) {
  pass_round({second_});
  pass_round({second_});  // the first one's silence is noticed when it is asked again
  EXPECT_EQ(phase_of(callee_), Phase::up);
  pass_round({second_});
  EXPECT_EQ(phase_of(callee_), Phase::down);
  ASSERT_EQ(logs_.size(), 1u);
  EXPECT_EQ(logs_[0].text.view(), "peer of trunk one is held down: it does not answer OPTIONS");
  EXPECT_EQ(logs_[0].peer, callee_);
  from_caller(invite());
  EXPECT_EQ(invite_.to.remote, second_);
}

TEST_F(HealthTest, AnswerThatBlamesThePeerIsNoAnswer) {
  pass_round({callee_, second_}, 503);
  pass_round({callee_, second_}, 503);
  EXPECT_EQ(phase_of(callee_), Phase::down);
  EXPECT_EQ(phase_of(second_), Phase::down);
  from_caller(invite());
  EXPECT_EQ(invite_.to.remote, third_);
}

TEST_F(HealthTest, ReturningPeerTakesAShareThatRises) {
  for (int i = 0; i < 3; ++i) pass_round({second_});
  pass_round({callee_, second_});
  ASSERT_EQ(phase_of(callee_), Phase::returning);
  EXPECT_LT(calls_to(callee_, 100), 35u);
  for (int i = 0; i < 6; ++i) pass_round({callee_, second_});
  size_t later = calls_to(callee_, 100);
  EXPECT_GT(later, 40u);
  EXPECT_LT(later, 90u);
  for (int i = 0; i < 5; ++i) pass_round({callee_, second_});
  EXPECT_EQ(phase_of(callee_), Phase::up);
  EXPECT_EQ(calls_to(callee_, 20), 20u);
  ASSERT_EQ(logs_.size(), 3u);
  EXPECT_EQ(logs_[1].text.view(), "peer of trunk one answers OPTIONS again, and takes a share of its calls");
  EXPECT_EQ(logs_[2].text.view(), "peer of trunk one takes all its calls again");
  pass(70s);
}

TEST_F(HealthTest, ReturningPeerTakesWhatNobodyElseCould) {
  model_->routes[0].trunks = {std::string("one")};
  policy_.routes = policy::RouteTable(*model_, policy_.trunks);
  for (int i = 0; i < 3; ++i) pass_round({});
  from_caller(invite());
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 503 Service Unavailable");
  EXPECT_TRUE(last_to(access_realm).header(sip::Header::retry_after).empty());
  EXPECT_EQ(cdrs_.at(0).reason, Reason::trunk_down);
  pass(70s);
  pass_round({callee_});
  ASSERT_EQ(phase_of(callee_), Phase::returning);
  EXPECT_EQ(calls_to(callee_, 30), 30u);
  pass(70s);
}

// … because their trunk is full
TEST_F(HealthTest, ReturningPeerTakesWhatTheLimitsOfOthersForbid) {
  model_->trunks[0].peers = {callee_};
  model_->trunks[1].calls_max = 1;
  start();
  engine_->watch_peers(surroundings());
  for (int i = 0; i < 3; ++i) pass_round({});
  from_caller(invite());  // takes the other trunk's one place
  EXPECT_EQ(invite_.to.remote, third_);
  receive(core_realm, third_, response(invite_, 180));
  pass_round({callee_});
  ASSERT_EQ(phase_of(callee_), Phase::returning);
  EXPECT_EQ(calls_to(callee_, 30), 30u);
}

TEST_F(HealthTest, OneWorkerAsksForAll) {
  model_->workers.count = 2;
  start();
  Engine other(WorkerId(1), *steering_, Random::from_seed(1), *model_, sizes_, now_);
  other.watch_peers(surroundings());
  EXPECT_EQ(other.next_deadline(), Instant::never());
  engine_->watch_peers(surroundings());
  EXPECT_NE(engine_->next_deadline(), Instant::never());
}

TEST_F(HealthTest, PeersThatAReloadTakesOffAreAskedNoMore) {
  pass_round({});
  model_->trunks[0].peers.pop_back();
  start();
  engine_->watch_peers(surroundings());
  asked_.clear();
  pass_round({});
  ASSERT_FALSE(asked_.empty());
  for (const Sent& sent : asked_) EXPECT_EQ(sent.to.remote, callee_);
}

// More than can be asked in an interval
TEST_F(HealthTest, NobodyIsNeverAsked) {
  model_->limits.calls_max = 2000;
  model_->trunks.resize(1);
  for (int i = 1; i < 25; ++i) {
    config::Trunk trunk = model_->trunks[0];
    trunk.name = std::string("more") + std::to_string(i);
    trunk.peers.clear();
    for (int peer = 0; peer < 16; ++peer)
      trunk.peers.push_back(*Endpoint::parse("10.2.0.100:" + std::to_string(10'000 + 100 * i + peer)));
    model_->trunks.push_back(trunk);
  }
  for (config::Trunk& trunk : model_->trunks) trunk.health.interval = 1s;
  start();
  engine_->watch_peers(surroundings());
  pass(4s);
  std::set<Endpoint> asked;
  for (const Sent& sent : sent_) asked.insert(sent.to.remote);
  EXPECT_EQ(asked.size(), 2u + 24 * 16);
}

/// Answers of the DNS may put a peer anywhere among the others.
TEST_F(HealthTest, WhoIsHeldDownIsAskedWhereverItStands) {
  model_->trunks[0].peers = {config::Peer("sip.example", 0)};
  start();
  auto stand_for = [this](const std::vector<Endpoint>& peers) {
    policy::KnownHost known{false, {}, {}, Instant{1}};
    for (const Endpoint& peer : peers)
      known.targets.push_back({"gw.example", peer.port, uint16_t(known.targets.size()), 0, {peer.address}});
    know({{{"sip.example", 0}, known}});
  };
  auto phase = [this] {
    const policy::Peer* peer = policy_.trunks.peers(TrunkId(0)).find(callee_);
    return policy::health_of(usage_->trunks[0].health.peers[peer->slot].value(), callee_).phase;
  };
  stand_for({callee_});
  for (int round = 0; round < 4; ++round) pass_round({});
  EXPECT_EQ(phase(), Phase::down);
  std::vector<Endpoint> peers;
  for (int i = 0; i < 20; ++i) peers.push_back(*Endpoint::parse("10.2.0.100:" + std::to_string(10'000 + i)));
  peers.push_back(callee_);
  stand_for(peers);
  pass_round(peers);
  pass_round(peers);
  EXPECT_EQ(phase(), Phase::returning);
}

class SuspensionTest : public EngineTest {
 protected:
  void SetUp() override {
    config::Health& health = model_->trunks[0].health;
    health.asr_min = 50;
    health.asr_calls = 10;
    health.suspension = 60s;
    model_->routes[0].trunks = {std::string("one"), std::string("two")};
    start();
  }
  void fail_calls(int calls) {
    for (int i = 0; i < calls; ++i) {
      std::string text = invite();
      text.replace(text.find("caller-call-id"), 14, "call-id-" + std::to_string(begun_ + 100'000));
      text.replace(text.find("z9hG4bKinvite"), 13, "z9hG4bK" + std::to_string(begun_++ + 100'000));
      from_caller(text);
      receive(core_realm, invite_.to.remote, response(invite_, 486));
    }
  }
  int begun_ = 0;
};

TEST_F(SuspensionTest, WhatTheCallerBreaksOffSaysNothingOfTheTrunk) {
  for (int i = 0; i < 20; ++i) {
    std::string text = invite(), id = std::to_string(begun_++ + 100'000), cancel;
    text.replace(text.find("caller-call-id"), 14, "call-id-" + id);
    text.replace(text.find("z9hG4bKinvite"), 13, "z9hG4bK" + id);
    from_caller(text);
    cancel = caller_request("CANCEL", "z9hG4bK" + id, 1);
    cancel.replace(cancel.find("caller-call-id"), 14, "call-id-" + id);
    EXPECT_EQ(from_caller(cancel), Reason::none);
  }
  fail_calls(1);
  EXPECT_EQ(invite_.to.remote, callee_);
}

TEST_F(SuspensionTest, EndsWhereTheRatioIsNotLookedAtAnyMore) {
  fail_calls(11);
  EXPECT_EQ(invite_.to.remote, third_);
  model_->trunks[0].health.asr_min = 0;
  fail_calls(1);
  EXPECT_EQ(invite_.to.remote, callee_);
}

TEST_F(SuspensionTest, TrunkWhoseCallsAreNotAnsweredIsLeftAloneForAWhile) {
  fail_calls(9);
  EXPECT_EQ(invite_.to.remote, callee_);
  fail_calls(1);
  EXPECT_EQ(invite_.to.remote, callee_);
  ASSERT_FALSE(logs_.empty());
  EXPECT_EQ(logs_.back().text.view(),
            "trunk is suspended: of its last 10 calls fewer than 50 % were answered");
  fail_calls(1);
  EXPECT_EQ(invite_.to.remote, third_);
  pass(61s);
  fail_calls(1);
  EXPECT_EQ(invite_.to.remote, callee_);
  pass(70s);
}

TEST_F(SuspensionTest, AnsweredCallsCountForTheTrunk) {
  model_->trunks[0].health.asr_calls = 2;
  start();
  fail_calls(1);
  establish();
  EXPECT_EQ(usage_->trunks[0].health.answers.value(), policy::answers_of({}, model_->trunks[0]));  // anew
  fail_calls(2);
  EXPECT_TRUE(policy::is_suspended(usage_->trunks[0].health.answers.value(), now_));
}

TEST_F(SuspensionTest, OnlySuspendedTrunksLeaveNothingToTry) {
  model_->routes[0].trunks = {std::string("one")};
  start();
  fail_calls(10);
  std::string text = invite();
  EXPECT_EQ(from_caller(text), Reason::none);
  EXPECT_EQ(cdrs_.back().reason, Reason::trunk_down);
  EXPECT_EQ(cdrs_.back().status, 503);
}

// ITU-T E.411: of calls at the trunk, not of attempts at its peers
TEST_F(SuspensionTest, ACallThatSeveralPeersRefuseCountsOnce) {
  model_->trunks[0].health.asr_calls = 2;
  model_->routes[0].trunks = {std::string("one")};
  start();
  EXPECT_EQ(from_caller(invite()), Reason::none);
  EXPECT_EQ(receive(core_realm, callee_, response(invite_, 503)), Reason::none);
  EXPECT_EQ(invite_.to.remote, second_);
  EXPECT_EQ(receive(core_realm, second_, response(invite_, 503)), Reason::none);
  EXPECT_EQ(cdrs_.size(), 1u);
  EXPECT_EQ(usage_->trunks[0].health.answers.value().calls, 1u);
  EXPECT_FALSE(policy::is_suspended(usage_->trunks[0].health.answers.value(), now_));
}

TEST_F(SuspensionTest, ACallThatTheSecondPeerAnswersIsAnswered) {
  EXPECT_EQ(from_caller(invite()), Reason::none);
  EXPECT_EQ(receive(core_realm, callee_, response(invite_, 503)), Reason::none);
  EXPECT_EQ(receive(core_realm, second_, response(invite_, 200, answer_sdp)), Reason::none);
  EXPECT_EQ(from_caller(ack()), Reason::none);
  EXPECT_EQ(usage_->trunks[0].health.answers.value().calls, 1u);
  EXPECT_EQ(usage_->trunks[0].health.answers.value().answered, 1u);
}

TEST_F(SuspensionTest, EndsWhereItsRuleIsChanged) {
  fail_calls(11);
  EXPECT_EQ(invite_.to.remote, third_);
  model_->trunks[0].health.asr_min = 40;
  fail_calls(1);
  EXPECT_EQ(invite_.to.remote, callee_);
}

}  // namespace
}  // namespace sbc::call
