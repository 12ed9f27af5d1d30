// Transformer: turns packets into SRTP and SRTCP and back (RFC 3711, RFC 7714), a burst at a time.
//
// A context is one direction of one stream of RTP and its RTCP, under one master key: it keeps, for each
// SSRC, how often the sequence numbers have wrapped and which packets have come (RFC 3711 3.2.1, 3.3.2).
// Owned by one worker. Between two calls nothing is under way.
#pragma once

#include <cstdint>
#include <span>

#include "config/types/reason.h"
#include "dataplane/srtp/master_key.h"

namespace sbc::srtp {

enum class Way : uint8_t { protect, unprotect };
/// Which packets a context is for. A port that carries both has one context for both.
enum class Part : uint8_t { rtp, rtcp, both };

using ContextId = uint32_t;
inline constexpr ContextId no_context = ~ContextId(0);

/// One packet. `data` is where RTP or RTCP begins; in place.
struct Work {
  ContextId context = no_context;  // open, and for this part
  bool rtcp = false;
  uint8_t* data = nullptr;
  uint16_t size = 0;             // before, and after where the reason is none; else only the bytes may differ
  uint16_t room = 0;             // writable bytes behind it; protecting needs tail_max
  Reason reason = Reason::none;  // what has become of it: see run()
};

/// What protecting adds at most: a tag, and SRTCP's index.
inline constexpr size_t tail_max = 16 + 4;

class Transformer {
 public:
  virtual ~Transformer() = default;

  /// no_context where all are taken.
  virtual ContextId open(Way way, Part part, const MasterKey& key) = 0;
  /// The same way and part go on under another key: neither wraps nor SRTCP's index begin anew (RFC 3711
  /// 3.2.1, 3.3.1). Of who sends to us and begins anew all the same, that is understood.
  virtual void rekey(ContextId context, const MasterKey& key) = 0;
  /// Nothing is left of its keys.
  virtual void close(ContextId context) = 0;
  /// Whether it was opened with this key: then it goes on, wraps and all.
  virtual bool is_of(ContextId context, const MasterKey& key) const = 0;

  /// All packets of a burst, each in the order in which it stands there. A source that begins anew at
  /// sequence numbers that were sent is protected with those behind them. Reasons: none; srtp_malformed,
  /// which is too short or no RTP or RTCP at all, or has no room; srtp_replayed, of an index that was sent or
  /// received before, or so long ago that nobody knows; srtp_forged, whose tag does not fit.
  virtual void run(std::span<Work> burst) = 0;
};

}  // namespace sbc::srtp
