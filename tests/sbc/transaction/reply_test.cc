#include "sbc/transaction/reply.h"

#include <string>

#include <gtest/gtest.h>

namespace sbc::transaction {
namespace {

class ReplyTest : public testing::Test {
 protected:
  const sip::Message& request(std::string via, Reason expected = Reason::none) {
    bytes_ = "OPTIONS sip:10.0.0.1 SIP/2.0\r\nVia: " + via +
             "\r\nVia: SIP/2.0/UDP proxy.example;branch=z9hG4bKsecond\r\nFrom: <sip:a@b>;tag=1\r\n"
             "To: <sip:c@d>\r\nCall-ID: x\r\nCSeq: 7 OPTIONS\r\nRecord-Route: <sip:r1;lr>, <sip:r2;lr>\r\n"
             "Content-Length: 0\r\n\r\n";
    EXPECT_EQ(message_.parse(bytes_), expected);
    return message_;
  }
  std::string head(std::string via, Reason expected = Reason::none) {
    char out[1024];
    sip::Writer writer(out);
    write_reply_head(writer, request(std::move(via), expected), from_);
    return std::string(writer.written());
  }

  Transport from_{TransportKind::udp,
                  RealmId(0),
                  *Endpoint::parse("10.0.0.1:5060"),
                  *Endpoint::parse("192.0.2.9:40000"),
                  0,
                  0};
  std::string bytes_;
  sip::Message message_;
};

// RFC 3261 18.2.2
TEST_F(ReplyTest, WithoutRportGoesToTheSourceAddressAndThePortInVia) {
  EXPECT_EQ(reply_transport(request("SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK1"), from_).remote,
            *Endpoint::parse("192.0.2.9:5070"));
  EXPECT_EQ(reply_transport(request("SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1"), from_).remote,
            *Endpoint::parse("192.0.2.9:5060"));
  EXPECT_EQ(reply_transport(request("SIP/2.0/UDP gw.example:5070;branch=z9hG4bK1"), from_).remote,
            *Endpoint::parse("192.0.2.9:5070"));
}

TEST_F(ReplyTest, WithoutRportFromBehindANatGoesToTheSourcePort) {
  EXPECT_EQ(reply_transport(request("SIP/2.0/UDP 10.9.9.9:5070;branch=z9hG4bK1"), from_).remote,
            *Endpoint::parse("192.0.2.9:40000"));
  EXPECT_EQ(reply_transport(request("SIP/2.0/UDP [2001:db8::9];branch=z9hG4bK1"), from_).remote,
            *Endpoint::parse("192.0.2.9:40000"));
}

// RFC 3581 4
TEST_F(ReplyTest, WithRportGoesToTheSourcePort) {
  EXPECT_EQ(reply_transport(request("SIP/2.0/UDP 10.9.9.9:5070;rport;branch=z9hG4bK1"), from_).remote,
            *Endpoint::parse("192.0.2.9:40000"));
}

// RFC 3261 18.2.2: maddr would have us send to whomever the peer names
TEST_F(ReplyTest, MaddrIsIgnored) {
  EXPECT_EQ(reply_transport(request("SIP/2.0/UDP 192.0.2.9;maddr=203.0.113.1;branch=z9hG4bK1"), from_).remote,
            *Endpoint::parse("192.0.2.9:5060"));
}

// RFC 3581 4: what the peer had put into received and rport is replaced
TEST_F(ReplyTest, ReceivedAndRportTellWhatWeSaw) {
  std::string text = head("SIP/2.0/UDP 10.9.9.9:5070;rport=1;received=203.0.113.1;branch=z9hG4bK1;x=\"a;b\"");
  EXPECT_TRUE(
      text.starts_with("Via: SIP/2.0/UDP 10.9.9.9:5070;branch=z9hG4bK1;x=\"a;b\""
                       ";received=192.0.2.9;rport=40000\r\n"))
      << text;
}

// RFC 3261 18.2.1: no received where sent-by is the source
TEST_F(ReplyTest, NothingIsAddedWhereSentByIsTheSource) {
  EXPECT_TRUE(head("SIP/2.0/UDP 192.0.2.9:40000;branch=z9hG4bK1")
                  .starts_with("Via: SIP/2.0/UDP 192.0.2.9:40000;branch=z9hG4bK1\r\n"));
}

// RFC 3261 8.2.6.2
/// The request is refused for it, but to whom it names.
TEST_F(ReplyTest, AViaThatSaysNothingIsNotRepeated) {
  const std::string reply = head("", Reason::via_bad);
  EXPECT_TRUE(
      reply.starts_with("Via: SIP/2.0/UDP proxy.example;branch=z9hG4bKsecond;received=192.0.2.9\r\nFrom:"))
      << reply;
}

TEST_F(ReplyTest, FurtherViasInTheSameFieldAndInOthersAreRepeated) {
  std::string text = head("SIP/2.0/UDP 192.0.2.9:40000;branch=z9hG4bK1, SIP/2.0/UDP other;branch=z9hG4bK0");
  EXPECT_TRUE(
      text.starts_with("Via: SIP/2.0/UDP 192.0.2.9:40000;branch=z9hG4bK1, SIP/2.0/UDP "
                       "other;branch=z9hG4bK0\r\nVia: SIP/2.0/UDP proxy.example;branch=z9hG4bKsecond\r\n"
                       "From: <sip:a@b>;tag=1\r\nCall-ID: x\r\nCSeq: 7 OPTIONS\r\nTo: <sip:c@d>"))
      << text;
}

}  // namespace
}  // namespace sbc::transaction
