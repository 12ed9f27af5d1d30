// AllocationTrap: while one lives, memory that its thread allocates, by operator new, malloc or any of their
// kin, ends the program and says so. For tests of what must not allocate.
#pragma once

namespace sbc {

class AllocationTrap {
 public:
  AllocationTrap();
  ~AllocationTrap();
  AllocationTrap(const AllocationTrap&) = delete;
  AllocationTrap& operator=(const AllocationTrap&) = delete;
};

}  // namespace sbc
