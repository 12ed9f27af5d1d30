// Memory: what this process holds, and what the machine has left.
#pragma once

#include <cstdint>

namespace sbc::bench {

uint64_t resident_bytes();
/// 0 where the system does not tell.
uint64_t available_bytes();

}  // namespace sbc::bench
