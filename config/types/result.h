// Result<T>: a value, or the reason why there is none. Errors from the network are values, never exceptions.
#pragma once

#include <utility>

#include "config/types/check.h"
#include "config/types/reason.h"

namespace sbc {

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Reason reason) : reason_(reason) { SBC_CHECK(reason != Reason::none); }

  explicit operator bool() const { return reason_ == Reason::none; }
  Reason reason() const { return reason_; }
  const T& operator*() const { return value_; }
  T& operator*() { return value_; }
  const T* operator->() const { return &value_; }
  T* operator->() { return &value_; }

 private:
  T value_{};
  Reason reason_ = Reason::none;
};

}  // namespace sbc
