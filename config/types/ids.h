// Small strong identifiers. They are indices into the model's lists and stay the same while the process
// lives.
#pragma once

#include <cstdint>
#include <type_traits>

namespace sbc {

enum class RealmId : uint8_t { none = 0xff };     // index into Model::realms
enum class PortId : uint8_t { none = 0xff };      // index into Model::ports
enum class TrunkId : uint16_t { none = 0xffff };  // slot of a trunk: kept by name across reloads
enum class WorkerId : uint8_t { none = 0xff };

template <class Id>
constexpr auto index_of(Id id) {
  return static_cast<std::underlying_type_t<Id>>(id);
}

inline constexpr unsigned realms_max = 64;
inline constexpr unsigned ports_max = 16;
inline constexpr unsigned trunks_max = 1024;
inline constexpr unsigned workers_max = 32;

}  // namespace sbc
