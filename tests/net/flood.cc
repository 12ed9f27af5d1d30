// flood: sends SIP requests as raw frames at a given rate for a given time and says exactly how many left, so
// that the receiver's accounts can be held against them.
//
//   flood --device D --mac DESTINATION --target IP [--port 5060] --mode source|spoofed|call-id
//         --rate PER_SECOND --seconds N [--from IP] [--sources N] [--user NUMBER] [--method INVITE]
//
//   source   every request from the one address --from, each a new call
//   spoofed  from --sources addresses counted up from --from (IPv6: one /64 each), each a new call
//   call-id  as spoofed, but all with one Call-ID
//
// One JSON line on standard output at the end. Run inside a network namespace; needs CAP_NET_RAW.
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "flood: %s: %s\n", what.c_str(), std::strerror(errno));
  std::exit(1);
}

struct Ip {
  bool v6 = false;
  std::array<uint8_t, 16> bytes{};

  static Ip parse(const std::string& text) {
    Ip ip;
    ip.v6 = text.find(':') != std::string::npos;
    if (inet_pton(ip.v6 ? AF_INET6 : AF_INET, text.c_str(), ip.bytes.data()) != 1) fail("address " + text);
    return ip;
  }
  /// The n-th neighbour: counts IPv4 addresses, or IPv6 /64 networks.
  Ip next(uint32_t n) const {
    Ip ip = *this;
    const size_t low = v6 ? 4 : 0;
    uint32_t value = 0;
    for (size_t i = 0; i < 4; ++i) value = value << 8 | bytes[low + i];
    value += n;
    for (size_t i = 0; i < 4; ++i) ip.bytes[low + i] = uint8_t(value >> (24 - 8 * i));
    return ip;
  }
  size_t size() const { return v6 ? 16 : 4; }
  std::string text() const {
    char out[INET6_ADDRSTRLEN];
    inet_ntop(v6 ? AF_INET6 : AF_INET, bytes.data(), out, sizeof out);
    return v6 ? "[" + std::string(out) + "]" : out;
  }
};

uint32_t sum_of(const uint8_t* bytes, size_t size, uint32_t sum = 0) {
  for (size_t i = 0; i + 1 < size; i += 2) sum += uint32_t(bytes[i] << 8 | bytes[i + 1]);
  return size % 2 ? sum + uint32_t(bytes[size - 1] << 8) : sum;
}
uint16_t checksum(uint32_t sum) {
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return uint16_t(~sum);
}
void put16(std::string& out, uint32_t value) {
  out += char(value >> 8);
  out += char(value);
}

struct Options {
  std::map<std::string, std::string> values{{"port", "5060"},    {"mode", "source"},   {"rate", "1000"},
                                            {"seconds", "1"},    {"sources", "10000"}, {"user", "000"},
                                            {"method", "INVITE"}};
  const std::string& operator[](const std::string& name) {
    if (!values.contains(name)) {
      std::fprintf(stderr, "flood: --%s is missing\n", name.c_str());
      std::exit(2);
    }
    return values[name];
  }
};

class Flood {
 public:
  explicit Flood(Options& options)
      : target_(Ip::parse(options["target"])),
        from_(Ip::parse(options["from"])),
        mode_(options["mode"]),
        method_(options["method"]),
        user_(options["user"]),
        port_(uint32_t(std::stoul(options["port"]))),
        sources_(mode_ == "source" ? 1 : uint32_t(std::stoul(options["sources"]))) {
    open_device(options["device"], options["mac"]);
  }

  void run(double rate, double seconds) {
    const auto begun = Clock::now();
    const uint64_t total = uint64_t(rate * seconds);
    for (uint64_t sent = 0; sent < total;) {
      const std::chrono::duration<double> passed = Clock::now() - begun;
      const uint64_t due = std::min(total, uint64_t(passed.count() * rate) + 1);
      for (; sent < due; ++sent) send_one(sent);
      std::this_thread::sleep_for(500us);
    }
    const std::chrono::duration<double> took = Clock::now() - begun;
    std::printf("{\"mode\": \"%s\", \"sent\": %llu, \"sources\": %u, \"seconds\": %.3f}\n", mode_.c_str(),
                static_cast<unsigned long long>(total), sources_, took.count());
  }

 private:
  void open_device(const std::string& device, const std::string& mac) {
    socket_ = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (socket_ < 0) fail("packet socket");
    ifreq request{};
    std::snprintf(request.ifr_name, sizeof request.ifr_name, "%s", device.c_str());
    if (ioctl(socket_, SIOCGIFHWADDR, &request) != 0) fail("device " + device);
    std::array<unsigned, 6> octets{};
    if (std::sscanf(mac.c_str(), "%x:%x:%x:%x:%x:%x", &octets[0], &octets[1], &octets[2], &octets[3],
                    &octets[4], &octets[5]) != 6)
      fail("MAC address " + mac);
    for (const unsigned octet : octets) ethernet_ += char(octet);
    ethernet_.append(request.ifr_hwaddr.sa_data, 6);
    put16(ethernet_, target_.v6 ? ETH_P_IPV6 : ETH_P_IP);
    link_.sll_family = AF_PACKET;
    link_.sll_halen = 6;
    link_.sll_ifindex = int(if_nametoindex(device.c_str()));
  }

  std::string message(uint64_t number, const Ip& source) const {
    const std::string id = std::to_string(getpid()) + "-" + std::to_string(number);
    const std::string host = source.text(), uri = "sip:" + user_ + "@" + target_.text();
    const std::string call = mode_ == "call-id" ? "one-for-all-" + std::to_string(getpid()) : "flood-" + id;
    const std::string body =
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
        "m=audio 4000 RTP/AVP 0 8\r\n";
    return method_ + " " + uri + " SIP/2.0\r\nVia: SIP/2.0/UDP " + host + ":5060;branch=z9hG4bKf" + id +
           "\r\nMax-Forwards: 70\r\nFrom: <sip:flood@" + host + ">;tag=f" + id + "\r\nTo: <" + uri +
           ">\r\nCall-ID: " + call + "\r\nCSeq: 1 " + method_ + "\r\nContact: <sip:flood@" + host +
           ":5060>\r\nContent-Type: application/sdp\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  }

  std::string frame(uint64_t number) const {
    const Ip source = from_.next(uint32_t(number % sources_));
    const std::string text = message(number, source);
    std::string udp;
    put16(udp, 5060);
    put16(udp, port_);
    put16(udp, uint32_t(text.size() + 8));
    put16(udp, 0);
    udp += text;
    std::string pseudo(reinterpret_cast<const char*>(source.bytes.data()), source.size());
    pseudo.append(reinterpret_cast<const char*>(target_.bytes.data()), target_.size());
    const auto* bytes = [](const std::string& s) { return reinterpret_cast<const uint8_t*>(s.data()); }(udp);
    const uint32_t sum = sum_of(reinterpret_cast<const uint8_t*>(pseudo.data()), pseudo.size(),
                                sum_of(bytes, udp.size(), IPPROTO_UDP + uint32_t(udp.size())));
    const uint16_t check = checksum(sum) == 0 ? 0xffff : checksum(sum);
    udp[6] = char(check >> 8);
    udp[7] = char(check);
    return ethernet_ + (target_.v6 ? header_v6(udp.size()) : header_v4(udp.size(), pseudo)) +
           (target_.v6 ? pseudo : "") + udp;
  }

  static std::string header_v6(size_t size) {
    std::string header("\x60\0\0\0", 4);
    put16(header, uint32_t(size));
    return header + char(IPPROTO_UDP) + char(64);  // the addresses follow
  }
  static std::string header_v4(size_t size, const std::string& addresses) {
    std::string header("\x45\0", 2);
    put16(header, uint32_t(size + 20));
    header.append("\0\0\x40\0\x40\x11\0\0", 8);
    header += addresses;
    const uint16_t check = checksum(sum_of(reinterpret_cast<const uint8_t*>(header.data()), header.size()));
    header[10] = char(check >> 8);
    header[11] = char(check);
    return header;
  }

  void send_one(uint64_t number) {
    const std::string bytes = frame(number);
    while (sendto(socket_, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&link_),
                  sizeof link_) < 0) {
      if (errno != ENOBUFS && errno != EAGAIN && errno != EINTR) fail("send");
      std::this_thread::sleep_for(50us);
    }
  }

  Ip target_, from_;
  std::string mode_, method_, user_, ethernet_;
  uint32_t port_, sources_;
  int socket_ = -1;
  sockaddr_ll link_{};
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) options.values[std::string(argv[i]).substr(2)] = argv[i + 1];
  Flood flood(options);
  flood.run(std::stod(options["rate"]), std::stod(options["seconds"]));
  return 0;
}
