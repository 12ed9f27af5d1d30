// Database: literals compiled for one Hyperscan block-mode scan.
//
// Immutable and shared by all threads; each brings a Scratch of its own. Nothing allocates in scan().
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/match/ending.h"
#include "dataplane/match/scratch.h"

namespace sbc::match {

struct Literal {
  std::string_view bytes;  // any bytes, also NUL; not empty
  bool caseless = false;
};

class Database {
 public:
  /// 10,000 literals of 256 bytes take 4 MiB.
  static constexpr size_t bytes_max = 64 << 20;

  /// Null on failure, with the reason and the index of the offending literal (-1: none in particular).
  static std::shared_ptr<const Database> compile(std::span<const Literal> literals, std::string& error,
                                                 int& index, size_t bytes_at_most = bytes_max);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  size_t bytes() const;
  const Compiled& compiled() const { return *compiled_; }
  std::span<const Ending> endings() const { return endings_; }  // by index; empty where nothing is cut

 private:
  Database(std::unique_ptr<Compiled> compiled, std::vector<Ending> endings);
  std::unique_ptr<Compiled> compiled_;
  std::vector<Ending> endings_;
};

/// Calls `on_match(context, index of the literal, offset just behind the match)` for each match; it returns
/// true to stop, and may not scan with the same scratch. Each literal may be reported several times. The
/// scratch must fit.
using OnMatch = bool (*)(void* context, uint32_t literal, uint64_t end);
void scan(const Database& database, Scratch& scratch, std::string_view bytes, OnMatch on_match,
          void* context);

}  // namespace sbc::match
