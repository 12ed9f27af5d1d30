// Resolver: keeps what the host names of the configuration's trunks stand for: policy::Hosts says what to
// ask, a DnsClient asks.
//
// Owned by the control thread. Never waits.
#pragma once

#include <functional>
#include <memory>

#include "policy/resolution/hosts.h"
#include "sbc/resolver/dns_client.h"

namespace sbc::resolver {

class Resolver {
 public:
  /// Is no call up with any trunk that has this name?
  using Idle = std::function<bool(const policy::HostKey&)>;

  /// From then on these are the names, servers and rules. An error text where the DNS cannot be asked; it is
  /// tried again at the next configure().
  std::string configure(const config::Model& model, Instant now);
  void run(Instant now, const Idle& idle);
  /// What run() has to do with before long.
  void add_pollfds(std::vector<pollfd>& to) const {
    if (client_) client_->add_pollfds(to);
  }

  bool take_changed() { return hosts_.take_changed(); }
  std::vector<policy::HostEvent> take_events() { return hosts_.take_events(); }
  const policy::Hosts& hosts() const { return hosts_; }

 private:
  void ask(const std::vector<policy::HostQuestion>& questions);

  policy::Hosts hosts_;
  std::unique_ptr<DnsClient> client_;  // null while there is no name
};

}  // namespace sbc::resolver
