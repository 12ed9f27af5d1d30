#include "config/types/rate.h"

#include <array>
#include <charconv>
#include <utility>

namespace sbc {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::pair<std::string_view, Duration>, 6> units{
    {{"d", 24h}, {"h", 1h}, {"min", 1min}, {"s", 1s}, {"ms", 1ms}, {"us", 1us}}};

std::optional<Duration> unit_of(std::string_view name) {
  for (auto [unit, duration] : units) {
    if (unit == name) return duration;
  }
  return std::nullopt;
}

/// Takes the digits at the front of `text` away.
std::optional<uint32_t> take_number(std::string_view& text) {
  uint32_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(size_t(end - text.data()));
  return value;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  auto value = take_number(text);
  if (!value) return std::nullopt;
  auto unit = unit_of(text);
  if (!unit) return std::nullopt;
  if (int64_t(*value) > std::chrono::hours(24 * 365) / *unit) return std::nullopt;
  return *unit * int64_t(*value);
}

std::string duration_text(Duration duration) {
  for (auto [unit, length] : units) {
    if (duration >= length && duration % length == Duration::zero()) {
      return std::to_string(duration / length) + std::string(unit);
    }
  }
  return std::to_string(duration / 1us) + "us";
}

std::optional<Rate> Rate::parse(std::string_view text) {
  Rate rate;
  auto events = take_number(text);
  if (!events || *events == 0 || !text.starts_with('/')) return std::nullopt;
  rate.events = *events;
  text.remove_prefix(1);
  size_t end = text.find(' ');
  auto period = unit_of(text.substr(0, end));
  if (!period || *period < 1s) return std::nullopt;
  rate.period = *period;
  if (end == text.npos) return rate;
  text.remove_prefix(end + 1);
  if (!text.starts_with("burst ")) return std::nullopt;
  text.remove_prefix(6);
  auto burst = take_number(text);
  if (!burst || *burst == 0 || !text.empty()) return std::nullopt;
  rate.burst = *burst;
  return rate;
}

std::string Rate::text() const {
  if (unlimited()) return "unlimited";
  std::string unit = duration_text(period).substr(1);
  return std::to_string(events) + '/' + unit + (burst ? " burst " + std::to_string(burst) : "");
}

}  // namespace sbc
