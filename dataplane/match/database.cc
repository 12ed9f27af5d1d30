#include "dataplane/match/database.h"

#include <algorithm>
#include <utility>

#include "config/types/check.h"
#include "dataplane/match/hyperscan.h"

namespace sbc::match {

namespace {

/// Hyperscan's arguments: parallel arrays.
struct Arrays {
  std::vector<const char*> bytes;
  std::vector<size_t> sizes;
  std::vector<unsigned> flags;
  std::vector<unsigned> ids;

  Arrays(std::span<const Literal> literals, std::span<const Ending> endings) {
    for (const Literal& literal : literals) {
      bytes.push_back(literal.bytes.data());
      sizes.push_back(literal.bytes.size() - endings[ids.size()].size);
      flags.push_back(literal.caseless ? HS_FLAG_CASELESS : 0u);
      ids.push_back(unsigned(ids.size()));
    }
  }
};

int first_empty(std::span<const Literal> literals) {
  for (size_t i = 0; i < literals.size(); ++i)
    if (literals[i].bytes.empty()) return int(i);
  return -1;
}

struct Listener {
  OnMatch on_match;
  void* context;
  std::span<const Ending> endings;
  std::string_view bytes;
};

int on_hyperscan_match(unsigned id, unsigned long long, unsigned long long to, unsigned, void* context) {
  auto* listener = static_cast<Listener*>(context);
  if (!listener->endings.empty()) [[unlikely]] {
    const Ending& ending = listener->endings[id];
    if (!ending.follows(listener->bytes, to)) return 0;
    to += ending.size;
  }
  return listener->on_match(listener->context, id, to) ? 1 : 0;
}

}  // namespace

Database::Database(std::unique_ptr<Compiled> compiled, std::vector<Ending> endings)
    : compiled_(std::move(compiled)), endings_(std::move(endings)) {}
Database::~Database() = default;

std::shared_ptr<const Database> Database::compile(std::span<const Literal> literals, std::string& error,
                                                  int& index, size_t bytes_at_most) {
  index = -1;
  if (literals.empty()) {
    error = "nothing to compile";
    return nullptr;
  }
  if (index = first_empty(literals); index >= 0) {
    error = "an empty literal matches nothing";
    return nullptr;
  }
  std::vector<Ending> endings;
  for (const Literal& literal : literals) endings.push_back(ending_of(literal.bytes, literal.caseless));
  const Arrays arrays(literals, endings);
  auto compiled = std::make_unique<Compiled>();
  hs_compile_error_t* failure = nullptr;
  if (hs_compile_lit_multi(arrays.bytes.data(), arrays.flags.data(), arrays.ids.data(), arrays.sizes.data(),
                           unsigned(literals.size()), HS_MODE_BLOCK, nullptr, &compiled->handle,
                           &failure) != HS_SUCCESS) {
    index = failure->expression;
    error = take_text(failure);
    return nullptr;
  }
  if (error = size_error(*compiled, bytes_at_most); !error.empty()) return nullptr;
  if (std::ranges::all_of(endings, [](const Ending& ending) { return ending.size == 0; })) endings.clear();
  return std::shared_ptr<const Database>(new Database(std::move(compiled), std::move(endings)));
}

size_t Database::bytes() const { return compiled_->bytes(); }

void scan(const Database& database, Scratch& scratch, std::string_view bytes, OnMatch on_match,
          void* context) {
  if (bytes.empty()) return;
  Listener listener{on_match, context, database.endings(), bytes};
  hs_error_t result = hs_scan(database.compiled().handle, bytes.data(), unsigned(bytes.size()), 0,
                              scratch.impl().handle, on_hyperscan_match, &listener);
  SBC_CHECK(result == HS_SUCCESS ||
            result == HS_SCAN_TERMINATED);  // anything else: the scratch was not fitted
}

}  // namespace sbc::match
