// Bodies that are more than a session description: RFC 3261 20.11, RFC 5621, RFC 3204.
#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

using sip::Header;

class BodyTest : public EngineTest {
 protected:
  static constexpr const char* required = "Content-Disposition: signal;handling=required\r\n";
  static constexpr const char* optional = "Content-Disposition: signal;handling=optional\r\n";

  /// `text` with its SDP as the second of two parts; without any, with the first alone.
  static std::string multipart(std::string text, const std::string& disposition) {
    constexpr std::string_view type = "Content-Type: application/sdp\r\n";
    size_t head = text.find("\r\n\r\n") + 4;
    std::string sdp = text.substr(head), delimiter = "\r\n--unique-1";
    std::string body = "preamble" + delimiter + "\r\nContent-Type: application/ISUP;version=itu-t92+\r\n" +
                       disposition + "\r\n\x01\x11\x49" + delimiter;
    if (!sdp.empty()) body += "\r\n" + std::string(type) + "\r\n" + sdp + delimiter;
    body += "--\r\n";
    text.resize(head);
    if (!sdp.empty()) text.erase(text.find(type), type.size());
    size_t length = text.find("Content-Length:");
    return text.substr(0, length) +
           "Content-Type: multipart/mixed;boundary=\"unique-1\"\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  /// Nothing but our own SDP left towards there.
  void expect_only_sdp(RealmId realm) {
    Sent sent = last_to(realm);
    EXPECT_EQ(sent.header(Header::content_type), "application/sdp") << sent.bytes;
    EXPECT_NE(sent.body().find("m=audio 20"), std::string::npos) << sent.bytes;
    EXPECT_EQ(sent.bytes.find("ISUP"), std::string::npos);
    EXPECT_EQ(sent.bytes.find("unique-1"), std::string::npos);
  }
};

TEST_F(BodyTest, OfferAndAnswerInMultipartsMakeACall) {
  EXPECT_EQ(from_caller(multipart(invite(), optional)), Reason::none);
  expect_only_sdp(core_realm);
  from_callee(multipart(response(invite_, 183, answer_sdp), optional));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 183 Session Progress");
  expect_only_sdp(access_realm);
  from_callee(multipart(response(invite_, 200, answer_sdp), optional));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  expect_only_sdp(access_realm);
  from_caller(ack());
  EXPECT_EQ(relays_.size(), 2u) << "RTP and RTCP";
}

TEST_F(BodyTest, LateOfferInMultiparts) {
  EXPECT_EQ(from_caller(multipart(invite("", ""), optional)), Reason::none);
  EXPECT_EQ(last_to(core_realm).body(), "") << "what is optional and not SDP is no offer";
  from_callee(multipart(response(invite_, 200, offer_sdp), optional));
  expect_only_sdp(access_realm);
  from_caller(multipart(ack(1, answer_sdp), optional));
  expect_only_sdp(core_realm);
  EXPECT_EQ(relays_.size(), 2u) << "RTP and RTCP";
}

TEST_F(BodyTest, ReinviteInAMultipart) {
  establish();
  from_caller(multipart(caller_request("INVITE", "z9hG4bKre", 2, caller_tag(), offer_sdp), optional));
  EXPECT_TRUE(last_to(core_realm).bytes.starts_with("INVITE "));
  expect_only_sdp(core_realm);
}

TEST_F(BodyTest, WhatMustBeUnderstoodAndIsNotIsRefused) {
  for (const char* disposition : {required, "", "Content-Disposition: signal\r\n"}) {
    EXPECT_EQ(from_caller(multipart(invite(), disposition)), Reason::body_unsupported) << disposition;
    EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 415 Unsupported Media Type");
    EXPECT_EQ(last_to(access_realm).header(Header::accept), "application/sdp, multipart/mixed");
    pass(40s);
  }
  EXPECT_EQ(engine_->live_calls(), 0u);
}

TEST_F(BodyTest, AReinviteThatIsRefusedLeavesTheCall) {
  establish();
  std::string again = caller_request("INVITE", "z9hG4bKre", 2, caller_tag(), offer_sdp);
  EXPECT_EQ(from_caller(multipart(again, required)), Reason::body_unsupported);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 415 Unsupported Media Type");
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(BodyTest, AResponseCannotBeRefusedSoItsSdpCounts) {
  from_caller(invite());
  from_callee(multipart(response(invite_, 200, answer_sdp), required));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  expect_only_sdp(access_realm);
}

TEST_F(BodyTest, ABrokenMultipartIsABadRequestOrABadAnswer) {
  std::string broken = multipart(invite(), optional);
  broken.replace(broken.rfind("unique-1"), 8, "unique-2");
  EXPECT_EQ(from_caller(broken), Reason::multipart_bad);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 400 Bad Request");
  pass(40s);
  from_caller(invite());
  broken = multipart(response(invite_, 200, answer_sdp), optional);
  broken.replace(broken.rfind("unique-1"), 8, "unique-2");
  from_callee(broken);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 502 Bad Gateway");
}

// RFC 3261 20.11
TEST_F(BodyTest, ABodyThatIsOptionalAndNotSdpIsNone) {
  std::string text = invite("Content-Disposition: render;handling=optional\r\n", "just text");
  text.replace(text.find("application/sdp"), 15, "text/plain");
  EXPECT_EQ(from_caller(text), Reason::none);
  EXPECT_EQ(last_to(core_realm).body(), "");
}

}  // namespace
}  // namespace sbc::call
