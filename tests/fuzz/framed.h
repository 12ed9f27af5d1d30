// What a Framer makes of a stream, collected; for the tests and the fuzz target.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "config/types/check.h"
#include "dataplane/sip/framer.h"

namespace sbc::sip {

/// A Framed with bytes of its own.
struct Frame {
  Framed::Kind kind = Framed::Kind::none;
  Reason reason = Reason::none;
  std::string bytes;

  bool operator==(const Frame&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const Frame& frame) {
  return out << int(frame.kind) << ' ' << name_of(frame.reason) << " [" << frame.bytes << ']';
}

/// The stream's frames in order, up to the first that is broken, when it comes in pieces of `piece(at)`
/// bytes. Each piece is a copy of exactly its size, gone before the next, so that the sanitizers see what is
/// read beyond it and what is kept of it.
template <class Piece>
std::vector<Frame> frames_of(std::string_view stream, size_t room_size, Piece&& piece) {
  std::vector<char> room(room_size);
  Framer framer(room);
  std::vector<Frame> frames;
  for (size_t at = 0; at < stream.size();) {
    size_t size = std::min<size_t>(piece(at), stream.size() - at);
    std::unique_ptr<char[]> received(new char[size]);
    std::memcpy(received.get(), stream.data() + at, size);
    at += size;
    std::string_view rest{received.get(), size};
    for (Framed framed = framer.next(rest); framed.kind != Framed::Kind::none; framed = framer.next(rest)) {
      frames.push_back({framed.kind, framed.reason, std::string(framed.bytes)});
      if (framed.kind == Framed::Kind::broken) return frames;
    }
    SBC_CHECK(rest.empty());
  }
  return frames;
}

inline std::vector<Frame> frames_of(std::string_view stream, size_t room_size = 8192) {
  return frames_of(stream, room_size, [&](size_t) { return stream.size(); });
}

}  // namespace sbc::sip
