#include "bench/sip/ruler_hyperscan.h"

#include <cstdlib>
#include <vector>

#include <hs.h>

#include "config/types/check.h"

namespace sbc::bench {
namespace {

struct DatabaseFree {
  void operator()(hs_database_t* database) const { hs_free_database(database); }
};
struct ScratchFree {
  void operator()(hs_scratch_t* scratch) const { hs_free_scratch(scratch); }
};

int ignore(unsigned, unsigned long long, unsigned long long, unsigned, void*) { return 0; }
int add_one(unsigned, unsigned long long, unsigned long long, unsigned, void* count) {
  ++*static_cast<size_t*>(count);
  return 0;
}

size_t allocated = 0;
void* allocate(size_t bytes) {
  allocated += bytes;
  return std::malloc(bytes);
}

hs_database_t* compile(std::span<const Literal> literals) {
  std::vector<const char*> bytes;
  std::vector<size_t> sizes;
  std::vector<unsigned> flags, ids;
  for (const Literal& literal : literals) {
    bytes.push_back(literal.bytes.data());
    sizes.push_back(literal.bytes.size());
    flags.push_back(literal.caseless ? HS_FLAG_CASELESS : 0u);
    ids.push_back(unsigned(ids.size()));
  }
  hs_database_t* database = nullptr;
  hs_compile_error_t* failure = nullptr;
  hs_error_t result =
      hs_compile_lit_multi(bytes.data(), flags.data(), ids.data(), sizes.data(), unsigned(literals.size()),
                           HS_MODE_BLOCK, nullptr, &database, &failure);
  SBC_CHECK(result == HS_SUCCESS);
  return database;
}

}  // namespace

struct BareScan::State {
  std::unique_ptr<hs_database_t, DatabaseFree> database;
  std::unique_ptr<hs_scratch_t, ScratchFree> scratch;
};

BareScan::BareScan(std::span<const Literal> literals) : state_(new State) {
  state_->database.reset(compile(literals));
  hs_scratch_t* scratch = nullptr;
  SBC_CHECK(hs_alloc_scratch(state_->database.get(), &scratch) == HS_SUCCESS);
  state_->scratch.reset(scratch);
}
BareScan::~BareScan() = default;

void BareScan::scan(std::string_view bytes) const {
  hs_scan(state_->database.get(), bytes.data(), unsigned(bytes.size()), 0, state_->scratch.get(), ignore,
          nullptr);
}

size_t BareScan::count(std::string_view bytes) const {
  size_t matches = 0;
  hs_scan(state_->database.get(), bytes.data(), unsigned(bytes.size()), 0, state_->scratch.get(), add_one,
          &matches);
  return matches;
}

size_t database_bytes(const std::function<void()>& make) {
  allocated = 0;
  hs_set_database_allocator(allocate, std::free);
  make();
  hs_set_database_allocator(nullptr, nullptr);
  return allocated;
}

}  // namespace sbc::bench
