#include "config/load/ranges.h"

#include <algorithm>
#include <chrono>

#include "config/model/packet_buffers.h"
#include "config/types/check.h"
#include "config/types/ids.h"
#include "config/types/rate.h"

namespace sbc::config {
namespace {

using namespace std::chrono_literals;

constexpr int64_t ns(Duration duration) { return duration.count(); }

constexpr Range table[] = {
    {"workers.count", Unit::count, 1, workers_max},
    {"workers.cores", Unit::count, 0, 1023},
    {"workers.packet_buffers", Unit::count, 0, packet_buffers_max, "0 = derived from workers and ports"},
    {"memory.megabytes", Unit::count, 0, 1'048'576, "0 = derived from the limits"},
    {"ports.queues", Unit::count, 0, workers_max, "0 = one per worker"},
    {"ports.descriptors", Unit::count, 64, 32'768},
    {"ports.mtu", Unit::count, 576, 9'600},
    {"realms.vlan", Unit::count, 0, 4094, "0 = untagged"},
    {"realms.media.ports", Unit::count, 1024, 65'535},
    {"realms.media.latch_window", Unit::duration, 0, ns(1h), "0s = at any time"},
    {"realms.media.latch_prefix.ipv4", Unit::count, 16, 32},
    {"realms.media.latch_prefix.ipv6", Unit::count, 32, 128},
    {"realms.dscp.signalling", Unit::count, 0, 63},
    {"realms.dscp.media", Unit::count, 0, 63},
    {"realms.dscp.video", Unit::count, 0, 63},
    {"realms.messages.message_bytes_max", Unit::count, 1500, 16'384},
    {"realms.messages.headers_max", Unit::count, 16, 256},
    {"realms.messages.header_bytes_max", Unit::count, 256, 8192},
    {"realms.messages.call_id_bytes_max", Unit::count, 16, 1024},
    {"realms.messages.vias_max", Unit::count, 1, 64},
    {"realms.messages.via_bytes_max", Unit::count, 64, 4096},
    {"realms.messages.routes_max", Unit::count, 1, 64},
    {"realms.messages.route_bytes_max", Unit::count, 64, 4096},
    {"trunks.calls_max", Unit::count, 1, 1'000'000},
    {"trunks.call_rate", Unit::rate, 1, 1'000'000},
    {"trunks.codecs.ptime", Unit::duration, 0, ns(60ms), "0s = as the other side says"},
    {"trunks.inbound.calls_max", Unit::count, 0, 1'000'000, "0 = as many as the trunk's"},
    {"trunks.inbound.call_rate", Unit::rate, 1, 1'000'000},
    {"trunks.outbound.calls_max", Unit::count, 0, 1'000'000, "0 = as many as the trunk's"},
    {"trunks.outbound.call_rate", Unit::rate, 1, 1'000'000},
    {"trunks.health.interval", Unit::duration, 0, ns(1h), "0s = never"},
    {"trunks.health.failures_max", Unit::count, 1, 100},
    {"trunks.health.ramp", Unit::duration, 0, ns(1h)},
    {"trunks.health.asr_min", Unit::count, 0, 100, "0 = not looked at"},
    {"trunks.health.asr_calls", Unit::count, 10, 10'000},
    {"trunks.health.suspension", Unit::duration, ns(1s), ns(24h)},
    {"trunks.responses.status", Unit::count, 300, 699},
    {"trunks.responses.cause", Unit::count, 1, 127},
    {"trunks.responses.as", Unit::count, 400, 699},
    {"trunks.responses.as_cause", Unit::count, 1, 127},
    {"trunk_groups.trunks.priority", Unit::count, 1, 255},
    {"trunk_groups.trunks.weight", Unit::count, 1, 1000},
    {"routes.strip", Unit::count, 0, 64},
    {"routes.ring_timeout", Unit::duration, ns(1s), ns(1h)},
    {"routes.attempt_timeout", Unit::duration, ns(100ms), ns(32s)},
    {"routes.progress_timeout", Unit::duration, 0, ns(1h), "0s = ring_timeout"},
    {"limits.calls_max", Unit::count, 1, 1'000'000},
    {"limits.call_rate", Unit::rate, 1, 1'000'000},
    {"limits.unknown_calls_max", Unit::count, 0, 1'000'000, "0 = half of calls_max"},
    {"limits.unknown_call_rate", Unit::rate, 1, 1'000'000},
    {"limits.source_rate", Unit::rate, 1, 10'000'000},
    {"limits.unknown_rate", Unit::rate, 1, 10'000'000},
    {"limits.global_rate", Unit::rate, 1, 10'000'000},
    {"limits.sources_max", Unit::count, 1024, 16'777'216},
    {"limits.neighbours_max", Unit::count, 32, 65'536},
    {"limits.message_bytes_max", Unit::count, 1500, 16'384},
    {"limits.headers_max", Unit::count, 16, 256},
    {"limits.header_bytes_max", Unit::count, 256, 8192},
    {"limits.transactions_max", Unit::count, 0, 10'000'000, "0 = derived from call_rate and calls_max"},
    {"limits.srtp_streams", Unit::count, 0, 1'000'000, "0 = none"},
    {"limits.retry_after", Unit::duration, ns(1s), ns(1h)},
    {"emergency.calls_reserved", Unit::count, 0, 1'000'000},
    {"emergency.source_rate", Unit::rate, 1, 1'000'000},
    {"emergency.unknown_rate", Unit::rate, 1, 1'000'000},
    {"timers.t1", Unit::duration, ns(10ms), ns(5s)},
    {"timers.t2", Unit::duration, ns(100ms), ns(1min)},
    {"timers.t4", Unit::duration, ns(100ms), ns(1min)},
    {"timers.media_idle", Unit::duration, 0, ns(24h), "0s = never"},
    {"timers.media_pause", Unit::duration, 0, ns(24h), "0s = never"},
    {"timers.audio_check", Unit::duration, 0, ns(1h), "0s = never"},
    {"timers.call_max", Unit::duration, 0, ns(24h * 30), "0s = never"},
    {"timers.session", Unit::duration, 0, ns(24h), "0s = no timer"},
    {"timers.probe", Unit::duration, 0, ns(24h), "0s = never"},
    {"timers.drain", Unit::duration, 0, ns(1h)},
    {"resolver.timeout", Unit::duration, ns(100ms), ns(30s)},
    {"resolver.tries", Unit::count, 1, 5},
    {"resolver.ttl_min", Unit::duration, ns(1s), ns(1h)},
    {"resolver.ttl_max", Unit::duration, ns(1s), ns(24h * 7)},
    {"resolver.negative_ttl_min", Unit::duration, ns(1s), ns(1h)},
    {"resolver.negative_ttl_max", Unit::duration, ns(1s), ns(24h)},
    {"resolver.stale", Unit::duration, 0, ns(24h * 7), "0s = not at all"},
    {"resolver.retry", Unit::duration, ns(1s), ns(1h)},
    {"resolver.call_wait", Unit::duration, 0, ns(10s), "0s = not at all"},
    {"timers.port_rest", Unit::duration, 0, ns(5min)},
};

}  // namespace

std::string Range::text() const {
  auto written = [this](int64_t value) {
    if (unit != Unit::duration) return std::to_string(value);
    return value == 0 ? std::string("0s") : duration_text(Duration(value));
  };
  std::string result = written(min) + ".." + written(max);
  if (unit == Unit::rate) result += " per s, min or h";
  if (!zero.empty()) result += " (" + std::string(zero) + ")";
  return result;
}

std::span<const Range> ranges() { return table; }

const Range& range_of(std::string_view rule) {
  const Range* found =
      std::find_if(std::begin(table), std::end(table), [&](const Range& r) { return r.rule == rule; });
  SBC_CHECK(found != std::end(table));
  return *found;
}

}  // namespace sbc::config
