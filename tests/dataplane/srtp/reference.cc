#include "tests/dataplane/srtp/reference.h"

#include <algorithm>
#include <memory>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "config/types/check.h"

namespace sbc::srtp::reference {
namespace {

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

void append(Bytes& to, const Bytes& more) { to.insert(to.end(), more.begin(), more.end()); }

Bytes big_endian(uint64_t value, size_t bytes) {
  Bytes out(bytes);
  for (size_t i = bytes; i-- > 0; value >>= 8) out[i] = uint8_t(value);
  return out;
}

/// The number's bytes, XORed into what ends `behind` bytes before the end.
void xor_number(Bytes& into, uint64_t number, size_t behind) {
  for (size_t i = into.size() - behind; i-- > 0 && number != 0; number >>= 8) into[i] ^= uint8_t(number);
}

Bytes gcm(const Keys& keys, const Bytes& iv, const Bytes& aad, const Bytes& text) {
  Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  Bytes out(text.size() + 16);
  int length = 0;
  EVP_EncryptInit_ex(cipher.get(), keys.cipher.size() == 16 ? EVP_aes_128_gcm() : EVP_aes_256_gcm(), nullptr,
                     keys.cipher.data(), iv.data());
  EVP_EncryptUpdate(cipher.get(), nullptr, &length, aad.data(), int(aad.size()));
  EVP_EncryptUpdate(cipher.get(), out.data(), &length, text.data(), int(text.size()));
  EVP_EncryptFinal_ex(cipher.get(), out.data() + text.size(), &length);
  EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, 16, out.data() + text.size());
  return out;
}

Bytes hmac(const Bytes& key, const Bytes& text, size_t size) {
  Bytes out(20);
  HMAC(EVP_sha1(), key.data(), int(key.size()), text.data(), text.size(), out.data(), nullptr);
  out.resize(size);
  return out;
}

size_t header_of(const Bytes& packet, bool rtcp) {
  if (rtcp) return 8;
  size_t size = 12 + 4 * (packet[0] & 15u);
  if ((packet[0] & 16u) != 0) size += 4 + 4 * (packet[size + 2] * 256u + packet[size + 3]);
  return size;
}

Bytes protect_gcm(const Keys& keys, bool rtcp, const Bytes& header, const Bytes& body, uint64_t index,
                  const Bytes& mki) {
  Bytes iv(12), out = header, aad = header;
  std::copy_n(header.begin() + (rtcp ? 4 : 8), 4, iv.begin() + 2);
  xor_number(iv, index, 0);
  for (size_t i = 0; i < iv.size(); ++i) iv[i] ^= keys.salt[i];
  const Bytes word = rtcp ? big_endian(index | 1u << 31, 4) : Bytes{};
  append(aad, word);
  append(out, gcm(keys, iv, aad, body));
  append(out, word);
  append(out, mki);
  return out;
}

Bytes protect_counter(const Keys& keys, size_t tag, bool rtcp, const Bytes& header, const Bytes& body,
                      uint64_t index, const Bytes& mki) {
  Bytes iv = keys.salt, out = header;
  iv.resize(16);
  for (size_t i = 0; i < 4; ++i) iv[4 + i] ^= header[(rtcp ? 4 : 8) + i];
  xor_number(iv, index, 2);
  append(out, counter_mode(keys.cipher, iv, body));
  if (rtcp) append(out, big_endian(index | 1u << 31, 4));
  Bytes hashed = out;
  if (!rtcp) append(hashed, big_endian(index >> 16, 4));
  append(out, mki);
  append(out, hmac(keys.hmac, hashed, tag));
  return out;
}

}  // namespace

Bytes from_hex(std::string_view text) {
  Bytes out;
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits), [](char c) { return c != ' '; });
  for (size_t i = 0; i + 1 < digits.size(); i += 2)
    out.push_back(uint8_t(std::stoul(digits.substr(i, 2), nullptr, 16)));
  return out;
}

MasterKey master_key(SrtpSuite suite, const Bytes& key_and_salt, uint8_t mki_length) {
  MasterKey key;
  key.suite = suite;
  key.mki_length = mki_length;
  SBC_CHECK(key_and_salt.size() == facts_of(suite).key + facts_of(suite).salt);
  std::copy(key_and_salt.begin(), key_and_salt.end(), key.bytes.begin());
  return key;
}

Bytes counter_mode(const Bytes& key, const Bytes& iv, const Bytes& text) {
  Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  EVP_EncryptInit_ex(cipher.get(), key.size() == 16 ? EVP_aes_128_ctr() : EVP_aes_256_ctr(), nullptr,
                     key.data(), iv.data());
  Bytes out(text.size());
  int length = 0;
  EVP_EncryptUpdate(cipher.get(), out.data(), &length, text.data(), int(text.size()));
  return out;
}

Keys derive(const MasterKey& master, bool rtcp) {
  const Bytes key(master.key().begin(), master.key().end());
  auto stream = [&](uint8_t label, size_t size) {
    Bytes x(master.salt().begin(), master.salt().end());
    x.resize(16);
    x[7] ^= uint8_t(label + (rtcp ? 3 : 0));
    return counter_mode(key, x, Bytes(size));
  };
  return {.cipher = stream(0, master.key().size()),
          .hmac = stream(1, 20),
          .salt = stream(2, master.salt().size())};
}

Bytes protect(const Keys& keys, SrtpSuite suite, bool rtcp, const Bytes& packet, uint64_t index,
              const Bytes& mki) {
  const auto at = packet.begin() + long(header_of(packet, rtcp));
  const Bytes header(packet.begin(), at), body(at, packet.end());
  if (facts_of(suite).aead) return protect_gcm(keys, rtcp, header, body, index, mki);
  return protect_counter(keys, rtcp ? 10 : facts_of(suite).tag, rtcp, header, body, index, mki);
}

}  // namespace sbc::srtp::reference
