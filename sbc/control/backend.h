// Backend: what the control plane needs of the rest of the process. sbc/main.cc joins them; tests bring their
// own. Owned by the control thread, which alone calls it.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "policy/compiled/compiled.h"
#include "policy/limit/usage.h"
#include "policy/resolution/hosts.h"
#include "sbc/edge/exchange.h"
#include "sbc/snapshot/snapshot_builder.h"

namespace sbc::control {

struct PortStatistics {
  std::string name;
  uint64_t received = 0, sent = 0;
  uint64_t missed = 0;  // reached the device and never us
  uint64_t errors = 0;
};

class Backend {
 public:
  virtual ~Backend() = default;

  /// One for each worker, at the place of its id; the same ones while the process lives.
  virtual std::span<edge::Exchange* const> exchanges() = 0;
  /// What was published last; never null.
  virtual snapshot::CompiledPtr policy() const = 0;
  virtual const policy::Usage& usage() const = 0;
  /// Messages that matched each of policy()'s signatures, by its place, since the process started.
  virtual std::vector<uint64_t> signature_hits() = 0;
  virtual std::vector<PortStatistics> port_statistics() = 0;

  /// A parked call of this worker's waits for a host name.
  virtual void on_host_asked(unsigned worker, const edge::HostAsked& asked) = 0;
  /// What is known of the host names of trunks.
  virtual const policy::Hosts& hosts() const = 0;

  /// Reads the configuration again and, unless it is a dry run or there are problems, publishes it.
  virtual snapshot::BuildResult reload(bool dry_run) = 0;

  /// False when the list is full, or there is no such block. Each publishes.
  virtual bool block(const policy::Block& block, Instant expires) = 0;
  virtual bool unblock(const policy::Block& block) = 0;
  /// Publishes the rules without what has expired: blocks, and peers that a reload had taken away.
  virtual void expire(Instant now) = 0;
  virtual std::vector<snapshot::TimedBlock> blocks() const = 0;
};

}  // namespace sbc::control
