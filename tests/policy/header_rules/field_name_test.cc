#include "policy/header_rules/field_name.h"

#include <gtest/gtest.h>

namespace sbc::policy {
namespace {

using Action = config::HeaderRule::Action;

std::string_view why(std::string_view name, Action action = Action::set) {
  return why_not(FieldName::of(name), action);
}

TEST(FieldName, IsTheCanonicalOneWhereWeKnowIt) {
  EXPECT_EQ(FieldName::of("s").text, "Subject");
  EXPECT_EQ(FieldName::of("user-agent").text, "User-Agent");
  EXPECT_EQ(FieldName::of("X-Thing").text, "X-Thing");
  EXPECT_TRUE(FieldName::of("x-thing").is({.name = "X-Thing", .value = "", .id = sip::Header::other}));
  EXPECT_FALSE(FieldName::of("x-thing").is({.name = "X-Things", .value = "", .id = sip::Header::other}));
  EXPECT_TRUE(FieldName::of("Subject").is({.name = "s", .value = "", .id = sip::Header::subject}));
}

TEST(FieldName, WhatMakesDialogsAndSessionsIsNoRules) {
  for (Action action : {Action::allow, Action::remove, Action::set, Action::add, Action::replace}) {
    for (std::string_view name : {"Via",
                                  "v",
                                  "Record-Route",
                                  "Route",
                                  "Contact",
                                  "m",
                                  "From",
                                  "To",
                                  "Call-ID",
                                  "CSeq",
                                  "Content-Length",
                                  "l",
                                  "Max-Forwards",
                                  "Require",
                                  "Supported",
                                  "Allow",
                                  "Session-Expires",
                                  "Min-SE",
                                  "Content-Type",
                                  "RSeq",
                                  "RAck",
                                  "Event",
                                  "Replaces",
                                  "Refer-To",
                                  "Expires",
                                  "Retry-After",
                                  "Accept",
                                  "Authorization",
                                  "Proxy-Require",
                                  "Recv-Info",
                                  "Path",
                                  "Join",
                                  "Timestamp",
                                  "WWW-Authenticate"})
      EXPECT_NE(why(name, action), "") << name;
  }
}

TEST(FieldName, EverythingElseIs) {
  for (std::string_view name : {"User-Agent", "Server", "Subject", "P-Asserted-Identity", "Diversion",
                                "Privacy", "Reason", "History-Info", "X-Anything", "Remote-Party-ID"})
    EXPECT_EQ(why(name), "") << name;
}

TEST(FieldName, WhatCrossesRewrittenCannotCrossAsItIs) {
  for (std::string_view name :
       {"Reason", "Warning", "History-Info", "P-Asserted-Identity", "Diversion", "P-Charging-Vector"})
    EXPECT_NE(why(name, Action::allow), "") << name;
  for (std::string_view name : {"User-Agent", "User-to-User", "Priority", "X-Anything"})
    EXPECT_EQ(why(name, Action::allow), "") << name;
}

TEST(FieldName, IsAToken) {
  EXPECT_NE(why(""), "");
  EXPECT_NE(why("X Thing"), "");
  EXPECT_NE(why("X-Thing:"), "");
  EXPECT_NE(why("X\r\nVia"), "");
  EXPECT_EQ(why(std::string(64, 'x')), "");
  EXPECT_NE(why(std::string(65, 'x')), "");
}

}  // namespace
}  // namespace sbc::policy
