// Writer: puts big-endian fields one behind the other into a span, never past its end.
//
// A write that does not fit writes nothing, and neither does any after it; overflowed() tells, so a composer
// checks once at the end.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>

#include "dataplane/bytes/big_endian.h"

namespace sbc {

class Writer {
 public:
  explicit Writer(std::span<uint8_t> out) : out_(out) {}

  Writer& u8(uint8_t value) {
    if (uint8_t* at = room(1)) *at = value;
    return *this;
  }
  Writer& be16(uint16_t value) {
    if (uint8_t* at = room(2)) store_be16(at, value);
    return *this;
  }
  Writer& be32(uint32_t value) {
    if (uint8_t* at = room(4)) store_be32(at, value);
    return *this;
  }
  Writer& copy(std::span<const uint8_t> bytes) {
    if (bytes.empty()) return *this;
    if (uint8_t* at = room(bytes.size())) std::memcpy(at, bytes.data(), bytes.size());
    return *this;
  }
  Writer& zeros(size_t count) {
    if (count == 0) return *this;
    if (uint8_t* at = room(count)) std::memset(at, 0, count);
    return *this;
  }

  std::span<uint8_t> written() const { return out_.first(size_); }
  size_t size() const { return size_; }
  bool overflowed() const { return overflowed_; }

 private:
  uint8_t* room(size_t count) {
    if (overflowed_ || count > out_.size() - size_) {
      overflowed_ = true;
      return nullptr;
    }
    uint8_t* at = out_.data() + size_;
    size_ += count;
    return at;
  }

  std::span<uint8_t> out_;
  size_t size_ = 0;
  bool overflowed_ = false;
};

}  // namespace sbc
