#include "tests/packet/scripted_call.h"

#include <gtest/gtest.h>

namespace sbc::packet {

std::string header_of(const std::string& message, const std::string& name) {
  size_t at = message.find("\r\n" + name + ": ");
  if (at == message.npos) return {};
  at += name.size() + 4;
  return message.substr(at, message.find("\r\n", at) - at);
}

uint16_t audio_port_of(const std::string& message) {
  size_t at = message.find("m=audio ");
  return at == message.npos ? 0 : uint16_t(std::stoul(message.substr(at + 8)));
}

std::string response_to(const std::string& request, int status, const std::string& to_tag,
                        const std::string& more, const std::string& body) {
  std::string response = "SIP/2.0 " + std::to_string(status) + " Whatever\r\n";
  for (const char* name : {"Via", "From", "Call-ID", "CSeq"}) {
    response += std::string(name) + ": " + header_of(request, name) + "\r\n";
  }
  std::string to = header_of(request, "To");
  if (to.find(";tag=") == to.npos) to += ";tag=" + to_tag;
  response += "To: " + to + "\r\n" + more;
  if (!body.empty()) response += "Content-Type: application/sdp\r\n";
  return response + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string audio_offer(const IpAddress& address, uint16_t port) {
  std::string family = address.is_v4() ? "IP4 " : "IP6 ";
  return "v=0\r\no=- 1 1 IN " + family + address.text() + "\r\ns=-\r\nc=IN " + family + address.text() +
         "\r\nt=0 0\r\nm=audio " + std::to_string(port) +
         " RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\n"
         "a=rtpmap:101 telephone-event/8000\r\n";
}

std::string rtp_packet(uint16_t sequence, uint8_t payload_type, uint32_t ssrc) {
  std::string packet(12 + 160, char(0x55));
  packet[0] = char(0x80);
  packet[1] = char(payload_type);
  packet[2] = char(sequence >> 8);
  packet[3] = char(sequence);
  for (int i = 0; i < 4; ++i) packet[size_t(4 + i)] = 0;
  for (int i = 0; i < 4; ++i) packet[size_t(8 + i)] = char(ssrc >> (24 - 8 * i));
  return packet;
}

ScriptedCall::ScriptedCall(Border& border_, std::string id) : border(border_), call_id(std::move(id)) {}

std::string ScriptedCall::invite() const {
  std::string host = host_text(phone_address),
              body = audio_offer(media_address.is_none() ? phone_address : media_address, 30000);
  return "INVITE sip:4930123@" + host_text(us_address) + " SIP/2.0\r\nVia: SIP/2.0/UDP " + host +
         ":5060;branch=z9hG4bKinvite" + call_id + "\r\nFrom: \"Alice\" <sip:alice@" + host +
         ">;tag=alicetag\r\nTo: <sip:4930123@" + host_text(us_address) + ">\r\nCall-ID: " + call_id +
         "\r\nCSeq: 1 INVITE\r\nContact: <sip:alice@" + host + ":5060>\r\nMax-Forwards: 70\r\n" +
         "Content-Type: application/sdp\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

void ScriptedCall::from_phone(const std::string& message) {
  border.arrive_udp(access, {phone_address, 5060}, {us_address, 5060}, message);
  border.settle();
}

void ScriptedCall::from_pbx(const std::string& message) {
  border.arrive_udp(core, {pbx, 5060}, {core_us, 5060}, message);
  border.settle();
}

std::string ScriptedCall::the_one(RealmId realm) {
  for (Out& out : border.take_udp()) seen.push_back(std::move(out));
  std::string found;
  std::erase_if(seen, [&](const Out& out) {
    if (out.realm != realm || out.frame.source_port != 5060) return false;
    EXPECT_TRUE(found.empty()) << "more than one message:\n" << found << out.payload;
    found = out.payload;
    return true;
  });
  return found;
}

void ScriptedCall::establish() {
  from_phone(invite());
  EXPECT_TRUE(to_phone().starts_with("SIP/2.0 100 ")) << border.describe_drops();
  invite_at_pbx = to_pbx();
  ASSERT_TRUE(invite_at_pbx.starts_with("INVITE sip:4930123@203.0.113.10")) << invite_at_pbx;
  from_pbx(response_to(invite_at_pbx, 180, "bobtag", "Contact: <sip:bob@203.0.113.10>\r\n", ""));
  EXPECT_TRUE(to_phone().starts_with("SIP/2.0 180 "));
  from_pbx(response_to(invite_at_pbx, 200, "bobtag", "Contact: <sip:bob@203.0.113.10>\r\n",
                       audio_offer(pbx, 40000)));
  ok_at_phone = to_phone();
  ASSERT_TRUE(ok_at_phone.starts_with("SIP/2.0 200 ")) << ok_at_phone;
  std::string host = host_text(phone_address);
  from_phone("ACK sip:4930123@" + host_text(us_address) + " SIP/2.0\r\nVia: SIP/2.0/UDP " + host +
             ":5060;branch=z9hG4bKack" + call_id + "\r\nFrom: " + header_of(ok_at_phone, "From") +
             "\r\nTo: " + header_of(ok_at_phone, "To") + "\r\nCall-ID: " + call_id +
             "\r\nCSeq: 1 ACK\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(to_pbx().starts_with("ACK ")) << "the callee's leg is acknowledged";
  port_for_phone = audio_port_of(ok_at_phone);
  port_for_pbx = audio_port_of(invite_at_pbx);
}

void ScriptedCall::hang_up_by_caller() {
  std::string host = host_text(phone_address);
  from_phone("BYE sip:4930123@" + host_text(us_address) + " SIP/2.0\r\nVia: SIP/2.0/UDP " + host +
             ":5060;branch=z9hG4bKbye" + call_id + "\r\nFrom: " + header_of(ok_at_phone, "From") +
             "\r\nTo: " + header_of(ok_at_phone, "To") + "\r\nCall-ID: " + call_id +
             "\r\nCSeq: 2 BYE\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(to_phone().starts_with("SIP/2.0 200 "));
  std::string bye = to_pbx();
  ASSERT_TRUE(bye.starts_with("BYE ")) << bye;
  from_pbx(response_to(bye, 200, "", "", ""));
}

}  // namespace sbc::packet
