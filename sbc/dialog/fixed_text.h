// FixedText: text of bounded length held in place. What does not fit is refused, never cut.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "dataplane/bytes/byte_form.h"

namespace sbc::dialog {

template <size_t Max>
class FixedText {
 public:
  FixedText() = default;
  /// False, and unchanged, when it does not fit.
  [[nodiscard]] bool assign(std::string_view text) {
    if (text.size() > Max) return false;
    if (!text.empty()) std::memcpy(bytes_.data(), text.data(), text.size());
    size_ = uint16_t(text.size());
    return true;
  }
  [[nodiscard]] bool append(std::string_view text) {
    if (text.size() > Max - size_) return false;
    if (!text.empty()) std::memcpy(bytes_.data() + size_, text.data(), text.size());
    size_ = uint16_t(size_ + text.size());
    return true;
  }
  void clear() { size_ = 0; }
  std::string_view view() const { return {bytes_.data(), size_}; }
  bool empty() const { return size_ == 0; }

 private:
  static_assert(Max < 16384);  // its size takes at most two bytes of the byte form
  uint16_t size_ = 0;
  std::array<char, Max> bytes_;
};

template <size_t Max>
void field(Saver& form, const FixedText<Max>& text) {
  form.text(text.view());
}
template <size_t Max>
void field(Loader& form, FixedText<Max>& text) {
  if (!text.assign(form.text())) form.fail();
}

}  // namespace sbc::dialog
