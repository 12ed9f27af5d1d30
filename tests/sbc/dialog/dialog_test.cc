#include "sbc/dialog/dialog.h"

#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sbc::dialog {
namespace {

class DialogTest : public testing::Test {
 protected:
  const sip::Message& invite(std::string more = "Contact: <sip:alice@192.0.2.9:5070>\r\n") {
    return parse(
        "INVITE sip:100@sbc SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1\r\n"
        "From: \"Alice\" <sip:alice@home;user=phone>;tag=at\r\nTo: sip:100@sbc;x=y\r\nCall-ID: abc\r\n"
        "CSeq: 10 INVITE\r\n" +
        more + "\r\n");
  }
  const sip::Message& response(int status, std::string more, std::string tag = ";tag=bt") {
    return parse("SIP/2.0 " + std::to_string(status) +
                 " X\r\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK2\r\n"
                 "From: <sip:me@10.0.0.1>;tag=mine\r\nTo: <sip:bob@10.0.0.9>" +
                 tag + "\r\nCall-ID: own\r\nCSeq: 3 INVITE\r\n" + more + "\r\n");
  }
  const sip::Message& parse(std::string text) {
    text_ = std::move(text);
    EXPECT_EQ(message_.parse(text_, MessageLimits::none()), Reason::none) << text_;
    return message_;
  }
  std::string head(sip::Method method = sip::Method::bye) {
    char out[2048];
    sip::Writer writer(out);
    write_request_head(writer, dialog_, {method, 11, "z9hG4bKx", *Endpoint::parse("10.0.0.1:5060"), 70});
    EXPECT_FALSE(writer.overflowed());
    return std::string(writer.written());
  }

  Dialog dialog_;
  std::string text_;
  sip::Message message_;
};

// RFC 3261 12.1.1, 12.2.1.1
TEST_F(DialogTest, ServerSideTakesPartiesTargetAndRoutesInOrder) {
  ASSERT_EQ(begin_as_server(dialog_,
                            invite("Contact: <sip:alice@192.0.2.9:5070>\r\n"
                                   "Record-Route: <sip:p1;lr>, <sip:p2;lr>\r\nRecord-Route: <sip:p3;lr>\r\n"),
                            "lt"),
            Reason::none);
  EXPECT_EQ(head(),
            "BYE sip:alice@192.0.2.9:5070 SIP/2.0\r\n"
            "Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKx;rport\r\n"
            "Max-Forwards: 70\r\n"
            "From: <sip:100@sbc>;tag=lt\r\n"
            "To: \"Alice\" <sip:alice@home;user=phone>;tag=at\r\n"
            "Call-ID: abc\r\n"
            "CSeq: 11 BYE\r\n"
            "Route: <sip:p1;lr>, <sip:p2;lr>, <sip:p3;lr>\r\n");
}

// RFC 3261 12.1.2
TEST_F(DialogTest, ClientSideReversesTheRoutes) {
  ASSERT_EQ(begin_from_response(dialog_, response(200,
                                                  "Contact: <sip:bob@10.0.0.9>\r\n"
                                                  "Record-Route: <sip:p1;lr>, <sip:p2;lr>\r\n")),
            Reason::none);
  EXPECT_EQ(dialog_.state, DialogState::confirmed);
  EXPECT_EQ(dialog_.route_set.view(), "<sip:p2;lr>, <sip:p1;lr>");
  EXPECT_EQ(dialog_.local_tag.view(), "mine");
  EXPECT_EQ(dialog_.remote_tag.view(), "bt");
  EXPECT_EQ(dialog_.local_cseq, 3u);
}

// RFC 3261 12.2.1.1: a strict router in front takes the Request-URI, the target goes last
TEST_F(DialogTest, StrictRouterIsObeyed) {
  begin_as_server(
      dialog_, invite("Contact: <sip:alice@192.0.2.9>\r\nRecord-Route: <sip:strict>, <sip:p2;lr>\r\n"), "lt");
  std::string text = head();
  EXPECT_TRUE(text.starts_with("BYE sip:strict SIP/2.0\r\n")) << text;
  EXPECT_NE(text.find("Route: <sip:p2;lr>, <sip:alice@192.0.2.9>\r\n"), text.npos) << text;
}

// RFC 3261 13.2.2.4: the 2xx may be from another fork than the 180
TEST_F(DialogTest, FinalResponseOfAnotherForkReplacesTheEarlyDialog) {
  learn_from_response(
      dialog_, response(180, "Contact: <sip:one@10.0.0.8>\r\nRecord-Route: <sip:p1;lr>\r\n", ";tag=1"));
  EXPECT_EQ(dialog_.state, DialogState::early);
  ASSERT_EQ(learn_from_response(dialog_, response(200, "Contact: <sip:two@10.0.0.9>\r\n", ";tag=2")),
            Reason::none);
  EXPECT_EQ(dialog_.remote_tag.view(), "2");
  EXPECT_EQ(dialog_.remote_target.view(), "sip:two@10.0.0.9");
  EXPECT_TRUE(dialog_.route_set.empty());
}

TEST_F(DialogTest, ProvisionalWithoutTagOrContactChangesNoTarget) {
  ASSERT_TRUE(dialog_.remote_target.assign("sip:before"));
  EXPECT_EQ(learn_from_response(dialog_, response(180, "", "")), Reason::none);
  EXPECT_EQ(dialog_.state, DialogState::none);
  EXPECT_EQ(learn_from_response(dialog_, response(180, "")), Reason::none);
  EXPECT_EQ(dialog_.state, DialogState::early);
  EXPECT_EQ(dialog_.remote_target.view(), "sip:before");
}

TEST_F(DialogTest, WildContactMakesNoDialog) {
  EXPECT_EQ(begin_as_server(dialog_, invite("Contact: *\r\n"), "lt"), Reason::header_bad);
  EXPECT_EQ(learn_from_response(dialog_, response(200, "Contact: *\r\n")), Reason::header_bad);
}

TEST_F(DialogTest, TargetIsTheFirstElementAndNoLaterOneStandsInForIt) {
  ASSERT_EQ(
      begin_as_server(dialog_, invite("Contact: \"a, b\" <sip:a@192.0.2.9>, <sip:b@192.0.2.9>\r\n"), "lt"),
      Reason::none);
  EXPECT_EQ(dialog_.remote_target.view(), "sip:a@192.0.2.9");
  for (std::string contact : {"", ",", ", <sip:b@192.0.2.9>", "\r\nContact: <sip:b@192.0.2.9>",
                              "<sip:a@192.0.2.9> x, <sip:b@192.0.2.9>"})
    EXPECT_EQ(begin_as_server(dialog_, invite("Contact: " + contact + "\r\n"), "lt"), Reason::header_bad)
        << contact;
}

// RFC 2543 6.9, 6.37: neither Contact nor tags
TEST_F(DialogTest, PeersOfRfc2543MakeDialogsToo) {
  EXPECT_EQ(begin_as_server(dialog_, invite(""), "lt"), Reason::none);
  EXPECT_EQ(dialog_.remote_target.view(), "sip:alice@home;user=phone");
  dialog_ = {};
  ASSERT_TRUE(dialog_.remote_target.assign("sip:invited"));
  EXPECT_EQ(learn_from_response(dialog_, response(200, "", "")), Reason::none);
  EXPECT_EQ(dialog_.state, DialogState::confirmed);
  EXPECT_EQ(dialog_.remote_target.view(), "sip:invited");
  EXPECT_TRUE(dialog_.remote_tag.empty());
}

// RFC 3261 13.2.2.4: also a 2xx that is of no use has to be acknowledged and ended
TEST_F(DialogTest, WhatDoesNotFitOfAResponseIsLeftOut) {
  ASSERT_TRUE(dialog_.remote_target.assign("sip:invited") && dialog_.remote_party.assign("<sip:invited>"));
  std::string more = "Contact: <sip:" + std::string(600, 'x') +
                     ">\r\nRecord-Route: <sip:p1;lr>,<sip:" + std::string(2100, 'x') + ">\r\n";
  EXPECT_EQ(begin_from_response(dialog_, response(200, more, ";tag=" + std::string(300, 'x'))), Reason::none);
  EXPECT_EQ(dialog_.remote_target.view(), "sip:invited");
  EXPECT_TRUE(dialog_.route_set.empty());
  EXPECT_TRUE(dialog_.remote_tag.empty());
  EXPECT_EQ(dialog_.remote_party.view(), "<sip:bob@10.0.0.9>");
  std::string text = head(sip::Method::ack);
  EXPECT_TRUE(text.starts_with("ACK sip:invited SIP/2.0\r\n")) << text;
}

// RFC 3261 8.1.1.8, 19.1.1 table 1
TEST_F(DialogTest, TargetIsASipUriWithoutHeadersAndMethod) {
  auto target = [this](std::string contact) {
    Reason reason = begin_as_server(dialog_, invite("Contact: " + contact + "\r\n"), "lt");
    return reason == Reason::none ? std::string(dialog_.remote_target.view()) : "refused";
  };
  EXPECT_EQ(target("<sip:a@b:5070;transport=udp;Method=REFER;ob?Subject=x&Route=%3Csip:c%3E>"),
            "sip:a@b:5070;transport=udp;ob");
  EXPECT_EQ(target("<sip:a@b?Subject=x>"), "sip:a@b");
  EXPECT_EQ(target("<sip:a@b;method=REFER>"), "sip:a@b");
  EXPECT_EQ(target("<sips:a@b>"), "sips:a@b");
  EXPECT_EQ(target("<tel:+4930>"), "refused");
  EXPECT_EQ(target("<mailto:a@b>"), "refused");
}

// RFC 4475 3.1.2.15
TEST_F(DialogTest, DisplayNamesGoOutQuoted) {
  std::string text(invite().bytes());
  text.replace(text.find("\"Alice\""), 7, "Alice (home)");
  ASSERT_EQ(begin_as_server(dialog_, parse(text), "lt"), Reason::none);
  EXPECT_EQ(dialog_.remote_party.view(), "\"Alice (home)\" <sip:alice@home;user=phone>");
}

TEST_F(DialogTest, ValuesThatDoNotFitMakeNoDialog) {
  std::string at_limit = "sip:" + std::string(508, 'x');
  EXPECT_EQ(begin_as_server(dialog_, invite("Contact: <" + at_limit + ">\r\n"), "lt"), Reason::none);
  EXPECT_EQ(begin_as_server(dialog_, invite("Contact: <" + at_limit + "x>\r\n"), "lt"),
            Reason::header_too_long);
  std::string routes;
  for (int i = 0; i < 80; ++i) routes += "Record-Route: <sip:router-number-" + std::to_string(i) + ";lr>\r\n";
  EXPECT_EQ(begin_as_server(dialog_, invite("Contact: <sip:a@b>\r\n" + routes), "lt"),
            Reason::header_too_long);
}

// RFC 3261 12.2.2
TEST_F(DialogTest, LowerCSeqIsOld) {
  begin_as_server(dialog_, invite(), "lt");
  EXPECT_EQ(check_order(dialog_, invite()), Reason::none);
  dialog_.remote_cseq = 11;
  EXPECT_EQ(check_order(dialog_, invite()), Reason::cseq_old);
  EXPECT_EQ(dialog_.remote_cseq, 11u);
}

TEST_F(DialogTest, NextHopIsThePeerWhateverItClaims) {
  Endpoint peer = *Endpoint::parse("192.0.2.9:40000");
  begin_as_server(dialog_, invite("Contact: <sip:alice@10.1.1.1:5070>\r\n"), "lt");
  EXPECT_EQ(next_hop(dialog_, peer), peer);
  begin_as_server(dialog_, invite("Contact: <sip:alice@phone.example>\r\n"), "lt");
  EXPECT_EQ(next_hop(dialog_, peer), peer);
  begin_as_server(dialog_, invite("Contact: <sip:alice@192.0.2.9:5070>\r\n"), "lt");
  EXPECT_EQ(next_hop(dialog_, peer), *Endpoint::parse("192.0.2.9:5070"));
  begin_as_server(dialog_, invite("Contact: <sip:alice@192.0.2.9>\r\n"), "lt");
  EXPECT_EQ(next_hop(dialog_, peer), peer) << "no port is named: the one that it sends from";
}

// RFC 3261 16.12: with a route set the next hop is its first entry
TEST_F(DialogTest, NextHopTakesThePortOfTheFirstRoute) {
  Endpoint peer = *Endpoint::parse("192.0.2.9:5060");
  begin_as_server(dialog_,
                  invite("Contact: <sip:alice@192.0.2.9:5090>\r\nRecord-Route: <sip:192.0.2.9:5080;lr>\r\n"),
                  "lt");
  EXPECT_EQ(next_hop(dialog_, peer), *Endpoint::parse("192.0.2.9:5080"));
}

std::vector<uint8_t> saved(const Names& names) {
  std::vector<uint8_t> bytes(Names::saved_max);
  Saver form(bytes);
  save(form, names);
  EXPECT_FALSE(form.overflowed());
  bytes.resize(form.written().size());
  return bytes;
}

bool loads(Names& names, std::span<const uint8_t> bytes) {
  Loader form(bytes);
  load(form, names);
  return !form.failed() && form.left() == 0;
}

TEST_F(DialogTest, NamesComeBackFromTheirBytes) {
  begin_as_server(dialog_, invite("Contact: <sip:alice@192.0.2.9>\r\nRecord-Route: <sip:p1;lr>\r\n"), "lt");
  std::string before = head();
  Dialog other;
  static_cast<Sequence&>(other) = dialog_;
  ASSERT_TRUE(loads(other, saved(dialog_)));
  dialog_ = other;
  EXPECT_EQ(head(), before);
}

TEST_F(DialogTest, LongestNamesFitTheirBytes) {
  Names names;
  std::string text(2048, 'x');
  ASSERT_TRUE(names.call_id.assign(text.substr(0, 256)) && names.local_tag.assign(text.substr(0, 32)) &&
              names.remote_tag.assign(text.substr(0, 256)) && names.local_party.assign(text.substr(0, 768)) &&
              names.remote_party.assign(text.substr(0, 768)) &&
              names.remote_target.assign(text.substr(0, 512)) && names.route_set.assign(text));
  std::vector<uint8_t> bytes = saved(names);
  EXPECT_EQ(bytes.size(), Names::saved_max - 1) << "the size of our own tag takes one byte";
  EXPECT_TRUE(loads(names, bytes));
}

TEST_F(DialogTest, BytesThatAreNoNamesAreRefused) {
  begin_as_server(dialog_, invite(), "lt");
  std::vector<uint8_t> bytes = saved(dialog_);
  Names names;
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(loads(names, std::span<const uint8_t>(bytes).first(size))) << size;
  std::vector<uint8_t> long_call_id{0x81, 0x02};  // 257
  long_call_id.resize(1000);
  EXPECT_FALSE(loads(names, long_call_id));
}

}  // namespace
}  // namespace sbc::dialog
