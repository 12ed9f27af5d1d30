#include "bench/srtp/srtp_load.h"

#include <algorithm>
#include <numeric>
#include <random>

#include "bench/harness/slices.h"
#include "dataplane/bytes/big_endian.h"
#include "tests/dataplane/srtp/reference.h"

namespace sbc::bench {
namespace {

constexpr unsigned bursts_at_once = 1'024;  // between two looks at the clock

}  // namespace

std::unique_ptr<SrtpLoad> SrtpLoad::open(const cipher::CipherDevices& devices, SrtpSuite suite,
                                         uint32_t sessions, std::string& error) {
  auto transformer = devices.transformer(0, sessions, error);
  if (transformer == nullptr) return nullptr;
  std::unique_ptr<SrtpLoad> load(new SrtpLoad(std::move(transformer), suite));
  if (load->open_sessions(sessions)) return load;
  error = "the transformer has not as many contexts as it was made for";
  return nullptr;
}

SrtpLoad::SrtpLoad(std::unique_ptr<cipher::BurstTransformer> transformer, SrtpSuite suite)
    : transformer_(std::move(transformer)), suite_(suite) {}

srtp::MasterKey SrtpLoad::key_of(uint32_t session) const {
  srtp::MasterKey key;
  key.suite = suite_;
  std::mt19937 random(session);
  for (uint8_t& byte : key.bytes) byte = uint8_t(random());
  const size_t used = key.key().size() + key.salt().size();
  std::fill(key.bytes.begin() + long(used), key.bytes.end(), uint8_t(0));
  return key;
}

bool SrtpLoad::open_sessions(uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    const auto context = transformer_->open(srtp::Way::protect, srtp::Part::rtp, key_of(i));
    if (context == srtp::no_context) return false;
    sessions_.push_back({context, 0x5bc00000 + i, uint16_t(i * 7)});
  }
  order_.resize(count);
  std::iota(order_.begin(), order_.end(), 0u);
  std::shuffle(order_.begin(), order_.end(), std::mt19937(172));
  return true;
}

/// The body stays what it is, of a packet before: its bytes are as good as any.
void SrtpLoad::write_packet(srtp::Work& work, Session& session) {
  uint8_t* data = &bytes_[size_t(buffer_++ % buffers) * buffer_bytes];
  data[0] = 0x80;
  data[1] = 0;
  store_be16(data + 2, session.sequence);
  store_be32(data + 4, session.sequence * 160u);
  store_be32(data + 8, session.ssrc);
  ++session.sequence;
  work = {
      .context = session.context, .rtcp = false, .data = data, .size = packet_bytes, .room = srtp::tail_max};
}

void SrtpLoad::protect_burst() {
  for (srtp::Work& work : works_) {
    write_packet(work, sessions_[order_[next_]]);
    next_ = next_ + 1 == order_.size() ? 0 : next_ + 1;
  }
  transformer_->run(works_);
  for (const srtp::Work& work : works_) refused_ += work.reason != Reason::none;
}

double SrtpLoad::slice(uint64_t nanoseconds) {
  const uint64_t begin = thread_time();
  uint64_t packets = 0, spent = 0;
  for (; spent < nanoseconds; spent = thread_time() - begin) {
    for (unsigned i = 0; i < bursts_at_once; ++i) protect_burst();
    packets += uint64_t(bursts_at_once) * burst;
  }
  return double(spent) / double(packets);
}

std::string SrtpLoad::check() {
  using srtp::reference::Bytes;
  for (uint32_t i = 0; i < sessions_.size(); ++i) {
    const uint64_t index = sessions_[i].sequence;
    srtp::Work work;
    write_packet(work, sessions_[i]);
    const Bytes plain(work.data, work.data + work.size);
    transformer_->run({&work, 1});
    const Bytes sent(work.data, work.data + work.size);
    const srtp::MasterKey key = key_of(i);
    const Bytes expected =
        srtp::reference::protect(srtp::reference::derive(key, false), suite_, false, plain, index);
    if (work.reason != Reason::none || sent != expected) return "a packet is not what OpenSSL makes of it";
  }
  return {};
}

}  // namespace sbc::bench
