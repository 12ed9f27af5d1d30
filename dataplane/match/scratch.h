// Scratch: the memory that one thread scans with. It fits any number of databases and expressions, one scan
// at a time.
#pragma once

#include <cstddef>
#include <memory>

namespace sbc::match {

class Database;
class Expression;
/// What Hyperscan made of a database or an expression.
struct Compiled;

class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(Scratch&&) noexcept;
  Scratch& operator=(Scratch&&) noexcept;
  /// Makes it fit one more (grows only); false when no memory is left. Allocates: to be done off the workers,
  /// before they adopt what it is to fit.
  bool fit(const Database& database);
  bool fit(const Expression& expression);
  size_t bytes() const;  // 0 before the first fit()

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  bool grow(const Compiled& compiled);

  std::unique_ptr<Impl> impl_;
};

}  // namespace sbc::match
