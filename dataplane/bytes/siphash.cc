#include "dataplane/bytes/siphash.h"

#include <bit>
#include <cstring>

namespace sbc {
namespace {

template <int word_rounds, int last_rounds>
struct State {
  uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void absorb(uint64_t word) {
    v3 ^= word;
    for (int i = 0; i < word_rounds; ++i) round();
    v0 ^= word;
  }
  uint64_t finish() {
    for (int i = 0; i < last_rounds; ++i) round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

uint64_t load_little_endian(const char* bytes, size_t count) {
  uint64_t word = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&word, bytes, count);
  } else {
    for (size_t i = 0; i < count; ++i) word |= uint64_t(uint8_t(bytes[i])) << (8 * i);
  }
  return word;
}

template <class Rounds>
Rounds absorb_all(const HashKey& key, uint64_t variant, std::string_view bytes) {
  Rounds state{key[0] ^ 0x736f6d6570736575u, key[1] ^ 0x646f72616e646f6du ^ variant,
               key[0] ^ 0x6c7967656e657261u, key[1] ^ 0x7465646279746573u};
  const char* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; at += 8, left -= 8) state.absorb(load_little_endian(at, 8));
  state.absorb(uint64_t(bytes.size()) << 56 | (left > 0 ? load_little_endian(at, left) : 0));
  return state;
}

}  // namespace

uint64_t siphash(const HashKey& key, std::string_view bytes) {
  auto state = absorb_all<State<2, 4>>(key, 0, bytes);
  state.v2 ^= 0xff;
  return state.finish();
}

std::array<uint64_t, 2> siphash_128(const HashKey& key, std::string_view bytes) {
  auto state = absorb_all<State<1, 3>>(key, 0xee, bytes);
  state.v2 ^= 0xee;
  const uint64_t first = state.finish();
  state.v1 ^= 0xdd;
  return {first, state.finish()};
}

}  // namespace sbc
