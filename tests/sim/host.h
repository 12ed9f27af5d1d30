// Host: an address with a SIP user agent behind it, that takes part in any number of calls at once.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/sim/agent.h"
#include "tests/sim/clock.h"
#include "tests/sim/media_model.h"
#include "tests/sim/network.h"
#include "tests/sim/secrets.h"

namespace sbc::sim {

class Caller;
class Callee;
class Host;

/// What all hosts of a world share.
struct Scene {
  Clock& clock;
  Network& network;
  MediaModel& media;
  Ladder& ladder;
  Secrets& secrets;
  /// How a host answers a call to this number.
  std::function<CalleeScript(const Host& host, std::string_view number)> script_for;
  /// Keys are no secret of the side that has drawn them (config::SrtpRule::pass).
  bool keys_cross = false;
  /// User agents that nobody told that their call was over, and who ended it out of patience.
  unsigned forgotten = 0;
};

class Host {
 public:
  /// `own` is the address that it knows of itself, `seen` the one that its packets bear: another one behind
  /// NAT.
  struct Place {
    RealmId realm;
    Endpoint own, seen, border;
  };
  /// `name` stands in every identifier that the host makes up, so that a leak shows.
  Host(Scene& scene, const Place& place, std::string name, Party party, Party group, Dice dice);

  Caller& call(const CallerScript& script);
  Callee& add_callee(std::unique_ptr<Callee> callee);
  void send(const std::string& bytes);
  void set_state(NodeState state);
  /// The NAT in front of it gives it another port from now on.
  void rebind(uint16_t port);
  /// Power off: nothing is heard of its calls any more, whatever comes.
  void crash();

  Scene& scene() { return scene_; }
  RealmId realm() const { return place_.realm; }
  const Endpoint& own() const { return place_.own; }
  const Endpoint& seen() const { return place_.seen; }
  const Endpoint& border() const { return place_.border; }
  const std::string& name() const { return name_; }
  Party party() const { return party_; }
  Party group() const { return group_; }
  uint16_t next_media_port() { return media_port_ = uint16_t(media_port_ + 2); }
  Dice split_dice() { return dice_.split(); }
  /// A call of this host other than that one, answered and not over; null where there is none.
  const Agent* other_call(const Agent& than) const;
  const std::vector<std::unique_ptr<Agent>>& agents() const { return agents_; }
  /// In the order of the INVITEs that brought them.
  const std::vector<Callee*>& callees() const { return callees_; }

 private:
  void attach();
  void receive(const Packet& packet);
  void take_request(const sip::Message& request);
  void take_response(const sip::Message& response);
  Agent* find_replaced(const sip::Message& invite);
  void refuse_unknown(const sip::Message& request);
  void keep(std::unique_ptr<Agent> agent);

  Scene& scene_;
  Place place_;
  std::string name_;
  Party party_, group_;
  Dice dice_;
  uint16_t media_port_ = 40000;
  std::vector<std::unique_ptr<Agent>> agents_;
  std::vector<Callee*> callees_;
  std::unordered_map<std::string, std::vector<Agent*>> by_call_id_;
};

}  // namespace sbc::sim
