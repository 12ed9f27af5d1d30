#include "policy/signatures/signature_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <unordered_map>

#include "policy/signatures/signature_reader.h"

namespace sbc::policy {
namespace {

using config::Findings;
using config::Section;
using config::Value;

constexpr size_t file_bytes_max = 16 << 20;

struct Contents {
  std::vector<Signature> signatures;
  uint32_t score_max = SignatureSet::score_max_default;
};

/// Refuses entries that are sound for themselves but not beside those before them.
class Neighbours {
 public:
  explicit Neighbours(size_t regexes_bytes_at_most) : regexes_bytes_at_most_(regexes_bytes_at_most) {}
  void check(const Value& entry, const Signature& signature) {
    auto [taken, added] = lines_.emplace(signature.id, signature.place.line);
    if (signature.id != 0 && !added)
      entry.refuse(std::to_string(signature.id),
                   "this id is already taken in line " + std::to_string(taken->second));
    if (!signature.regex) return;
    if (++regexes_ == regexes_max + 1)
      entry.refuse("regex", "there can be " + std::to_string(regexes_max) + " regexes");
    size_t before = regexes_bytes_;
    regexes_bytes_ += signature.regex->bytes();
    if (before <= regexes_bytes_at_most_ && regexes_bytes_ > regexes_bytes_at_most_)
      entry.refuse("regex", "with this one all regexes together take more than " +
                                std::to_string(regexes_bytes_at_most_) + " bytes when compiled");
  }

 private:
  std::unordered_map<uint32_t, int> lines_;  // by id
  size_t regexes_ = 0;
  size_t regexes_bytes_ = 0;
  size_t regexes_bytes_at_most_;
};

Contents read_contents(const Value& root, size_t regexes_bytes_at_most) {
  Section top(root);
  Contents contents;
  read_score_max(top.at("score_max"), contents.score_max);
  Value list = top.at("signatures");
  if (!list.given()) {
    list.missing("a signature file is a list under the key signatures");
    return contents;
  }
  std::vector<Value> entries = list.entries();
  if (entries.size() > signatures_max) {
    list.refuse("there can be " + std::to_string(signatures_max) + " signatures");
    return contents;
  }
  Neighbours neighbours(regexes_bytes_at_most);
  for (const Value& entry : entries) {
    contents.signatures.push_back(read_signature(entry));
    neighbours.check(entry, contents.signatures.back());
  }
  return contents;
}

/// An empty list compiles to the empty set.
SignatureSet compile(Contents contents, Findings& findings) {
  std::vector<Signature>& signatures = contents.signatures;
  if (signatures.empty()) return {};
  std::vector<match::Literal> literals;
  for (const Signature& signature : signatures) literals.push_back({signature.pattern, signature.caseless});
  std::string error;
  int index = -1;
  auto database = match::Database::compile(literals, error, index);
  if (database) return SignatureSet(std::move(signatures), std::move(database), contents.score_max);
  Location where = index >= 0 ? signatures[size_t(index)].place : Location{findings.file, 0};
  findings.problems.push_back({where, "signatures: cannot be compiled – " + error});
  return {};
}

SignatureFile failed(const std::string& file, int line, std::string text) {
  return {{}, {{{file, line}, std::move(text)}}};
}

}  // namespace

SignatureFile load_signature_text(std::string_view text, const std::string& file_name,
                                  size_t regexes_bytes_at_most) {
  Findings findings{file_name, {}, {}};
  Contents contents;
  try {
    contents =
        read_contents(Value(findings, YAML::Load(std::string(text)), "", "", 1), regexes_bytes_at_most);
  } catch (const YAML::Exception& error) {
    return failed(file_name, error.mark.line + 1, "not readable as YAML – " + error.msg);
  }
  std::stable_sort(findings.problems.begin(), findings.problems.end(),
                   [](const auto& a, const auto& b) { return a.where.line < b.where.line; });
  SignatureSet set;
  if (findings.problems.empty()) set = compile(std::move(contents), findings);
  return {std::move(set), std::move(findings.problems)};
}

SignatureFile load_signature_file(const std::string& path, const SignatureSet& before) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error))
    return failed(path, 0,
                  "cannot be read – " + (error ? error.message() : std::string("not a regular file")));
  if (std::filesystem::file_size(path, error) > file_bytes_max || error)
    return failed(path, 0, "cannot be read – larger than 16 MiB");
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) return failed(path, 0, "cannot be read – no permission, or an error of the disk");
  std::string source = path + '\n' + text;
  if (before.is_of(source)) return {before, {}};
  SignatureFile loaded = load_signature_text(text, path);
  if (loaded.problems.empty()) loaded.set.remember_source(std::move(source));
  return loaded;
}

}  // namespace sbc::policy
