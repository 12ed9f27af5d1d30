// Finder: the findings of one scan: which rules match, which wait for their regular expression, what follows.
//
// Lives on the stack for the length of one scan; no allocation. Its bounds hold whatever a message makes
// match: an expression runs once for each span that its literal was found in, at most `waiting_max` spans
// wait, and one message has `confirm_bytes_max` bytes looked at. Beyond these a literal counts as confirmed,
// so that nobody slips through. Honest messages do not get there, unless hundreds of rules have an expression
// behind a literal that every message holds; the signature file's reader is told so.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "dataplane/match/scratch.h"
#include "policy/signatures/layout.h"
#include "policy/signatures/signatures.h"
#include "policy/signatures/unescaped.h"

namespace sbc::policy {

class Finder {
 public:
  static constexpr size_t waiting_max = 512;
  static constexpr size_t confirm_bytes_max = 256 * 1024;

  /// All must outlive this; `verdict` is a fresh one.
  Finder(const std::vector<Signature>& signatures, std::string_view message, SignatureVerdict& verdict)
      : signatures_(signatures), message_(message), verdict_(verdict) {}

  /// Made when it is first asked for: most messages match nothing.
  Layout& layout();
  /// The pattern of the signature at `index` ends before `end` in the message.
  void on_raw(uint32_t index, size_t end);
  /// The same in what was unescaped of it.
  void on_unescaped(const Unescaped& unescaped, uint32_t index, size_t end);
  /// Runs the expressions that wait. Between scans: it uses their scratch.
  void confirm(match::Scratch& scratch);
  /// A literal was found whose signature has an expression.
  bool met_expression() const { return met_expression_; }
  /// A match was found that drops the message.
  bool drops() const { return lowest(Action::drop) != nullptr; }
  /// Once everything is found.
  void decide(uint32_t score_max);

 private:
  struct Waiting {
    const char* begin;
    uint32_t size;
    uint32_t index;
  };
  bool is_taken(uint32_t index) const;
  void take(uint32_t index);
  void take_or_wait(uint32_t index, std::string_view span);
  bool may_look_at(size_t bytes);
  const Signature* lowest(Action action) const { return lowest_[size_t(action)]; }

  const std::vector<Signature>& signatures_;
  std::string_view message_;
  SignatureVerdict& verdict_;
  std::optional<Layout> layout_;
  std::array<const Signature*, 4> lowest_{};  // of each action's matches the one with the lowest id
  std::array<Waiting, waiting_max> waiting_;  // NOLINT: filled as far as waiting_count_ says
  size_t waiting_count_ = 0;
  bool met_expression_ = false;
  size_t bytes_left_ = confirm_bytes_max;
};

}  // namespace sbc::policy
