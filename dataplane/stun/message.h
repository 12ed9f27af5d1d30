// Message: a STUN message as a view over a datagram (RFC 8489), with what ICE puts into it (RFC 8445).
//
// parse_message() checks once that every attribute lies within the datagram; values are interpreted on
// demand. Fixed bounds, no allocation, no recursion, no copy: the bytes must outlive the Message.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "config/types/address.h"
#include "config/types/result.h"
#include "dataplane/stun/protocol.h"

namespace sbc::stun {

struct AttributeView {
  Attribute type{};
  std::span<const uint8_t> value;  // without padding
};
/// Takes the first attribute, with its padding, off the front of `rest`; false where none is whole.
bool take_attribute(std::span<const uint8_t>& rest, AttributeView& attribute);

struct ErrorCode {
  int code = 0;  // 300..699
  std::string_view phrase;
};

class Message {
 public:
  static constexpr size_t attributes_max = 32;

  Class message_class() const { return class_of(load_be16(bytes_.data())); }
  Method method() const { return method_of(load_be16(bytes_.data())); }
  TransactionId transaction_id() const;

  /// Calls visit(attribute) in order, up to MESSAGE-INTEGRITY or FINGERPRINT: nobody vouches for what stands
  /// behind them (RFC 8489 14.5).
  template <class Visit>
  void each(Visit&& visit) const {
    auto rest = bytes_.first(vouched_).subspan(header_size);
    for (AttributeView attribute; take_attribute(rest, attribute);) visit(attribute);
  }
  /// The value of the first of this type that each() visits.
  std::optional<std::span<const uint8_t>> find(Attribute type) const;
  bool has(Attribute type) const { return find(type).has_value(); }

  // nullopt, or empty, where there is none or it is malformed.
  std::string_view username() const;
  std::optional<Endpoint> xor_mapped_address() const;
  std::optional<ErrorCode> error_code() const;
  std::optional<uint32_t> priority() const;
  bool use_candidate() const { return has(Attribute::use_candidate); }
  std::optional<uint64_t> ice_controlled() const { return tie_breaker(Attribute::ice_controlled); }
  std::optional<uint64_t> ice_controlling() const { return tie_breaker(Attribute::ice_controlling); }

  /// Fills `out` with the attributes that must be understood and that we do not know; returns how many. A
  /// request with any gets a 420 that lists them (RFC 8489 6.3.1).
  size_t not_understood(std::span<Attribute> out) const;
  /// Fills `out` with what UNKNOWN-ATTRIBUTES lists; returns how many.
  size_t unknown_attributes(std::span<Attribute> out) const;

  /// There is a FINGERPRINT, and it is right (RFC 8489 14.7).
  bool fingerprint_holds() const;
  /// There is a MESSAGE-INTEGRITY, and it was made with `key`: with a short-term credential the password (RFC
  /// 8489 9.1.1, 14.5).
  bool integrity_holds(std::span<const uint8_t> key) const;

  std::span<const uint8_t> bytes() const { return bytes_; }

 private:
  friend Result<Message> parse_message(std::span<const uint8_t> datagram);
  bool note_attribute(const AttributeView& attribute, size_t at);
  std::optional<uint64_t> tie_breaker(Attribute type) const;

  std::span<const uint8_t> bytes_;
  size_t vouched_ = 0;      // where the attributes end that each() visits
  size_t integrity_ = 0;    // where MESSAGE-INTEGRITY begins; 0 = none
  size_t fingerprint_ = 0;  // where FINGERPRINT begins; 0 = none
};

/// `datagram` is a UDP payload. Fails with stun_bad: a header or a length that is wrong, an attribute that
/// does not fit, more than attributes_max, anything behind a FINGERPRINT.
Result<Message> parse_message(std::span<const uint8_t> datagram);

}  // namespace sbc::stun
