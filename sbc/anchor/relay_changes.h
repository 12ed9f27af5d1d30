// RelayChanges: what one step of an anchor asks of the media plane, in order. Filled, carried out, cleared.
#pragma once

#include <array>
#include <span>

#include "config/types/check.h"
#include "dataplane/media/relay.h"
#include "dataplane/sdp/session.h"

namespace sbc::anchor {

struct RelayChange {
  bool install = false;  // else the relay of these two local ports goes
  bool first = false;    // these ports have had no relay before
  media::Relay relay;
};

class RelayChanges {
 public:
  /// RTP and RTCP of each stream, at most taken away, put back, renewed and, where the step fails, taken away
  /// again.
  static constexpr size_t changes_max = 8 * sdp::Session::media_max;

  void install(const media::Relay& relay, bool first) { push({true, first, relay}); }
  void remove(const media::Relay& relay) { push({false, false, relay}); }
  std::span<const RelayChange> all() const { return {changes_.data(), count_}; }
  /// Nothing of keys stays.
  void clear() {
    for (RelayChange& change : std::span(changes_).first(count_)) change.relay.keys = {};
    count_ = 0;
  }

 private:
  void push(const RelayChange& change) {
    SBC_CHECK(count_ < changes_max);
    changes_[count_++] = change;
  }

  std::array<RelayChange, changes_max> changes_;
  size_t count_ = 0;
};

}  // namespace sbc::anchor
