// The index of an RTP packet: its sequence number and how often that has wrapped, 48 bits (RFC 3711 3.3.1).
#pragma once

#include <cstdint>
#include <optional>

namespace sbc::srtp {

inline constexpr uint64_t rtp_index_end = uint64_t(1) << 48;
inline constexpr uint32_t rtcp_index_end = uint32_t(1) << 31;

/// The index nearest to the highest one so far (RFC 3711, Appendix A). None where it would lie before a
/// stream's first packet or behind its key's last.
constexpr std::optional<uint64_t> estimate_index(uint64_t highest, uint16_t sequence) {
  constexpr uint64_t wrap = 1u << 16;
  constexpr uint32_t half = 1u << 15;
  const uint32_t last = uint16_t(highest);
  const uint64_t same = highest - last + sequence;
  if (last < half && sequence > last + half) return same < wrap ? std::nullopt : std::optional(same - wrap);
  const uint64_t index = last >= half && sequence < last - half ? same + wrap : same;
  return index < rtp_index_end ? std::optional(index) : std::nullopt;
}

/// What is tried next where a stream's first packet under a key has failed at `index`: that its sender counts
/// anew with the key (RFC 4568 7.1.4), or else that it has counted since before we were there. As many wraps
/// are tried then as its sequence number says, which is nothing that a forger could change: of so many
/// packets on end one is understood.
constexpr uint64_t other_index(uint64_t index) {
  constexpr uint16_t wraps_tried = 16;
  const uint64_t unwrapped = uint16_t(index);
  return index != unwrapped ? unwrapped : unwrapped % wraps_tried << 16 | unwrapped;
}

}  // namespace sbc::srtp
