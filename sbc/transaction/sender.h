// Sender: where written messages go, and the surroundings of one step of the transactions.
#pragma once

#include <cstddef>
#include <span>

#include "config/model/model.h"
#include "dataplane/time/instant.h"
#include "sbc/transaction/transport.h"

namespace sbc::transaction {

class Sender {
 public:
  /// Room to write one message into; valid until the next send().
  virtual std::span<char> space() = 0;
  /// The message of `size` bytes at the front of space() leaves.
  virtual void send(const Transport& transport, size_t size) = 0;

 protected:
  ~Sender() = default;
};

struct Context {
  Sender& out;
  const config::Timers& timers;
  Instant now;
};

}  // namespace sbc::transaction
