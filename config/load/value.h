// Value and Section: the YAML tree as the readers walk it. Each value knows its key and line, refuses what
// does not fit with a problem, and leaves the default alone where the operator wrote nothing. No yaml-cpp
// exception leaves.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "config/load/load.h"

namespace sbc::config {

/// What one load collects.
struct Findings {
  std::string file;
  Problems problems;
  Places places;
};

/// For messages: control bytes made visible, and cut where nobody reads on.
std::string shown(std::string_view text);

class Section;

class Value {
 public:
  /// `key` as people read it ("realms[access].vlan"), `rule` without the names ("realms.vlan").
  Value(Findings& findings, YAML::Node node, std::string key, std::string rule, int line);

  /// Something was written: neither absent nor empty.
  bool given() const { return node_.IsDefined() && !node_.IsNull(); }
  const std::string& key() const { return key_; }
  Location where() const { return {findings_->file, line_}; }
  /// The scalar as written; empty where it is none.
  std::string text() const;
  /// A piece of the scalar as a value under the same key.
  Value part(std::string_view text) const;

  /// No problem so far at `key` or below it: what depends on it may be checked.
  bool sound(std::string_view key) const;
  bool sound() const { return sound(key_); }

  /// Adds the problem "KEY: 'what is written' – allowed".
  void refuse(std::string_view allowed) const;
  /// The same about another text than the whole value.
  void refuse(std::string_view found, std::string_view allowed) const;
  /// Adds the problem "KEY: missing – what it needs".
  void missing(std::string_view needs) const;

  // Each takes a given value into its argument where it fits and is in range, and refuses it where not.
  // All leave the argument alone when nothing is given; the result is whether something was taken.
  bool read(std::string& into) const;
  bool read(bool& into) const;
  bool read(Duration& into) const;
  bool read(Rate& into) const;
  template <class Number>
  requires std::is_integral_v<Number>
  bool read(Number& into) const {
    int64_t value = 0;
    if (!read_number(value)) return false;
    into = Number(value);
    return true;
  }
  template <class Enum>
  bool read(Enum& into, std::initializer_list<std::pair<std::string_view, Enum>> choices) const {
    std::vector<std::string> names;
    for (const auto& [name, value] : choices) names.emplace_back(name);
    std::optional<size_t> index = read_choice(names);
    if (index) into = (choices.begin() + *index)->second;
    return index.has_value();
  }

  /// The items of a list; a single scalar is a list of one. Refuses maps.
  std::vector<Value> items() const;
  /// The items of a list of sections. Each is named by its `name` or, without one, by its place:
  /// "realms[#2]".
  std::vector<Value> entries() const;

 private:
  friend class Section;
  bool read_number(int64_t& into) const;
  std::optional<size_t> read_choice(const std::vector<std::string>& names) const;
  /// True for a given scalar; refuses lists and maps.
  bool is_scalar() const;

  Findings* findings_;
  YAML::Node node_;
  std::string key_, rule_;
  int line_;
};

/// A map. When it goes out of scope it refuses the keys that nobody asked for, and those written twice.
class Section {
 public:
  /// `value` not given is an empty section.
  explicit Section(const Value& value);
  ~Section();
  Section(const Section&) = delete;
  Section& operator=(const Section&) = delete;

  Value at(const std::string& name);

 private:
  Value value_;
  std::vector<std::string> known_;
};

}  // namespace sbc::config
