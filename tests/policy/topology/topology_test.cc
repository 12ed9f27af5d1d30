#include "policy/topology/topology.h"

#include <gtest/gtest.h>

namespace sbc::policy {
namespace {

bool crosses(std::string_view name, std::string_view value) {
  return header_crosses({sip::header_of(name), name, value});
}

TEST(HeaderCrosses, WhatSaysSomethingAboutTheCallOnly) {
  EXPECT_TRUE(crosses("Subject", "Performance Test"));
  EXPECT_TRUE(crosses("s", "Lunch at 12:30?"));
  EXPECT_TRUE(crosses("subject", "in any case"));
  EXPECT_TRUE(crosses("Priority", "urgent"));
  EXPECT_TRUE(crosses("Accept-Language", "da, en-gb;q=0.8, en;q=0.7"));
  EXPECT_TRUE(crosses("Privacy", "id;critical"));
  EXPECT_TRUE(crosses("P-Early-Media", "sendrecv"));
  EXPECT_TRUE(crosses("Resource-Priority", "dsn.flash, ets.0"));
  EXPECT_TRUE(crosses("Reason", "Q.850;cause=16;text=\"Normal call clearing\""));
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

TEST(HeaderCrosses, NotWithAnAddressOrAHostNameInItsValue) {
  EXPECT_FALSE(crosses("Subject", "call from 10.1.2.3"));
  EXPECT_FALSE(crosses("Subject", "call from 10%2e1%2E2.3"));
  EXPECT_FALSE(crosses("Subject", "call from pbx1.core.example"));
  EXPECT_FALSE(crosses("Subject", "ask alice@core"));
  EXPECT_FALSE(crosses("Subject", "ask alice%40core"));
  EXPECT_FALSE(crosses("Subject", "see http://intranet/"));
  EXPECT_FALSE(crosses("Subject", "via [2001:db8::5]"));
  EXPECT_FALSE(crosses("Reason", "SIP;cause=480;text=\"gw7.core.example is down\""));
  EXPECT_FALSE(crosses("Priority", "10.1.2.3"));
}

TEST(AttributeCrosses, WhatDescribesTheMedia) {
  for (std::string_view name :
       {"rtpmap", "fmtp", "ptime", "maxptime", "sendrecv", "sendonly", "recvonly", "inactive", "framerate",
        "content", "lang", "rtcp-fb", "T38FaxVersion", "t38maxbitrate"})
    EXPECT_TRUE(attribute_crosses(name)) << name;
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
    EXPECT_FALSE(attribute_crosses(name)) << name;
}

TEST(AttributeCrosses, OnlyWithAValueThatHoldsNoAddress) {
  auto crosses_with = [](std::string_view name, std::string_view value) {
    return attribute_crosses(sdp::Attribute{name, value});
  };
  EXPECT_TRUE(crosses_with("rtpmap", "8 PCMA/8000"));
  EXPECT_TRUE(crosses_with("rtpmap", "107 vnd.onvif.metadata/90000"));
  EXPECT_TRUE(crosses_with("fmtp", "101 0-15"));
  EXPECT_TRUE(crosses_with("fmtp", "97 profile-level-id=42e01f; sprop-parameter-sets=Z0IACpZTBYmI,aMljiA=="));
  EXPECT_TRUE(crosses_with("framerate", "29.97"));
  EXPECT_TRUE(crosses_with("sendrecv", ""));
  EXPECT_FALSE(crosses_with("fmtp", "101 x=10.0.0.1"));
  EXPECT_FALSE(crosses_with("fmtp", "101 relay=alice@inside"));
  EXPECT_FALSE(crosses_with("rtpmap", "96 fe80::1/8000"));
  EXPECT_FALSE(crosses_with("candidate", ""));
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
