// Signatures: attack patterns and what to do on a match. One Hyperscan scan per message, before it is parsed;
// a second one over the unescaped start line and headers of those few whose escapes or folding might hide a
// pattern; and, where a literal asks for it, its regular expression over the span that it was found in.
//
// Immutable, shared by all workers; each brings its own scratch, which fit() has made fit. A copy shares what
// is compiled. scan() allocates nothing, and what it does beyond the scans is bounded; see finder.h.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/types/reason.h"
#include "dataplane/match/database.h"
#include "policy/signatures/byte_pairs.h"
#include "policy/signatures/hiding.h"
#include "policy/signatures/signature.h"

namespace sbc::policy {

/// What the rules say about one message.
struct SignatureVerdict {
  /// Distinct rules of one message that are recorded, and whose scores add up. More are not; a drop or a
  /// reject among them still counts.
  static constexpr size_t matches_max = 64;

  Reason reason = Reason::none;  // signature, signature_reject or signature_score; none: the message passes
  /// The rule that decided: the gravest action, then the lowest id. Null: no rule matches. Drop is graver
  /// than reject, reject than scores that add up to the most allowed, these than log, log than lower scores.
  const Signature* signature = nullptr;
  uint32_t score = 0;  // of all matching rules together
  /// Their places in SignatureSet::signatures(), in the order they were found.
  std::span<const uint32_t> matches() const { return {matches_.data(), matches_count_}; }

 private:
  friend class Finder;
  std::array<uint32_t, matches_max> matches_;  // NOLINT: filled as far as matches_count_ says
  uint32_t matches_count_ = 0;
};

class SignatureSet {
 public:
  static constexpr uint32_t score_max_default = 100;

  SignatureSet() = default;
  /// `database`: of the signatures' patterns, in their order; null where there are none.
  SignatureSet(std::vector<Signature> signatures, std::shared_ptr<const match::Database> database,
               uint32_t score_max = score_max_default);

  /// `hiding`: of the message's head, as far as the caller knows.
  SignatureVerdict scan(match::Scratch& scratch, std::string_view message,
                        Hiding hiding = {true, true, true}) const;
  /// Makes a scratch fit for scan(); false when no memory is left. Allocates.
  bool fit(match::Scratch& scratch) const;

  const std::vector<Signature>& signatures() const { return *signatures_; }
  const match::Database* database() const { return database_.get(); }
  /// A message whose scores reach it is dropped.
  uint32_t score_max() const { return score_max_; }

  /// Remembers what it was made of, so that the same is not compiled again.
  void remember_source(std::string source) {
    source_ = std::make_shared<const std::string>(std::move(source));
  }
  bool is_of(std::string_view source) const { return source_ && *source_ == source; }

 private:
  /// No pattern hides from a scan of the message as it stands.
  bool shows_all(std::string_view message, Hiding hiding) const;

  std::shared_ptr<const std::vector<Signature>> signatures_ =
      std::make_shared<const std::vector<Signature>>();
  std::shared_ptr<const BytePairs> pairs_;  // null where there are no signatures
  std::shared_ptr<const match::Database> database_;
  std::shared_ptr<const std::string> source_;
  uint32_t score_max_ = score_max_default;
};

}  // namespace sbc::policy
