// Which calls have precedence, and what is kept for them.
#include <algorithm>
#include <array>
#include <cctype>

#include "config/load/readers.h"

namespace sbc::config {
namespace {

constexpr size_t numbers_max = 64, values_max = 32, value_max = 64;

/// Adds what `value` lists, each once and in order; `clean` judges a text.
template <class Clean>
void read_texts(const Value& value, size_t most, std::string_view what, std::string_view allowed, Clean clean,
                std::vector<std::string>& into) {
  std::vector<Value> items = value.items();
  if (items.size() > most)
    return value.refuse("there can be " + std::to_string(most) + " " + std::string(what));
  for (const Value& item : items) {
    std::string text;
    if (!item.read(text)) continue;
    if (!clean(text)) {
      item.refuse(allowed);
    } else if (std::find(into.begin(), into.end(), text) != into.end()) {
      item.refuse("this is listed twice");
    } else {
      into.push_back(std::move(text));
    }
  }
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return isdigit(uint8_t(c)) || std::string_view("+*#").find(c) != std::string_view::npos;
  });
}

/// RFC 4412 3.1: namespace, or namespace and priority with a dot between.
bool is_resource(std::string_view text) {
  const size_t dot = text.find('.');
  auto token = [](std::string_view part) {
    return !part.empty() && std::all_of(part.begin(), part.end(),
                                        [](char c) { return isalnum(uint8_t(c)) || c == '-' || c == '_'; });
  };
  return text.size() <= value_max && token(text.substr(0, dot)) &&
         (dot == text.npos || token(text.substr(dot + 1)));
}

}  // namespace

void read_emergency_numbers(const Value& value, std::vector<std::string>& into) {
  read_texts(value, numbers_max, "emergency numbers in a realm",
             "must be a whole number as it is dialled there, as in \"112\"", is_number, into);
}

void read_precedence(const Value& value, std::vector<std::string>& into) {
  read_texts(value, values_max, "of them in a trunk",
             "must be a namespace of Resource-Priority, or one of its values, as in ets or wps.0 (RFC 4412)",
             is_resource, into);
}

void read_emergency(const Value& value, Model& model) {
  Section section(value);
  Value reserved = section.at("calls_reserved");
  const uint32_t calls_max = model.limits.calls_max;
  if (reserved.read(model.emergency.calls_reserved) && model.emergency.calls_reserved >= calls_max)
    reserved.refuse("must be below limits.calls_max, " + std::to_string(calls_max));
  section.at("source_rate").read(model.emergency.source_rate);
  section.at("unknown_rate").read(model.emergency.unknown_rate);
}

}  // namespace sbc::config
