// Words as they stand in memory, wherever they begin.
#pragma once

#include <cstdint>
#include <cstring>

namespace sbc {

template <class Word>
Word word_at(const uint8_t* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

}  // namespace sbc
