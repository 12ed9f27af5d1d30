// Where calls go, and which route says so.
#include <set>

#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

using sip::Header;

class RoutingTest : public EngineTest {
 protected:
  config::Route& add(const std::string& name, const std::string& trunk = "two") {
    config::Route route = model_->routes[0];
    route.name = name;
    route.trunks = {trunk};
    model_->routes.push_back(route);
    return model_->routes.back();
  }
  /// The route that the CDR of a call that the callee refuses names.
  std::string route_of(const std::string& text) {
    start();
    from_caller(text);
    receive(core_realm, invite_.to.remote, response(invite_, 486));
    EXPECT_EQ(cdrs_.back().status, 486);
    pass(70s);
    return std::string(cdrs_.back().route.view());
  }
};

TEST_F(RoutingTest, ConditionsAreLookedUpInTheInvite) {
  add("by caller").from_prefix = "55";
  EXPECT_EQ(route_of(invite()), "by caller");
  EXPECT_EQ(invite_.to.remote, third_);
  add("by to").to_prefix = "10";
  EXPECT_EQ(route_of(invite()), "by caller");
  model_->routes[1].from_prefix = "56";
  EXPECT_EQ(route_of(invite()), "by to");
  add("by header").header = {"X-Class", "gold"};
  model_->routes[2].to_prefix = "11";
  EXPECT_EQ(route_of(invite()), "hundreds");
  EXPECT_EQ(route_of(invite("X-Class: gold\r\n")), "by header");
}

TEST_F(RoutingTest, HostsAreThoseOfTheInvite) {
  add("by host").from_host = {"phone.example", {}};
  EXPECT_EQ(route_of(invite()), "hundreds");
  std::string text = invite();
  const size_t from = text.find("sip:555@") + 8;
  text.replace(from, text.find('>', from) - from, "Phone.Example:5070");
  EXPECT_EQ(route_of(text), "by host");
}

TEST_F(RoutingTest, TimeIsTheWalls) {
  add("mondays").times = {*TimeWindow::parse("mo 08:00-09:00")};
  utc_ = UtcTime{std::chrono::sys_days(std::chrono::year(2026) / 11 / 23)} + 8h;
  EXPECT_EQ(route_of(invite()), "mondays");
  utc_ += 1h;
  EXPECT_EQ(route_of(invite()), "hundreds");
}

TEST_F(RoutingTest, SourceIsTheCallersTrunk) {
  add("from one", "two").source = std::string("one");
  model_->routes[1].from = core_realm;
  EXPECT_EQ(route_of(invite()), "hundreds");
  start();
  EXPECT_EQ(receive(core_realm, callee_, invite()), Reason::none);
  EXPECT_EQ(last_to(core_realm).to.remote, third_);
  engine_->hang_up_all(surroundings());
  carry_out();
  EXPECT_EQ(cdrs_.back().route.view(), "from one");
}

TEST_F(RoutingTest, RefusalsNameTheRouteTooWhereOneWasFound) {
  model_->routes[0].add = std::string(64, '9');
  start();
  EXPECT_EQ(from_caller(invite()), Reason::no_rule);
  EXPECT_EQ(cdrs_.back().route.view(), "hundreds");
  model_->routes[0].add.clear();
  model_->limits.calls_max = 0;
  start();
  EXPECT_EQ(from_caller(invite()), Reason::call_limit);
  EXPECT_EQ(cdrs_.back().route.view(), "hundreds");
  pass(70s);
  EXPECT_EQ(from_caller(invite("", offer_sdp, "999")), Reason::no_rule);
  EXPECT_EQ(cdrs_.back().route.view(), "");
  pass(70s);
}

TEST_F(RoutingTest, NumberIsTranslatedByTheRoutesTable) {
  model_->translations = {{std::string("all"), {{"1", "+491"}}}};
  model_->routes[0].translation = std::string("all");
  start();
  from_caller(invite());
  EXPECT_EQ(last_to(core_realm).first_line(), "INVITE sip:+49100@10.2.0.201 SIP/2.0");
}

TEST_F(RoutingTest, LeastBusyTrunkOfAGroupComesFirstAndTheOthersAfterIt) {
  config::TrunkGroup group;
  group.name = std::string("both");
  group.select = config::Selection::least_busy;
  group.trunks = {{std::string("one")}, {std::string("two")}};
  model_->trunk_groups = {group};
  model_->routes[0].trunks = {std::string("both")};
  start();
  usage_->trunks[0].calls.take(100);
  from_caller(invite());
  EXPECT_EQ(invite_.to.remote, third_);
  receive(core_realm, third_, response(invite_, 503));
  EXPECT_EQ(invite_.to.remote, callee_);
  usage_->trunks[0].calls.give_back();
}

TEST_F(RoutingTest, SameCallerGoesToTheSameTrunk) {
  config::TrunkGroup group;
  group.name = std::string("both");
  group.select = config::Selection::by_caller;
  group.trunks = {{std::string("one")}, {std::string("two")}};
  model_->trunk_groups = {group};
  model_->routes[0].trunks = {std::string("both")};
  std::set<Endpoint> of_one_caller, of_many;
  for (int i = 0; i < 20; ++i) {
    std::string text = invite();
    text.replace(text.find("caller-call-id"), 14, "call-id-" + std::to_string(100000 + i));
    route_of(text);
    of_one_caller.insert(invite_.to.remote);
    text.replace(text.find("sip:555@"), 8, "sip:" + std::to_string(100 + i) + "@");
    route_of(text);
    of_many.insert(invite_.to.remote);
  }
  EXPECT_EQ(of_one_caller.size(), 1u);
  EXPECT_EQ(of_many.size(), 2u);
}

class FailoverTest : public RoutingTest {
 protected:
  void refuse(const Endpoint& peer, int status, const std::string& more = "") {
    ASSERT_EQ(invite_.to.remote, peer);
    receive(core_realm, peer, response(invite_, status, "", more));
  }
  /// The last CDR's: trunk and number; "none".
  std::string rule() const {
    const ResponseRuleId& rule = cdrs_.back().response_rule;
    return rule.trunk == TrunkId::none
               ? "none"
               : std::to_string(index_of(rule.trunk)) + " #" + std::to_string(rule.number);
  }
  void expect_told(const std::string& line, uint16_t cause) {
    EXPECT_EQ(last_to(access_realm).first_line(), line);
    ASSERT_FALSE(cdrs_.empty());
    EXPECT_EQ(cdrs_.back().cause, cause);
  }
};

TEST_F(FailoverTest, TrunkSaysWhichResponsesItsCallsGoOnAfter) {
  model_->trunks[0].failover_on = {};
  ASSERT_TRUE(model_->trunks[0].failover_on.add("486"));
  start();
  from_caller(invite());
  refuse(callee_, 486);
  EXPECT_TRUE(all_to(access_realm).empty());
  refuse(second_, 503);  // no longer among them: the callee's word
  expect_told("SIP/2.0 503 Service Unavailable", 41);
  EXPECT_EQ(cdrs_[0].attempts, 2);
  EXPECT_EQ(cdrs_[0].releaser, Releaser::callee);
}

TEST_F(FailoverTest, CalleesLastWordIsToldWhereNothingIsLeft) {
  for (auto& trunk : model_->trunks) trunk.failover_on = {486, 503};
  start();
  from_caller(invite());
  refuse(callee_, 486, "Reason: Q.850;cause=17\r\n");
  refuse(second_, 503);
  refuse(third_, 503);
  expect_told("SIP/2.0 486 Busy Here", 17);
  EXPECT_EQ(cdrs_[0].releaser, Releaser::callee);
  EXPECT_EQ(cdrs_[0].reason, Reason::none);
}

TEST_F(FailoverTest, WhatOneTrunkCannotTakeOfAnOfferTheNextIsAskedAbout) {
  model_->trunks[0].codecs.deny = {"PCMA"};
  start();
  from_caller(invite());
  EXPECT_EQ(invite_.to.remote, third_);
  EXPECT_EQ(all_to(core_realm).size(), 1u);
  ASSERT_EQ(logs_.size(), 1u) << "once, whatever peers it has";
  EXPECT_EQ(logs_[0].text.view(), "trunk cannot take the offer");
  EXPECT_EQ(logs_[0].peer, callee_);
  refuse(third_, 503);
  expect_told("SIP/2.0 503 Service Unavailable", 41);
  EXPECT_EQ(cdrs_[0].attempts, 1) << "who was not asked is no attempt";
  EXPECT_EQ(cdrs_[0].callee.peer, third_);

  model_->trunks[1].codecs.deny = {"PCMA"};
  start();
  from_caller(invite());
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 488 Not Acceptable Here");
  EXPECT_EQ(cdrs_[1].reason, Reason::sdp_unacceptable);
  EXPECT_TRUE(cdrs_[1].callee.peer.address.is_none()) << "nobody was asked";
}

TEST_F(FailoverTest, AnOfferThatDoesNotSuitIsToldThoughAnotherTrunkIsFull) {
  model_->trunks[0].codecs.deny = {"PCMA"};
  model_->trunks[1].calls_max = 1;
  start();
  usage_->trunks[1].calls.take(~0u);
  from_caller(invite());
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 488 Not Acceptable Here");
  ASSERT_EQ(cdrs_.size(), 1u);
  EXPECT_EQ(cdrs_[0].reason, Reason::sdp_unacceptable);
  EXPECT_EQ(cdrs_[0].attempts, 0);
  usage_->trunks[1].calls.give_back();
}

TEST_F(FailoverTest, SilenceIsAFailureWhateverTheListSays) {
  model_->trunks[0].failover_on = {};
  start();
  from_caller(invite());
  pass(4s);
  EXPECT_EQ(invite_.to.remote, second_);
}

TEST_F(FailoverTest, TrunksRuleSaysWhatTheCallerIsTold) {
  model_->trunks[0].responses = {{604, 0, 404, 0}, {0, 34, 480, 31}, {486, 0, 0, 16}};
  start();
  from_caller(invite());
  refuse(callee_, 604);
  expect_told("SIP/2.0 404 Not Found", 1);
  EXPECT_EQ(rule(), "0 #1");
  EXPECT_EQ(last_to(access_realm).header(Header::reason), "");
  pass(70s);
  from_caller(invite());
  refuse(callee_, 486, "Reason: SIP;cause=200\r\n");
  expect_told("SIP/2.0 486 Busy Here", 16);
  EXPECT_EQ(rule(), "0 #3");
  pass(70s);
  from_caller(invite());
  refuse(callee_, 480);
  EXPECT_EQ(rule(), "none");
  pass(70s);
  for (const char* reasons : {"SIP;cause=200;text=\"a, Q.850;cause=1\", q.850;cause=34",
                              "SIP;cause=200\r\nReason: Q.850;cause=x, Q.850;cause=34"}) {
    from_caller(invite());
    refuse(callee_, 486, "Reason: " + std::string(reasons) + "\r\n");
    expect_told("SIP/2.0 480 Temporarily Unavailable", 31);  // RFC 3326 2: in any order
    pass(70s);
  }
  from_caller(invite());
  refuse(callee_, 487, "Reason: Q.850;cause=34;text=\"no circuit\"\r\nReason: SIP;cause=200\r\n");
  expect_told("SIP/2.0 480 Temporarily Unavailable", 31);
  std::string bytes = last_to(access_realm).bytes;
  EXPECT_NE(bytes.find("Reason: Q.850;cause=31\r\n"), std::string::npos) << bytes;
  EXPECT_NE(bytes.find("Reason: SIP;cause=200\r\n"), std::string::npos) << bytes;
  EXPECT_EQ(bytes.find("cause=34"), std::string::npos) << bytes;
}

TEST_F(FailoverTest, TrunksRuleIsToldTooWhereItsPeersFailed) {
  for (auto& trunk : model_->trunks) trunk.responses = {{503, 0, 480, 38}};
  start();
  from_caller(invite());
  refuse(callee_, 503);
  refuse(second_, 503);
  refuse(third_, 503);
  expect_told("SIP/2.0 480 Temporarily Unavailable", 38);
  EXPECT_EQ(last_to(access_realm).header(Header::reason), "Q.850;cause=38");
  EXPECT_EQ(rule(), "1 #1");
}

TEST_F(FailoverTest, TrunksRuleIsNamedThoughAnotherTrunkWasTriedAndTheCallHasMoved) {
  model_->trunks[0].responses = {{500, 0, 403, 0}, {503, 0, 480, 38}};
  for (const bool moves : {false, true}) {
    start();
    from_caller(invite());
    refuse(callee_, 503);
    refuse(second_, 503);
    if (moves) move_calls(true);
    refuse(third_, 503);  // no word of its own
    expect_told("SIP/2.0 480 Temporarily Unavailable", 38);
    EXPECT_EQ(rule(), "0 #2");
    EXPECT_EQ(cdrs_.back().callee.trunk, TrunkId(1));
    pass(70s);
  }
}

TEST_F(FailoverTest, TrunksRuleIsNotNamedWhereItWasNotWhatTheCallerIsTold) {
  model_->trunks[0].responses = {{503, 0, 480, 38}};
  start();
  from_caller(invite());
  refuse(callee_, 503);
  refuse(second_, 486);
  expect_told("SIP/2.0 486 Busy Here", 17);
  EXPECT_EQ(rule(), "none");
}

TEST_F(FailoverTest, DirectionsOfATrunkHaveTheirOwnLimits) {
  model_->trunks[0].outbound.calls_max = 1;
  model_->trunks[0].inbound.calls_max = 1;
  start();
  ring();
  EXPECT_EQ(usage_->trunks[0].outbound.calls.value(), 1u);
  std::string other = invite();
  other.replace(other.find("caller-call-id"), 14, "other-call-idX");
  other.replace(other.find("z9hG4bKinvite"), 13, "z9hG4bKother1");
  EXPECT_EQ(receive(core_realm, callee_, other), Reason::none);  // from the trunk; and on to the next
  EXPECT_EQ(invite_.to.remote, third_);
  EXPECT_EQ(usage_->trunks[0].inbound.calls.value(), 1u);
  other.replace(other.find("other-call-idX"), 14, "third-call-idX");
  other.replace(other.find("z9hG4bKother1"), 13, "z9hG4bKthird1");
  EXPECT_EQ(receive(core_realm, callee_, other), Reason::trunk_limit);
}

}  // namespace
}  // namespace sbc::call
