// Counts every operator new of the test program.
#pragma once

#include <cstddef>

namespace sbc::sip {

size_t allocations();

}  // namespace sbc::sip
