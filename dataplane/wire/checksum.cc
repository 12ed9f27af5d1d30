#include "dataplane/wire/checksum.h"

#include <bit>

#include <immintrin.h>

#include "dataplane/bytes/word.h"

namespace sbc::wire {
namespace {

constexpr uint16_t network_order(uint16_t value) {
  return std::endian::native == std::endian::little ? uint16_t(value << 8 | value >> 8) : value;
}

}  // namespace

/// Four words at a time: what is carried out of one goes into the next, and at last in again.
Checksum& Checksum::add(std::span<const uint8_t> bytes) {
  const uint8_t* at = bytes.data();
  size_t left = bytes.size();
  unsigned long long sum = 0;  // as the intrinsic has it
  for (; left >= 32; at += 32, left -= 32) {
    unsigned char carry = _addcarry_u64(0, sum, word_at<uint64_t>(at), &sum);
    carry = _addcarry_u64(carry, sum, word_at<uint64_t>(at + 8), &sum);
    carry = _addcarry_u64(carry, sum, word_at<uint64_t>(at + 16), &sum);
    carry = _addcarry_u64(carry, sum, word_at<uint64_t>(at + 24), &sum);
    sum += carry;  // never out of this one: a carry leaves less than all ones
  }
  uint64_t rest = 0;
  for (; left >= 4; at += 4, left -= 4) rest += word_at<uint32_t>(at);
  if (left >= 2) {
    rest += word_at<uint16_t>(at);
    at += 2;
    left -= 2;
  }
  if (left > 0) {
    const uint8_t padded[2] = {*at, 0};
    rest += word_at<uint16_t>(padded);
  }
  sum_ += rest;
  return add_sum(sum);
}

Checksum& Checksum::add(uint16_t word) {
  sum_ += network_order(word);
  return *this;
}

Checksum& Checksum::add(const IpAddress& address) {
  const uint8_t* at = address.bytes.data();
  sum_ += word_at<uint32_t>(at + 12);
  if (address.is_v4()) return *this;
  sum_ += uint64_t(word_at<uint32_t>(at)) + word_at<uint32_t>(at + 4) + word_at<uint32_t>(at + 8);
  return *this;
}

uint16_t Checksum::sum() const { return network_order(fold(sum_)); }

Checksum pseudo_header(const IpAddress& source, const IpAddress& destination, uint8_t protocol,
                       uint32_t length) {
  Checksum checksum;
  return checksum.add(source)
      .add(destination)
      .add(protocol)
      .add(uint16_t(length >> 16))
      .add(uint16_t(length));
}

ChecksumChange& ChecksumChange::replace(const IpAddress& gone, const IpAddress& come) {
  gone_.add(gone);
  come_.add(come);
  return *this;
}

ChecksumChange& ChecksumChange::replace(uint16_t gone, uint16_t come) {
  gone_.add(gone);
  come_.add(come);
  return *this;
}

uint16_t ChecksumChange::apply(uint16_t checksum) const {
  return uint16_t(~fold(uint64_t(uint16_t(~checksum)) + uint16_t(~gone_.sum()) + come_.sum()));
}

uint16_t ChecksumChange::apply_udp(uint16_t checksum) const {
  if (checksum == 0) return 0;
  uint16_t changed = apply(checksum);
  return changed == 0 ? 0xffff : changed;
}

}  // namespace sbc::wire
