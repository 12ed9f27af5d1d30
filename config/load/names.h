// Names of list entries and references to them: the templates that readers.h declares.
#pragma once

#include <algorithm>

#include "config/load/nearest.h"
#include "config/load/value.h"

namespace sbc::config {

/// Refuses a text that is no name: names stand in keys, logs and metric labels.
bool check_name(const Value& value);

template <class Entry>
std::vector<std::string> names_of(const std::vector<Entry>& entries) {
  std::vector<std::string> names;
  for (const Entry& entry : entries) {
    if (!entry.name->empty()) names.push_back(*entry.name);
  }
  return names;
}

template <class Entry>
void read_name(const Value& entry, const Value& name, const std::vector<Entry>& others,
               Located<std::string>& into) {
  into.where = entry.where();
  if (!name.given()) return entry.missing("every entry needs a name");
  check_name(name);
  for (const Entry& other : others) {
    if (*other.name == name.text()) {
      return name.refuse("this name is already taken in line " + std::to_string(other.name.where.line));
    }
  }
  into = {name.text(), name.where()};
}

template <class Entry>
std::optional<size_t> read_reference(const Value& value, const std::vector<Entry>& entries,
                                     std::string_view what) {
  std::string name;
  if (!value.read(name)) return std::nullopt;
  auto found =
      std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return *entry.name == name; });
  if (found != entries.end() && !name.empty()) return size_t(found - entries.begin());
  value.refuse("there is no such name; " + suggestion(name, names_of(entries), what));
  return std::nullopt;
}

}  // namespace sbc::config
