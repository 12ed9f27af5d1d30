// What crosses from one leg's message to the other's, and what header rules make of it.
#include "sbc/call/crossing.h"

#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

using sip::Header;

enum class Trusted { nobody, source, both };

/// Of a request or a response with these fields, towards 192.0.2.1's side.
std::string crossing_of(const std::string& start, const std::string& method, const std::string& fields,
                        Trusted trusted) {
  std::string text = start + "\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n" +
                     "To: <sip:c@d>;tag=2\r\nCall-ID: x\r\nCSeq: 1 " + method + "\r\n" + fields + "\r\n";
  sip::Message message;
  EXPECT_EQ(message.parse(text, MessageLimits::none()), Reason::none) << text;
  char room[8192];
  sip::Writer out(room);
  write_crossing(out,
                 {&message,
                  {access_realm, {}},
                  {core_realm, {}},
                  trusted != Trusted::nobody,
                  trusted == Trusted::both,
                  *Endpoint::parse("192.0.2.1:5060")},
                 {});
  EXPECT_FALSE(out.overflowed());
  return std::string(out.written());
}

std::string of_bye(const std::string& fields, Trusted trusted = Trusted::both) {
  return crossing_of("BYE sip:a@b SIP/2.0", "BYE", fields, trusted);
}
std::string of_invite(const std::string& fields, Trusted trusted = Trusted::both) {
  return crossing_of("INVITE sip:a@b SIP/2.0", "INVITE", fields, trusted);
}

// RFC 3326
TEST(Crossing, ReasonsCrossWithoutTheirText) {
  EXPECT_EQ(of_bye("Reason: SIP;cause=480;text=\"coresecret node7\", Q.850 ;cause=16;node=7\r\n"
                   "Reason: secrethost;cause=1\r\n"),
            "Reason: SIP;cause=480\r\nReason: Q.850;cause=16\r\n");
}

TEST(Crossing, OnlyKnownWordsCross) {
  EXPECT_EQ(of_bye("Subject: secrethost\r\ns: secrethost\r\nPriority: pbx.secret.lan\r\n"
                   "Priority: urgent\r\nResource-Priority: pbx.secret.lan\r\n"),
            "Priority: urgent\r\n");
}

TEST(Crossing, NothingOfWhatSoftwareItIs) {
  EXPECT_EQ(of_invite("User-Agent: pbx 1.2\r\nServer: pbx 1.2\r\nOrganization: x\r\nX-Any: y\r\n"), "");
}

// RFC 4412 11
TEST(Crossing, PriorityOverOtherCallsIsForTrustedSources) {
  const std::string field = "Resource-Priority: ets.0\r\n";
  EXPECT_EQ(of_invite(field, Trusted::source), field);
  EXPECT_EQ(of_invite(field, Trusted::nobody), "");
}

// RFC 5009 2
TEST(Crossing, EarlyMediaIsAuthorisedWithinTheTrustDomain) {
  const std::string field = "P-Early-Media: sendrecv\r\n";
  EXPECT_EQ(of_invite(field, Trusted::both), field);
  EXPECT_EQ(of_invite(field, Trusted::source), "");
  EXPECT_EQ(of_invite(field, Trusted::nobody), "");
}

TEST(Crossing, OfEarlyMediaTheWordsThatEverybodyKnows) {
  EXPECT_EQ(of_invite("P-Early-Media: sendrecv,secrethost, Gated\r\n", Trusted::both),
            "P-Early-Media: sendrecv,Gated\r\n");
  EXPECT_EQ(of_invite("P-Early-Media: pbx.secret.lan\r\n", Trusted::both), "");
}

// RFC 7989
TEST(Crossing, SessionIdsCrossEndToEnd) {
  const std::string field =
      "Session-ID: ab30317f1a784dc48ff824d0d3715d86;remote=47755a9de7794ba387653f2099600ef2\r\n";
  EXPECT_EQ(of_bye(field, Trusted::nobody), field);
  EXPECT_EQ(of_invite(field, Trusted::nobody), field);
}

// RFC 3261 20.43
TEST(Crossing, WarningsComeFromUs) {
  EXPECT_EQ(crossing_of("SIP/2.0 488 Not Acceptable Here", "INVITE",
                        "Warning: 304 pbx.secret.lan \"node7, too\", 399 pbx.secret.lan \"x\"\r\n"
                        "Warning: 370 10.9.8.7:5070 \"y\"\r\n",
                        Trusted::nobody),
            "Warning: 304 192.0.2.1 \"Media type not available\"\r\n"
            "Warning: 370 192.0.2.1 \"Insufficient bandwidth\"\r\n");
}

// RFC 7315 4.6
TEST(Crossing, ChargingIdsCrossBetweenTrustedPeersWithoutTheOperatorsNames) {
  const std::string field =
      "P-Charging-Vector: "
      "icid-value=1234bc;icid-generated-at=10.9.8.7;orig-ioi=a.example;term-ioi=b.example\r\n";
  EXPECT_EQ(of_invite(field), "P-Charging-Vector: icid-value=1234bc\r\n");
  EXPECT_EQ(of_invite(field, Trusted::source), "");
  EXPECT_EQ(of_invite(field, Trusted::nobody), "");
  EXPECT_EQ(of_invite("P-Charging-Vector: icid-value=pbx.secret.lan\r\n"), "");
}

// RFC 7044
const std::string history =
    "History-Info: <sip:+49301@pbx.secret.lan?Reason=SIP%3Bcause%3D302%3Btext%3D%22gone%22>;index=1,\r\n"
    " <sip:+49302@10.9.8.7;cause=486>;index=1.1;mp=1;host=pbx.secret.lan\r\n"
    "History-Info: <sip:10.9.8.7@pbx.secret.lan>;index=1.2, <sip:7@x>;index=pbx\r\n";

TEST(Crossing, HistoryIsWrittenAgainAtOurAddress) {
  EXPECT_EQ(of_invite(history, Trusted::source),
            "History-Info: <sip:+49301@192.0.2.1?Reason=SIP%3Bcause%3D302>;index=1\r\n"
            "History-Info: <sip:+49302@192.0.2.1?Reason=SIP%3Bcause%3D486>;index=1.1;mp=1\r\n"
            "History-Info: <sip:anonymous@anonymous.invalid>;index=1.2\r\n");
  EXPECT_EQ(of_invite(history, Trusted::nobody), "");
  EXPECT_EQ(of_bye(history), "") << "its place is where a call begins";
  EXPECT_EQ(crossing_of("SIP/2.0 200 OK", "INVITE", history, Trusted::both), "");
}

// RFC 3323 5: what is asked must not be lost for a word that nobody knows.
TEST(Crossing, OfPrivacyTheWordsThatAreKnown) {
  EXPECT_EQ(of_invite("Privacy: id;pbx.secret.lan\r\n", Trusted::source), "Privacy: id\r\n");
  EXPECT_EQ(of_invite("Privacy: x , ID; user;critical\r\n", Trusted::source),
            "Privacy: ID;user;critical\r\n");
  EXPECT_EQ(of_invite("Privacy: pbx;;\r\n", Trusted::source), "");
}

TEST(Crossing, HistoryThatAsksForPrivacyIsForTrustedPeers) {
  const std::string one = "History-Info: <sip:1@x?Privacy=history>;index=1, <sip:2@x>;index=1.1\r\n";
  EXPECT_EQ(of_invite(one, Trusted::source),
            "History-Info: <sip:anonymous@anonymous.invalid>;index=1\r\n"
            "History-Info: <sip:2@192.0.2.1>;index=1.1\r\n");
  EXPECT_EQ(of_invite(one),
            "History-Info: <sip:1@192.0.2.1>;index=1\r\nHistory-Info: <sip:2@192.0.2.1>;index=1.1\r\n");
  for (std::string word : {"history", "header", "session"}) {
    std::string privacy = "Privacy: " + word + "\r\n";
    EXPECT_EQ(of_invite(privacy + "History-Info: <sip:1@x>;index=1\r\n", Trusted::source),
              privacy + "History-Info: <sip:anonymous@anonymous.invalid>;index=1\r\n");
  }
}

TEST(Crossing, NoMoreThanAnybodyLooksAt) {
  std::string many = "History-Info: <sip:1@x>;index=1";
  for (int i = 2; i <= 30; ++i) many += ", <sip:1@x>;index=" + std::to_string(i);
  std::string crossed = of_invite(many + "\r\n");
  EXPECT_NE(crossed.find("index=16\r\n"), std::string::npos);
  EXPECT_EQ(crossed.find("index=17\r\n"), std::string::npos);
  std::string causes = "Reason: SIP;cause=1";
  for (int i = 2; i <= 30; ++i) causes += ", SIP;cause=" + std::to_string(i);
  crossed = of_bye(causes + "\r\n");
  EXPECT_NE(crossed.find("cause=8\r\n"), std::string::npos);
  EXPECT_EQ(crossed.find("cause=9\r\n"), std::string::npos);
}

class HeaderRulesOfCalls : public EngineTest {
 protected:
  config::HeaderRule& rule(const std::string& name, config::HeaderRule::Direction direction,
                           config::HeaderRule::Action action, const std::string& header,
                           const std::string& value = "") {
    config::HeaderRule& added = model_->header_rules.emplace_back();
    added.name = name;
    added.direction = direction;
    added.action = action;
    added.header = header;
    added.value = value;
    return added;
  }
  void compile() {
    policy::CompiledHeaderRules compiled = policy::compile_header_rules(*model_, policy_.trunks);
    for (const config::Problem& problem : compiled.problems) ADD_FAILURE() << config::problem_text(problem);
    policy_.header_rules = std::move(compiled.rules);
  }
  static std::string field(const Sent& sent, const std::string& name) {
    sip::Message message = sent.parse();
    for (const sip::Field& each : message.fields())
      if (each.name == name) return std::string(each.value);
    return "none";
  }

  static constexpr auto in = config::HeaderRule::Direction::in, out = config::HeaderRule::Direction::out;
  using Action = config::HeaderRule::Action;
};

TEST_F(HeaderRulesOfCalls, ActOnTheWayFromOneLegToTheOther) {
  rule("allow", in, Action::allow, "X-Account").realm = access_realm;
  rule("tell", out, Action::set, "X-Caller", "${caller} at ${ours}").trunk = "one";
  rule("answer", out, Action::set, "Server", "edge").realm = access_realm;
  compile();
  from_caller(invite("X-Account: 7\r\nX-Other: 8\r\n"));
  EXPECT_EQ(field(invite_, "X-Account"), "7");
  EXPECT_EQ(field(invite_, "X-Other"), "none");
  EXPECT_EQ(field(invite_, "X-Caller"), "555 at 10.2.0.1");
  EXPECT_EQ(field(invite_, "Server"), "none");
  EXPECT_EQ(field(last_to(access_realm), "Server"), "none") << "of a 100, which only we have caused";
  from_callee(response(invite_, 180, "", "X-Account: 9\r\n"));
  EXPECT_EQ(field(last_to(access_realm), "Server"), "edge");
  EXPECT_EQ(field(last_to(access_realm), "X-Account"), "none") << "the rule is for the other side's";
  from_callee(response(invite_, 486));
  EXPECT_EQ(field(last_to(access_realm), "Server"), "edge");
}

TEST_F(HeaderRulesOfCalls, ChangeIdentitiesToo) {
  model_->realms[0].trust = config::Trust::trusted;
  start();
  policy_.access = policy::AccessTable(*model_, {});
  rule("identity", out, Action::set, "P-Asserted-Identity", "<sip:${caller}@carrier.example>").trunk = "one";
  rule("diversion", out, Action::remove, "Diversion");
  compile();
  from_caller(invite("P-Asserted-Identity: <sip:1@x>, <sip:2@x>\r\nDiversion: <sip:200@x>\r\n"));
  EXPECT_EQ(field(invite_, "P-Asserted-Identity"), "<sip:555@carrier.example>");
  EXPECT_EQ(invite_.bytes.find("sip:2@"), std::string::npos);
  EXPECT_EQ(field(invite_, "Diversion"), "none");
}

TEST_F(HeaderRulesOfCalls, ActInsideACallAndAtItsEndFromEitherSide) {
  rule("from-access", in, Action::set, "X-From", "access").realm = access_realm;
  rule("from-core", in, Action::set, "X-From", "core").trunk = "one";
  compile();
  for (bool caller_leaves : {true, false}) {
    SCOPED_TRACE(caller_leaves);
    start();
    compile();
    establish();
    if (caller_leaves) {
      from_caller(caller_request("BYE", "z9hG4bKbye", 2, caller_tag()));
      EXPECT_EQ(field(last_to(core_realm), "X-From"), "access");
      from_callee(response(last_to(core_realm), 200));
    } else {
      from_callee(callee_request("BYE", 1));
      EXPECT_EQ(field(last_to(access_realm), "X-From"), "core");
    }
    pass(150s);
  }
}

TEST_F(HeaderRulesOfCalls, TellWhoAsksWhichOfThemActed) {
  rule("not", in, Action::remove, "X-Account").realm = access_realm;
  rule("acts", out, Action::add, "X-Account", "1");
  compile();
  policy::HeaderRules::Marks acted;
  std::string text = invite();
  sip::Message message;
  ASSERT_EQ(message.parse(text), Reason::none);
  Surroundings s = surroundings();
  s.rules_acted = &acted;
  Transport from{TransportKind::udp, access_realm, model_->realms[0].listeners[0], caller_, 0, 0};
  engine_->on_message(s, from, message, config::Trust::trusted);
  carry_out();
  EXPECT_FALSE(acted.test(0));
  EXPECT_TRUE(acted.test(1));
}

/// An INVITE that they make too long does not leave; a failure leaves without what they write.
TEST_F(HeaderRulesOfCalls, CannotMakeAMessageThatDoesNotLeaveWhole) {
  for (int i = 0; i < 9; ++i) {
    config::HeaderRule& long_one =
        rule("long" + std::to_string(i), out, Action::add, "X-Long", std::string(1000, 'x'));
    long_one.realm = core_realm;
  }
  compile();
  EXPECT_EQ(from_caller(invite()), Reason::none);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 513 Message Too Large");
  for (config::HeaderRule& each : model_->header_rules) each.realm = access_realm;
  compile();
  from_caller(ack());
  pass(150s);
  sent_.clear();
  from_caller(invite());
  from_callee(response(invite_, 486));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 486 Busy Here");
  EXPECT_EQ(field(last_to(access_realm), "X-Long"), "none");
}

}  // namespace
}  // namespace sbc::call
