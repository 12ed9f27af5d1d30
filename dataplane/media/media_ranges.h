// MediaRanges: which addresses and ports carry media, in which realm.
//
// Immutable, from the model; shared by all workers. A packet to one of these ports is media and nothing else.
#pragma once

#include <cstdint>
#include <vector>

#include "config/model/model.h"
#include "config/types/result.h"
#include "dataplane/media/relay.h"

namespace sbc::media {

class MediaRanges {
 public:
  explicit MediaRanges(const config::Model& model);

  /// The media port that a packet in `realm` goes to. Reason::media_realm where the address and port are
  /// another realm's, Reason::port_closed where they are nobody's.
  Result<MediaPort> locate(RealmId realm, const IpAddress& address, uint16_t port) const;

  struct Range {
    std::vector<IpAddress> addresses;
    uint16_t first_port = 0;
    uint16_t last_port = 0;

    uint32_t ports() const { return addresses.empty() ? 0 : uint32_t(last_port - first_port) + 1; }
  };
  const Range& of(RealmId realm) const { return ranges_[index_of(realm)]; }
  unsigned realms() const { return unsigned(ranges_.size()); }
  const IpAddress& address_of(const MediaPort& local) const {
    return of(local.realm).addresses[local.address];
  }

 private:
  std::vector<Range> ranges_;  // by realm
};

}  // namespace sbc::media
