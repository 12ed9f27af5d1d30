// Ports of calls whose other end speaks ICE (RFC 8445): only who knows the port's credentials is answered,
// and only who nominates gets media, or may send any.
#include <gtest/gtest.h>

#include "dataplane/stun/message.h"
#include "dataplane/stun/writer.h"
#include "tests/dataplane/media/rig.h"

namespace sbc::media {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view fragment = "abcdefgh", password = "ABCDEFGHIJKLMNOPQRSTUVWX";
constexpr stun::TransactionId id{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
const Endpoint natted = endpoint("203.0.113.5:31000");

IceCredentials credentials() {
  IceCredentials ice;
  std::copy(fragment.begin(), fragment.end(), ice.fragment.begin());
  std::copy(password.begin(), password.end(), ice.password.begin());
  return ice;
}

std::span<const uint8_t> key(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

struct Check {
  bool nominates = false;
  bool controlled = false;
  std::string_view username = "abcdefgh:peer";
  std::string_view password = media::password;
  stun::Class kind = stun::Class::request;
  bool with_unknown = false;
  bool fingerprint = true;
  uint32_t priority = 0x6e0001ff;
};

Bytes check(const Check& what) {
  std::array<uint8_t, 256> room;
  stun::Writer writer(room, what.kind, stun::Method::binding, id);
  writer.username(what.username).priority(what.priority);
  if (what.controlled) writer.ice_controlled(1);
  if (!what.controlled) writer.ice_controlling(1);
  if (what.nominates) writer.use_candidate();
  if (what.with_unknown) writer.attribute(stun::Attribute(0x7777), {});
  writer.message_integrity(key(what.password));
  if (what.fingerprint) writer.fingerprint();
  return {writer.written().begin(), writer.written().end()};
}

/// Of a packet that we sent over IPv4.
Bytes payload_of(const Sent& sent) { return {sent.packet.begin() + 28, sent.packet.end()}; }

class ChecksTest : public testing::Test {
 protected:
  ChecksTest() {
    relay.sides[0].ice = credentials();
    rig.install(relay);
  }
  Sent from(const Endpoint& source, const Bytes& payload) {
    return rig.push(access, source, access_port, payload);
  }
  Sent from_callee() { return rig.push(core, callee, core_port, rtp()); }

  Rig rig;
  Relay relay = plain_relay();
};

TEST_F(ChecksTest, ACheckIsToldWhereItCameFrom) {
  const Sent sent = from(natted, check({}));
  ASSERT_EQ(sent.reason, Reason::none);
  EXPECT_EQ(sent.realm, access);
  EXPECT_EQ(sent.destination, natted.address);
  const Bytes answer = payload_of(sent);
  EXPECT_EQ(sent.packet, packet_of(access_port, natted, answer, 34));
  const auto message = stun::parse_message(answer);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->message_class(), stun::Class::success);
  EXPECT_EQ(message->transaction_id(), id);
  EXPECT_EQ(message->xor_mapped_address(), natted);
  EXPECT_TRUE(message->integrity_holds(key(password)));
  EXPECT_TRUE(message->fingerprint_holds());
}

TEST_F(ChecksTest, OverIpv6Too) {
  relay.sides[0].local = {access, 1, 20000};
  rig.install(relay);
  const Endpoint phone = endpoint("[2001:db8:a::77]:4000");
  const Sent sent = rig.push(access, phone, endpoint("[2001:db8:a::1]:20000"), check({}));
  ASSERT_EQ(sent.reason, Reason::none);
  const Bytes answer(sent.packet.begin() + 48, sent.packet.end());
  EXPECT_EQ(sent.packet, packet_of(endpoint("[2001:db8:a::1]:20000"), phone, answer, 34));
  EXPECT_EQ(stun::parse_message(answer)->xor_mapped_address(), phone);
}

TEST_F(ChecksTest, WhatIsNominatedGetsMediaAndMaySend) {
  EXPECT_EQ(from(caller, rtp()).reason, Reason::media_source) << "RTP latches nothing";
  EXPECT_EQ(from_callee().reason, Reason::media_no_remote) << "nor does SDP aim it";
  from(natted, check({}));
  EXPECT_EQ(from_callee().reason, Reason::media_no_remote) << "a check alone nominates nothing";
  from(natted, check({.nominates = true}));
  EXPECT_EQ(from_callee().destination, natted.address);
  EXPECT_EQ(from(natted, rtp()).reason, Reason::none);
  EXPECT_EQ(from(caller, rtp()).reason, Reason::media_source);
}

TEST_F(ChecksTest, AnotherNominationOfTheSamePriorityMovesMedia) {
  from(natted, check({.nominates = true}));
  from(caller, check({.nominates = true}));
  EXPECT_EQ(from_callee().destination, caller.address);
  EXPECT_EQ(from(natted, rtp()).reason, Reason::media_source);
}

/// One end with two interfaces, which nominates whatever it checks (RFC 5245 8.1.1.2).
class NominationTest : public ChecksTest {
 protected:
  const Bytes high = check({.nominates = true, .priority = 200}),
              low = check({.nominates = true, .priority = 100}), plain = check({.priority = 200});
};

TEST_F(NominationTest, TheHighestPriorityIsSelectedWhicheverComesFirst) {
  from(natted, high);
  EXPECT_EQ(from(caller, low).reason, Reason::none) << "it is answered";
  EXPECT_EQ(from_callee().destination, natted.address);
  EXPECT_EQ(from(natted, rtp()).reason, Reason::none);
  EXPECT_EQ(from(caller, rtp()).reason, Reason::media_source);
  from(caller, check({.nominates = true, .priority = 201}));
  EXPECT_EQ(from_callee().destination, caller.address);
}

TEST_F(NominationTest, ALowerOneIsSelectedOnceTheHigherIsDead) {
  from(natted, high);
  for (int i = 0; i < 10; ++i) {
    from(caller, low);
    EXPECT_EQ(from_callee().destination, natted.address) << i;
    rig.now = rig.now + 200ms;
    from(natted, plain);
  }
  from(caller, low);
  EXPECT_EQ(from_callee().destination, caller.address);
  from(natted, high);
  EXPECT_EQ(from_callee().destination, natted.address) << "and back";
}

TEST_F(NominationTest, WhatIsNominatedAgainOrSendsMediaIsNotDead) {
  from(natted, high);
  for (const Bytes& alive : {high, rtp()}) {
    rig.now = rig.now + 1999ms;
    from(natted, alive);
    rig.now = rig.now + 1999ms;
    from(caller, low);
    EXPECT_EQ(from_callee().destination, natted.address);
  }
}

TEST_F(NominationTest, ARestartRanksAnew) {
  from(natted, high);
  relay.sides[0].ice.password.fill('z');
  rig.install(relay);
  from(caller, check({.nominates = true, .password = "zzzzzzzzzzzzzzzzzzzzzzzz", .priority = 100}));
  EXPECT_EQ(from_callee().destination, caller.address);
}

TEST_F(NominationTest, AnotherForkRanksAnew) {
  from(natted, high);
  relay.sides[0].remote = endpoint("198.51.100.7:4444");
  rig.install(relay);
  from(caller, low);
  EXPECT_EQ(from_callee().destination, caller.address);
}

TEST_F(ChecksTest, NewSdpLeavesWhatIsNominatedAlone) {
  from(natted, check({.nominates = true}));
  relay.sides[0].remote = endpoint("198.51.100.7:4444");
  relay.sides[0].ice.password.fill('z');
  rig.install(relay);
  EXPECT_EQ(from_callee().destination, natted.address);
  EXPECT_EQ(from(natted, check({})).reason, Reason::stun_forged) << "the old password";
}

TEST_F(ChecksTest, AnEndThatStopsSpeakingIceLatchesAnew) {
  from(natted, check({.nominates = true}));
  relay.sides[0].ice = {};
  rig.install(relay);
  EXPECT_EQ(from_callee().destination, caller.address);
  EXPECT_EQ(from(natted, check({})).reason, Reason::media_source);
}

struct Stranger {
  const char* name;
  Check check;
  Reason reason;
};
class StrangersCheckTest : public ChecksTest, public testing::WithParamInterface<Stranger> {};

INSTANTIATE_TEST_SUITE_P(
    Rows, StrangersCheckTest,
    testing::Values(
        Stranger{"Fragment", {.nominates = true, .username = "abcdefgi:peer"}, Reason::stun_forged},
        Stranger{"NoColon", {.nominates = true, .username = "abcdefghpeer"}, Reason::stun_forged},
        Stranger{"Password", {.nominates = true, .password = "guess"}, Reason::stun_forged},
        Stranger{"NoFingerprint", {.nominates = true, .fingerprint = false}, Reason::stun_forged},
        Stranger{"Response", {.kind = stun::Class::success}, Reason::stun_bad},
        Stranger{"Indication", {.kind = stun::Class::indication}, Reason::keepalive}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_P(StrangersCheckTest, IsNotAnsweredAndMovesNothing) {
  EXPECT_EQ(from(natted, check(GetParam().check)).reason, GetParam().reason);
  EXPECT_EQ(from_callee().reason, Reason::media_no_remote);
}

TEST_F(ChecksTest, AMalformedCheckIsRefused) {
  Bytes bytes = check({});
  bytes.push_back(0);
  const Sent sent = from(natted, bytes);
  EXPECT_EQ(sent.reason, Reason::stun_bad);
  EXPECT_EQ(sent.news, Intrusion::unfit);
}

TEST_F(ChecksTest, WhoGuessesThePasswordIsAStranger) {
  const Bytes guess = check({.nominates = true, .password = "guess"});
  EXPECT_EQ(from(caller, guess).news, Intrusion::bleed);
  from(natted, check({.nominates = true}));
  EXPECT_EQ(from(caller, guess).news, Intrusion::injection);
}

// RFC 8445 9: both change when ICE is restarted, and the peer has to read it first.
TEST_F(ChecksTest, WhoWasNominatedWithTheFormerCredentialsIsNoStranger) {
  from(natted, check({.nominates = true}));
  relay.sides[0].ice.password.fill('z');
  rig.install(relay);
  const Sent sent = from(natted, check({}));
  EXPECT_EQ(sent.reason, Reason::stun_forged);
  EXPECT_EQ(sent.news, Intrusion::none);
}

TEST_F(ChecksTest, WhoWouldHaveUsControlIsToldOfTheConflict) {
  const auto answer = payload_of(from(natted, check({.nominates = true, .controlled = true})));
  EXPECT_EQ(stun::parse_message(answer)->error_code()->code, 487);
  EXPECT_EQ(from_callee().reason, Reason::media_no_remote);
}

TEST_F(ChecksTest, WhatIsNotUnderstoodIsNamed) {
  const auto answer = payload_of(from(natted, check({.nominates = true, .with_unknown = true})));
  EXPECT_EQ(stun::parse_message(answer)->error_code()->code, 420);
  std::array<stun::Attribute, 4> unknown;
  EXPECT_EQ(stun::parse_message(answer)->unknown_attributes(unknown), 1u);
  EXPECT_EQ(unknown[0], stun::Attribute(0x7777));
  EXPECT_EQ(from_callee().reason, Reason::media_no_remote);
}

TEST_F(ChecksTest, ChecksHaveARateOfTheirOwn) {
  from(natted, check({.nominates = true}));
  int answered = 1;
  while (answered < 1000 && from(natted, check({})).reason == Reason::none) ++answered;
  EXPECT_EQ(answered, 50) << "half a second's worth";
  EXPECT_EQ(from(natted, rtp()).reason, Reason::none) << "media has its own";
  rig.now = rig.now + std::chrono::seconds(1);
  EXPECT_EQ(from(natted, check({})).reason, Reason::none);
}

/// The ports of RTP and RTCP, each with checks of its own.
TEST_F(ChecksTest, RtcpStaysWhereItWasNominatedWhereverRtpIs) {
  rig.install(control_of(relay));
  const Endpoint rtcp_port = endpoint("192.0.2.1:20001"), elsewhere = endpoint("203.0.113.6:31001");
  const Bytes report{0x80, 201, 0, 1, 0, 0, 0, 1};
  rig.push(access, elsewhere, rtcp_port, check({.nominates = true}));
  from(natted, check({.nominates = true}));
  EXPECT_EQ(rig.push(access, elsewhere, rtcp_port, report).reason, Reason::none);
}

TEST_F(ChecksTest, OnOnePortRtcpWaitsForTheNominationToo) {
  relay.sides[0].muxed = true;
  rig.install(relay);
  Relay control = control_of(relay);
  control.sides[0].ice = {};
  control.sides[0].await_latch = true;
  rig.install(control);
  const Bytes report{0x80, 201, 0, 1, 0, 0, 0, 1};
  EXPECT_EQ(from(caller, report).reason, Reason::media_source);
  from(natted, check({.nominates = true}));
  EXPECT_EQ(from(natted, report).reason, Reason::none);
}

TEST_F(ChecksTest, AreAnsweredWhileADigitIsUnderWay) {
  for (Side& side : relay.sides) side.event_type = 101;
  relay.sides[0].tells_digits = true;
  rig.install(relay);
  EXPECT_TRUE(rig.engine.send_digit(relay.sides[0].local, {5, 100}, rig.now));
  EXPECT_TRUE(rig.engine.send_digit(relay.sides[1].local, {5, 100}, rig.now));
  from(natted, check({.nominates = true}));
  EXPECT_EQ(payload_of(from(natted, rtp())).size(), rtp::event_packet_size);
  EXPECT_EQ(payload_of(from_callee()).size(), rtp::event_packet_size);
  const Sent sent = from(natted, check({}));
  EXPECT_EQ(sent.realm, access);
  EXPECT_TRUE(stun::parse_message(payload_of(sent)));
  EXPECT_EQ(payload_of(from(natted, rtp({.sequence = 2}))).size(), rtp::event_packet_size);
}

TEST_F(ChecksTest, WithoutIceAPortAnswersNoStun) {
  rig.install(plain_relay());
  EXPECT_EQ(from(caller, check({})).reason, Reason::media_not_rtp);
}

}  // namespace
}  // namespace sbc::media
