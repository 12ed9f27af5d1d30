#include "dataplane/wire/checksum.h"

#include <bit>

#include "dataplane/bytes/word.h"

namespace sbc::wire {
namespace {

constexpr uint16_t network_order(uint16_t value) {
  return std::endian::native == std::endian::little ? uint16_t(value << 8 | value >> 8) : value;
}

}  // namespace

Checksum& Checksum::add(std::span<const uint8_t> bytes) {
  const uint8_t* at = bytes.data();
  size_t left = bytes.size();
  uint64_t low = 0,
           high = 0;  // two sums that do not wait for each other; neither can overflow below 2^32 words
  for (; left >= 8; at += 8, left -= 8) {
    uint64_t word = word_at<uint64_t>(at);
    low += word & 0xffffffff;
    high += word >> 32;
  }
  if (left >= 4) {
    low += word_at<uint32_t>(at);
    at += 4;
    left -= 4;
  }
  if (left >= 2) {
    low += word_at<uint16_t>(at);
    at += 2;
    left -= 2;
  }
  if (left > 0) {
    const uint8_t padded[2] = {*at, 0};
    low += word_at<uint16_t>(padded);
  }
  sum_ += low + high;
  return *this;
}

Checksum& Checksum::add(uint16_t word) {
  sum_ += network_order(word);
  return *this;
}

Checksum& Checksum::add(const IpAddress& address) {
  std::span<const uint8_t> bytes = address.bytes;
  return add(address.is_v4() ? bytes.last(4) : bytes);
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
