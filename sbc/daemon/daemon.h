// Daemon: the life of the process: start, serve, reload, drain, stop. Runs on the main thread, which is the
// control thread.
#pragma once

#include <memory>
#include <string>

#include "sbc/snapshot/snapshot_builder.h"

namespace sbc::daemon {

/// `builder` has loaded `path` once. Returns the exit status, after SIGTERM or SIGINT or when starting
/// failed.
int run(const std::string& path, std::unique_ptr<snapshot::SnapshotBuilder> builder);

}  // namespace sbc::daemon
