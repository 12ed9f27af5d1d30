// Expression: one regular expression, compiled for itself; it confirms what a literal has found.
//
// Hyperscan's syntax (PCRE's without look-around and back-references), over bytes; a dot is any byte, also a
// line end. Immutable and shared by all threads; each brings a Scratch of its own. found() allocates nothing,
// and its time grows with the bytes alone: there is no backtracking.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "dataplane/match/scratch.h"

namespace sbc::match {

class Expression {
 public:
  static constexpr size_t text_bytes_max = 512;
  static constexpr size_t bytes_max = 1 << 20;  // compiled

  /// Null on failure, with the reason, in Hyperscan's words where it has some. Refuses what matches no bytes
  /// at all, as it would match everywhere.
  static std::shared_ptr<const Expression> compile(const std::string& text, bool caseless, std::string& error,
                                                   size_t bytes_at_most = bytes_max);
  ~Expression();
  Expression(const Expression&) = delete;
  Expression& operator=(const Expression&) = delete;

  size_t bytes() const;
  const Compiled& compiled() const { return *compiled_; }

 private:
  explicit Expression(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

/// Does it match anywhere in `bytes`? The scratch must fit.
bool found(const Expression& expression, Scratch& scratch, std::string_view bytes);

}  // namespace sbc::match
