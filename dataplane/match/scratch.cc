#include "dataplane/match/scratch.h"

#include "dataplane/match/database.h"
#include "dataplane/match/expression.h"
#include "dataplane/match/hyperscan.h"

namespace sbc::match {

Scratch::Scratch() : impl_(std::make_unique<Impl>()) {}
Scratch::~Scratch() = default;
Scratch::Scratch(Scratch&&) noexcept = default;
Scratch& Scratch::operator=(Scratch&&) noexcept = default;

bool Scratch::fit(const Database& database) { return grow(database.compiled()); }
bool Scratch::fit(const Expression& expression) { return grow(expression.compiled()); }

bool Scratch::grow(const Compiled& compiled) {
  return hs_alloc_scratch(compiled.handle, &impl_->handle) == HS_SUCCESS;
}

size_t Scratch::bytes() const {
  size_t size = 0;
  return impl_->handle != nullptr && hs_scratch_size(impl_->handle, &size) == HS_SUCCESS ? size : 0;
}

}  // namespace sbc::match
