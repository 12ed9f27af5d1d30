// Translation: the number that a call goes on with.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "config/model/model.h"

namespace sbc::policy {

/// The number after the route's strip and add, into `out`; false when it does not fit. Of a number shorter
/// than `strip` nothing is left to put behind `add`.
bool translate(const config::Route& route, std::string_view number, std::span<char> out, size_t& size);

}  // namespace sbc::policy
