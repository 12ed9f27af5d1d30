// Anchor: a call's media session pinned to our addresses: the offer/answer state (RFC 3264) of both sides,
// the ports leased for it and the relays between them.
//
// Owned by one worker. Sides are 0 and 1, as in media::Relay. One offer is outstanding at a time; until it is
// answered the agreed session goes on as before, and withdraw() leaves it so. A stream has ports on both
// sides from the moment it is offered until it is rejected or the anchor closes, and a relay all that time.
#pragma once

#include <type_traits>

#include "sbc/anchor/key_seed.h"
#include "sbc/anchor/port_pool.h"
#include "sbc/anchor/relay_changes.h"
#include "sbc/anchor/sdp_writer.h"
#include "sbc/anchor/stream.h"

namespace sbc::anchor {

struct Context {
  const config::Model& model;  // realms, port_rest
  PortPool& ports;
  StreamPool& streams;
  KeySeedPool& seeds;
  Random& random;
  RelayChanges& changes;
  Instant now;
  std::array<const config::CodecRules*, 2> codecs{};    // of both sides; null = none
  std::array<std::span<const Prefix>, 2> media_from{};  // where else their media may come from
  uint32_t kept_pairs = 0;                              // of ports, for other calls than this one
  uint32_t kept_seeds = 0;                              // of keys, likewise
  const media::StatsReader* media = nullptr;            // with it:
  std::array<media::SideStats*, 2> past{};              // what was heard of both sides' audio that has ended
};

class Anchor {
 public:
  using Session = sdp::Session;

  /// `token` comes back in the media plane's events.
  void begin(uint64_t token, Random& random);

  /// Where a side's media lives. Before the first offer, or to turn a side to another peer: the streams that
  /// are open move there, and an outstanding offer is forgotten. pool_empty, and everything closed, without
  /// ports there.
  Reason place(unsigned side, RealmId realm, Family family, const Context& context);

  /// Whether media goes directly between the two peers, and no port or relay of ours stands between them
  /// (config::ReleasedPair). Before an offer to a new peer; what was open until then is closed.
  void release_media(bool released, const Context& context);

  /// `own` is the address that the side's signalling comes from: its media may come from there as well as
  /// from the address that its SDP names. Before it has sent any, media goes to whatever address its SDP
  /// names, or only to `own`; elsewhere it waits for the latch, so that nobody aims our media at a third
  /// party.
  void trust_sdp(unsigned side, bool every_address, const IpAddress& own);

  /// How the side's peer speaks of digits. Before the first offer to or from it. Where only one of the two
  /// speaks by INFO, they are converted: the other one's are telephone-events (RFC 4733), of which the media
  /// plane tells, and which port_for_digits() makes.
  void speak_digits(unsigned side, config::DigitRule rule) { sides_[side].digits = rule; }
  bool converts_digits() const;
  /// Of digits that are converted: whose are telephone-events.
  unsigned events_side() const { return sides_[0].digits == config::DigitRule::info; }
  /// Where that side has agreed on telephone-events, and on all of these, a bit each, and the other side's
  /// audio flows, of which they are made: the port that it is sent to from.
  std::optional<media::MediaPort> port_for_digits(uint32_t events, const StreamPool& streams,
                                                  const media::StatsReader& reader) const;

  /// Where held, what the other side sends before it has answered the offer does not reach this one.
  void hold_back(unsigned side, bool held, const Context& context);
  bool holds_back(unsigned side) const { return sides_[side].held_back; }

  /// What `side` is told next is the next version of what `before` has told the same peer, on its side there:
  /// to that peer it is one session all along (RFC 3264 8).
  void continue_as(unsigned side, const Anchor& before, unsigned side_before);

  /// `session` is offered by side `from`; `out` gets what the other side is offered, its size in `size`. On
  /// failure nothing has changed. sdp_unacceptable, pool_empty (ports, or seeds of keys), or message_too_long
  /// where `out` is too short.
  /// Where `from` is not told the answer, because the offer is ours and only says what it has said before, it
  /// goes on as agreed: with the same keys, ICE and place of RTCP.
  enum class Asker : uint8_t { told, untold };
  Reason offer(unsigned from, const Session& session, std::span<char> out, size_t& size,
               const Context& context, Asker asker = Asker::told);

  /// The same where side `from` has said nothing, and an offer is made in its place: where its media goes is
  /// not known yet. Its answer is not for answer(), but for turn().
  Reason offer_in_place(unsigned from, const Session& session, std::span<char> out, size_t& size,
                        const Context& context);
  /// The answer to that offer becomes an offer, the outstanding one, to the side in whose place it was made.
  /// sdp_unacceptable where it does not answer the offer, pool_empty, or message_too_long; nothing of what is
  /// offered or agreed has changed then.
  Reason turn(const Session& session, std::span<char> out, size_t& size, const Context& context);
  /// Whether this answer to the outstanding offer takes less than was offered: other formats, a stream less,
  /// or one that goes one way only. Before it is given to answer().
  bool narrows(const Session& answer, const Context& context) const;

  /// What is agreed, offered once more, so that nothing changes: `session` is what side `from` has described
  /// last. What the other side is told has the version that it had, unless something else was said since; a
  /// section that is not open stays so.
  Reason offer_again(unsigned from, const Session& session, std::span<char> out, size_t& size,
                     const Context& context, Asker asker = Asker::untold);
  /// Whether the answer to that leaves less than both sides had agreed on. Before it is given to answer().
  bool loses(const Session& answer, const Context& context) const;
  bool is_released() const { return released_; }

  /// What the side was told last: its version (RFC 8866 5.2), and what tells it from another.
  struct Told {
    uint64_t version = 0, digest = 0;

    friend bool operator==(const Told&, const Told&) = default;
  };
  Told told(unsigned side) const { return {sides_[side].version, sides_[side].digest}; }
  /// What was described since does not reach it.
  void keep_told(unsigned side, const Told& told);
  /// Towards somebody who knows nothing but the first offer: it is outstanding again.
  void begin_again(unsigned side);

  /// The answer to the outstanding offer, from the other side. A preview (early media) leaves the offer
  /// outstanding. sdp_unacceptable where it does not answer the offer; nothing has changed then.
  Reason answer(const Session& session, bool preview, std::span<char> out, size_t& size,
                const Context& context);

  /// What `side` was told last, once more, but with every stream refused: for a peer that has to be told
  /// something while its ports are no longer this call's.
  Reason refuse_all(unsigned side, const Session& told, std::span<char> out, size_t& size,
                    const Context& context);

  /// The preview was the answer after all: the final response brought none.
  void settle(const Context& context);
  /// The call is answered, by which nothing is agreed on that was not before: who was silent may speak now.
  void renew(const Context& context);
  /// The offer failed: what was agreed before stands.
  void withdraw(const Context& context);
  void close(const Context& context);

  /// See saved_anchor.h.
  template <class Form>
  void save(Form& form, const Context& context) const;
  /// The same again in an anchor that has not begun: its ports leased, its relays to be installed. The form
  /// fails where an address or a port is not there for it; hand it over then, too.
  template <class Form>
  void load(Form& form, const Context& context);
  /// It goes on elsewhere: closed, and its ports are free at once.
  void hand_over(const Context& context);

  bool offer_outstanding() const { return offering_; }
  bool previewed() const { return previewed_; }
  /// Media may be expected from both sides all the time: idleness means something.
  bool expects_media(const StreamPool& streams) const;
  Instant last_packet(const StreamPool& streams, const media::StatsReader& reader) const;
  /// Both sides of a stream have ended what they said with comfort noise.
  bool is_paused(const StreamPool& streams, const media::StatsReader& reader) const;
  bool has_audio(const StreamPool& streams) const { return audio(streams) != nullptr; }
  /// Both sides may talk, on the first audio stream.
  bool expects_audio(const StreamPool& streams) const;
  /// What the side has sent on that one; nothing where there is none. See Context::past.
  media::SideStats stats(unsigned side, const StreamPool& streams, const media::StatsReader& reader) const;

  /// How that one is encrypted on this side, with keys of ours; none: it is not, or there is none.
  SrtpSuite suite(unsigned side, const StreamPool& streams) const;

  /// Whether that one is encrypted between the two peers, with keys of their own.
  bool has_seal(const StreamPool& streams) const;
  /// Tells what the side's peer encrypts with, where that crosses, from anything else.
  uint64_t sealed_with(unsigned side, const StreamPool& streams) const;

  uint32_t relay_count(const StreamPool& streams) const;
  uint32_t leased_ports() const;
  uint32_t seed_count(const StreamPool& streams) const;

 private:
  struct Side {
    RealmId realm = RealmId::none;
    Family family = Family::v4;
    uint8_t address = 0;
    bool settled = false;  // `address` is chosen
    bool every_sdp_address = true;
    bool held_back = false;  // see hold_back()
    config::DigitRule digits = config::DigitRule::pass;
    IpAddress own_address;  // see trust_sdp()
    uint64_t session_id = 0, version = 0, digest = 0;
  };
  using Sections = std::array<OurSection, Session::media_max>;

  /// released.cc: the same of released media, of which nothing is open here.
  Reason offer_released(unsigned from, const Session& session, std::span<char> out, size_t& size,
                        const Context& context);
  Reason answer_released(const Session& session, bool preview, std::span<char> out, size_t& size,
                         const Context& context);
  IpAddress own_address(unsigned side, const Context& context) const;
  std::span<const SrtpSuite> crossing_keys(unsigned from, const Context& context) const;
  Reason propose(unsigned from, const Session& session, Asker asker, const Context& context);
  Standings standings_of(unsigned side, const Context& context) const;
  Reason check_answer(unsigned from, const Session& session, const Context& context) const;
  static const config::CodecRules& codecs(unsigned side, const Context& context);
  /// Whether a section that was offered is refused, or `keeps` too little of it.
  bool leaves_out(const Session& answer, const Context& context,
                  bool (*keeps)(const Stream&, const Terms&)) const;
  Judgement judge_section(const Session& session, size_t section, unsigned from, Role role,
                          const Context& context) const;
  Sections sections_of_answer(const Session& session, const Context& context) const;

  /// secured.cc: which side speaks SRTP, and with which keys.
  Protection protection_toward(unsigned side, const Stream& stream, const Context& context) const;
  bool reserve_seed(Stream& stream, unsigned side, const Context& context) const;
  bool secure_proposal(Stream& stream, unsigned from, std::span<const sdp::Line> lines,
                       const Context& context) const;
  void release_seed(Stream& stream, unsigned side, const Context& context) const;
  void release_spare_seeds(Stream& stream, const Context& context) const;
  OurSection section_of_offer(const Stream& stream, unsigned side, Protection protection, bool feedback,
                              const Context& context) const;
  OurSection section_of_answer(const Stream& stream, const Context& context) const;
  std::optional<PeerKey> key_of_answer(const Session& session, size_t section, const Stream& asked,
                                       const Context& context) const;
  Terms terms_of_answer(const Session& session, size_t section, const Stream& asked,
                        const Context& context) const;
  media::SideKeys keys_of(const Stream& stream, unsigned side, const Context& context) const;
  template <class Form>
  bool load_seeds(Form& form, Stream& stream, unsigned secured, const Context& context);

  /// sealed.cc: keys that stay between the two peers.
  bool passes(const Stream* stream, const Context& context) const;
  std::optional<media::Seal> seal_of_answer(const Session& session, size_t section,
                                            const Stream& asked) const;
  void pass_offer(OurSection& ours, const Stream& stream, unsigned side, const Context& context) const;
  void pass_answer(OurSection& ours, const Session& session, size_t section, const Stream& stream,
                   const Context& context) const;
  void agree_seal(Stream& stream, const Session& session, size_t section) const;
  media::Seal current_seal(const Stream& stream) const;

  /// digits.cc: telephone-events of one side that are the other's INFO.
  policy::Events crossing_events() const {
    return converts_digits() ? policy::Events::stay : policy::Events::cross;
  }
  bool takes_events(unsigned side, const Context& context) const;
  Events events_toward(unsigned side, const Stream& stream, const sdp::Media& media,
                       std::span<const sdp::Line> lines, const Terms& said, const Context& context) const;
  void propose_events(Stream& stream, unsigned from, const sdp::Media& media,
                      std::span<const sdp::Line> lines, const Context& context) const;
  Events events_of_answer(const sdp::Media& media, std::span<const sdp::Line> lines, const Stream& asked,
                          const Context& context) const;
  const rtp::Formats& told_events(const Stream& stream) const;
  void relay_digits(media::Relay& relay, const Stream& stream) const;
  void renumber_events(media::Relay& relay, const Stream& stream) const;

  /// connectivity.cc: ICE, and RTCP on the stream's port.
  void offer_ice(Stream& stream, unsigned side, const Context& context) const;
  void propose_ice(Stream& stream, unsigned from, const Context& context) const;
  static void forget_spare_ice(Stream& stream);
  void connect_offer(OurSection& ours, const Stream& stream, unsigned side, const Context& context) const;
  void connect_answer(OurSection& ours, const Stream& stream) const;
  media::IceCredentials ice_of(const Stream& stream, unsigned side) const;

  bool settle_address(unsigned side, const Context& context);
  /// The stream of a media section; null where it is not open.
  Stream* stream(size_t section, const Context& context) { return context.streams.find(streams_[section]); }
  const Stream* stream(size_t section, const Context& context) const {
    return context.streams.find(streams_[section]);
  }
  /// Calls visit(stream) for each open one, or visit(stream, section); visit may close it.
  template <class Streams, class Visit>
  void each_open(Streams& streams, Visit&& visit) const;
  template <class Form, class Self>
  static void each_field(Form& form, Self& self);
  template <class Form>
  void load_stream(Form& form, const Context& context);
  bool open_stream(size_t section, media::Kind kind, const Context& context);
  bool move_stream(size_t section, unsigned side, const Context& context);
  void close_stream(size_t section, const Context& context);
  void forget_proposal(const Context& context);
  void end_offer();
  void install(Stream& stream, const Context& context, bool renews = false);
  void remove_relays(Stream& stream, const Context& context);
  void remove_control(Stream& stream, const Context& context);
  void change_kind(Stream& stream, const Context& context);
  void note_past(const Stream& stream, const Context& context) const;
  const Stream* audio(const StreamPool& streams) const;
  media::Relay relay_of(const Stream& stream, const Context& context) const;
  media::MediaPort port_of(const Stream& stream, unsigned side) const;
  Reason describe(unsigned side, const Session& source, const Sections& sections, std::span<char> out,
                  size_t& size, const Context& context);

  static_assert(Session::media_max <= 16);  // bits of wanted_
  std::array<lane::Handle, Session::media_max> streams_;
  std::array<Side, 2> sides_;
  uint64_t token_ = 0, cname_ = 0;
  uint8_t count_ = 0;     // media sections of the agreed session
  uint8_t proposed_ = 0;  // of the outstanding offer
  uint8_t offerer_ = 0;
  bool offering_ = false, previewed_ = false;
  bool released_ = false;
  uint16_t wanted_ = 0;    // of released media: the sections that the outstanding offer wants, a bit each
  bool in_place_ = false;  // the outstanding offer is ours, for a side that has said nothing
  bool again_ = false;     // see offer_again(); while that lasts
};

template <class Streams, class Visit>
void Anchor::each_open(Streams& streams, Visit&& visit) const {
  for (size_t section = 0; section < streams_.size(); ++section) {
    auto* stream = streams.find(streams_[section]);
    if (!stream) continue;
    if constexpr (std::is_invocable_v<Visit, decltype(*stream), size_t>) {
      visit(*stream, section);
    } else {
      visit(*stream);
    }
  }
}

}  // namespace sbc::anchor
