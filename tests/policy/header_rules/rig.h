// Rules from text as an operator writes it, and messages for them to act on.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "policy/header_rules/header_rules.h"
#include "tests/config/load/sample.h"

namespace sbc::policy {

inline constexpr RealmId access_realm{0}, core_realm{1};
inline constexpr TrunkId core_trunk{0};

/// `rules`: the list under header_rules, in the sample configuration.
inline CompiledHeaderRules compiled(const std::string& rules) {
  config::LoadResult loaded = config::load_text(config::sample + "header_rules:\n" + rules, "sbc.yaml");
  for (const config::Problem& problem : loaded.problems) ADD_FAILURE() << config::problem_text(problem);
  if (!loaded) return {};
  return compile_header_rules(*loaded.model, TrunkTable(*loaded.model, {core_trunk}));
}

/// An INVITE with more fields, or a response to one.
inline std::string invite_with(const std::string& fields) {
  return "INVITE sip:4912345;phone-context=pbx.inside@203.0.113.1 SIP/2.0\r\n"
         "Via: SIP/2.0/UDP 198.51.100.10;branch=z9hG4bK1\r\n"
         "From: \"Alice\" <sip:+4930555;tgrp=x@home.example>;tag=1\r\nTo: <sip:100@203.0.113.1>\r\n"
         "Call-ID: x\r\nCSeq: 1 INVITE\r\n" +
         fields + "Content-Length: 0\r\n\r\n";
}
inline std::string response_with(int status, const std::string& fields) {
  return "SIP/2.0 " + std::to_string(status) +
         " Whatever\r\nVia: SIP/2.0/UDP 203.0.113.1;branch=z9hG4bK1\r\nFrom: <sip:+4930555@x>;tag=1\r\n"
         "To: <sip:100@203.0.113.1>;tag=2\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n" +
         fields + "Content-Length: 0\r\n\r\n";
}

/// Lives as long as the message that it was parsed of.
struct Parsed {
  explicit Parsed(std::string bytes) : text(std::move(bytes)) {
    EXPECT_EQ(message.parse(text, MessageLimits::none()), Reason::none) << text;
  }
  std::string text;
  sip::Message message;
};

}  // namespace sbc::policy
