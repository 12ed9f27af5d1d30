// Database: literals compiled for one Hyperscan block-mode scan. The only folder that includes hs.h.
//
// A Database is immutable and shared by all threads; a Scratch belongs to one thread. Nothing allocates in
// scan().
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace sbc::match {

struct Literal {
  std::string_view bytes;  // any bytes, also NUL; not empty
  bool caseless = false;
};

class Database {
 public:
  /// Null on failure, with the reason and the index of the offending literal (-1: none in particular).
  static std::shared_ptr<const Database> compile(std::span<const Literal> literals, std::string& error,
                                                 int& index);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit Database(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(Scratch&&) noexcept;
  Scratch& operator=(Scratch&&) noexcept;
  /// Makes it fit `database` (grows only). Allocates: to be done off the workers, before they adopt the
  /// database.
  bool fit(const Database& database);

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// Calls `on_match(context, index of the literal, offset just behind the match)` for each match; it returns
/// true to stop. Each literal may be reported several times.
using OnMatch = bool (*)(void* context, uint32_t literal, uint64_t end);
void scan(const Database& database, Scratch& scratch, std::string_view bytes, OnMatch on_match,
          void* context);

}  // namespace sbc::match
