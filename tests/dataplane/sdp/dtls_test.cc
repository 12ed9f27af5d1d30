#include "dataplane/sdp/dtls.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace sbc::sdp {
namespace {

std::string digest_of(size_t size) {
  std::string text;
  for (size_t i = 0; i < size; ++i) text += i ? ":0F" : "0F";
  return text;
}

TEST(Fingerprint, IsAHashAndAsManyBytesAsItHasRfc8122) {
  struct Row {
    const char* name;
    HashFunction hash;
    size_t size;
  };
  for (auto [name, hash, size] :
       {Row{"sha-1", HashFunction::sha_1, 20}, Row{"sha-224", HashFunction::sha_224, 28},
        Row{"sha-256", HashFunction::sha_256, 32}, Row{"SHA-384", HashFunction::sha_384, 48},
        Row{"sha-512", HashFunction::sha_512, 64}, Row{"md5", HashFunction::md5, 16},
        Row{"md2", HashFunction::md2, 16}}) {
    EXPECT_EQ(digest_size_of(hash), size);
    auto fingerprint = parse_fingerprint(std::string(name) + " " + digest_of(size));
    ASSERT_TRUE(fingerprint) << name;
    EXPECT_EQ(fingerprint->hash, hash);
    EXPECT_FALSE(parse_fingerprint(std::string(name) + " " + digest_of(size - 1))) << name;
    EXPECT_FALSE(parse_fingerprint(std::string(name) + " " + digest_of(size + 1))) << name;
  }
  EXPECT_EQ(parse_fingerprint("sha3-256 AB:CD")->hash, HashFunction::other);
  EXPECT_EQ(parse_fingerprint("sha3-256 AB:CD")->hash_text, "sha3-256");
  for (const char* bad : {"", "sha-1", "x ", "x A", "x AB:", "x :AB", "x AB-CD", "x AB:CG", "x AB CD",
                          "x ABCD", "x AB:C", "x /0:0:", "x @@:``"}) {
    EXPECT_FALSE(parse_fingerprint(bad)) << bad;
  }
}

TEST(Fingerprint, MatchesItsDigestOnly) {
  auto fingerprint = parse_fingerprint("x 4A:ad:00:fF");
  ASSERT_TRUE(fingerprint);
  std::array<uint8_t, 4> digest{0x4a, 0xad, 0x00, 0xff};
  EXPECT_TRUE(fingerprint->matches(digest));
  EXPECT_FALSE(fingerprint->matches(std::span(digest).first(3)));
  EXPECT_FALSE(fingerprint->matches({}));
  digest[3] ^= 1;
  EXPECT_FALSE(fingerprint->matches(digest));
}

TEST(Setup, IsOneOfFourRoles) {
  EXPECT_EQ(parse_setup("active"), SetupRole::active);
  EXPECT_EQ(parse_setup("passive"), SetupRole::passive);
  EXPECT_EQ(parse_setup(" actpass "), SetupRole::actpass);
  EXPECT_EQ(parse_setup("holdconn"), SetupRole::holdconn);
  for (const char* bad : {"", "act", "active passive"}) EXPECT_FALSE(parse_setup(bad)) << bad;
}

TEST(ConnectionReuse, IsNewOrExistingRfc4145) {
  EXPECT_EQ(parse_connection_reuse("new"), ConnectionReuse::new_connection);
  EXPECT_EQ(parse_connection_reuse("existing"), ConnectionReuse::existing);
  for (const char* bad : {"", "old", "new new"}) EXPECT_FALSE(parse_connection_reuse(bad)) << bad;
}

TEST(TlsId, HasBoundsRfc8842) {
  EXPECT_TRUE(parse_tls_id(std::string(20, 'a')));
  EXPECT_TRUE(parse_tls_id(std::string(255, '_')));
  EXPECT_TRUE(parse_tls_id("abc3de65cddef001be82+/-_"));
  EXPECT_FALSE(parse_tls_id(std::string(19, 'a')));
  EXPECT_FALSE(parse_tls_id(std::string(256, 'a')));
  EXPECT_FALSE(parse_tls_id("abc3de65cddef001be8=2"));
}

}  // namespace
}  // namespace sbc::sdp
