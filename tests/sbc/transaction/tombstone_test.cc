#include "sbc/transaction/tombstone.h"

#include <string>

#include <gtest/gtest.h>

#include "sbc/transaction/reply.h"

namespace sbc::transaction {
namespace {

class TombstoneTest : public testing::Test {
 protected:
  static constexpr std::array<std::string_view, 4> phrases{"Contact: <sip:", "Allow: ", "INVITE, ACK, BYE",
                                                           "\r\n"};

  const sip::Message& request(std::string to) {
    bytes_ =
        "UPDATE sip:10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.9.9.9:5070;rport;branch=z9hG4bK1\r\n"
        "Via: SIP/2.0/UDP proxy.example;branch=z9hG4bKsecond\r\nFrom: \"A\" <sip:a@b>;tag=1\r\nTo: " +
        to + "\r\nCall-ID: x\r\nCSeq: 7 UPDATE\r\nContent-Length: 0\r\n\r\n";
    EXPECT_EQ(message_.parse(bytes_), Reason::none);
    return message_;
  }
  std::string response(const std::string& status_line, const std::string& tag, const std::string& rest) {
    char room[2048];
    sip::Writer out(room);
    out.text(status_line).end_line();
    write_reply_head(out, message_, from_);
    out.text(tag).end_line().text(rest);
    return std::string(out.written());
  }
  std::string again() {
    char room[2048];
    sip::Writer out(room);
    tombstone_.write(out, message_, from_, phrases);
    return std::string(out.written());
  }
  void expect_again(const std::string& to, const std::string& status_line, const std::string& tag,
                    const std::string& fields) {
    request(to);
    std::string first = response(status_line, tag, fields + "Content-Length: 0\r\n\r\n");
    ASSERT_TRUE(tombstone_.take(first, tag.empty(), phrases)) << first;
    EXPECT_EQ(again(), first);
  }
  /// Whether a response with these lines, its last ones, is remembered.
  bool remembers(const std::string& rest) {
    request("<sip:c@d>;tag=2");
    return tombstone_.take(response("SIP/2.0 200 OK", "", rest), true, phrases);
  }

  Transport from_{TransportKind::udp,
                  RealmId(0),
                  *Endpoint::parse("10.0.0.1:5060"),
                  *Endpoint::parse("192.0.2.9:40000"),
                  0,
                  0};
  std::string bytes_;
  sip::Message message_;
  Tombstone tombstone_;
};

// RFC 3261 17.2.2
TEST_F(TombstoneTest, ResponsesAreWrittenAgainToTheByte) {
  expect_again("<sip:c@d>;tag=2", "SIP/2.0 200 OK", "", "");
  expect_again("<sip:c@d>", "SIP/2.0 404 Not Found", ";tag=0123456789abcdef", "");
  expect_again("<sip:c@d;tag=uri>", "SIP/2.0 481 Call/Transaction Does Not Exist", ";tag=t", "");
  expect_again("<sip:c@d>;tag=2", "SIP/2.0 500 Server Internal Error", "", "Retry-After: 4\r\n");
  expect_again("<sip:c@d>;tag=2", "SIP/2.0 200 OK", "",
               "Contact: <sip:[2001:db8::17]:5060>\r\nAllow: INVITE, ACK, BYE\r\nSession-Expires: 1800\r\n");
}

TEST_F(TombstoneTest, WhatItHasNoRoomForIsToBeKeptWhole) {
  std::string fits(Tombstone::fields_max - 5,
                   'a');  // with "X: " before it, and the phrase of a line's end: one short
  EXPECT_TRUE(remembers("X: " + fits.substr(1) + "\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_FALSE(remembers("X: " + fits + "aaa\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_FALSE(remembers("Subject: M\xc3\xbcller\r\nContent-Length: 0\r\n\r\n"))
      << "these bytes stand for phrases";
}

TEST_F(TombstoneTest, BodiesAreToBeKeptWhole) {
  EXPECT_FALSE(remembers("Content-Length: 5\r\n\r\nv=0\r\n"));
  EXPECT_FALSE(remembers("Content-Length: 21\r\n\r\nContent-Length: 0\r\n\r\n")) << "the body, not the head";
}

TEST_F(TombstoneTest, WhatItWouldNotWriteIsToBeKeptWhole) {
  request("<sip:c@d>;tag=2");
  EXPECT_FALSE(tombstone_.take(response("SIP/2.0 200 Fine", "", "Content-Length: 0\r\n\r\n"), true, phrases));
  std::string routed = response("SIP/2.0 200 OK", "", "Content-Length: 0\r\n\r\n");
  routed.insert(routed.find("Via"), "Record-Route: <sip:r;lr>\r\n");
  EXPECT_FALSE(tombstone_.take(routed, true, phrases));
  EXPECT_FALSE(tombstone_.take("", true, phrases));
  EXPECT_FALSE(tombstone_.take("SIP/2.0 200 OK\r\nVia: x\r\nTo: ", true, phrases));
}

TEST_F(TombstoneTest, TagIsKnownOfWhateverResponse) {
  request("<sip:c@d>");
  EXPECT_FALSE(
      tombstone_.take(response("SIP/2.0 200 OK", ";tag=ours", "Content-Length: 1\r\n\r\nx"), false, phrases));
  EXPECT_EQ(tombstone_.tag(), "ours");
  std::string longer(Tombstone::tag_max + 1, 't');
  EXPECT_FALSE(tombstone_.take(response("SIP/2.0 200 OK", ";tag=" + longer, "Content-Length: 0\r\n\r\n"),
                               false, phrases));
  EXPECT_EQ(tombstone_.tag(), "");
}

}  // namespace
}  // namespace sbc::transaction
