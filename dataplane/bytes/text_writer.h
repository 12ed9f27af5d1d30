// TextWriter: composes text into a span, in one pass; what the writers of text protocols are made of.
//
// A write past the end sets overflowed() and writes nothing more; the caller checks once at the end. Self is
// the writer that derives from it, so that calls chain.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace sbc {

template <class Self>
class TextWriter {
 public:
  explicit TextWriter(std::span<char> out)
      : begin_(out.data()), at_(out.data()), end_(out.data() + out.size()) {}

  Self& text(std::string_view bytes) {
    char* at = room(bytes.size());
    if (at && !bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
    return self();
  }
  Self& number(uint64_t value) {
    char digits[20];
    auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
    return text({digits, size_t(end - digits)});
  }
  Self& end_line() { return text("\r\n"); }

  std::string_view written() const { return {begin_, size_t(at_ - begin_)}; }
  bool overflowed() const { return overflowed_; }
  /// What is to be written can't be had whole: as after a write past the end.
  void overflow() {
    overflowed_ = true;
    end_ = at_;
  }

 protected:
  /// Where the next `size` bytes are to be written; nullptr, and nothing more will be, where they do not fit.
  char* room(size_t size) {
    if (size_t(end_ - at_) < size) {
      overflow();
      return nullptr;
    }
    char* at = at_;
    at_ += size;
    return at;
  }

 private:
  Self& self() { return static_cast<Self&>(*this); }

  char* begin_;
  char* at_;
  char* end_;
  bool overflowed_ = false;
};

}  // namespace sbc
