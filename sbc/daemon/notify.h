// Service manager notification (sd_notify protocol), without libsystemd: one datagram to $NOTIFY_SOCKET.
#pragma once

#include <string_view>

namespace sbc::daemon {

/// "READY=1", "RELOADING=1", "STOPPING=1"; nothing happens where no service manager listens.
void notify_service_manager(std::string_view state);

}  // namespace sbc::daemon
