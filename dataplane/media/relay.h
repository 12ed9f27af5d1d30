// Relay: what the signalling tells the media plane to do: join two sides, each one local media port.
//
// What arrives at sides[0].local leaves from sides[1].local toward sides[1]'s remote, and the other way
// round. An RTP stream and its RTCP are two relays on neighbouring ports. Plain values: the simulation reads
// them too.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "config/model/model.h"
#include "dataplane/rtp/format.h"
#include "dataplane/srtp/master_key.h"
#include "dataplane/time/instant.h"

namespace sbc::media {

/// One local media port. Every port has one owning worker (see port_owner()).
struct MediaPort {
  RealmId realm = RealmId::none;
  uint8_t address = 0;  // index into the realm's MediaRange::addresses
  uint16_t port = 0;

  friend constexpr auto operator<=>(const MediaPort&, const MediaPort&) = default;
};

/// Ports belong to workers in aligned blocks, so a NIC that steers on the destination port needs one mask a
/// block.
inline constexpr unsigned ports_per_block = 64;
constexpr WorkerId port_owner(uint16_t port, unsigned workers) {
  return WorkerId((port / ports_per_block) % workers);
}

enum class Kind : uint8_t {
  rtp,
  rtcp,
  opaque  // UDP that is neither (image/T.38, …)
};

/// Ours, which whoever checks for connectivity to a port of ours must know (RFC 8445 7.3): both stand in our
/// SDP, so only who got that can aim our media.
struct IceCredentials {
  std::array<char, 8> fragment{};  // ice-ufrag; zeros = no ICE
  std::array<char, 24> password{};

  bool is_none() const { return fragment[0] == 0; }
  friend bool operator==(const IceCredentials&, const IceCredentials&) = default;
};

/// What the two peers encrypt between them, with keys that we do not have: of SRTP we judge what is in the
/// clear, and nothing of it is changed (RFC 3711 3.1, 3.4).
enum class Seal : uint8_t {
  none,  // we read it, or have the keys
  srtp,
  dtls_srtp  // and the DTLS that agrees on the keys takes the same way (RFC 5764 5.1.2)
};

inline constexpr uint8_t no_event_type = 0xff;

/// Sources that media may come from besides the addresses that the signalling names.
class OtherSources {
 public:
  /// The first config::media_from_max of them.
  void assign(std::span<const Prefix> prefixes) {
    count_ = uint8_t(std::min(prefixes.size(), prefixes_.size()));
    std::copy_n(prefixes.begin(), count_, prefixes_.begin());
  }
  std::span<const Prefix> all() const { return std::span(prefixes_).first(count_); }
  bool contains(const IpAddress& source) const {
    return std::ranges::any_of(all(), [&](const Prefix& prefix) { return prefix.contains(source); });
  }

  friend bool operator==(const OtherSources& a, const OtherSources& b) {
    return std::ranges::equal(a.all(), b.all());
  }

 private:
  std::array<Prefix, config::media_from_max> prefixes_{};
  uint8_t count_ = 0;
};

/// A payload type as one side sends it, and as the other side knows it.
struct Renumbering {
  uint8_t sent = no_event_type, known = no_event_type;

  friend bool operator==(const Renumbering&, const Renumbering&) = default;
};

struct Side {
  MediaPort local;
  Endpoint remote;  // from the SDP; port 0 = not known yet
  config::LatchRule latch = config::LatchRule::learn;
  // So long after the installation another source than `remote` may latch; 0 = at any time.
  Duration latch_window{0};
  std::array<uint64_t, 2> payload_types{};  // that this side may send, a bitmap of 0..127; only for rtp
  rtp::Formats formats{};                   // what these stand for
  uint8_t dscp = 0;                         // of what we send toward this side
  // Nothing is sent toward this side before something latched: who offers a victim's address in its SDP gets
  // no flood sent there. Where false, media goes to the SDP's address until then.
  bool await_latch = false;
  // Nothing is sent toward this side at all, as long as this holds: early media that is not let through. What
  // it sends latches it meanwhile.
  bool held_back = false;
  // Where the leg's signalling comes from; none = unknown. With LatchRule::learn a source latches from here
  // or from remote's address, from any port, and from nowhere else (RFC 7362 section 5): a phone behind a NAT
  // sends its media from the NAT's address, like its signalling; whoever sprays the port range is neither.
  IpAddress signalling{};
  // Sources from which a packet is as good as from `signalling` then: the addresses of one NAT that has many.
  Prefix near_signalling{{}, 128};
  // From here a source latches, too, whatever the rule. It is asymmetric then: RFC 4961 does not hold for who
  // sends from elsewhere than it receives at, so the latch says who may send and nothing of where media goes.
  // That remains what the SDP says; a stranger among these sources diverts no media.
  OtherSources other_sources{};
  // Where there is ICE, we are its lite end: we answer the checks of the other one, and media comes from and
  // goes to the address that it nominates, nowhere before (RFC 8445 8.1). No RTP latches then.
  IceCredentials ice{};
  // RTP and RTCP share the port that RTP has (RFC 5761). Both relays of a stream say so; RTCP's `local` is
  // still the next port, at which nothing needs to arrive then.
  bool muxed = false;
  // As which payload type this side takes telephone-events (RFC 4733), so that digits can be sent toward it.
  uint8_t event_type = no_event_type;
  uint32_t event_clock = 8'000;  // Hz, of that
  // Telephone-events that this side may send by the numbers of its own description, where the other side has
  // described others: they leave as the other side knows them. None of `payload_types`.
  std::array<Renumbering, 2> renumbered{};
  // The telephone-events that this side sends, by its `formats`, are not relayed but told to the owner as
  // digits: the other side gets them by other means.
  bool tells_digits = false;
};

/// Of a side that speaks SRTP. A key that is none is not agreed on yet: until then nothing is received, or
/// sent.
struct SideKeys {
  bool secured = false;
  srtp::MasterKey receive, send;  // from it, to it
};

struct Relay {
  Kind kind = Kind::rtp;
  uint64_t token = 0;  // the owner's; comes back in events
  uint64_t cname = 0;  // what stands for both sides' RTCP CNAMEs; unguessable
  // Of one side: more packets, beyond bursts of half a second's worth, are refused, and so are larger ones.
  rtp::Pace pace{200, rtp::any_size};
  std::array<Side, 2> sides;
  std::array<SideKeys, 2> keys;  // not of opaque ones, nor where there is a seal
  Seal seal = Seal::none;
};

/// What a packet that is refused at a media port says of who sent it.
enum class Intrusion : uint8_t {
  none,
  bleed,      // a stranger at a port that nobody has latched: it is after the media that would be sent there
  injection,  // a stranger at a latched one, or one without the key
  flood,      // more than the codec can need, or larger
  unfit  // by who may send there: what was not negotiated, or no RTP or RTCP at all; STUN that is malformed
};

/// What an end says of the stream that it hears from us: the other end's, as it arrives there.
struct FarView {
  uint32_t lost = 0;               // packets
  uint8_t fraction_lost = 0;       // lately, in 256ths
  std::optional<Duration> jitter;  // nullopt: the clock is not known
  uint8_t discarded = 0;           // by its jitter buffer, in 256ths; by extended reports (RFC 3611 4.7)
  std::optional<uint8_t> mos;      // in tenths, as it reckons it; as above
};

/// What has been received from a side so far. Of a stream, strangers at its RTCP's port count, too.
struct SideStats {
  uint64_t packets = 0;
  uint64_t bytes = 0;  // UDP payload
  uint64_t lost = 0;   // by RTP sequence numbers
  uint32_t duplicates = 0;
  uint32_t reordered = 0;
  uint32_t loss_runs = 0;  // of packets on end
  uint32_t streams = 0;    // one after the other: SSRCs, and sequence numbers that began anew
  uint64_t refused = 0;    // for whatever reason
  uint64_t strangers = 0;  // of these: from another source than may send
  uint64_t too_many = 0;   // of these: beyond the rate, or too large
  rtp::Codec codec = rtp::Codec::other;
  std::optional<Duration> jitter, jitter_max;  // RFC 3550 6.4.1: lately, and the most; nullopt as above
  std::optional<Duration> round_trip;          // between us and there, by RTCP
  std::optional<FarView> far;                  // by RTCP
  Endpoint latched;                            // port 0 = nothing latched
  Instant last_packet{0};                      // of an accepted packet; 0 = none yet
  bool paused = false;  // the last one was comfort noise (RFC 3389 4): it is silent by right

  /// `later` is what the side has sent in another stream, after this one.
  void go_on_with(const SideStats& later);
};

/// Read-only view that the call logic gets; the simulation brings its own.
class StatsReader {
 public:
  virtual ~StatsReader() = default;
  virtual SideStats stats(const MediaPort& local) const = 0;
};

}  // namespace sbc::media
