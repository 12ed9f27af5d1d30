#include <algorithm>
#include <utility>

#include "dataplane/bytes/siphash.h"
#include "sbc/anchor/anchor.h"

// What the media plane is told of a stream: its relays follow from what was agreed on and what is proposed,
// and are installed again where that makes a difference.

namespace sbc::anchor {
namespace {

uint64_t mix(uint64_t seed, uint64_t value) { return (seed ^ value) * 0x9e3779b97f4a7c15u ^ (seed >> 29); }

uint64_t digest_of(uint64_t seed, const Prefix& prefix) {
  return mix(mix(seed, std::hash<IpAddress>{}(prefix.address)), prefix.length);
}

/// Tells keys apart without giving anything of them away.
uint64_t digest_of(const HashKey& with, const std::array<media::SideKeys, 2>& keys) {
  uint64_t digest = 0;
  for (const media::SideKeys& side : keys) {
    digest = mix(digest, side.secured);
    for (const srtp::MasterKey* key : {&side.receive, &side.send}) {
      if (key->is_none()) continue;
      const std::string_view bytes(reinterpret_cast<const char*>(key->bytes.data()), key->bytes.size());
      digest = mix(mix(digest, uint64_t(key->suite) << 8 | key->mki_length), siphash(with, bytes));
    }
  }
  return digest;
}

uint64_t digest_of(const HashKey& with, const media::IceCredentials& ice) {
  if (ice.is_none()) return 0;
  const uint64_t fragment = siphash(with, {ice.fragment.data(), ice.fragment.size()});
  return mix(fragment, siphash(with, {ice.password.data(), ice.password.size()}));
}

/// Tells two states of one stream's relays apart; never 0.
uint64_t fingerprint(const media::Relay& relay, const std::array<uint16_t, 2>& rtcp_ports) {
  uint64_t print = mix(uint64_t(relay.kind) + 1 + (uint64_t(relay.seal) << 8),
                       uint64_t(relay.pace.packets_per_second) << 16 | relay.pace.payload_max);
  print = mix(print, digest_of({relay.token, relay.cname}, relay.keys));
  for (unsigned side = 0; side < 2; ++side) {
    const media::Side& at = relay.sides[side];
    print = mix(print,
                uint64_t(index_of(at.local.realm)) << 32 | uint64_t(at.local.address) << 16 | at.local.port);
    print = mix(print, std::hash<Endpoint>{}(at.remote));
    print = mix(print, uint64_t(at.latch_window.count()));
    print = mix(mix(print, at.payload_types[0]), at.payload_types[1]);
    print = mix(print, std::hash<IpAddress>{}(at.signalling));
    print = digest_of(print, at.near_signalling);
    for (const Prefix& prefix : at.other_sources.all()) print = digest_of(print, prefix);
    print = mix(print, uint64_t(at.event_clock) << 9 | uint64_t(at.event_type) << 1 | at.tells_digits);
    for (const media::Renumbering& each : at.renumbered) print = mix(print, each.sent << 8 | each.known);
    print = mix(mix(print, at.muxed), digest_of({relay.token, relay.cname}, at.ice));
    print = mix(print, uint64_t(rtcp_ports[side]) << 32 | uint64_t(at.held_back) << 17 |
                           uint64_t(at.await_latch) << 16 | uint64_t(at.latch) << 8 | at.dscp);
  }
  for (const media::Side& side : relay.sides) {
    for (const rtp::Format& format : side.formats.all())
      print =
          mix(print, uint64_t(format.clock_rate) << 16 | uint64_t(format.codec) << 8 | format.payload_type);
  }
  return print | 1;
}

/// What the payload types stand for that this side sends: what the other side has said that it takes (RFC
/// 3264 5.1), and what both have agreed on before all else, for there may be more than are kept.
rtp::Formats formats_from(const Stream& stream, unsigned side) {
  const Terms &own = stream.agreed[side], &others = stream.agreed[1 - side];
  constexpr PayloadTypes all{~uint64_t(0), ~uint64_t(0)};
  rtp::Formats formats;
  for (const PayloadTypes& types : {shared(own.payload_types, others.payload_types), all}) {
    formats.add(others.formats, types);
    formats.add(own.formats, types);
  }
  formats.add(stream.proposal.formats, all);
  return formats;
}

}  // namespace

/// While an offer is outstanding both sides may already send what it names, but media goes where it went
/// before (RFC 3264 8: the answer is what changes the session).
media::Relay Anchor::relay_of(const Stream& stream, const Context& context) const {
  media::Relay relay;
  relay.kind = stream.kind;
  relay.token = token_;
  relay.cname = cname_;
  relay.seal = current_seal(stream);
  PayloadTypes types = joined(stream.agreed[0].payload_types, stream.agreed[1].payload_types);
  if (stream.offered) types = joined(types, stream.proposal.payload_types);
  relay.pace = pace_of(stream.agreed[0]);
  relay.pace.widen(pace_of(stream.agreed[1]));
  relay.pace.widen(pace_of(stream.proposal));
  for (unsigned side = 0; side < 2; ++side) {
    const config::Realm& realm = context.model.realms[index_of(sides_[side].realm)];
    bool proposed = !stream.agreed[side].known && stream.offered && side == offerer_;
    media::Side& at = relay.sides[side];
    at.local = port_of(stream, side);
    at.remote = proposed ? stream.proposal.remote : stream.agreed[side].remote;
    at.latch = realm.media.latch;
    // Who was heard elsewhere need not speak soon.
    at.latch_window = stream.moved ? Duration(0) : realm.media.latch_window;
    at.await_latch = !sides_[side].every_sdp_address && at.remote.address != sides_[side].own_address;
    at.held_back = sides_[side].held_back;
    at.signalling = sides_[side].own_address;
    if (const IpAddress& own = at.signalling; !own.is_none())
      at.near_signalling =
          Prefix::of(own, own.is_v4() ? realm.media.latch_prefix_v4 : realm.media.latch_prefix_v6);
    at.other_sources.assign(context.media_from[side]);
    at.payload_types = types;
    at.formats = formats_from(stream, side);
    const MediaType type = stream.agreed[0].known ? stream.agreed[0].type : stream.proposal.type;
    at.dscp = type == MediaType::video ? realm.video_dscp : realm.media_dscp;
    at.muxed = proposed ? stream.proposal.muxed : stream.agreed[side].muxed;
    at.ice = ice_of(stream, side);
    if (relay.seal == media::Seal::none) relay.keys[side] = keys_of(stream, side, context);
  }
  relay_digits(relay, stream);
  renumber_events(relay, stream);
  return relay;
}

/// `renews`: the media plane hears of it even where nothing is different, if it would not wait for ever for
/// who has not been heard yet: it does anew.
void Anchor::install(Stream& stream, const Context& context, bool renews) {
  media::Relay relay = relay_of(stream, context);
  std::array<uint16_t, 2> rtcp_ports{};
  for (unsigned side = 0; side < 2; ++side) {
    bool proposed = !stream.agreed[side].known && stream.offered && side == offerer_;
    rtcp_ports[side] = proposed ? stream.proposal.rtcp_port : stream.agreed[side].rtcp_port;
  }
  uint64_t print = fingerprint(relay, rtcp_ports);
  auto waits = [](const media::Side& side) { return side.latch_window != Duration(0); };
  if (print == stream.installed && !(renews && std::ranges::any_of(relay.sides, waits))) return;
  bool first = stream.installed == 0;
  stream.installed = print;
  context.changes.install(relay, first);
  if (stream.kind != media::Kind::rtp) return;
  relay.kind = media::Kind::rtcp;
  for (unsigned side = 0; side < 2; ++side) {
    media::Side& at = relay.sides[side];
    ++at.local.port;
    at.formats = {};
    at.payload_types = {};
    at.event_type = media::no_event_type;
    at.renumbered = {};
    at.tells_digits = false;
    at.remote = rtcp_ports[side] ? Endpoint{at.remote.address, rtcp_ports[side]} : Endpoint{};
    if (!at.muxed || at.ice.is_none()) continue;
    at.ice = {};  // nothing is checked at RTCP's own port: it follows the stream
    at.await_latch = true;
    at.latch = config::LatchRule::learn;
  }
  context.changes.install(relay, !std::exchange(stream.controlled, true));
}

void Anchor::remove_relays(Stream& stream, const Context& context) {
  if (stream.installed == 0) return;
  stream.installed = 0;
  media::Relay relay;
  relay.kind = stream.kind;
  for (unsigned side = 0; side < 2; ++side) relay.sides[side].local = port_of(stream, side);
  context.changes.remove(relay);
  remove_control(stream, context);
}

void Anchor::remove_control(Stream& stream, const Context& context) {
  if (!std::exchange(stream.controlled, false)) return;
  media::Relay relay;
  relay.kind = media::Kind::rtcp;
  for (unsigned side = 0; side < 2; ++side) {
    relay.sides[side].local = port_of(stream, side);
    ++relay.sides[side].local.port;
  }
  context.changes.remove(relay);
}

/// Another kind of media is agreed on in the stream's place. The relay stays, for it knows from where the
/// former kind came, of which more is on its way.
void Anchor::change_kind(Stream& stream, const Context& context) {
  note_past(stream, context);
  remove_control(stream, context);
  stream.kind = stream.wanted_kind();
}

/// While its relays are there still.
void Anchor::note_past(const Stream& stream, const Context& context) const {
  if (context.media == nullptr || stream.installed == 0 || &stream != audio(context.streams)) return;
  for (unsigned side = 0; side < 2; ++side)
    context.past[side]->go_on_with(context.media->stats(port_of(stream, side)));
}

}  // namespace sbc::anchor
