// Stranger: sends what no user agent should: methods nobody knows, messages that break the grammar, requests
// for dialogs that do not exist, noise. Counts the answers.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "tests/sim/world.h"

namespace sbc::sim {

class Stranger {
 public:
  /// `listened_to` is somebody whose messages it has read, so that it may hear their words again.
  Stranger(World& world, const Endpoint& at, const Host* listened_to = nullptr);

  /// A well-formed request outside any dialog, to be spoilt by the caller where it wishes.
  std::string request(const std::string& method, const std::string& uri, const std::string& extra = {},
                      const std::string& body = {});
  void send(const std::string& bytes);
  /// Something at random out of all that is wrong.
  void send_anything();

  /// How often a response with this status came.
  unsigned answers(int status) const;
  unsigned answers() const { return answered_; }

 private:
  std::string spoilt(uint64_t how);

  World& world_;
  Endpoint own_, border_;
  std::string name_;
  Dice dice_;
  unsigned answered_ = 0, asked_ = 0;
  std::map<int, unsigned> by_status_;
};

}  // namespace sbc::sim
