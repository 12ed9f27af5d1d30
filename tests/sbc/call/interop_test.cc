// What the network and other people's SIP ask of us: answers that cannot be used, messages as long as a
// packet or longer, peers of RFC 2543, values as long as RFC 4475 makes them.
#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

using sip::Header;

class InteropTest : public EngineTest {
 protected:
  /// The callee's 200, with one line of it replaced, or removed where `line` is empty.
  std::string success_with(const std::string& name, const std::string& line) {
    std::string text = response(invite_, 200, answer_sdp);
    size_t at = text.find(name + ":");
    text.replace(at, text.find("\r\n", at) + 2 - at, line.empty() ? "" : line + "\r\n");
    return text;
  }
  void limit(size_t access_mtu, size_t core_mtu) {
    end_everything();
    model_->ports.resize(2);
    model_->ports[0].mtu = uint16_t(access_mtu);
    model_->ports[1].mtu = uint16_t(core_mtu);
    model_->realms[0].port = PortId(0);
    model_->realms[1].port = PortId(1);
    start();
  }
  void end_everything() {
    engine_->hang_up_all(surroundings());
    carry_out();
    pass(150s);
    sent_.clear();
    cdrs_.clear();
  }

  static constexpr size_t ip_udp = 28;
  static constexpr size_t ample = 9000;
};

// RFC 3261 13.2.2.4: each 2xx is acknowledged, and ended where the call cannot go on
TEST_F(InteropTest, SuccessThatCannotBeUsedIsAcknowledgedAndEnded) {
  std::string routes = "Record-Route: <sip:" + std::string(2100, 'r') + ";lr>";
  std::string tag = "To: <sip:100@10.2.0.201>;tag=" + std::string(300, 't');
  std::string contact = "Contact: <sip:" + std::string(600, 'c') + "@10.2.0.201>";
  for (auto [name, line] : {std::pair<std::string, std::string>{"Contact", "Contact: *"},
                            {"Contact", contact},
                            {"To", tag},
                            {"Contact", contact + "\r\n" + routes}}) {
    from_caller(invite());
    from_callee(success_with(name, line));
    EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 502 Bad Gateway");
    ASSERT_EQ(all_to(core_realm).size(), 2u) << line;
    EXPECT_TRUE(all_to(core_realm)[0].bytes.starts_with("ACK sip:")) << all_to(core_realm)[0].bytes;
    EXPECT_TRUE(all_to(core_realm)[1].bytes.starts_with("BYE sip:"));
    for (const Sent& sent : all_to(core_realm)) {
      sip::Message message = sent.parse();
      EXPECT_EQ(message.call_id(), invite_.parse().call_id());
      EXPECT_EQ(message.from().tag(), invite_.parse().from().tag());
      if (name == "Contact") {
        EXPECT_EQ(message.request_uri_text(), invite_.parse().request_uri_text());
        EXPECT_EQ(message.to().tag(), "callee-tag");
      }
    }
    pass(70s);
  }
}

TEST_F(InteropTest, SuccessWithoutContactMakesACallAtTheInvitesOwnTarget) {
  from_caller(invite());
  std::string target(invite_.parse().request_uri_text());
  from_callee(success_with("Contact", ""));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(last_to(core_realm).first_line(), "ACK " + target + " SIP/2.0");
  from_caller(ack());
  from_caller(caller_request("BYE", "z9hG4bKbye", 2, caller_tag()));
  EXPECT_EQ(last_to(core_realm).first_line(), "BYE " + target + " SIP/2.0");
}

// RFC 3261 12.1.2: a response without a To tag has the null tag
TEST_F(InteropTest, SuccessWithoutATagMakesACall) {
  from_caller(invite());
  from_callee(success_with("To", "To: <sip:100@10.2.0.201>"));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(last_to(core_realm).first_line(), "ACK sip:bob@10.2.0.201:5060 SIP/2.0");
  EXPECT_TRUE(last_to(core_realm).parse().to().tag().empty());
  from_caller(ack());
  std::string bye = callee_request("BYE", 1);
  bye.erase(bye.find(";tag=callee-tag"), 15);
  EXPECT_EQ(from_callee(bye), Reason::none);
  EXPECT_EQ(engine_->live_calls(), 0u);
}

TEST_F(InteropTest, LongButHonestAnswerMakesACall) {
  from_caller(invite());
  std::string contact = "Contact: <sip:" + std::string(400, 'c') + "@10.2.0.201>";
  std::string routes = "Record-Route: <sip:" + std::string(1500, 'r') + "@10.2.0.201;lr>";
  std::string text = success_with("Contact", contact + "\r\n" + routes);
  text.replace(text.find("callee-tag"), 10, std::string(250, 't'));
  from_callee(text);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(last_to(core_realm).parse().to().tag(), std::string(250, 't'));
}

TEST_F(InteropTest, InviteThatNoPacketCanCarryIsRefusedAtOnce) {
  limit(ample, ample);
  from_caller(invite());
  size_t size = invite_.bytes.size();
  limit(ample, size + ip_udp);
  from_caller(invite());
  EXPECT_EQ(last_to(core_realm).bytes.size(), size);
  limit(ample, size + ip_udp - 1);
  from_caller(invite());
  EXPECT_TRUE(all_to(core_realm).empty());
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 513 Message Too Large");
  ASSERT_EQ(cdrs_.size(), 1u);
  EXPECT_EQ(cdrs_[0].attempts, 0) << "nobody was asked";
}

TEST_F(InteropTest, AnswerThatNoPacketCanCarryEndsTheCall) {
  limit(ample, ample);
  from_caller(invite());
  from_callee(response(invite_, 200, answer_sdp));
  size_t size = last_to(access_realm).bytes.size();
  limit(size + ip_udp, ample);
  from_caller(invite());
  from_callee(response(invite_, 200, answer_sdp));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  limit(size + ip_udp - 1, ample);
  from_caller(invite());
  from_callee(response(invite_, 200, answer_sdp));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 502 Bad Gateway");
  ASSERT_EQ(all_to(core_realm).size(), 2u);
  EXPECT_TRUE(all_to(core_realm)[0].bytes.starts_with("ACK "));
  EXPECT_TRUE(all_to(core_realm)[1].bytes.starts_with("BYE "));
}

TEST_F(InteropTest, NewOfferThatNoPacketCanCarryIsRefusedAndTheCallGoesOn) {
  limit(ample, 800);
  establish();
  std::string sdp = offer_sdp + "a=rtpmap:8 PCMA/8000\r\na=fmtp:8 " + std::string(600, 'x') + "\r\n";
  from_caller(caller_request("INVITE", "z9hG4bKre", 2, caller_tag(), sdp));
  EXPECT_TRUE(all_to(core_realm).empty());
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 513 Message Too Large");
  EXPECT_EQ(engine_->live_calls(), 1u);
}

TEST_F(InteropTest, LateAnswerThatNoPacketCanCarryEndsTheCall) {
  limit(ample, 800);
  from_caller(invite("", ""));
  from_callee(response(invite_, 200, answer_sdp));
  from_caller(ack(1, offer_sdp + "a=rtpmap:8 PCMA/8000\r\na=fmtp:8 " + std::string(600, 'x') + "\r\n"));
  ASSERT_EQ(all_to(core_realm).size(), 2u);
  EXPECT_TRUE(all_to(core_realm)[0].bytes.starts_with("ACK "));
  EXPECT_NE(all_to(core_realm)[0].body().find("m=audio 0 RTP/AVP 8"), std::string::npos);
  EXPECT_TRUE(all_to(core_realm)[1].bytes.starts_with("BYE "));
  EXPECT_TRUE(last_to(access_realm).bytes.starts_with("BYE "));
}

TEST_F(InteropTest, CallWhoseAckDoesNotFitADatagramEnds) {
  limit(ample, 1500);
  from_caller(invite());
  std::string routes;
  for (const char router : {'a', 'b', 'c', 'd'})
    routes += "Record-Route: <sip:" + std::string(400, router) + ".example;lr>\r\n";
  from_callee(response(invite_, 200, answer_sdp, routes));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  EXPECT_TRUE(all_to(core_realm).empty());
  ASSERT_EQ(cdrs_.size(), 1u);
  EXPECT_EQ(cdrs_[0].reason, Reason::message_too_long);
  from_caller(ack());
  EXPECT_TRUE(last_to(access_realm).bytes.starts_with("BYE "));
}

// A transaction is begun only where any final response to it can leave.
TEST_F(InteropTest, InviteThatCannotEvenBeRefusedLeavesNothing) {
  limit(1500, ample);
  std::string text = invite("", "");
  for (const char* name : {"Contact:", "Max-Forwards:"}) {
    size_t at = text.find(name);
    text.erase(at, text.find("\r\n", at) + 2 - at);
  }
  std::string padded = text;
  padded.insert(text.find("From:"), "Via: SIP/2.0/UDP " + std::string(1472 - text.size() - 19, 'v') + "\r\n");
  ASSERT_EQ(padded.size(), 1472u);
  EXPECT_EQ(from_caller(padded), Reason::message_too_long);
  EXPECT_TRUE(sent_.empty());
  EXPECT_EQ(engine_->usage().server_transactions, 0u);
  EXPECT_EQ(from_caller(text), Reason::none);
}

/// Its refusal fits, though the bound of its size does not.
TEST_F(InteropTest, InviteThatCanJustBeRefusedIsTaken) {
  limit(1500, ample);
  std::string text = invite("", "");
  size_t bound = 0;
  for (size_t padding = 1; bound <= 1472; ++padding) {
    std::string padded = text;
    padded.insert(text.find("From:"), "Via: SIP/2.0/UDP " + std::string(padding, 'v') + "\r\n");
    sip::Message message;
    ASSERT_EQ(message.parse(padded), Reason::none);
    bound = stateless_response_bound(message);
    if (bound > 1472) {
      EXPECT_EQ(from_caller(padded), Reason::none);
    }
  }
  EXPECT_FALSE(sent_.empty());
}

// RFC 4475 3.4.1: no Contact, no From tag, no branch, no Max-Forwards, a strict route
TEST_F(InteropTest, CallerOfRfc2543IsServed) {
  auto request = [](const std::string& method, const std::string& to_tag, const std::string& body) {
    return method + " sip:100@example.com SIP/2.0\r\nVia: SIP/2.0/UDP gateway.example.com\r\n" +
           "From: <sip:+13035551111@caller.example.net;user=phone>\r\n"
           "Record-Route: <sip:100@example.com;maddr=ss1.example.com>\r\n"
           "To: sip:+16505552222@ss1.example.net;user=phone" +
           to_tag + "\r\nCall-ID: 2543.1717@caller.example.com\r\nCSeq: 56 " + method +
           "\r\nContent-Type: application/sdp\r\n\r\n" + body;
  };
  EXPECT_EQ(from_caller(request("INVITE", "", offer_sdp)), Reason::none);
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 100 Trying");
  from_callee(response(invite_, 200, answer_sdp));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  EXPECT_EQ(last_to(access_realm).to.remote.port, 5060);
  EXPECT_EQ(from_caller(request("ACK", ";tag=" + caller_tag(), "")), Reason::none);
  from_callee(callee_request("BYE", 1));
  Sent bye = last_to(access_realm);
  EXPECT_EQ(bye.first_line(), "BYE sip:100@example.com;maddr=ss1.example.com SIP/2.0");
  EXPECT_EQ(bye.header(Header::route), "<sip:+13035551111@caller.example.net;user=phone>");
  EXPECT_EQ(bye.header(Header::to), "<sip:+13035551111@caller.example.net;user=phone>");
  EXPECT_EQ(cdrs_.at(0).reason, Reason::none);
}

// RFC 4475 3.1.1.2.8
TEST_F(InteropTest, LongValuesMakeACall) {
  auto repeated = [](std::string word, int times) {
    std::string text;
    while (times-- > 0) text += word;
    return text;
  };
  std::string caller = "sip:" + repeated("amazinglylongcallername", 5) + "@example.net";
  std::string tag = "1" + repeated("298", 50) + "24";
  std::string to = "\"A user name of " + repeated("extreme", 10) +
                   " proportion\"<sip:100@example.com:6000;one=" + repeated("verylong", 18) + "value;" +
                   repeated("name", 30) + "=short;" + repeated("verylong", 15) + "NameWithNoValue>";
  std::string vias;
  for (int i = 33; i > 0; --i) vias += "v :  SIP/2.0/TCP sip" + std::to_string(i) + ".example.com\r\n";
  std::string text =
      "INVITE sip:100@example.com SIP/2.0\r\nTo: " + to + "\r\nF: " + caller + ";tag=" + tag + ";" +
      repeated("unknown", 20) + "=" + repeated("value", 20) + ";" + repeated("valueless", 20) +
      "\r\nCall-ID: long." + repeated("really", 20) + "longcallid\r\nCSeq: 3882340 INVITE\r\nUnknown-" +
      repeated("Long", 20) + "-Name: unknown-" + repeated("long", 20) + "-value\r\n" + vias +
      "Via: SIP/2.0/TCP host.example.com;received=192.0.2.5;branch=" + repeated("verylong", 30) +
      "\r\nMax-Forwards: 70\r\nContact: <" + caller +
      ">\r\nContent-Type: application/sdp\r\nl: " + std::to_string(offer_sdp.size()) + "\r\n\r\n" + offer_sdp;
  EXPECT_EQ(from_caller(text), Reason::none);
  from_callee(response(invite_, 200, answer_sdp));
  EXPECT_EQ(last_to(access_realm).first_line(), "SIP/2.0 200 OK");
  sip::Message told = last_to(access_realm).parse();
  EXPECT_EQ(told.from().tag(), tag);
  from_callee(callee_request("BYE", 1));
  EXPECT_EQ(engine_->live_calls(), 0u);
  pass(33s);  // without its ACK the BYE has to wait
  sip::Message bye = last_to(access_realm).parse();
  EXPECT_EQ(bye.method(), sip::Method::bye);
  EXPECT_EQ(bye.to().tag(), tag);
}

}  // namespace
}  // namespace sbc::call
