#include "bench/relay/stamping_device.h"

#include <cstring>

#include <rte_dev.h>
#include <rte_errno.h>

#include "dataplane/bytes/big_endian.h"

namespace sbc::bench {
namespace {

constexpr size_t ip = wire::ethernet_size, udp = ip + wire::ipv4_size, rtp = udp + wire::udp_size;
constexpr uint16_t samples_per_packet = 160;

uint16_t folded(uint32_t sum) {
  sum = (sum & 0xffff) + (sum >> 16);
  return uint16_t(sum + (sum >> 16));
}

uint32_t words_of(uint32_t value) { return (value >> 16) + (value & 0xffff); }

uint32_t sum_of(const uint8_t* at, size_t bytes) {
  uint32_t sum = 0;
  for (size_t i = 0; i < bytes; i += 2) sum += load_be16(at + i);
  return sum;
}

}  // namespace

std::unique_ptr<StampingDevice> StampingDevice::attach(const std::string& name, const Flows& flows,
                                                       uint8_t side, std::string& error) {
  const std::string arguments = "size=" + std::to_string(frame_bytes) + ",copy=0";
  if (int code = rte_eal_hotplug_add("vdev", name.c_str(), arguments.c_str()); code != 0) {
    error = "DPDK does not open " + name + ": " + rte_strerror(-code);
    return nullptr;
  }
  return std::unique_ptr<StampingDevice>(new StampingDevice(name, flows, side));
}

StampingDevice::~StampingDevice() { rte_eal_hotplug_remove("vdev", name_.c_str()); }

bool StampingDevice::begin(QueueCallbacks& callbacks, std::string& error) {
  rte_ether_addr address{};
  const bool known = rte_eth_dev_get_port_by_name(name_.c_str(), &ethdev_) == 0 &&
                     rte_eth_macaddr_get(ethdev_, &address) == 0;
  if (!known) {
    error = name_ + " is not there";
    return false;
  }
  MacAddress mac;
  std::memcpy(mac.bytes.data(), address.addr_bytes, mac.bytes.size());
  make_template(mac);
  return callbacks.on_received(ethdev_, stamp_burst, this, error);
}

void StampingDevice::make_template(const MacAddress& to) {
  flows_.write(template_, side_, 0, 0, to);
  std::memset(&template_[ip + 10], 0, 10);  // checksum, addresses
  std::memset(&template_[udp], 0, 4);       // ports
  std::memset(&template_[udp + 6], 0, 2);   // checksum
  std::memset(&template_[rtp + 1], 0, 11);  // payload type, sequence, timestamp, SSRC
  ip_sum_ = sum_of(&template_[ip], wire::ipv4_size);
  const uint16_t udp_length = wire::udp_size + rtp_bytes;
  udp_sum_ = sum_of(&template_[udp], udp_length) + wire::protocol_udp + udp_length;
}

void StampingDevice::stamp(uint8_t* frame, uint32_t flow, uint16_t sequence) const {
  const Endpoint from = flows_.remote(side_, flow), to = flows_.local(side_, flow);
  const uint32_t source = from.address.v4_bits(), destination = to.address.v4_bits();
  const uint32_t timestamp = uint32_t(sequence) * samples_per_packet, ssrc = Flows::ssrc(side_, flow);
  const uint8_t type = Flows::payload_type(flow);
  const uint32_t addresses = words_of(source) + words_of(destination);
  const uint32_t udp_sum =
      udp_sum_ + addresses + from.port + to.port + type + sequence + words_of(timestamp) + words_of(ssrc);
  std::memcpy(frame, template_.data(), frame_bytes);
  store_be16(frame + ip + 10, uint16_t(~folded(ip_sum_ + addresses)));
  store_be32(frame + ip + 12, source);
  store_be32(frame + ip + 16, destination);
  store_be16(frame + udp, from.port);
  store_be16(frame + udp + 2, to.port);
  const uint16_t checksum = uint16_t(~folded(udp_sum));
  store_be16(frame + udp + 6, checksum == 0 ? 0xffff : checksum);
  frame[rtp + 1] = type;
  store_be16(frame + rtp + 2, sequence);
  store_be32(frame + rtp + 4, timestamp);
  store_be32(frame + rtp + 8, ssrc);
}

void StampingDevice::step() {
  flow_ += stride_;
  if (flow_ >= flows_.count()) flow_ -= flows_.count();
  if (++in_round_ < flows_.count()) return;
  in_round_ = 0;
  ++sequence_;
}

uint16_t StampingDevice::stamp_burst(uint16_t, uint16_t, rte_mbuf** packets, uint16_t count, uint16_t,
                                     void* device) {
  auto& self = *static_cast<StampingDevice*>(device);
  for (uint16_t i = 0; i < count; ++i) {
    self.stamp(rte_pktmbuf_mtod(packets[i], uint8_t*), self.flow_, self.sequence_);
    self.step();
  }
  return count;
}

}  // namespace sbc::bench
