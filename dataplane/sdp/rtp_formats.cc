#include "dataplane/sdp/rtp_formats.h"

#include <algorithm>
#include <array>

#include "dataplane/sdp/characters.h"
#include "dataplane/sdp/words.h"

namespace sbc::sdp {
namespace {

constexpr uint8_t payload_type_max = 127;
constexpr uint32_t packet_time_max_ms = 60'000;

constexpr std::array<std::string_view, 6> feedback_types{"ack",     "nack",      "ccm",
                                                         "trr-int", "goog-remb", "transport-cc"};

/// RFC 3551 6, tables 4 and 5.
constexpr std::array<Rtpmap, 24> static_rtpmaps{
    {{0, "PCMU", 8'000},     {3, "GSM", 8'000},    {4, "G723", 8'000},   {5, "DVI4", 8'000},
     {6, "DVI4", 16'000},    {7, "LPC", 8'000},    {8, "PCMA", 8'000},   {9, "G722", 8'000},
     {10, "L16", 44'100, 2}, {11, "L16", 44'100},  {12, "QCELP", 8'000}, {13, "CN", 8'000},
     {14, "MPA", 90'000},    {15, "G728", 8'000},  {16, "DVI4", 11'025}, {17, "DVI4", 22'050},
     {18, "G729", 8'000},    {25, "CelB", 90'000}, {26, "JPEG", 90'000}, {28, "nv", 90'000},
     {31, "H261", 90'000},   {32, "MPV", 90'000},  {33, "MP2T", 90'000}, {34, "H263", 90'000}}};

/// The digits behind a decimal point, of which the first three count, in thousandths.
std::optional<uint32_t> parse_thousandths(std::string_view digits) {
  if (!is_word_of(digits, class_digit)) return std::nullopt;
  uint32_t value = 0;
  for (size_t i = 0; i < 3; ++i) value = value * 10 + (i < digits.size() ? uint32_t(digits[i] - '0') : 0);
  return value;
}

}  // namespace

std::optional<Rtpmap> parse_rtpmap(std::string_view value) {
  auto payload_type = parse_number<uint8_t>(take_word(value), 0, payload_type_max);
  std::string_view codec = only_word(value);
  std::string_view encoding = take_until(codec, '/');
  size_t slash = codec.find('/');
  auto clock_rate = parse_number<uint32_t>(codec.substr(0, slash), 1);
  auto channels = slash == codec.npos ? uint16_t(1) : parse_number<uint16_t>(codec.substr(slash + 1), 1);
  if (!payload_type || !is_token(encoding) || !clock_rate || !channels) return std::nullopt;
  return Rtpmap{*payload_type, encoding, *clock_rate, *channels};
}

std::optional<Rtpmap> rtpmap_of(uint8_t payload_type, std::span<const Line> lines) {
  for (const Line& line : lines) {
    if (!line.is(AttributeName::rtpmap)) continue;
    std::string_view rest = line.attribute_value();
    if (parse_number<uint8_t>(take_word(rest), 0, payload_type_max) != payload_type) continue;
    if (auto rtpmap = parse_rtpmap(line.attribute_value())) return rtpmap;
  }
  auto at = std::find_if(static_rtpmaps.begin(), static_rtpmaps.end(),
                         [&](const Rtpmap& rtpmap) { return rtpmap.payload_type == payload_type; });
  return at == static_rtpmaps.end() ? std::nullopt : std::optional(*at);
}

std::optional<Fmtp> parse_fmtp(std::string_view value) {
  Fmtp fmtp;
  fmtp.format = take_word(value);
  fmtp.parameters = trim(value);
  if (!is_token(fmtp.format) || fmtp.parameters.empty()) return std::nullopt;
  fmtp.payload_type = parse_number<uint8_t>(fmtp.format, 0, payload_type_max);
  return fmtp;
}

bool take_format_parameter(std::string_view& rest, FormatParameter& parameter) {
  while (!rest.empty()) {
    std::string_view value = trim(take_until(rest, ';'));
    if (value.empty()) continue;
    parameter.name = trim(take_until(value, '='));
    parameter.value = trim(value);
    return true;
  }
  return false;
}

std::optional<std::string_view> format_parameter(std::string_view parameters, std::string_view name) {
  for (FormatParameter parameter; take_format_parameter(parameters, parameter);) {
    if (equal_ignoring_case(parameter.name, name)) return parameter.value;
  }
  return std::nullopt;
}

std::optional<uint32_t> parse_events(std::string_view parameters) {
  constexpr unsigned events_known = 32, event_max = 255;
  uint32_t events = 0;
  do {
    std::string_view last = trim(take_until(parameters, ','));
    const bool is_range = last.find('-') != last.npos;
    const auto from = parse_number<uint8_t>(trim(take_until(last, '-')), 0, event_max);
    const auto to = is_range ? parse_number<uint8_t>(trim(last), 0, event_max) : from;
    if (!from || !to || *to < *from) return std::nullopt;
    for (unsigned event = *from; event <= *to && event < events_known; ++event) events |= 1u << event;
  } while (!parameters.empty());
  return events;
}

std::optional<Duration> parse_packet_time(std::string_view value) {
  std::string_view word = only_word(value);
  size_t point = word.find('.');
  auto whole = parse_number<uint32_t>(word.substr(0, point), 0, packet_time_max_ms);
  auto part = point == word.npos ? 0 : parse_thousandths(word.substr(point + 1));
  if (!whole || !part) return std::nullopt;
  uint32_t time = *whole * 1000 + *part;
  if (time == 0 || time > packet_time_max_ms * 1000) return std::nullopt;
  return std::chrono::microseconds(time);
}

std::optional<RtcpFeedback> parse_rtcp_feedback(std::string_view value) {
  RtcpFeedback feedback;
  std::string_view format = take_word(value);
  feedback.payload_type = parse_number<uint8_t>(format, 0, payload_type_max);
  feedback.type_text = take_word(value);
  feedback.parameters = trim(value);
  if ((!feedback.payload_type && format != "*") || !is_token(feedback.type_text)) return std::nullopt;
  feedback.type = find_word<Feedback>(feedback_types, feedback.type_text).value_or(Feedback::other);
  return feedback;
}

std::optional<Duration> regular_rtcp_interval(const RtcpFeedback& feedback) {
  if (feedback.type != Feedback::trr_int) return std::nullopt;
  auto interval = parse_number<uint32_t>(feedback.parameters);
  if (!interval) return std::nullopt;
  return std::chrono::milliseconds(*interval);
}

}  // namespace sbc::sdp
