// The media relay on hostile datagrams: of a plain stream, a muxed one, and two that the peers encrypt.
#include <algorithm>
#include <memory>
#include <vector>

#include "config/types/check.h"
#include "dataplane/bytes/big_endian.h"
#include "dataplane/media/relay_engine.h"
#include "dataplane/wire/build.h"
#include "dataplane/wire/frame.h"
#include "tests/dataplane/media/control_relay.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/targets.h"

namespace sbc::fuzz {
namespace {

using namespace media;
using Octets = std::vector<uint8_t>;

constexpr RealmId realms[]{RealmId(0), RealmId(1)};
constexpr size_t headroom = 128, tailroom = 512;

IpAddress address(std::string_view text) { return IpAddress::parse(text).value(); }
// By side and family.
const IpAddress ours[2][2]{{address("192.0.2.1"), address("2001:db8:a::1")},
                           {address("10.0.0.1"), address("2001:db8:c::1")}};
const IpAddress theirs[2][2]{{address("198.51.100.7"), address("2001:db8:7::7")},
                             {address("10.0.0.9"), address("2001:db8:9::9")}};
const IpAddress strangers[2]{address("203.0.113.66"), address("2001:db8:66::66")};

config::Model two_realms() {
  config::Model model;
  for (const auto& own : ours) {
    config::Realm realm;
    realm.media.first_port = 20000;
    realm.media.last_port = 20063;
    realm.media.addresses = {own[0], own[1]};
    model.realms.push_back(realm);
  }
  return model;
}

constexpr unsigned relays = 4;
constexpr uint16_t local_port(unsigned relay) { return uint16_t(20000 + 2 * relay); }
constexpr uint16_t remote_port(unsigned relay) { return uint16_t(4000 + 2 * relay); }
/// One of the plain and one of the encrypted ones join two families.
constexpr uint8_t family_of(unsigned relay, unsigned side) { return side == 1 && (relay == 1 || relay == 2); }

constexpr bool is_muxed(unsigned relay) { return relay % 2 == 1; }

Relay relay_of(unsigned number) {
  Relay relay;
  relay.token = 1 + number;
  relay.cname = 0x1122334455667788;
  relay.seal = number == 2 ? Seal::srtp : number == 3 ? Seal::dtls_srtp : Seal::none;
  for (unsigned i = 0; i < 2; ++i) {
    Side& side = relay.sides[i];
    const uint8_t family = family_of(number, i);
    side.local = {realms[i], family, local_port(number)};
    side.remote = {theirs[i][family], remote_port(number)};
    side.payload_types = {1, uint64_t(1) << (101 - 64)};
    side.formats.add({0, rtp::Codec::g711, 8'000});
    side.muxed = is_muxed(number);
  }
  return relay;
}

/// One datagram, and who sends it where.
struct Datagram {
  explicit Datagram(uint8_t choice)
      : relay(choice & 3),
        side(choice >> 2 & 1),
        control(choice >> 3 & 1),
        stranger(choice >> 4 & 1),
        pause((choice >> 5) * 10) {}

  Octets frame() const {
    Octets buffer(headroom + wire::udp_headers_max);
    size_t offset = buffer.size();
    buffer.insert(buffer.end(), payload.begin(), payload.end());
    const uint8_t family = family_of(relay, side);
    const IpAddress& source = stranger ? strangers[family] : theirs[side][family];
    const wire::UdpPath path{{{}, source, ours[side][family], 64, 0},
                             uint16_t(remote_port(relay) + control),
                             uint16_t(local_port(relay) + control)};
    const auto frame = wire::write_udp_frame(buffer, offset, payload.size(), path);
    Octets whole(headroom);
    whole.insert(whole.end(), frame.begin(), frame.end());
    whole.resize(whole.size() + tailroom);
    return whole;
  }
  /// Nothing of it is ours to change, whoever it is from.
  bool is_sealed() const { return relay_of(relay).seal != Seal::none; }

  unsigned relay, side;
  bool control, stranger;
  std::chrono::milliseconds pause;
  std::span<const uint8_t> payload;
};

/// All of them that the bytes hold: a choice, a length, so many bytes or what is left.
std::vector<Datagram> datagrams_in(std::span<const uint8_t> bytes) {
  std::vector<Datagram> all;
  while (bytes.size() >= 2) {
    Datagram& made = all.emplace_back(bytes[0]);
    const size_t length = std::min<size_t>(bytes[1], bytes.size() - 2);
    made.payload = bytes.subspan(2, length);
    bytes = bytes.subspan(2 + length);
  }
  return all;
}

struct Sent {
  Octets packet;  // from its IP header on; empty: nothing leaves
  RealmId realm = RealmId::none;
  bool operator==(const Sent&) const = default;
};

/// One engine with all relays, which takes packets as the edge gives them to it.
class Border {
 public:
  /// `steady`: what may go the short way does.
  explicit Border(bool steady) : ranges_(two_realms()), engine_(ranges_, WorkerId(0), 1), steady_(steady) {
    for (unsigned i = 0; i < relays; ++i) {
      engine_.install(relay_of(i), Instant{0});
      engine_.install(control_of(relay_of(i)), Instant{0});
    }
  }

  /// What becomes of it.
  Sent push(const Datagram& datagram, Instant now) {
    Octets buffer = datagram.frame();
    const Octets before = buffer;
    PacketBuffer packet{buffer.data() + headroom, uint32_t(buffer.size() - headroom - tailroom), headroom,
                        tailroom};
    const RealmId realm = realms[datagram.side];
    if (steady_) {
      Sent sent = relay_steady(realm, packet, now);
      if (!sent.packet.empty()) return sent;
      SBC_CHECK(buffer == before);
    }
    const auto frame = wire::parse_frame({packet.data, packet.size});
    SBC_CHECK(frame);
    const auto local = ranges_.locate(realm, frame->destination, frame->destination_port);
    SBC_CHECK(local);
    const Verdict verdict = engine_.relay(engine_.flow_of(*local), packet, *frame, now);
    if (verdict.reason == Reason::none) return {{packet.data, packet.data + packet.size}, verdict.realm};
    SBC_CHECK(buffer == before);
    return {};
  }
  SideStats stats(unsigned relay, unsigned side, bool control) const {
    return engine_.stats({realms[side], family_of(relay, side), uint16_t(local_port(relay) + control)});
  }

 private:
  Sent relay_steady(RealmId realm, const PacketBuffer& packet, Instant now) {
    const std::span<uint8_t> ip{packet.data + wire::ethernet_size, packet.size - wire::ethernet_size};
    const FlowIndex flow = engine_.peek(realm, load_be16(packet.data + 12), ip);
    if (flow == no_flow) return {};
    const std::span<uint8_t> sent = engine_.relay_steady(flow, ip, now);
    if (sent.empty()) return {};
    return {{sent.begin(), sent.end()}, engine_.egress_realm(flow)};
  }

  MediaRanges ranges_;
  RelayEngine engine_;
  const bool steady_;
};

/// What leaves is a whole packet from our port to that of the peer, and no stranger's. RTCP has its own
/// ports, where the two do not share one; where they do, RTCP leaves from that one (and DTLS that came to its
/// own), toward where the peer's came from: before its RTP has latched, that may be its next port.
void judge(const Datagram& datagram, const Sent& whole) {
  const Octets& sent = whole.packet;
  SBC_CHECK(!datagram.stranger);
  Octets framed(wire::ethernet_size);
  const bool six = sent[0] >> 4 == 6;
  store_be16(&framed[12], six ? wire::ethertype_ipv6 : wire::ethertype_ipv4);
  framed.insert(framed.end(), sent.begin(), sent.end());
  const auto frame = wire::parse_frame(framed);
  SBC_CHECK(frame && wire::has_valid_checksum(framed, *frame));
  const unsigned toward = 1 - datagram.side;
  const uint8_t family = family_of(datagram.relay, toward);
  SBC_CHECK(frame->source == ours[toward][family] && frame->destination == theirs[toward][family]);
  const unsigned port = frame->source_port - local_port(datagram.relay);
  const unsigned remote = frame->destination_port - remote_port(datagram.relay);
  if (is_muxed(datagram.relay)) {
    const bool control = datagram.control || rtp::looks_like_rtcp(datagram.payload);
    SBC_CHECK(port == 0 && (remote == 0 || (remote == 1 && control)));
  } else {
    SBC_CHECK(port == datagram.control && remote == port);
  }
  SBC_CHECK(whole.realm == realms[toward]);
  const auto payload = frame->payload(framed);
  if (datagram.is_sealed()) SBC_CHECK(std::ranges::equal(payload, datagram.payload));
}

bool same(const SideStats& a, const SideStats& b) {
  return a.packets == b.packets && a.bytes == b.bytes && a.lost == b.lost && a.duplicates == b.duplicates &&
         a.reordered == b.reordered && a.loss_runs == b.loss_runs && a.streams == b.streams &&
         a.refused == b.refused && a.strangers == b.strangers && a.too_many == b.too_many &&
         a.codec == b.codec && a.jitter == b.jitter && a.jitter_max == b.jitter_max &&
         a.round_trip == b.round_trip && a.latched == b.latched && a.last_packet == b.last_packet &&
         a.paused == b.paused;
}

}  // namespace

void relay(std::string_view bytes) {
  const auto brisk = std::make_unique<Border>(true), plain = std::make_unique<Border>(false),
             undisturbed = std::make_unique<Border>(false);
  Instant now{1'000'000'000};
  for (const Datagram& datagram : datagrams_in(octets(bytes))) {
    now = now + datagram.pause;
    const Sent sent = plain->push(datagram, now);
    SBC_CHECK(brisk->push(datagram, now) == sent);
    SBC_CHECK(datagram.stranger || undisturbed->push(datagram, now) == sent);
    if (!sent.packet.empty()) judge(datagram, sent);
  }
  for (unsigned number = 0; number < relays; ++number) {
    for (unsigned side = 0; side < 2; ++side) {
      for (bool control : {false, true})
        SBC_CHECK(same(brisk->stats(number, side, control), plain->stats(number, side, control)));
    }
  }
}

}  // namespace sbc::fuzz
