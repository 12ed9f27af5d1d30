#include "sbc/call/breadth.h"

#include <optional>

#include "dataplane/sip/text.h"
#include "dataplane/sip/values.h"

namespace sbc::call {
namespace {

/// nullopt: none that could be read (RFC 3261 8.2).
std::optional<uint32_t> breadth_of(const sip::Message& request) {
  if (!request.has(sip::Header::max_breadth)) return std::nullopt;
  return sip::parse_number(sip::trim(request.value(sip::Header::max_breadth)));
}

}  // namespace

bool is_breadth_exhausted(const sip::Message& request) { return breadth_of(request) == 0u; }

void write_breadth(sip::Writer& out, const sip::Message& request) {
  if (auto breadth = breadth_of(request)) out.header(sip::Header::max_breadth, uint64_t(*breadth));
}

}  // namespace sbc::call
