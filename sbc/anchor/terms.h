// Terms: what one side's SDP says about one stream, judged: may we anchor it, where does its media go, and
// how is it encrypted? Pure functions (RFC 3264, RFC 8866, RFC 3605, RFC 4568).
#pragma once

#include <type_traits>

#include "config/model/model.h"
#include "dataplane/media/relay.h"
#include "dataplane/sdp/session.h"
#include "sbc/anchor/events.h"
#include "sbc/anchor/payload_types.h"
#include "sbc/anchor/sdes.h"

namespace sbc::anchor {

/// The media types of RFC 8866 8.2.2; only these are carried and named to the other side.
enum class MediaType : uint8_t { unknown, audio, video, text, application, message, image };
MediaType media_type_of(const sdp::Media& media);
std::string_view text_of(MediaType type);  // not of unknown

struct Terms {
  bool known = false;
  MediaType type = MediaType::unknown;
  bool two_way = false;    // media may be expected both ways: neither held nor one-way
  bool sends = false;      // media may come from it at all
  bool muxed = false;      // RTCP shares the port
  uint16_t rtcp_port = 0;  // 0 = unknown
  Endpoint remote;         // port 0 = unknown (c=0.0.0.0 or ::)
  PayloadTypes payload_types{};
  rtp::Formats formats;                  // of these; by formats_of(), where the terms are kept
  Events events;                         // where digits are converted: those of the side that takes them
  Profile profile = Profile::avp;        // of RTP
  PeerKey peer;                          // that it sends with; of an answer: see Anchor::key_of_answer()
  media::Seal seal = media::Seal::none;  // of media that passes: what the peers encrypt between them,
  uint32_t sealed_with = 0;              // and what tells this one's keys from others; once agreed on
  uint32_t ice = 0;                      // tells its ICE credentials from others; 0 = it speaks no ICE

  bool is_secured() const { return !peer.key.is_none(); }
  bool is_rtp() const { return payload_types != PayloadTypes{}; }

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.number(self.known);
    form.number(self.type, MediaType::image);
    // Most calls have neither of these: for them all flags take one byte.
    uint8_t flags = uint8_t(self.two_way | self.muxed << 1 | (self.ice != 0) << 2 |
                            !self.events.empty() << 3 | self.sends << 4 | uint8_t(self.seal) << 5);
    form.number(flags, uint8_t(media::Seal::dtls_srtp) << 5 | 31u);
    if constexpr (!std::is_const_v<Self>) {
      self.two_way = flags & 1;
      self.muxed = flags & 2;
      self.sends = flags & 16;
      self.seal = media::Seal(flags >> 5);
    }
    if (flags & 4) form.number(self.ice);
    if (flags & 8) Events::each_field(form, self.events);
    form.number(self.rtcp_port);
    form.endpoint(self.remote);
    for (auto& types : self.payload_types) form.number(types);
    rtp::Formats::each_field(form, self.formats);
    // Most calls have no keys: for them this takes one byte.
    uint8_t protection = uint8_t(uint8_t(self.peer.key.suite) * profile_count + uint8_t(self.profile));
    form.number(protection, (srtp_suite_count + 1) * profile_count - 1);
    if constexpr (!std::is_const_v<Self>) {
      self.profile = Profile(protection % profile_count);
      self.peer.key.suite = SrtpSuite(protection / profile_count);
    }
    if (self.is_secured()) PeerKey::each_field(form, self.peer);
    if (self.seal != media::Seal::none) form.number(self.sealed_with);
  }
};

enum class Fate : uint8_t {
  anchored,
  rejected,      // port 0: the peer does not want it
  unsupported,   // a type, protocol or format we cannot carry: it is rejected in the peer's place
  misprotected,  // SRTP or plain RTP where the realm's rule has it otherwise, or no key that we take: the
                 // same
  forbidden      // its address is none that media may go to
};

struct Judgement {
  Fate fate = Fate::unsupported;
  media::Kind kind = media::Kind::rtp;
  Terms terms;
};

/// In an answer, profile, keys and ICE mean what the offer has made of them, and are not judged here.
enum class Role : uint8_t { offer, answer };
/// What a section is judged by, besides its realm's rules.
struct Standing {
  /// What was agreed on with the side in this stream; it may go on, whatever the realm's rules for SRTP, ICE
  /// and rtcp-mux have become since. Null = nothing; what was no RTP says nothing of them.
  const Terms* agreed = nullptr;
  bool passes = false;  // it crosses with its keys, if it has any (config::SrtpRule::pass)
};
Judgement judge(const sdp::Session& session, const sdp::Media& media, const config::Realm& realm, Role role,
                const Standing& standing = {});

/// What the payload types of an RTP section stand for, as far as they are `wanted`; `lines` are the
/// section's.
rtp::Formats formats_of(const sdp::Media& media, std::span<const sdp::Line> lines,
                        std::array<uint64_t, 2> wanted);

/// How much media of these may come, as far as is known.
rtp::Pace pace_of(const Terms& terms);

/// What was judged, as it is kept.
Terms kept(const Judgement& judgement, const sdp::Session& session, size_t section);

using Standings = std::array<Standing, sdp::Session::media_max>;  // by section
struct SessionVerdict {
  Reason reason = Reason::none;  // why it may not be taken: sdp_unacceptable or sdp_protection
  std::optional<Family> family;  // of the first stream that can be anchored; nullopt when there is none
};
/// May this be taken from a peer in this realm?
SessionVerdict judge_all(const sdp::Session& session, const config::Realm& realm, Role role,
                         const Standings& standings);
/// The same of a first offer, while nobody knows yet where it goes.
Reason judge_first(const sdp::Session& session, const config::Realm& realm);

}  // namespace sbc::anchor
