// Assertions for programming errors. They stay on in release builds; network input never reaches one.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace sbc {
[[noreturn]] inline void check_failed(const char* what, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, what);
  std::abort();
}
}  // namespace sbc

#define SBC_CHECK(condition) \
  (__builtin_expect(!!(condition), 1) ? void(0) : ::sbc::check_failed(#condition, __FILE__, __LINE__))
