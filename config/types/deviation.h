// Deviation: how a message strays from the grammar without losing its meaning, and what is done about it. The
// values come from config/types/deviations.def.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sbc {

enum class Deviation : uint8_t {
#define DEVIATION(name, header, treatment, text) name,
#include "config/types/deviations.def"
  count_
};
inline constexpr size_t deviation_count = size_t(Deviation::count_);

enum class Treatment : uint8_t { repaired, tolerated, refused };

/// As in deviations.def and in the configuration.
std::string_view name_of(Treatment treatment);

/// The name as in deviations.def: the configuration's key and the metric label.
std::string_view name_of(Deviation deviation);
/// The header field it occurs in, for people.
std::string_view header_of(Deviation deviation);
/// One phrase for people.
std::string_view text_of(Deviation deviation);
/// What happens unless the operator refuses it: repaired or tolerated.
Treatment treatment_of(Deviation deviation);

/// A set of deviations; a value.
class Deviations {
 public:
  constexpr void add(Deviation deviation) { bits_ |= bit(deviation); }
  constexpr void add_if(bool condition, Deviation deviation) {
    bits_ |= uint32_t(condition) << unsigned(deviation);
  }
  constexpr void add(Deviations more) { bits_ |= more.bits_; }
  constexpr void remove(Deviation deviation) { bits_ &= ~bit(deviation); }
  constexpr bool has(Deviation deviation) const { return (bits_ & bit(deviation)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool intersects(Deviations other) const { return (bits_ & other.bits_) != 0; }
  constexpr bool operator==(const Deviations&) const = default;
  friend constexpr Deviations operator&(Deviations a, Deviations b) {
    a.bits_ &= b.bits_;
    return a;
  }

  template <class Visit>
  constexpr void each(Visit&& visit) const {
    for (uint32_t rest = bits_; rest != 0; rest &= rest - 1) visit(Deviation(__builtin_ctz(rest)));
  }

 private:
  static constexpr uint32_t bit(Deviation deviation) { return uint32_t(1) << unsigned(deviation); }
  uint32_t bits_ = 0;
};
static_assert(deviation_count <= 32);

}  // namespace sbc
