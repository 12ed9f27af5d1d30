#include "dataplane/media/media_ranges.h"

#include <algorithm>

#include "config/types/check.h"

namespace sbc::media {
namespace {

/// The index of the address in the range; -1 where it or the port is not in it.
int find(const MediaRanges::Range& range, const IpAddress& address, uint16_t port) {
  if (port < range.first_port || port > range.last_port) return -1;
  auto at = std::find(range.addresses.begin(), range.addresses.end(), address);
  return at == range.addresses.end() ? -1 : int(at - range.addresses.begin());
}

}  // namespace

MediaRanges::MediaRanges(const config::Model& model) {
  for (const config::Realm& realm : model.realms) {
    SBC_CHECK(realm.media.first_port <= realm.media.last_port && realm.media.addresses.size() <= 256);
    ranges_.push_back({realm.media.addresses, realm.media.first_port, realm.media.last_port});
  }
}

Result<MediaPort> MediaRanges::locate(RealmId realm, const IpAddress& address, uint16_t port) const {
  if (int index = find(of(realm), address, port); index >= 0) return MediaPort{realm, uint8_t(index), port};
  for (const Range& other : ranges_) {
    if (find(other, address, port) >= 0) return Reason::media_realm;
  }
  return Reason::port_closed;
}

}  // namespace sbc::media
