#include "sbc/control/socket.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "sbc/control/protocol.h"

namespace sbc::control {
namespace {

using namespace std::chrono_literals;

constexpr mode_t socket_mode = 0660;
constexpr Duration silent_max = 60s;   // without a request
constexpr Duration stalled_max = 10s;  // without reading its answer

std::string reason_of(int error) { return std::strerror(error); }

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

/// Makes room at `path` where an earlier process left its socket; an error text where something else is
/// there.
std::string clear_stale(const std::string& path) {
  struct stat found {};
  if (lstat(path.c_str(), &found) != 0) return {};
  if (!S_ISSOCK(found.st_mode))
    return path + " is there already and is no socket: choose another path or remove it";
  int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_un address = address_of(path);
  bool dead =
      connect(probe, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 && errno == ECONNREFUSED;
  close(probe);
  if (!dead) return "another process answers on " + path + ": stop it or choose another path";
  if (unlink(path.c_str()) != 0) return "cannot remove the stale socket " + path + ": " + reason_of(errno);
  return {};
}

bool is_allowed(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  std::vector<gid_t> groups(64);
  socklen_t bytes = socklen_t(groups.size() * sizeof(gid_t));
  bool known = getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &bytes) == 0;
  groups.resize(known ? bytes / sizeof(gid_t) : 0);
  return may_ask(peer, groups, geteuid(), getegid());
}

}  // namespace

bool may_ask(const ucred& peer, const std::vector<gid_t>& groups, uid_t uid, gid_t gid) {
  return peer.uid == 0 || peer.uid == uid || peer.gid == gid ||
         std::find(groups.begin(), groups.end(), gid) != groups.end();
}

Socket::Socket(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

std::unique_ptr<Socket> Socket::open(const std::string& path, std::string& error) {
  if (path.empty() || path.size() >= sizeof(sockaddr_un::sun_path)) {
    error = "'" + path + "' is no path for a socket: it must have 1..107 bytes";
    return nullptr;
  }
  if (error = clear_stale(path); !error.empty()) return nullptr;
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_un address = address_of(path);
  // The mode is set before the path exists, so that there is no moment at which anybody may connect.
  bool listening = fd >= 0 && fchmod(fd, socket_mode) == 0 &&
                   bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                   chmod(path.c_str(), socket_mode) == 0 && listen(fd, int(connections_max)) == 0;
  if (listening) return std::unique_ptr<Socket>(new Socket(fd, path));
  error = "cannot listen on " + path + ": " + reason_of(errno) + "; is its directory there and writable?";
  if (fd >= 0) close(fd);
  return nullptr;
}

Socket::~Socket() {
  for (const auto& client : clients_) close(client->fd);
  close(fd_);
  unlink(path_.c_str());
}

void Socket::wait(Duration at_most, std::span<const pollfd> also) const {
  std::vector<pollfd> polled{{fd_, POLLIN, 0}};
  for (const auto& client : clients_) {
    bool listens = !client->waiting && !client->ended;
    short events = short((listens ? POLLIN : 0) | (client->out.empty() ? 0 : POLLOUT));
    // Without an event asked for, the kernel would still report a hang-up, again and again, until it is
    // answered.
    polled.push_back({events != 0 ? client->fd : -1, events, 0});
  }
  polled.insert(polled.end(), also.begin(), also.end());
  timespec timeout{time_t(at_most / 1s), long(at_most % 1s / 1ns)};
  ppoll(polled.data(), nfds_t(polled.size()), &timeout, nullptr);
}

void Socket::run(Instant now, const OnLine& on_line) {
  accept_all(now);
  for (size_t i = 0; i < clients_.size(); ++i) {
    Client& client = *clients_[i];
    if (!client.waiting) receive(client, now);
    deliver(client, now, on_line);
    send_out(client, now);
  }
  std::erase_if(clients_, [&](const std::unique_ptr<Client>& client) {
    if (!finished(*client, now)) return false;
    close(client->fd);
    return true;
  });
}

bool Socket::finished(const Client& client, Instant now) {
  if (client.broken) return true;
  if (client.waiting) return false;
  if (!client.out.empty()) return now - client.active > stalled_max;
  bool asks_more = client.in.find('\n') != client.in.npos;
  return !asks_more && (client.ended || now - client.active > silent_max);
}

void Socket::accept_all(Instant now) {
  for (;;) {
    int fd = accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    std::string_view refusal;
    if (!is_allowed(fd))
      refusal = "{\"error\":\"not allowed: ask as root or as the user or group that sbc runs as\"}\n";
    if (clients_.size() >= connections_max) refusal = "{\"error\":\"too many connections: try again\"}\n";
    if (!refusal.empty()) {
      // Into an empty socket buffer: it fits, or the client has gone already.
      [[maybe_unused]] ssize_t sent = send(fd, refusal.data(), refusal.size(), MSG_NOSIGNAL);
      close(fd);
      continue;
    }
    auto client = std::make_unique<Client>();
    client->id = ClientId(next_id_++);
    client->fd = fd;
    client->active = now;
    clients_.push_back(std::move(client));
  }
}

void Socket::receive(Client& client, Instant now) {
  char chunk[4096];
  while (!client.ended && client.in.size() <= request_bytes_max) {
    ssize_t size = recv(client.fd, chunk, sizeof chunk, 0);
    if (size > 0) {
      client.in.append(chunk, size_t(size));
      client.active = now;
    } else if (size < 0 && errno == EINTR) {
      continue;
    } else {
      client.ended = size == 0;
      client.broken = size < 0 && errno != EAGAIN;
      return;
    }
  }
}

void Socket::deliver(Client& client, Instant now, const OnLine& on_line) {
  // Not before the last answer has left: a client that asks and never reads must not fill our memory.
  while (!client.waiting && !client.broken && client.out.empty()) {
    size_t end = client.in.find('\n');
    if (end == client.in.npos || end > request_bytes_max) {
      if (client.in.size() <= request_bytes_max) return;
      answer(client.id, "{\"error\":\"request longer than 64 KiB\"}", now);
      client.in.clear();
      client.ended = true;
      return;
    }
    std::string line = client.in.substr(0, end);
    client.in.erase(0, end + 1);
    client.waiting = true;
    on_line(client.id, line);
  }
}

void Socket::answer(ClientId id, std::string_view line, Instant now) {
  for (const auto& client : clients_) {
    if (client->id != id) continue;
    client->out.append(line);
    client->out.push_back('\n');
    client->waiting = false;
    client->active = now;
    return send_out(*client, now);
  }
}

void Socket::send_out(Client& client, Instant now) {
  while (client.sent < client.out.size()) {
    ssize_t size =
        send(client.fd, client.out.data() + client.sent, client.out.size() - client.sent, MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) {
      client.broken = errno != EAGAIN;
      return;
    }
    client.sent += size_t(size);
    client.active = now;
  }
  client.out.clear();
  client.sent = 0;
}

}  // namespace sbc::control
