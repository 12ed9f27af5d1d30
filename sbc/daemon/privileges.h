// Privileges: what the process gives up once its ports are up.
#pragma once

#include <string>

namespace sbc::daemon {

/// Before any other thread starts, so that all inherit it: nothing that this process might execute gets more
/// than it, and no capability comes back. Takes nothing away. False, with the reason, when the kernel
/// refuses.
bool forbid_new_privileges(std::string& error);

/// Takes every capability from the calling thread except those that closing its ports will need
/// (`keep_network`: CAP_NET_ADMIN and CAP_NET_RAW, for devices that the driver must detach). Capabilities
/// belong to threads: each thread calls this for itself. False, with the reason, when the kernel refuses.
bool drop_privileges(bool keep_network, std::string& error);

}  // namespace sbc::daemon
