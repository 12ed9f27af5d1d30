#include "config/types/time_window.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace sbc {
namespace {

using std::chrono::minutes;

constexpr std::array<std::string_view, 7> day_names{"mo", "tu", "we", "th", "fr", "sa", "su"};

std::optional<unsigned> day_of(std::string_view name) {
  auto found = std::find(day_names.begin(), day_names.end(), name);
  if (found == day_names.end()) return std::nullopt;
  return unsigned(found - day_names.begin());
}

/// "mo", "mo-fr", "sa-mo"; 0 where it is neither.
uint8_t parse_days(std::string_view item) {
  size_t dash = std::min(item.find('-'), item.size());
  auto first = day_of(item.substr(0, dash));
  auto last = dash < item.size() ? day_of(item.substr(dash + 1)) : first;
  if (!first || !last) return 0;
  uint8_t days = 0;
  for (unsigned day = *first;; day = (day + 1) % 7) {
    days |= uint8_t(1u << day);
    if (day == *last) return days;
  }
}

/// "mo-fr,su"; 0 where it is malformed.
uint8_t parse_day_list(std::string_view text) {
  uint8_t days = 0;
  for (;;) {
    size_t comma = std::min(text.find(','), text.size());
    uint8_t item = parse_days(text.substr(0, comma));
    if (item == 0) return 0;
    days |= item;
    if (comma == text.size()) return days;
    text.remove_prefix(comma + 1);
  }
}

std::optional<unsigned> parse_two_digits(std::string_view text) {
  unsigned value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool whole = text.size() == 2 && error == std::errc{} && end == text.data() + 2;
  return whole ? std::optional(value) : std::nullopt;
}

/// "08:30"; up to "24:00".
std::optional<uint16_t> parse_clock(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  auto hour = parse_two_digits(text.substr(0, 2));
  auto minute = parse_two_digits(text.substr(3));
  if (!hour || !minute || *minute > 59 || *hour * 60 + *minute > TimeWindow::day_minutes) return std::nullopt;
  return uint16_t(*hour * 60 + *minute);
}

std::string clock_text(unsigned minute) {
  std::string text = "00:00";
  text[0] = char('0' + minute / 600);
  text[1] = char('0' + minute / 60 % 10);
  text[3] = char('0' + minute % 60 / 10);
  text[4] = char('0' + minute % 10);
  return text;
}

std::string days_text(uint8_t days) {
  std::string text;
  for (size_t day = 0; day < day_names.size(); ++day) {
    if ((days >> day & 1) == 0) continue;
    size_t last = day;
    while (last + 1 < day_names.size() && (days >> (last + 1) & 1)) ++last;
    text += (text.empty() ? "" : ",") + std::string(day_names[day]);
    if (last > day) text += "-" + std::string(day_names[last]);
    day = last;
  }
  return text;
}

}  // namespace

std::optional<TimeWindow> TimeWindow::parse(std::string_view text) {
  TimeWindow window;
  std::string_view hours = text;
  if (!text.empty() && text[0] >= 'a') {
    size_t space = std::min(text.find(' '), text.size());
    window.days = parse_day_list(text.substr(0, space));
    if (window.days == 0) return std::nullopt;
    if (space == text.size()) return window;
    hours.remove_prefix(space + 1);
  }
  size_t dash = hours.find('-');
  if (dash == hours.npos) return std::nullopt;
  auto begin = parse_clock(hours.substr(0, dash));
  auto end = parse_clock(hours.substr(dash + 1));
  if (!begin || !end || *begin == *end || *begin == day_minutes) return std::nullopt;
  window.begin = *begin;
  window.end = *end;
  return window;
}

std::string TimeWindow::text() const {
  std::string hours = clock_text(begin) + "-" + clock_text(end);
  if (days == every_day) return hours;
  bool whole_day = begin == 0 && end == day_minutes;
  return whole_day ? days_text(days) : days_text(days) + " " + hours;
}

bool TimeWindow::holds(UtcTime time, minutes utc_offset) const {
  const auto local = time + utc_offset;
  const auto midnight = std::chrono::floor<std::chrono::days>(local);
  const unsigned today = std::chrono::weekday(midnight).iso_encoding() - 1;
  const unsigned yesterday = (today + 6) % 7;
  const auto minute = std::chrono::floor<minutes>(local - midnight).count();
  const bool begins_today = days >> today & 1, began_yesterday = days >> yesterday & 1;
  if (begin < end) return begins_today && minute >= begin && minute < end;
  return (begins_today && minute >= begin) || (began_yesterday && minute < end);
}

std::optional<minutes> parse_utc_offset(std::string_view text) {
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  auto clock = parse_clock(text.substr(1));
  if (!clock) return std::nullopt;
  minutes offset(text[0] == '-' ? -int(*clock) : int(*clock));
  if (offset < std::chrono::hours(-12) || offset > std::chrono::hours(14)) return std::nullopt;
  return offset;
}

std::string utc_offset_text(minutes offset) {
  return (offset < minutes(0) ? "-" : "+") + clock_text(unsigned(std::abs(offset.count())));
}

}  // namespace sbc
