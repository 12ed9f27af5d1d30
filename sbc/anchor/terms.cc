#include "sbc/anchor/terms.h"

#include <algorithm>
#include <array>

#include "dataplane/bytes/siphash.h"
#include "dataplane/sdp/ice.h"
#include "dataplane/sdp/rtp_formats.h"
#include "dataplane/sdp/words.h"
#include "dataplane/sip/text.h"
#include "sbc/anchor/passed.h"

namespace sbc::anchor {
namespace {

using sip::equal_ignoring_case;

constexpr std::array<std::string_view, 6> media_types{"audio",       "video",   "text",
                                                      "application", "message", "image"};

std::optional<media::Kind> kind_of(const sdp::Media& media, bool passes) {
  if (media.port_count != 1 || media_type_of(media) == MediaType::unknown) return std::nullopt;
  if (const auto profile = profile_of(media.protocol); profile && (passes || !is_dtls(*profile))) {
    if (media.payload_types() == std::array<uint64_t, 2>{}) return std::nullopt;
    return media::Kind::rtp;
  }
  if (equal_ignoring_case(media.protocol, "udptl")) return media::Kind::opaque;
  return std::nullopt;
}

bool is_loopback(const IpAddress& address) {
  static const IpAddress loopback_v6{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
  return address.is_v4() ? address.v4_bits() >> 24 == 127 : address == loopback_v6;
}

bool is_broadcast(const IpAddress& address, const config::Realm& realm) {
  if (!address.is_v4()) return false;
  if (address.v4_bits() == 0xffffffffu) return true;
  return std::any_of(
      realm.addresses.begin(), realm.addresses.end(), [&](const config::InterfaceAddress& own) {
        return own.network.length < 127 && own.network.contains(address) && own.network.last() == address;
      });
}

bool is_own(const IpAddress& address, const config::Realm& realm) {
  const auto& media = realm.media.addresses;
  return std::any_of(realm.addresses.begin(), realm.addresses.end(),
                     [&](const config::InterfaceAddress& own) { return own.address == address; }) ||
         std::find(media.begin(), media.end(), address) != media.end();
}

/// Nothing may make us send media to a group, to ourselves or to nowhere.
bool is_forbidden(const IpAddress& address, const config::Realm& realm) {
  return address.is_none() || address.is_multicast() || address.is_link_local() || is_loopback(address) ||
         is_broadcast(address, realm) || is_own(address, realm);
}

/// Which key of the offerer's counts; false where its realm's rule forbids what it wants to speak.
bool take_key(Terms& terms, std::span<const sdp::Line> lines, const config::MediaRange& range,
              const Terms* agreed) {
  const bool forbidden = range.srtp == config::SrtpRule::forbidden;
  if (!forbidden) terms.peer = choose_key(lines, range.srtp_suites);
  if (!terms.is_secured() && agreed && agreed->is_secured())
    terms.peer = choose_key(lines, {&agreed->peer.key.suite, 1});
  const bool may_be_plain = range.srtp != config::SrtpRule::required || (agreed && !agreed->is_secured());
  return terms.is_secured() || (may_be_plain && !is_secure(terms.profile));
}

/// RFC 8839 5.4: a restart changes both. Another lite agent checks no more than we do: with one there is
/// nothing but SDP's addresses, of which each of us has one.
uint32_t ice_of(const sdp::Session& session, const sdp::Media& media) {
  const sdp::Line* fragment = find_attribute(session, media, sdp::AttributeName::ice_ufrag);
  const sdp::Line* password = find_attribute(session, media, sdp::AttributeName::ice_pwd);
  const bool lite = find_attribute(session.session_lines(), sdp::AttributeName::ice_lite) != nullptr;
  if (!fragment || !password || lite) return 0;
  if (!sdp::parse_ice_ufrag(fragment->attribute_value()) || !sdp::parse_ice_pwd(password->attribute_value()))
    return 0;
  const HashKey key{siphash({}, fragment->attribute_value()), 0};
  return uint32_t(siphash(key, password->attribute_value())) | 1;
}

}  // namespace

MediaType media_type_of(const sdp::Media& media) {
  for (size_t i = 0; i < media_types.size(); ++i)
    if (equal_ignoring_case(media.kind, media_types[i])) return MediaType(i + 1);
  return MediaType::unknown;
}

std::string_view text_of(MediaType type) { return media_types[size_t(type) - 1]; }

Judgement judge(const sdp::Session& session, const sdp::Media& media, const config::Realm& realm, Role role,
                const Standing& standing) {
  Judgement result;
  const Terms* agreed = standing.agreed && standing.agreed->is_rtp() ? standing.agreed : nullptr;
  auto kind = kind_of(media, standing.passes);
  if (media.port == 0) result.fate = Fate::rejected;
  if (media.port == 0 || !kind) return result;
  result.kind = *kind;
  result.fate = !media.unspecified && is_forbidden(media.address, realm) ? Fate::forbidden : Fate::anchored;
  Terms& terms = result.terms;
  terms.known = true;
  terms.type = media_type_of(media);
  terms.two_way = media.direction == sdp::Direction::sendrecv && !media.unspecified;
  terms.sends = media.direction == sdp::Direction::sendrecv || media.direction == sdp::Direction::sendonly;
  if (*kind == media::Kind::rtp) {
    terms.payload_types = media.payload_types();
    terms.profile = *profile_of(media.protocol);
    const auto seal = standing.passes ? seal_of(session, media) : media::Seal::none;
    terms.seal = seal.value_or(media::Seal::none);
    const bool fits =
        role == Role::answer ||
        (standing.passes ? seal.has_value() : take_key(terms, session.lines_of(media), realm.media, agreed));
    if (!fits) result.fate = Fate::misprotected;
    const bool may_mux = realm.media.rtcp_mux != config::MuxRule::refuse || (agreed && agreed->muxed);
    terms.muxed = media.rtcp_mux && may_mux;
    const bool may_check = realm.media.ice == config::IceRule::lite || (agreed && agreed->ice != 0);
    if (may_check || role == Role::answer) terms.ice = ice_of(session, media);
  }
  if (media.unspecified) return result;
  terms.remote = {media.address, media.port};
  terms.rtcp_port = media.rtcp_port ? media.rtcp_port : uint16_t(media.port + 1);
  if (terms.muxed) terms.rtcp_port = media.port;
  return result;
}

rtp::Formats formats_of(const sdp::Media& media, std::span<const sdp::Line> lines,
                        std::array<uint64_t, 2> wanted) {
  rtp::Formats formats;
  std::string_view rest = media.formats;
  for (auto word = sdp::take_word(rest); !word.empty(); word = sdp::take_word(rest)) {
    const auto type = sdp::parse_number<uint8_t>(word, 0, 127);
    if (!type || !has(wanted, *type)) continue;
    wanted[*type / 64] &= ~(uint64_t(1) << (*type % 64));  // each is looked up once
    const auto rtpmap = sdp::rtpmap_of(*type, lines);
    if (!rtpmap) continue;
    const rtp::Format format{*type, rtp::codec_of(rtpmap->encoding), rtpmap->clock_rate};
    if (!rtp::keeps_time(format.codec)) formats.give_way();
    formats.add(format);
  }
  return formats;
}

rtp::Pace pace_of(const Terms& terms) {
  constexpr rtp::Pace of_video{5000, rtp::any_size}, of_fax{250, rtp::any_size};
  constexpr uint16_t events_per_second = 50;  // beside the audio (RFC 4733 2.5.1.1)
  if (!terms.known) return {};
  if (!terms.is_rtp()) return of_fax;
  if (terms.type != MediaType::audio) return of_video;
  rtp::Pace pace;
  PayloadTypes unknown = terms.payload_types;
  for (const rtp::Format& format : terms.formats.all()) {
    pace.widen(rtp::pace_of(format.codec));
    unknown[format.payload_type / 64] &= ~(uint64_t(1) << (format.payload_type % 64));
  }
  if (unknown != PayloadTypes{}) pace.widen(rtp::pace_of(rtp::Codec::other));
  pace.packets_per_second = uint16_t(pace.packets_per_second + events_per_second);
  return pace;
}

Terms kept(const Judgement& judgement, const sdp::Session& session, size_t section) {
  Terms terms = judgement.terms;
  const sdp::Media& media = session.media()[section];
  if (judgement.kind == media::Kind::rtp)
    terms.formats = formats_of(media, session.lines_of(media), terms.payload_types);
  return terms;
}

SessionVerdict judge_all(const sdp::Session& session, const config::Realm& realm, Role role,
                         const Standings& standings) {
  SessionVerdict verdict;
  Reason why = Reason::none;  // nothing is to be anchored, though something is wanted
  for (size_t i = 0; i < session.media().size(); ++i) {
    const sdp::Media& media = session.media()[i];
    const Fate fate = judge(session, media, realm, role, standings[i]).fate;
    if (fate == Fate::forbidden) return {Reason::sdp_unacceptable, std::nullopt};
    if (fate == Fate::anchored && !verdict.family) verdict.family = media.address.family();
    if (fate == Fate::misprotected) why = Reason::sdp_protection;
    if (fate == Fate::unsupported && why == Reason::none) why = Reason::sdp_unacceptable;
  }
  if (!verdict.family) verdict.reason = why;
  return verdict;
}

Reason judge_first(const sdp::Session& session, const config::Realm& realm) {
  Standings standings{};
  for (Standing& each : standings) each.passes = realm.media.srtp == config::SrtpRule::pass;
  return judge_all(session, realm, Role::offer, standings).reason;
}

}  // namespace sbc::anchor
