// Trunks whose peers are host names: RFC 3263 4.2, 4.3.
#include <set>

#include "tests/allocation/trap/trap.h"
#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

const policy::HostKey key{"sip.example", 0};

class HostNamesTest : public EngineTest {
 protected:
  void SetUp() override {
    model_->trunks[0].peers = {config::Peer("sip.example", 0)};
    start();
  }
  static policy::HostTarget target(const Endpoint& endpoint, uint16_t priority = 0, uint16_t weight = 0) {
    return {"gw" + endpoint.text(), endpoint.port, priority, weight, {endpoint.address}};
  }
  static policy::HostTable table(std::vector<policy::HostTarget> targets, Instant known = {5}) {
    return {{key, policy::KnownHost{false, std::move(targets), {}, known}}};
  }
  void park() {
    EXPECT_EQ(from_caller(invite()), Reason::none);
    ASSERT_EQ(host_asks_.size(), 1u);
    EXPECT_EQ(host_asks_[0].trunk, TrunkId(0));
    EXPECT_EQ(host_asks_[0].peer, 0);
    ASSERT_EQ(sent_.size(), 1u);
    EXPECT_EQ(sent_[0].first_line(), "SIP/2.0 100 Trying");
  }
  void answer_question() {
    sent_.clear();
    engine_->on_answer(surroundings(), host_asks_.back().question, 0);
    carry_out();
  }
  std::string numbered(int i) {
    std::string text = invite(), digits = std::to_string(100'000 + i);
    text.replace(text.find("caller-call-id"), 14, "call-id-" + digits);
    text.replace(text.find("z9hG4bKinvite"), 13, "z9hG4bK" + digits);
    return text;
  }
};

TEST_F(HostNamesTest, CallGoesWhereTheNameStandsFor) {
  know(table({target(second_)}));
  from_caller(invite());
  EXPECT_TRUE(host_asks_.empty()) << "what is known costs no question";
  EXPECT_EQ(invite_.to.remote, second_);
  receive(core_realm, second_, response(invite_, 486));
  EXPECT_EQ(cdrs_.at(0).peer_host.view(), "sip.example");
  EXPECT_EQ(cdrs_.at(0).peer_known, Instant{5});
  EXPECT_EQ(cdrs_.at(0).callee.trunk, TrunkId(0));
}

TEST_F(HostNamesTest, CallThatMovesStillNamesItsHost) {
  know(table({target(callee_)}));
  establish();
  move_calls(true);
  EXPECT_EQ(from_caller(caller_request("BYE", "z9hG4bKbye", 2, caller_tag())), Reason::none);
  EXPECT_EQ(cdrs_.at(0).peer_host.view(), "sip.example");
  EXPECT_EQ(cdrs_.at(0).peer_known, Instant{5});
}

TEST_F(HostNamesTest, ConfiguredAddressNamesNoHost) {
  model_->trunks[0].peers = {callee_};
  start();
  from_caller(invite());
  from_callee(response(invite_, 486));
  EXPECT_EQ(cdrs_.at(0).peer_host.view(), "");
}

TEST_F(HostNamesTest, CallIsParkedUntilTheNameIsKnown) {
  park();
  know(table({target(callee_)}));
  answer_question();
  EXPECT_EQ(last_to(core_realm).to.remote, callee_);
  from_callee(response(invite_, 200, answer_sdp));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
}

TEST_F(HostNamesTest, ParkedCallGoesOnToTheNextTrunkWhereTheNameIsNothing) {
  park();
  know(table({}));
  answer_question();
  EXPECT_EQ(last_to(core_realm).to.remote, third_);
  EXPECT_EQ(usage_->trunks[0].calls.value(), 0u) << "its place is given back";
}

TEST_F(HostNamesTest, ParkedCallWaitsSoLongAndThenGoesOn) {
  model_->resolver.call_wait = 3s;
  park();
  pass(2999ms);
  EXPECT_TRUE(all_to(core_realm).empty());
  pass(1ms);
  EXPECT_EQ(last_to(core_realm).to.remote, third_);
  ASSERT_FALSE(logs_.empty());
  EXPECT_EQ(logs_[0].reason, Reason::host_unresolved);
  sent_.clear();
  answer_question();
  EXPECT_TRUE(sent_.empty()) << "too late";
}

TEST_F(HostNamesTest, NothingElseToTryEndsTheCallWithTheReason) {
  model_->trunks.pop_back();
  model_->routes[0].trunks = {std::string("one")};
  start();
  park();
  pass(2s);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 503 Service Unavailable");
  EXPECT_EQ(last_to(access_realm).header(sip::Header::retry_after), "");
  EXPECT_EQ(cdrs_.at(0).reason, Reason::host_unresolved);
  know(table({}));
  from_caller(numbered(1));
  EXPECT_EQ(cdrs_.at(1).reason, Reason::host_unresolved) << "known to be nothing: at once";
  EXPECT_EQ(host_asks_.size(), 1u);
}

TEST_F(HostNamesTest, ParkedCallMayBeCancelled) {
  park();
  from_caller(caller_request("CANCEL", "z9hG4bKinvite", 1));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 487 Request Terminated");
  know(table({target(callee_)}));
  answer_question();
  EXPECT_TRUE(sent_.empty());
  EXPECT_EQ(usage_->trunks[0].calls.value(), 0u);
}

TEST_F(HostNamesTest, ParkedCallMayBeHungUp) {
  park();
  engine_->hang_up_all(surroundings());
  carry_out();
  EXPECT_EQ(engine_->live_calls(), 0u);
}

TEST_F(HostNamesTest, AnswerToTheWaitBeforeDoesNotEndTheNextOne) {
  model_->trunks[1].peers = {config::Peer("second.example", 0)};
  start();
  park();
  pass(model_->resolver.call_wait);
  ASSERT_EQ(host_asks_.size(), 2u);
  EXPECT_EQ(host_asks_[1].trunk, TrunkId(1));
  engine_->on_answer(surroundings(), host_asks_[0].question, 0);
  carry_out();
  EXPECT_TRUE(all_to(core_realm).empty());
  EXPECT_TRUE(cdrs_.empty()) << "it waits for the second name";
  policy::HostTable both = table({});
  both[{"second.example", 0}] = {false, {target(third_)}, {}, Instant{5}};
  know(both);
  answer_question();
  EXPECT_EQ(last_to(core_realm).to.remote, third_);
}

TEST_F(HostNamesTest, AnswerThatBringsNothingNewPassesTheNameOver) {
  park();
  answer_question();
  EXPECT_EQ(last_to(core_realm).to.remote, third_);
  EXPECT_EQ(host_asks_.size(), 1u);
}

TEST_F(HostNamesTest, WhoeverHasTriedSomebodyWaitsNoMore) {
  model_->trunks[0].peers = {callee_, config::Peer("sip.example", 0)};
  start();
  from_caller(invite());
  from_callee(response(invite_, 503));
  EXPECT_TRUE(host_asks_.empty());
  EXPECT_EQ(last_to(core_realm).to.remote, third_);
}

TEST_F(HostNamesTest, DeadTargetIsFollowedByTheNext) {
  know(table({target(callee_, 1), target(second_, 2)}));
  from_caller(invite());
  EXPECT_EQ(invite_.to.remote, callee_);
  pass(4s);
  EXPECT_EQ(invite_.to.remote, second_);
  pass(4s);
  EXPECT_EQ(invite_.to.remote, third_);
}

TEST_F(HostNamesTest, AnswersThatChangeBetweenAttemptsAreTriedEachOnce) {
  know(table({target(callee_, 1), target(second_, 2)}));
  from_caller(invite());
  EXPECT_EQ(invite_.to.remote, callee_);
  const Endpoint fresh = *Endpoint::parse("10.2.0.99:5060");
  know(table({target(fresh, 1), target(callee_, 2)}));
  from_callee(response(invite_, 503));
  EXPECT_EQ(invite_.to.remote, fresh) << "where nobody has been tried, though one has at its place";
  receive(core_realm, fresh, response(invite_, 503));
  EXPECT_EQ(invite_.to.remote, third_) << "not the first one again";
}

TEST_F(HostNamesTest, LiveCallsStayWhereTheyAre) {
  know(table({target(callee_)}));
  establish();
  know(table({target(second_)}));
  know(table({}));
  from_callee(callee_request("BYE", 1));
  EXPECT_EQ(last_to(access_realm).first_line().substr(0, 4), "BYE ");
}

/// As the gate lets it in where its realm serves known sources only.
TEST_F(HostNamesTest, WhoseAddressTheNameHasLostIsHeardInItsCallsAndBeginsNone) {
  know(table({target(callee_)}));
  establish();
  know(table({target(second_)}));
  auto hear = [this](const std::string& text) {
    sent_.clear();
    return receive(core_realm, callee_, text, config::Trust::denied);
  };
  std::string fresh = numbered(1);
  EXPECT_EQ(hear(fresh), Reason::source_unknown);
  EXPECT_EQ(hear(callee_request("OPTIONS", 5)), Reason::none) << "in its dialog";
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 200 OK");
  const std::string bye = callee_request("BYE", 6);
  std::string foreign = bye;
  foreign.replace(foreign.find("tag=callee-tag"), 14, "tag=another-tag");
  EXPECT_EQ(hear(foreign), Reason::source_unknown);
  sent_.clear();
  EXPECT_EQ(receive(core_realm, second_, bye, config::Trust::denied), Reason::source_unknown)
      << "not its peer";
  EXPECT_TRUE(sent_.empty()) << "and nothing is said to whoever is there now";
  EXPECT_EQ(hear(bye), Reason::none);
  EXPECT_EQ(last_to(access_realm).first_line().substr(0, 4), "BYE ");
  EXPECT_EQ(hear(bye), Reason::none) << "its transaction answers";
  EXPECT_EQ(last_to(core_realm).first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(engine_->live_calls(), 0u);
}

TEST_F(HostNamesTest, WhoseAddressTheNameLosesMayAnswerAndTakeBackItsCalls) {
  know(table({target(callee_)}));
  const std::string call = invite();
  EXPECT_EQ(receive(core_realm, callee_, call), Reason::none);
  know(table({target(second_)}));
  EXPECT_EQ(receive(core_realm, callee_, call, config::Trust::denied), Reason::none) << "once more";
  EXPECT_EQ(receive(core_realm, callee_, caller_request("CANCEL", "z9hG4bKinvite", 1), config::Trust::denied),
            Reason::none);
  EXPECT_EQ(cdrs_.at(0).status, 487);
  EXPECT_EQ(cdrs_.at(0).caller.trunk, TrunkId(0)) << "as when it came";
}

// RFC 4028 7.3
TEST_F(HostNamesTest, SameTargetIsTriedAgainForALongerSession) {
  model_->timers.session = 90s;
  know(table({target(callee_, 1, 1), target(second_, 1, 1)}));
  from_caller(invite());
  const Endpoint first = invite_.to.remote;
  receive(core_realm, first, response(invite_, 422, "", "Min-SE: 300\r\n"));
  EXPECT_EQ(invite_.to.remote, first);
}

TEST_F(HostNamesTest, WeightsShareTheCalls) {
  know(table({target(callee_, 1, 1), target(second_, 1, 3)}));
  size_t first = 0;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(from_caller(numbered(i)), Reason::none);
    first += invite_.to.remote == callee_;
    receive(core_realm, invite_.to.remote, response(invite_, 486));
    pass(150s);  // all it took is free again
    sent_.clear();
  }
  EXPECT_NEAR(double(first), 75, 30);
}

class AskedHostTest : public HostNamesTest {
 protected:
  void SetUp() override {
    model_->trunks[0].health.interval = 10s;
    model_->trunks[0].health.failures_max = 1;
    HostNamesTest::SetUp();
  }
  void TearDown() override {
    model_->trunks[0].health.interval = 0s;
    engine_->watch_peers(surroundings());
    HostNamesTest::TearDown();
  }
  /// Whom OPTIONS went to; nobody answers.
  std::multiset<Endpoint> asked_in(Duration duration) {
    sent_.clear();
    pass(duration);
    std::multiset<Endpoint> asked;
    for (const Sent& sent : sent_)
      if (sent.first_line().starts_with("OPTIONS")) asked.insert(sent.to.remote);
    return asked;
  }
};

TEST_F(AskedHostTest, TargetsAreAskedAndHeldDown) {
  know(table({target(callee_, 1), target(second_, 2)}));
  std::multiset<Endpoint> asked = asked_in(10s);
  EXPECT_TRUE(asked.contains(callee_));
  EXPECT_TRUE(asked.contains(second_));
  pass(30s);
  from_caller(invite());
  EXPECT_EQ(invite_.to.remote, third_) << "both are down";
}

TEST_F(AskedHostTest, HealthStaysWithTheAddressWhereverItStands) {
  know(table({target(callee_, 1)}));
  pass(45s);
  know(table({target(second_, 1), target(callee_, 2)}));
  from_caller(invite());
  EXPECT_EQ(invite_.to.remote, second_) << "a new one is well";
  receive(core_realm, second_, response(invite_, 503));
  EXPECT_EQ(invite_.to.remote, third_) << "the old one still is not";
}

TEST_F(AskedHostTest, AnswersThatChangeOftenKeepNobodyFromBeingAsked) {
  std::set<Endpoint> asked;
  for (int i = 0; i < 12; ++i) {
    const Endpoint other{IpAddress::v4(10, 2, 0, uint8_t(i + 1)), 5060};
    know(table({target(callee_, 1), target(other, 2)}));
    for (const Endpoint& each : asked_in(1s)) asked.insert(each);
  }
  EXPECT_TRUE(asked.contains(callee_));
}

TEST_F(HostNamesTest, ChoosingAmongTargetsAllocatesNothing) {
  know(table({target(callee_, 1, 1), target(second_, 1, 3)}));
  from_caller(numbered(0));
  receive(core_realm, invite_.to.remote, response(invite_, 486));
  const std::string text = numbered(1);
  sip::Message message;
  ASSERT_EQ(message.parse(text), Reason::none);
  Transport from{TransportKind::udp, access_realm, model_->realms[0].listeners[0], caller_, 0, 0};
  {
    AllocationTrap trap;
    engine_->on_message(surroundings(), from, message, config::Trust::trusted);
  }
  carry_out();
}

}  // namespace
}  // namespace sbc::call
