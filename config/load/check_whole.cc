// What only the whole configuration tells.
#include <algorithm>

#include "config/load/readers.h"
#include "config/model/packet_buffers.h"

namespace sbc::config {
namespace {

void refuse(Findings& findings, std::string_view key, uint64_t found, const std::string& why) {
  findings.problems.push_back(
      {place_of(findings.places, key), std::string(key) + ": '" + std::to_string(found) + "' – " + why});
}

void check_packet_buffers(const Model& model, Findings& findings) {
  uint64_t least = packet_buffers_min(model);
  if (least > packet_buffers_max) {
    return refuse(findings, "workers.packet_buffers", model.workers.packet_buffers,
                  "workers and queues of the ports need " + std::to_string(least) +
                      " buffers, there can be " + std::to_string(packet_buffers_max) +
                      ": give the ports fewer queues or descriptors");
  }
  if (packet_buffers(model) >= least) return;
  refuse(findings, "workers.packet_buffers", model.workers.packet_buffers,
         "must be 0 (derived) or at least " + std::to_string(least) +
             ": with fewer, all may lie in queues and caches, and nothing is received any more");
}

/// Gateways, and trunk peers on a connected network: each has a place in the neighbour table for good.
size_t pinned_neighbours(const Model& model, size_t realm_index) {
  const Realm& realm = model.realms[realm_index];
  std::vector<IpAddress> pinned;
  auto add = [&](const IpAddress& address) {
    if (std::find(pinned.begin(), pinned.end(), address) == pinned.end()) pinned.push_back(address);
  };
  for (const IpAddress& gateway : {realm.gateway_v4, realm.gateway_v6}) {
    if (!gateway.is_none()) add(gateway);
  }
  for (const Trunk& trunk : model.trunks) {
    if (trunk.realm != RealmId(realm_index)) continue;
    for (const Peer& peer : trunk.peers) {
      if (peer.is_host()) continue;
      const IpAddress& address = peer.endpoint.address;
      bool on_link = is_connected(realm, address) || address.is_link_local();
      if (on_link) add(address);
    }
  }
  return pinned.size();
}

void check_neighbours(const Model& model, Findings& findings) {
  constexpr size_t others = 16;  // that the realm must have room for besides
  for (size_t i = 0; i < model.realms.size(); ++i) {
    size_t least = pinned_neighbours(model, i) + others;
    if (model.limits.neighbours_max >= least) continue;
    refuse(findings, "limits.neighbours_max", model.limits.neighbours_max,
           "must be at least " + std::to_string(least) + ": realm '" + *model.realms[i].name + "' has " +
               std::to_string(least - others) + " gateways and trunk peers on its networks");
  }
}

/// A realm that wants SRTP can have it.
void check_srtp_streams(const Model& model, Findings& findings) {
  if (model.limits.srtp_streams > 0) return;
  auto wants = std::find_if(model.realms.begin(), model.realms.end(),
                            [](const Realm& realm) { return realm.media.srtp != SrtpRule::forbidden; });
  if (wants == model.realms.end()) return;
  refuse(findings, "limits.srtp_streams", 0, "must be above 0: realm '" + *wants->name + "' has media.srtp");
}

}  // namespace

void check_whole(const Model& model, Findings& findings) {
  check_packet_buffers(model, findings);
  check_neighbours(model, findings);
  check_srtp_streams(model, findings);
}

}  // namespace sbc::config
