// Protocol: what sbcctl and the control thread say to each other over the Unix socket.
//
// One JSON object per line each way, answered in order: {"command": NAME, "arguments": {…}} -> the answer, or
// {"error": TEXT, …}. Arguments marked ? may be left out. Names of realms, trunks and routes are those of the
// configuration, null where there is none. Times are UTC, "2026-01-31T12:00:00.123Z", null where not (yet).
#pragma once

#include <cstddef>

#include "dataplane/time/instant.h"

// clang-format off
//
// status {}
//   {version, uptime_s, epoch, configuration, calls: {live, max, begun, answered, ended, failed},
//    workers: [{worker, epoch, busy, received, sent, handed_over, taken_over, sip_received, sip_sent,
//               relayed_rtp, relayed_rtcp, relayed_other, live_calls, server_transactions, client_transactions,
//               leased_ports, reports_lost, cdrs_lost}],
//    trunks: [{trunk, realm, calls, calls_max}], ports: [{port, received, sent, missed, errors}]}
//   answered, failed: which of those that have ended were. busy: share of the loop's iterations that had work,
//   over the last second.
//   relayed_other: DTLS of the peers' own, T.38.
//   missed: frames that reached the device and never us.
// calls {limit?: 1000}
//   {calls: [CALL], live, silent_workers: [worker]}
//   live: how many there are, listed or not. silent_workers did not answer in time: their calls are missing.
// call {id}
//   {call: CALL}
// hang_up {id}
//   {hung_up: id}
// drops {}
//   {drops: [{realm, reason, text, status, count}], total}, most frequent first
//   status: what a rejection is answered with, where no signature says otherwise; 0 of a silent drop.
// deviations {}
//   {deviations: [{realm, deviation, header, treatment, text, count}], total}, most frequent first
//   treatment: what is done about it now: repaired, tolerated or refused. count: since start, refused or not; a
//   message counts for each of its deviations.
// signatures {by_hits?: false, top?: all}
//   {signatures: [{id, message, where, action, hits}], count, score_max}, as in the file or the most hits first
//   top: so many with the most hits. hits: messages that matched since the process started, over reloads that
//   kept the id. count: how many there are, listed or not.
// trunks {}
//   {trunks: [{trunk, realm, inbound, outbound, calls_max, suspended,
//             peers: [{peer, host, target, known_s, state, share}], unusable, left_out}]}
//   inbound, outbound: calls. suspended: too few of its calls were answered. state: up, down or returning, and share:
//   of its calls, 0..1; both null where the peer is not asked by OPTIONS. host: the name
//   that the address was found by, target: the other name that its SRV record names, known_s: since when it stands for
//   that address; null of one that is configured. peer null: the name stands for nothing, or is looked up.
//   unusable: addresses of its names that are not taken: its realm cannot send to them, access rules deny them, or they
//   are our own; left_out: those beyond the most there can be.
// hosts {}
//   {hosts: [{host, state, outcome, outcome_text, targets: [{target, port, priority, weight, addresses}], denied,
//             former, answered_s, ttl_s, ask_s, lookups, failed, left_out, trunks}]}
//   state: awaited, fresh, stale (the last good answer is kept), negative or failed. outcome: of the last lookup. denied:
//   those of its addresses that access rules or blocks deny in the realm of a trunk. former: addresses that it had
//   before, heard in calls that are up with them. answered_s: age of the last good answer; ttl_s: what is
//   left of its TTL, below 0 past it; ask_s: until it is asked for again, null while it is. lookups, failed: since start.
//   left_out: targets and addresses beyond the most there can be.
// limits {}
//   {limits: [{limit, value, current, refused}]}
//   limit: its key in the configuration ("trunks[core].calls_max"). current: calls, or, of a rate, events per
//   second over the last second. refused: since start. Each is null where it is not counted; what trunks
//   refused is counted for all of them together, under "trunks[].calls_max" and "trunks[].call_rate".
// blocks {}
//   {blocks: [{prefix, realm, remaining_s}]}
//   realm null: in every realm. remaining_s null: until unblocked or restarted.
// block {prefix, realm?, for?}
//   {blocked: {prefix, realm, remaining_s}, trunks: [name of each trunk with a peer inside]}
// unblock {prefix, realm?}
//   {unblocked: how many}; without a realm, in all of them
// reload {dry_run?}
//   {reloaded, epoch, changes: [{key, from, to, live}]}, reloaded false for a dry run
//   {error, problems: ["FILE:LINE: KEY: …"]} when the file is refused; nothing has changed then
//
// CALL (a line of the CDR file is one, too):
//   {id, worker, state, from, to, route, translation, caller_translation, attempts, precedence, media_released, audio,
//    begun, ringing, answered, ended, duration_s, post_dial_delay_s, status, cause, reason, reason_text, response_rule,
//    releaser, peer_host, peer_known, transferred_from, caller: LEG, callee: LEG}
//   translation, caller_translation, response_rule: what of the configuration decided, or null.
//   audio: from where any came: both, from caller only, from callee only, none; null before the answer, and where no
//   audio passes us.
//   peer_host: the host name that the callee's address was found by, peer_known: since when it stands for that.
//   transferred_from: id of the call in which the caller was referred, where we transferred it; or null.
//   duration_s: from the answer to the end, or to now.
//   post_dial_delay_s: from the INVITE to the first ringing or answer.
// LEG:
//   {realm, trunk, peer, call_id, media: {codec, packets, bytes, lost, burst_ratio, duplicates, reordered, refused,
//    refused_strangers, refused_rate, streams, jitter_ms, jitter_max_ms, round_trip_ms, mos, far_end: FAR, latched, srtp}}
//   media: the audio that came from there. burst_ratio: of losses, 1 = as by chance. refused_strangers, refused_rate: of
//   refused, those of who may not send there, and those that were too many. streams: that followed each other.
//   round_trip_ms: between us and there, by RTCP. mos: by the E-model, 1 to 4.5. srtp: the suite, as AES_CM_128_HMAC_SHA1_80; pass: keys of the peers' own. null where nothing is known.
// FAR: what the peer says by RTCP of what it hears from us; or null.
//   {lost, lost_lately, jitter_ms, discarded, mos}
//   lost_lately: 0..1, since its last report. discarded: 0..1, by its jitter buffer. mos: as it reckons; or null.
//
// clang-format on

namespace sbc::control {

inline constexpr size_t request_bytes_max = 64 * 1024;
inline constexpr size_t connections_max = 16;
inline constexpr unsigned calls_listed_max = 100'000;
inline constexpr unsigned calls_listed_default = 1000;

}  // namespace sbc::control
