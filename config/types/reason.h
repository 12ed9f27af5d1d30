// Reason: why a packet was dropped or a request rejected. The values come from config/types/reasons.def.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sbc {

enum class Reason : uint8_t {
  none,
#define DROP(name, text) name,
#define REJECT(name, status, text) name,
#include "config/types/reasons.def"
  count_
};
inline constexpr size_t reason_count = size_t(Reason::count_);

/// The name as in reasons.def: the metric label.
std::string_view name_of(Reason reason);
/// One phrase for people.
std::string_view text_of(Reason reason);
/// The SIP status a rejected request is answered with; 0 for a drop.
uint16_t status_of(Reason reason);

}  // namespace sbc
