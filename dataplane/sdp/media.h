// Media: one media section of a session description, its m= line and what an anchor needs of the lines behind
// it (RFC 8866 5.14).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "config/types/address.h"
#include "dataplane/sdp/direction.h"

namespace sbc::sdp {

struct Media {
  std::string_view kind;      // audio, video, image, application, …
  uint16_t port = 0;          // 0 = rejected, unless bundle_only
  uint16_t port_count = 1;    // "49170/2"
  std::string_view protocol;  // RTP/AVP, …
  std::string_view formats;   // "8 0 101"
  IpAddress address;          // c= of the section, else of the session; none() = none or a host name
  bool unspecified = false;   // that address is 0.0.0.0 or ::, hold the old way (RFC 3264 8.4)
  uint16_t rtcp_port = 0;     // a=rtcp (RFC 3605); 0 = port + 1
  bool rtcp_mux = false;
  bool bundle_only = false;  // port 0 is no rejection to who takes the group (RFC 9143 6)
  Direction direction = Direction::sendrecv;
  uint16_t first_line = 0, line_count = 0;  // in Session::lines(), the m= line first

  bool is_rtp() const;
  /// Payload types of `formats` as a bitmap of 0..127; only for RTP.
  std::array<uint64_t, 2> payload_types() const;
};

/// Reads "audio 49170/2 RTP/AVP 8 0". A rejected section (port 0) may lack its formats.
bool parse_media(std::string_view value, Media& media);

}  // namespace sbc::sdp
