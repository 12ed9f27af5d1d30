// Reader: takes big-endian fields off the front of bytes, never past their end.
//
// A read past the end yields zeros (or an empty span), leaves nothing to read and sets failed(), so a parser
// checks once, where it matters.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>

#include "dataplane/bytes/big_endian.h"

namespace sbc {

class Reader {
 public:
  explicit Reader(std::span<const uint8_t> bytes) : rest_(bytes) {}

  uint8_t u8() {
    auto bytes = take(1);
    return bytes.empty() ? uint8_t(0) : bytes[0];
  }
  uint16_t be16() {
    auto bytes = take(2);
    return bytes.empty() ? uint16_t(0) : load_be16(bytes.data());
  }
  uint32_t be32() {
    auto bytes = take(4);
    return bytes.empty() ? 0 : load_be32(bytes.data());
  }
  /// The next `count` bytes, in place; empty when there are fewer.
  std::span<const uint8_t> take(size_t count) {
    if (count > rest_.size()) {
      failed_ = true;
      rest_ = {};
      return {};
    }
    auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  /// Fills `out`, with zeros when there are fewer bytes.
  void copy(std::span<uint8_t> out) {
    auto bytes = take(out.size());
    if (!bytes.empty()) {
      std::memcpy(out.data(), bytes.data(), bytes.size());
    } else if (!out.empty()) {
      std::memset(out.data(), 0, out.size());
    }
  }
  void skip(size_t count) { take(count); }

  std::span<const uint8_t> rest() const { return rest_; }
  size_t left() const { return rest_.size(); }
  bool failed() const { return failed_; }

 private:
  std::span<const uint8_t> rest_;
  bool failed_ = false;
};

}  // namespace sbc
