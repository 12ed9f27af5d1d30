// Session keys against the RFCs' vectors, and against themselves derived step by step; that none is left
// behind.
#include "dataplane/srtp/session_keys.h"

#include <gtest/gtest.h>

#include "dataplane/srtp/iv.h"
#include "tests/allocation/trap/trap.h"
#include "tests/dataplane/srtp/reference.h"

namespace sbc::srtp {
namespace {

using reference::Bytes;
using reference::from_hex;

Bytes bytes_of(std::span<const uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

struct Derived {
  Derived(SrtpSuite suite, const char* key_and_salt, bool rtcp = false)
      : Derived(reference::master_key(suite, from_hex(key_and_salt)), rtcp) {}
  Derived(const MasterKey& master, bool rtcp) {
    KeyDerivation derivation;
    SessionKeys keys;
    derivation.derive(master, rtcp, keys);
    cipher = bytes_of(std::span(keys.cipher).first(facts_of(master.suite).key));
    hmac = bytes_of(keys.hmac);
    salt = bytes_of(std::span(keys.salt).first(facts_of(master.suite).salt));
  }
  Bytes cipher, hmac, salt;
};

TEST(SessionKeys, OfRfc3711AppendixB3) {
  const Derived keys(SrtpSuite::aes_cm_128_hmac_sha1_80,
                     "E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6");
  EXPECT_EQ(keys.cipher, from_hex("C61E7A93744F39EE10734AFE3FF7A087"));
  EXPECT_EQ(keys.salt, from_hex("30CBBC08863D8C85D49DB34A9AE1"));
  EXPECT_EQ(keys.hmac, from_hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"));
}

TEST(SessionKeys, OfRfc6188Section7) {
  const Derived keys(SrtpSuite::aes_256_cm_hmac_sha1_80,
                     "f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6"
                     "3b04803de51ee7c96423ab5b78d2");
  EXPECT_EQ(keys.cipher, from_hex("5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4"));
  EXPECT_EQ(keys.salt, from_hex("fa31791685ca444a9e07c6c64e93"));
  EXPECT_EQ(keys.hmac, from_hex("fd9c32d39ed5fbb5a9dc96b30818454d1313dc05"));
}

TEST(SessionKeys, OfEverySuiteAsDerivedByTheReference) {
  for (size_t suite = 1; suite <= srtp_suite_count; ++suite) {
    MasterKey master;
    master.suite = SrtpSuite(suite);
    for (size_t i = 0; i < MasterKey::bytes_max; ++i) master.bytes[i] = uint8_t(31 * suite + 7 * i);
    for (bool rtcp : {false, true}) {
      const Derived keys(master, rtcp);
      const reference::Keys expected = reference::derive(master, rtcp);
      EXPECT_EQ(keys.cipher, expected.cipher);
      EXPECT_EQ(keys.salt, expected.salt);
      if (facts_of(master.suite).aead) continue;
      EXPECT_EQ(keys.hmac, expected.hmac);
    }
  }
}

TEST(SessionKeys, WithoutTheHeap) {
  MasterKey master;
  KeyDerivation derivation;
  SessionKeys keys;
  AllocationTrap trap;
  for (size_t i = 0; i < 3 * srtp_suite_count; ++i) {
    master.suite = SrtpSuite(1 + i % srtp_suite_count);
    derivation.derive(master, i % 2 == 0, keys);
  }
}

TEST(SessionKeys, AreWiped) {
  alignas(SessionKeys) std::array<uint8_t, sizeof(SessionKeys)> place;
  auto* keys = new (place.data()) SessionKeys;
  KeyDerivation().derive(reference::master_key(SrtpSuite::aead_aes_256_gcm, Bytes(44, 7)), false, *keys);
  keys->~SessionKeys();
  const volatile uint8_t* left = place.data();
  for (size_t i = 0; i < place.size(); ++i) EXPECT_EQ(left[i], 0);
}

/// RFC 3711 B.2 and RFC 6188 7.1, 7.2 (one IV): the key stream of the first packet of an SSRC of 0.
TEST(Iv, OfAesCounterMode) {
  const Bytes salt = from_hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD 0000");
  Bytes iv(16);
  write_counter_iv(iv.data(), salt.data(), 0, 0);
  EXPECT_EQ(iv, salt);
  EXPECT_EQ(reference::counter_mode(from_hex("2B7E151628AED2A6ABF7158809CF4F3C"), iv, Bytes(48)),
            from_hex("E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB"
                     "41E95B3BB0A2E8DD477901E4FCA894C0"));
  write_counter_iv(iv.data(), salt.data(), 0x01020304, 0xa0b0c0d0e0f0);
  EXPECT_EQ(iv, from_hex("F0F1F2F3 F5F7F5F3 58493a2b1c0d 0000"));
}

TEST(Iv, OfGcm) {
  const Bytes salt = from_hex("51756964 2070726f 2071756f 00000000");
  Bytes iv(16);
  write_gcm_iv(iv.data(), salt.data(), 0x5501a0b2, 0xf17b);
  EXPECT_EQ(iv, from_hex("51753c65 80c2726f 20718414 00000000"));  // RFC 7714 16.1.1
  write_gcm_iv(iv.data(), salt.data(), 0x4d617273, 0x5d4);
  EXPECT_EQ(iv, from_hex("517524055203726f207170bb 00000000"));  // RFC 7714 17.1
}

}  // namespace
}  // namespace sbc::srtp
