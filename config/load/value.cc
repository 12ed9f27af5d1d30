#include "config/load/value.h"

#include <algorithm>
#include <charconv>

#include "config/load/nearest.h"
#include "config/load/ranges.h"

namespace sbc::config {
namespace {

/// Where the parser has none for it, as for the key of "{*alias, a: b}", the line of what holds it.
int line_of(const YAML::Node& node, int holder) {
  const int line = node.Mark().line;
  return line < 0 ? holder : line + 1;
}

}  // namespace

std::string shown(std::string_view text) {
  constexpr size_t longest = 80;
  std::string result;
  for (char c : text.substr(0, longest)) result += uint8_t(c) < 0x20 || c == 0x7f ? '?' : c;
  return text.size() > longest ? result + "…" : result;
}

Value::Value(Findings& findings, YAML::Node node, std::string key, std::string rule, int line)
    : findings_(&findings),
      node_(std::move(node)),
      key_(std::move(key)),
      rule_(std::move(rule)),
      line_(line) {}

std::string Value::text() const {
  return node_.IsDefined() && node_.IsScalar() ? node_.Scalar() : std::string();
}

Value Value::part(std::string_view text) const {
  return {*findings_, YAML::Node(std::string(text)), key_, rule_, line_};
}

bool Value::sound(std::string_view key) const {
  return std::none_of(findings_->problems.begin(), findings_->problems.end(), [&](const Problem& problem) {
    std::string_view text = problem.text;
    return text.starts_with(key) && text.substr(key.size()).find_first_of(".:[") == 0;
  });
}

void Value::refuse(std::string_view allowed) const {
  if (node_.IsDefined() && node_.IsScalar()) return refuse(text(), allowed);
  const char* found = !given() ? "empty" : node_.IsMap() ? "a map" : "a list";
  const std::string& key = key_.empty() ? findings_->file : key_;
  findings_->problems.push_back({where(), key + ": " + found + " – " + std::string(allowed)});
}

void Value::refuse(std::string_view found, std::string_view allowed) const {
  const std::string& key = key_.empty() ? findings_->file : key_;
  findings_->problems.push_back({where(), complaint(key, found, allowed)});
}

void Value::missing(std::string_view needs) const {
  findings_->problems.push_back({where(), key_ + ": missing – " + std::string(needs)});
}

bool Value::is_scalar() const {
  if (!given()) {
    if (node_.IsDefined()) refuse("write a value, or leave the key out for its default");
    return false;
  }
  if (node_.IsScalar()) return true;
  refuse("must be a single value");
  return false;
}

bool Value::read(std::string& into) const {
  if (!is_scalar()) return false;
  into = node_.Scalar();
  return true;
}

bool Value::read(bool& into) const { return read(into, {{"true", true}, {"false", false}}); }

bool Value::read(Duration& into) const {
  if (!is_scalar()) return false;
  const Range& range = range_of(rule_);
  auto duration = parse_duration(text());
  if (duration && range.holds(duration->count())) {
    into = *duration;
    return true;
  }
  refuse("must be " + range.text() + ", a number with one of the units us, ms, s, min, h, d, as in 30s");
  return false;
}

bool Value::read(Rate& into) const {
  if (!is_scalar()) return false;
  if (text() == "unlimited") {
    into = Rate{};
    return true;
  }
  const Range& range = range_of(rule_);
  auto rate = Rate::parse(text());
  if (rate && range.holds(rate->events) && (rate->burst == 0 || range.holds(rate->burst))) {
    into = *rate;
    return true;
  }
  refuse("must be " + range.text() + ", as in 50/s or 50/s burst 200, or unlimited");
  return false;
}

bool Value::read_number(int64_t& into) const {
  if (!is_scalar()) return false;
  const Range& range = range_of(rule_);
  const std::string& written = node_.Scalar();
  int64_t value = 0;
  auto [end, error] = std::from_chars(written.data(), written.data() + written.size(), value);
  if (error == std::errc{} && end == written.data() + written.size() && range.holds(value)) {
    into = value;
    return true;
  }
  refuse("must be a whole number, " + range.text());
  return false;
}

std::optional<size_t> Value::read_choice(const std::vector<std::string>& names) const {
  if (!is_scalar()) return std::nullopt;
  auto found = std::find(names.begin(), names.end(), node_.Scalar());
  if (found != names.end()) return size_t(found - names.begin());
  refuse("must be one of: " + join(names));
  return std::nullopt;
}

std::vector<Value> Value::items() const {
  std::vector<Value> result;
  if (!given()) return result;
  if (node_.IsMap()) {
    refuse("must be a list");
  } else if (node_.IsScalar()) {
    result.push_back(*this);
  } else {
    for (const auto& item : node_) result.emplace_back(*findings_, item, key_, rule_, line_of(item, line_));
  }
  return result;
}

std::vector<Value> Value::entries() const {
  std::vector<Value> result;
  if (!given()) return result;
  if (!node_.IsSequence()) {
    refuse("must be a list, each entry beginning with '-'");
    return result;
  }
  for (const auto& item : node_) {
    YAML::Node name = item.IsMap() ? item["name"] : YAML::Node(YAML::NodeType::Undefined);
    std::string label =
        name.IsDefined() && name.IsScalar() ? shown(name.Scalar()) : "#" + std::to_string(result.size() + 1);
    std::string key = key_ + "[" + label + "]";
    findings_->places.emplace(key, Location{findings_->file, line_of(item, line_)});
    result.emplace_back(*findings_, item, key, rule_, line_of(item, line_));
  }
  return result;
}

Section::Section(const Value& value) : value_(value) {
  if (value_.given() && !value_.node_.IsMap()) {
    value_.refuse("must be a section of 'key: value' lines");
    value_.node_ = YAML::Node();
  }
}

Value Section::at(const std::string& name) {
  known_.push_back(name);
  std::string dot = value_.key_.empty() ? "" : ".";
  std::string key = value_.key_ + dot + name;
  std::string rule = value_.rule_ + dot + name;
  if (value_.given()) {
    for (const auto& pair : value_.node_) {
      if (!pair.first.IsScalar() || pair.first.Scalar() != name) continue;
      int line = line_of(pair.first, value_.line_);
      value_.findings_->places.emplace(key, Location{value_.findings_->file, line});
      return Value(*value_.findings_, pair.second, key, rule, line);
    }
  }
  return Value(*value_.findings_, YAML::Node(YAML::NodeType::Undefined), key, rule, value_.line_);
}

Section::~Section() {
  if (!value_.given()) return;
  std::vector<std::string> seen;
  for (const auto& pair : value_.node_) {
    std::string name = pair.first.IsScalar() ? pair.first.Scalar() : "";
    Value written(*value_.findings_, pair.first, value_.key_.empty() ? name : value_.key_ + "." + name, "",
                  line_of(pair.first, value_.line_));
    if (std::find(known_.begin(), known_.end(), name) == known_.end()) {
      written.refuse(name, "unknown key; " + suggestion(name, known_, "known here"));
    } else if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
      written.refuse(name, "this key stands twice in its section");
    }
    seen.push_back(name);
  }
}

}  // namespace sbc::config
