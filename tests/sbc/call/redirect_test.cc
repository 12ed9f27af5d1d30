// Calls that a trunk sends elsewhere with a 3xx.
#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

class RedirectTest : public EngineTest {
 protected:
  void SetUp() override {
    for (config::Trunk& trunk : model_->trunks) trunk.redirect = config::Redirection::follow;
    config::Route route = model_->routes[0];
    route.name = std::string("nines");
    route.prefix = "9";
    route.trunks = {std::string("two")};
    model_->routes.push_back(route);
    start();
  }
  void redirect(const std::string& contacts, int status = 302) {
    receive(core_realm, invite_.to.remote, response(invite_, status, "", contacts));
  }
  void expect_told(const std::string& line) { EXPECT_EQ(last_to(access_realm).first_line(), line); }
};

// RFC 3261 8.1.3.4
TEST_F(RedirectTest, NumberInTheContactIsRoutedAsIfDialled) {
  from_caller(invite());
  redirect("Contact: <sip:900@elsewhere.example;transport=tcp>\r\n");
  EXPECT_EQ(invite_.to.remote, third_);
  EXPECT_EQ(invite_.first_line(), "INVITE sip:900@10.2.0.203 SIP/2.0");
  EXPECT_TRUE(all_to(access_realm).empty());
  receive(core_realm, third_, response(invite_, 200, answer_sdp));
  expect_told("SIP/2.0 200 OK");
  from_caller(ack());
  from_caller(caller_request("BYE", "z9hG4bKbye", 2, caller_tag()));
  ASSERT_EQ(cdrs_.size(), 1u);
  EXPECT_EQ(cdrs_[0].route.view(), "nines");
  EXPECT_EQ(cdrs_[0].attempts, 2);
  EXPECT_EQ(cdrs_[0].to_number.view(), "100");
}

TEST_F(RedirectTest, MostPreferredContactCounts) {
  from_caller(invite());
  redirect(
      "Contact: <sip:901@a.example>;q=0.3, <tel:902>;q=0.5, <sips:903@b.example>, <sip:c.example>, "
      "<mailto:x@y.example>,"
      " <sip:904@d.example>;q=0.5, <sip:905@e.example>;q=2\r\n");
  EXPECT_EQ(invite_.first_line(), "INVITE sip:902@10.2.0.203 SIP/2.0");
}

TEST_F(RedirectTest, SamePlaceIsTriedFromItsFirstPeerOn) {
  from_caller(invite());
  redirect("Contact: <sip:101@x>\r\n");
  EXPECT_EQ(invite_.to.remote, callee_);
  EXPECT_EQ(invite_.first_line(), "INVITE sip:101@10.2.0.201 SIP/2.0");
  from_callee(response(invite_, 503));
  EXPECT_EQ(invite_.to.remote, second_);
  EXPECT_EQ(invite_.first_line(), "INVITE sip:101@10.2.0.202 SIP/2.0");
  EXPECT_EQ(usage_->trunks[0].outbound.calls.value(), 1u);
}

TEST_F(RedirectTest, NumberWithoutRouteEndsTheCall) {
  from_caller(invite());
  redirect("Contact: <sip:555@x>\r\n");
  expect_told("SIP/2.0 404 Not Found");
  EXPECT_EQ(cdrs_.at(0).reason, Reason::no_rule);
}

TEST_F(RedirectTest, NumberThatShowsAnAddressEndsTheCall) {
  from_caller(invite());
  redirect("Contact: <sip:900%40inside.example@x>\r\n");
  expect_told("SIP/2.0 404 Not Found");
}

TEST_F(RedirectTest, WithoutANumberItIsTheCalleesWord) {
  for (auto contact : {"", "Contact: <sip:elsewhere.example>\r\n", "Contact: *\r\n"}) {
    from_caller(invite());
    redirect(contact);
    expect_told("SIP/2.0 480 Temporarily Unavailable");
    pass(70s);
  }
}

TEST_F(RedirectTest, CallIsNotRedirectedForEver) {
  from_caller(invite());
  for (int i = 0; i < 5; ++i) {
    sent_.clear();
    redirect("Contact: <sip:101@x>\r\n");
    ASSERT_TRUE(all_to(access_realm).empty()) << i;
  }
  redirect("Contact: <sip:101@x>\r\n");
  expect_told("SIP/2.0 480 Temporarily Unavailable");
  EXPECT_EQ(cdrs_.at(0).attempts, 6);
}

TEST_F(RedirectTest, RefusedWhereTheTrunkMayNot) {
  model_->trunks[0].redirect = config::Redirection::refuse;
  start();
  from_caller(invite());
  redirect("Contact: <sip:900@x>\r\n");
  expect_told("SIP/2.0 480 Temporarily Unavailable");
}

// RFC 3261 8.3
TEST_F(RedirectTest, CallerIsToldTheNumberAtOurAddress) {
  for (config::Trunk& trunk : model_->trunks) trunk.redirect = config::Redirection::pass;
  start();
  from_caller(invite());
  sent_.clear();
  redirect("Contact: <sip:901@a.example>;q=0.3, <sip:9%2302@10.2.0.77:5070;user=phone>;q=0.5;expires=60\r\n",
           300);
  expect_told("SIP/2.0 302 Moved Temporarily");
  EXPECT_EQ(last_to(access_realm).header(sip::Header::contact), "<sip:9%2302@192.0.2.1>");
  EXPECT_EQ(last_to(access_realm).bytes.find("10.2."), std::string::npos);
  ASSERT_EQ(cdrs_.size(), 1u);
  EXPECT_EQ(cdrs_[0].status, 302);
  EXPECT_EQ(cdrs_[0].cause, 23);
  EXPECT_EQ(cdrs_[0].releaser, Releaser::callee);
  EXPECT_EQ(engine_->live_calls(), 0u);
}

TEST_F(RedirectTest, CallerIsToldThatItIsForGood) {
  for (config::Trunk& trunk : model_->trunks) trunk.redirect = config::Redirection::pass;
  start();
  from_caller(invite());
  redirect("Contact: <tel:+49301234>\r\n", 301);
  expect_told("SIP/2.0 301 Moved Permanently");
  EXPECT_EQ(last_to(access_realm).header(sip::Header::contact), "<sip:+49301234@192.0.2.1>");
}

TEST_F(RedirectTest, WhatIsNoNumberToDialIsNotTold) {
  for (config::Trunk& trunk : model_->trunks) trunk.redirect = config::Redirection::pass;
  start();
  for (int status : {305, 380}) {
    from_caller(invite());
    redirect("Contact: <sip:900@x>\r\n", status);
    expect_told("SIP/2.0 480 Temporarily Unavailable");
    pass(70s);
  }
  from_caller(invite());
  redirect("Contact: <sip:urn%3Aservice%3Asos@x>\r\n");
  expect_told("SIP/2.0 480 Temporarily Unavailable");
}

TEST_F(RedirectTest, TrunkThatOnlyRedirectsIsNotSuspendedForIt) {
  model_->trunks[0].redirect = config::Redirection::pass;
  model_->trunks[0].health.asr_min = 50;
  model_->trunks[0].health.asr_calls = 10;
  start();
  for (int i = 0; i < 30; ++i) {
    from_caller(invite());
    ASSERT_EQ(invite_.to.remote, callee_) << i;
    redirect("Contact: <sip:900@x>\r\n");
    expect_told("SIP/2.0 302 Moved Temporarily");
    pass(70s);
  }
}

TEST_F(RedirectTest, CallerIsNotToldWhatShowsAnAddressOrNamesNoNumber) {
  for (config::Trunk& trunk : model_->trunks) trunk.redirect = config::Redirection::pass;
  start();
  for (auto contact :
       {"", "Contact: <sip:elsewhere.example>\r\n", "Contact: <sip:900%40inside.example@x>\r\n"}) {
    from_caller(invite());
    redirect(contact);
    expect_told("SIP/2.0 480 Temporarily Unavailable");
    pass(70s);
  }
}

TEST_F(RedirectTest, RouteMayRedirectTheCaller) {
  model_->routes[1].redirect = "proxy.example.net:5070";
  model_->routes[1].strip = 1;
  model_->routes[1].add = "#";
  start();
  EXPECT_EQ(from_caller(invite("", offer_sdp, "900")), Reason::none);
  ASSERT_EQ(sent_.size(), 1u);
  expect_told("SIP/2.0 302 Moved Temporarily");
  EXPECT_EQ(sent_[0].header(sip::Header::contact), "<sip:%2300@proxy.example.net:5070>");
  EXPECT_FALSE(sent_[0].parse().to().tag().empty());
  EXPECT_EQ(engine_->live_calls(), 0u);
  ASSERT_EQ(cdrs_.size(), 1u);
  EXPECT_EQ(cdrs_[0].status, 302);
  EXPECT_EQ(cdrs_[0].cause, 23);
  EXPECT_EQ(cdrs_[0].route.view(), "nines");
  pass(70s);
  EXPECT_EQ(receive(access_realm, caller_, invite("", offer_sdp, "900"), config::Trust::unknown),
            Reason::none);
  expect_told("SIP/2.0 302 Moved Temporarily");
  EXPECT_EQ(cdrs_.size(), 1u);
  EXPECT_EQ(engine_->usage().server_transactions, 0u);
}

TEST_F(RedirectTest, CallThatHasBegunIsNotSentBackToItsCaller) {
  model_->routes[1].redirect = "proxy.example.net";
  start();
  from_caller(invite());
  redirect("Contact: <sip:900@x>\r\n");
  expect_told("SIP/2.0 404 Not Found");
  EXPECT_EQ(cdrs_.at(0).route.view(), "nines");
}

TEST_F(RedirectTest, LimitsOfTheNewTrunkHold) {
  model_->trunks[1].calls_max = 0;
  start();
  from_caller(invite());
  redirect("Contact: <sip:900@x>\r\n");
  expect_told("SIP/2.0 503 Service Unavailable");
  EXPECT_EQ(usage_->trunks[0].outbound.calls.value(), 0u);
}

}  // namespace
}  // namespace sbc::call
