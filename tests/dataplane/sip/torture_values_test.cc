// What the torture messages that are taken say, section by section.
#include <vector>

#include "dataplane/sip/message.h"
#include "tests/torture/message.h"

namespace sbc::sip {
namespace {

using namespace std::literals;

/// Reads the message of one section; its verdict is torture_verdict_test's business.
class TortureValues : public testing::Test {
 protected:
  void read(const char* name) {
    bytes = torture::message(name);
    EXPECT_EQ(m.parse(bytes), Reason::none) << name;
  }
  /// The `n`th Contact; its Reason is in `contact_reason`.
  NameAddr contact(size_t n = 0) {
    NameAddr result;
    contact_reason = Reason::header_missing;
    for (const Field& field : m.fields()) {
      if (field.id == Header::contact && n-- == 0) contact_reason = parse_name_addr(field.value, result);
    }
    return result;
  }
  /// Of all Via values, from the top.
  std::vector<Via> vias() {
    std::vector<Via> all;
    for (const Field& field : m.fields()) {
      if (field.id != Header::via) continue;
      each_element(field.value, [&](std::string_view element) {
        EXPECT_EQ(parse_via(element, all.emplace_back()), Reason::none) << element;
        return true;
      });
    }
    return all;
  }
  std::string_view value_of(std::string_view name) {
    for (const Field& field : m.fields()) {
      if (field.name == name) return field.value;
    }
    return "no such field";
  }

  std::string bytes;
  Message m;
  Reason contact_reason = Reason::none;
};

TEST_F(TortureValues, Rfc4475_3_1_1_1_FoldsBlanksAndCase) {
  read("rfc4475/3.1.1.1_tortuous");
  EXPECT_EQ(m.method(), Method::invite);
  EXPECT_EQ(m.request_uri().parameters, "odd-parameter");
  EXPECT_EQ(m.from().display, R"("A \\\"")");
  EXPECT_EQ(m.from().tag(), "f1");
  EXPECT_EQ(m.to().tag(), "");
  EXPECT_EQ(parameter(m.to().parameters, "odd"), "value");
  EXPECT_EQ(m.max_forwards(), 12u);
  EXPECT_EQ(m.cseq().number, 7u);
  EXPECT_EQ(m.cseq().method, Method::invite);
  EXPECT_TRUE(m.has(Header::subject));
  EXPECT_EQ(m.value(Header::subject), "");
  EXPECT_EQ(value_of("Unusual-Value"), ";,;;,,;");
  std::vector<Via> all = vias();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].transport, "UDP");
  EXPECT_EQ(all[0].host, "client.example.org");
  EXPECT_EQ(all[0].branch, "oldstyle");
  EXPECT_EQ(all[1].transport, "TCP");
  EXPECT_EQ(all[1].branch, "z9hG4bK9");
  EXPECT_EQ(all[2].host, "192.0.2.78");
  EXPECT_EQ(all[2].branch, "z9hG4bK30");
  NameAddr parsed = contact();
  EXPECT_EQ(contact_reason, Reason::none);
  EXPECT_EQ(parsed.uri.host, "client.example.org");
  EXPECT_EQ(parameter(parsed.parameters, "q"), "0.25");
  EXPECT_TRUE(m.body().starts_with("v=0\r\n") && m.body().ends_with("PCMA/8000\r\n"));
}

TEST_F(TortureValues, Rfc4475_3_1_1_2_EveryCharacterThatMayOccur) {
  read("rfc4475/3.1.1.2_characters");
  EXPECT_EQ(m.method(), Method::unknown);
  EXPECT_EQ(m.method_text(), "!any-Token0_*+`.%is'~");
  EXPECT_EQ(m.request_uri().user, "1_odd~(a!b)&c+d$/e?,/;;*");
  EXPECT_EQ(m.request_uri().host, "example.net");
  EXPECT_EQ(m.to().display, "\"BEL:\\\a NUL:\\\0 DEL:\\\x7f\""sv);
  EXPECT_EQ(m.from().tag(), "_t~1'+`*%!-.");
  EXPECT_EQ(m.call_id(), "odd%ZZ-!.*_+'@word`~)(><:\\/\"][?}{");
  EXPECT_EQ(m.top_via().branch, "z9hG4bK-.!%44*_+`'~");
  EXPECT_EQ(m.max_forwards(), 255u);
  EXPECT_EQ(value_of("x-!.%*+_`'~"), "\xef\xbb\xbf\xe5\xa4\xa7\xe5\x81\x9c");
}

TEST_F(TortureValues, Rfc4475_3_1_1_3_EscapesStayEscaped) {
  read("rfc4475/3.1.1.3_escapes");
  EXPECT_EQ(m.request_uri().scheme, Scheme::sip);
  EXPECT_EQ(m.request_uri().user, "sips%3Aeve%40example.org");
  EXPECT_EQ(m.request_uri().host, "border.example.net");
  EXPECT_EQ(m.to().uri.user, "%62e%6E");
  EXPECT_EQ(m.from().uri.user, "two%20words");
  EXPECT_EQ(contact().uri.parameters, "%6C%72;n%61me=v%61lue%25%34%31");
}

TEST_F(TortureValues, Rfc4475_3_1_1_3_EscapesOfEscapesStayToo) {
  read("rfc4475/3.1.1.3_escapes_routed");
  EXPECT_EQ(m.request_uri().user, "sips%3A49302%25%34%31");
}

TEST_F(TortureValues, Rfc4475_3_1_1_4_AnEscapedNulEndsNothing) {
  read("rfc4475/3.1.1.4_escaped_nul");
  EXPECT_EQ(m.to().uri.user, "a%00b");
  EXPECT_EQ(contact(0).uri.user, "%00");
  EXPECT_EQ(contact(1).uri.user, "%00%00");
}

TEST_F(TortureValues, Rfc4475_3_1_1_5_APercentInATokenIsNoEscape) {
  read("rfc4475/3.1.1.5_percent");
  EXPECT_EQ(m.method(), Method::unknown);
  EXPECT_EQ(m.to().display, "\"%Z%45\"");
  EXPECT_EQ(contact(0).uri.user, "one");
  contact(1);
  EXPECT_EQ(contact_reason, Reason::header_missing) << "C%6Fntact is no Contact";
}

TEST_F(TortureValues, Rfc4475_3_1_1_6_NoBlankBeforeTheBracket) {
  read("rfc4475/3.1.1.6_no_blank");
  EXPECT_EQ(m.from().display, "ann");
  EXPECT_EQ(m.from().uri.user, "ann");
}

TEST_F(TortureValues, Rfc4475_3_1_1_7_LongValues) {
  read("rfc4475/3.1.1.7_long");
  std::vector<Via> all = vias();
  ASSERT_EQ(all.size(), 35u);
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].host, "hop" + std::to_string(34 - i) + ".example.org");
  }
  EXPECT_EQ(m.top_via().branch.size(), 262u);
  EXPECT_EQ(m.from().uri.user.size(), 240u);
  EXPECT_EQ(m.to().uri.port, 6000);
}

TEST_F(TortureValues, Rfc4475_3_1_1_8_WhatFollowsInTheDatagramIsNoMessage) {
  read("rfc4475/3.1.1.8_trailing");
  EXPECT_EQ(m.method(), Method::register_);
  EXPECT_EQ(m.body(), "");
  EXPECT_EQ(m.call_id(), "trailing@client.example.org");
}

TEST_F(TortureValues, Rfc4475_3_1_1_9_ParametersOfTheUserPart) {
  read("rfc4475/3.1.1.9_semicolon");
  EXPECT_EQ(m.request_uri().user, "ann;par=b%40example.net");
  EXPECT_EQ(m.request_uri().host, "example.net");
  EXPECT_TRUE(m.request_uri().parameters.empty());
}

TEST_F(TortureValues, Rfc4475_3_1_1_10_AnyTransport) {
  read("rfc4475/3.1.1.10_transports");
  std::vector<std::string> transports;
  for (const Via& via : vias()) transports.emplace_back(via.transport);
  EXPECT_EQ(transports, (std::vector<std::string>{"UDP", "SCTP", "TLS-SCTP", "ODD", "TCP"}));
}

TEST_F(TortureValues, Rfc4475_3_1_1_11_ABinaryBody) {
  read("rfc4475/3.1.1.11_multipart");
  EXPECT_TRUE(m.body().starts_with("--edge\r\n") && m.body().ends_with("\r\n--edge--\r\n"));
  EXPECT_NE(m.body().find("\r\n\r\n\0\x01\x02\r\n\r\n\xff"sv), m.body().npos);
}

TEST_F(TortureValues, Rfc4475_3_1_1_12_AnyReasonPhrase) {
  read("rfc4475/3.1.1.12_phrase");
  EXPECT_EQ(m.status(), 200);
  EXPECT_TRUE(m.reason_phrase().starts_with("= 2**3 \xd0\xb9 * 5**2 "));
}

TEST_F(TortureValues, Rfc4475_3_1_1_13_NoReasonPhrase) {
  read("rfc4475/3.1.1.13_no_phrase");
  EXPECT_EQ(m.status(), 100);
  EXPECT_EQ(m.reason_phrase(), "");
}

TEST_F(TortureValues, Rfc4475_3_1_2_13_AQuestionMarkNeedsBrackets) {
  read("rfc4475/3.1.2.13_no_brackets");
  contact();
  EXPECT_EQ(contact_reason, Reason::uri_bad);
}

TEST_F(TortureValues, Rfc4475_3_1_2_15_ADisplayNameThatShouldBeQuoted) {
  read("rfc4475/3.1.2.15_display_comma");
  EXPECT_EQ(m.from().uri.user, "ann");
  EXPECT_EQ(m.from().tag(), "f1");
  EXPECT_EQ(m.to().uri.user, "ben");
}

TEST_F(TortureValues, Rfc4475_3_2_1_ABranchOfNothingButItsCookieIsNone) {
  read("rfc4475/3.2.1_branch_one");
  EXPECT_FALSE(m.top_via().has_magic_cookie());
}

TEST_F(TortureValues, Rfc4475_3_3_4_AnySchemeInFromAndTo) {
  read("rfc4475/3.3.4_schemes_in_fields");
  EXPECT_EQ(m.from().tag(), "f1");
  contact();
  EXPECT_EQ(contact_reason, Reason::scheme_unsupported);
}

TEST_F(TortureValues, Rfc4475_3_3_5_ExtensionsByName) {
  read("rfc4475/3.3.5_extensions");
  for (const char* token : {"nothingHasThis", "NORTHIS"}) EXPECT_TRUE(m.list_has(Header::require, token));
  for (const char* token : {"noProxyHasThis", "norThisOne"})
    EXPECT_TRUE(m.list_has(Header::proxy_require, token));
}

TEST_F(TortureValues, Rfc4475_3_3_6_And_7_WhatPolicyDecides) {
  read("rfc4475/3.3.6_content_type");
  EXPECT_EQ(m.value(Header::content_type), "application/oddformat");
  EXPECT_EQ(m.body(), "{\"audio\": [\"pcma\"]}\r\n");
  read("rfc4475/3.3.7_authorization");
  EXPECT_EQ(value_of("Authorization"), "NobodyKnowsThis opaque-data=here");
}

TEST_F(TortureValues, Rfc4475_3_3_8_TwoCallIdsSteerNowhere) {
  EXPECT_EQ(find_call_id(torture::message("rfc4475/3.3.8_repeated")), "");
}

TEST_F(TortureValues, Rfc4475_3_3_10_TheViaBelowIsNobodysAddressHere) {
  read("rfc4475/3.3.10_broadcast");
  EXPECT_EQ(m.top_via().host, "client.example.org");
  EXPECT_EQ(vias().at(1).host, "255.255.255.255");
}

TEST_F(TortureValues, Rfc4475_3_3_11_ZeroHopsIsAValue) {
  read("rfc4475/3.3.11_no_hops");
  EXPECT_EQ(m.max_forwards(), 0u);
}

TEST_F(TortureValues, Rfc4475_3_3_12_AParameterOfTheContact) {
  read("rfc4475/3.3.12_contact_parameter");
  EXPECT_EQ(contact().parameters, "odd");
  EXPECT_EQ(contact().uri.parameters, "");
}

TEST_F(TortureValues, Rfc4475_3_3_13_AParameterOfTheUri) {
  read("rfc4475/3.3.13_uri_parameter");
  EXPECT_EQ(contact().parameters, "");
  EXPECT_EQ(contact().uri.parameters, "odd");
}

TEST_F(TortureValues, Rfc4475_3_3_14_AHeaderInsideTheUriStaysThere) {
  read("rfc4475/3.3.14_escaped_header");
  EXPECT_EQ(contact().uri.headers, "Route=%3Csip:elsewhere.example%3E");
  EXPECT_FALSE(m.has(Header::route));
}

TEST_F(TortureValues, Rfc4475_3_3_15_AcceptOfSomethingElse) {
  read("rfc4475/3.3.15_accept");
  EXPECT_EQ(value_of("Accept"), "text/nobodyReadsThis");
}

TEST_F(TortureValues, Rfc4475_3_4_1_NeitherBranchNorTagNorMaxForwards) {
  read("rfc4475/3.4.1_rfc2543");
  EXPECT_EQ(m.top_via().branch, "");
  EXPECT_EQ(m.from().tag(), "");
  EXPECT_EQ(m.from().uri.parameters, "user=phone");
  EXPECT_EQ(m.to().uri.user, "+4930221");
  EXPECT_EQ(m.to().parameters, "user=phone");
  EXPECT_TRUE(m.body().ends_with("PCMA/8000\r\n")) << "no Content-Length: up to the datagram's end";
}

TEST_F(TortureValues, Rfc5118_4_1_AReferenceInBrackets) {
  read("rfc5118/4.1_reference");
  EXPECT_EQ(m.request_uri().host, "[2001:db8::10]");
  EXPECT_EQ(m.top_via().host, "[2001:db8::9:1]");
  EXPECT_EQ(contact().uri.host, "[2001:db8::1]");
}

TEST_F(TortureValues, Rfc5118_4_3_And_4_4_WhatIsAPort) {
  read("rfc5118/4.3_port_ambiguous");
  EXPECT_EQ(m.request_uri().host, "[2001:db8::10:5070]");
  EXPECT_EQ(m.request_uri().port, 0);
  read("rfc5118/4.4_port_unambiguous");
  EXPECT_EQ(m.request_uri().host, "[2001:db8::10]");
  EXPECT_EQ(m.request_uri().port, 5070);
}

TEST_F(TortureValues, Rfc5118_4_5_ReceivedWithAndWithoutBrackets) {
  read("rfc5118/4.5_received_bracketed");
  EXPECT_EQ(parameter(m.top_via().parameters, "received"), "[2001:db8::9:255]");
  EXPECT_EQ(m.top_via().branch, "z9hG4bK-bracketed");
  read("rfc5118/4.5_received_bare");
  EXPECT_EQ(parameter(m.top_via().parameters, "received"), "2001:db8::9:255");
  EXPECT_EQ(m.top_via().branch, "z9hG4bK-bare");
}

TEST_F(TortureValues, Rfc5118_4_7_BothFamiliesInTheVias) {
  read("rfc5118/4.7_families");
  std::vector<Via> all = vias();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].host, "[2001:db8::9:1]");
  EXPECT_EQ(all[0].port, 5060);
  EXPECT_EQ(all[1].host, "192.0.2.1");
  EXPECT_EQ(all[2].host, "[2001:db8::9:255]");
  EXPECT_EQ(parameter(all[2].parameters, "received"), "192.0.2.200");
}

TEST_F(TortureValues, Rfc5118_4_9_MappedAddresses) {
  read("rfc5118/4.9_mapped");
  EXPECT_EQ(m.top_via().host, "[::ffff:192.0.2.10]");
  EXPECT_EQ(m.top_via().port, 5060);
  EXPECT_EQ(contact().uri.host, "[::ffff:192.0.2.2]");
}

TEST_F(TortureValues, Rfc5118_4_10_TwoColonsBeforeAnIpv4Address) {
  read("rfc5118/4.10_two_colons");
  EXPECT_EQ(m.request_uri().host, "[2001:db8::192.0.2.1]");
}

}  // namespace
}  // namespace sbc::sip
