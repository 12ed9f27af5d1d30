#include "dataplane/sip/values.h"

#include <gtest/gtest.h>

namespace sbc::sip {
namespace {

NameAddr good(std::string_view text) {
  NameAddr value;
  EXPECT_EQ(parse_name_addr(text, value), Reason::none) << text;
  return value;
}

Reason reason_for(std::string_view text) {
  NameAddr value;
  return parse_name_addr(text, value);
}

TEST(NameAddr, KeepsTheUrisParametersInsideTheBrackets) {
  NameAddr value = good("<sip:bob@h.example;lr;tag=not-this>;tag=this;x");
  EXPECT_EQ(value.uri.parameters, "lr;tag=not-this");
  EXPECT_EQ(value.parameters, "tag=this;x");
  EXPECT_EQ(value.tag(), "this");
}

TEST(NameAddr, WithoutBracketsParametersAreTheHeadersRfc3261Section20_10) {
  NameAddr value = good("sip:bob@h.example:5070 ;\r\n tag = x1");
  EXPECT_EQ(value.uri.text, "sip:bob@h.example:5070");
  EXPECT_TRUE(value.uri.parameters.empty());
  EXPECT_EQ(value.tag(), "x1");
  for (const char* bad : {"sip:b@h?Route=x", "sip:a,b@h", "sip:b@h x", "sip:b@h>"}) {
    EXPECT_EQ(reason_for(bad), Reason::uri_bad) << bad;
  }
}

TEST(NameAddr, TakesDisplayNamesQuotedAndNot) {
  EXPECT_EQ(good("<sip:b@h>").display, "");
  EXPECT_EQ(good("\"\" <sip:b@h>").display, "\"\"");
  EXPECT_EQ(good(R"("a \" <sip:x@y> \\" <sip:b@h>)").display, R"("a \" <sip:x@y> \\")");
  EXPECT_EQ(good(R"("a \" <sip:x@y> \\" <sip:b@h>)").uri.text, "sip:b@h");
  EXPECT_EQ(good("caller<sip:b@h>").display, "caller");
  EXPECT_EQ(good("T. \t Watson* <sip:b@h>").display, "T. \t Watson*");
  EXPECT_EQ(good("AT&T (Sales) @home <sip:b@h>").display, "AT&T (Sales) @home");  // unquoted by devices
  EXPECT_EQ(good("Bell, A <sip:b@h>").display, "Bell, A");                        // RFC 4475 3.1.2.15
  EXPECT_EQ(good("\"x\"\r\n <sip:b@h>\r\n ;tag=1").tag(), "1");
}

TEST(NameAddr, RefusesWhatDoesNotBalance) {
  for (const char* bad :
       {"\"a <sip:b@h>", "\"a\\\" <sip:b@h>", "\"a\" sip:b@h", "\"a\"", "<sip:b@h", "<sip:b@h> x"}) {
    EXPECT_EQ(reason_for(bad), Reason::header_bad) << bad;
  }
  for (const char* bad : {"", "*", "bob", "a \"b\" <sip:b@h>", "< sip:b@h >", "<>", "a;b <sip:b@h>"}) {
    EXPECT_EQ(reason_for(bad), Reason::uri_bad) << bad;
  }
}

TEST(NameAddr, ChecksHeaderParameters) {
  EXPECT_EQ(good("<sip:b@h>;tag=as7d==;+sip.instance=\"<urn:uuid:1>\";received=[2001:db8::1]").tag(),
            "as7d==");
  EXPECT_EQ(good("<sip:b@h>;tag=1;").tag(), "1");  // sent by phones, means nothing
  EXPECT_EQ(good("<sip:b@h>;tag=1;x;TAG=1").tag(), "1");
  for (const char* bad : {"<sip:b@h>;;tag=1", "<sip:b@h>;=1", "<sip:b@h>;tag=a b", "<sip:b@h>;x=\"a",
                          "<sip:b@h>;x=\"a\"b", "<sip:b@h>;x=<y>", "<sip:b@h>;tag=1,x", "<sip:b@h>;a@b=1",
                          "sip:b@h;tag=1;tag=2", "<sip:b@h>;tag=a;TAG=A", "<sip:b@h>;tag=1;tag"}) {
    EXPECT_EQ(reason_for(bad), Reason::header_bad) << bad;
  }
}

TEST(NameAddr, ReadsTheRestAroundAForeignScheme) {
  NameAddr value;
  EXPECT_EQ(parse_name_addr("\"W\" <http://www.example.com>;tag=3", value), Reason::scheme_unsupported);
  EXPECT_EQ(value.uri.scheme, Scheme::other);
  EXPECT_EQ(value.tag(), "3");
}

Via good_via(std::string_view text) {
  Via via;
  EXPECT_EQ(parse_via(text, via), Reason::none) << text;
  return via;
}

TEST(Via, HasTheParts) {
  Via via = good_via("SIP/2.0/UDP 192.0.2.1:5062;rport;branch=z9hG4bKabc;received=2001:db8::9");
  EXPECT_EQ(via.transport, "UDP");
  EXPECT_EQ(via.host, "192.0.2.1");
  EXPECT_EQ(via.port, 5062);
  EXPECT_EQ(via.branch, "z9hG4bKabc");
  EXPECT_EQ(parameter(via.parameters, "rport"), "");
  EXPECT_EQ(parameter(via.parameters, "received"), "2001:db8::9");  // RFC 5118 4.5
  EXPECT_EQ(parameter(good_via("SIP/2.0/UDP h;received=[2001:db8::9]").parameters, "received"),
            "[2001:db8::9]");
}

TEST(Via, MayBeSpacedAndFoldedRfc4475Section3_1_1_1) {
  Via via = good_via("sip  / 2.0\r\n / TCP \r\n  [2001:db8::9:1] : 5061 ; branch =\r\n z9hG4bK7 ; ttl = 1");
  EXPECT_EQ(via.transport, "TCP");
  EXPECT_EQ(via.host, "[2001:db8::9:1]");
  EXPECT_EQ(via.port, 5061);
  EXPECT_EQ(via.branch, "z9hG4bK7");
}

TEST(Via, MayHaveASpaceBehindTheUsualProtocolOnly) {
  Via via;
  EXPECT_EQ(parse_via("SIP/2.0/ TLS [2001:db8::1]:5061;branch=z9hG4bKx", via), Reason::none);
  EXPECT_EQ(via.transport, "TLS");
  EXPECT_EQ(parse_via("SIP/2.0/  192.0.2.1", via), Reason::via_bad);
}

TEST(Via, MagicCookieNeedsMoreBehindItRfc4475Section3_1_2_19) {
  EXPECT_TRUE(good_via("SIP/2.0/UDP h;branch=z9hG4bKx").has_magic_cookie());
  EXPECT_FALSE(good_via("SIP/2.0/UDP h;branch=z9hG4bK").has_magic_cookie());
  EXPECT_FALSE(good_via("SIP/2.0/UDP h;branch=1").has_magic_cookie());
  EXPECT_FALSE(good_via("SIP/2.0/UDP h").has_magic_cookie());
}

TEST(Via, RefusesWhatIsMalformed) {
  Via via;
  for (const char* bad : {"",
                          "SIP/2.0",
                          "SIP/2.0/UDP",
                          "SIP/2.0/UDP;branch=1",
                          "SIP/2.0/ h",
                          "SIP/2.0UDP h",
                          "HTTP/2.0/UDP h",
                          "SIP/3.0/UDP h",
                          "SIP/2.0/UDP h:",
                          "SIP/2.0/UDP h:0",
                          "SIP/2.0/UDP h:65536",
                          "SIP/2.0/UDP h:x",
                          "SIP/2.0/UDP h x",
                          "SIP/2.0/UDP 2001:db8::1",
                          "SIP/2.0/UDP [2001:db8::1",
                          "SIP/2.0/UDP 192.0.2.999",
                          "SIP/2.0/UDP h;;branch=1",
                          "SIP/2.0/UDP h;branch=1;branch=2",
                          "SIP/2.0/UDP a@h",
                          "SIP/2.0/U<P h"}) {
    EXPECT_EQ(parse_via(bad, via), Reason::via_bad) << bad;
  }
}

TEST(Via, StillTellsWhereToAnswerWhenTheVersionOrAParameterIsWrong) {
  Via via;
  EXPECT_EQ(parse_via("SIP/7.0/UDP h.example:5070;branch=1", via), Reason::via_bad);
  EXPECT_EQ(via.host, "h.example");
  EXPECT_EQ(via.port, 5070);
  EXPECT_EQ(parse_via("SIP/2.0/UDP 192.0.2.15;;", via), Reason::via_bad);
  EXPECT_EQ(via.host, "192.0.2.15");
}

TEST(CSeq, IsANumberAndAMethod) {
  CSeq cseq;
  EXPECT_EQ(parse_cseq("0009\r\n  INVITE", cseq), Reason::none);
  EXPECT_EQ(cseq.number, 9u);
  EXPECT_EQ(cseq.method, Method::invite);
  EXPECT_EQ(parse_cseq("1 !odd%", cseq), Reason::none);
  EXPECT_EQ(cseq.method, Method::unknown);
  EXPECT_EQ(cseq.method_text, "!odd%");
  for (const char* bad :
       {"", "1", "1 ", "INVITE", "1INVITE", "-1 INVITE", "1 INV ITE", "1 INVITE;x", "0x1 INVITE"}) {
    EXPECT_EQ(parse_cseq(bad, cseq), Reason::cseq_bad) << bad;
  }
}

TEST(CSeq, Takes32BitsAndNotOneMore) {
  CSeq cseq;
  EXPECT_EQ(parse_cseq("4294967295 BYE", cseq), Reason::none);
  EXPECT_EQ(cseq.number, 4294967295u);
  EXPECT_EQ(parse_cseq("4294967296 BYE", cseq), Reason::cseq_bad);
  EXPECT_EQ(parse_cseq("36893488147419103232 BYE", cseq), Reason::cseq_bad);
}

TEST(Number, IsUnsignedDecimalOf32Bits) {
  EXPECT_EQ(parse_number("0"), 0u);
  EXPECT_EQ(parse_number("00000000000000000070"), 70u);
  EXPECT_EQ(parse_number("4294967295"), 4294967295u);
  for (const char* bad : {"", "4294967296", "18446744073709551617", "-1", "+1", " 1", "1 ", "1.0", "0x1"}) {
    EXPECT_EQ(parse_number(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace sbc::sip
