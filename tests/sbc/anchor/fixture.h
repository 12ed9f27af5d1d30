// An anchor between two realms, and the media plane as it has told it to be.
#pragma once

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "sbc/anchor/anchor.h"

namespace sbc::anchor {

using namespace std::chrono_literals;

inline constexpr RealmId access{0};
inline constexpr RealmId core{1};

inline config::Model two_realms() {
  config::Model model;
  config::Realm outside;
  outside.media.addresses = {*IpAddress::parse("203.0.113.1"), *IpAddress::parse("2001:db8:a::1")};
  outside.media.first_port = 20000;
  outside.media.last_port = 20019;
  config::Realm inside = outside;
  inside.media.addresses = {*IpAddress::parse("10.0.0.1"), *IpAddress::parse("2001:db8:c::1")};
  inside.media_dscp = 34;
  model.realms = {outside, inside};
  return model;
}

class AnchorTest : public testing::Test {
 protected:
  AnchorTest() {
    set_latch_windows(0s);
    anchor_.begin(77, random_);
    EXPECT_EQ(anchor_.place(0, access, Family::v4, context()), Reason::none);
    EXPECT_EQ(anchor_.place(1, core, Family::v4, context()), Reason::none);
  }
  Context context() {
    return {model_, ports_, streams_, seeds_, random_, changes_, now_, codecs_, media_from_};
  }

  void set_latch_windows(Duration window) {
    for (config::Realm& realm : model_.realms) realm.media.latch_window = window;
  }

  static std::string sdp(std::string media, std::string address = "IP4 192.0.2.9") {
    return "v=0\r\no=alice 5 6 IN " + address + "\r\ns=secret\r\ni=info\r\nc=IN " + address +
           "\r\nt=0 0\r\n" + media;
  }
  Reason offer(unsigned from, const std::string& text) {
    return step(text, [&] { return anchor_.offer(from, session_, out_, size_, context()); });
  }
  Reason answer(const std::string& text, bool preview = false) {
    return step(text, [&] { return anchor_.answer(session_, preview, out_, size_, context()); });
  }
  /// Ours, of what side `from` has said before.
  Reason offer_again(unsigned from, const std::string& text) {
    return step(text, [&] { return anchor_.offer_again(from, session_, out_, size_, context()); });
  }
  /// Ours, in the place of side `from`.
  Reason offer_in_place(unsigned from, const std::string& text) {
    return step(text, [&] { return anchor_.offer_in_place(from, session_, out_, size_, context()); });
  }
  /// The answer to that.
  Reason turn(const std::string& text) {
    return step(text, [&] { return anchor_.turn(session_, out_, size_, context()); });
  }
  std::string written() const { return std::string(out_.data(), size_); }
  uint16_t port_in(const std::string& text, const std::string& kind) {
    size_t at = text.find("m=" + kind + " ");
    EXPECT_NE(at, text.npos) << text;
    return uint16_t(std::stoi(text.substr(at + kind.size() + 3)));
  }
  template <class Act>
  Reason step(const std::string& text, Act&& act) {
    text_ = text;
    EXPECT_EQ(session_.parse(text_), Reason::none) << text_;
    const Reason reason = act();
    carry_out();
    return reason;
  }
  /// What the media plane has, by side 0's port.
  void carry_out() {
    for (const RelayChange& change : changes_.all()) {
      uint16_t port = change.relay.sides[0].local.port;
      if (change.install) {
        EXPECT_EQ(change.first, !relays_.contains(port));
        relays_[port] = change.relay;
      } else {
        EXPECT_EQ(relays_.erase(port), 1u);
      }
    }
    changed_ = changes_.all().size();
    changes_.clear();
    EXPECT_EQ(relays_.size(), anchor_.relay_count(streams_));
    EXPECT_EQ(ports_.leased(), anchor_.leased_ports());
    EXPECT_EQ(seeds_.in_use(), anchor_.seed_count(streams_));
    ports_.check_invariants();
  }
  const media::Relay& first(media::Kind kind) {
    for (const auto& [port, relay] : relays_) {
      if (relay.kind == kind) return relay;
    }
    static const media::Relay none;
    ADD_FAILURE() << "no such relay";
    return none;
  }

  config::Model model_ = two_realms();
  Random random_ = Random::from_seed(7);
  PortPool ports_{model_, WorkerId(0)};
  RelayChanges changes_;
  Instant now_{1'000'000'000};
  StreamPool streams_{ports_.pairs() / 2};
  KeySeedPool seeds_{4};
  Anchor anchor_;
  std::array<const config::CodecRules*, 2> codecs_{};
  std::array<std::span<const Prefix>, 2> media_from_;
  sdp::Session session_;
  std::string text_;
  std::vector<char> out_ = std::vector<char>(4096);
  size_t size_ = 0;
  size_t changed_ = 0;
  std::map<uint16_t, media::Relay> relays_;
};

}  // namespace sbc::anchor
