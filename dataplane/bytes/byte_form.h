// The byte form of values that outlive their process or move between workers: what a Saver writes, a Loader
// reads back. Both have the same procedures, so that one list of fields serves both directions:
//
//   template <class Form> void each_field(Form& form, Thing& thing) {
//     form.number(thing.count);
//     form.text(thing.name);
//   }
//
// A type that is more than data names its fields so itself, as a static each_field(). A Saver's Thing is
// const. Numbers are LEB128 (small ones take one byte), text has its length before it. A Saver overflows and
// a Loader fails as a whole; whoever uses them asks once, at the end. A Loader takes whatever bytes it is
// given.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "config/types/address.h"

namespace sbc {

class Saver {
 public:
  explicit Saver(std::span<uint8_t> out) : out_(out) {}

  /// An unsigned integer, bool or enum. The most that it may be is for a Loader to look at.
  template <class Number, class... Most>
  void number(const Number& value, const Most&...) {
    uint64_t rest = uint64_t(value);
    for (; rest > 0x7f; rest >>= 7) byte(uint8_t(rest | 0x80));
    byte(uint8_t(rest));
  }
  /// Bools, seven to a byte.
  template <class... Flag>
  void flags(const Flag&... flag) {
    uint64_t all = 0, bit = 1;
    ((all |= flag ? bit : 0, bit <<= 1), ...);
    number(all);
  }
  /// All 64 bits of what is as likely large as small.
  void bits(const uint64_t& value) { copy(&value, sizeof value); }
  template <class Number>
  void optional(const std::optional<Number>& value) {
    number(value.has_value());
    if (value) number(*value);
  }
  void text(std::string_view value) {
    number(value.size());
    copy(value.data(), value.size());
  }
  /// Text held in place, of which `size` bytes are written.
  template <size_t Max>
  void text(const std::array<char, Max>& bytes, const uint8_t& size) {
    text({bytes.data(), size});
  }
  /// Room for a text to be put there; empty where it does not fit.
  std::span<char> text_room(size_t size) {
    number(size);
    overflowed_ |= size > out_.size() - size_;
    if (overflowed_) return {};
    size_ += size;
    return {reinterpret_cast<char*>(out_.data()) + size_ - size, size};
  }
  void address(const IpAddress& value) {
    const bool v4 = value.is_v4();
    const uint8_t size = value.is_none() ? 0 : v4 ? 4 : 16;
    byte(size);
    copy(value.bytes.data() + (16 - size), size);
  }
  void endpoint(const Endpoint& value) {
    address(value.address);
    number(value.port);
  }
  /// As they are, all of them.
  void bytes(std::span<const uint8_t> value) { copy(value.data(), value.size()); }

  std::span<const uint8_t> written() const { return out_.first(size_); }
  bool overflowed() const { return overflowed_; }

 private:
  void byte(uint8_t value) { copy(&value, 1); }
  void copy(const void* from, size_t size) {
    overflowed_ |= size > out_.size() - size_;
    if (overflowed_ || size == 0) return;
    std::memcpy(out_.data() + size_, from, size);
    size_ += size;
  }

  std::span<uint8_t> out_;
  size_t size_ = 0;
  bool overflowed_ = false;
};

class Loader {
 public:
  explicit Loader(std::span<const uint8_t> in) : rest_(in) {}

  /// Fails where the value is above `most`, or too large for its type.
  template <class Number, class Most = uint64_t>
  void number(Number& value, Most bound = Most(largest<Number>())) {
    const auto most = uint64_t(bound);
    uint64_t sum = 0;
    for (unsigned shift = 0;; shift += 7) {
      const uint8_t next = byte();
      const uint64_t part = next & 0x7f;
      if (shift > 63 || part << shift >> shift != part) return fail();
      sum |= part << shift;
      if (!(next & 0x80)) break;
    }
    if (sum > most) return fail();
    value = Number(sum);
  }
  template <class... Flag>
  void flags(Flag&... flag) {
    uint64_t all = 0;
    number(all, (uint64_t(1) << sizeof...(flag)) - 1);
    ((flag = (all & 1) != 0, all >>= 1), ...);
  }
  void bits(uint64_t& value) { copy(&value, sizeof value); }
  template <class Number>
  void optional(std::optional<Number>& value) {
    bool known = false;
    number(known);
    if (known) number(value.emplace());
  }
  /// In place, within the bytes given.
  std::string_view text() {
    size_t size = 0;
    number(size);
    if (size > rest_.size()) fail();
    if (failed_) return {};
    std::string_view taken(reinterpret_cast<const char*>(rest_.data()), size);
    rest_ = rest_.subspan(size);
    return taken;
  }
  template <size_t Max>
  void text(std::array<char, Max>& bytes, uint8_t& size) {
    std::string_view taken = text();
    if (taken.size() > Max) return fail();
    std::copy(taken.begin(), taken.end(), bytes.begin());
    size = uint8_t(taken.size());
  }
  void address(IpAddress& value) {
    const uint8_t size = byte();
    if (size != 0 && size != 4 && size != 16) return fail();
    value = size == 4 ? IpAddress::v4(0) : IpAddress{};
    copy(value.bytes.data() + (16 - size), size);
  }
  void endpoint(Endpoint& value) {
    address(value.address);
    number(value.port);
  }
  void bytes(std::span<uint8_t> value) { copy(value.data(), value.size()); }

  void fail() {
    failed_ = true;
    rest_ = {};
  }
  bool failed() const { return failed_; }
  size_t left() const { return rest_.size(); }

 private:
  template <class Number>
  static constexpr uint64_t largest() {
    if constexpr (std::is_same_v<Number, bool>) {
      return 1;
    } else if constexpr (std::is_same_v<Number, char>) {
      return 0x7f;
    } else if constexpr (std::is_enum_v<Number>) {
      return largest<std::underlying_type_t<Number>>();
    } else {
      static_assert(std::is_unsigned_v<Number>);
      return Number(~Number(0));
    }
  }
  uint8_t byte() {
    uint8_t value = 0;
    copy(&value, 1);
    return value;
  }
  void copy(void* to, size_t size) {
    if (size > rest_.size()) return fail();
    if (size == 0) return;
    std::memcpy(to, rest_.data(), size);
    rest_ = rest_.subspan(size);
  }

  std::span<const uint8_t> rest_;
  bool failed_ = false;
};

/// One of several machines: which it is, and its fields.
template <class Form, class Variant>
void one_of(Form& form, Variant& value) {
  using Plain = std::remove_const_t<Variant>;
  constexpr size_t count = std::variant_size_v<Plain>;
  size_t which = value.index();
  form.number(which, count - 1);
  if constexpr (!std::is_const_v<Variant>) {
    [&]<size_t... I>(std::index_sequence<I...>) {
      ((which == I ? void(value.template emplace<I>()) : void()), ...);
    }
    (std::make_index_sequence<count>());
  }
  std::visit([&](auto& part) { std::remove_cvref_t<decltype(part)>::each_field(form, part); }, value);
}

}  // namespace sbc
