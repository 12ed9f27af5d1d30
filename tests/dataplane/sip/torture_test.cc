// The points of the SIP torture tests (RFC 4475, RFC 5118), each with a message of our own.
#include <vector>

#include <gtest/gtest.h>

#include "dataplane/sip/message.h"
#include "tests/dataplane/sip/sample.h"

namespace sbc::sip {
namespace {

using namespace std::literals;

/// A request around the lines that a point is about; `lines` may replace any of the ordinary ones by naming
/// it.
std::string request(std::string_view method, std::string_view uri, std::string_view lines,
                    std::string_view body = {}) {
  const std::pair<std::string_view, std::string> ordinary[] = {
      {"Via:", "SIP/2.0/UDP ua.example.org;branch=z9hG4bKt7"},
      {"From:", "<sip:ann@example.org>;tag=f1"},
      {"To:", "<sip:ben@example.org>"},
      {"Call-ID:", "torture@ua.example.org"},
      {"CSeq:", "20 " + std::string(method)},
      {"Max-Forwards:", "70"}};
  std::string head = std::string(method) + ' ' + std::string(uri) + " SIP/2.0\r\n" + crlf(lines);
  for (const auto& [name, value] : ordinary) {
    if (lines.find(name) == lines.npos) head += std::string(name) + ' ' + value + "\r\n";
  }
  return head + "\r\n" + std::string(body);
}

class Torture : public testing::Test {
 protected:
  void parse(const std::string& text) {
    bytes = text;
    reason = m.parse(bytes);
  }
  /// Parses and has to be accepted.
  void accept(const std::string& text) {
    parse(text);
    EXPECT_EQ(reason, Reason::none) << name_of(reason) << '\n' << text;
    EXPECT_EQ(find_call_id(bytes), m.call_id());
  }
  /// Parses, has to be refused, and can be answered with `status`.
  void refuse(const std::string& text, int status) {
    parse(text);
    EXPECT_EQ(status_of(reason), status) << name_of(reason) << '\n' << text;
    EXPECT_TRUE(m.answerable()) << text;
  }

  std::string bytes;
  Message m;
  Reason reason = Reason::none;
};

TEST_F(Torture, Rfc4475_3_1_1_1_TortuousButValid) {
  accept(crlf(R"(INVITE sip:ben@example.org;odd SIP/2.0
TO :
 sip:ben@example.org ;   tag    = 55
fRoM   : "A \\\""       <sip:ann@example.org>
  ;
  tag = f2
MAX-forwards: 0012
Call-ID: spaced@example.org
cSeQ: 0007
  INVITE
Via  : SIP  /   2.0
 /UDP
    192.0.2.77;branch=oldstyle
s :
X-Odd: ;;,,;;,;
v:  SIP  / 2.0  / TCP     next.example.org   ;
  branch  =   z9hG4bK9  ,
 SIP  /    2.0   / UDP  192.0.2.78   ; branch=
 z9hG4bK30
l   : 0

)"));
  EXPECT_EQ(m.from().display, R"("A \\\"")");
  EXPECT_EQ(m.from().tag(), "f2");
  EXPECT_EQ(m.to().tag(), "55");
  EXPECT_EQ(m.max_forwards(), 12u);
  EXPECT_EQ(m.cseq().number, 7u);
  EXPECT_EQ(m.top_via().branch, "oldstyle");
  EXPECT_EQ(m.value(Header::subject), "");
}

TEST_F(Torture, Rfc4475_3_1_1_2_WideRangeOfValidCharacters) {
  accept(request("!any-Token0_*+`.%is'~", "sip:1_odd~(a!b)&c+d$/e?,/;;*:&p+w=1,x!*y$z~.(q)@example.org",
                 "To: \"BEL:\\\a NUL:\\\0 DEL:\\\x7f\" <sip:x?,/;;*@example.org>\n"
                 "From: tok1~` tok2'+_ tok3*%!.- "
                 "<sip:ann@example.org>;p''~+*_!.-%=\"\xd0\xb9\xd1\x86\";tag=_t~1'+`*%!-.\n"
                 "Call-ID: odd%ZZ-!.*_+'@word`~)(><:\\/\"][?}{\n"
                 "X-!.%*+_`'~:\xef\xbb\xbf\xe5\xa4\xa7\n"sv));
  EXPECT_EQ(m.method(), Method::unknown);
  EXPECT_EQ(m.to().display, "\"BEL:\\\a NUL:\\\0 DEL:\\\x7f\""sv);
  EXPECT_EQ(m.from().tag(), "_t~1'+`*%!-.");
  EXPECT_EQ(m.call_id(), "odd%ZZ-!.*_+'@word`~)(><:\\/\"][?}{");
}

TEST_F(Torture, Rfc4475_3_1_1_3_EscapesStayEscaped) {
  accept(request("INVITE", "sip:sips%3Aeve%40example.org@example.net", "To: sip:%62e%6E@example.org\n"));
  EXPECT_EQ(m.request_uri().scheme, Scheme::sip);
  EXPECT_EQ(m.request_uri().user, "sips%3Aeve%40example.org");
  EXPECT_EQ(m.request_uri().host, "example.net");
  EXPECT_EQ(m.to().uri.user, "%62e%6E");
}

TEST_F(Torture, Rfc4475_3_1_1_4_EscapedNulEndsNothing) {
  accept(request("REGISTER", "sip:example.org",
                 "To: sip:a%00b@example.org\nContact: <sip:%00%00@example.org>\n"));
  EXPECT_EQ(m.to().uri.user, "a%00b");
}

TEST_F(Torture, Rfc4475_3_1_1_5_PercentInTokensIsNoEscape) {
  accept(request("R%45GISTER", "sip:example.org",
                 "To: \"%Z%45\" <sip:b@example.org>\nC%6Fntact: <sip:c@example.org>\n"));
  EXPECT_EQ(m.method(), Method::unknown);
  EXPECT_FALSE(m.has(Header::contact));
}

TEST_F(Torture, Rfc4475_3_1_1_6_NoSpaceBeforeTheBracket) {
  accept(request("OPTIONS", "sip:ben@example.org", "From: ann<sip:ann@example.org>;tag=1\n"));
  EXPECT_EQ(m.from().display, "ann");
}

TEST_F(Torture, Rfc4475_3_1_1_7_LongValues) {
  std::string lines =
      "To: \"" + std::string(300, 'n') + "\"<sip:ben@example.org;" + std::string(400, 'p') + ">\n";
  for (int i = 0; i < 34; ++i)
    lines += "v: SIP/2.0/TCP sip" + std::to_string(i) + ".example.org;branch=z9hG4bK\n";
  accept(request("INVITE", "sip:ben@example.org",
                 lines + "Via: SIP/2.0/UDP ua.example.org;branch=z9hG4bKlast\n"));
  EXPECT_EQ(m.top_via().host, "sip0.example.org");
}

TEST_F(Torture, Rfc4475_3_1_1_8_WhatFollowsInTheDatagramIsNoMessage) {
  accept(request("REGISTER", "sip:example.org", "l: 0\n",
                 "\r\nINVITE sip:x@example.org SIP/2.0\r\ni: another\r\n\r\n"));
  EXPECT_EQ(m.method(), Method::register_);
  EXPECT_EQ(m.body(), "");
  EXPECT_EQ(m.call_id(), "torture@ua.example.org");
}

TEST_F(Torture, Rfc4475_3_1_1_9_SemicolonInTheUserPart) {
  accept(request("OPTIONS", "sip:ann;par=b%40example.net@example.org", ""));
  EXPECT_EQ(m.request_uri().user, "ann;par=b%40example.net");
  EXPECT_TRUE(m.request_uri().parameters.empty());
}

TEST_F(Torture, Rfc4475_3_1_1_10_AnyTransport) {
  accept(request("OPTIONS", "sip:ben@example.org",
                 "Via: SIP/2.0/ODD t1.example.org;branch=z9hG4bK1\nVia: SIP/2.0/TLS-SCTP "
                 "t2.example.org;branch=z9hG4bK2\n"));
  EXPECT_EQ(m.top_via().transport, "ODD");
}

TEST_F(Torture, Rfc4475_3_1_1_11_BinaryBody) {
  std::string body = "--x\r\n\r\n\0\x01\r\n\r\n--x--\n"s;
  accept(request("MESSAGE", "sip:ben@example.org", "Content-Length: " + std::to_string(body.size()) + "\n",
                 body));
  EXPECT_EQ(m.body(), body);
}

TEST_F(Torture, Rfc4475_3_1_1_12_And_13_AnyReasonPhraseOrNone) {
  accept(with(small_response(), "180 Ringing", "200 = 2**3 \xd0\xb9 * 5**2"));
  EXPECT_EQ(m.reason_phrase(), "= 2**3 \xd0\xb9 * 5**2");
  accept(with(small_response(), "180 Ringing", "100 "));
  EXPECT_EQ(m.reason_phrase(), "");
}

TEST_F(Torture, Rfc4475_3_1_2_1_ExtraneousSeparators) {
  refuse(request("INVITE", "sip:ben@example.org",
                 "Via: SIP/2.0/UDP 192.0.2.15;;,;,,\nContact: <sip:a@example.org>;;;\n"),
         400);
}

TEST_F(Torture, Rfc4475_3_1_2_2_And_3_ContentLengthTooLargeOrNegative) {
  refuse(request("INVITE", "sip:ben@example.org", "Content-Length: 9999\n", "v=0\r\n"), 400);
  refuse(request("INVITE", "sip:ben@example.org", "Content-Length: -999\n", "v=0\r\n"), 400);
}

TEST_F(Torture, Rfc4475_3_1_2_4_And_5_NumbersOutOfRange) {
  refuse(request("REGISTER", "sip:example.org", "CSeq: 36893488147419103232 REGISTER\n"), 400);
  accept(request("REGISTER", "sip:example.org",
                 "Expires: 1000000000000000000000000\n"));  // nothing here reads it
  parse(with(small_response(), "5 INVITE", "9292394834772304023312 INVITE"));
  EXPECT_EQ(reason, Reason::response_bad);
}

TEST_F(Torture, Rfc4475_3_1_2_6_UnterminatedQuotes) {
  refuse(request("INVITE", "sip:ben@example.org", "To: \"Mr. Ben <sip:ben@example.org>\n"), 400);
}

TEST_F(Torture, Rfc4475_3_1_2_7_To_10_BracketsAndSpacesInTheRequestLine) {
  refuse(request("INVITE", "<sip:ben@example.org>", ""), 400);
  refuse(request("INVITE", "sip:ben@example.org; lr", ""), 400);
  refuse(request("INVITE", " sip:ben@example.org ", ""), 400);
  refuse(with(small_request(), "SIP/2.0\r\n", "SIP/2.0  \r\n"), 400);
}

TEST_F(Torture, Rfc4475_3_1_2_11_HeadersInTheRequestUri) {
  refuse(request("INVITE", "sip:ben@example.org?Route=%3Csip:x.example%3E", ""), 400);
}

TEST_F(Torture, Rfc4475_3_1_2_12_DatesAreNobodysBusiness) {
  accept(request("INVITE", "sip:ben@example.org", "Date: Fri, 01 Jan 2010 16:00:00 EST\n"));
}

TEST_F(Torture, Rfc4475_3_1_2_13_QuestionMarkNeedsBrackets) {
  NameAddr contact;
  EXPECT_EQ(parse_name_addr("sip:ben@example.org?Route=%3Csip:x.example%3E", contact), Reason::uri_bad);
  EXPECT_EQ(parse_name_addr("<sip:ben@example.org?Route=%3Csip:x.example%3E>", contact),
            Reason::none);  // 3.3.12
  EXPECT_EQ(contact.uri.headers, "Route=%3Csip:x.example%3E");
}

TEST_F(Torture, Rfc4475_3_1_2_14_And_15_SpaceInTheBracketsAndUnquotedComma) {
  refuse(request("OPTIONS", "sip:ben@example.org", "To: \"W, T\" < sip:ben@example.org >\n"), 400);
  refuse(request("OPTIONS", "sip:ben@example.org", "From: Bell, A <sip:ann@example.org>;tag=1\n"), 400);
}

TEST_F(Torture, Rfc4475_3_1_2_16_UnknownVersion) {
  refuse(with(with(small_request(), "SIP/2.0", "SIP/7.0"), "SIP/2.0", "SIP/7.0"), 505);
}

TEST_F(Torture, Rfc4475_3_1_2_17_And_18_CSeqNamesAnotherMethod) {
  refuse(request("OPTIONS", "sip:ben@example.org", "CSeq: 8 INVITE\n"), 400);
  refuse(request("NEWMETHOD", "sip:ben@example.org", "CSeq: 8 INVITE\n"), 400);
}

TEST_F(Torture, Rfc4475_3_1_2_19_ResponseCodeTooLarge) {
  parse(with(small_response(), "180", "4294967301"));
  EXPECT_EQ(reason, Reason::response_bad);
}

TEST_F(Torture, Rfc4475_3_2_1_BranchWithoutAnything) {
  accept(request("OPTIONS", "sip:ben@example.org", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK\n"));
  EXPECT_FALSE(m.top_via().has_magic_cookie());
}

TEST_F(Torture, Rfc4475_3_3_1_MissingFields) {
  parse(crlf("INVITE sip:ben@example.org SIP/2.0\nCSeq: 1 INVITE\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\n\n"));
  EXPECT_EQ(reason, Reason::call_id_missing);
  EXPECT_FALSE(m.answerable());
}

TEST_F(Torture, Rfc4475_3_3_2_And_3_UnknownSchemesInTheRequestUri) {
  refuse(request("OPTIONS", "oddScheme:opaque", ""), 416);
  refuse(request("OPTIONS", "soap.beep://192.0.2.103:3002", ""), 416);
}

TEST_F(Torture, Rfc4475_3_3_4_UnknownSchemesElsewhere) {
  accept(request("REGISTER", "sip:example.org", "To: isbn:12\nFrom: <http://example.org>;tag=3\n"));
  EXPECT_EQ(m.from().tag(), "3");
}

TEST_F(Torture, Rfc4475_3_3_5_To_7_WhatPolicyDecidesParses) {
  accept(request("OPTIONS", "sip:ben@example.org", "Require: nothingA, nothingB\nProxy-Require: nothingC\n"));
  EXPECT_TRUE(m.list_has(Header::require, "NOTHINGb"));
  accept(request("INVITE", "sip:ben@example.org", "Content-Type: application/odd\n", "<x/>"));
  accept(request("REGISTER", "sip:example.org", "Authorization: Odd opaque-data=here\n"));
}

TEST_F(Torture, Rfc4475_3_3_8_And_9_FieldsThatMayOccurOnce) {
  refuse(
      request("INVITE", "sip:ben@example.org", "Call-ID: one\nTo: <sip:a@h>\nCall-ID: two\nTo: <sip:b@h>\n"),
      400);
  EXPECT_EQ(find_call_id(bytes), "");
  refuse(request("OPTIONS", "sip:ben@example.org", "Content-Length: 3\nContent-Length: 1\n", "abc"), 400);
}

TEST_F(Torture, Rfc4475_3_3_11_MaxForwardsZeroIsAValue) {
  accept(request("OPTIONS", "sip:ben@example.org", "Max-Forwards: 0\n"));
  EXPECT_EQ(m.max_forwards(), 0u);
}

TEST_F(Torture, Rfc4475_3_3_13_And_14_UnknownParametersOfAContact) {
  NameAddr contact;
  EXPECT_EQ(parse_name_addr("sip:+1972@gw.example.net;odd", contact), Reason::none);
  EXPECT_EQ(contact.parameters, "odd");
  EXPECT_EQ(parse_name_addr("<sip:+1972@gw.example.net;odd>", contact), Reason::none);
  EXPECT_EQ(contact.uri.parameters, "odd");
  EXPECT_EQ(contact.parameters, "");
}

TEST_F(Torture, Rfc4475_3_4_1_NeitherBranchNorTagNorMaxForwards) {
  accept(crlf(R"(INVITE sip:Ben@example.org SIP/2.0
Via: SIP/2.0/UDP gw.example.org
From: <sip:+13035551111@example.org;user=phone>
To: sip:+16505552222@example.net;user=phone
Call-ID: old@example.org
CSeq: 56 INVITE

)"));
  EXPECT_EQ(m.from().tag(), "");
  EXPECT_EQ(m.to().parameters, "user=phone");
  EXPECT_EQ(m.top_via().branch, "");
}

TEST_F(Torture, Rfc5118_4_1_To_4_3_BracketsAroundIpv6) {
  accept(request("REGISTER", "sip:[2001:db8::10]", "Via: SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3\n"));
  EXPECT_EQ(m.top_via().host, "[2001:db8::9:1]");
  refuse(request("REGISTER", "sip:2001:db8::10", ""), 400);
  accept(request("REGISTER", "sip:[2001:db8::10:5070]", ""));
  EXPECT_EQ(m.request_uri().port, 0);
  accept(request("REGISTER", "sip:[2001:db8::10]:5070", ""));
  EXPECT_EQ(m.request_uri().port, 5070);
}

TEST_F(Torture, Rfc5118_4_5_ReceivedWithAndWithoutBrackets) {
  for (const char* received : {"[2001:db8::9:255]", "2001:db8::9:255"}) {
    accept(
        request("BYE", "sip:[2001:db8::10]",
                "Via: SIP/2.0/UDP [2001:db8::9:1];received=" + std::string(received) + ";branch=z9hG4bKa\n"));
    EXPECT_EQ(parameter(m.top_via().parameters, "received"), received);
    EXPECT_EQ(m.top_via().branch, "z9hG4bKa");
  }
}

TEST_F(Torture, Rfc5118_4_7_And_4_8_BothFamiliesAndMappedAddresses) {
  accept(request("BYE", "sip:ben@example.org",
                 "Via: SIP/2.0/UDP [::ffff:192.0.2.10]:19823;branch=z9hG4bKb\nVia: SIP/2.0/TCP "
                 "192.0.2.1;branch=z9hG4bKc\n"));
  EXPECT_EQ(m.top_via().host, "[::ffff:192.0.2.10]");
  EXPECT_EQ(m.top_via().port, 19823);
}

TEST_F(Torture, Rfc5118_4_10_ThreeColonsAreOneTooMany) {
  refuse(request("OPTIONS", "sip:ben@[2001:db8:::192.0.2.1]", ""), 400);
  accept(request("OPTIONS", "sip:ben@[2001:db8::192.0.2.1]", ""));
}

}  // namespace
}  // namespace sbc::sip
