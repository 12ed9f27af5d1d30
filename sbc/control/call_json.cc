#include "sbc/control/call_json.h"

#include <charconv>
#include <cmath>
#include <ctime>

#include <fmt/format.h>

#include "dataplane/media/quality.h"

namespace sbc::control {
namespace {

using namespace std::chrono_literals;

bool is_set(Instant at) { return at.ns != 0; }

Json time_json(const WallClock& clock, Instant at) { return is_set(at) ? Json(clock.text(at)) : Json(); }

Json endpoint_json(const Endpoint& endpoint) { return endpoint.port == 0 ? Json() : Json(endpoint.text()); }

// Objects are filled key by key: from an initializer list each value is made twice, and CDRs are most of what
// the control thread does.

/// In milliseconds to the thousandth; null where it is not known.
Json milliseconds(const std::optional<Duration>& duration) {
  return duration ? Json(double(*duration / 1us) / 1000) : Json();
}

/// What the peer says by RTCP of the stream that we send it.
Json far_json(const std::optional<media::FarView>& far) {
  if (!far) return nullptr;
  Json json;
  json["lost"] = far->lost;
  json["lost_lately"] = double(far->fraction_lost * 1000 / 256) / 1000;
  json["jitter_ms"] = milliseconds(far->jitter);
  json["discarded"] = double(far->discarded * 1000 / 256) / 1000;
  json["mos"] = far->mos ? Json(double(*far->mos) / 10) : Json();
  return json;
}

/// What came from one side; `other` is the other side's.
Json media_json(const media::SideStats& media, const media::SideStats& other) {
  const std::string_view codec = rtp::text_of(media.codec);
  const auto opinion = media::mean_opinion_of(media, other);
  Json json;
  json["codec"] = codec.empty() ? Json() : Json(codec);
  json["packets"] = media.packets;
  json["bytes"] = media.bytes;
  json["lost"] = media.lost;
  json["burst_ratio"] = std::round(100 * media::burst_ratio_of(media)) / 100;
  json["duplicates"] = media.duplicates;
  json["reordered"] = media.reordered;
  json["refused"] = media.refused;
  json["refused_strangers"] = media.strangers;
  json["refused_rate"] = media.too_many;
  json["streams"] = media.streams;
  json["jitter_ms"] = milliseconds(media.jitter);
  json["jitter_max_ms"] = milliseconds(media.jitter_max);
  json["round_trip_ms"] = milliseconds(media.round_trip);
  json["mos"] = opinion ? Json(std::round(100 * *opinion) / 100) : Json();
  json["far_end"] = far_json(media.far);
  json["latched"] = endpoint_json(media.latched);
  return json;
}

Json leg_json(const call::LegRecord& leg, const call::LegRecord& other, const policy::Compiled& policy) {
  Json json;
  json["realm"] = realm_json(policy, leg.realm);
  json["trunk"] = trunk_json(policy, leg.trunk);
  json["peer"] = endpoint_json(leg.peer);
  json["call_id"] = leg.call_id.view();
  json["media"] = media_json(leg.media, other.media);
  json["media"]["srtp"] = leg.srtp_passes               ? Json("pass")
                          : leg.srtp == SrtpSuite::none ? Json()
                                                        : Json(facts_of(leg.srtp).text);
  return json;
}

template <size_t Max>
Json text_json(const call::Text<Max>& text) {
  return text.size == 0 ? Json() : Json(text.view());
}

/// In seconds to the millisecond.
double seconds(Duration duration) { return double(duration / 1ms) / 1000; }

Json duration_json(const call::CallRecord& record, Instant now) {
  if (!is_set(record.answered)) return 0;
  return seconds((is_set(record.ended) ? record.ended : now) - record.answered);
}

/// What the called number went through.
Json translation_json(const call::CallRecord& record, const policy::Compiled& policy) {
  const config::Route* route = policy.routes.named(record.route.view());
  return route && !route->translation->empty() ? Json(*route->translation) : Json();
}

/// What callers' numbers went through towards the callee.
Json caller_translation_json(const call::CallRecord& record, const policy::Compiled& policy) {
  const config::Trunk* trunk = policy.trunks.find(record.callee.trunk);
  return trunk && !trunk->caller_translation->empty() ? Json(*trunk->caller_translation) : Json();
}

/// As problems and changes of the configuration name it.
Json rule_json(const call::ResponseRuleId& rule, const policy::Compiled& policy) {
  if (rule.trunk == TrunkId::none) return nullptr;
  const std::string trunk = trunk_json(policy, rule.trunk);
  return fmt::format("trunks[{}].responses[#{}]", trunk, rule.number);
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
  bool refused = record.reason != Reason::none;
  bool precedence = record.precedence != policy::Precedence::none;
  Json json;
  json["id"] = call_id_text(record.id);
  json["worker"] = index_of(record.worker);
  json["state"] = call::text_of(record.state);
  json["from"] = record.from_number.view();
  json["to"] = record.to_number.view();
  json["route"] = text_json(record.route);
  json["translation"] = translation_json(record, policy);
  json["caller_translation"] = caller_translation_json(record, policy);
  json["attempts"] = record.attempts;
  json["precedence"] = precedence ? Json(policy::text_of(record.precedence)) : Json();
  json["media_released"] = record.media_released;
  const std::string_view audio = call::text_of(call::audio_of(record));
  json["audio"] = audio.empty() ? Json() : Json(audio);
  json["begun"] = time_json(clock, record.begun);
  json["ringing"] = time_json(clock, record.ringing);
  json["answered"] = time_json(clock, record.answered);
  json["ended"] = time_json(clock, record.ended);
  json["duration_s"] = duration_json(record, now);
  json["post_dial_delay_s"] = post_dial_delay_json(record);
  json["status"] = record.status;
  json["cause"] = record.cause;
  json["reason"] = refused ? Json(name_of(record.reason)) : Json();
  json["reason_text"] = refused ? Json(sbc::text_of(record.reason)) : Json();
  json["response_rule"] = rule_json(record.response_rule, policy);
  json["releaser"] = call::text_of(record.releaser);
  json["peer_host"] = text_json(record.peer_host);
  json["peer_known"] = time_json(clock, record.peer_known);
  json["transferred_from"] =
      record.transferred_from == 0 ? Json() : Json(call_id_text(record.transferred_from));
  json["caller"] = leg_json(record.caller, record.callee, policy);
  json["callee"] = leg_json(record.callee, record.caller, policy);
  return json;
}

std::string line_of(const Json& json) { return json.dump(-1, ' ', true, Json::error_handler_t::replace); }

}  // namespace sbc::control
