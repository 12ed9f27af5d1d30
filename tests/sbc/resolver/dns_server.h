// DnsServer: a tiny DNS server on loopback, over UDP and TCP, that answers when the test lets it.
#pragma once

#include <functional>
#include <map>
#include <utility>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "config/types/check.h"
#include "dataplane/bytes/big_endian.h"
#include "dataplane/dns/wire_name.h"
#include "tests/dataplane/dns/written.h"

namespace sbc::resolver {

class DnsServer {
 public:
  DnsServer() : udp_(bind_to(SOCK_DGRAM, 0)), tcp_(bind_to(SOCK_STREAM, port())) {
    SBC_CHECK(listen(tcp_, 4) == 0);
  }
  ~DnsServer() { stop(); }
  DnsServer(const DnsServer&) = delete;
  DnsServer& operator=(const DnsServer&) = delete;

  /// From then on the port is closed.
  void stop() {
    if (udp_ >= 0) close(udp_);
    if (tcp_ >= 0) close(tcp_);
    if (peer_ >= 0) close(peer_);
    udp_ = tcp_ = peer_ = -1;
  }
  Endpoint endpoint() const { return {IpAddress::v4(127, 0, 0, 1), port()}; }
  uint16_t port() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    SBC_CHECK(getsockname(udp_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    return ntohs(address.sin_port);
  }

  std::map<dns::Question, dns::Written> replies;  // of the rest: no such name
  bool silent = false;
  bool truncates = false;  // what goes by UDP
  unsigned asked = 0, asked_by_tcp = 0;

  /// Answers what has arrived.
  void serve() {
    if (udp_ < 0) return;
    uint8_t query[1500];
    sockaddr_in from{};
    socklen_t size = sizeof from;
    for (ssize_t got; (got = recvfrom(udp_, query, sizeof query, MSG_DONTWAIT,
                                      reinterpret_cast<sockaddr*>(&from), &size)) > 0;) {
      dns::Bytes reply = reply_to({query, size_t(got)});
      if (truncates) reply[2] |= 0x02;
      if (!silent) sendto(udp_, reply.data(), reply.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
    }
    pollfd waiting{tcp_, POLLIN, 0};
    if (poll(&waiting, 1, 0) == 1 && peer_ < 0) peer_ = accept(tcp_, nullptr, nullptr);
    pollfd asks{peer_, POLLIN, 0};
    if (peer_ >= 0 && poll(&asks, 1, 0) == 1) serve_tcp(std::exchange(peer_, -1));
  }

 private:
  static int bind_to(int kind, uint16_t port) {
    const int fd = socket(AF_INET, kind | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    SBC_CHECK(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    return fd;
  }
  void serve_tcp(int fd) {
    uint8_t query[1500];
    const ssize_t got = recv(fd, query, sizeof query, 0);
    if (got > 2) {
      ++asked_by_tcp;
      dns::Bytes reply = reply_to({query + 2, size_t(got) - 2}), framed;
      dns::add16(framed, uint16_t(reply.size()));
      framed.insert(framed.end(), reply.begin(), reply.end());
      SBC_CHECK(send(fd, framed.data(), framed.size(), MSG_NOSIGNAL) == ssize_t(framed.size()));
    }
    close(fd);
  }
  dns::Bytes reply_to(std::span<const uint8_t> query) {
    ++asked;
    size_t at = 12;
    auto name = dns::read_name(query, at);
    SBC_CHECK(name && at + 4 <= query.size());
    const dns::Question question{*name, dns::Type(load_be16(query.data() + at))};
    const uint16_t id = load_be16(query.data());
    auto found = replies.find(question);
    return found == replies.end() ? dns::Written(question, 3).bytes(id) : found->second.bytes(id);
  }

  int udp_ = -1, tcp_ = -1;
  int peer_ = -1;  // has connected, and not asked yet
};

}  // namespace sbc::resolver
