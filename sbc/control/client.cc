#include "sbc/control/client.h"

#include <cerrno>
#include <cstring>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace sbc::control {
namespace {

using namespace std::chrono_literals;

class Connection {
 public:
  Connection() : fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  ~Connection() {
    if (fd_ >= 0) close(fd_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool open(const std::string& path, Duration timeout) {
    timeval limit{time_t(timeout / 1s), suseconds_t(timeout % 1s / 1us)};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  bool send_all(std::string_view bytes) {
    while (!bytes.empty()) {
      ssize_t size = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size < 0) return false;
      bytes.remove_prefix(size_t(size));
    }
    return true;
  }
  /// Up to and without the line's end; false when the connection ended or stalled before it.
  bool receive_line(std::string& line) {
    char chunk[16384];
    for (;;) {
      ssize_t size = recv(fd_, chunk, sizeof chunk, 0);
      if (size <= 0) return false;
      line.append(chunk, size_t(size));
      if (!line.ends_with('\n')) continue;
      line.pop_back();
      return true;
    }
  }

 private:
  int fd_;
};

std::string connect_error(const std::string& path, int error) {
  std::string text = "cannot reach sbc on " + path + ": " + std::strerror(error);
  if (error == ENOENT || error == ECONNREFUSED)
    text += "; is sbc running, with this path as its control socket?";
  if (error == EACCES) text += "; ask as root, or as the user or group that sbc runs as";
  return text;
}

}  // namespace

Answer ask(const std::string& path, const std::string& request_line, Duration timeout) {
  if (path.empty() || path.size() >= sizeof(sockaddr_un::sun_path))
    return {"", "'" + path + "' is no path of a socket"};
  Connection connection;
  if (!connection.open(path, timeout)) return {"", connect_error(path, errno)};
  // A connection that is refused is closed with its reason in it, even before we have asked.
  connection.send_all(request_line + "\n");
  std::string line;
  errno = 0;
  if (connection.receive_line(line)) return {line, ""};
  bool late = errno == EAGAIN;
  return {"", late
                  ? "sbc took the question but did not answer in " + duration_text(timeout) + ": is it stuck?"
                  : "sbc closed the connection without an answer"};
}

}  // namespace sbc::control
