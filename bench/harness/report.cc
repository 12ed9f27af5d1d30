#include "bench/harness/report.h"

#include <algorithm>
#include <cstdio>

namespace sbc::bench {
namespace {

/// Four significant digits, no exponent for what is below a million.
std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value >= 10000 ? "%.0f" : "%.4g", value);
  return text;
}

std::string escaped(std::string_view text) {
  std::string result;
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (uint8_t(c) >= 0x20) {
      result += c;
    } else {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", unsigned(uint8_t(c)));
      result += code;
    }
  }
  return result;
}

std::string padded(std::string text, size_t width) {
  text.resize(std::max(width, text.size() + 1), ' ');
  return text;
}

std::string goal_of(const Definition& definition) {
  return (definition.ratio == Ratio::ruler_to_ours ? ">= " : "<= ") + short_number(definition.goal);
}

std::string row(const Figure& figure) {
  std::string name = padded(std::string(figure.definition.name), 22);
  if (!figure.invalid.empty()) return name + "invalid: " + figure.invalid + '\n';
  bool alone = figure.definition.ratio == Ratio::ours_alone;
  std::string line = name + padded(short_number(figure.value) + std::string(figure.definition.unit), 9) +
                     padded(short_number(figure.spread[0]) + ".." + short_number(figure.spread[1]), 15) +
                     padded(goal_of(figure.definition), 9) + padded(figure.reached() ? "yes" : "no", 9) +
                     padded(short_number(figure.ours), 9) +
                     padded(alone ? "-" : short_number(figure.ruler), 9) + std::to_string(figure.pairs) +
                     '\n';
  for (const Beside& beside : figure.beside)
    line += padded("  " + std::string(beside.name), 22) + short_number(beside.value) + '\n';
  return line;
}

}  // namespace

std::string json_line(const Figure& figure) {
  std::string line = "{\"figure\":\"" + escaped(figure.definition.name) + "\",";
  if (!figure.invalid.empty()) return line + "\"invalid\":\"" + escaped(figure.invalid) + "\"}";
  bool alone = figure.definition.ratio == Ratio::ours_alone;
  line +=
      "\"value\":" + short_number(figure.value) + ",\"unit\":\"" + escaped(figure.definition.unit) + "\",";
  if (!alone)
    line += "\"ours\":" + short_number(figure.ours) + ",\"ruler\":" + short_number(figure.ruler) + ",";
  line += std::string(alone ? "\"slices\":" : "\"pairs\":") + std::to_string(figure.pairs) + ",\"spread\":[" +
          short_number(figure.spread[0]) + "," + short_number(figure.spread[1]) + "]";
  for (const Beside& beside : figure.beside)
    line += ",\"" + escaped(beside.name) + "\":" + short_number(beside.value);
  return line + "}";
}

std::string table(std::span<const Figure> figures, std::string_view item) {
  std::string text = padded("figure", 22) + padded("value", 9) + padded("middle 80 %", 15) +
                     padded("goal", 9) + padded("reached", 9) + padded("ours", 9) + padded("ruler", 9) +
                     "pairs (ours, ruler: " + std::string(item) + ")\n";
  for (const Figure& figure : figures) text += row(figure);
  return text;
}

int show(std::span<const Figure> figures, bool as_json, std::string_view item) {
  if (as_json) {
    for (const Figure& figure : figures) std::puts(json_line(figure).c_str());
  } else {
    std::fputs(table(figures, item).c_str(), stdout);
  }
  return std::any_of(figures.begin(), figures.end(),
                     [](const Figure& figure) { return !figure.invalid.empty(); });
}

}  // namespace sbc::bench
