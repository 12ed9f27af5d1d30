// Hyperscan's handles with their owners; for the sources of dataplane/match only, which alone include <hs.h>.
// What we use of it Vectorscan has too: block mode, literals, plain expressions, scratch.
#pragma once

#include <string>

#include <hs.h>

#include "dataplane/match/scratch.h"

namespace sbc::match {

struct Compiled {
  hs_database_t* handle = nullptr;

  Compiled() = default;
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;
  ~Compiled() { hs_free_database(handle); }

  size_t bytes() const {
    size_t size = 0;
    return hs_database_size(handle, &size) == HS_SUCCESS ? size : 0;
  }
};

/// Hyperscan's words for what it refused.
inline std::string take_text(hs_compile_error_t* failure) {
  std::string text = failure->message;
  hs_free_compile_error(failure);
  return text;
}

/// Empty where it is small enough.
inline std::string size_error(const Compiled& compiled, size_t bytes_at_most) {
  if (compiled.bytes() <= bytes_at_most) return {};
  return "takes " + std::to_string(compiled.bytes()) + " bytes when compiled, of at most " +
         std::to_string(bytes_at_most);
}

struct Scratch::Impl {
  hs_scratch_t* handle = nullptr;

  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() { hs_free_scratch(handle); }
};

}  // namespace sbc::match
