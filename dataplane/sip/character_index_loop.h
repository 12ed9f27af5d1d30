// The loop behind CharacterIndex, once for all instruction sets: each includes it inside its own target
// region and gives a Block that classifies 64 bytes.
//
// Block::load(at), Block::load_tail(at, size): 64 bytes, the missing ones as zeros; .planes(planes, at):
// stores each plane's bits; .equal(c): bit i where byte i is c; Block::list(bits, at, positions): writes
// the positions of the bits that are set, at + i for bit i, and whatever behind them, 64 in all at most.
#pragma once

#include "dataplane/sip/character_index_sets.h"

// Unnamed on purpose: each includer's copy is compiled for its own instruction set, and the linker must not
// merge them.
namespace sbc::sip::indexing {
namespace {

/// Carries the ends of a block over to the next one, and finds bare breaks and the empty line by shifting
/// bits.
class HeadFinder {
 public:
  /// True when the head ends in this block.
  bool add(uint64_t line_feeds, uint64_t returns, uint64_t nuls, uint64_t percent_signs,
           uint64_t backslashes) {
    uint64_t after_feed = line_feeds << 1 | feeds_ >> 63;
    uint64_t after_return = returns << 1 | returns_ >> 63;
    uint64_t two_after_feed = line_feeds << 2 | feeds_ >> 62;
    uint64_t ends = line_feeds & (after_feed | (two_after_feed & after_return));
    feeds_ = line_feeds;
    returns_ = returns;
    inside_ = ends == 0 ? ~uint64_t(0) : ends ^ (ends - 1);  // up to the first end, inclusive
    broken_ |= (after_return ^ line_feeds) & inside_;
    nuls_ |= nuls & inside_;
    percent_signs_ |= percent_signs & inside_;
    backslashes_ |= backslashes & inside_;
    if (ends == 0) return false;
    bounds_.end += size_t(__builtin_ctzll(ends)) + 1;
    bounds_.complete = true;
    return true;
  }
  void next_block() { bounds_.end += 64; }
  /// Those of the last block's bits that belong to the head.
  uint64_t inside(uint64_t bits) const { return bits & inside_; }
  HeadBounds finish(size_t size, size_t line_feeds) {
    if (!bounds_.complete) {
      bounds_.end = size;
      broken_ |= returns_ >> 63;
    }
    bounds_.broken = broken_ != 0;
    bounds_.has_nul = nuls_ != 0;
    bounds_.has_percent_sign = percent_signs_ != 0;
    bounds_.has_backslash = backslashes_ != 0;
    bounds_.line_feeds = line_feeds;
    return bounds_;
  }

 private:
  HeadBounds bounds_;
  uint64_t feeds_ = 0, returns_ = 0, inside_ = 0, broken_ = 0, nuls_ = 0, percent_signs_ = 0,
           backslashes_ = 0;
};

/// `bits`: of the members, or where marks_ends(), of the others.
inline void store_plane(uint8_t* planes, Plane plane, size_t at, uint64_t bits) {
  __builtin_memcpy(planes + size_t(plane) * CharacterIndex::plane_bytes + at / 8, &bits, sizeof bits);
}

inline uint64_t no_member(Plane plane) { return marks_ends(plane) ? ~uint64_t(0) : 0; }

inline void end_planes(uint8_t* planes, size_t at) {
  for (size_t plane = 0; plane < plane_count; ++plane)
    store_plane(planes, Plane(plane), at, no_member(Plane(plane)));
}

template <class Block>
Block load(const char* text, size_t size, size_t at) {
  return size - at >= 64 ? Block::load(text + at) : Block::load_tail(text + at, size - at);
}

/// Block::list() without instructions for it: four in any case, so that the usual few cost no branch.
inline void list_by_fours(uint64_t bits, size_t at, uint16_t* positions) {
  do {
    for (size_t i = 0; i < 4; ++i) {
      *positions++ = uint16_t(at + size_t(__builtin_ctzll(bits | uint64_t(1) << 63)));
      bits &= bits - 1;
    }
  } while (bits != 0);
}

/// Lists the positions of the bits behind the `count` ones that are listed; how many there are now. What
/// Block::list() writes too much is overwritten by the next ones.
template <class Block>
size_t list(uint64_t bits, size_t at, uint16_t* positions, size_t count) {
  const size_t end = count + size_t(__builtin_popcountll(bits));
  if (end > CharacterIndex::line_feeds_max) return CharacterIndex::line_feeds_max + 1;
  Block::list(bits, at, positions + count);
  return end;
}

template <class Block>
HeadBounds index_head(const char* text, size_t size, uint8_t* planes, uint16_t* line_feeds) {
  HeadFinder head;
  size_t at = 0, listed = 0;
  for (bool ends = false; at < size && !ends; at += 64) {
    Block block = load<Block>(text, size, at);
    uint64_t present = size - at >= 64 ? ~uint64_t(0) : (uint64_t(1) << (size - at)) - 1;
    uint64_t feeds = block.equal('\n');
    block.planes(planes, at);
    ends =
        head.add(feeds, block.equal('\r'), block.equal('\0') & present, block.equal('%'), block.equal('\\'));
    if (listed <= CharacterIndex::line_feeds_max)
      listed = list<Block>(head.inside(feeds), at, line_feeds, listed);
    if (!ends) head.next_block();
  }
  end_planes(planes, at);
  return head.finish(size, listed);
}

template <class Block>
void index_text(const char* text, size_t size, uint8_t* planes) {
  size_t at = 0;
  for (; at < size; at += 64) {
    Block block = load<Block>(text, size, at);
    block.planes(planes, at);
  }
  end_planes(planes, at);
}

}  // namespace
}  // namespace sbc::sip::indexing
