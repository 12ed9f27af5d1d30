// Messages of the benchmark's user agents: what callers and callees write, from a call's name and from what
// the SBC has sent them. Pure text; the SBC never sees anything else of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "bench/calls/call_name.h"
#include "config/types/address.h"
#include "dataplane/sip/message.h"
#include "dataplane/sip/writer.h"

namespace sbc::bench {

inline constexpr size_t rtp_bytes = 172;
inline constexpr std::string_view plan =
    "17";  // what the border's header rules make of every caller's X-Plan

/// What a user agent knows of its dialog.
struct DialogView {
  CallName name;
  Side side = Side::caller;
  IpAddress own;                         // its address
  std::string_view call_id, remote_tag;  // call_id: the callee's; a caller's is made of its name
};

void write_invite(sip::Writer& out, const CallName& name, const IpAddress& caller);
void write_ack(sip::Writer& out, const DialogView& dialog);
void write_bye(sip::Writer& out, const DialogView& dialog);

/// Via, From, Call-ID, CSeq and To of a response, without the To tag and the line's end.
void write_response_head(sip::Writer& out, const sip::Message& request);
/// `to_tag`: empty where the request has one, or the response may do without. `head` as above.
void write_response(sip::Writer& out, int status, std::string_view head, std::string_view to_tag,
                    const Endpoint* contact, std::string_view sdp);

/// G.711 audio, unlike any other call's.
void write_sdp(sip::Writer& out, const CallName& name, const IpAddress& address);
uint16_t media_port(const CallName& name);
/// Where an SDP wants its audio: c= and m=; nullopt where that cannot be read.
std::optional<Endpoint> audio_of(std::string_view sdp);
/// The URI in the first Contact; empty when there is none.
std::string_view contact_of(const sip::Message& message);

/// One RTP packet of 20 ms that names its call, into `out` of rtp_bytes.
void write_rtp(char* out, const CallName& name, Side from);
std::optional<CallName> name_of_rtp(std::string_view packet, Side from);

}  // namespace sbc::bench
