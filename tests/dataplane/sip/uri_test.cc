#include "dataplane/sip/uri.h"

#include <string>

#include <gtest/gtest.h>

namespace sbc::sip {
namespace {

Uri good(std::string_view text) {
  Uri uri;
  EXPECT_EQ(parse_uri(text, uri), Reason::none) << text;
  EXPECT_EQ(uri.text, text);
  return uri;
}

Reason reason_for(std::string_view text) {
  Uri uri;
  return parse_uri(text, uri);
}

TEST(Uri, HasTheParts) {
  Uri uri = good("SIPS:alice:secret@Example.NET:5061;transport=tcp;lr?Subject=a%20b&X=");
  EXPECT_EQ(uri.scheme, Scheme::sips);
  EXPECT_EQ(uri.scheme_text, "SIPS");
  EXPECT_EQ(uri.user, "alice");
  EXPECT_EQ(uri.password, "secret");
  EXPECT_EQ(uri.host, "Example.NET");
  EXPECT_EQ(uri.port, 5061);
  EXPECT_EQ(uri.parameters, "transport=tcp;lr");
  EXPECT_EQ(uri.headers, "Subject=a%20b&X=");
}

TEST(Uri, MayBeAHostAlone) {
  Uri uri = good("sip:gw_1.example.net");
  EXPECT_TRUE(uri.user.empty() && uri.parameters.empty() && uri.headers.empty());
  EXPECT_EQ(uri.host, "gw_1.example.net");
  EXPECT_EQ(uri.port, 0);
}

TEST(Uri, UserMayHoldEveryCharacterOfRfc3261Section25_1) {
  EXPECT_EQ(good("sip:a;par=b%40c@h.example").user, "a;par=b%40c");
  EXPECT_EQ(good("sip:-_.!~*'()&=+$,;?/x@h.example").user, "-_.!~*'()&=+$,;?/x");
  EXPECT_EQ(good("sip:sips%3Aeve%40evil.example@h.example").host, "h.example");
  EXPECT_EQ(good("sip:#31#0123@h.example").user, "#31#0123");  // unescaped by phones
  EXPECT_EQ(good("sip:a:b&=+$,@h.example").password, "b&=+$,");
}

TEST(Uri, RefusesWhatTheGrammarHasNot) {
  for (const char* bad : {"",
                          "sip",
                          "sip:",
                          ":a@h",
                          "1sip:a@h",
                          "sip:@h",
                          "sip:a@",
                          "sip:a@b@c",
                          "sip:a b@h",
                          "sip:a@h ",
                          " sip:a@h",
                          "<sip:a@h>",
                          "sip:a@h>",
                          "sip:a\"@h",
                          "sip:a@h:",
                          "sip:a@h:0",
                          "sip:a@h:65536",
                          "sip:a@h:5060x",
                          "sip:a@h;x y",
                          "sip:a@h; lr",
                          "sip:a@h?",
                          "sip:a@h?x=a b",
                          "sip:a@h;x=<y>",
                          "sip:a@h/x",
                          "sip:a@h#x",
                          "sip:a\\b@h",
                          "sip:[a@h",
                          "sip:a:b:c@h",
                          "*"}) {
    EXPECT_EQ(reason_for(bad), Reason::uri_bad) << bad;
  }
}

TEST(Uri, EscapesMustBeTwoHexDigits) {
  EXPECT_EQ(good("sip:%00%4a@h").user, "%00%4a");
  for (const char* bad : {"sip:%@h", "sip:%4@h", "sip:%4g@h", "sip:%zz@h", "sip:a@h;%=1", "sip:a@h;x=%1",
                          "sip:a@h?x=%", "sip:a@h%41", "sip:a:%@h", "isbn:%4"}) {
    EXPECT_EQ(reason_for(bad), Reason::uri_bad) << bad;
  }
}

TEST(Uri, Ipv6NeedsBracketsRfc5118Section4_1) {
  Uri uri = good("sip:bob@[2001:db8::10]:5070;maddr=[2001:db8::2]");
  EXPECT_EQ(uri.host, "[2001:db8::10]");
  EXPECT_EQ(uri.port, 5070);
  EXPECT_EQ(uri.address(), IpAddress::parse("2001:db8::10"));
  EXPECT_EQ(uri.parameters, "maddr=[2001:db8::2]");
  EXPECT_EQ(good("sip:[2001:db8::10:5070]").port, 0);
  EXPECT_TRUE(good("sip:[::ffff:192.0.2.1]").address()->is_v4());
  for (const char* bad :
       {"sip:2001:db8::10", "sip:a@2001:db8::10", "sip:[2001:db8:::192.0.2.1]", "sip:[2001:db8::10", "sip:[]",
        "sip:[192.0.2.1]", "sip:[fe80::1%25eth0]", "sip:[::1]x", "sip:[1:2:3:4:5:6:7:8:9]"}) {
    EXPECT_EQ(reason_for(bad), Reason::uri_bad) << bad;
  }
  EXPECT_EQ(reason_for(std::string_view("sip:[::1\0]", 10)), Reason::uri_bad);
}

TEST(Uri, NumericHostsAreAddresses) {
  EXPECT_EQ(good("sip:192.0.2.1:5060").address(), IpAddress::v4(192, 0, 2, 1));
  EXPECT_EQ(good("sip:1.example").address(), std::nullopt);
  EXPECT_EQ(good("sip:host").address(), std::nullopt);
  for (const char* bad :
       {"sip:192.0.2.256", "sip:192.0.2", "sip:1.2.3.4.5", "sip:1..2.3", "sip:12345", "sip:..."}) {
    EXPECT_EQ(reason_for(bad), Reason::uri_bad) << bad;
  }
}

TEST(Uri, TelIsANumberAndParametersRfc3966) {
  Uri uri = good("tel:+1-201-555.0(123);ext=7;phone-context=example.com");
  EXPECT_EQ(uri.scheme, Scheme::tel);
  EXPECT_EQ(uri.user, "+1-201-555.0(123)");
  EXPECT_EQ(uri.parameters, "ext=7;phone-context=example.com");
  EXPECT_TRUE(uri.host.empty());
  EXPECT_EQ(good("tel:*31#09af").user, "*31#09af");
  for (const char* bad :
       {"tel:", "tel:;ext=1", "tel:12x4", "tel:1+2", "tel:12@h", "tel:12?x=1", "tel:12;x=%"}) {
    EXPECT_EQ(reason_for(bad), Reason::uri_bad) << bad;
  }
}

TEST(Uri, ServicesAreNamedByTheirUrn) {
  for (const char* text :
       {"urn:service:sos", "URN:Service:SOS.police.municipal", "urn:service:counseling.a-1"}) {
    Uri uri;
    EXPECT_EQ(parse_uri(text, uri), Reason::none) << text;
    EXPECT_EQ(uri.scheme, Scheme::service);
    EXPECT_EQ(uri.user, text) << "which stands in a number's place";
    EXPECT_EQ(uri.address(), std::nullopt);
  }
}

TEST(Uri, OtherSchemesAreUnsupportedWhenWellFormed) {
  for (const char* text :
       {"http://www.example.com/a?b=c", "isbn:2983792873", "soap.beep://192.0.2.103:3002", "urn:uuid:1",
        "urn:service:", "urn:service:sos.", "urn:service:-sos", "urn:service:sos;lr", "urn:services:sos"}) {
    Uri uri;
    EXPECT_EQ(parse_uri(text, uri), Reason::scheme_unsupported) << text;
    EXPECT_EQ(uri.scheme, Scheme::other);
    EXPECT_EQ(uri.text, text);
    EXPECT_EQ(uri.scheme_text, std::string_view(text).substr(0, uri.scheme_text.size()));
  }
  for (const char* bad : {"http:", "http:a b", "ht tp:a", "http:<a>", "http:\"a\""}) {
    EXPECT_EQ(reason_for(bad), Reason::uri_bad) << bad;
  }
}

TEST(Parameter, IsFoundByNameInAnyCaseAmongWhiteSpaceAndQuotes) {
  constexpr std::string_view list = "TTL = 1 ;\r\n q=\"a;tag=no\\\";\" ; tag\t=\t7=;flag;tag=8;e=";
  EXPECT_EQ(parameter(list, "ttl"), "1");
  EXPECT_EQ(parameter(list, "q"), "\"a;tag=no\\\";\"");
  EXPECT_EQ(parameter(list, "Tag"), "7=");
  EXPECT_EQ(parameter(list, "flag"), "");
  EXPECT_EQ(parameter(list, "e"), "");
  EXPECT_EQ(parameter(list, "ta"), std::nullopt);
  EXPECT_EQ(parameter("", "tag"), std::nullopt);
  EXPECT_EQ(parameter("x=\"open;tag=1", "tag"), std::nullopt);
}

}  // namespace
}  // namespace sbc::sip
