#include "bench/sip/ruler_bitmap.h"

#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace sbc::bench {
namespace {

constexpr size_t block = 64;
constexpr size_t copied_max = 2 * BitmapTask::message_max;

struct Result {
  std::array<uint64_t, BitmapTask::message_max / block> bitmap;
  std::array<char, copied_max> values;
};

/// Marks '\n' in [begin, begin + size), bit i of word w for byte 64 w + i.
using Mark = void (*)(const char* begin, size_t size, uint64_t* bitmap);

/// What is shorter than a block, padded: no read past the end.
struct Tail {
  Tail(const char* begin, size_t size) { std::memcpy(bytes.data(), begin, size); }
  alignas(block) std::array<char, block> bytes{};
};

template <uint64_t (*MarkBlock)(const char*)>
[[gnu::always_inline]] inline void mark_blocks(const char* begin, size_t size, uint64_t* bitmap) {
  for (; size >= block; begin += block, size -= block) *bitmap++ = MarkBlock(begin);
  if (size > 0) *bitmap = MarkBlock(Tail(begin, size).bytes.data());
}

uint64_t scalar_block(const char* begin) {
  uint64_t bits = 0;
  for (size_t i = 0; i < block; ++i) bits |= uint64_t(begin[i] == '\n') << i;
  return bits;
}
void mark_scalar(const char* begin, size_t size, uint64_t* bitmap) {
  mark_blocks<scalar_block>(begin, size, bitmap);
}

#if defined(__x86_64__)
inline uint64_t sse2_block(const char* begin) {
  const __m128i line_end = _mm_set1_epi8('\n');
  uint64_t bits = 0;
  for (int i = 3; i >= 0; --i) {
    __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(begin) + i);
    bits = bits << 16 | unsigned(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, line_end)));
  }
  return bits;
}
void mark_sse2(const char* begin, size_t size, uint64_t* bitmap) {
  mark_blocks<sse2_block>(begin, size, bitmap);
}

[[gnu::target("avx2")]] inline uint64_t avx2_block(const char* begin) {
  const __m256i line_end = _mm256_set1_epi8('\n');
  auto half = [&](const char* at) __attribute__((target("avx2"), always_inline)) {
    __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    return uint64_t(uint32_t(_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, line_end))));
  };
  return half(begin) | half(begin + 32) << 32;
}
[[gnu::target("avx2")]] void mark_avx2(const char* begin, size_t size, uint64_t* bitmap) {
  for (; size >= block; begin += block, size -= block) *bitmap++ = avx2_block(begin);
  if (size > 0) *bitmap = avx2_block(Tail(begin, size).bytes.data());
}

[[gnu::target("avx512f,avx512bw")]] void mark_avx512(const char* begin, size_t size, uint64_t* bitmap) {
  const __m512i line_end = _mm512_set1_epi8('\n');
  for (; size >= block; begin += block, size -= block)
    *bitmap++ = _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(begin), line_end);
  if (size > 0) {
    __m512i bytes = _mm512_maskz_loadu_epi8((uint64_t(1) << size) - 1, begin);
    *bitmap = _mm512_cmpeq_epi8_mask(bytes, line_end);
  }
}
#endif

/// What this processor has, the widest first.
std::vector<Mark> marks() {
  std::vector<Mark> usable;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw")) usable.push_back(mark_avx512);
  if (__builtin_cpu_supports("avx2")) usable.push_back(mark_avx2);
  usable.push_back(mark_sse2);
#endif
  usable.push_back(mark_scalar);
  return usable;
}

size_t run(Mark mark, const BitmapTask& task, Result& result) {
  mark(task.message().data(), task.message().size(), result.bitmap.data());
  char* at = result.values.data();
  for (const BitmapTask::Range& range : task.ranges()) {
    std::memcpy(at, range.begin, range.size);
    at += range.size;
  }
  asm volatile("" : : "r"(&result) : "memory");
  return size_t(at - result.values.data());
}

}  // namespace

BitmapTask::BitmapTask(std::string_view message, const Listing& values) : message_(message) {
  for (int kind = 0; kind < int(Value::count_); ++kind) {
    for (const std::string& value : values.of(Value(kind))) {
      size_t at = message.find(value);
      complete_ = complete_ && at != message.npos;
      if (complete_) ranges_.push_back({message.data() + at, value.size()});
      expected_ += value;
    }
  }
}

std::string BitmapTask::fault() const {
  if (!complete_) return "a value is not to be found in the message";
  if (message_.size() > message_max || expected_.size() > copied_max) return "longer than the ruler takes";
  for (Mark mark : marks()) {
    Result result;
    size_t size = run(mark, *this, result);
    if (std::string_view(result.values.data(), size) != expected_) return "a value was not copied";
    for (size_t i = 0; i < message_.size(); ++i) {
      if ((result.bitmap[i / block] >> (i % block) & 1) != (message_[i] == '\n'))
        return "a line end is not marked";
    }
  }
  return {};
}

uint64_t run_bitmap(std::span<const BitmapTask> tasks) {
  static const Mark mark = marks().front();
  Result result;
  uint64_t copied = 0;
  for (const BitmapTask& task : tasks) copied += run(mark, task, result);
  return copied;
}

}  // namespace sbc::bench
