// Formats: which of a media section's RTP payload types cross between two peers, and in what order they are
// told.
//
// Codecs go by their encoding names (RFC 8866 6.6); a static payload type that no rtpmap names has RFC
// 3551's. What is no codec itself (DTMF, comfort noise, repair) goes with the codecs, unless it is denied;
// `allow` speaks of codecs alone.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "config/model/model.h"
#include "dataplane/sdp/session.h"

namespace sbc::policy {

/// Whether telephone-events (RFC 4733) are among what crosses.
enum class Events : uint8_t { cross, stay };

class Formats {
 public:
  /// Payload types in the order of the m= line.
  std::span<const uint8_t> types() const { return {types_.data(), count_}; }
  bool contains(uint8_t type) const { return mask_[type / 64] >> (type % 64) & 1; }
  const std::array<uint64_t, 2>& mask() const { return mask_; }
  /// At least one that media can be made of.
  bool any_codec() const { return any_codec_; }

 private:
  friend Formats choose_formats(const sdp::Media&, std::span<const sdp::Line>, const config::CodecRules&,
                                const config::CodecRules&, Events);
  void add(uint8_t type);

  std::array<uint8_t, 128> types_;  // written up to the count
  uint8_t count_ = 0;
  std::array<uint64_t, 2> mask_{};
  bool any_codec_ = false;
};

/// Whether the rules let what has this encoding name through.
bool passes(const config::CodecRules& rules, std::string_view encoding);

/// Of an RTP section and its lines: what the rules of both peers let through, in the order that the rules of
/// `to`, who is told, ask for and else as `from` has it.
Formats choose_formats(const sdp::Media& media, std::span<const sdp::Line> lines,
                       const config::CodecRules& from, const config::CodecRules& to,
                       Events events = Events::cross);

}  // namespace sbc::policy
