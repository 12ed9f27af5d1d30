// Calls that no limit on calls stops: to emergency numbers and services (RFC 5031), and with a
// Resource-Priority (RFC 4412) that their trunk may claim.
#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

using config::Trust;
using policy::Precedence;

class EmergencyTest : public EngineTest {
 protected:
  EmergencyTest() {
    model_->realms[0].emergency_numbers = {"112"};
    config::Route sos = model_->routes[0];
    sos.name = std::string("sos");
    sos.prefix = "urn:service:sos";
    sos.strip = 3;  // which is for numbers
    model_->routes.push_back(sos);
  }
  /// An INVITE of a call of its own.
  std::string call_to(const std::string& uri, const std::string& more = "") {
    std::string text = invite(more);
    text.replace(text.find("sip:100@192.0.2.1"), 17, uri);
    const std::string n = std::to_string(100 + ++calls_);
    text.replace(text.find("caller-call-id"), 14, "caller-call" + n);
    text.replace(text.find("z9hG4bKinvite"), 13, "z9hG4bKinv" + n);
    return text;
  }
  std::string ordinary() { return call_to("sip:100@192.0.2.1"); }
  std::string emergency() { return call_to("sip:112@192.0.2.1"); }
  Reason from_stranger(const std::string& text) {
    return receive(access_realm, caller_, text, Trust::unknown);
  }
  void end_all() {
    engine_->hang_up_all(surroundings());
    carry_out();
    pass(150s);
  }
  int calls_ = 0;
};

TEST_F(EmergencyTest, ServiceReachesTheNextHopAsItIs) {
  const std::string text = call_to("urn:service:sos.fire");
  EXPECT_EQ(from_caller(text), Reason::none);
  EXPECT_EQ(invite_.first_line(), "INVITE urn:service:sos.fire SIP/2.0");
  EXPECT_EQ(invite_.header(sip::Header::to), "<urn:service:sos.fire>");
  EXPECT_EQ(invite_.to.remote, callee_);
  from_callee(response(invite_, 180));
  std::string cancel = text.substr(0, text.find("Content-Type")) + "Content-Length: 0\r\n\r\n";
  cancel.replace(0, 6, "CANCEL");
  cancel.replace(cancel.find("1 INVITE"), 8, "1 CANCEL");
  EXPECT_EQ(from_caller(cancel), Reason::none);
  EXPECT_EQ(last_to(core_realm).first_line(), "CANCEL urn:service:sos.fire SIP/2.0");
  EXPECT_EQ(cdrs_.at(0).to_number.view(), "urn:service:sos.fire");
  EXPECT_EQ(cdrs_.at(0).route.view(), "sos");
  EXPECT_EQ(cdrs_.at(0).precedence, Precedence::emergency_service);
}

TEST_F(EmergencyTest, AnOfferThatSuitsNobodyIsToldAsThat) {
  for (auto& trunk : model_->trunks) trunk.codecs.deny = {"PCMA"};
  start();
  EXPECT_EQ(from_caller(emergency()), Reason::none);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 488 Not Acceptable Here");
  EXPECT_EQ(cdrs_.at(0).reason, Reason::sdp_unacceptable) << "nothing is down";
}

TEST_F(EmergencyTest, ServiceIsTheSameInAnyCase) {
  EXPECT_EQ(from_caller(call_to("URN:service:Sos.Fire")), Reason::none);
  EXPECT_EQ(invite_.first_line(), "INVITE urn:service:sos.fire SIP/2.0");
}

TEST_F(EmergencyTest, ServiceWithoutRouteIsRefusedAsANumberIs) {
  EXPECT_EQ(from_caller(call_to("urn:service:counseling")), Reason::no_rule);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 404 Not Found");
  pass(70s);
}

TEST_F(EmergencyTest, NoLimitOnCallsStopsIt) {
  struct Row {
    Reason reason;
    std::function<void(config::Model&)> limit;
  };
  const std::vector<Row> rows{
      {Reason::call_rate,
       [](config::Model& m) {
         m.limits.call_rate = {1, 1h, 1};
       }},
      {Reason::unknown_call_rate,
       [](config::Model& m) {
         m.limits.unknown_call_rate = {1, 1h, 1};
       }},
      {Reason::unknown_call_limit, [](config::Model& m) { m.limits.unknown_calls_max = 1; }},
      {Reason::trunk_limit,
       [](config::Model& m) {
         for (auto& t : m.trunks) t.calls_max = 1;
       }},
      {Reason::trunk_limit,
       [](config::Model& m) {
         for (auto& t : m.trunks) t.outbound.calls_max = 1;
       }},
      {Reason::trunk_rate,
       [](config::Model& m) {
         for (auto& t : m.trunks) t.call_rate = {1, 1h, 1};
       }},
      {Reason::trunk_rate,
       [](config::Model& m) {
         for (auto& t : m.trunks) t.outbound.call_rate = {1, 1h, 1};
       }},
  };
  const config::Model before = *model_;
  for (const Row& row : rows) {
    *model_ = before;
    model_->routes.back().trunks = model_->routes.front().trunks = {std::string("one")};
    row.limit(*model_);
    start();
    EXPECT_EQ(from_stranger(ordinary()), Reason::none);
    from_stranger(ordinary());
    EXPECT_TRUE(all_to(core_realm).empty()) << name_of(row.reason);
    EXPECT_EQ(from_stranger(emergency()), Reason::none) << name_of(row.reason);
    EXPECT_EQ(all_to(core_realm).size(), 1u) << name_of(row.reason);
    EXPECT_EQ(from_stranger(call_to("urn:service:sos")), Reason::none) << name_of(row.reason);
    EXPECT_EQ(all_to(core_realm).size(), 1u) << name_of(row.reason);
    from_stranger(ordinary());
    EXPECT_TRUE(all_to(core_realm).empty()) << name_of(row.reason) << ": it holds for others still";
    end_all();
  }
}

TEST_F(EmergencyTest, NorDoLimitsOfTheTrunkThatItComesFrom) {
  model_->realms[1].emergency_numbers = {"112"};
  model_->trunks[0].inbound.calls_max = 1;
  model_->routes[0].trunks = {std::string("two")};
  start();
  EXPECT_EQ(receive(core_realm, callee_, ordinary()), Reason::none);
  EXPECT_EQ(receive(core_realm, callee_, ordinary()), Reason::trunk_limit);
  EXPECT_EQ(receive(core_realm, callee_, emergency()), Reason::none);
  EXPECT_EQ(usage_->trunks[0].inbound.calls.value(), 2u) << "it counts all the same";
  EXPECT_EQ(receive(core_realm, callee_, ordinary()), Reason::trunk_limit);
}

TEST_F(EmergencyTest, LastPlacesAreKeptForIt) {
  model_->limits.calls_max = 4;
  model_->emergency.calls_reserved = 2;
  start();
  for (int i = 0; i < 2; ++i) EXPECT_EQ(from_caller(ordinary()), Reason::none) << i;
  EXPECT_EQ(from_caller(ordinary()), Reason::call_limit);
  EXPECT_EQ(from_stranger(emergency()), Reason::none);
  EXPECT_EQ(from_stranger(emergency()), Reason::call_limit) << "of unknown sources half of the reserve";
  EXPECT_EQ(from_caller(emergency()), Reason::none);
  EXPECT_EQ(from_caller(emergency()), Reason::call_limit) << "the pool ends";
  end_all();
  for (int i = 0; i < 2; ++i) EXPECT_EQ(from_caller(ordinary()), Reason::none) << i;
  EXPECT_EQ(from_caller(ordinary()), Reason::call_limit);
}

/// A flood may fall to one worker, which has fewer places than all have together.
TEST_F(EmergencyTest, ReserveIsEachWorkers) {
  model_->limits.calls_max = 60;
  model_->workers.count = 8;
  model_->emergency.calls_reserved = 4;
  for (auto& realm : model_->realms) realm.media.last_port = 24095;
  start();
  ASSERT_LT(sizes_.calls, model_->limits.calls_max);
  Reason reason = Reason::none;
  uint32_t begun = 0;
  // Their Call-IDs are other workers' too: this engine takes them, which no worker is given.
  while ((reason = from_caller(ordinary())) == Reason::none && begun < 60) ++begun;
  EXPECT_EQ(reason, Reason::pool_empty);
  EXPECT_EQ(begun, sizes_.calls - 4);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(from_caller(emergency()), Reason::none) << i;
  EXPECT_EQ(from_caller(emergency()), Reason::pool_empty);
}

TEST_F(EmergencyTest, LastMediaPortsAreKeptForIt) {
  for (auto& realm : model_->realms) realm.media.last_port = 20007;
  model_->emergency.calls_reserved = 1;
  start();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(from_caller(ordinary()), Reason::none) << i;
  from_caller(ordinary());
  EXPECT_EQ(cdrs_.back().reason, Reason::pool_empty);
  EXPECT_EQ(from_caller(emergency()), Reason::none);
  EXPECT_EQ(all_to(core_realm).size(), 1u);
}

TEST_F(EmergencyTest, BeyondItsRateItIsACallLikeAnyOther) {
  model_->emergency.source_rate = {1, 1h, 2};
  model_->limits.unknown_calls_max = 1;
  start();
  EXPECT_EQ(from_stranger(ordinary()), Reason::none);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(from_stranger(emergency()), Reason::none) << i;
  EXPECT_EQ(from_stranger(emergency()), Reason::unknown_call_limit);
  EXPECT_EQ(from_caller(emergency()), Reason::none) << "who is trusted has no such rate";
  end_all();
  EXPECT_EQ(from_stranger(emergency()), Reason::none) << "refused only where others are";
  end_all();
  EXPECT_EQ(cdrs_.back().precedence, Precedence::none);
}

TEST_F(EmergencyTest, SuspendedTrunksAndPeersHeldDownAreTriedLast) {
  model_->trunks[0].health.asr_min = 50;
  model_->trunks[0].health.asr_calls = 10;
  model_->trunks[0].health.suspension = 1h;
  model_->trunks[1].health.interval = 10s;
  start();
  pass(1s);
  usage_->trunks[0].health.answers.change([&](policy::AnswerRatio) {
    policy::AnswerRatio state = policy::answers_of({}, model_->trunks[0]);
    while (!policy::is_suspended(state, now_))
      state = policy::after_call(state, model_->trunks[0].health, false, now_);
    return state;
  });
  auto hold_down = [&](bool down) {
    usage_->trunks[1].health.peers[0].change([&](policy::PeerHealth) {
      policy::PeerHealth state = policy::health_of({}, third_);
      state.phase = down ? policy::PeerHealth::Phase::down : policy::PeerHealth::Phase::up;
      return state;
    });
  };
  hold_down(true);
  EXPECT_EQ(from_caller(ordinary()), Reason::none);
  EXPECT_EQ(cdrs_.back().reason, Reason::trunk_down);
  EXPECT_EQ(from_caller(emergency()), Reason::none);
  for (const Endpoint& peer : {callee_, second_, third_}) {
    EXPECT_EQ(invite_.to.remote, peer);
    receive(core_realm, peer, response(invite_, 503));
  }
  EXPECT_EQ(cdrs_.back().attempts, 3);
  EXPECT_EQ(cdrs_.back().status, 503);
  hold_down(false);
  EXPECT_EQ(from_caller(emergency()), Reason::none);
  for (const Endpoint& peer : {third_, callee_, second_}) {
    EXPECT_EQ(invite_.to.remote, peer) << "who is well comes first, and nobody twice";
    receive(core_realm, peer, response(invite_, 503));
  }
  EXPECT_EQ(cdrs_.back().attempts, 3);
  pass(70s);
}

TEST_F(EmergencyTest, PeerThatTakesItsShareOnlyIsTriedBeforeTheCallFails) {
  model_->trunks[0].health.interval = 10s;
  model_->trunks[0].health.ramp = 100s;
  start();
  pass(1s);
  usage_->trunks[0].health.peers[0].change([&](policy::PeerHealth) {
    policy::PeerHealth state = policy::health_of({}, callee_);
    state.phase = policy::PeerHealth::Phase::returning;
    state.since = policy::ticks_of(now_);
    return state;
  });
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(from_caller(emergency()), Reason::none);
    const size_t ended = cdrs_.size();
    bool returning = false;
    while (cdrs_.size() == ended) {
      returning |= invite_.to.remote == callee_;
      receive(core_realm, invite_.to.remote, response(invite_, 503));
    }
    EXPECT_TRUE(returning) << i;
  }
  pass(70s);
}

TEST_F(EmergencyTest, StrangersCallsAreAmongThoseOfUnknownSources) {
  model_->limits.unknown_calls_max = 1;
  model_->limits.calls_max = 5;
  start();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(from_stranger(emergency()), Reason::none) << "half of the rest, too";
  EXPECT_EQ(usage_->unknown_calls.value(), 3u);
  EXPECT_EQ(from_stranger(emergency()), Reason::unknown_call_limit);
  EXPECT_EQ(from_caller(emergency()), Reason::none);
  end_all();
  EXPECT_EQ(usage_->unknown_calls.value(), 0u);
}

TEST_F(EmergencyTest, ResourcePriorityIsWhatTheTrunkMayClaim) {
  model_->trunks[1].precedence = {"ets"};
  model_->limits.call_rate = {1, 1h, 1};
  model_->routes[0].trunks = {std::string("one")};
  start();
  const std::string ets = "Resource-Priority: ets.0\r\n";
  EXPECT_EQ(receive(core_realm, third_, ordinary()), Reason::none);
  EXPECT_EQ(receive(core_realm, third_, ordinary()), Reason::call_rate);
  EXPECT_EQ(receive(core_realm, third_, call_to("sip:100@192.0.2.1", ets)), Reason::none);
  EXPECT_EQ(receive(core_realm, third_, call_to("sip:100@192.0.2.1", ets), Trust::unknown),
            Reason::call_rate);
  EXPECT_EQ(receive(core_realm, third_, call_to("sip:100@192.0.2.1", "Resource-Priority: wps.0\r\n")),
            Reason::call_rate);
  EXPECT_EQ(receive(core_realm, callee_, call_to("sip:100@192.0.2.1", ets)), Reason::call_rate);
  EXPECT_EQ(from_stranger(call_to("sip:100@192.0.2.1", ets)), Reason::call_rate);
  end_all();
  EXPECT_EQ(cdrs_.back().precedence, Precedence::resource_priority);
}

TEST_F(EmergencyTest, NumberOnACallThatReplacesAnotherGivesItNothing) {
  model_->limits.call_rate = {1, 1h, 1};
  start();
  EXPECT_EQ(from_caller(ordinary()), Reason::none);
  EXPECT_EQ(from_caller(call_to("sip:112@192.0.2.1", "Replaces: x;to-tag=a;from-tag=b\r\n")),
            Reason::call_rate);
}

}  // namespace
}  // namespace sbc::call
