// Operation: what DPDK's cryptodev is told of one packet. Preallocated, and used for one packet after the
// other.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include <rte_crypto.h>
#include <rte_mbuf.h>

#include "dataplane/srtp/packet_parts.h"

namespace sbc::cipher {

// DPDK's structures hold arrays of no length.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
struct alignas(64) Operation {
  static constexpr size_t tag_max = 10;  // HMAC-SHA1's

  rte_crypto_op head{};
  rte_crypto_sym_op body{};  // the driver finds it right behind the head
  std::array<uint8_t, 16> iv{};
  std::array<uint8_t, 16> aad{};       // SRTCP's under GCM
  std::array<uint8_t, tag_max> tag{};  // that came: where it stood, the driver reads another word
  rte_mbuf packet{};  // lies around the caller's bytes; software reads no more of it than its first line

  void prepare() {
    head.type = RTE_CRYPTO_OP_TYPE_SYMMETRIC;
    head.sess_type = RTE_CRYPTO_OP_WITH_SESSION;
    body.m_src = &packet;
    packet.nb_segs = 1;
  }
  /// AEAD. What is authenticated and clear is the header; in SRTCP also the word of its index.
  void seal(void* session, uint8_t* data, const srtp::PacketParts& parts, bool rtcp) {
    begin(session, data, parts.body_end);
    body.aead.data.offset = parts.body;
    body.aead.data.length = parts.body_end - parts.body;
    body.aead.digest.data = data + parts.tag;
    body.aead.aad.data = rtcp ? aad.data() : data;
    if (!rtcp) return;
    std::memcpy(aad.data(), data, srtp::rtcp_header_bytes);
    std::memcpy(aad.data() + srtp::rtcp_header_bytes, data + parts.index, srtp::index_word_bytes);
  }
  /// AES-CM and HMAC. A word stands behind the body that is authenticated with it: SRTCP's index, or how
  /// often RTP's has wrapped (RFC 3711 4.2).
  void encrypt_and_hash(void* session, uint8_t* data, const srtp::PacketParts& parts, bool protect) {
    const uint32_t hashed = parts.body_end + 4;
    begin(session, data, hashed);
    body.cipher.data.offset = parts.body;
    body.cipher.data.length = parts.body_end - parts.body;
    body.auth.data.offset = 0;
    body.auth.data.length = hashed;
    body.auth.digest.data = protect ? data + parts.tag : tag.data();
  }
  void keep_tag(const uint8_t* from, size_t size) { std::memcpy(tag.data(), from, size); }
  bool succeeded() const { return head.status == RTE_CRYPTO_OP_STATUS_SUCCESS; }

 private:
  /// The bytes that the driver may look at.
  void begin(void* session, uint8_t* data, uint32_t size) {
    head.status = RTE_CRYPTO_OP_STATUS_NOT_PROCESSED;
    body.session = session;
    packet.buf_addr = data;
    packet.data_len = uint16_t(size);
    packet.pkt_len = size;
  }
};
#pragma GCC diagnostic pop

inline constexpr uint16_t iv_offset = offsetof(Operation, iv);
static_assert(offsetof(Operation, body) == sizeof(rte_crypto_op));

}  // namespace sbc::cipher
