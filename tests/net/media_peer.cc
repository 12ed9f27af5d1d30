// media_peer: the media half of the user agents whose signalling SIPp does. It reads the SIP that passes its
// side's interface, and so knows each call's ports, when to start and when to stop, as a user agent would:
//
//   sockets open   before our own SDP can have been answered
//   sending starts with the ACK, with the other side's SDP known
//   sending stops  after --packets packets (one each 20 ms), or with the BYE, which then counts as `cut`
//
// Each stream has an SSRC and a tone of its own (G.711 A-law), so a packet that strays into another call
// shows. RTCP sender reports carry a CNAME that holds the side's address. Totals go to standard output, one
// JSON line per --report-ms and a last one with "final" on SIGTERM or SIGINT.
//
// One thread; sides may lie in different network namespaces. A system call that fails ends the program.
#include <array>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <numbers>
#include <queue>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/net/sip_watch.h"

namespace {

using net::Address;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto packet_interval = 20ms;
constexpr unsigned samples_per_packet = 160;

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "media_peer: %s: %s\n", what.c_str(), std::strerror(errno));
  std::exit(1);
}

// --- audio

uint8_t alaw_of(int sample) {  // ITU-T G.711, 13-bit input scaled to 16
  const int sign = sample >= 0 ? 0x80 : 0;
  int magnitude = std::abs(sample) >> 3;
  if (magnitude > 0xfff) magnitude = 0xfff;
  int exponent = 7;
  for (int mask = 0x800; exponent > 0 && !(magnitude & mask); mask >>= 1) --exponent;
  const int mantissa = exponent == 0 ? (magnitude >> 1) & 0xf : (magnitude >> exponent) & 0xf;
  return uint8_t((sign | exponent << 4 | mantissa) ^ 0x55);
}

class Tone {
 public:
  explicit Tone(unsigned hertz = 0) : step_(uint32_t((uint64_t(hertz) << 32) / 8000)) {}
  void write(uint8_t* out) {
    static const auto wave = [] {
      std::array<uint8_t, 4096> table{};
      for (size_t i = 0; i < table.size(); ++i)
        table[i] = alaw_of(int(12000 * std::sin(2 * std::numbers::pi * double(i) / double(table.size()))));
      return table;
    }();
    for (unsigned i = 0; i < samples_per_packet; ++i, phase_ += step_) out[i] = wave[phase_ >> 20];
  }

 private:
  uint32_t phase_ = 0, step_;
};

// --- state

struct Totals {
  uint64_t streams = 0, complete = 0, cut = 0,
           silent = 0;  // streams begun, sent in full, ended by BYE; calls refused
  uint64_t rtp_sent = 0, rtp_received = 0, rtcp_sent = 0, rtcp_received = 0, send_failed = 0, lost = 0;
};

/// One local RTP port with its RTCP neighbour; kept open for late packets, used again by a later call.
struct MediaSockets {
  int rtp = -1, rtcp = -1;
  bool heard = false;
  uint16_t first = 0;
  int64_t highest = 0, received = 0;  // highest counts on past 65535

  int64_t missing() const { return heard ? highest - first + 1 - received : 0; }
};

struct Stream {
  Address rtp_remote, rtcp_remote;
  MediaSockets* sockets = nullptr;
  uint16_t local_port = 0;
  bool started = false, stopped = false, deaf = false;
  uint32_t ssrc = 0, timestamp = 0, sent = 0;
  uint16_t sequence = 0;
  Tone tone;
};

struct Side {
  std::string name, netns, device, cname;
  Address address;
  uint16_t sip_port = 5060;
  unsigned deaf_every = 0;  // each so-many-th call opens no ports, so the kernel answers its media with ICMP
  int namespace_fd = -1, sniffer = -1;
  unsigned calls = 0;
  Totals totals;
  std::unordered_map<std::string, std::unique_ptr<Stream>> streams;  // by Call-ID
  std::unordered_map<uint16_t, std::unique_ptr<MediaSockets>> sockets;
};

struct Due {
  Clock::time_point when;
  Side* side;
  Stream* stream;
  bool rtcp;
  bool operator<(const Due& other) const { return when > other.when; }
};

/// What an epoll event belongs to: the sniffer of a side, or one of its media sockets.
struct Source {
  Side* side;
  MediaSockets* media;
  bool rtcp;
  int fd;
};

// --- the program

class MediaPeer {
 public:
  uint32_t packets = 100;
  std::chrono::milliseconds rtcp_interval{1000}, report_interval{500};
  std::vector<std::unique_ptr<Side>> sides;

  void run(const volatile sig_atomic_t& stop) {
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_ < 0) fail("epoll_create1");
    for (auto& side : sides) open_sniffer(*side);
    std::printf("ready\n");
    std::fflush(stdout);
    auto next_report = Clock::now() + report_interval;
    while (!stop) {
      send_due();
      if (Clock::now() >= next_report) {
        report(false);
        next_report += report_interval;
      }
      wait(due_.empty() ? next_report : std::min(next_report, due_.top().when));
    }
    report(true);
  }

 private:
  void wait(Clock::time_point until) {
    const auto left = std::max(until - Clock::now(), Clock::duration::zero());
    const timespec timeout{left / 1s, (left % 1s).count()};
    std::array<epoll_event, 256> events;
    const int count = epoll_pwait2(epoll_, events.data(), int(events.size()), &timeout, nullptr);
    // Signalling first: an answer may be what makes media that is already here expected.
    for (int i = 0; i < count; ++i) {
      auto* source = static_cast<Source*>(events[size_t(i)].data.ptr);
      if (!source->media) read_signalling(*source->side);
    }
    for (int i = 0; i < count; ++i) {
      auto* source = static_cast<Source*>(events[size_t(i)].data.ptr);
      if (source->media) read_media(*source);
    }
  }

  void watch(int fd, Side* side, MediaSockets* media, bool rtcp) {
    sources_.push_back(std::make_unique<Source>(Source{side, media, rtcp, fd}));
    epoll_event event{.events = EPOLLIN, .data = {.ptr = sources_.back().get()}};
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
  }

  void open_sniffer(Side& side) {
    side.namespace_fd = open(("/run/netns/" + side.netns).c_str(), O_RDONLY | O_CLOEXEC);
    if (side.namespace_fd < 0 || setns(side.namespace_fd, CLONE_NEWNET) != 0) fail("namespace " + side.netns);
    side.sniffer = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (side.sniffer < 0) fail("packet socket");
    const std::vector<sock_filter> filter = net::sip_filter(side.address.family(), side.sip_port);
    const sock_fprog program{uint16_t(filter.size()), const_cast<sock_filter*>(filter.data())};
    if (setsockopt(side.sniffer, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0) fail("filter");
    const int room = 8 << 20;
    setsockopt(side.sniffer, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    sockaddr_ll link{};
    link.sll_family = AF_PACKET;
    link.sll_protocol = htons(ETH_P_ALL);
    link.sll_ifindex = int(if_nametoindex(side.device.c_str()));
    if (bind(side.sniffer, reinterpret_cast<sockaddr*>(&link), sizeof link) != 0)
      fail("device " + side.device);
    watch(side.sniffer, &side, nullptr, false);
  }

  void read_signalling(Side& side) {
    std::array<char, 16384> buffer;
    for (;;) {
      sockaddr_ll from{};
      socklen_t from_size = sizeof from;
      const ssize_t size = recvfrom(side.sniffer, buffer.data(), buffer.size(), 0,
                                    reinterpret_cast<sockaddr*>(&from), &from_size);
      if (size <= 0) return;
      const bool outgoing = from.sll_pkttype == PACKET_OUTGOING;
      on_sip(side, net::payload_of({buffer.data(), size_t(size)}, side.address.address_bytes(), outgoing),
             outgoing);
    }
  }

  void on_sip(Side& side, std::string_view message, bool outgoing) {
    const size_t end = message.find("\r\n\r\n");
    if (end == std::string_view::npos) return;
    const std::string_view head = message.substr(0, end);
    const std::string call(net::header_of(head, "Call-ID", "i"));
    if (call.empty()) return;
    std::string_view host;
    uint16_t port = 0;
    if (net::parse_sdp(message.substr(end + 4), host, port)) {
      auto& slot = side.streams[call];
      if (!slot) {
        slot = std::make_unique<Stream>();
        slot->deaf = side.deaf_every != 0 && ++side.calls % side.deaf_every == 0;
        side.totals.silent += slot->deaf;
      }
      if (outgoing)
        open_media(side, *slot, port);
      else if (!Address::parse(host, port, slot->rtp_remote) ||
               !Address::parse(host, uint16_t(port + 1), slot->rtcp_remote))
        return;
    }
    const auto found = side.streams.find(call);
    if (found == side.streams.end()) return;
    if (head.starts_with("ACK ")) start(side, *found->second);
    if (head.starts_with("BYE ")) stop(side, *found->second);
  }

  void open_media(Side& side, Stream& stream, uint16_t port) {
    stream.local_port = port;
    if (stream.deaf || stream.sockets) return;
    auto& slot = side.sockets[port];
    if (!slot) {
      slot = std::make_unique<MediaSockets>();
      if (setns(side.namespace_fd, CLONE_NEWNET) != 0) fail("setns");
      slot->rtp = open_udp(side, port);
      slot->rtcp = open_udp(side, uint16_t(port + 1));
      watch(slot->rtp, &side, slot.get(), false);
      watch(slot->rtcp, &side, slot.get(), true);
    } else {
      side.totals.lost += uint64_t(std::max<int64_t>(slot->missing(), 0));
      slot->heard = false;
    }
    stream.sockets = slot.get();
  }

  static int open_udp(const Side& side, uint16_t port) {
    const int fd = socket(side.address.family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    Address local;
    char text[INET6_ADDRSTRLEN];
    const std::string_view bytes = side.address.address_bytes();
    inet_ntop(side.address.family(), bytes.data(), text, sizeof text);
    Address::parse(text, port, local);
    if (fd < 0 || bind(fd, local.get(), local.size) != 0)
      fail(side.name + ": media port " + std::to_string(port));
    return fd;
  }

  void start(Side& side, Stream& stream) {
    if (stream.started || stream.stopped || !stream.sockets || stream.rtp_remote.size == 0) return;
    stream.started = true;
    const uint32_t number = ++streams_;
    stream.ssrc = (0x5bc00000u + number) * 2654435761u;  // one-to-one, so never the same twice in a run
    stream.sequence = uint16_t(stream.ssrc >> 7);        // now and then close to the wrap
    stream.timestamp = stream.ssrc ^ 0x9e3779b9u;
    stream.tone = Tone(300 + number * 37 % 3000);
    ++side.totals.streams;
    const auto now = Clock::now();
    due_.push({now, &side, &stream, false});
    if (rtcp_interval.count() > 0) due_.push({now + rtcp_interval / 4, &side, &stream, true});
  }

  void stop(Side& side, Stream& stream) {
    if (stream.started && !stream.stopped) ++(stream.sent < packets ? side.totals.cut : side.totals.complete);
    stream.stopped = true;
  }

  void send_due() {
    for (const auto now = Clock::now(); !due_.empty() && due_.top().when <= now;) {
      const Due due = due_.top();
      due_.pop();
      if (due.stream->stopped) continue;
      if (due.rtcp) {
        send_rtcp(*due.side, *due.stream);
        due_.push({due.when + rtcp_interval, due.side, due.stream, true});
      } else if (due.stream->sent < packets) {
        send_rtp(*due.side, *due.stream);
        due_.push({due.when + packet_interval, due.side, due.stream, false});
      }
    }
  }

  static void put16(uint8_t* at, uint32_t value) {
    at[0] = uint8_t(value >> 8);
    at[1] = uint8_t(value);
  }
  static void put32(uint8_t* at, uint32_t value) {
    put16(at, value >> 16);
    put16(at + 2, value);
  }

  void send_to(Side& side, int fd, const Address& to, const uint8_t* bytes, size_t size, uint64_t& counter) {
    if (sendto(fd, bytes, size, 0, to.get(), to.size) == ssize_t(size))
      ++counter;
    else
      ++side.totals.send_failed;
  }

  void send_rtp(Side& side, Stream& stream) {
    std::array<uint8_t, 12 + samples_per_packet> packet;
    packet[0] = 0x80;
    packet[1] =
        uint8_t(8 | (stream.sent == 0 ? 0x80 : 0));  // PCMA; the marker opens the talkspurt (RFC 3551 4.1)
    put16(&packet[2], stream.sequence++);
    put32(&packet[4], stream.timestamp);
    put32(&packet[8], stream.ssrc);
    stream.tone.write(&packet[12]);
    stream.timestamp += samples_per_packet;
    ++stream.sent;
    send_to(side, stream.sockets->rtp, stream.rtp_remote, packet.data(), packet.size(), side.totals.rtp_sent);
  }

  /// A sender report and a source description (RFC 3550 6.4.1, 6.5) that names the side's address.
  void send_rtcp(Side& side, Stream& stream) {
    std::array<uint8_t, 320> packet{};
    packet[0] = 0x80;
    packet[1] = 200;
    put16(&packet[2], 6);
    put32(&packet[4], stream.ssrc);
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    put32(&packet[8], uint32_t(since_1970 / 1s + 2208988800));
    put32(&packet[16], stream.timestamp);
    put32(&packet[20], stream.sent);
    put32(&packet[24], stream.sent * samples_per_packet);
    uint8_t* const chunk = &packet[28];
    put32(chunk + 4, stream.ssrc);
    uint8_t* item = chunk + 8;
    *item++ = 1;  // CNAME
    *item++ = uint8_t(side.cname.size());
    std::memcpy(item, side.cname.data(), side.cname.size());
    item += side.cname.size() + 1;  // at least one null ends the list
    const size_t size = (size_t(item - chunk) + 3) & ~size_t(3);
    chunk[0] = 0x81;
    chunk[1] = 202;
    put16(chunk + 2, uint32_t(size / 4 - 1));
    send_to(side, stream.sockets->rtcp, stream.rtcp_remote, packet.data(), 28 + size, side.totals.rtcp_sent);
  }

  static void read_media(const Source& source) {
    std::array<uint8_t, 2048> packet;
    for (ssize_t size; (size = recv(source.fd, packet.data(), packet.size(), 0)) > 0;) {
      Totals& totals = source.side->totals;
      if (source.rtcp) {
        ++totals.rtcp_received;
        continue;
      }
      ++totals.rtp_received;
      if (size < 12) continue;
      MediaSockets& media = *source.media;
      const uint16_t sequence = uint16_t(packet[2] << 8 | packet[3]);
      if (!media.heard) {
        media.heard = true;
        media.first = sequence;
        media.highest = sequence;
        media.received = 0;
      }
      ++media.received;
      const int16_t ahead = int16_t(sequence - uint16_t(media.highest));
      if (ahead > 0) media.highest += ahead;
    }
  }

  void report(bool final) const {
    std::string line = "{";
    for (const auto& side : sides) {
      Totals totals = side->totals;
      for (const auto& [port, media] : side->sockets)
        totals.lost += uint64_t(std::max<int64_t>(media->missing(), 0));
      if (line.size() > 1) line += ", ";
      line += "\"" + side->name + "\": {";
      const std::pair<const char*, uint64_t> rows[] = {
          {"streams", totals.streams},
          {"complete", totals.complete},
          {"cut", totals.cut},
          {"silent", totals.silent},
          {"rtp_sent", totals.rtp_sent},
          {"rtp_received", totals.rtp_received},
          {"rtcp_sent", totals.rtcp_sent},
          {"rtcp_received", totals.rtcp_received},
          {"send_failed", totals.send_failed},
          {"lost", totals.lost},
      };
      for (const auto& [name, value] : rows)
        line += std::string(line.back() == '{' ? "" : ", ") + "\"" + name + "\": " + std::to_string(value);
      line += "}";
    }
    line += final ? ", \"final\": true}" : "}";
    std::puts(line.c_str());
    std::fflush(stdout);
  }

  int epoll_ = -1;
  uint32_t streams_ = 0;
  std::priority_queue<Due> due_;
  std::vector<std::unique_ptr<Source>> sources_;
};

volatile sig_atomic_t stop_asked = 0;

/// name=access,netns=N,device=D,address=A[,port=5060][,cname=TEXT][,deaf=K]
std::unique_ptr<Side> parse_side(const std::string& text) {
  auto side = std::make_unique<Side>();
  size_t at = 0;
  while (at < text.size()) {
    const size_t end = std::min(text.find(',', at), text.size());
    const std::string pair = text.substr(at, end - at);
    const std::string key = pair.substr(0, pair.find('=')), value = pair.substr(pair.find('=') + 1);
    if (key == "name")
      side->name = value;
    else if (key == "netns")
      side->netns = value;
    else if (key == "device")
      side->device = value;
    else if (key == "address")
      Address::parse(value, 0, side->address);
    else if (key == "port")
      side->sip_port = uint16_t(std::stoi(value));
    else if (key == "cname")
      side->cname = value.substr(0, 255);
    else if (key == "deaf")
      side->deaf_every = unsigned(std::stoi(value));
    at = end + 1;
  }
  if (side->address.size == 0 || side->device.empty() || side->netns.empty()) return nullptr;
  return side;
}

}  // namespace

int main(int argc, char** argv) {
  MediaPeer peer;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view option = argv[i];
    const std::string value = argv[i + 1];
    if (option == "--side") {
      peer.sides.push_back(parse_side(value));
      if (!peer.sides.back()) {
        std::fprintf(stderr, "media_peer: --side %s: needs name, netns, device and address\n", value.c_str());
        return 2;
      }
    } else if (option == "--packets") {
      peer.packets = uint32_t(std::stoul(value));
    } else if (option == "--rtcp-ms") {
      peer.rtcp_interval = std::chrono::milliseconds(std::stoi(value));
    } else if (option == "--report-ms") {
      peer.report_interval = std::chrono::milliseconds(std::stoi(value));
    } else {
      std::fprintf(stderr,
                   "usage: media_peer --side name=N,netns=N,device=D,address=A[,port=P][,cname=C][,deaf=K]..."
                   " [--packets N] [--rtcp-ms N] [--report-ms N]\n");
      return 2;
    }
  }
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  struct sigaction action {};
  action.sa_handler = [](int) { stop_asked = 1; };
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  peer.run(stop_asked);
  return 0;
}
