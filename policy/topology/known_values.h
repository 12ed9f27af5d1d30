// Known values: the whole grammar of the few header values that cross. A value that is not made of these
// words alone could spell anything. Pure functions, any thread.
#pragma once

#include <string_view>

namespace sbc::policy {

bool is_priority(std::string_view value);           // RFC 3261 20.26, RFC 7090
bool is_privacy(std::string_view word);             // of several; RFC 3323 4.2, RFC 3325 9.3, RFC 7044 10.1
bool is_early_media(std::string_view word);         // of several; RFC 5009 8
bool is_resource_priority(std::string_view value);  // RFC 4412 10, RFC 7135
bool is_accept_language(std::string_view value);    // RFC 3261 20.3; tags of language, script and region
/// RFC 7989 5: the two UUIDs, made to be the same on all legs. None that holds a network card's address (RFC
/// 9562 5.1, 5.2, 5.6).
bool is_session_id(std::string_view value);

bool is_refer_sub(std::string_view value);  // RFC 4488 4

bool is_diversion_reason(std::string_view value);   // RFC 5806 5.3
bool is_diversion_privacy(std::string_view value);  // RFC 5806 5.3
/// RFC 7044 5: "1.1.2", of History-Info.
bool is_history_index(std::string_view value);

bool is_subscription_reason(std::string_view value);  // RFC 6665 4.1.3

}  // namespace sbc::policy
