// Where calls go, and which route says so.
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

}  // namespace
}  // namespace sbc::call
