#include "bench/sip/values.h"

namespace sbc::bench {
namespace {

constexpr std::array<std::string_view, size_t(Value::count_)> names{"method",
                                                                    "status",
                                                                    "phrase",
                                                                    "request_user",
                                                                    "request_host",
                                                                    "request_port",
                                                                    "via_transport",
                                                                    "via_host",
                                                                    "via_port",
                                                                    "via_branch",
                                                                    "from_display",
                                                                    "from_user",
                                                                    "from_host",
                                                                    "from_port",
                                                                    "from_tag",
                                                                    "to_display",
                                                                    "to_user",
                                                                    "to_host",
                                                                    "to_port",
                                                                    "to_tag",
                                                                    "call_id",
                                                                    "cseq_number",
                                                                    "cseq_method",
                                                                    "contact_user",
                                                                    "contact_host",
                                                                    "contact_port",
                                                                    "route_user",
                                                                    "route_host",
                                                                    "route_port",
                                                                    "record_route_user",
                                                                    "record_route_host",
                                                                    "record_route_port",
                                                                    "max_forwards",
                                                                    "content_type",
                                                                    "content_length",
                                                                    "supported",
                                                                    "require",
                                                                    "body"};

/// FNV-1a.
uint64_t mix(uint64_t hash, std::string_view bytes) {
  for (char c : bytes) hash = (hash ^ uint8_t(c)) * 0x100000001b3u;
  return hash;
}

std::string shown(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) (text += text.empty() ? "\"" : ", \"") += value.substr(0, 60) + '"';
  return text.empty() ? "nothing" : text;
}

}  // namespace

std::string_view name_of(Value value) { return names[size_t(value)]; }

void Listing::add(Value kind, std::string_view text) {
  if (!text.empty()) values_[size_t(kind)].emplace_back(text);
}

void Listing::add_bare(Value kind, std::string_view text) {
  bool wrapped = text.size() >= 2 &&
                 ((text.front() == '[' && text.back() == ']') || (text.front() == '"' && text.back() == '"'));
  add(kind, wrapped ? text.substr(1, text.size() - 2) : text);
}

uint64_t Listing::checksum() const {
  uint64_t hash = 0xcbf29ce484222325u;
  for (size_t kind = 0; kind < values_.size(); ++kind) {
    for (const std::string& value : values_[kind]) {
      hash = mix(hash, names[kind]);
      hash = mix(hash, std::to_string(value.size()));
      hash = mix(hash, value);
    }
  }
  return hash;
}

std::string difference(const Listing& a, const Listing& b) {
  for (size_t kind = 0; kind < size_t(Value::count_); ++kind) {
    if (a.of(Value(kind)) == b.of(Value(kind))) continue;
    return std::string(names[kind]) + " is " + shown(a.of(Value(kind))) + " or " + shown(b.of(Value(kind)));
  }
  return {};
}

}  // namespace sbc::bench
