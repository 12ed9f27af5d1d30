// Wording: SIP and SDP text as the scripted user agents write it; shares nothing with the product's writer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/types/address.h"
#include "dataplane/sip/message.h"

namespace sbc::sim {

/// A stream after the audio: m=video, or m=image of T.38.
struct Stream {
  std::string kind;
  uint16_t port = 0;  // of its own; a refused or removed one stays as 0 (RFC 3264 8.2)
  std::string protocol = kind == "image" ? "udptl" : "RTP/AVP";
};

struct Description {
  std::string user{};  // of o=
  Endpoint media{};
  uint32_t version = 1;
  std::string direction = "sendrecv";
  std::string protocol = "RTP/AVP";
  std::string formats = "8 0 101";
  std::string crypto{};     // value of a=crypto; empty: none
  bool chatty = false;      // a=rtcp, a=candidate and their like, with addresses
  bool no_address = false;  // c=0.0.0.0
  bool has_audio = true;    // false: it stays as port 0
  std::vector<Stream> more{};
};
std::string sdp_text(const Description& description);

/// What follows the headers.
std::string sip_body(const std::string& message);

/// Where the SDP wants the first stream to be sent; port 0 when it wants none or cannot be read.
Endpoint media_of(std::string_view sdp);
/// The first stream's direction as an attribute name; empty when the SDP cannot be read.
std::string_view direction_of(std::string_view sdp);

/// Every stream, the audio among them, as the other end has it; `protocol` with " keyed" where it has keys.
std::vector<Stream> streams_of(std::string_view sdp);

/// How the first stream is protected: its protocol, and the tag that SDP gives to this suite's key; 0 = none.
struct Protected {
  std::string protocol;
  uint32_t tag = 0;
};
Protected protection_of(std::string_view sdp, std::string_view suite);
/// How many keys the first stream has.
size_t keys_in(std::string_view sdp);

/// Adds Content-Type where there is a body and the head names none, Content-Length, the empty line and the
/// body.
std::string with_body(std::string head, std::string_view body);

/// Via, From, To (with `tag` where it has none), Call-ID and CSeq of a response (RFC 3261 8.2.6.2).
std::string response_head(const sip::Message& request, int status, std::string_view tag);

}  // namespace sbc::sim
