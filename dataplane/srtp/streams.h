// Streams: the sources (SSRCs) under one key, and which of their packets have been sent or have come.
//
// Of more than there is room for, the one that was silent longest is retired. What it has sent is forgotten,
// so it must not come back under this key: its packets could be replayed, and its key stream used twice. A
// Bloom filter knows who is retired. It errs to the safe side: of a hundred retired sources, one new source
// in twelve is taken for one of them.
//
// Where the key changes, sources go on from the indices that they have reached (RFC 3711 3.3.1).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "dataplane/srtp/renumbering.h"
#include "dataplane/srtp/replay_window.h"

namespace sbc::srtp {

struct Stream {
  ReplayWindow window;  // empty: it has not begun under this key
  uint32_t ssrc = 0;
  Renumbering renumbering;  // of what is sent
  bool known = false;       // else it is nobody's place
};

class Streams {
 public:
  static constexpr size_t max = 8;

  /// Null where it is unknown. It stays there until another source's packet is added.
  Stream* find(uint32_t ssrc) {
    for (Stream& stream : streams_) {
      if (!stream.known) return nullptr;
      if (stream.ssrc == ssrc) return &stream;
    }
    return nullptr;
  }
  const Stream* find(uint32_t ssrc) const { return const_cast<Streams*>(this)->find(ssrc); }
  /// Has this packet not come before, as far as anybody knows?
  bool is_new(uint32_t ssrc, uint64_t index) const {
    const Stream* stream = find(ssrc);
    return stream != nullptr ? stream->window.is_new(index) : !is_retired(ssrc);
  }
  /// False where it was not new: then nothing has changed.
  bool add(uint32_t ssrc, uint64_t index) {
    if (!is_new(ssrc, index)) return false;
    if (streams_[0].ssrc != ssrc || !streams_[0].known) bring_to_front(ssrc);
    streams_[0].window.add(index);
    return true;
  }
  /// None of the packets so far was under the next key.
  void change_key() {
    for (Stream& stream : streams_) stream.window.forget();
    retired_ = {};
  }

 private:
  /// The one that was heard last stands first.
  void bring_to_front(uint32_t ssrc) {
    auto at = streams_.begin();
    while (at->known && at->ssrc != ssrc && at != streams_.end() - 1) ++at;
    if (!at->known || at->ssrc != ssrc) {
      if (!at->window.is_empty()) retire(at->ssrc);
      *at = {.window = {}, .ssrc = ssrc, .renumbering = {}, .known = true};
    }
    std::rotate(streams_.begin(), at, at + 1);
  }
  bool is_retired(uint32_t ssrc) const {
    return std::ranges::all_of(places_of(ssrc),
                               [&](unsigned at) { return (retired_[at / 64] >> at % 64 & 1) != 0; });
  }
  void retire(uint32_t ssrc) {
    for (unsigned at : places_of(ssrc)) retired_[at / 64] |= uint64_t(1) << at % 64;
  }
  static std::array<unsigned, 4> places_of(uint32_t ssrc) {
    const uint64_t hash = (ssrc + 1ull) * 0x9e3779b97f4a7c15;
    return {unsigned(hash >> 28 & 511), unsigned(hash >> 37 & 511), unsigned(hash >> 46 & 511),
            unsigned(hash >> 55)};
  }

  std::array<Stream, max> streams_{};
  std::array<uint64_t, 8> retired_{};
};

}  // namespace sbc::srtp
