// Border: a whole SBC in one process without threads: N workers iterated by hand over ports in memory, every
// frame delivered to a random worker's queue. Its neighbours are simulated as far as ARP and NDP go.
#pragma once

#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "dataplane/wire/build.h"
#include "sbc/edge/application.h"
#include "tests/dataplane/port/ring_device.h"

namespace sbc::packet {

inline constexpr RealmId access{0}, core{1};
inline const IpAddress access_us = IpAddress::v4(198, 51, 100, 1), core_us = IpAddress::v4(203, 0, 113, 1);
inline const IpAddress phone = IpAddress::v4(198, 51, 100, 10), pbx = IpAddress::v4(203, 0, 113, 10);
inline const IpAddress access_us_v6 = *IpAddress::parse("2001:db8:a::1"),
                       phone_v6 = *IpAddress::parse("2001:db8:a::10");

/// Two realms on two ports, a trunk and a route in each direction.
config::Model border_model(unsigned workers);

/// A UDP packet that came out of a port.
struct Out {
  RealmId realm = RealmId::none;
  wire::Frame frame;
  std::string payload;
};

class Border {
 public:
  explicit Border(config::Model model, uint32_t seed = 1);
  ~Border();

  Instant now{1'000'000'000};

  /// A frame as it stands, on a random worker's queue.
  void arrive(RealmId realm, std::span<const uint8_t> frame);
  /// UDP from a neighbour of the realm, or from behind its gateway.
  void arrive_udp(RealmId realm, const Endpoint& from, const Endpoint& to, std::string_view payload);
  /// Builds the frame that arrive_udp() lets arrive.
  std::vector<uint8_t> udp_frame(RealmId realm, const Endpoint& from, const Endpoint& to,
                                 std::string_view payload) const;

  /// Iterates all workers until nothing moves any more; ARP and NDP requests for neighbours are answered on
  /// the way.
  void settle();
  void advance(Duration duration);

  /// What left since the last take(): UDP in `udp`, everything else in `others`.
  std::vector<Out> take_udp();
  std::vector<std::vector<uint8_t>> take_others(RealmId realm);

  uint64_t drops(RealmId realm, Reason reason) const;
  uint64_t deviations(RealmId realm, Deviation deviation) const;
  std::string describe_drops() const;
  edge::Exchange& exchange(unsigned worker) { return *exchanges_[worker]; }
  policy::Usage& usage() { return usage_; }
  uint32_t live_calls() const;
  void publish(policy::Compiled next);
  policy::Compiled compile(std::shared_ptr<const config::Model> model) const;
  const std::shared_ptr<const config::Model>& model() const { return model_; }

  bool neighbours_answer = true;

 private:
  struct Station;
  bool iterate_once();
  void collect();
  bool answer_neighbour_request(RealmId realm, std::span<const uint8_t> frame);
  MacAddress mac_of(RealmId realm) const;

  std::shared_ptr<const config::Model> model_;
  std::mt19937 random_;
  std::vector<std::unique_ptr<port::RingDevice>> devices_;
  std::unique_ptr<port::PacketPool> pool_;
  std::vector<std::unique_ptr<port::Port>> ports_;
  std::unique_ptr<worker::Crew> crew_;
  edge::Listeners listeners_;
  media::MediaRanges media_ranges_;
  Steering steering_;
  policy::Usage usage_;
  std::unique_ptr<lane::Published<edge::LiveSnapshot>> published_;
  std::vector<std::unique_ptr<edge::Exchange>> exchanges_;
  std::vector<std::unique_ptr<Station>> stations_;
  std::vector<Out> udp_;
  std::map<RealmId, std::vector<std::vector<uint8_t>>> others_;
};

/// The MAC address of every simulated neighbour: 02:00 and the last four bytes of its address.
MacAddress neighbour_mac(const IpAddress& address);

}  // namespace sbc::packet
