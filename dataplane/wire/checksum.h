// The Internet checksum (RFC 1071), computed whole or corrected by what changed (RFC 1624).
#pragma once

#include <cstdint>
#include <span>

#include "config/types/address.h"

namespace sbc::wire {

/// A ones' complement sum of words, of whatever size and order of bytes, as one of 16 bits.
constexpr uint16_t fold(uint64_t sum) {
  sum = (sum & 0xffffffff) + (sum >> 32);
  sum = (sum & 0xffffffff) + (sum >> 32);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return uint16_t(sum);
}

/// A running ones' complement sum of 16-bit words in network order.
class Checksum {
 public:
  /// An odd number of bytes only in the last call.
  Checksum& add(std::span<const uint8_t> bytes);
  Checksum& add(uint16_t word);
  Checksum& add(const IpAddress& address);
  /// What others have summed up, of 32-bit words as they stand in memory.
  Checksum& add_sum(uint64_t sum) {
    sum_ += (sum & 0xffffffff) + (sum >> 32);
    return *this;
  }

  /// The sum, folded: 0xffff over data that holds its own correct checksum.
  uint16_t sum() const;
  /// What goes into a checksum field.
  uint16_t value() const { return uint16_t(~sum()); }

 private:
  uint64_t sum_ =
      0;  // of 32-bit words as they stand in memory: the order of bytes does not matter until the end
};

/// What UDP and ICMPv6 add to their own bytes (RFC 768, RFC 8200 8.1). Both families sum alike.
Checksum pseudo_header(const IpAddress& source, const IpAddress& destination, uint8_t protocol,
                       uint32_t length);

/// Collects what a rewrite takes out of checksummed data and puts in, then corrects the checksum.
class ChecksumChange {
 public:
  ChecksumChange& replace(const IpAddress& gone, const IpAddress& come);  // also across families
  ChecksumChange& replace(uint16_t gone, uint16_t come);

  /// RFC 1624 equation 3.
  uint16_t apply(uint16_t checksum) const;
  /// UDP's rules (RFC 768): zero says that there is none and stays; a zero result is written as 0xffff. Where
  /// the packet leaves over IPv6, zero is not allowed (RFC 8200 8.1): compute it whole instead.
  uint16_t apply_udp(uint16_t checksum) const;

 private:
  Checksum gone_, come_;
};

}  // namespace sbc::wire
