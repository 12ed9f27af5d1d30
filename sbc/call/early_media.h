// Early media as its callee authorises it (RFC 5009): what a response says of it. Pure functions.
#pragma once

#include <cstdint>
#include <optional>

#include "dataplane/sip/message.h"

namespace sbc::call {

/// The caller is one who looks at what authorises it.
bool asks_for_early_media(const sip::Message& invite);
/// The media sections, a bit each, whose media from the callee the caller may have before there is an answer;
/// nullopt where the response says nothing of that.
std::optional<uint16_t> authorised_early_media(const sip::Message& response);

}  // namespace sbc::call
