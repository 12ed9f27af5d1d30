// AllocationTrap: while one lives, memory that its thread allocates, by operator new, malloc or any of their
// kin, ends the program and says so. For tests of what must not allocate; allocations_of_this_thread() is for
// those that only count.
#pragma once

#include <cstdint>

namespace sbc {

/// So far, freed or not.
uint64_t allocations_of_this_thread();

class AllocationTrap {
 public:
  AllocationTrap();
  ~AllocationTrap();
  AllocationTrap(const AllocationTrap&) = delete;
  AllocationTrap& operator=(const AllocationTrap&) = delete;
};

}  // namespace sbc
