// Option tags (RFC 3261 19.2): which extensions a message supports or requires. Pure functions.
#pragma once

#include <string_view>

#include "dataplane/sip/message.h"

namespace sbc::call {

inline constexpr std::string_view timer_tag = "timer";        // RFC 4028
inline constexpr std::string_view reliable_tag = "100rel";    // RFC 3262
inline constexpr std::string_view replaces_tag = "replaces";  // RFC 3891
inline constexpr std::string_view known_options = "100rel, replaces, timer";

/// Supported or Require, as `id` says, has the tag.
bool has_option(const sip::Message& message, sip::Header id, std::string_view tag);
/// We have the extension that a request of this method requires.
bool knows_option(std::string_view tag, sip::Method method);
/// The same of all that it requires.
bool knows_required(const sip::Message& request);

}  // namespace sbc::call
