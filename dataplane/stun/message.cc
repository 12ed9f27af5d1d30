#include "dataplane/stun/message.h"

#include <algorithm>

#include "dataplane/bytes/hmac_sha1.h"
#include "dataplane/bytes/reader.h"
#include "dataplane/stun/fingerprint.h"
#include "dataplane/stun/xor_address.h"

namespace sbc::stun {
namespace {

std::string_view text(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool must_be_understood(Attribute type) { return unsigned(type) < 0x8000; }

bool is_known(Attribute type) {
  switch (type) {
    case Attribute::mapped_address:
    case Attribute::username:
    case Attribute::message_integrity:
    case Attribute::error_code:
    case Attribute::unknown_attributes:
    case Attribute::realm:
    case Attribute::nonce:
    case Attribute::xor_mapped_address:
    case Attribute::priority:
    case Attribute::use_candidate:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool take_attribute(std::span<const uint8_t>& rest, AttributeView& attribute) {
  Reader reader(rest);
  attribute.type = Attribute(reader.be16());
  size_t size = reader.be16();
  auto value = reader.take(padded(size));
  if (reader.failed()) return false;
  attribute.value = value.first(size);
  rest = reader.rest();
  return true;
}

/// `at` is where it begins.
bool Message::note_attribute(const AttributeView& attribute, size_t at) {
  if (fingerprint_ != 0) return false;
  if (attribute.type == Attribute::fingerprint) {
    fingerprint_ = at;
    return attribute.value.size() == fingerprint_size;
  }
  if (attribute.type != Attribute::message_integrity || integrity_ != 0) return true;
  integrity_ = at;
  return attribute.value.size() == integrity_size;
}

Result<Message> parse_message(std::span<const uint8_t> datagram) {
  if (!is_stun(datagram) || header_size + load_be16(&datagram[2]) != datagram.size()) return Reason::stun_bad;
  Message message;
  message.bytes_ = datagram;
  auto rest = datagram.subspan(header_size);
  for (size_t count = 0; !rest.empty(); ++count) {
    size_t at = datagram.size() - rest.size();
    AttributeView attribute;
    if (count == Message::attributes_max || !take_attribute(rest, attribute)) return Reason::stun_bad;
    if (!message.note_attribute(attribute, at)) return Reason::stun_bad;
  }
  message.vouched_ = message.integrity_ != 0     ? message.integrity_
                     : message.fingerprint_ != 0 ? message.fingerprint_
                                                 : datagram.size();
  return message;
}

TransactionId Message::transaction_id() const {
  TransactionId id;
  std::copy_n(&bytes_[8], id.size(), id.begin());
  return id;
}

std::optional<std::span<const uint8_t>> Message::find(Attribute type) const {
  auto rest = bytes_.first(vouched_).subspan(header_size);
  for (AttributeView attribute; take_attribute(rest, attribute);) {
    if (attribute.type == type) return attribute.value;
  }
  return std::nullopt;
}

std::string_view Message::username() const {
  auto value = find(Attribute::username);
  return value ? text(*value) : std::string_view{};
}

std::optional<Endpoint> Message::xor_mapped_address() const {
  auto value = find(Attribute::xor_mapped_address);
  if (!value) return std::nullopt;
  return unmask_address(*value, bytes_.subspan<4, 16>());
}

std::optional<ErrorCode> Message::error_code() const {
  auto value = find(Attribute::error_code);
  if (!value || value->size() < 4) return std::nullopt;
  int hundreds = (*value)[2] & 7, rest = (*value)[3];
  if (hundreds < 3 || hundreds > 6 || rest > 99) return std::nullopt;
  return ErrorCode{hundreds * 100 + rest, text(value->subspan(4))};
}

std::optional<uint32_t> Message::priority() const {
  auto value = find(Attribute::priority);
  if (!value || value->size() != 4) return std::nullopt;
  return load_be32(value->data());
}

std::optional<uint64_t> Message::tie_breaker(Attribute type) const {
  auto value = find(type);
  if (!value || value->size() != 8) return std::nullopt;
  return uint64_t(load_be32(value->data())) << 32 | load_be32(value->data() + 4);
}

size_t Message::not_understood(std::span<Attribute> out) const {
  size_t count = 0;
  each([&](const AttributeView& attribute) {
    bool listed = count == out.size() || !must_be_understood(attribute.type) || is_known(attribute.type);
    if (!listed) out[count++] = attribute.type;
  });
  return count;
}

size_t Message::unknown_attributes(std::span<Attribute> out) const {
  Reader reader(find(Attribute::unknown_attributes).value_or(std::span<const uint8_t>{}));
  size_t count = 0;
  while (count < out.size() && reader.left() >= 2) out[count++] = Attribute(reader.be16());
  return count;
}

bool Message::fingerprint_holds() const {
  return fingerprint_ != 0 && load_be32(&bytes_[fingerprint_ + attribute_header_size]) ==
                                  fingerprint_of(bytes_.first(fingerprint_));
}

bool Message::integrity_holds(std::span<const uint8_t> key) const {
  if (integrity_ == 0) return false;
  // The sender's header counted nothing behind MESSAGE-INTEGRITY.
  std::array<uint8_t, 4> front{bytes_[0], bytes_[1]};
  store_be16(&front[2], uint16_t(integrity_ + attribute_header_size + integrity_size - header_size));
  Sha1Digest digest = hmac_sha1(key, {front, bytes_.first(integrity_).subspan(front.size())});
  return equal_in_constant_time(digest, bytes_.subspan(integrity_ + attribute_header_size, digest.size()));
}

}  // namespace sbc::stun
