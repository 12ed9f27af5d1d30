#include "dataplane/stun/writer.h"

#include "config/types/check.h"
#include "dataplane/bytes/hmac_sha1.h"
#include "dataplane/stun/fingerprint.h"
#include "dataplane/stun/xor_address.h"

namespace sbc::stun {

Writer::Writer(std::span<uint8_t> out, Class message_class, Method method, const TransactionId& id)
    : writer_(out) {
  writer_.be16(type_of(message_class, method)).be16(0).be32(magic_cookie).copy(id);
}

void Writer::begin(Attribute type, size_t size) {
  bool sealed = last_ == Attribute::message_integrity || last_ == Attribute::fingerprint;
  SBC_CHECK(!sealed || (type == Attribute::fingerprint && last_ != type));
  SBC_CHECK(padded(size) <= UINT16_MAX);
  writer_.be16(uint16_t(type)).be16(uint16_t(size));
  last_ = type;
}

/// Pads the attribute, and has the header count it.
Writer& Writer::end() {
  writer_.zeros(padded(writer_.size()) - writer_.size());
  size_t size = writer_.size() - header_size;
  SBC_CHECK(writer_.overflowed() || size <= UINT16_MAX);
  if (!writer_.overflowed()) store_be16(&writer_.written()[2], uint16_t(size));
  return *this;
}

Writer& Writer::attribute(Attribute type, std::span<const uint8_t> value) {
  begin(type, value.size());
  writer_.copy(value);
  return end();
}

Writer& Writer::text(Attribute type, std::string_view value) {
  return attribute(type, {reinterpret_cast<const uint8_t*>(value.data()), value.size()});
}

Writer& Writer::number(Attribute type, uint64_t value) {
  begin(type, 8);
  writer_.be32(uint32_t(value >> 32)).be32(uint32_t(value));
  return end();
}

Writer& Writer::priority(uint32_t value) {
  begin(Attribute::priority, 4);
  writer_.be32(value);
  return end();
}

Writer& Writer::xor_mapped_address(const Endpoint& endpoint) {
  if (overflowed()) return *this;
  MaskedAddress masked = mask_address(endpoint, written().subspan<4, 16>());
  return attribute(Attribute::xor_mapped_address, std::span(masked.bytes).first(masked.size));
}

Writer& Writer::error_code(int code, std::string_view phrase) {
  SBC_CHECK(code >= 300 && code <= 699);
  begin(Attribute::error_code, 4 + phrase.size());
  writer_.be16(0).u8(uint8_t(code / 100)).u8(uint8_t(code % 100));
  writer_.copy({reinterpret_cast<const uint8_t*>(phrase.data()), phrase.size()});
  return end();
}

Writer& Writer::unknown_attributes(std::span<const Attribute> types) {
  begin(Attribute::unknown_attributes, types.size() * 2);
  for (Attribute type : types) writer_.be16(uint16_t(type));
  return end();
}

Writer& Writer::message_integrity(std::span<const uint8_t> key) {
  size_t at = writer_.size();
  begin(Attribute::message_integrity, integrity_size);
  writer_.zeros(integrity_size);
  end();
  if (overflowed()) return *this;
  Sha1Digest digest = hmac_sha1(key, {written().first(at)});
  std::copy(digest.begin(), digest.end(), &writer_.written()[at + attribute_header_size]);
  return *this;
}

Writer& Writer::fingerprint() {
  size_t at = writer_.size();
  begin(Attribute::fingerprint, fingerprint_size);
  writer_.zeros(fingerprint_size);
  end();
  if (!overflowed())
    store_be32(&writer_.written()[at + attribute_header_size], fingerprint_of(written().first(at)));
  return *this;
}

}  // namespace sbc::stun
