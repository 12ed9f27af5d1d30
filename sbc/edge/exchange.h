// Exchange: what a worker and the control thread say to each other: bounded rings, and counters.
//
// The control thread writes commands and reads reports and CDRs; the worker the other way round. A full ring
// loses the report or the CDR and counts it: a worker never waits.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdint>
#include <variant>

#include "dataplane/lane/counters.h"
#include "dataplane/lane/spsc_ring.h"
#include "dataplane/worker/loop_counters.h"
#include "sbc/call/engine.h"
#include "sbc/call/record.h"

namespace sbc::edge {

struct Command {
  enum class Kind : uint8_t { list_calls, find_call, hang_up, drain, end_all, host_known };
  Kind kind = Kind::list_calls;
  uint64_t request = 0;  // comes back with each report that answers it
  uint64_t call = 0;     // for find_call and hang_up; for host_known, the question
};

struct CallRow {
  uint64_t request = 0;
  call::CallRecord record;
};
/// Ends the answer to every command but host_known; `done` is false where there was no such call.
struct Answered {
  uint64_t request = 0;
  bool done = false;
};
struct LogReport {
  call::LogRecord record;
};
/// A call is parked until a host name is known: Command::Kind::host_known answers it.
struct HostAsked {
  uint64_t question = 0;
  TrunkId trunk = TrunkId::none;
  uint8_t peer = 0;  // its place in config::Trunk::peers
};
using Report = std::variant<Answered, CallRow, LogReport, HostAsked>;

/// What a worker counts besides drops. Written by the worker, read by anybody.
struct WorkerCounters : worker::LoopCounters {
  lane::Counter sip_received, sip_sent;                    // messages, after the gate
  lane::Counter relayed_rtp, relayed_rtcp, relayed_other;  // the last: DTLS, T.38
  lane::Counter calls_begun;
  lane::Counter calls_ended;  // one per CDR: calls_answered + calls_failed
  lane::Counter calls_answered, calls_failed;
  lane::Counter reports_lost, cdrs_lost;
};

struct Exchange {
  static constexpr uint32_t cdrs_min = 1024, cdrs_max = 16384;

  /// `calls_max`: of the process. All calls of a worker may end at once.
  explicit Exchange(unsigned realms, uint32_t calls_max = 0)
      : cdrs(std::bit_ceil(std::clamp(calls_max, cdrs_min, cdrs_max))), drops(realms), deviations(realms) {}

  lane::SpscRing<Command> commands{256};
  lane::SpscRing<Report> reports{4096};
  /// Apart from them, so that neither log lines nor listings cost anybody a CDR.
  lane::SpscRing<call::CallRecord> cdrs;
  WorkerCounters counters;
  lane::DropCounters drops;
  lane::DeviationCounters deviations;  // of SIP messages after the gate, taken or refused
  // The engine's usage, published by the worker now and then for `sbcctl status`.
  std::atomic<uint32_t> live_calls{0}, server_transactions{0}, client_transactions{0}, leased_ports{0};
  std::atomic<uint64_t> adopted_epoch{0};
  /// Wall time since 1970 minus monotonic time; written by the control thread.
  std::atomic<int64_t> wall_ahead_ns{0};
};

}  // namespace sbc::edge
