// Peers that speak SRTP, and what they are told of keys.
#pragma once

#include <vector>

#include "tests/sbc/anchor/fixture.h"

namespace sbc::anchor {

inline constexpr SrtpSuite cm_80 = SrtpSuite::aes_cm_128_hmac_sha1_80;
inline constexpr SrtpSuite gcm_128 = SrtpSuite::aead_aes_128_gcm;
inline constexpr SrtpSuite gcm_256 = SrtpSuite::aead_aes_256_gcm;

class SecuredAnchorTest : public AnchorTest {
 protected:
  /// Another call, between realms with these rules.
  void begin_anew(config::SrtpRule caller, config::SrtpRule callee) {
    anchor_.close(context());
    carry_out();
    now_ = now_ + 6s;
    ports_.wake(now_);
    model_.realms[0].media.srtp = caller;
    model_.realms[1].media.srtp = callee;
    anchor_ = {};
    anchor_.begin(77, random_);
    EXPECT_EQ(anchor_.place(0, access, Family::v4, context()), Reason::none);
    EXPECT_EQ(anchor_.place(1, core, Family::v4, context()), Reason::none);
  }
  /// The base64 of a key of so many bytes, as good as another one.
  static std::string text_of_key(size_t size, char letter) {
    const size_t rest = size % 3;
    std::string text(size / 3 * 4 + (rest ? rest + 1 : 0), letter);
    if (rest) text.back() = 'A';  // its last bits are of no byte
    return text + std::string(rest ? 3 - rest : 0, '=');
  }
  static std::string line(unsigned tag, SrtpSuite suite, char letter) {
    const SrtpSuiteFacts& facts = facts_of(suite);
    return "a=crypto:" + std::to_string(tag) + " " + std::string(facts.text) +
           " inline:" + text_of_key(facts.key + facts.salt, letter) + "\r\n";
  }
  static std::string section(const std::string& profile, unsigned port, const std::vector<std::string>& lines,
                             const std::string& more = "a=sendrecv\r\n") {
    std::string text = "m=audio " + std::to_string(port) + " " + profile + " 8\r\n" + more;
    for (const std::string& each : lines) text += each;
    return text;
  }
  static std::string audio(const std::string& profile, const std::vector<std::string>& lines = {},
                           const std::string& address = "IP4 192.0.2.9") {
    return sdp(section(profile, 4000, lines), address);
  }
  /// A caller's offer, and a callee's answer to ours or its offer.
  static std::string callers(char letter = 'a', const std::string& more = "a=sendrecv\r\n") {
    return sdp(section("RTP/SAVP", 4000, {line(1, cm_80, letter)}, more));
  }
  static std::string callees(unsigned tag) {
    return sdp(section("RTP/SAVP", 6000, {line(tag, cm_80, 'b')}), "IP4 10.9.9.9");
  }
  void agree_secured() {
    begin_anew(config::SrtpRule::required, config::SrtpRule::required);
    ASSERT_EQ(offer(0, callers()), Reason::none);
    ASSERT_EQ(answer(callees(3)), Reason::none);
  }
  static PeerKey key_of(const std::string& crypto_line) {
    const std::string text = sdp("m=audio 4000 RTP/SAVP 8\r\n" + crypto_line);
    sdp::Session session;
    EXPECT_EQ(session.parse(text), Reason::none);
    return read_key(session.lines().back());
  }
  /// The keys in what was written last.
  std::vector<PeerKey> told() const {
    const std::string text = written();
    sdp::Session session;
    EXPECT_EQ(session.parse(text), Reason::none) << text;
    std::vector<PeerKey> keys;
    for (const sdp::Line& each : session.lines())
      if (const PeerKey key = read_key(each); !key.key.is_none()) keys.push_back(key);
    return keys;
  }
  const media::SideKeys& keys(unsigned side) { return first(media::Kind::rtp).keys[side]; }
};

}  // namespace sbc::anchor
