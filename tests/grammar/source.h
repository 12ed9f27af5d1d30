// Source: where the generator's choices come from. The same seed makes the same message.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace sbc::grammar {

class Source {
 public:
  explicit Source(uint64_t seed) : random_(seed) {}

  /// 0 .. end - 1
  size_t below(size_t end) { return size_t(random_() % end); }
  size_t between(size_t least, size_t most) { return least + below(most - least + 1); }
  bool chance(unsigned percent) { return below(100) < percent; }

  std::string_view pick(std::initializer_list<std::string_view> from) {
    return from.begin()[below(from.size())];
  }
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

  /// So many characters of `alphabet`.
  std::string some(std::string_view alphabet, size_t least, size_t most) {
    std::string text(between(least, most), ' ');
    for (char& c : text) c = alphabet[below(alphabet.size())];
    return text;
  }
  /// The same letters in other cases.
  std::string any_case(std::string_view text);

 private:
  std::mt19937_64 random_;
};

inline constexpr std::string_view digits = "0123456789";
inline constexpr std::string_view hex_digits = "0123456789abcdefABCDEF";
inline constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
inline constexpr std::string_view alphanumeric =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

}  // namespace sbc::grammar
