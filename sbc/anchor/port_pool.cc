#include "sbc/anchor/port_pool.h"

#include <algorithm>

#include "config/types/check.h"

namespace sbc::anchor {

PortPool::PortPool(const config::Model& model, WorkerId self) {
  for (const config::Realm& realm : model.realms) {
    std::vector<Range>& ranges = realms_.emplace_back();
    for (const IpAddress& address : realm.media.addresses) {
      Range& range = ranges.emplace_back();
      range.address = address;
      range.leased.resize(32768);
      uint32_t first = realm.media.first_port + realm.media.first_port % 2u;
      for (uint32_t port = first; port + 1 <= realm.media.last_port; port += 2) {
        if (media::port_owner(uint16_t(port), model.workers.count) == self)
          range.free.push_back(uint16_t(port));
      }
      range.pairs = uint32_t(range.free.size());
      range.resting.resize(range.pairs);
    }
  }
}

uint32_t PortPool::pairs() const {
  uint32_t count = 0;
  for (const auto& ranges : realms_) {
    for (const Range& range : ranges) count += range.pairs;
  }
  return count;
}

std::optional<uint8_t> PortPool::choose_address(RealmId realm, Family family, Random& random,
                                                uint32_t kept) const {
  const std::vector<Range>& ranges = realms_[index_of(realm)];
  auto fits = [&](const Range& range) { return range.address.family() == family && range.has_free(kept); };
  size_t most = 0;
  uint64_t count = 0;  // of addresses that have as many
  for (const Range& range : ranges) {
    if (!fits(range) || range.free.size() < most) continue;
    count = range.free.size() == most ? count + 1 : 1;
    most = range.free.size();
  }
  if (count == 0) return std::nullopt;
  uint64_t skip = count == 1 ? 0 : random.below(count);
  size_t at = 0;
  while (!fits(ranges[at]) || ranges[at].free.size() != most || skip-- != 0) ++at;
  return uint8_t(at);
}

std::optional<uint16_t> PortPool::lease(RealmId realm, uint8_t address, Random& random, uint32_t kept) {
  Range& from = range(realm, address);
  if (!from.has_free(kept)) return std::nullopt;
  return take(from, size_t(random.below(from.free.size())));
}

uint16_t PortPool::take(Range& from, size_t chosen) {
  std::swap(from.free[chosen], from.free.back());
  uint16_t port = from.free.back();
  from.free.pop_back();
  from.leased[port / 2] = true;
  leased_ += 2;
  return port;
}

std::optional<uint8_t> PortPool::find_address(RealmId realm, const IpAddress& address) const {
  const std::vector<Range>& ranges = realms_[index_of(realm)];
  for (size_t i = 0; i < ranges.size(); ++i) {
    if (ranges[i].address == address) return uint8_t(i);
  }
  return std::nullopt;
}

bool PortPool::claim(const media::MediaPort& even) {
  Range& from = range(even.realm, even.address);
  auto at = std::find(from.free.begin(), from.free.end(), even.port);
  if (at == from.free.end()) return false;
  take(from, size_t(at - from.free.begin()));
  return true;
}

void PortPool::give_back(const media::MediaPort& even, Instant now, Duration rest) {
  Range& to = range(even.realm, even.address);
  SBC_CHECK(to.leased[even.port / 2]);
  to.leased[even.port / 2] = false;
  to.resting[(to.oldest + to.resting_count++) % to.pairs] = {even.port, now + rest};
  leased_ -= 2;
  resting_ += 2;
  next_wake_ = std::min(next_wake_, to.resting[to.oldest].until);
}

void PortPool::give_up(const media::MediaPort& even) {
  Range& to = range(even.realm, even.address);
  SBC_CHECK(to.leased[even.port / 2]);
  to.leased[even.port / 2] = false;
  to.free.push_back(even.port);
  leased_ -= 2;
}

void PortPool::wake(Instant now) {
  next_wake_ = Instant::never();
  for (auto& ranges : realms_) {
    for (Range& range : ranges) {
      while (range.resting_count > 0 && range.resting[range.oldest].until <= now) {
        range.free.push_back(range.resting[range.oldest].port);
        range.oldest = (range.oldest + 1) % range.pairs;
        --range.resting_count;
        resting_ -= 2;
      }
      if (range.resting_count > 0) next_wake_ = std::min(next_wake_, range.resting[range.oldest].until);
    }
  }
}

void PortPool::check_invariants() const {
  size_t leased = 0;
  size_t resting = 0;
  for (const auto& ranges : realms_) {
    for (const Range& range : ranges) {
      size_t out = size_t(std::count(range.leased.begin(), range.leased.end(), true));
      SBC_CHECK(out + range.resting_count + range.free.size() == range.pairs);
      leased += 2 * out;
      resting += 2 * range.resting_count;
    }
  }
  SBC_CHECK(leased == leased_ && resting == resting_);
}

}  // namespace sbc::anchor
