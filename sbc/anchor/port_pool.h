// PortPool: one worker's media ports, leased as even/odd pairs (RTP and RTCP) per media address.
//
// Owned by one worker. It holds only ports whose media::port_owner() is this worker. The order is
// unguessable; a pair rests before it is leased again, so that late packets of the call before reach nobody.
// Memory is taken at construction; ranges are those of the configuration the process started with.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "config/model/model.h"
#include "dataplane/bytes/random.h"
#include "dataplane/media/relay.h"

namespace sbc::anchor {

class PortPool {
 public:
  PortPool(const config::Model& model, WorkerId self);

  /// An address of the realm with a free pair, of this family; nullopt when there is none. One of those with
  /// the most: a call stays with its address, and may want more streams. `kept`: pairs of each address that
  /// are not for whom it is asked for; never more than half of them.
  std::optional<uint8_t> choose_address(RealmId realm, Family family, Random& random,
                                        uint32_t kept = 0) const;
  /// Which of the realm's media addresses this is; nullopt when it is none.
  std::optional<uint8_t> find_address(RealmId realm, const IpAddress& address) const;
  /// Leases this very pair; false when it is not free, or not ours. Searches: for calls that come from
  /// elsewhere.
  bool claim(const media::MediaPort& even);
  /// The even port of a pair; nullopt when none is free.
  std::optional<uint16_t> lease(RealmId realm, uint8_t address, Random& random, uint32_t kept = 0);
  void give_back(const media::MediaPort& even, Instant now, Duration rest);
  /// The same without rest: its call goes on elsewhere, with these ports.
  void give_up(const media::MediaPort& even);
  /// Puts pairs that have rested back; call when next_wake() has passed.
  void wake(Instant now);
  Instant next_wake() const { return next_wake_; }

  IpAddress address_of(RealmId realm, uint8_t address) const { return range(realm, address).address; }
  uint32_t pairs() const;                      // in all
  uint32_t leased() const { return leased_; }  // ports, not pairs
  uint32_t resting() const { return resting_; }
  void check_invariants() const;

 private:
  struct Resting {
    uint16_t port = 0;
    Instant until;
  };
  struct Range {
    IpAddress address;
    std::vector<uint16_t> free;    // even ports
    std::vector<Resting> resting;  // a ring
    size_t oldest = 0, resting_count = 0;
    std::vector<bool> leased;  // by half the port
    uint32_t pairs = 0;

    bool has_free(uint32_t kept) const { return free.size() > std::min(kept, pairs / 2); }
  };
  const Range& range(RealmId realm, uint8_t address) const { return realms_[index_of(realm)][address]; }
  Range& range(RealmId realm, uint8_t address) { return realms_[index_of(realm)][address]; }

  uint16_t take(Range& from, size_t chosen);

  std::vector<std::vector<Range>> realms_;
  Instant next_wake_ = Instant::never();  // when the first of all resting pairs has rested
  uint32_t leased_ = 0, resting_ = 0;
};

}  // namespace sbc::anchor
