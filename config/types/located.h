// Located<T>: a configured value with the place where the operator wrote it, for errors and logs.
#pragma once

#include <string>
#include <utility>

namespace sbc {

struct Location {
  std::string file;
  int line = 0;  // from 1; 0 = a default that nobody wrote
};

template <class T>
struct Located {
  T value{};
  Location where{};

  Located() = default;
  Located(T v) : value(std::move(v)) {}
  Located(T v, Location w) : value(std::move(v)), where(std::move(w)) {}
  const T& operator*() const { return value; }
  const T* operator->() const { return &value; }
};

}  // namespace sbc
