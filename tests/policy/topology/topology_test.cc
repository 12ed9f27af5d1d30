#include "policy/topology/topology.h"

#include <string>

#include <gtest/gtest.h>

namespace sbc::policy {
namespace {

bool crosses(std::string_view name, std::string_view value, bool from_trusted = true) {
  return header_crosses({.name = name, .value = value, .id = sip::header_of(name)}, from_trusted);
}

TEST(HeaderCrosses, WhatSaysSomethingAboutTheCallOnly) {
  EXPECT_TRUE(crosses("Priority", "urgent"));
  EXPECT_TRUE(crosses("priority", "Non-Urgent"));
  EXPECT_TRUE(crosses("Accept-Language", "da, en-gb;q=0.8, en;q=0.7, zh-Hant-TW, es-419, *;q=0"));
  EXPECT_TRUE(crosses("Resource-Priority", "dsn.flash, ets.0"));
  EXPECT_TRUE(crosses("Refer-Sub", "false"));
}

TEST(HeaderCrosses, OnlyWithWordsThatEverybodyKnows) {
  for (std::string_view name : {"Priority", "Accept-Language", "Resource-Priority", "Session-ID"}) {
    for (std::string_view value : {"pbx.secret.lan", "secrethost", "10.1.2.3", "", ";", ","})
      EXPECT_FALSE(crosses(name, value)) << name << ": " << value;
  }
  EXPECT_FALSE(crosses("Resource-Priority", "dsn.flash, secret.0"));
  EXPECT_FALSE(crosses("Refer-Sub", "false;x=secret"));
  EXPECT_FALSE(crosses("Resource-Priority", "dsn.secrethost"));
  EXPECT_FALSE(crosses("Accept-Language", "en-secret"));
  EXPECT_FALSE(crosses("Accept-Language", "en;secret=0.5"));
  EXPECT_FALSE(crosses("Accept-Language", "en;q=secret"));
}

TEST(HeaderCrosses, NoTextThatSomebodyIsFreeToChoose) {
  EXPECT_FALSE(crosses("Subject", "secrethost"));
  EXPECT_FALSE(crosses("s", "secrethost"));
  EXPECT_FALSE(crosses("Reason", "Q.850;cause=16;text=\"node7\"")) << "its cause does: crossing_cause()";
}

// RFC 4412 11
TEST(HeaderCrosses, NobodyElseClaimsPriorityOverOtherCalls) {
  EXPECT_FALSE(crosses("Resource-Priority", "ets.0", false));
  EXPECT_TRUE(crosses("Priority", "urgent", false));
}

// RFC 7989
TEST(HeaderCrosses, SessionIdsThatAreUuidsAndHoldNoAddress) {
  const std::string ours = "ab30317f1a784dc48ff824d0d3715d86", theirs = "47755a9de7794ba387653f2099600ef2";
  EXPECT_TRUE(crosses("Session-ID", ours));
  EXPECT_TRUE(crosses("Session-ID", ours + ";remote=" + theirs, false));
  EXPECT_TRUE(crosses("session-id", ours + " ; Remote = " + std::string(32, '0')));
  EXPECT_FALSE(crosses("Session-ID", ours + ";remote=secrethost"));
  EXPECT_FALSE(crosses("Session-ID", ours + ";node=" + theirs));
  EXPECT_FALSE(crosses("Session-ID", ours + ";remote=" + theirs + ";node=secrethost"));
  EXPECT_FALSE(crosses("Session-ID", ours.substr(1)));
  EXPECT_FALSE(crosses("Session-ID", "g" + ours.substr(1)));
  EXPECT_FALSE(crosses("Session-ID", "AB30317F1A784DC48FF824D0D3715D86"));
  EXPECT_FALSE(crosses("Session-ID", "6ba7b8109dad11d180b400c04fd430c8"))
      << "its end is a network card's address";
}

// RFC 3261 20.43
TEST(CrossingWarning, IsItsCodeInOurWords) {
  auto crossing = [](std::string_view warning) {
    auto caution = crossing_warning(warning);
    return caution ? std::to_string(caution->code) + " " + std::string(caution->phrase) : "nothing";
  };
  EXPECT_EQ(crossing("304 pbx.secret.lan \"No codec at node7\""), "304 Media type not available");
  EXPECT_EQ(crossing("370 10.9.8.7:5060 \"x\""), "370 Insufficient bandwidth");
  EXPECT_EQ(crossing("399 pbx.secret.lan \"x\""), "nothing") << "it says nothing but its text";
  EXPECT_EQ(crossing("304"), "304 Media type not available");
  EXPECT_EQ(crossing("secrethost"), "nothing");
  EXPECT_EQ(crossing(""), "nothing");
}

// RFC 7315 4.6
TEST(CrossingChargingId, IsTheIdentifierAlone) {
  EXPECT_EQ(crossing_charging_id("icid-value=1234bc9876e;icid-generated-at=192.0.6.8;orig-ioi=home1.net"),
            "1234bc9876e");
  EXPECT_EQ(crossing_charging_id("orig-ioi=home1.net; icid-value=\"AyretyU0dm+6O2IrT5tAFrbHLso\""),
            "\"AyretyU0dm+6O2IrT5tAFrbHLso\"");
  for (std::string_view vector : {"", "icid-value", "orig-ioi=home1.net", "icid-value=pbx.secret.lan",
                                  "icid-value=1-10.9.8.7-2", "icid-value=\"a b\"", "icid-value=\"a@b\""})
    EXPECT_EQ(crossing_charging_id(vector), "") << vector;
  EXPECT_EQ(crossing_charging_id("icid-value=" + std::string(128, '1')).size(), 128u);
  EXPECT_EQ(crossing_charging_id("icid-value=" + std::string(129, '1')), "");
}

// RFC 3326
TEST(CrossingCause, IsAKnownProtocolAndAFigure) {
  auto crossing = [](std::string_view reason) {
    auto cause = crossing_cause(reason);
    return cause ? std::string(cause->protocol) + " " + std::to_string(cause->number) : "nothing";
  };
  EXPECT_EQ(crossing("Q.850;cause=16;text=\"coresecret node7\""), "Q.850 16");
  EXPECT_EQ(crossing("sip ; text=\"a;cause=9\" ; cause=600"), "SIP 600");
  EXPECT_EQ(crossing("SIP;text=secrethost"), "nothing");
  EXPECT_EQ(crossing("SIP;cause=secrethost"), "nothing");
  EXPECT_EQ(crossing("SIP;cause=1000"), "nothing");
  EXPECT_EQ(crossing("secrethost;cause=16"), "nothing");
  EXPECT_EQ(crossing("SIP"), "nothing");
}

TEST(HeaderCrosses, NothingThatTheCallLogicWritesForEachLeg) {
  for (std::string_view name : {"Via",
                                "v",
                                "From",
                                "f",
                                "To",
                                "t",
                                "Contact",
                                "m",
                                "Call-ID",
                                "i",
                                "CSeq",
                                "Route",
                                "Record-Route",
                                "Max-Forwards",
                                "Content-Length",
                                "l",
                                "Content-Type",
                                "c",
                                "Supported",
                                "k",
                                "Require",
                                "Allow",
                                "Expires",
                                "Session-Expires",
                                "x",
                                "Min-SE",
                                "RSeq",
                                "RAck"})
    EXPECT_FALSE(crosses(name, "1")) << name;
}

TEST(HeaderCrosses, NothingThatNamesTheOtherSide) {
  for (std::string_view name : {"User-Agent",
                                "Server",
                                "Organization",
                                "Call-Info",
                                "Alert-Info",
                                "Error-Info",
                                "Warning",
                                "In-Reply-To",
                                "Replaces",
                                "Join",
                                "Refer-To",
                                "Referred-By",
                                "Session-ID",
                                "User-to-User",
                                "Geolocation",
                                "Identity",
                                "P-Asserted-Identity",
                                "P-Preferred-Identity",
                                "P-Charging-Vector",
                                "P-Access-Network-Info",
                                "Path",
                                "Service-Route",
                                "History-Info",
                                "Diversion",
                                "Remote-Party-ID",
                                "Authorization",
                                "Proxy-Authorization",
                                "Date",
                                "X-Anything",
                                "Subjects",
                                ""})
    EXPECT_FALSE(crosses(name, "1")) << name;
}

TEST(AttributeCrosses, WhatDescribesTheMedia) {
  for (std::string_view name :
       {"rtpmap", "fmtp", "ptime", "maxptime", "sendrecv", "sendonly", "recvonly", "inactive", "framerate",
        "content", "lang", "rtcp-fb", "T38FaxVersion", "t38maxbitrate"})
    EXPECT_TRUE(attribute_crosses(sdp::attribute_name_of(name))) << name;
}

TEST(AttributeCrosses, NothingThatAddressesOrIdentifiesTheOtherSide) {
  for (std::string_view name : {"candidate",
                                "remote-candidates",
                                "end-of-candidates",
                                "ice-ufrag",
                                "ice-pwd",
                                "ice-lite",
                                "ice-options",
                                "rtcp",
                                "rtcp-mux",
                                "crypto",
                                "fingerprint",
                                "setup",
                                "connection",
                                "ssrc",
                                "ssrc-group",
                                "msid",
                                "mid",
                                "group",
                                "label",
                                "extmap",
                                "cname",
                                "tool",
                                "path",
                                "T38VendorInfo",
                                "X-nat",
                                "altc",
                                "zrtp-hash",
                                "key-mgmt",
                                ""})
    EXPECT_FALSE(attribute_crosses(sdp::attribute_name_of(name))) << name;
}

TEST(AttributeCrosses, OnlyWithAValueThatHoldsNoAddressAndNoHostName) {
  auto crosses_with = [](std::string_view name, std::string_view value) {
    std::string text = std::string(name) + (value.empty() ? "" : ":") + std::string(value);
    return attribute_crosses(sdp::Line{'a', sdp::attribute_name_of(name), uint32_t(name.size()), text});
  };
  EXPECT_TRUE(crosses_with("rtpmap", "8 PCMA/8000"));
  EXPECT_TRUE(crosses_with("rtpmap", "101 telephone-event/8000"));
  EXPECT_TRUE(crosses_with("fmtp", "97 profile-level-id=42e01f;packetization-mode=1"));
  EXPECT_TRUE(crosses_with("fmtp", "96 mode-set=0,2;octet-align=1"));
  EXPECT_TRUE(crosses_with("fmtp", "111 br=5.9-24.4;bw=nb-swb"));
  EXPECT_TRUE(crosses_with("T38FaxRateManagement", "transferredTCF"));
  EXPECT_TRUE(crosses_with("imageattr", "97 send [x=800,y=640,sar=1.1,q=0.6]"));
  EXPECT_TRUE(crosses_with("content", "slides,main"));
  EXPECT_TRUE(crosses_with("fmtp", "101 0-15"));
  EXPECT_TRUE(crosses_with("fmtp", "97 profile-level-id=42e01f; sprop-parameter-sets=Z0IACpZTBYmI,aMljiA=="));
  EXPECT_TRUE(crosses_with("framerate", "29.97"));
  EXPECT_TRUE(crosses_with("sendrecv", ""));
  EXPECT_FALSE(crosses_with("fmtp", "101 x=10.0.0.1"));
  EXPECT_FALSE(crosses_with("fmtp", "101 relay=alice@inside"));
  EXPECT_FALSE(crosses_with("rtpmap", "96 fe80::1/8000"));
  EXPECT_FALSE(crosses_with("fmtp", "8 node=pbx.secret.lan"));
  EXPECT_FALSE(crosses_with("rtpmap", "96 pbx.secret.lan/8000"));
  EXPECT_FALSE(crosses_with("content", "pbx.secret.lan"));
  EXPECT_FALSE(crosses_with("sendrecv", "secrethost"));
  EXPECT_FALSE(crosses_with("candidate", ""));
  EXPECT_FALSE(attribute_crosses(sdp::Line{'a', sdp::AttributeName::sendonly, 8, "sendonly:"}));
  EXPECT_FALSE(attribute_crosses(sdp::Line{'i', sdp::AttributeName::other, 0, "rtpmap:8 PCMA/8000"}));
}

TEST(LooksLikeAddress, SeesAddressesInEveryForm) {
  for (std::string_view text : {"10.0.0.1", "x=192.168.000.001;", "1.2.3.4.5", "::1",
                                "fe80::", "[2001:db8::1]:5060", "2001:db8:0:1:2:3:4:5", "00:1b:44:11:3a:b7",
                                "a@b", "a@[::1]", "sip://x", "%31%30.0.0.1", "::ffff:10.0.0.1"})
    EXPECT_TRUE(looks_like_address(text)) << text;
}

TEST(LooksLikeAddress, LeavesNumbersTimesAndProseAlone) {
  for (std::string_view text : {"", "1", "8000", "1.2.3", "10:20:30", "12:30", "a @ b", "at@",
                                "Q.850;cause=16", "50% of it", "e.g. this", "H.264", "a:b", ".", "...."})
    EXPECT_FALSE(looks_like_address(text)) << text;
}

// RFC 3261 25.1, quoted-pair
TEST(LooksLikeAddress, SeesThroughQuotedPairsAndRepeatedEncoding) {
  EXPECT_TRUE(looks_like_address(R"("10\.9\.8\.7")"));
  EXPECT_TRUE(looks_like_host(R"("pbx\.secret\.lan")"));
  EXPECT_TRUE(looks_like_host(R"("p\b\x\.\s\e\c\r\e\t")"));
  EXPECT_TRUE(looks_like_address("10%252e9%252e8%252e7"));
  EXPECT_TRUE(looks_like_address(R"(10\%2e9\%2e8\%2e7)"));
  EXPECT_FALSE(looks_like_host(R"("Alice \"Al\" Jones")"));
  EXPECT_FALSE(looks_like_host("100%25"));
  EXPECT_FALSE(looks_like_host(R"(end\)"));
}

TEST(LooksLikeAddress, SuspectsWhatIsTooLongToDecode) {
  EXPECT_FALSE(looks_like_address(std::string(4000, 'x')));
  EXPECT_TRUE(looks_like_address(std::string(4000, 'x') + '%'));
}

TEST(LooksLikeHost, SeesDottedNames) {
  EXPECT_TRUE(looks_like_host("pbx.example.com"));
  EXPECT_TRUE(looks_like_host("gw-1.local"));
  EXPECT_TRUE(looks_like_host("gw-1%2elocal"));
  EXPECT_FALSE(looks_like_host("End of sentence. Another one"));
  EXPECT_FALSE(looks_like_host("Version 1.2"));
}

}  // namespace
}  // namespace sbc::policy
