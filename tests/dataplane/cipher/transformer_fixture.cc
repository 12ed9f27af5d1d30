#include "tests/dataplane/cipher/transformer_fixture.h"

#include <algorithm>

#include "dataplane/bytes/big_endian.h"
#include "tests/dataplane/port/dpdk_environment.h"

namespace sbc::cipher {

MasterKey key_of(SrtpSuite suite, unsigned seed, uint8_t mki_length) {
  Bytes bytes(facts_of(suite).key + facts_of(suite).salt);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = uint8_t(seed * 89 + i * (2 * seed + 7) + 1);
  return srtp::reference::master_key(suite, bytes, mki_length);
}

Bytes rtp_packet(uint32_t ssrc, uint16_t sequence, size_t payload, unsigned sources, int extension_words) {
  Bytes packet(12 + 4 * sources);
  packet[0] = uint8_t(0x80 | sources);
  packet[1] = 8;
  store_be16(&packet[2], sequence);
  store_be32(&packet[4], sequence * 160u);
  store_be32(&packet[8], ssrc);
  for (size_t i = 12; i < packet.size(); ++i) packet[i] = uint8_t(i);
  if (extension_words >= 0) {
    packet[0] |= 0x10;
    const size_t at = packet.size();
    packet.resize(at + 4 + 4 * size_t(extension_words), 0x77);
    store_be16(&packet[at], 0xbede);
    store_be16(&packet[at + 2], uint16_t(extension_words));
  }
  for (size_t i = 0; i < payload; ++i) packet.push_back(uint8_t(sequence + 3 * i));
  return packet;
}

Bytes rtcp_packet(uint32_t ssrc, size_t size) {
  Bytes packet(size);
  for (size_t i = 8; i < size; ++i) packet[i] = uint8_t(5 * i);
  packet[0] = 0x80;
  packet[1] = 201;
  store_be16(&packet[2], uint16_t(size / 4 - 1));
  store_be32(&packet[4], ssrc);
  return packet;
}

Bytes protected_rtp(const MasterKey& key, const Bytes& packet, uint64_t index, const Bytes& mki) {
  return srtp::reference::protect(srtp::reference::derive(key, false), key.suite, false, packet, index, mki);
}

Bytes protected_rtcp(const MasterKey& key, const Bytes& packet, uint32_t index, const Bytes& mki) {
  return srtp::reference::protect(srtp::reference::derive(key, true), key.suite, true, packet, index, mki);
}

size_t Burst::add(ContextId context, const Bytes& packet, bool rtcp) {
  bytes_.push_back(packet);
  bytes_.back().resize(packet.size() + srtp::tail_max);
  works_.push_back({.context = context,
                    .rtcp = rtcp,
                    .data = nullptr,
                    .size = uint16_t(packet.size()),
                    .room = srtp::tail_max,
                    .reason = Reason::none});
  return works_.size() - 1;
}

void TransformerTest::SetUp() {
  std::string error;
  devices = CipherDevices::open(
      GetParam() == std::string("OpenSsl") ? CipherDrivers::openssl() : CipherDrivers::multi_buffer(), 1,
      error);
  ASSERT_TRUE(devices) << error;
  transformer = devices->transformer(0, contexts_max, error);
  ASSERT_TRUE(transformer) << error;
}

Outcome TransformerTest::run(ContextId context, const Bytes& packet, bool rtcp) {
  Burst burst;
  burst.add(context, packet, rtcp);
  burst.run(*transformer);
  return {burst.reason(0), burst.packet(0)};
}

}  // namespace sbc::cipher
