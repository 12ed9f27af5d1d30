#include "config/load/load.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "config/load/readers.h"

namespace sbc::config {
namespace {

constexpr size_t file_bytes_max = 16 << 20;

void read_model(const Value& root, Model& model) {
  Section top(root);
  read_workers(top.at("workers"), model.workers);
  read_memory(top.at("memory"), model.memory);
  read_ports(top.at("ports"), model);
  read_limits(top.at("limits"), model.limits);
  read_emergency(top.at("emergency"), model);
  read_realms(top.at("realms"), model);
  read_translations(top.at("translations"), model);
  read_trunks(top.at("trunks"), model);
  read_trunk_groups(top.at("trunk_groups"), model);
  read_routes(top.at("routes"), model);
  read_access(top.at("access"), model);
  read_header_rules(top.at("header_rules"), model);
  read_media_release(top.at("media_release"), model);
  read_timers(top.at("timers"), model.timers);
  read_resolver(top.at("resolver"), model.resolver);
  read_files(top, model);
}

LoadResult failed(const std::string& file, int line, std::string text) {
  return {nullptr, {{{file, line}, std::move(text)}}, {}};
}

}  // namespace

std::string complaint(std::string_view key, std::string_view found, std::string_view allowed) {
  return std::string(key) + ": '" + shown(found) + "' – " + std::string(allowed);
}

std::string problem_text(const Problem& problem) {
  std::string line = problem.where.line > 0 ? ":" + std::to_string(problem.where.line) : "";
  return problem.where.file + line + ": " + problem.text;
}

Location place_of(const Places& places, std::string_view key) {
  while (!key.empty()) {
    if (auto found = places.find(key); found != places.end()) return found->second;
    size_t cut = key.find_last_of(".[");
    key = cut == key.npos ? std::string_view() : key.substr(0, cut);
  }
  auto file = places.find("");
  return file == places.end() ? Location{} : file->second;
}

LoadResult load_text(std::string_view text, const std::string& file_name) {
  Findings findings{file_name, {}, {}};
  findings.places.emplace("", Location{file_name, 0});
  auto model = std::make_shared<Model>();
  model->file = {file_name, {file_name, 0}};
  try {
    read_model(Value(findings, YAML::Load(std::string(text)), "", "", 1), *model);
    if (findings.problems.empty()) check_whole(*model, findings);
  } catch (const YAML::Exception& error) {
    return failed(file_name, error.mark.line + 1, "not readable as YAML – " + error.msg);
  } catch (const std::exception& error) {
    return failed(file_name, 0, std::string("not readable – ") + error.what());
  }
  std::stable_sort(findings.problems.begin(), findings.problems.end(),
                   [](const Problem& a, const Problem& b) { return a.where.line < b.where.line; });
  auto same = [](const Problem& a, const Problem& b) {
    return a.where.line == b.where.line && a.text == b.text;
  };
  findings.problems.erase(std::unique(findings.problems.begin(), findings.problems.end(), same),
                          findings.problems.end());
  if (!findings.problems.empty()) model = nullptr;
  return {std::move(model), std::move(findings.problems), std::move(findings.places)};
}

LoadResult load_file(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return failed(path, 0,
                  error ? "cannot be read – " + error.message() : "cannot be read – not a regular file");
  }
  if (std::filesystem::file_size(path, error) > file_bytes_max || error) {
    return failed(path, 0, "cannot be read – larger than 16 MiB");
  }
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) return failed(path, 0, "cannot be read – no permission, or an error of the disk");
  return load_text(text, path);
}

std::string signature_path(const Model& model) {
  if (model.signature_file->empty()) return {};
  return (std::filesystem::path(*model.file).parent_path() / *model.signature_file).string();
}

}  // namespace sbc::config
