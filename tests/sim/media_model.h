// MediaModel: the media plane as far as the call logic can tell: which relays are installed, who sends to
// which port.
//
// Holds what must be true of relays: a port serves one relay, rests before another call gets it, and belongs
// to the worker that installed it. No packet exists here; a talker is a span of time.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "config/model/model.h"
#include "dataplane/media/digit.h"
#include "dataplane/media/relay.h"
#include "tests/sim/clock.h"

namespace sbc::sim {

class MediaModel : public media::StatsReader {
 public:
  MediaModel(const Clock& clock, const config::Model& model) : clock_(clock), model_(model) {}

  void install(WorkerId worker, const media::Relay& relay);
  void remove(WorkerId worker, const media::Kind& kind, const std::array<media::MediaPort, 2>& locals);

  /// Somebody at `from` sends RTP to our port `to`, from now until silence().
  void talk(RealmId realm, const Endpoint& from, const Endpoint& to);
  void silence(RealmId realm, const Endpoint& to);

  /// A digit for who has this port.
  void play(WorkerId worker, const media::MediaPort& to, const media::Digit& digit) const;
  /// Whose telephone-events are told of, in the order of their ports.
  struct Teller {
    WorkerId worker = WorkerId::none;
    uint64_t token = 0;  // the relay's
  };
  std::vector<Teller> tellers() const;

  media::SideStats stats(const media::MediaPort& local) const override;

  /// The side that is installed at this address and port, and the one it is joined to; nulls where there is
  /// none.
  struct Joined {
    const media::Side* side = nullptr;
    const media::Side* other = nullptr;
    const media::Relay* relay = nullptr;
  };
  Joined find(RealmId realm, const Endpoint& local) const;
  size_t relays() const { return installed_.size() / 2; }
  Endpoint endpoint_of(const media::MediaPort& local) const;

 private:
  struct Installed {
    media::Relay relay;
    WorkerId worker = WorkerId::none;
    Instant since;
  };
  struct Talker {
    Endpoint from;
    Instant since;
    Instant until = Instant::never();
  };
  struct Rest {
    Instant since;
    uint64_t token = 0;
  };
  void check_side(WorkerId worker, const media::Relay& relay, size_t side) const;

  const Clock& clock_;
  const config::Model& model_;
  std::map<media::MediaPort, Installed> installed_;
  std::map<media::MediaPort, Rest> resting_;
  std::map<std::pair<RealmId, Endpoint>, Talker> talkers_;
};

}  // namespace sbc::sim
