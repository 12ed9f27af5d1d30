// What the tests of the transformer share: DPDK started once, its devices, keys, packets, and a burst of
// packets.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "dataplane/cipher/cipher_devices.h"
#include "tests/dataplane/srtp/reference.h"

namespace sbc::cipher {

using srtp::ContextId;
using srtp::MasterKey;
using srtp::Part;
using srtp::Way;
using srtp::Work;
using srtp::reference::Bytes;

inline constexpr SrtpSuite suites[]{SrtpSuite::aes_cm_128_hmac_sha1_80, SrtpSuite::aes_cm_128_hmac_sha1_32,
                                    SrtpSuite::aes_256_cm_hmac_sha1_80, SrtpSuite::aes_256_cm_hmac_sha1_32,
                                    SrtpSuite::aead_aes_128_gcm,        SrtpSuite::aead_aes_256_gcm};

/// Different for each seed.
MasterKey key_of(SrtpSuite suite, unsigned seed, uint8_t mki_length = 0);

Bytes rtp_packet(uint32_t ssrc, uint16_t sequence, size_t payload, unsigned sources = 0,
                 int extension_words = -1);
Bytes rtcp_packet(uint32_t ssrc, size_t size);

/// As the reference has them.
Bytes protected_rtp(const MasterKey& key, const Bytes& packet, uint64_t index, const Bytes& mki = {});
Bytes protected_rtcp(const MasterKey& key, const Bytes& packet, uint32_t index, const Bytes& mki = {});

/// What becomes of a packet, and what it is then.
using Outcome = std::pair<Reason, Bytes>;

/// Packets with their room, as run() wants them.
class Burst {
 public:
  /// Its place among them.
  size_t add(ContextId context, const Bytes& packet, bool rtcp = false);
  void run(srtp::Transformer& transformer) {
    for (size_t i = 0; i < works_.size(); ++i) works_[i].data = bytes_[i].data();
    transformer.run(works_);
  }
  size_t size() const { return works_.size(); }
  Reason reason(size_t i) const { return works_[i].reason; }
  Bytes packet(size_t i) const { return {bytes_[i].begin(), bytes_[i].begin() + works_[i].size}; }

 private:
  std::vector<Bytes> bytes_;
  std::vector<Work> works_;
};

/// With each set of drivers.
class TransformerTest : public testing::TestWithParam<const char*> {
 protected:
  static constexpr uint32_t contexts_max = 64;

  void SetUp() override;

  /// One packet through it.
  Outcome run(ContextId context, const Bytes& packet, bool rtcp = false);
  ContextId open(Way way, const MasterKey& key, Part part = Part::both) {
    const ContextId context = transformer->open(way, part, key);
    EXPECT_NE(context, srtp::no_context);
    return context;
  }

  std::unique_ptr<CipherDevices> devices;
  std::unique_ptr<BurstTransformer> transformer;
};

}  // namespace sbc::cipher
