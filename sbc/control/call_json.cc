#include "sbc/control/call_json.h"

#include <charconv>
#include <ctime>

#include <fmt/format.h>

namespace sbc::control {
namespace {

using namespace std::chrono_literals;

bool is_set(Instant at) { return at.ns != 0; }

Json time_json(const WallClock& clock, Instant at) { return is_set(at) ? Json(clock.text(at)) : Json(); }

Json endpoint_json(const Endpoint& endpoint) { return endpoint.port == 0 ? Json() : Json(endpoint.text()); }

Json leg_json(const call::LegRecord& leg, const policy::Compiled& policy) {
  return {{"realm", realm_json(policy, leg.realm)},
          {"trunk", trunk_json(policy, leg.trunk)},
          {"peer", endpoint_json(leg.peer)},
          {"call_id", std::string(leg.call_id.view())},
          {"media",
           {{"packets", leg.media.packets},
            {"bytes", leg.media.bytes},
            {"lost", leg.media.lost},
            {"refused", leg.media.refused},
            {"latched", endpoint_json(leg.media.latched)}}}};
}

/// In seconds to the millisecond.
double seconds(Duration duration) { return double(duration / 1ms) / 1000; }

Json duration_json(const call::CallRecord& record, Instant now) {
  if (!is_set(record.answered)) return 0;
  return seconds((is_set(record.ended) ? record.ended : now) - record.answered);
}

Json post_dial_delay_json(const call::CallRecord& record) {
  if (!is_set(record.ringing) && !is_set(record.answered)) return nullptr;
  return seconds((is_set(record.ringing) ? record.ringing : record.answered) - record.begun);
}

}  // namespace

std::string WallClock::text(Instant at) const {
  int64_t ms = (Duration(at.ns) + ahead) / 1ms;
  std::time_t seconds = ms / 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900, utc.tm_mon + 1,
                     utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, ms % 1000);
}

std::string call_id_text(uint64_t id) { return fmt::format("{:016x}", id); }

std::optional<uint64_t> parse_call_id(std::string_view text) {
  uint64_t id = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id, 16);
  if (error != std::errc{} || end != text.data() + text.size() || text.size() != 16) return std::nullopt;
  return id;
}

Json realm_json(const policy::Compiled& policy, RealmId id) {
  if (id == RealmId::none) return nullptr;
  size_t index = index_of(id);
  if (index >= policy.model->realms.size()) return fmt::format("#{}", index);
  return *policy.model->realms[index].name;
}

Json trunk_json(const policy::Compiled& policy, TrunkId id) {
  if (id == TrunkId::none) return nullptr;
  const config::Trunk* trunk = policy.trunks.find(id);
  return trunk ? *trunk->name : fmt::format("#{}", index_of(id));
}

Json call_json(const call::CallRecord& record, const policy::Compiled& policy, const WallClock& clock,
               Instant now) {
  Json reason = record.reason == Reason::none ? Json() : Json(name_of(record.reason));
  Json reason_text = record.reason == Reason::none ? Json() : Json(sbc::text_of(record.reason));
  return {{"id", call_id_text(record.id)},
          {"worker", index_of(record.worker)},
          {"state", call::text_of(record.state)},
          {"from", std::string(record.from_number.view())},
          {"to", std::string(record.to_number.view())},
          {"route", record.route.size == 0 ? Json() : Json(std::string(record.route.view()))},
          {"attempts", record.attempts},
          {"precedence",
           record.precedence == policy::Precedence::none ? Json() : Json(policy::text_of(record.precedence))},
          {"media_released", record.media_released},
          {"begun", time_json(clock, record.begun)},
          {"ringing", time_json(clock, record.ringing)},
          {"answered", time_json(clock, record.answered)},
          {"ended", time_json(clock, record.ended)},
          {"duration_s", duration_json(record, now)},
          {"post_dial_delay_s", post_dial_delay_json(record)},
          {"status", record.status},
          {"cause", record.cause},
          {"reason", reason},
          {"reason_text", reason_text},
          {"releaser", call::text_of(record.releaser)},
          {"peer_host", record.peer_host.size == 0 ? Json() : Json(std::string(record.peer_host.view()))},
          {"peer_known", time_json(clock, record.peer_known)},
          {"transferred_from",
           record.transferred_from == 0 ? Json() : Json(call_id_text(record.transferred_from))},
          {"caller", leg_json(record.caller, policy)},
          {"callee", leg_json(record.callee, policy)}};
}

std::string line_of(const Json& json) { return json.dump(-1, ' ', true, Json::error_handler_t::replace); }

}  // namespace sbc::control
