#include <algorithm>
#include <string>
#include <vector>

#include "config/types/check.h"
#include "dataplane/stun/message.h"
#include "dataplane/stun/writer.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/targets.h"

namespace sbc::fuzz {
namespace {

using stun::Attribute;
using stun::AttributeView;
using stun::Message;

constexpr size_t sealed_size = 24 + 8;  // MESSAGE-INTEGRITY and FINGERPRINT

std::vector<AttributeView> attributes_of(const Message& m) {
  std::vector<AttributeView> attributes;
  m.each([&](const AttributeView& attribute) { attributes.push_back(attribute); });
  return attributes;
}

bool equal(const AttributeView& a, const AttributeView& b) {
  return a.type == b.type && text(a.value) == text(b.value);
}

/// Nothing else may be made of the values.
void read_values(const Message& m) {
  SBC_CHECK(within(m.username(), text(m.bytes())));
  if (auto error = m.error_code())
    SBC_CHECK(error->code >= 300 && error->code <= 699 && within(error->phrase, text(m.bytes())));
  Attribute types[Message::attributes_max];
  SBC_CHECK(m.not_understood(types) <= attributes_of(m).size());
  (void)m.unknown_attributes(types);
  (void)m.priority();
  (void)m.ice_controlled();
  (void)m.ice_controlling();
  if (auto address = m.xor_mapped_address()) {
    std::vector<uint8_t> out(64);
    stun::Writer writer(out, m.message_class(), m.method(), m.transaction_id());
    writer.xor_mapped_address(*address);
    SBC_CHECK(stun::parse_message(writer.written())->xor_mapped_address() == address);
  }
}

void check(std::string_view bytes) {
  auto m = stun::parse_message(octets(bytes));
  SBC_CHECK(m || m.reason() == Reason::stun_bad);
  if (!m) return;
  SBC_CHECK(stun::is_stun(octets(bytes)));
  read_values(*m);
  const std::vector<AttributeView> attributes = attributes_of(*m);

  std::vector<uint8_t> out(bytes.size() + sealed_size), key{1, 2, 3};
  if (out.size() > UINT16_MAX) return;
  stun::Writer writer(out, m->message_class(), m->method(), m->transaction_id());
  for (const AttributeView& attribute : attributes) {
    SBC_CHECK(within(text(attribute.value), bytes));
    writer.attribute(attribute.type, attribute.value);
  }
  writer.message_integrity(key).fingerprint();
  SBC_CHECK(!writer.overflowed());

  auto again = stun::parse_message(writer.written());
  if (attributes.size() + 2 > Message::attributes_max) return;
  SBC_CHECK(again && again->fingerprint_holds() && again->integrity_holds(key));
  SBC_CHECK(again->message_class() == m->message_class() && again->method() == m->method());
  SBC_CHECK(again->transaction_id() == m->transaction_id());
  const std::vector<AttributeView> same = attributes_of(*again);
  SBC_CHECK(std::equal(attributes.begin(), attributes.end(), same.begin(), same.end(), equal));
  key[0] ^= 1;
  out[writer.written().size() / 2] ^= 1;
  SBC_CHECK(!again->integrity_holds(key) && !again->fingerprint_holds());
}

/// With a header that fits, so that few inputs end there.
std::string repaired(std::string_view bytes) {
  std::string copy(bytes.substr(0, bytes.size() & ~size_t(3)));
  if (copy.size() < stun::header_size || copy.size() > UINT16_MAX) return copy;
  auto* at = reinterpret_cast<uint8_t*>(copy.data());
  at[0] &= 3;
  store_be16(at + 2, uint16_t(copy.size() - stun::header_size));
  store_be32(at + 4, stun::magic_cookie);
  return copy;
}

}  // namespace

void stun(std::string_view bytes) {
  check(bytes);
  check(repaired(bytes));
}

}  // namespace sbc::fuzz
