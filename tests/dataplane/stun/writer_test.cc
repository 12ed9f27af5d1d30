// Writing STUN: what RFC 5769 wrote comes out byte for byte, and what is written reads as meant.
#include "dataplane/stun/writer.h"

#include <array>

#include <gtest/gtest.h>

#include "dataplane/stun/message.h"
#include "tests/dataplane/stun/rfc5769.h"

namespace sbc::stun {
namespace {

using Room = std::array<uint8_t, 256>;

Bytes copy_of(std::span<const uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

const Endpoint v4 = *Endpoint::parse("192.0.2.1:32853");
const Endpoint v6 = *Endpoint::parse("[2001:db8:1234:5678:11:2233:4455:6677]:32853");

TEST(StunWriter, WritesTheRequestOfRfc5769Section2_1) {
  Room room;
  Writer writer(room, Class::request, Method::binding, rfc_id);
  writer.text(Attribute::software, "STUN test client")
      .priority(0x6e0001ff)
      .ice_controlled(0x932ff9b151263b36u);
  writer.username("evtj:h6vY");
  Bytes bytes = copy_of(writer.written());
  Bytes expected = sample_request();
  ASSERT_EQ(bytes.size(), expected.size() - 32);
  // The RFC pads with blanks and counts what is still to come.
  EXPECT_EQ(Bytes(bytes.begin() + 4, bytes.end() - 3),
            Bytes(expected.begin() + 4, expected.begin() + long(bytes.size()) - 3));
  writer.message_integrity(password).fingerprint();
  auto m = parse_message(writer.written());
  ASSERT_TRUE(m);
  EXPECT_TRUE(m->integrity_holds(password) && m->fingerprint_holds());
}

TEST(StunWriter, AnswersABindingRequest) {
  for (const Endpoint& source : {v4, v6}) {
    Room room;
    Writer writer(room, Class::success, Method::binding, rfc_id);
    writer.xor_mapped_address(source).message_integrity(password).fingerprint();
    ASSERT_FALSE(writer.overflowed());
    auto m = parse_message(writer.written());
    ASSERT_TRUE(m);
    EXPECT_EQ(m->message_class(), Class::success);
    EXPECT_EQ(m->method(), Method::binding);
    EXPECT_EQ(m->transaction_id(), rfc_id);
    EXPECT_EQ(m->xor_mapped_address(), source);
    EXPECT_TRUE(m->integrity_holds(password) && m->fingerprint_holds());
  }
}

TEST(StunWriter, MasksAddressesAsRfc5769DoesIn2_2And2_3) {
  for (auto [source, expected] : {std::pair{v4, sample_response_v4()}, {v6, sample_response_v6()}}) {
    Room room;
    Writer writer(room, Class::success, Method::binding, rfc_id);
    writer.xor_mapped_address(source);
    Bytes attribute = copy_of(writer.written().subspan(header_size));
    EXPECT_EQ(attribute, Bytes(expected.begin() + 36, expected.begin() + 36 + long(attribute.size())));
  }
}

TEST(StunWriter, RefusesWhatItDoesNotUnderstand) {  // RFC 8489 6.3.1, 14.8, 14.9
  Room room;
  const Attribute unknown[]{Attribute(0x7fff), Attribute(0x0002), Attribute(0x001c)};
  Writer writer(room, Class::error, Method::binding, rfc_id);
  writer.error_code(420, "Unknown Attribute")
      .unknown_attributes(unknown)
      .message_integrity(password)
      .fingerprint();
  auto m = parse_message(writer.written());
  ASSERT_TRUE(m);
  EXPECT_EQ(m->message_class(), Class::error);
  ASSERT_TRUE(m->error_code());
  EXPECT_EQ(m->error_code()->code, 420);
  EXPECT_EQ(m->error_code()->phrase, "Unknown Attribute");
  Attribute listed[4];
  ASSERT_EQ(m->unknown_attributes(listed), 3u);
  EXPECT_TRUE(std::equal(std::begin(unknown), std::end(unknown), listed));
  EXPECT_EQ(m->unknown_attributes(std::span(listed).first(1)), 1u);
  EXPECT_TRUE(m->integrity_holds(password) && m->fingerprint_holds());
}

TEST(StunWriter, AsksAsIceDoes) {  // RFC 8445 7.1
  Room room;
  Writer writer(room, Class::request, Method::binding, rfc_id);
  writer.username("a:b")
      .priority(1)
      .ice_controlling(2)
      .use_candidate()
      .message_integrity(password)
      .fingerprint();
  auto m = parse_message(writer.written());
  ASSERT_TRUE(m);
  EXPECT_EQ(m->username(), "a:b");
  EXPECT_EQ(m->priority(), 1u);
  EXPECT_EQ(m->ice_controlling(), 2u);
  EXPECT_TRUE(m->use_candidate());
}

TEST(StunWriter, FingerprintAlone) {
  Room room;
  Writer writer(room, Class::indication, Method::binding, rfc_id);
  writer.fingerprint();
  auto m = parse_message(writer.written());
  ASSERT_TRUE(m);
  EXPECT_TRUE(m->fingerprint_holds());
  EXPECT_FALSE(m->integrity_holds(password));
}

TEST(StunWriter, TooLittleRoomIsSaid) {
  auto write = [](std::span<uint8_t> out) {
    Writer writer(out, Class::success, Method::binding, rfc_id);
    writer.text(Attribute::software, "x")
        .xor_mapped_address(v6)
        .error_code(400, "Bad")
        .message_integrity(password);
    writer.fingerprint();
    return std::pair{writer.overflowed(), writer.written().size()};
  };
  Room room;
  auto [overflowed, size] = write(room);
  ASSERT_FALSE(overflowed);
  for (size_t less = 0; less < size; ++less) {
    std::vector<uint8_t> exact(less);
    EXPECT_TRUE(write(exact).first) << less;
  }
  EXPECT_FALSE(write(std::span(room).first(size)).first);
}

}  // namespace
}  // namespace sbc::stun
