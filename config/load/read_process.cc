// The process: workers, memory, limits, timers and files.
#include <algorithm>

#include "config/load/readers.h"

namespace sbc::config {

void read_workers(const Value& value, Workers& workers) {
  Section section(value);
  section.at("count").read(workers.count);
  Value cores = section.at("cores");
  for (const Value& core : cores.items()) {
    uint16_t number = 0;
    if (!core.read(number)) continue;
    if (std::find(workers.cores.begin(), workers.cores.end(), number) != workers.cores.end()) {
      core.refuse("this core is listed twice");
    }
    workers.cores.push_back(number);
  }
  if (!workers.cores.empty() && workers.cores.size() != workers.count) {
    cores.refuse("must have one core for each of the " + std::to_string(workers.count) +
                 " workers, or be empty to leave them unpinned");
  }
  section.at("idle").read(workers.idle, {{"spin", Idle::spin}, {"sleep", Idle::sleep}});
  section.at("packet_buffers").read(workers.packet_buffers);
}

void read_memory(const Value& value, Memory& memory) {
  Section section(value);
  section.at("huge").read(memory.huge);
  section.at("megabytes").read(memory.megabytes);
}

void read_limits(const Value& value, Limits& limits) {
  Section section(value);
  section.at("calls_max").read(limits.calls_max);
  section.at("call_rate").read(limits.call_rate);
  section.at("unknown_calls_max").read(limits.unknown_calls_max);
  section.at("unknown_call_rate").read(limits.unknown_call_rate);
  section.at("source_rate").read(limits.source_rate);
  section.at("unknown_rate").read(limits.unknown_rate);
  section.at("global_rate").read(limits.global_rate);
  section.at("sources_max").read(limits.sources_max);
  section.at("neighbours_max").read(limits.neighbours_max);
  section.at("message_bytes_max").read(limits.message_bytes_max);
  section.at("headers_max").read(limits.headers_max);
  Value header_bytes = section.at("header_bytes_max");
  if (header_bytes.read(limits.header_bytes_max) && limits.header_bytes_max > limits.message_bytes_max) {
    header_bytes.refuse("must not be above message_bytes_max, " + std::to_string(limits.message_bytes_max));
  }
  section.at("transactions_max").read(limits.transactions_max);
  section.at("srtp_streams").read(limits.srtp_streams);
  section.at("retry_after").read(limits.retry_after);
}

void read_timers(const Value& value, Timers& timers) {
  Section section(value);
  section.at("t1").read(timers.t1);
  Value t2 = section.at("t2");
  t2.read(timers.t2);
  if (timers.t2 < timers.t1) {
    t2.refuse("t2 must not be below t1, " + duration_text(timers.t1) + " (RFC 3261 section 17.1.2.1)");
  }
  section.at("t4").read(timers.t4);
  section.at("media_idle").read(timers.media_idle);
  section.at("media_pause").read(timers.media_pause);
  section.at("audio_check").read(timers.audio_check);
  section.at("call_max").read(timers.call_max);
  Value session = section.at("session");
  constexpr Duration session_min = 90s;
  if (session.read(timers.session) && timers.session > Duration(0) && timers.session < session_min)
    session.refuse("must be 0s or at least 90s (RFC 4028 section 4)");
  Value probe = section.at("probe");
  constexpr Duration probe_min = 30s;
  if (probe.read(timers.probe) && timers.probe > Duration(0) && timers.probe < probe_min)
    probe.refuse("must be 0s or at least 30s, so that a lost probe is answered before the next");
  section.at("drain").read(timers.drain);
  section.at("port_rest").read(timers.port_rest);
}

void read_files(Section& top, Model& model) {
  {
    Section signatures(top.at("signatures"));
    Value file = signatures.at("file");
    std::string name;
    if (file.read(name)) model.signature_file = {name, file.where()};
  }
  {
    Section log(top.at("log"));
    log.at("file").read(model.log.file);
    log.at("level").read(model.log.level, {{"error", LogLevel::error},
                                           {"warning", LogLevel::warning},
                                           {"info", LogLevel::info},
                                           {"debug", LogLevel::debug}});
  }
  {
    Section cdr(top.at("cdr"));
    cdr.at("file").read(model.cdr_file);
  }
  Section control(top.at("control"));
  Value socket = control.at("socket");
  constexpr size_t path_max = 107;  // sun_path without its terminating zero
  if (socket.read(model.control_socket) &&
      (model.control_socket.empty() || model.control_socket.size() > path_max)) {
    socket.refuse("must be a path of 1..107 bytes");
  }
}

}  // namespace sbc::config
