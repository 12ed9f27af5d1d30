// Hostile session descriptions through the anchor: two peers offer and answer whatever they like.
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/types/check.h"
#include "dataplane/sdp/candidate.h"
#include "dataplane/sdp/connection.h"
#include "dataplane/sdp/words.h"
#include "tests/fuzz/targets.h"
#include "tests/sbc/anchor/realm_forms.h"

namespace sbc::fuzz {
namespace {

using namespace anchor;

constexpr size_t written_max = 8192, little_room = 160;
constexpr RealmId realms[]{RealmId(0), RealmId(1)};
constexpr uint16_t first_port = 20000, last_port = 20063;

/// The first byte says what the realms have of SRTP, ICE and digits; the second, of RTCP, which family each
/// side has, and how much room there is to write.
config::Model model_of(uint8_t rules, uint8_t more) {
  using config::SrtpRule;
  constexpr SrtpRule srtp[]{SrtpRule::forbidden, SrtpRule::optional, SrtpRule::required, SrtpRule::pass};
  config::Model model;
  for (unsigned i = 0; i < 2; ++i) {
    config::Realm realm;
    realm.media.addresses = {*IpAddress::parse(i ? "10.0.0.1" : "192.0.2.1"),
                             *IpAddress::parse(i ? "2001:db8:c::1" : "2001:db8:a::1")};
    realm.media.first_port = first_port;
    realm.media.last_port = last_port;
    realm.media.srtp = srtp[rules >> (2 * i) & 3];
    realm.media.ice = rules >> (4 + i) & 1 ? config::IceRule::lite : config::IceRule::none;
    realm.media.rtcp_mux = config::MuxRule((more >> (2 * i) & 3) % 3);
    model.realms.push_back(realm);
  }
  return model;
}

/// A call's media between two realms, and the relays that it has asked for.
class Border {
 public:
  Border(uint8_t rules, uint8_t more)
      : model_(model_of(rules, more)), out_(more >> 7 & 1 ? little_room : written_max) {
    anchor_.begin(77, random_);
    anchor_.speak_digits(0, config::DigitRule((rules >> 6) % 3));
    anchor_.speak_digits(1, config::DigitRule(more >> 6 & 1));
    for (unsigned side = 0; side < 2; ++side) {
      const Family family = more >> (4 + side) & 1 ? Family::v6 : Family::v4;
      SBC_CHECK(anchor_.place(side, realms[side], family, context()) == Reason::none);
    }
  }

  void step(char action, std::string_view text) {
    if (action == 'W' && anchor_.offer_outstanding()) return act([&] { anchor_.withdraw(context()); });
    if (action == 'S' && anchor_.previewed()) {
      act([&] { anchor_.settle(context()); });
      return agree();
    }
    if (action == 'L') return move();
    if (action == 'G' || action == 'g') return offer_again(action == 'g');
    if (session_.parse(text) == Reason::none) describe(action, text);
  }
  /// Nothing is left.
  void close() {
    act([&] { anchor_.close(context()); });
    expect_nothing();
    ports_.check_invariants();
  }

 private:
  Context context() { return {model_, ports_, streams_, seeds_, random_, changes_, now_, {}, {}}; }

  /// What is in session_, by whoever may say it now.
  void describe(char action, std::string_view text) {
    const bool offers = action == 'O' || action == 'o', answers = action == 'A' || action == 'P';
    if (!anchor_.offer_outstanding()) {
      const bool in_place = action == 'I' && untouched_;
      if (!offers && !in_place) return;
      const unsigned from = action == 'o';
      const bool taken = tell(1 - from, [&] {
        return in_place ? anchor_.offer_in_place(from, session_, out_, size_, context())
                        : anchor_.offer(from, session_, out_, size_, context());
      });
      if (!taken) return;
      offerer_ = from;
      turns_ = in_place;
      untouched_ = false;
      said_[from] = text;
    } else if (answers && turns_) {
      if (!tell(offerer_, [&] { return anchor_.turn(session_, out_, size_, context()); })) return;
      offerer_ = 1 - offerer_;
      turns_ = false;
      said_[offerer_] = text;
    } else if (answers) {
      if (!tell(offerer_, [&] { return anchor_.answer(session_, action == 'P', out_, size_, context()); }))
        return;
      said_[1 - offerer_] = text;
      if (!anchor_.offer_outstanding()) agree();
    }
  }
  void agree() { agreed_ = said_; }
  /// What a side has described last, by ourselves.
  void offer_again(unsigned from) {
    if (anchor_.offer_outstanding() || agreed_[from].empty()) return;
    SBC_CHECK(session_.parse(agreed_[from]) == Reason::none);
    said_ = agreed_;
    if (tell(1 - from, [&] { return anchor_.offer_again(from, session_, out_, size_, context()); }))
      offerer_ = from;
  }
  /// On failure nothing has changed, but for keys and credentials of our own where an answer would have been
  /// turned; otherwise `side` is told of nobody but us.
  template <class Step>
  bool tell(unsigned side, Step&& take) {
    const std::vector<uint8_t> before = saved();
    Reason reason = Reason::none;
    act([&] { reason = take(); });
    if (reason != Reason::none) {
      SBC_CHECK(turns_ || saved() == before);
      return false;
    }
    SBC_CHECK(told_.parse({out_.data(), size_}) == Reason::none);
    SBC_CHECK(told_.media().size() == session_.media().size());
    for (const sdp::Media& media : told_.media())
      SBC_CHECK(media.port == 0 || (media.port >= first_port && media.port <= last_port));
    for (const sdp::Line& line : told_.lines()) judge(line, model_.realms[side].media.addresses);
    return true;
  }
  static void judge(const sdp::Line& line, std::span<const IpAddress> ours) {
    const auto is_ours = [&](const IpAddress& address) { return std::ranges::count(ours, address) == 1; };
    if (line.type == 'c') {
      const auto connection = sdp::parse_connection(line.value);
      SBC_CHECK(connection && (connection->unspecified || is_ours(connection->address)));
    }
    if (line.type == 's') SBC_CHECK(line.value == "-");
    if (line.type == 'o') {
      std::string_view rest = line.value;
      SBC_CHECK(sdp::take_word(rest) == "-");
      for (int word = 0; word < 2; ++word) sdp::take_word(rest);
      const auto origin = sdp::parse_connection(rest);
      SBC_CHECK(origin && (origin->unspecified || is_ours(origin->address)));
    }
    if (line.is(sdp::AttributeName::candidate)) {
      const auto candidate = sdp::parse_candidate(line.attribute_value());
      SBC_CHECK(candidate && is_ours(candidate->address));
    }
    SBC_CHECK(std::string_view("vosctbam").find(line.type) != std::string_view::npos);
  }

  void expect_nothing() const {
    SBC_CHECK(relays_.empty() && ports_.leased() == 0 && streams_.in_use() == 0 && seeds_.in_use() == 0);
  }
  /// It goes on elsewhere, as the same.
  void move() {
    const std::vector<uint8_t> bytes = saved();
    act([&] { anchor_.hand_over(context()); });
    expect_nothing();
    anchor_ = {};
    RealmLoader form(bytes);
    act([&] { anchor_.load(form, context()); });
    SBC_CHECK(!form.failed() && form.left() == 0 && saved() == bytes);
  }
  std::vector<uint8_t> saved() {
    std::vector<uint8_t> bytes(written_max);
    RealmSaver form(bytes);
    anchor_.save(form, context());
    SBC_CHECK(!form.overflowed());
    bytes.resize(form.written().size());
    return bytes;
  }

  template <class Step>
  void act(Step&& take) {
    take();
    for (const RelayChange& change : changes_.all()) {
      const media::Relay& relay = change.relay;
      if (change.install) {
        SBC_CHECK(change.first != relays_.contains(relay.sides[0].local));
        relays_[relay.sides[0].local] = relay.sides[1].local;
      } else {
        SBC_CHECK(relays_.erase(relay.sides[0].local) == 1);
      }
    }
    changes_.clear();
    SBC_CHECK(relays_.size() == anchor_.relay_count(streams_));
    SBC_CHECK(ports_.leased() == anchor_.leased_ports());
    SBC_CHECK(seeds_.in_use() == anchor_.seed_count(streams_));
    now_ = now_ + model_.timers.port_rest;
    ports_.wake(now_);
  }

  config::Model model_;
  Random random_ = Random::from_seed(7);
  PortPool ports_{model_, WorkerId(0)};
  StreamPool streams_{ports_.pairs() / 2};
  KeySeedPool seeds_{4};
  RelayChanges changes_;
  Instant now_{1'000'000'000};
  Anchor anchor_;
  unsigned offerer_ = 0;
  std::array<std::string, 2> said_, agreed_;  // by each side
  bool untouched_ = true;                     // nobody has said anything yet
  bool turns_ = false;                        // the outstanding offer is ours: its answer becomes one
  sdp::Session session_, told_;
  std::vector<char> out_;
  size_t size_ = 0;
  std::map<media::MediaPort, media::MediaPort> relays_;
};

}  // namespace

/// Two bytes of rules; then steps, each a letter and what is said, to the next zero.
void offer_answer(std::string_view bytes) {
  if (bytes.size() < 2) return;
  const auto border = std::make_unique<Border>(uint8_t(bytes[0]), uint8_t(bytes[1]));
  bytes.remove_prefix(2);
  while (!bytes.empty()) {
    const std::string_view step = bytes.substr(0, bytes.find('\0'));
    bytes.remove_prefix(std::min(step.size() + 1, bytes.size()));
    if (!step.empty()) border->step(step[0], step.substr(1));
  }
  border->close();
}

}  // namespace sbc::fuzz
