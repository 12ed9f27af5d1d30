// HostTable: what host names of trunks' peers stand for, as the rules of workers are made from it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "config/model/model.h"
#include "dataplane/time/instant.h"

namespace sbc::policy {

/// A host that a name's SRV records name, or the name itself.
struct HostTarget {
  std::string name;
  uint16_t port = 0;
  uint16_t priority = 0, weight = 0;  // RFC 2782; of a name without SRV records 0
  std::vector<IpAddress> addresses;   // sorted: which order a server gives them in means nothing
  friend bool operator==(const HostTarget&, const HostTarget&) = default;
};

struct HostKey {
  std::string host;
  uint16_t port = 0;  // 0: none is written (RFC 3263 4.2)
  friend auto operator<=>(const HostKey&, const HostKey&) = default;
};
inline HostKey key_of(const config::Peer& peer) { return {peer.host, peer.endpoint.port}; }

struct KnownHost {
  bool awaited = true;              // nobody has said yet what it stands for, or that nobody can say
  std::vector<HostTarget> targets;  // by priority, each with addresses; empty: calls cannot go there
  std::vector<IpAddress> former;    // which it had before; calls may still be up with them
  Instant known{0};                 // since when it has these targets
  friend bool operator==(const KnownHost&, const KnownHost&) = default;
};

/// One that is not in there is awaited.
using HostTable = std::map<HostKey, KnownHost>;

}  // namespace sbc::policy
