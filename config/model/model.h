// The model: what an operator configured, checked and complete, as plain values. Nothing here is compiled or
// live.
//
// Lists keep the file's order; ids (RealmId, PortId) are indices into them. Names are unique within their
// list. Every limit has a default here and a range in config/load.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/model/header_rule.h"
#include "config/types/address.h"
#include "config/types/ids.h"
#include "config/types/located.h"
#include "config/types/message_limits.h"
#include "config/types/rate.h"
#include "config/types/srtp_suite.h"
#include "config/types/status_set.h"
#include "config/types/time_window.h"

namespace sbc::config {

using namespace std::chrono_literals;

/// How far a source is trusted; a higher one passes whatever a lower one passes.
enum class Trust : uint8_t { denied, unknown, registered, trusted };

enum class Driver : uint8_t { af_packet, af_xdp, tap, pcap, ring, pci };

struct Port {
  Located<std::string> name;
  Driver driver = Driver::af_packet;
  std::string device;     // interface, PCI address, or file for pcap; the TAP's name for tap
  std::string arguments;  // appended to the driver's own device arguments
  uint16_t queues = 0;    // 0 = one per worker, as far as the driver has them
  uint16_t descriptors = 1024;
  uint16_t mtu = 1500;
};

struct InterfaceAddress {
  IpAddress address;
  Prefix network;  // the connected network
};

/// Which source a flow's media may come from (RFC 7362).
enum class LatchRule : uint8_t {
  learn,     // the first valid packet's source, from the SDP's address or the signalling's; then locked
  signalled  // exactly what the SDP says
};

/// Whether RTP in a realm is encrypted (SRTP, RFC 3711), with keys in the SDP (RFC 4568).
enum class SrtpRule : uint8_t {
  forbidden,  // plain RTP
  optional,   // as the peer offers; to it both are offered at once (RFC 8643)
  required,
  pass  // between two such realms as the peers agree on it, with their own keys; elsewhere as optional
};

/// Whether a stream's RTCP shares its port (RFC 5761).
enum class MuxRule : uint8_t {
  refuse,
  accept,  // where the peer offers or answers it
  offer    // and we offer it
};

/// Whether peers find the way to us by connectivity checks (RFC 8445).
enum class IceRule : uint8_t {
  none,
  lite  // we answer theirs, as a lite agent
};

struct MediaRange {
  std::vector<IpAddress> addresses;  // of the realm's own; empty = no media in this realm
  uint16_t first_port = 20000;       // even
  uint16_t last_port = 39999;        // odd
  LatchRule latch = LatchRule::learn;
  Duration latch_window = 60s;  // in which another source than SDP names may latch; 0 = at any time
  uint8_t latch_prefix_v4 = 32, latch_prefix_v6 = 128;  // of the signalling's address, as far as it counts
  std::string network;  // realms with the same one reach each other's media addresses; empty = said of none
  MuxRule rtcp_mux = MuxRule::accept;
  IceRule ice = IceRule::none;
  SrtpRule srtp = SrtpRule::forbidden;
  /// That are taken and offered, the preferred one first. Each is a line of about a hundred bytes in what is
  /// offered, which has to fit the MTU; the last of these is the one that everybody knows (RFC 4568 6.2.1).
  std::vector<SrtpSuite> srtp_suites{SrtpSuite::aead_aes_256_gcm, SrtpSuite::aead_aes_128_gcm,
                                     SrtpSuite::aes_cm_128_hmac_sha1_80};
};

/// Which peers of a realm may transfer calls, by REFER (RFC 3515) and by Replaces (RFC 3891).
enum class TransferRule : uint8_t { trusted, everybody, nobody };

/// What becomes of a REFER that a peer is to be asked by.
enum class ReferRule : uint8_t {
  pass,      // the peer gets it, and calls whom it names
  carry_out  // we call, and join the peer to who answers: it hears of nothing but a new offer
};

/// How a peer speaks of the keys that its user presses. Where one side of a call speaks by INFO alone and the
/// other does not, each is told in its own way.
enum class DigitRule : uint8_t {
  pass,            // as the other side does
  info,            // by INFO (RFC 6086)
  telephone_event  // in the media (RFC 4733)
};

struct Realm {
  Located<std::string> name;
  PortId port = PortId::none;
  uint16_t vlan = 0;  // 0 = untagged
  std::vector<InterfaceAddress> addresses;
  IpAddress gateway_v4;  // none() = none
  IpAddress gateway_v6;
  std::vector<Endpoint> listeners;  // SIP over UDP; the first of a family is the one we send from
  MediaRange media;
  Trust trust = Trust::unknown;  // of a source that no access rule names; `denied` serves known sources only
  TransferRule transfer = TransferRule::trusted;
  ReferRule refer = ReferRule::pass;
  DigitRule digits = DigitRule::pass;
  uint8_t signalling_dscp = 24;
  uint8_t media_dscp = 46;
  uint8_t video_dscp = 46;                     // of video; all other media has media_dscp
  MessageLimits messages;                      // never above what `limits` has for all realms
  std::vector<std::string> emergency_numbers;  // as dialled there: calls to them are emergency calls
};

/// Which codecs the calls of a trunk may use, by encoding name (RFC 8866 6.6), case ignored; and how.
struct CodecRules {
  static constexpr size_t names_max = 32;

  std::vector<std::string> allow;  // empty = all
  std::vector<std::string> deny;
  std::vector<std::string> order;  // told to the trunk's peers in this order; what is not named follows
  Duration ptime{0};               // told to them as the packet time of audio; 0 = as the other side says

  bool empty() const { return allow.empty() && deny.empty() && order.empty() && ptime == Duration(0); }
};

/// Of calls in one direction.
struct CallLimit {
  uint32_t calls_max = 0;  // 0 = as many as the trunk's
  Rate call_rate;
};

/// What becomes of a trunk's final response to a call that it fits.
struct ResponseRule {
  uint16_t status = 0, cause = 0;  // 0 = any; the cause is Q.850's, from a Reason field
  uint16_t as = 0, as_cause = 0;   // what the caller is told; 0 = as without the rule
  friend bool operator==(const ResponseRule&, const ResponseRule&) = default;
};

/// Responses that blame the peer and not the callee, so that another peer may do better. 401 and 407 are
/// among them: a trunk that wants credentials from us is not set up for us.
inline const StatusSet peer_failures{401, 407, 408, 500, 502, 503, 504};

/// Whether a trunk's peers answer OPTIONS, and its calls are answered.
struct Health {
  Duration interval{0};       // between two OPTIONS to a peer; 0 = it is not asked
  uint8_t failures_max = 3;   // in a row; then the peer is held down until it answers again
  Duration ramp = 30s;        // from then on, until it takes all of its calls again
  uint8_t asr_min = 0;        // answer-seizure ratio in percent; 0 = not looked at
  uint16_t asr_calls = 100;   // it is taken over so many calls
  Duration suspension = 60s;  // of a trunk that is below
};

/// Of calls that a trunk answers with 3xx.
enum class Redirection : uint8_t {
  refuse,
  follow,  // the number in its Contact is routed as if the caller had dialled it
  pass     // the caller is told that number, at our own address
};

/// What an INVITE to a trunk has where its caller's has no offer.
enum class OfferRule : uint8_t {
  as_caller,  // none either: the offer comes in the 2xx (RFC 3261 13.2.1)
  early       // one of our own
};

/// Of what a trunk's callees send before they answer, what reaches the caller.
enum class EarlyMediaRule : uint8_t {
  pass,
  authorised,  // what their P-Early-Media authorises (RFC 5009)
  none
};

/// Of a trunk: the addresses of its host names are among them.
inline constexpr size_t trunk_peers_max = 64;

/// A peer as it is written: an address, or a host name that is looked up (RFC 3263).
struct Peer {
  Endpoint endpoint;  // of a host name: its port alone, 0 where none is written
  std::string host;   // in lower case, without a dot at its end; empty: an address

  Peer() = default;
  Peer(const Endpoint& address) : endpoint(address) {}
  Peer(std::string name, uint16_t port) : endpoint{{}, port}, host(std::move(name)) {}
  bool is_host() const { return !host.empty(); }
  std::string text() const {
    if (!is_host()) return endpoint.text();
    return endpoint.port == 0 ? host : host + ":" + std::to_string(endpoint.port);
  }
  friend bool operator==(const Peer&, const Peer&) = default;
};

inline constexpr size_t media_from_max = 4;  // each port of media keeps a copy

struct Trunk {
  Located<std::string> name;
  RealmId realm = RealmId::none;
  std::vector<Peer> peers;  // tried in order
  uint32_t calls_max = 10000;
  Rate call_rate;               // of new calls to and from this trunk
  CallLimit inbound, outbound;  // of those, the ones that come from it, and that go to it
  CodecRules codecs;
  OfferRule offer = OfferRule::as_caller;
  std::vector<std::string> offer_codecs;  // of our own offer, the first preferred; of known_codecs
  EarlyMediaRule early_media = EarlyMediaRule::pass;
  std::vector<Prefix> media_from;         // where else than from its addresses its media may come from
  StatusSet failover_on = peer_failures;  // silence always is a failure
  Redirection redirect = Redirection::refuse;
  Located<std::string> caller_translation;  // name of what is applied to callers' numbers; empty = none
  std::optional<ReferRule> refer;           // none = as its realm has it
  std::optional<DigitRule> digits;          // likewise
  Health health;
  std::vector<ResponseRule> responses;  // the first that fits counts
  /// Of Resource-Priority (RFC 4412): namespaces ("ets") and single values ("wps.0") that give the calls of
  /// its peers precedence.
  std::vector<std::string> precedence;
};

/// Which of a group's trunks with the same priority is tried first, and which next.
enum class Selection : uint8_t {
  in_order,
  weighted,    // by lot
  least_busy,  // fewest calls for its weight
  by_caller,   // the same for each caller, as long as the group stays the same
  by_call      // the same for each Call-ID
};

inline constexpr size_t group_trunks_max = 16, route_trunks_max = 16;

struct TrunkGroup {
  struct Member {
    Located<std::string> trunk;
    uint8_t priority = 1;  // 1 first
    uint16_t weight = 1;
  };
  Located<std::string> name;
  Selection select = Selection::in_order;
  std::vector<Member> trunks;
};

/// What stands in place of a number's prefix.
struct NumberRule {
  std::string prefix, with;
};

struct Translation {
  Located<std::string> name;
  std::vector<NumberRule> rules;  // the longest prefix counts
};

/// A header field with this name and value, both in any case (RFC 3261 7.3.1).
struct HeaderMatch {
  std::string name, value;  // empty = no condition
  friend bool operator==(const HeaderMatch&, const HeaderMatch&) = default;
};

/// The host of a URI with whatever port: a name in any case, or an address however it is written.
struct HostMatch {
  std::string name;  // in lower case, without a dot at its end
  IpAddress address;

  bool empty() const { return name.empty() && address.is_none(); }  // no condition
  std::string text() const { return address.is_none() ? name : host_text(address); }
  friend bool operator==(const HostMatch&, const HostMatch&) = default;
};

struct Route {
  Located<std::string> name;
  RealmId from = RealmId::none;        // none = any realm
  Located<std::string> source;         // name of the trunk that the call comes from; empty = any source
  std::string prefix;                  // of the Request-URI's user part; empty = any
  std::string from_prefix, to_prefix;  // of From's and To's
  HostMatch host, from_host, to_host;  // of the Request-URI, From and To
  HeaderMatch header;
  std::vector<TimeWindow> times;             // any of them; empty = always
  std::chrono::minutes utc_offset{0};        // of the time that they are meant in
  uint8_t strip = 0;                         // characters taken off the front of the number
  std::string add;                           // then put before it
  Located<std::string> translation;          // name of what is applied then; empty = none
  std::vector<Located<std::string>> trunks;  // names of trunks and groups; the next is tried where one fails
  std::string redirect;  // host that the caller is sent to (302) instead; empty = the call goes to the trunks
  Duration ring_timeout = 180s;   // from INVITE to final response, over all trunks
  Duration attempt_timeout = 4s;  // without any response from a peer, before the next is tried
  Duration progress_timeout{0};   // after its 100, with nothing more, before the same; 0 = ring_timeout
};

struct AccessRule {
  RealmId realm = RealmId::none;
  Prefix prefix;
  Trust trust = Trust::unknown;
  Location where;
};

/// Two realms, or one twice, between whose trusted peers media goes directly: no port of ours, no relay.
struct ReleasedPair {
  std::array<RealmId, 2> realms{RealmId::none, RealmId::none};
  bool is(RealmId a, RealmId b) const {
    return (realms[0] == a && realms[1] == b) || (realms[0] == b && realms[1] == a);
  }
};

struct Limits {
  uint32_t calls_max = 10000;
  Rate call_rate;                        // new calls, all realms
  uint32_t unknown_calls_max = 0;        // of all unknown sources together; 0 = half of calls_max
  Rate unknown_call_rate{100, 1s, 100};  // new calls of all unknown sources together
  Rate source_rate{50, 1s, 100};         // SIP messages of one unknown source (IPv6: one /64)
  Rate unknown_rate{2000, 1s, 2000};     // SIP messages of all unknown sources together
  Rate global_rate{100000, 1s, 20000};   // SIP messages of everybody
  uint32_t sources_max = 65536;          // sources whose rate is remembered
  uint32_t neighbours_max = 4096;        // per realm
  uint32_t message_bytes_max = 8192;
  uint32_t headers_max = 128;
  uint32_t header_bytes_max = 4096;
  uint32_t transactions_max = 0;  // per worker; 0 = derived from call_rate and calls_max
  uint32_t srtp_streams = 2000;   // sides of streams that speak SRTP, at a time
  Duration retry_after = 10s;     // told with a 503
};

/// Calls that have precedence: to emergency numbers and services (RFC 5031), and those that a trunk's
/// `precedence` names. No limit on calls holds for them but the pools, of which they have a reserve.
struct Emergency {
  uint32_t calls_reserved = 0;    // of limits.calls_max; of unknown sources' emergency calls, half of it
  Rate source_rate{1, 1s, 5};     // new emergency calls of one source that is not trusted (IPv6: one /64)
  Rate unknown_rate{10, 1s, 20};  // new emergency calls of all unknown sources together
};

struct Timers {
  Duration t1 = 500ms;  // RFC 3261 17.1.1.1
  Duration t2 = 4s;
  Duration t4 = 5s;
  Duration media_idle = 60s;     // no RTP at all ends the call; 0 = never
  Duration media_pause = 10min;  // the same where both sides have paused by comfort noise
  Duration audio_check = 10s;  // after media was agreed on, each side should have been heard, and later once
                               // in media_idle; 0 = not looked at
  Duration call_max = 4h;      // 0 = never
  Duration session = 30min;    // RFC 4028: until a session ends unless it is refreshed; 0 = no timer
  Duration probe = 0s;      // how often a peer without a session timer is asked whether it lives; 0 = never
  Duration drain = 10s;     // calls may go on this long after SIGTERM
  Duration port_rest = 5s;  // a media port is not reused sooner
};

/// How host names are looked up, and for how long what was found holds.
struct Resolver {
  static constexpr size_t servers_max = 8;

  std::vector<Endpoint> servers;  // asked in this order; empty = those of /etc/resolv.conf
  Duration timeout = 2s;          // for one server's answer
  uint8_t tries = 2;              // of each server
  bool naptr = true;              // RFC 3263 4.1; false: SRV is asked for at once
  Duration ttl_min = 5s, ttl_max = 1h;
  Duration negative_ttl_min = 5s, negative_ttl_max = 5min;
  Duration stale = 24h;     // past its TTL, the last good answer lives on while no better one comes
  Duration retry = 30s;     // longest pause between two attempts where nobody answers
  Duration call_wait = 2s;  // of a call, for a name's first answer
};

enum class Idle : uint8_t { spin, sleep };

struct Workers {
  uint8_t count = 1;
  std::vector<uint16_t> cores;  // empty = not pinned
  Idle idle = Idle::sleep;
  uint32_t packet_buffers = 0;  // in the one pool; 0 = derived from workers and ports
};

struct Memory {
  bool huge = true;        // false: --no-huge
  uint32_t megabytes = 0;  // 0 = derived from the limits
};

enum class LogLevel : uint8_t { error, warning, info, debug };

struct Log {
  std::string file;  // empty = standard error
  LogLevel level = LogLevel::info;
};

struct Model {
  Workers workers;
  Memory memory;
  std::vector<Port> ports;
  std::vector<Realm> realms;
  std::vector<Trunk> trunks;
  std::vector<TrunkGroup> trunk_groups;
  std::vector<Translation> translations;
  std::vector<Route> routes;
  std::vector<AccessRule> access;
  std::vector<HeaderRule> header_rules;
  std::vector<ReleasedPair> media_release;
  Limits limits;
  Emergency emergency;
  Timers timers;
  Resolver resolver;
  Located<std::string> signature_file;  // empty = none; relative to the configuration file
  Log log;
  std::string cdr_file;  // empty = none
  std::string control_socket = "/run/sbc.sock";
  Located<std::string> file;  // where the model was read from
};

}  // namespace sbc::config
