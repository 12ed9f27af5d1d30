// Sources: which RTP streams belong to what: ssrc and ssrc-group (RFC 5576), msid (RFC 8830), and the
// msid-semantic that browsers of old wrote.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sbc::sdp {

struct Ssrc {
  uint32_t ssrc = 0;
  std::string_view attribute;  // "cname"
  std::string_view value;      // behind its colon; empty = none
};
/// "3570614608 cname:4TOk42mSjXCkVIa6".
std::optional<Ssrc> parse_ssrc(std::string_view value);

enum class SsrcSemantics : uint8_t { flow_identification, fec, repair, simulcast, duplication, other };

struct SsrcGroup {
  SsrcSemantics semantics = SsrcSemantics::other;  // FID, FEC, FEC-FR, SIM, DUP
  std::string_view semantics_text;
  std::string_view ssrcs;  // for take_ssrc(); all are well-formed
};
/// "FID 2231627014 632943048".
std::optional<SsrcGroup> parse_ssrc_group(std::string_view value);
/// Takes the first SSRC off the front of `rest`; nullopt at the end and where it is none.
std::optional<uint32_t> take_ssrc(std::string_view& rest);

struct Msid {
  std::string_view stream;  // "-" = of no stream (RFC 8830 2)
  std::string_view track;   // appdata; empty = none
};
/// "6f1e2a7c 0b8f6a52": one or two words of visible characters; the braces of Firefox's are no tokens.
std::optional<Msid> parse_msid(std::string_view value);

struct MsidSemantic {
  std::string_view semantic;  // "WMS"
  std::string_view streams;   // words; "*" = all
};
std::optional<MsidSemantic> parse_msid_semantic(std::string_view value);

}  // namespace sbc::sdp
