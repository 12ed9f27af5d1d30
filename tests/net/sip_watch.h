// What media_peer understands of the SIP that passes an interface: a filter for a packet socket, and just
// enough reading to know a call, its audio address and its method. Written apart from the code under test, on
// purpose.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/socket.h>

namespace net {

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;

  static bool parse(std::string_view text, uint16_t port, Address& out) {
    out = {};
    const std::string copy(text);
    auto* v4 = reinterpret_cast<sockaddr_in*>(&out.storage);
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&out.storage);
    if (inet_pton(AF_INET, copy.c_str(), &v4->sin_addr) == 1) {
      v4->sin_family = AF_INET;
      v4->sin_port = htons(port);
      out.size = sizeof *v4;
    } else if (inet_pton(AF_INET6, copy.c_str(), &v6->sin6_addr) == 1) {
      v6->sin6_family = AF_INET6;
      v6->sin6_port = htons(port);
      out.size = sizeof *v6;
    }
    return out.size != 0;
  }
  int family() const { return storage.ss_family; }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  std::string_view address_bytes() const {
    if (family() == AF_INET)
      return {reinterpret_cast<const char*>(&reinterpret_cast<const sockaddr_in*>(&storage)->sin_addr), 4};
    return {reinterpret_cast<const char*>(&reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_addr), 16};
  }
};

inline std::string_view header_of(std::string_view head, std::string_view name, std::string_view compact) {
  for (size_t at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at)) {
    at += 2;
    const size_t end = std::min(head.find("\r\n", at), head.size());
    const std::string_view line = head.substr(at, end - at);
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    std::string_view field = line.substr(0, colon);
    while (!field.empty() && field.back() == ' ') field.remove_suffix(1);
    for (const std::string_view wanted : {name, compact}) {
      if (field.size() != wanted.size() || strncasecmp(field.data(), wanted.data(), wanted.size()) != 0)
        continue;
      std::string_view value = line.substr(colon + 1);
      while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
      return value;
    }
  }
  return {};
}

inline bool parse_sdp(std::string_view body, std::string_view& host, uint16_t& port) {
  const size_t connection = body.find("c=IN IP"), media = body.find("m=audio ");
  if (connection == std::string_view::npos || media == std::string_view::npos) return false;
  host = body.substr(connection + 9);
  host = host.substr(0, host.find_first_of("\r\n/ "));
  const std::string_view number = body.substr(media + 8);
  return std::from_chars(number.data(), number.data() + number.size(), port).ec == std::errc{};
}

/// The UDP payload of a cooked IP packet; empty where the local address isn't the side's own.
inline std::string_view payload_of(std::string_view packet, std::string_view own, bool outgoing) {
  if (packet.size() < 28) return {};
  const bool v4 = (uint8_t(packet[0]) >> 4) == 4;
  const size_t header = v4 ? size_t(uint8_t(packet[0]) & 0xf) * 4 : 40, width = v4 ? 4 : 16;
  const size_t local = v4 ? (outgoing ? 12 : 16) : (outgoing ? 8 : 24);
  if (packet.size() < header + 8 || own.size() != width || packet.substr(local, width) != own) return {};
  return packet.substr(header + 8);
}

/// Accepts UDP from or to `port`, on a cooked socket (no link header).
inline std::vector<sock_filter> sip_filter(int family, uint32_t port) {
  if (family == AF_INET6)
    return {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x60, 0, 7),
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 6),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 5),
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 40),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port, 2, 0),
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 42),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0xffff),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
  return {
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x40, 0, 10),
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 8),
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, 6, 0),
      BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
      BPF_STMT(BPF_LD | BPF_H | BPF_IND, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port, 2, 0),
      BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, 0xffff),
      BPF_STMT(BPF_RET | BPF_K, 0),
  };
}

}  // namespace net
