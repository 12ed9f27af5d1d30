// Ladder: what happened last, kept cheaply and drawn only when somebody wants to read it.
//
// The middle column is the border; the access side stands left of it, every other realm right.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "config/types/address.h"
#include "config/types/ids.h"
#include "dataplane/time/instant.h"

namespace sbc::sim {

enum class Rung : uint8_t {
  arrived,  // from the network at a worker
  handed,   // from another worker's ring
  sent,     // by the border
  lost,     // on its way, either direction
  note      // anything else
};

class Ladder {
 public:
  explicit Ladder(Instant begun) : begun_(begun), rungs_(kept) {}

  void message(Instant now, Rung rung, RealmId realm, const Endpoint& peer, WorkerId worker,
               std::string_view bytes);
  void note(Instant now, std::string_view text);
  /// Every rung is drawn as it comes from now on.
  void draw_live(std::ostream* out) { live_ = out; }
  /// The last `kept` rungs, oldest first.
  std::string drawn() const;

 private:
  static constexpr size_t kept = 40;
  struct Entry {
    Instant when;
    Rung rung = Rung::note;
    RealmId realm = RealmId::none;
    WorkerId worker = WorkerId::none;
    Endpoint peer;
    std::string bytes;
  };
  Entry& fresh(Instant now, Rung rung);
  void draw(const Entry& entry, std::ostream& out) const;

  Instant begun_;
  std::vector<Entry> rungs_;
  size_t count_ = 0;
  std::ostream* live_ = nullptr;
};

}  // namespace sbc::sim
