// HostNames: what host names of trunks stand for, from the DNS to the workers: answers become part of the
// rules that they read, and then calls that are parked for one go on.
//
// Owned by the control thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sbc/edge/exchange.h"
#include "sbc/resolver/resolver.h"
#include "sbc/snapshot/snapshot_builder.h"

namespace sbc::daemon {

/// One line of the log.
std::string event_text(const policy::HostEvent& event, const policy::Hosts& hosts,
                       const policy::Compiled& policy);

class HostNames {
 public:
  using Say = std::function<void(call::Severity, std::string_view)>;
  /// False: try again later.
  using Command = std::function<bool(WorkerId, const edge::Command&)>;

  /// All must outlive this.
  HostNames(snapshot::SnapshotBuilder& builder, const policy::Usage& usage, Say say, Command command)
      : builder_(builder), usage_(usage), say_(std::move(say)), command_(std::move(command)) {}

  /// The builder's current configuration is another one.
  void configure(Instant now);
  void run(Instant now);
  void add_pollfds(std::vector<pollfd>& to) const { resolver_.add_pollfds(to); }
  void on_asked(WorkerId worker, const edge::HostAsked& asked);
  const policy::Hosts& hosts() const { return resolver_.hosts(); }

 private:
  static constexpr size_t waiting_max = 65'536;  // more have their own deadline alone
  struct Waiting {
    WorkerId worker;
    uint64_t question;
    policy::HostKey key;
  };
  bool is_idle(const policy::HostKey& key) const;
  void publish(Instant now);
  void answer();

  snapshot::SnapshotBuilder& builder_;
  const policy::Usage& usage_;
  Say say_;
  Command command_;
  resolver::Resolver resolver_;
  bool unpublished_ = false;
  Instant publish_again_{0};  // not before
  std::vector<Waiting> waiting_;
};

}  // namespace sbc::daemon
