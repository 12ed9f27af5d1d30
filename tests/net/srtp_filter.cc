// srtp_filter: SRTP and SRTCP as libsrtp2 understands them, which shares no code with ours.
//
//   srtp_filter protect|unprotect SUITE KEY     KEY: master key and salt, in hexadecimal digits
//
// Takes packets in the clear, or protected ones, a line of hexadecimal digits each, and answers each with a
// line: the packet as it became, or "refused" and libsrtp2's status. Packets of one SSRC are to come in the
// order in which they were sent or received. Which are RTCP is told by their packet type (RFC 5761 4).
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <srtp2/srtp.h>

namespace {

using Bytes = std::vector<uint8_t>;
using SetPolicy = void (*)(srtp_crypto_policy_t*);

/// By the names of SDES (RFC 4568 6.2, RFC 6188, RFC 7714 14.2). HMAC-SHA1's tag is 80 bits in SRTCP always
/// (RFC 3711 5.2).
struct Suite {
  std::string_view name;
  SetPolicy rtp, rtcp;
};
constexpr Suite suites[] = {
    {"AES_CM_128_HMAC_SHA1_80", srtp_crypto_policy_set_rtp_default, srtp_crypto_policy_set_rtcp_default},
    {"AES_CM_128_HMAC_SHA1_32", srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32,
     srtp_crypto_policy_set_rtcp_default},
    {"AES_256_CM_HMAC_SHA1_80", srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80,
     srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80},
    {"AES_256_CM_HMAC_SHA1_32", srtp_crypto_policy_set_aes_cm_256_hmac_sha1_32,
     srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80},
    {"AEAD_AES_128_GCM", srtp_crypto_policy_set_aes_gcm_128_16_auth,
     srtp_crypto_policy_set_aes_gcm_128_16_auth},
    {"AEAD_AES_256_GCM", srtp_crypto_policy_set_aes_gcm_256_16_auth,
     srtp_crypto_policy_set_aes_gcm_256_16_auth},
};

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "srtp_filter: %s\n", why.c_str());
  std::exit(2);
}

Bytes bytes_of(std::string_view hex) {
  Bytes bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(uint8_t(std::stoul(std::string(hex.substr(i, 2)), nullptr, 16)));
  return bytes;
}

std::string hex_of(const uint8_t* bytes, size_t size) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string hex;
  for (size_t i = 0; i < size; ++i) {
    hex += digits[bytes[i] >> 4];
    hex += digits[bytes[i] & 15];
  }
  return hex;
}

srtp_t session_of(bool protect, std::string_view name, Bytes& key) {
  srtp_policy_t policy{};
  for (const Suite& suite : suites) {
    if (suite.name != name) continue;
    suite.rtp(&policy.rtp);
    suite.rtcp(&policy.rtcp);
  }
  if (policy.rtp.cipher_key_len == 0) fail("no such suite: " + std::string(name));
  if (key.size() != size_t(policy.rtp.cipher_key_len))
    fail("a key of " + std::to_string(key.size()) + " bytes");
  policy.ssrc.type = protect ? ssrc_any_outbound : ssrc_any_inbound;
  policy.key = key.data();
  policy.window_size = 1024;
  srtp_t session = nullptr;
  if (srtp_init() != srtp_err_status_ok || srtp_create(&session, &policy) != srtp_err_status_ok)
    fail("libsrtp2 does not take the suite");
  return session;
}

std::string answer_to(srtp_t session, bool protect, Bytes packet) {
  const bool rtcp = packet.size() > 1 && packet[1] >= 192 && packet[1] <= 223;
  int size = int(packet.size());
  packet.resize(packet.size() + SRTP_MAX_TRAILER_LEN + 4);
  const auto turn =
      rtcp ? (protect ? srtp_protect_rtcp : srtp_unprotect_rtcp) : (protect ? srtp_protect : srtp_unprotect);
  const srtp_err_status_t status = turn(session, packet.data(), &size);
  return status == srtp_err_status_ok ? hex_of(packet.data(), size_t(size))
                                      : "refused " + std::to_string(status);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view way = argc == 4 ? argv[1] : "";
  if (way != "protect" && way != "unprotect") fail("usage: srtp_filter protect|unprotect SUITE KEY");
  Bytes key = bytes_of(argv[3]);
  srtp_t session = session_of(way == "protect", argv[2], key);
  for (std::string line; std::getline(std::cin, line);)
    std::cout << answer_to(session, way == "protect", bytes_of(line)) << '\n';
  srtp_dealloc(session);
  return 0;
}
