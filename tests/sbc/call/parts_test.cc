// The small parts: what messages are made of, causes, sizes.
#include <string>

#include <gtest/gtest.h>

#include "sbc/call/cause.h"
#include "sbc/call/compose.h"
#include "sbc/call/engine.h"

namespace sbc::call {
namespace {

using namespace std::chrono_literals;

std::string number_of(std::string_view user) {
  NumberText number;
  return take_number(user, number) ? std::string(number.view()) : "refused";
}

TEST(ComposeTest, NumbersAreUnescaped) {
  EXPECT_EQ(number_of("+49%2030"), "+49 30");
  EXPECT_EQ(number_of("%"), "%");
  EXPECT_EQ(number_of("1%zz"), "refused");
  EXPECT_EQ(number_of("1%00"), "refused");
  EXPECT_EQ(number_of("1%0d%0a"), "refused");
  EXPECT_EQ(number_of(std::string(64, '1')), std::string(64, '1'));
  EXPECT_EQ(number_of(std::string(65, '1')), "refused");
}

// RFC 3966 3, RFC 4904: phone-context and tgrp name the peer's own network
TEST(ComposeTest, NumbersComeWithoutTheirParameters) {
  EXPECT_EQ(number_of("4912345;phone-context=pbx.secret.lan;tgrp=10.9.8.7"), "4912345");
  EXPECT_EQ(number_of("4912345%3Bphone-context=pbx.secret.lan"), "4912345");
  EXPECT_EQ(number_of(";tgrp=x"), "");
}

std::string caller_of(std::string_view from) {
  sip::NameAddr caller;
  PartyText party;
  EXPECT_EQ(sip::parse_name_addr(from, caller), Reason::none) << from;
  EXPECT_TRUE(write_caller(party, caller, *Endpoint::parse("192.0.2.1:5060")));
  return std::string(party.view());
}

TEST(ComposeTest, WhoIsAnonymousHasNoNumberToTranslate) {
  const config::Translation abroad{std::string("abroad"), {{"", "00"}}};
  const policy::NumberTable table(abroad);
  auto told = [&](std::string_view from) {
    sip::NameAddr caller;
    PartyText party;
    EXPECT_EQ(sip::parse_name_addr(from, caller), Reason::none) << from;
    EXPECT_TRUE(write_caller(party, caller, *Endpoint::parse("192.0.2.1:5060"), table));
    return std::string(party.view());
  };
  EXPECT_EQ(told("<sip:4930@a>"), "<sip:004930@192.0.2.1>");
  EXPECT_EQ(told("<sip:anonymous@anonymous.invalid>"), "<sip:anonymous@192.0.2.1>");
  EXPECT_EQ(told("<sip:10.9.8.7@a>"), "<sip:anonymous@192.0.2.1>");
  EXPECT_EQ(told("<sip:a>"), "<sip:192.0.2.1>");
}

TEST(ComposeTest, CallersShowNoHostOfTheirs) {
  EXPECT_EQ(caller_of("<sip:+4930;tgrp=10.9.8.7;phone-context=pbx.secret.lan@a>"), "<sip:+4930@192.0.2.1>");
  EXPECT_EQ(caller_of("<sip:pbx.secret.lan@a>"), "<sip:anonymous@192.0.2.1>");
  EXPECT_EQ(caller_of("<sip:10.9.8.7@a>"), "<sip:anonymous@192.0.2.1>");
  EXPECT_EQ(caller_of(R"("10\.9\.8\.7 pbx\.secret\.lan" <sip:1@a>)"), "<sip:1@192.0.2.1>");
}

// RFC 4475 3.1.2.15
TEST(ComposeTest, DisplayNamesGoOutQuoted) {
  EXPECT_EQ(caller_of("Alice Jones <sip:1@a>"), "Alice Jones <sip:1@192.0.2.1>");
  EXPECT_EQ(caller_of("Alice (home) <sip:1@a>"), "\"Alice (home)\" <sip:1@192.0.2.1>");
}

TEST(ComposeTest, UrisWithAnAddressInTheNumberAreNotWritten) {
  UriText uri;
  EXPECT_FALSE(write_uri(uri, "10.9.8.7", *Endpoint::parse("192.0.2.1:5060")));
  EXPECT_FALSE(write_uri(uri, "1@pbx", *Endpoint::parse("192.0.2.1:5060")));
  EXPECT_TRUE(write_uri(uri, "alice.smith", *Endpoint::parse("192.0.2.1:5060")));
}

/// The To that a response repeats, for a request with this one.
std::string answered_to(const std::string& to) {
  std::string text =
      "BYE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: " + to +
      "\r\nCall-ID: x\r\nCSeq: 1 BYE\r\n\r\n";
  sip::Message message;
  message.parse(text);
  char room[1024];
  sip::Writer out(room);
  write_reply_start(out, message, Transport{}, 400, "Bad Request", "ours");
  std::string written(out.written());
  size_t at = written.find("To: ");
  return at == written.npos ? "" : written.substr(at, written.find('\r', at) - at);
}

TEST(ComposeTest, AResponseHasOneToTagAtMost) {
  EXPECT_EQ(answered_to("<sip:c@d>"), "To: <sip:c@d>;tag=ours");
  EXPECT_EQ(answered_to("<sip:c@d>;tag=2"), "To: <sip:c@d>;tag=2");
  EXPECT_EQ(answered_to("<sip:c@d>;tag="), "To: <sip:c@d>;tag=");
  EXPECT_EQ(answered_to("<sip:c@d>;x=y;TAG"), "To: <sip:c@d>;x=y;TAG");
}

TEST(ComposeTest, UrisEscapeWhatTheGrammarDoesNotHave) {
  UriText uri;
  ASSERT_TRUE(write_uri(uri, "a b@>\xff", *Endpoint::parse("[2001:db8::1]:5070")));
  EXPECT_EQ(uri.view(), "sip:a%20b%40%3E%FF@[2001:db8::1]:5070");
  ASSERT_TRUE(write_uri(uri, "", *Endpoint::parse("192.0.2.1:5060")));
  EXPECT_EQ(uri.view(), "sip:192.0.2.1");
}

// RFC 3398 8.2.6.1
TEST(CauseTest, StatusesHaveCauses) {
  EXPECT_EQ(cause_of(200), 16);
  EXPECT_EQ(cause_of(404), 1);
  EXPECT_EQ(cause_of(486), 17);
  EXPECT_EQ(cause_of(480), 18);
  EXPECT_EQ(cause_of(503), 41);
  EXPECT_EQ(cause_of(699), 127);
}

// RFC 3326
TEST(CauseTest, ReasonHeaderNamesTheCause) {
  auto cause = [](std::string value) {
    std::string text =
        "SIP/2.0 486 Busy\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n"
        "To: <sip:c@d>;tag=2\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\nReason: " +
        value + "\r\n\r\n";
    sip::Message message;
    EXPECT_EQ(message.parse(text), Reason::none);
    return cause_in(message, 99);
  };
  EXPECT_EQ(cause("Q.850;cause=34;text=\"none\""), 34);
  EXPECT_EQ(cause("SIP;cause=600"), 99);
  EXPECT_EQ(cause("Q.850;cause=900"), 99);
  EXPECT_EQ(cause("Q.850"), 99);
}

TEST(SizesTest, FollowTheLimitsAndTheWorkers) {
  config::Model model;
  model.limits.calls_max = 1000;
  EngineSizes one = sizes_for(model);
  EXPECT_EQ(one.calls, 1000u);
  EXPECT_GE(one.server_transactions, 2000u);
  model.workers.count = 4;
  EngineSizes four = sizes_for(model);
  EXPECT_GT(four.calls, 250u);
  EXPECT_LT(four.calls, 400u);
  EXPECT_EQ(one.srtp_sides, 2000u);
  EXPECT_EQ(four.srtp_sides, 641u) << "a quarter more than a share, and a few";
  model.limits.srtp_streams = 10;
  EXPECT_EQ(sizes_for(model).srtp_sides, 10u);
  model.limits.srtp_streams = 0;
  EXPECT_EQ(sizes_for(model).srtp_sides, 0u);
  model.limits.transactions_max = 77;
  EXPECT_EQ(sizes_for(model).server_transactions, 77u);
  model.limits.transactions_max = 0;
  model.workers.count = 1;
  model.limits.call_rate = Rate{100, 1s, 0};
  EXPECT_GE(sizes_for(model).server_transactions, 2 * 100u * 32);
  EXPECT_GE(sizes_for(model).calls_a_second(), 100u);
  model.timers.t1 = 1s;
  EXPECT_GE(sizes_for(model).server_transactions, 2 * 100u * 64) << "they stay for 64 * T1";
  EXPECT_GE(sizes_for(model).calls_a_second(), 100u);
  EXPECT_GT(sizes_for(model).transaction_bytes(), 2 * 128u * sizes_for(model).server_transactions);
}

}  // namespace
}  // namespace sbc::call
