// LineSplitter: the first pass over a session description, 64 bytes a step: where lines end, and whether
// control bytes stand where none may. SSE2 is part of every x86-64; the scalar form is its oracle in tests.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace sbc::sdp {

constexpr bool is_control(char c) { return uint8_t(c) < 0x20 || c == 0x7f; }

/// One bit for each of 64 bytes, the first byte's lowest.
struct BlockBits {
  uint64_t breaks = 0;    // LF
  uint64_t controls = 0;  // 0x00..0x1f, LF among them, and 0x7f
};

struct ScalarBlock {
  static BlockBits bits_of(const char* block, size_t size = 64) {
    BlockBits bits;
    for (size_t i = 0; i < size; ++i) {
      bits.breaks |= uint64_t(block[i] == '\n') << i;
      bits.controls |= uint64_t(is_control(block[i])) << i;
    }
    return bits;
  }
};

#if defined(__SSE2__)
struct Sse2Block {
  static BlockBits bits_of(const char* block) {
    const __m128i lf = _mm_set1_epi8('\n'), last_low = _mm_set1_epi8(0x1f), del = _mm_set1_epi8(0x7f);
    BlockBits bits;
    for (int i = 0; i < 64; i += 16) {
      __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + i));
      __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_low), bytes);
      __m128i control = _mm_or_si128(low, _mm_cmpeq_epi8(bytes, del));
      bits.breaks |= uint64_t(unsigned(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, lf)))) << i;
      bits.controls |= uint64_t(unsigned(_mm_movemask_epi8(control))) << i;
    }
    return bits;
  }
};
using NativeBlock = Sse2Block;
#else
using NativeBlock = ScalarBlock;
#endif

template <class Block>
class LineSplitter {
 public:
  explicit LineSplitter(std::string_view text) : text_(text) {}

  /// Takes the next line, without its LF or CRLF; what follows the last line end is a line too, unless it is
  /// empty. False at the end, and before a line in or behind which a control byte other than a tab stands:
  /// broken() tells. (A broken text may end some lines early: it is looked at in blocks.)
  bool next(std::string_view& line) {
    while (breaks_ == 0) {
      if (scanned_ == text_.size()) return take_last(line);
      if (!scan()) return false;
    }
    size_t end = block_ + size_t(std::countr_zero(breaks_));
    breaks_ &= breaks_ - 1;
    line = {text_.data() + begin_, end - begin_};
    begin_ = end + 1;
    if (!line.empty() && is_control(line.back())) take_off_end(line);
    return !broken_;
  }

  bool broken() const { return broken_; }

 private:
  bool take_last(std::string_view& line) {
    line = text_.substr(begin_);
    begin_ = text_.size();
    return !line.empty();
  }

  /// The control byte in front of an LF, where scan() does not look.
  void take_off_end(std::string_view& line) {
    broken_ |= line.back() != '\r' && line.back() != '\t';
    if (line.back() == '\r') line.remove_suffix(1);
  }

  /// The next block, or what is left of the text: then the last 64 bytes are looked at once more.
  bool scan() {
    size_t left = text_.size() - scanned_;
    BlockBits bits;
    block_ = scanned_;
    if (left >= 64) {
      bits = Block::bits_of(text_.data() + scanned_);
      scanned_ += 64;
    } else {
      bits = tail(left);
      scanned_ = text_.size();
    }
    breaks_ = bits.breaks;
    uint64_t odd = bits.controls & ~bits.breaks & ~(bits.breaks >> 1);
    return odd == 0 || only_tabs(odd);
  }

  BlockBits tail(size_t left) const {
    if (text_.size() < 64) return ScalarBlock::bits_of(text_.data(), left);
    BlockBits bits = Block::bits_of(text_.data() + text_.size() - 64);
    return {bits.breaks >> (64 - left), bits.controls >> (64 - left)};
  }

  /// A CR at the block's end may belong to the LF that follows.
  bool only_tabs(uint64_t odd) {
    for (; odd != 0; odd &= odd - 1) {
      size_t at = block_ + size_t(std::countr_zero(odd));
      bool line_end = text_[at] == '\r' && at + 1 < text_.size() && text_[at + 1] == '\n';
      if (text_[at] != '\t' && !line_end) broken_ = true;
    }
    return !broken_;
  }

  std::string_view text_;
  size_t begin_ = 0;    // of the line that comes next
  size_t scanned_ = 0;  // bytes looked at
  size_t block_ = 0;    // where the block begins that breaks_ is of
  uint64_t breaks_ = 0;
  bool broken_ = false;
};

}  // namespace sbc::sdp
