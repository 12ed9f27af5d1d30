// Topology: the configuration that every simulated world runs: two realms, an access side of unknown sources
// with a PBX trunk in it, a core side with trunks; IPv4 and IPv6 in both.
//
//   number   from     goes to
//   1…       access   core-a (two peers), then core-b
//   2…       access   core-b (one peer)
//   3…       any      core-b (one peer)
//   4…       access   early (one peer; its INVITEs have an offer, ours where the caller has none)
//   6…       access   core-v6 (one peer, IPv6)
//   7…       any      pbx (one peer in the access realm)
//   8…       any      as what follows the 8, after a question (AskingDecider)
//   anything else has no route
#pragma once

#include <array>
#include <functional>
#include <memory>

#include "policy/compiled/compiled.h"

namespace sbc::sim {

inline constexpr RealmId access_realm{0};
inline constexpr RealmId core_realm{1};

/// Trunks' peers, by their place in Topology::peers.
enum PeerName : unsigned { core_a_first, core_a_second, core_b, core_v6, pbx, early, peer_count };

struct Peer {
  RealmId realm;
  Endpoint endpoint;
};

struct Limits {
  unsigned workers = 1;
  uint32_t calls_max = 16;
  uint32_t unknown_calls_max = 16;
  uint32_t trunk_calls_max = 1000;
  bool core_b = true;                                          // the trunk is there
  bool release = false;                                        // media goes directly between trusted peers
  bool carry_out = false;                                      // REFERs, whoever is referred
  config::Redirection redirect = config::Redirection::refuse;  // of trunks in the core
  config::EarlyMediaRule early_media = config::EarlyMediaRule::pass;  // of these, too
  Duration progress_timeout{};                                        // of every route
  std::array<config::SrtpRule, 2> srtp{};                             // of each realm
  std::array<config::DigitRule, 2> digits{};                          // likewise
  bool host_names = false;                                            // core-b's peer is one
  std::function<void(config::Model&)> and_more{};                     // whatever else the configuration has
};

Endpoint border_endpoint(RealmId realm, Family family);
Endpoint caller_endpoint(unsigned number, Family family);
/// Of a caller behind NAT, as it sees itself.
Endpoint private_endpoint(unsigned number);
std::array<Peer, peer_count> trunk_peers();

std::shared_ptr<const config::Model> make_model(const Limits& limits);
/// Peers that encrypt their media do so between them.
bool keys_cross(const config::Model& model);

/// Trunks keep their ids by name.
policy::Compiled compile(std::shared_ptr<const config::Model> model, const policy::HostTable& hosts = {});
/// The host name that a trunk's peer may have instead of its address, and what it stands for.
config::Peer named_peer();
policy::HostTable known_hosts();

}  // namespace sbc::sim
