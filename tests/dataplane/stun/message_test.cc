// Reading STUN: RFC 8489, RFC 8445, with the vectors of RFC 5769.
#include "dataplane/stun/message.h"

#include <gtest/gtest.h>

#include "dataplane/stun/fingerprint.h"
#include "tests/dataplane/stun/rfc5769.h"

namespace sbc::stun {
namespace {

/// An attribute with its padding.
Bytes attribute(uint16_t type, const Bytes& value) {
  Bytes bytes{uint8_t(type >> 8), uint8_t(type), uint8_t(value.size() >> 8), uint8_t(value.size())};
  return bytes + value + Bytes(padded(value.size()) - value.size());
}

/// A binding request with these attributes.
Bytes request(const Bytes& attributes) { return header(0x0001, uint16_t(attributes.size())) + attributes; }

Reason reason_of(const Bytes& bytes) { return parse_message(bytes).reason(); }

/// What could be read of `bytes`, which must be good.
Message read(const Bytes& bytes) {
  auto message = parse_message(bytes);
  EXPECT_EQ(message.reason(), Reason::none);
  return *message;
}

TEST(StunMessage, RequestOfRfc5769Section2_1) {
  Bytes bytes = sample_request();
  Message m = read(bytes);
  EXPECT_EQ(m.message_class(), Class::request);
  EXPECT_EQ(m.method(), Method::binding);
  EXPECT_EQ(m.transaction_id(), rfc_id);
  EXPECT_EQ(m.username(), "evtj:h6vY");
  EXPECT_EQ(m.priority(), 0x6e0001ffu);
  EXPECT_EQ(m.ice_controlled(), 0x932ff9b151263b36u);
  EXPECT_FALSE(m.ice_controlling() || m.use_candidate() || m.xor_mapped_address() || m.error_code());
  EXPECT_TRUE(m.fingerprint_holds());
  EXPECT_TRUE(m.integrity_holds(password));
  EXPECT_FALSE(m.integrity_holds(bytes_of("VOkJxbRl1RmTxUk/WvJxBT")));
  Attribute none[4];
  EXPECT_EQ(m.not_understood(none), 0u);
}

TEST(StunMessage, ResponsesOfRfc5769Sections2_2And2_3) {
  for (auto [bytes, endpoint] : {std::pair{sample_response_v4(), "192.0.2.1:32853"},
                                 {sample_response_v6(), "[2001:db8:1234:5678:11:2233:4455:6677]:32853"}}) {
    Message m = read(bytes);
    EXPECT_EQ(m.message_class(), Class::success);
    EXPECT_EQ(m.xor_mapped_address(), Endpoint::parse(endpoint));
    EXPECT_TRUE(m.fingerprint_holds() && m.integrity_holds(password));
  }
}

TEST(StunMessage, LongTermRequestOfRfc5769Section2_4) {
  Bytes bytes = sample_request_long_term();
  Message m = read(bytes);
  EXPECT_EQ(m.username(), "マトリックス");
  EXPECT_TRUE(m.integrity_holds(long_term_key));
  EXPECT_FALSE(m.fingerprint_holds()) << "there is none";
}

TEST(StunMessage, ClassesAndMethodsShareTheType) {  // RFC 8489 5
  for (unsigned method = 0; method < 0x1000; ++method) {
    for (Class c : {Class::request, Class::indication, Class::success, Class::error}) {
      uint16_t type = type_of(c, Method(method));
      ASSERT_LT(type, 0x4000);
      ASSERT_EQ(class_of(type), c);
      ASSERT_EQ(method_of(type), Method(method));
    }
  }
  EXPECT_EQ(type_of(Class::error, Method::binding), 0x0111);
  EXPECT_EQ(type_of(Class::indication, Method(6)), 0x0016);
}

TEST(StunMessage, EveryBitCounts) {
  const Bytes good = sample_request();
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes bytes = good;
    bytes[bit / 8] ^= uint8_t(1 << bit % 8);
    auto m = parse_message(bytes);
    if (!m) continue;
    EXPECT_FALSE(m->fingerprint_holds()) << bit;
    size_t behind = good.size() - 8;  // FINGERPRINT is not part of what MESSAGE-INTEGRITY covers
    EXPECT_EQ(m->integrity_holds(password), bit / 8 >= behind) << bit;
  }
}

TEST(IsStun, ByFirstByteAndCookie) {  // RFC 7983 7
  Bytes bytes = header(0x0001, 0);
  EXPECT_TRUE(is_stun(bytes));
  for (int first = 0; first < 256; ++first) {
    bytes[0] = uint8_t(first);
    EXPECT_EQ(is_stun(bytes), first < 4) << first;
  }
  bytes = header(0x0001, 0);
  EXPECT_FALSE(is_stun(Bytes(bytes.begin(), bytes.end() - 1)));
  for (size_t at = 4; at < 8; ++at) {
    bytes = header(0x0001, 0);
    bytes[at] ^= 1;
    EXPECT_FALSE(is_stun(bytes)) << at;
    EXPECT_EQ(reason_of(bytes), Reason::stun_bad);
  }
}

TEST(StunMessage, TheLengthIsTheDatagrams) {
  EXPECT_EQ(reason_of(request({})), Reason::none);
  EXPECT_EQ(reason_of(header(0x0001, 4)), Reason::stun_bad);
  EXPECT_EQ(reason_of(header(0x0001, 0) + Bytes(4)), Reason::stun_bad);
  const Bytes good = sample_request();
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(reason_of(Bytes(good.begin(), good.begin() + long(size))), Reason::stun_bad) << size;
  }
}

TEST(StunMessage, AttributesLieWithinTheMessage) {
  EXPECT_EQ(reason_of(request(attribute(0x8022, {1, 2, 3, 4}))), Reason::none);
  EXPECT_EQ(reason_of(request({0x80, 0x22, 0, 5, 1, 2, 3, 4})), Reason::stun_bad);
  EXPECT_EQ(reason_of(request({0x80, 0x22, 0, 1})), Reason::stun_bad);
  EXPECT_EQ(reason_of(request({0x80, 0x22, 0xff, 0xff})), Reason::stun_bad);
  EXPECT_EQ(reason_of(request({0x80, 0x22, 0, 1, 1, 0, 0, 0, 0, 0})), Reason::stun_bad) << "half a header";
}

TEST(StunMessage, PaddingMayBeAnything) {  // RFC 8489 14
  Bytes bytes = request({0x00, 0x06, 0, 1, 'u', 0xff, 0xff, 0xff});
  EXPECT_EQ(read(bytes).username(), "u");
}

TEST(StunMessage, AsManyAttributesAsItHolds) {
  Bytes attributes;
  for (size_t i = 0; i < Message::attributes_max; ++i) attributes = attributes + attribute(0x8022, {});
  EXPECT_EQ(reason_of(request(attributes)), Reason::none);
  EXPECT_EQ(reason_of(request(attributes + attribute(0x8022, {}))), Reason::stun_bad);
}

TEST(StunMessage, OfTwoTheFirstCounts) {  // RFC 8489 14
  Bytes bytes = request(attribute(0x0006, bytes_of("first")) + attribute(0x0006, bytes_of("second")));
  EXPECT_EQ(read(bytes).username(), "first");
}

TEST(StunMessage, NothingBehindMessageIntegrityIsSeen) {  // RFC 8489 14.5
  Bytes bytes =
      request(attribute(0x0024, {0, 0, 0, 1}) + attribute(0x0008, Bytes(20)) +
              attribute(0x0006, bytes_of("mallory")) + attribute(0x0025, {}) + attribute(0x7777, {}));
  Message m = read(bytes);
  EXPECT_EQ(m.priority(), 1u);
  Attribute unknown[4];
  EXPECT_TRUE(m.username().empty() && !m.use_candidate() && m.not_understood(unknown) == 0);
  size_t seen = 0;
  m.each([&](const AttributeView& attribute) {
    ++seen;
    EXPECT_EQ(attribute.type, Attribute::priority);
  });
  EXPECT_EQ(seen, 1u);
}

TEST(StunMessage, FingerprintIsTheLast) {  // RFC 8489 14.7
  Bytes fingerprint = attribute(0x8028, Bytes(4));
  EXPECT_EQ(reason_of(request(fingerprint)), Reason::none);
  EXPECT_EQ(reason_of(request(fingerprint + attribute(0x0025, {}))), Reason::stun_bad);
  EXPECT_EQ(reason_of(request(fingerprint + fingerprint)), Reason::stun_bad);
}

TEST(StunMessage, IntegrityAndFingerprintHaveTheirSizes) {
  for (size_t size : {0, 3, 5, 8})
    EXPECT_EQ(reason_of(request(attribute(0x8028, Bytes(size)))), Reason::stun_bad);
  for (size_t size : {0, 19, 21, 32})
    EXPECT_EQ(reason_of(request(attribute(0x0008, Bytes(size)))), Reason::stun_bad);
}

TEST(StunMessage, WithoutIntegrityNoKeyHolds) {
  Bytes bytes = request(attribute(0x0006, bytes_of("evtj:h6vY")));
  EXPECT_FALSE(read(bytes).integrity_holds(password));
  EXPECT_FALSE(read(bytes).integrity_holds({}));
}

TEST(StunMessage, WhatMustBeUnderstoodAndIsNot) {  // RFC 8489 6.3.1, 14
  Bytes bytes = request(attribute(0x7fff, {1}) + attribute(0x8000, {}) + attribute(0x0006, {}) +
                        attribute(0x0002, {}) + attribute(0x001c, Bytes(32)));
  Attribute unknown[4];
  ASSERT_EQ(read(bytes).not_understood(unknown), 3u);
  EXPECT_EQ(unsigned(unknown[0]), 0x7fffu);
  EXPECT_EQ(unsigned(unknown[1]), 0x0002u);
  EXPECT_EQ(unsigned(unknown[2]), 0x001cu);
  EXPECT_EQ(read(bytes).not_understood(std::span(unknown).first(2)), 2u);
}

TEST(StunMessage, ValuesThatAreMalformedAreNone) {
  for (const Bytes& address : {Bytes{},
                               {0, 1, 2, 3},
                               {0, 1, 2, 3, 4, 5, 6},
                               {0, 2, 2, 3, 4, 5, 6, 7},
                               Bytes{0, 3, 2, 3, 4, 5, 6, 7},
                               Bytes{0, 1} + Bytes(18)}) {
    EXPECT_FALSE(read(request(attribute(0x0020, address))).xor_mapped_address());
  }
  for (const Bytes& error : {Bytes{}, {0, 0, 4}, {0, 0, 2, 0}, {0, 0, 7, 0}, Bytes{0, 0, 4, 100}}) {
    EXPECT_FALSE(read(request(attribute(0x0009, error))).error_code());
  }
  EXPECT_FALSE(read(request(attribute(0x0024, {1, 2, 3}))).priority());
  EXPECT_FALSE(read(request(attribute(0x802a, Bytes(7)))).ice_controlling());
}

TEST(Fingerprint, IsTheCrcOfItuV42) {
  EXPECT_EQ(fingerprint_of(bytes_of("123456789")), 0xcbf43926u ^ 0x5354554eu);
}

}  // namespace
}  // namespace sbc::stun
