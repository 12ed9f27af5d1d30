// Rows of {what arrives, the reason it is counted under}: nothing leaves for any of them.
#include <gtest/gtest.h>

#include "tests/packet/border.h"

namespace sbc::packet {
namespace {

using namespace std::chrono_literals;

const std::string options =
    "OPTIONS sip:198.51.100.1 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.10:5060;branch=z9hG4bK1\r\n"
    "From: <sip:a@b.example>;tag=1\r\nTo: <sip:c@d.example>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\n"
    "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n";

struct Row {
  const char* name;
  Reason reason;
  RealmId counted_in;
  std::function<std::vector<uint8_t>(Border&)> frame;
};

std::vector<uint8_t> sip(Border& border, const IpAddress& from, const std::string& message) {
  return border.udp_frame(access, {from, 5060}, {access_us, 5060}, message);
}

std::vector<Row> rows() {
  return {
      {"truncated", Reason::frame_truncated, RealmId::none,
       [](Border& b) {
         auto frame = sip(b, phone, options);
         frame.resize(40);
         return frame;
       }},
      {"other MAC", Reason::frame_not_for_us, access,
       [](Border& b) {
         auto frame = sip(b, phone, options);
         frame[0] = 2;
         frame[5] ^= 1;
         return frame;
       }},
      {"unknown ethertype", Reason::ethertype_unknown, RealmId::none,
       [](Border& b) {
         auto frame = sip(b, phone, options);
         frame[12] = 0x88;
         frame[13] = 0xcc;
         return frame;
       }},
      {"unknown VLAN", Reason::vlan_unknown, RealmId::none,
       [](Border& b) {
         auto frame = sip(b, phone, options);
         uint8_t tag[] = {0x81, 0x00, 0x00, 0x2a};
         frame.insert(frame.begin() + 12, tag, tag + 4);
         return frame;
       }},
      {"our own address as source", Reason::ip_source_bad, access,
       [](Border& b) { return sip(b, access_us, options); }},
      {"address that is not ours", Reason::ip_not_for_us, access,
       [](Border& b) {
         return b.udp_frame(access, {phone, 5060}, {IpAddress::v4(198, 51, 100, 2), 5060}, options);
       }},
      {"another realm's media port", Reason::media_realm, access,
       [](Border& b) {
         return b.udp_frame(access, {phone, 30000}, {core_us, 20000}, "x");
       }},
      {"media port without a flow", Reason::media_closed, access,
       [](Border& b) {
         return b.udp_frame(access, {phone, 30000}, {access_us, 20000}, "x");
       }},
      {"keep-alive", Reason::keepalive, access, [](Border& b) { return sip(b, phone, "\r\n\r\n"); }},
      {"junk", Reason::not_sip, access, [](Border& b) { return sip(b, phone, "GET / HTTP/1.1\r\n\r\n"); }},
      {"response to nothing", Reason::response_stray, access,
       [](Border& b) {
         std::string response = options;
         return sip(b, phone, response.replace(0, response.find("\r\n"), "SIP/2.0 200 OK"));
       }},
      {"ACK to nothing", Reason::ack_stray, access,
       [](Border& b) {
         std::string ack = options;
         for (size_t at; (at = ack.find("OPTIONS")) != ack.npos;) ack.replace(at, 7, "ACK");
         return sip(b, phone, ack);
       }},
  };
}

TEST(Drop, EachUnwantedFrameIsCountedUnderItsReasonAndNothingElseHappens) {
  for (unsigned workers : {1u, 3u}) {
    for (const Row& row : rows()) {
      SCOPED_TRACE(row.name);
      Border border(border_model(workers));
      border.arrive(access, row.frame(border));
      border.settle();
      EXPECT_EQ(border.drops(row.counted_in, row.reason), 1u);
      EXPECT_TRUE(border.take_udp().empty());
      EXPECT_TRUE(border.take_others(access).empty());
      EXPECT_TRUE(border.take_others(core).empty());
    }
  }
}

TEST(Drop, AnswersThatCannotBeDeliveredAreCounted) {
  Border border(border_model(1));
  border.neighbours_answer = false;
  border.arrive(access, sip(border, phone, options));
  border.settle();
  border.advance(5s);
  EXPECT_EQ(border.drops(access, Reason::neighbour_unresolved), 1u);

  border.arrive(access, sip(border, IpAddress::v4(192, 0, 2, 1), options));
  border.settle();
  EXPECT_EQ(border.drops(access, Reason::no_route), 1u);
  EXPECT_TRUE(border.take_udp().empty());
  border.advance(40s);
}

TEST(Drop, PacketsBeyondTheMtuAreCounted) {
  Border border(border_model(1));
  std::string message = options;
  message.insert(message.find("CSeq"),
                 "Via: SIP/2.0/UDP 198.51.100.99;branch=z9hG4bK" + std::string(1100, 'v') + "\r\n");
  border.arrive(access, sip(border, phone, message));
  border.settle();
  std::vector<Out> out = border.take_udp();
  EXPECT_TRUE(out.empty() || out[0].payload.size() <= 1472);
  border.advance(40s);
}

}  // namespace
}  // namespace sbc::packet
