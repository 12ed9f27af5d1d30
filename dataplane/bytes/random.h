// Random: unguessable identifiers, and the same ones again from the same seed.
//
// A ChaCha20 key stream (OpenSSL). Owned by one thread. Production keys come from getrandom() in main; the
// simulation's from its seed.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

namespace sbc {

class Random {
 public:
  using Key = std::array<uint8_t, 32>;
  explicit Random(const Key& key);
  static Random from_seed(uint64_t seed);
  ~Random();
  Random(Random&&) noexcept;
  Random& operator=(Random&&) noexcept;

  uint64_t next();
  /// Uniform in [0, bound); bound > 0.
  uint64_t below(uint64_t bound);
  /// Fills `out` with letters and digits that SIP tokens may hold (62 of them).
  void token(char* out, size_t length);

 private:
  struct Cipher;
  std::unique_ptr<Cipher> cipher_;
  std::array<uint64_t, 512> block_{};
  size_t used_ = block_.size();
};

}  // namespace sbc
