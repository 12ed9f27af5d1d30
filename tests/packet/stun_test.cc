// STUN at SIP ports: keep-alives are told where they came from (RFC 5626 4.4.2), strangers' as well, and
// those who are denied are not.
#include <array>
#include <string>

#include <gtest/gtest.h>

#include "dataplane/stun/message.h"
#include "dataplane/stun/writer.h"
#include "tests/packet/border.h"

namespace sbc::packet {
namespace {

constexpr stun::TransactionId id{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
const Endpoint natted{phone, 31000}, listener{access_us, 5060};

std::string binding(stun::Class kind) {
  std::array<uint8_t, 64> room;
  stun::Writer writer(room, kind, stun::Method::binding, id);
  writer.fingerprint();
  return {writer.written().begin(), writer.written().end()};
}

TEST(Stun, AKeepAliveIsToldWhereItCameFrom) {
  Border border(border_model(3));
  border.arrive_udp(access, natted, listener, binding(stun::Class::request));
  border.settle();
  const auto sent = border.take_udp();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].frame.from(), listener);
  EXPECT_EQ(sent[0].frame.to(), natted);
  const std::string& answer = sent[0].payload;
  const auto message = stun::parse_message({reinterpret_cast<const uint8_t*>(answer.data()), answer.size()});
  ASSERT_TRUE(message);
  EXPECT_EQ(message->message_class(), stun::Class::success);
  EXPECT_EQ(message->transaction_id(), id);
  EXPECT_EQ(message->xor_mapped_address(), natted);
}

TEST(Stun, NothingElseIsAnswered) {
  Border border(border_model(1));
  for (auto kind : {stun::Class::indication, stun::Class::success, stun::Class::error})
    border.arrive_udp(access, natted, listener, binding(kind));
  border.arrive_udp(access, natted, listener, binding(stun::Class::request) + "x");
  border.settle();
  EXPECT_TRUE(border.take_udp().empty());
  EXPECT_EQ(border.drops(access, Reason::keepalive), 4u);
}

TEST(Stun, WhoIsDeniedIsNotAnswered) {
  config::Model model = border_model(1);
  model.realms[0].trust = config::Trust::denied;
  Border border(model);
  border.arrive_udp(access, natted, listener, binding(stun::Class::request));
  border.settle();
  EXPECT_TRUE(border.take_udp().empty());
}

}  // namespace
}  // namespace sbc::packet
