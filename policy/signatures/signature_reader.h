// Signature reader: from one entry of a signature file to a Signature; what does not fit is refused with its
// key and line.
#pragma once

#include <string>
#include <string_view>

#include "config/load/value.h"
#include "policy/signatures/signature.h"

namespace sbc::policy {

Signature read_signature(const config::Value& entry);
void read_score_max(const config::Value& value, uint32_t& score_max);

/// Resolves \xHH, \\, \r and \n; false when a backslash begins anything else.
bool unescape_pattern(std::string_view written, std::string& bytes);

}  // namespace sbc::policy
