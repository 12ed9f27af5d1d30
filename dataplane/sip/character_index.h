// CharacterIndex: for each byte of a text, which of eight character classes it belongs to, as bit planes. The
// first pass over every message; all parsing after it asks "where does this run end?" in a few instructions
// and never walks bytes. (Index delimiters first, interpret second.)
//
// Built by AVX-512, AVX2, SSE4.2 or plain code, whichever the machine has: identical bits from each. Nothing
// is read beyond the text, nothing allocated. The text must outlive the index. Large: 35 KB, of which what is
// used is written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sbc::sip {

/// The classes, see characters.h. Of most of them it is only asked where a run ends: their planes have a bit
/// where a byte is *not* a member, so that the answer is one shift and one count. '%', and characters that
/// are taken only with a note ('#' in users, '_' in hosts), belong to no plane of their own: runs stop there,
/// and the reader decides.
enum class Plane : uint8_t {
  token,
  value,          // of header parameters
  user,           // of URIs; passwords are a part of it
  host,           // names and dotted quads
  uri_parameter,  // the whole list: ';' and '=' too
  digit,
  space,     // SP, HT, and the CR, LF of folding
  delimiter  // '"' '\' '<' '>' ','
};
inline constexpr size_t plane_count = 8;
/// Those of which the bits mark the outsiders.
constexpr bool marks_ends(Plane plane) { return plane <= Plane::uri_parameter; }

enum class Simd : uint8_t { scalar, sse42, avx2, avx512 };  // the last one with VBMI2

/// What index_head() learns besides.
struct HeadBounds {
  size_t end = 0;         // of the head, behind its empty line; the size of the text when there is none
  size_t line_feeds = 0;  // in the head, as far as they are listed
  bool complete = false;  // the head ends in an empty line
  bool broken = false;    // a bare CR or LF in the head
  bool has_nul = false;   // in the head; so the others
  bool has_percent_sign = false;
  bool has_backslash = false;
};

class CharacterIndex {
 public:
  static constexpr size_t bytes_max = 32768;
  /// Line feeds of a head that are listed; a head with more is not to be read.
  static constexpr size_t line_feeds_max = 1024;
  /// From one plane to the next. Not a multiple of 4,096, so that the planes' parts for one place share no
  /// cache set.
  static constexpr size_t plane_bytes = bytes_max / 8 + 128;

  CharacterIndex() {}
  /// The whole of `text`, which is at most bytes_max long.
  explicit CharacterIndex(std::string_view text) { index_text(text); }

  void index_text(std::string_view text);
  /// Up to the first empty line (CRLF CRLF, or with bare LFs), or up to bytes_max. `text` begins with the
  /// start line.
  HeadBounds index_head(std::string_view text);

  const char* data() const { return data_; }
  const uint8_t* planes() const { return planes_.bytes; }
  /// The i-th line feed's position, i < HeadBounds::line_feeds.
  size_t line_feed(size_t i) const { return line_feeds_.positions[i]; }

  /// What the process uses: the best that the machine has, unless a test or a benchmark chose another one.
  /// Not to be changed while other threads parse.
  static Simd simd();
  static bool has_simd(Simd level);
  static void use_simd(Simd level);

 private:
  const char* data_ = nullptr;
  // Written before read, up to eight bytes behind the text that hold no member: clearing all would cost more
  // than indexing does.
  union Planes {
    Planes() {}
    alignas(64) uint8_t bytes[plane_count * plane_bytes];
  } planes_;
  union LineFeeds {
    LineFeeds() {}
    uint16_t positions[line_feeds_max + 64];
  } line_feeds_;
};

namespace detail {

/// The plane's bits from `at` on, lowest first: at least 57 of them, and zeros.
[[gnu::always_inline]] inline uint64_t window(const uint8_t* planes, Plane plane, size_t at) {
  uint64_t bits;
  std::memcpy(&bits, planes + size_t(plane) * CharacterIndex::plane_bytes + at / 8, sizeof bits);
  return bits >> (at % 8);
}
inline constexpr size_t window_bits = 57;
/// Where the bits that follow those of the window at `at` begin.
constexpr size_t next_window(size_t at) { return (at | 7) + window_bits; }

}  // namespace detail

/// The size of the run at `at`, where that is below 57; of a longer one, some number from there on.
[[gnu::always_inline]] inline size_t run_length(const uint8_t* planes, Plane plane, size_t at) {
  return size_t(__builtin_ctzll(detail::window(planes, plane, at) | uint64_t(1) << 63));
}

/// The first position from `at` on that is not in the plane (which marks ends); at most the size of the text.
[[gnu::always_inline]] inline size_t run_end(const uint8_t* planes, Plane plane, size_t at) {
  for (;; at = detail::next_window(at)) {
    const uint64_t ends = detail::window(planes, plane, at);
    if (ends != 0) [[likely]]
      return at + size_t(__builtin_ctzll(ends));
  }
}

/// The first position in [at, end) that is in the plane (which marks members), or `end`.
[[gnu::always_inline]] inline size_t find(const uint8_t* planes, Plane plane, size_t at, size_t end) {
  for (; at < end; at = detail::next_window(at)) {
    const uint64_t members = detail::window(planes, plane, at);
    if (members == 0) continue;
    at += size_t(__builtin_ctzll(members));
    return at < end ? at : end;
  }
  return end;
}

}  // namespace sbc::sip
