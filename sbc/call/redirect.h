// Redirections: what a 3xx says, and how one is told to a caller.
#pragma once

#include "config/types/address.h"
#include "dataplane/sip/message.h"
#include "dataplane/sip/writer.h"

namespace sbc::call {

inline constexpr int moved_permanently = 301, moved_temporarily = 302;

/// Of the 3xx, those that a caller is told.
constexpr bool is_redirection(int status) {
  return status == moved_permanently || status == moved_temporarily;
}

/// The Contact of a trunk's 3xx as our own tells it: its number at our address. Nothing where it has none.
void write_passed_redirection(sip::Writer& out, const sip::Message& response, const Endpoint& ours);

}  // namespace sbc::call
