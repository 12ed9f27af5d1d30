#include "policy/signatures/signature_reader.h"

#include <charconv>

#include "dataplane/sip/characters.h"
#include "policy/signatures/hex.h"
#include "policy/signatures/signature_file.h"

namespace sbc::policy {
namespace {

using config::Section;
using config::Value;

bool parse_whole(std::string_view text, uint32_t min, uint32_t max, uint32_t& number) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && number >= min && number <= max;
}

/// The number behind `word`, as in "score 20".
bool parse_behind(std::string_view word, std::string_view text, uint32_t min, uint32_t max,
                  uint16_t& number) {
  uint32_t value = 0;
  if (!text.starts_with(word) || !parse_whole(text.substr(word.size()), min, max, value)) return false;
  number = uint16_t(value);
  return true;
}

void read_whole(const Value& value, uint32_t max, uint32_t& number) {
  std::string text;
  uint32_t read = 0;
  if (!value.given() || !value.read(text)) return;
  if (!parse_whole(text, 1, max, read))
    return value.refuse("must be a whole number, 1.." + std::to_string(max));
  number = read;
}

bool is_header_name(std::string_view name) { return !name.empty() && sip::all(name, sip::class_token); }

void read_id(const Value& entry, const Value& value, Signature& signature) {
  if (!value.given()) return entry.missing("a signature needs an id of its own");
  read_whole(value, ~0u, signature.id);
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
  std::string text;
  if (!value.given() || !value.read(text)) return;
  if (text == "drop") {
    signature.action = Action::drop;
  } else if (text == "log") {
    signature.action = Action::log;
  } else if (parse_behind("reject ", text, 400, 699, signature.status)) {
    signature.action = Action::reject;
  } else if (parse_behind("score ", text, 1, score_most, signature.score)) {
    signature.action = Action::score;
  } else {
    value.refuse(
        "must be drop, log, reject with a status of 400..699, as in reject 403, or score with 1..1000, "
        "as in score 20");
  }
}

/// Behind `caseless`, which is the expression's, too.
void read_regex(const Value& value, Signature& signature) {
  std::string text, error;
  if (!value.given() || !value.read(text)) return;
  signature.regex = match::Expression::compile(text, signature.caseless, error);
  if (!signature.regex) value.refuse(error);
}

}  // namespace

Signature read_signature(const Value& entry) {
  Section section(entry);
  Signature signature;
  signature.place = entry.where();
  read_id(entry, section.at("id"), signature);
  read_message(entry, section.at("message"), signature);
  read_pattern(entry, section.at("pattern"), signature);
  if (Value caseless = section.at("caseless"); caseless.given()) caseless.read(signature.caseless);
  read_regex(section.at("regex"), signature);
  read_where(section.at("where"), signature);
  read_action(section.at("action"), signature);
  return signature;
}

void read_score_max(const Value& value, uint32_t& score_max) { read_whole(value, score_max_most, score_max); }

bool unescape_pattern(std::string_view written, std::string& bytes) {
  bytes.clear();
  for (size_t i = 0; i < written.size(); ++i) {
    if (written[i] != '\\') {
      bytes += written[i];
      continue;
    }
    char kind = ++i < written.size() ? written[i] : '\0';
    std::optional<char> byte = kind == 'x' ? hex_byte(written.substr(i + 1)) : std::nullopt;
    if (kind == '\\') {
      bytes += '\\';
    } else if (kind == 'r') {
      bytes += '\r';
    } else if (kind == 'n') {
      bytes += '\n';
    } else if (byte) {
      bytes += *byte;
      i += 2;
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace sbc::policy
