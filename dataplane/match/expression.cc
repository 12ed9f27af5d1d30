#include "dataplane/match/expression.h"

#include <cstdlib>
#include <utility>

#include "config/types/check.h"
#include "dataplane/match/hyperscan.h"

namespace sbc::match {
namespace {

/// What is wrong with it before it is compiled; empty when nothing is.
std::string refusal_of(const std::string& text, unsigned flags) {
  if (text.empty() || text.size() > Expression::text_bytes_max)
    return "must be 1.." + std::to_string(Expression::text_bytes_max) + " bytes long";
  if (text.find('\0') != text.npos) return "a NUL byte is written \\x00";
  hs_expr_info_t* info = nullptr;
  hs_compile_error_t* failure = nullptr;
  if (hs_expression_info(text.c_str(), flags, &info, &failure) != HS_SUCCESS) return take_text(failure);
  unsigned width = info->min_width;
  std::free(info);  // NOLINT: Hyperscan's default allocator
  return width == 0 ? "matches without a single byte, so everywhere" : "";
}

int on_hyperscan_match(unsigned, unsigned long long, unsigned long long, unsigned, void* context) {
  *static_cast<bool*>(context) = true;
  return 1;
}

}  // namespace

Expression::Expression(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Expression::~Expression() = default;

std::shared_ptr<const Expression> Expression::compile(const std::string& text, bool caseless,
                                                      std::string& error, size_t bytes_at_most) {
  unsigned flags = HS_FLAG_DOTALL | (caseless ? HS_FLAG_CASELESS : 0u);
  if (error = refusal_of(text, flags); !error.empty()) return nullptr;
  auto compiled = std::make_unique<Compiled>();
  hs_compile_error_t* failure = nullptr;
  if (hs_compile(text.c_str(), flags, HS_MODE_BLOCK, nullptr, &compiled->handle, &failure) != HS_SUCCESS) {
    error = take_text(failure);
    return nullptr;
  }
  if (error = size_error(*compiled, bytes_at_most); !error.empty()) return nullptr;
  return std::shared_ptr<const Expression>(new Expression(std::move(compiled)));
}

size_t Expression::bytes() const { return compiled_->bytes(); }

bool found(const Expression& expression, Scratch& scratch, std::string_view bytes) {
  if (bytes.empty()) return false;
  bool matched = false;
  hs_error_t result = hs_scan(expression.compiled().handle, bytes.data(), unsigned(bytes.size()), 0,
                              scratch.impl().handle, on_hyperscan_match, &matched);
  SBC_CHECK(result == HS_SUCCESS ||
            result == HS_SCAN_TERMINATED);  // anything else: the scratch was not fitted
  return matched;
}

}  // namespace sbc::match
