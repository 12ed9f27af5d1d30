// ResponseRules: what a caller is told of a trunk's failure. Pure.
#pragma once

#include <cstdint>

#include "config/model/model.h"

namespace sbc::policy {

/// The first of the trunk's rules that a response with this status and Q.850 cause (0 = it names none) fits;
/// null: none.
const config::ResponseRule* response_rule(const config::Trunk& trunk, int status, uint16_t cause);

}  // namespace sbc::policy
