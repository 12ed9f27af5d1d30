// Counts what the whole test program takes from the heap between begin() and end().
#pragma once

struct AllocationCounter {
  static void begin();
  static unsigned end();
};
