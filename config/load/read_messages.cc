// A realm's `messages`: how large a SIP message and its parts may be, and which deviations are refused.
#include "config/load/readers.h"

namespace sbc::config {
namespace {

/// Bounded by the limit of the same name for all realms, which memory is laid out for, and equal to it where
/// left out.
void read_within_global(const Value& value, uint32_t global, uint32_t& into) {
  into = global;
  const std::string key = "limits" + value.key().substr(value.key().rfind('.'));
  if (value.read(into) && into > global && value.sound(key)) {
    value.refuse("must not be above " + key + ", " + std::to_string(global));
  }
}

void read_tolerance(const Value& value, Deviations& refused) {
  Section section(value);
  for (size_t i = 0; i < deviation_count; ++i) {
    const Deviation deviation = Deviation(i);
    Treatment treatment = treatment_of(deviation);
    section.at(std::string(name_of(deviation)))
        .read(treatment,
              {{name_of(treatment), treatment}, {name_of(Treatment::refused), Treatment::refused}});
    refused.add_if(treatment == Treatment::refused, deviation);
  }
}

}  // namespace

void read_messages(const Value& value, const Limits& limits, MessageLimits& messages) {
  Section section(value);
  read_within_global(section.at("message_bytes_max"), limits.message_bytes_max, messages.message_bytes_max);
  read_within_global(section.at("headers_max"), limits.headers_max, messages.headers_max);
  read_within_global(section.at("header_bytes_max"), limits.header_bytes_max, messages.header_bytes_max);
  section.at("call_id_bytes_max").read(messages.call_id_bytes_max);
  section.at("vias_max").read(messages.vias_max);
  section.at("via_bytes_max").read(messages.via_bytes_max);
  section.at("routes_max").read(messages.routes_max);
  section.at("route_bytes_max").read(messages.route_bytes_max);
  read_tolerance(section.at("tolerance"), messages.refused);
}

}  // namespace sbc::config
