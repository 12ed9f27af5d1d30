// Simulcast: several encodings of one source, each an RTP stream with restrictions (rid, RFC 8851; simulcast,
// RFC 8853).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sbc::sdp {

struct Rid {
  std::string_view id;            // letters, digits, '-', '_'
  bool sends = false;             // "send", else "recv"
  std::string_view restrictions;  // ';'-separated, for take_format_parameter(); empty = none
};
/// "hi send pt=97,98;max-width=1280".
std::optional<Rid> parse_rid(std::string_view value);

/// Takes the first payload type of a pt restriction, "97,98", off the front of `rest`; nullopt at the end and
/// where it is none.
std::optional<uint8_t> take_payload_type(std::string_view& rest);

struct Simulcast {
  std::string_view send, receive;  // streams in order of preference, for take_stream(); empty = none
};
/// "send 1;~4,5 recv 2,3": either direction or both, each once, all streams well-formed.
std::optional<Simulcast> parse_simulcast(std::string_view value);

/// Takes the first stream, "~4,5", off the front of `rest`; empty at the end.
std::string_view take_stream(std::string_view& rest);

struct StreamAlternative {
  std::string_view rid;
  bool paused = false;  // "~"
};
/// Takes the first alternative of a stream off its front; nullopt at the end and where it is malformed.
std::optional<StreamAlternative> take_alternative(std::string_view& stream);

}  // namespace sbc::sdp
