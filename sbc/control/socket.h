// Socket: the Unix socket that sbcctl asks on. It carries lines; what they mean is for others.
//
// Owned by the control thread. Bounded in everything: connections, bytes of a request, time. Nothing blocks
// but wait(), so a client that is slow, silent or gone hurts nobody. Only root and the process's own user and
// groups may ask (SO_PEERCRED).
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <poll.h>
#include <sys/socket.h>

#include "dataplane/time/instant.h"

namespace sbc::control {

/// One connection while it lives; never used again.
enum class ClientId : uint64_t {};

/// May a process with these credentials, in these supplementary groups, ask a process of `uid` and `gid`?
bool may_ask(const ucred& peer, const std::vector<gid_t>& groups, uid_t uid, gid_t gid);

class Socket {
 public:
  /// Handed each request line, one at a time and client: the next comes after answer().
  using OnLine = std::function<void(ClientId, std::string_view line)>;

  /// Null, with what is wrong and what to do, when the path can't be listened on. A stale socket is replaced.
  static std::unique_ptr<Socket> open(const std::string& path, std::string& error);
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  /// Sleeps until something is to be done for a client, or one of `also` is ready, at most so long.
  void wait(Duration at_most, std::span<const pollfd> also = {}) const;
  /// Does what can be done without waiting.
  void run(Instant now, const OnLine& on_line);
  /// A line, without its end. Ignored when the client is gone.
  void answer(ClientId client, std::string_view line, Instant now);

  size_t clients() const { return clients_.size(); }

 private:
  struct Client {
    ClientId id{};
    int fd = -1;
    std::string in, out;
    size_t sent = 0;       // of `out`
    bool waiting = false;  // for an answer
    bool ended = false;    // nothing more will come
    bool broken = false;   // close it
    Instant active;        // last progress
  };

  Socket(int fd, std::string path);
  void accept_all(Instant now);
  void receive(Client& client, Instant now);
  void deliver(Client& client, Instant now, const OnLine& on_line);
  void send_out(Client& client, Instant now);
  static bool finished(const Client& client, Instant now);

  int fd_;
  std::string path_;
  std::vector<std::unique_ptr<Client>> clients_;
  uint64_t next_id_ = 1;
};

}  // namespace sbc::control
