#include "bench/srtp/secured.h"

#include "bench/relay/reference.h"
#include "dataplane/bytes/big_endian.h"
#include "tests/dataplane/srtp/reference.h"

namespace sbc::bench {
namespace {

constexpr size_t rtp_at = wire::ethernet_size + wire::ipv4_size + wire::udp_size, ssrc_at = rtp_at + 8;

/// Packets wait for the gateway of side 1; they leave; their echo waits for that of side 0.
constexpr int turns_to_meet = 3;

uint16_t sample_sent(uint16_t, uint16_t, rte_mbuf** packets, uint16_t count, void* samples) {
  for (uint16_t i = 0; i < count; ++i)
    if (load_be16(rte_pktmbuf_mtod(packets[i], const uint8_t*) + 12) == wire::ethertype_ipv4)
      static_cast<FrameSamples*>(samples)->pass(packets[i]);
  return count;
}

}  // namespace

std::unique_ptr<Secured> Secured::open(const std::string& name, uint32_t sessions, SrtpSuite suite,
                                       port::PacketPool& pool, const cipher::CipherDevices& devices,
                                       std::string& error) {
  const Flows flows(Family::v4, sessions / sides.size(), suite);
  std::unique_ptr<Secured> secured(new Secured(flows));
  secured->transformer_ = devices.transformer(0, sessions, error);
  if (!secured->transformer_ || !secured->open_devices(name, error)) return nullptr;
  const DeviceNames names{"net_null_" + name, secured->echo_->device()};
  secured->border_ = RelayBorder::open(flows, names, pool, error, secured->transformer_.get());
  if (!secured->border_ || !secured->begin(error)) return nullptr;
  for (int turn = 0; turn < turns_to_meet; ++turn) secured->border_->meet_gateways();
  return secured;
}

bool Secured::open_devices(const std::string& name, std::string& error) {
  plain_ = StampingDevice::attach("net_null_" + name, flows_, 0, error);
  if (plain_) echo_ = EchoDevice::attach(name, error);
  return echo_ != nullptr;
}

bool Secured::begin(std::string& error) {
  return plain_->begin(callbacks_, error) && echo_->begin(callbacks_, error) &&
         callbacks_.on_sent(plain_->ethdev(), sample_sent, &decrypted_, error);
}

std::string Secured::fault() {
  std::string fault = border_->fault();
  if (fault.empty()) fault = check(0, echo_->samples());
  return fault.empty() ? check(1, decrypted_) : fault;
}

/// A round of all flows gives each its next packet: so the number of a frame tells its index, wraps and all.
std::string Secured::check(uint8_t from, const FrameSamples& samples) const {
  for (const FrameSample& sample : samples.taken()) {
    const uint32_t flow = Flows::flow_of_ssrc(load_be32(&sample.bytes[ssrc_at]));
    if (flow >= flows_.count() || sample.bytes != expected(from, flow, sample.number / flows_.count()))
      return from == 0 ? "a packet is not what OpenSSL makes of it" : "a packet is not what was encrypted";
  }
  return samples.taken().empty() ? "no packet was looked at" : "";
}

std::vector<uint8_t> Secured::expected(uint8_t from, uint32_t flow, uint64_t index) const {
  using srtp::reference::Bytes;
  Bytes frame(StampingDevice::frame_bytes);
  plain_->stamp(frame.data(), flow, uint16_t(index));
  if (from == 0 && flows_.suite() != SrtpSuite::none) {
    const Bytes rtp(frame.begin() + rtp_at, frame.end());
    const Bytes sealed = srtp::reference::protect(srtp::reference::derive(flows_.key(flow), false),
                                                  flows_.suite(), false, rtp, index);
    frame.resize(rtp_at);
    frame.insert(frame.end(), sealed.begin(), sealed.end());
  }
  return reference(flows_, from, flow, frame, border_->mac(1 - from));
}

}  // namespace sbc::bench
