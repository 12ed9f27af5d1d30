#include "policy/signatures/signatures.h"

#include <algorithm>
#include <utility>

#include "config/types/check.h"
#include "policy/signatures/finder.h"
#include "policy/signatures/unescaped.h"

namespace sbc::policy {
namespace {

void scan_raw(const match::Database& database, match::Scratch& scratch, std::string_view message,
              Finder& finder) {
  match::scan(
      database, scratch, message,
      [](void* at, uint32_t index, uint64_t end) {
        static_cast<Finder*>(at)->on_raw(index, size_t(end));
        return false;
      },
      &finder);
  finder.confirm(scratch);
}

void scan_unescaped(const match::Database& database, match::Scratch& scratch, std::string_view message,
                    Finder& finder) {
  Unescaped unescaped(message, finder.layout());
  struct Context {
    Finder& finder;
    const Unescaped& unescaped;
  } context{finder, unescaped};
  match::scan(
      database, scratch, unescaped.bytes(),
      [](void* at, uint32_t index, uint64_t end) {
        auto* both = static_cast<Context*>(at);
        both->finder.on_unescaped(both->unescaped, index, size_t(end));
        return false;
      },
      &context);
  finder.confirm(scratch);
}

}  // namespace

SignatureSet::SignatureSet(std::vector<Signature> signatures, std::shared_ptr<const match::Database> database,
                           uint32_t score_max)
    : signatures_(std::make_shared<const std::vector<Signature>>(std::move(signatures))),
      pairs_(std::make_shared<const BytePairs>(*signatures_)),
      database_(std::move(database)),
      score_max_(score_max) {
  SBC_CHECK(signatures_->empty() == (database_ == nullptr));
}

SignatureVerdict SignatureSet::scan(match::Scratch& scratch, std::string_view message, Hiding hiding) const {
  SignatureVerdict verdict;
  if (!database_) return verdict;
  Finder finder(*signatures_, message, verdict);
  scan_raw(*database_, scratch, message, finder);
  // What is dropped already need not be looked at again. An expression may match what is unescaped beside a
  // literal that holds no escape.
  const bool hides = hiding.percent_signs || hiding.backslashes || hiding.folds;
  if (hides && !finder.drops() && (finder.met_expression() || !shows_all(message, hiding)))
    scan_unescaped(*database_, scratch, message, finder);
  finder.decide(score_max_);
  return verdict;
}

/// Where one kind of hiding may stand beside another, the pairs do not tell.
bool SignatureSet::shows_all(std::string_view message, Hiding hiding) const {
  if (hiding.backslashes || (hiding.folds && hiding.percent_signs)) return false;
  if (hiding.folds) return !pairs_->may_occur_unfolded(message);
  return !pairs_->may_occur_unescaped(message);
}

bool SignatureSet::fit(match::Scratch& scratch) const {
  if (!database_) return true;
  return scratch.fit(*database_) &&
         std::all_of(signatures_->begin(), signatures_->end(), [&](const Signature& signature) {
           return !signature.regex || scratch.fit(*signature.regex);
         });
}

}  // namespace sbc::policy
