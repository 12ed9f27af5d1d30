#include "policy/header_rules/pattern.h"

#include "dataplane/sip/text.h"

namespace sbc::policy {
namespace {

bool begins_with(std::string_view text, std::string_view beginning) {
  return text.size() >= beginning.size() &&
         sip::equal_ignoring_case(text.substr(0, beginning.size()), beginning);
}

size_t find(std::string_view text, std::string_view piece) {
  for (size_t at = 0; at + piece.size() <= text.size(); ++at) {
    if (begins_with(text.substr(at), piece)) return at;
  }
  return text.npos;
}

}  // namespace

std::optional<Pattern> Pattern::parse(std::string_view written, std::string& error) {
  Pattern pattern;
  if (written.size() > bytes_max) {
    error = "a pattern can be " + std::to_string(bytes_max) + " bytes long";
    return std::nullopt;
  }
  for (size_t i = 0; i < written.size(); ++i) {
    char c = written[i];
    if (c == '*') {
      if (pattern.captures() > 0 && pattern.pieces_.back().empty()) {
        error = "two stars side by side: nobody could tell where the first one ends";
        return std::nullopt;
      }
      pattern.pieces_.emplace_back();
      continue;
    }
    if (c == '\\') {
      c = ++i < written.size() ? written[i] : '\0';
      if (c != '*' && c != '\\') {
        error = "behind a backslash stands a star or another backslash";
        return std::nullopt;
      }
    }
    pattern.pieces_.back() += c;
  }
  if (pattern.captures() > captures_max) {
    error = "there can be " + std::to_string(captures_max) + " stars";
    return std::nullopt;
  }
  return pattern;
}

bool Pattern::match(std::string_view text, Captures& captures) const {
  const std::string& head = pieces_.front();
  if (!begins_with(text, head)) return false;
  text.remove_prefix(head.size());
  if (pieces_.size() == 1) return text.empty();
  const std::string& tail = pieces_.back();
  if (text.size() < tail.size() || !begins_with(text.substr(text.size() - tail.size()), tail)) return false;
  text.remove_suffix(tail.size());
  for (size_t i = 1; i + 1 < pieces_.size(); ++i) {
    size_t at = find(text, pieces_[i]);
    if (at == text.npos) return false;
    captures[i - 1] = text.substr(0, at);
    text.remove_prefix(at + pieces_[i].size());
  }
  captures[pieces_.size() - 2] = text;
  return true;
}

}  // namespace sbc::policy
