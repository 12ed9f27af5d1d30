#include "policy/signatures/signature_file.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <unordered_map>

#include "config/load/value.h"
#include "dataplane/sip/characters.h"

namespace sbc::policy {
namespace {

using config::Findings;
using config::Section;
using config::Value;

constexpr size_t file_bytes_max = 16 << 20;

template <class Number>
bool parse_whole(std::string_view text, Number min, Number max, Number& number) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && number >= min && number <= max;
}

bool is_header_name(std::string_view name) { return !name.empty() && sip::all(name, sip::class_token); }

void read_id(const Value& entry, const Value& value, Signature& signature) {
  if (!value.given()) return entry.missing("a signature needs an id of its own");
  std::string text;
  if (!value.read(text)) return;
  if (!parse_whole<uint32_t>(text, 1, ~0u, signature.id))
    value.refuse("must be a whole number, 1..4294967295");
}

void read_message(const Value& entry, const Value& value, Signature& signature) {
  if (!value.given()) return entry.missing("a signature needs a message that says what a match means");
  value.read(signature.message);
}

void read_pattern(const Value& entry, const Value& value, Signature& signature) {
  if (!value.given()) return entry.missing("a signature needs a pattern, as in friendly-scanner");
  std::string written;
  if (!value.read(written)) return;
  if (!unescape_pattern(written, signature.pattern)) {
    value.refuse("behind a backslash stands xHH (two hexadecimal digits), r, n or another backslash");
  } else if (signature.pattern.size() < pattern_bytes_min || signature.pattern.size() > pattern_bytes_max) {
    value.refuse("must be 2..256 bytes long");
  }
}

void read_where(const Value& value, Signature& signature) {
  constexpr std::string_view header = "header ";
  std::string text;
  if (!value.given() || !value.read(text)) return;
  if (text == "anywhere") {
    signature.where = Where::anywhere;
  } else if (text == "start_line") {
    signature.where = Where::start_line;
  } else if (text == "body") {
    signature.where = Where::body;
  } else if (text.starts_with(header) && is_header_name(text.substr(header.size()))) {
    signature.where = Where::header;
    signature.header_name = text.substr(header.size());
    signature.header = sip::header_of(signature.header_name);
  } else {
    value.refuse("must be start_line, header NAME, body or anywhere");
  }
}

void read_action(const Value& value, Signature& signature) {
  constexpr std::string_view reject = "reject ";
  std::string text;
  if (!value.given() || !value.read(text)) return;
  if (text == "drop") {
    signature.action = Action::drop;
  } else if (text == "log") {
    signature.action = Action::log;
  } else if (text.starts_with(reject) && parse_whole<uint16_t>(std::string_view(text).substr(reject.size()),
                                                               400, 699, signature.status)) {
    signature.action = Action::reject;
  } else {
    value.refuse("must be drop, log or reject with a status of 400..699, as in reject 403");
  }
}

Signature read_signature(const Value& entry) {
  Section section(entry);
  Signature signature;
  signature.place = entry.where();
  read_id(entry, section.at("id"), signature);
  read_message(entry, section.at("message"), signature);
  read_pattern(entry, section.at("pattern"), signature);
  if (Value caseless = section.at("caseless"); caseless.given()) caseless.read(signature.caseless);
  read_where(section.at("where"), signature);
  read_action(section.at("action"), signature);
  return signature;
}

std::vector<Signature> read_signatures(const Value& root) {
  Section top(root);
  Value list = top.at("signatures");
  std::vector<Signature> signatures;
  if (!list.given()) {
    list.missing("a signature file is a list under the key signatures");
    return signatures;
  }
  std::vector<Value> entries = list.entries();
  if (entries.size() > signatures_max) {
    list.refuse("there can be " + std::to_string(signatures_max) + " signatures");
    return signatures;
  }
  std::unordered_map<uint32_t, int> lines;
  for (const Value& entry : entries) {
    Signature signature = read_signature(entry);
    auto [taken, added] = lines.emplace(signature.id, signature.place.line);
    if (signature.id != 0 && !added)
      entry.refuse(std::to_string(signature.id),
                   "this id is already taken in line " + std::to_string(taken->second));
    signatures.push_back(std::move(signature));
  }
  return signatures;
}

/// An empty list compiles to the empty set.
SignatureSet compile(std::vector<Signature> signatures, Findings& findings) {
  if (signatures.empty()) return {};
  std::vector<match::Literal> literals;
  for (const Signature& signature : signatures) literals.push_back({signature.pattern, signature.caseless});
  std::string error;
  int index = -1;
  auto database = match::Database::compile(literals, error, index);
  if (database) return SignatureSet(std::move(signatures), std::move(database));
  Location where = index >= 0 ? signatures[size_t(index)].place : Location{findings.file, 0};
  findings.problems.push_back({where, "signatures: cannot be compiled – " + error});
  return {};
}

SignatureFile failed(const std::string& file, int line, std::string text) {
  return {{}, {{{file, line}, std::move(text)}}};
}

int hex_value(char c) { return sip::is(c, sip::class_digit) ? c - '0' : sip::lower(c) - 'a' + 10; }

}  // namespace

bool unescape_pattern(std::string_view written, std::string& bytes) {
  bytes.clear();
  for (size_t i = 0; i < written.size(); ++i) {
    if (written[i] != '\\') {
      bytes += written[i];
      continue;
    }
    char kind = ++i < written.size() ? written[i] : '\0';
    std::string_view digits = written.substr(std::min(i + 1, written.size()), 2);
    if (kind == '\\') {
      bytes += '\\';
    } else if (kind == 'r') {
      bytes += '\r';
    } else if (kind == 'n') {
      bytes += '\n';
    } else if (kind == 'x' && digits.size() == 2 && sip::all(digits, sip::class_hex)) {
      bytes += char(hex_value(digits[0]) * 16 + hex_value(digits[1]));
      i += 2;
    } else {
      return false;
    }
  }
  return true;
}

SignatureFile load_signature_text(std::string_view text, const std::string& file_name) {
  Findings findings{file_name, {}, {}};
  std::vector<Signature> signatures;
  try {
    signatures = read_signatures(Value(findings, YAML::Load(std::string(text)), "", "", 1));
  } catch (const YAML::Exception& error) {
    return failed(file_name, error.mark.line + 1, "not readable as YAML – " + error.msg);
  }
  std::stable_sort(findings.problems.begin(), findings.problems.end(),
                   [](const auto& a, const auto& b) { return a.where.line < b.where.line; });
  SignatureSet set;
  if (findings.problems.empty()) set = compile(std::move(signatures), findings);
  return {std::move(set), std::move(findings.problems)};
}

SignatureFile load_signature_file(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error))
    return failed(path, 0,
                  "cannot be read – " + (error ? error.message() : std::string("not a regular file")));
  if (std::filesystem::file_size(path, error) > file_bytes_max || error)
    return failed(path, 0, "cannot be read – larger than 16 MiB");
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) return failed(path, 0, "cannot be read – no permission, or an error of the disk");
  return load_signature_text(text, path);
}

}  // namespace sbc::policy
