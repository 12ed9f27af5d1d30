// Load: a YAML file to a checked, complete Model, or to the list of everything that is wrong with it.
//
// Control side only. Never throws outward: an unreadable file and broken YAML are problems like any other.
// All problems are found in one go; one mistake is reported once, not again by what depends on it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "config/load/problem.h"
#include "config/model/model.h"

namespace sbc::config {

/// Where each key that the operator gave stands: "realms[access].media.ports" -> its line.
using Places = std::map<std::string, Location, std::less<>>;

/// Of the key, or of the nearest key around it that was given; {file, 0} when there is none.
Location place_of(const Places& places, std::string_view key);

struct LoadResult {
  std::shared_ptr<const Model> model;  // null when there are problems
  Problems problems;                   // in the order of their lines
  Places places;

  explicit operator bool() const { return model != nullptr; }
};

LoadResult load_file(const std::string& path);
/// `file_name` stands in the problems and in Model::file.
LoadResult load_text(std::string_view text, const std::string& file_name);

/// Model::signature_file as a path that can be opened: beside the configuration file unless it is absolute.
std::string signature_path(const Model& model);

}  // namespace sbc::config
