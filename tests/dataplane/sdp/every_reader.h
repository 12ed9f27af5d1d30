// Gives any text to every reader of SDP values, whatever it was meant for, and holds what they return to what
// their headers promise. `see` gets each view that comes back.
#pragma once

#include <array>
#include <string_view>

#include "config/types/check.h"
#include "dataplane/sdp/bandwidth.h"
#include "dataplane/sdp/candidate.h"
#include "dataplane/sdp/connection.h"
#include "dataplane/sdp/contact.h"
#include "dataplane/sdp/crypto.h"
#include "dataplane/sdp/dtls.h"
#include "dataplane/sdp/extmap.h"
#include "dataplane/sdp/grouping.h"
#include "dataplane/sdp/ice.h"
#include "dataplane/sdp/origin.h"
#include "dataplane/sdp/precondition.h"
#include "dataplane/sdp/rtcp.h"
#include "dataplane/sdp/rtp_formats.h"
#include "dataplane/sdp/sctp.h"
#include "dataplane/sdp/simulcast.h"
#include "dataplane/sdp/sources.h"
#include "dataplane/sdp/stream_use.h"
#include "dataplane/sdp/timing.h"

namespace sbc::sdp {

template <class See>
void read_formats(std::string_view value, See& see) {
  if (auto map = parse_rtpmap(value)) {
    SBC_CHECK(map->payload_type < 128 && map->clock_rate > 0 && map->channels > 0 && !map->encoding.empty());
    see(map->encoding);
  }
  if (auto fmtp = parse_fmtp(value)) {
    SBC_CHECK(!fmtp->parameters.empty() && fmtp->payload_type.value_or(0) < 128);
    see(fmtp->format);
    std::string_view rest = fmtp->parameters;
    for (FormatParameter parameter; take_format_parameter(rest, parameter); see(parameter.name)) {
      see(parameter.value);
      SBC_CHECK(format_parameter(fmtp->parameters, parameter.name));
    }
  }
  parse_events(value);
  if (auto time = parse_packet_time(value)) SBC_CHECK(time->count() > 0 && time->count() <= 60'000'000'000);
  if (auto feedback = parse_rtcp_feedback(value)) {
    see(feedback->type_text);
    see(feedback->parameters);
    regular_rtcp_interval(*feedback);
  }
}

template <class See>
void read_ice(std::string_view value, See& see) {
  if (auto ufrag = parse_ice_ufrag(value)) SBC_CHECK(ufrag->size() >= 4 && ufrag->size() <= 256);
  if (auto password = parse_ice_pwd(value)) SBC_CHECK(password->size() >= 22 && password->size() <= 256);
  has_ice_option(value, "trickle");
  parse_ice_pacing(value);
  std::string_view rest = value;
  while (auto candidate = take_remote_candidate(rest)) {
    SBC_CHECK(candidate->component >= 1 && candidate->component <= 256);
    see(candidate->host);
  }
  auto candidate = parse_candidate(value);
  if (!candidate) return;
  SBC_CHECK(candidate->component >= 1 && candidate->component <= 256 && candidate->foundation.size() <= 32);
  SBC_CHECK(candidate->priority >= 1 && candidate->priority <= 0x7fffffff);
  for (std::string_view part : {candidate->foundation, candidate->transport_text, candidate->host,
                                candidate->type_text, candidate->related_host, candidate->extensions})
    see(part);
  rest = candidate->extensions;
  for (CandidateExtension extension; take_extension(rest, extension);) see(extension.value);
}

template <class See>
void read_keys(std::string_view value, See& see) {
  if (auto crypto = parse_crypto(value)) {
    SBC_CHECK(crypto->tag <= 999'999'999);
    see(crypto->suite_text);
    see(crypto->parameters.fec_key);
    std::array<uint8_t, crypto_key_size_max> master;
    std::string_view rest = crypto->keys;
    while (auto key = take_key(rest)) {
      see(key->text);
      see(key->mki);
      SBC_CHECK(key->lifetime <= uint64_t(1) << 48 && key->mki_length <= 128);
      SBC_CHECK(key->mki.empty() == (key->mki_length == 0));
      decode_key(key->text, std::span(master).first(key_size_of(crypto->suite)));
    }
    SBC_CHECK(rest.empty() || crypto->suite == CryptoSuite::other);
  }
  if (auto fingerprint = parse_fingerprint(value)) {
    see(fingerprint->digest);
    size_t size = digest_size_of(fingerprint->hash);
    SBC_CHECK(size == 0 || fingerprint->digest.size() == size * 3 - 1);
    std::array<uint8_t, 64> digest{};
    fingerprint->matches(digest);
  }
  parse_setup(value);
  parse_connection_reuse(value);
  if (auto id = parse_tls_id(value)) SBC_CHECK(id->size() >= 20 && id->size() <= 255);
}

template <class See>
void read_streams(std::string_view value, See& see) {
  if (auto ssrc = parse_ssrc(value)) see(ssrc->value);
  if (auto group = parse_ssrc_group(value)) {
    std::string_view rest = group->ssrcs;
    SBC_CHECK(take_ssrc(rest));
  }
  if (auto msid = parse_msid(value)) see(msid->track);
  if (auto semantic = parse_msid_semantic(value)) see(semantic->streams);
  if (auto extmap = parse_extmap(value)) {
    SBC_CHECK(extmap->id >= 1 && extmap->id <= 4351 && !extmap->uri.empty());
    see(extmap->attributes);
  }
  if (auto rid = parse_rid(value)) see(rid->restrictions);
  if (auto simulcast = parse_simulcast(value)) {
    SBC_CHECK(!simulcast->send.empty() || !simulcast->receive.empty());
    for (std::string_view rest : {simulcast->send, simulcast->receive}) {
      while (!rest.empty()) {
        std::string_view stream = take_stream(rest);
        SBC_CHECK(!stream.empty());
        while (!stream.empty()) SBC_CHECK(take_alternative(stream));
      }
    }
  }
  if (auto label = parse_label(value)) see(*label);
  if (auto content = parse_content(value)) SBC_CHECK(*content < 32);
  if (auto mid = parse_mid(value)) see(*mid);
  if (auto group = parse_group(value)) see(group->mids);
}

template <class See>
void read_other_lines(std::string_view value, See& see) {
  auto origin = parse_origin(value);
  SBC_CHECK(origin.has_value() == is_origin(value));
  if (origin) {
    for (std::string_view part : {origin->username, origin->session_id, origin->version, origin->address})
      see(part);
    version_number(*origin);
  }
  auto connection = parse_connection(value);
  if (connection) see(connection->host);
  if (auto usual = usual_connection(value)) SBC_CHECK(connection && connection->address == *usual);
  if (auto rtcp = parse_rtcp(value)) SBC_CHECK(rtcp_port_of(value) == rtcp->port);
  if (auto bandwidth = parse_bandwidth(value)) see(bandwidth->type_text);
  parse_timing(value);
  if (auto repeat = parse_repeat(value)) {
    std::string_view rest = repeat->offsets;
    while (!rest.empty()) SBC_CHECK(take_offset(rest));
  }
  std::string_view rest = value;
  while (take_zone_adjustment(rest)) {
  }
  if (auto contact = parse_contact(value)) see(contact->address);
  parse_sctp_port(value);
  parse_max_message_size(value);
  if (auto map = parse_sctpmap(value)) see(map->protocol);
  if (auto current = parse_precondition(value)) see(current->type);
  if (auto desired = parse_desired_precondition(value)) see(desired->type);
}

template <class See>
void read_with_every_reader(std::string_view value, See see) {
  read_formats(value, see);
  read_ice(value, see);
  read_keys(value, see);
  read_streams(value, see);
  read_other_lines(value, see);
}

}  // namespace sbc::sdp
