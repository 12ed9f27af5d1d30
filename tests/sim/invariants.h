// Invariants: what must be true of every effect that the engines return, judged in their order.
//
// Of a message that leaves: it goes to somebody who exists in that realm, from one of the realm's listeners;
// it parses; it holds no word of another party; the media ports that its SDP advertises are installed; a
// final response never changes; what it says of keys and of telephone-events is what the media plane has; a
// new request raises CSeq; the same SDP version never says two things. No digit arrives more often than it
// was sent.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "config/model/model.h"
#include "dataplane/sdp/line.h"
#include "dataplane/sip/message.h"
#include "sbc/call/record.h"
#include "sbc/transaction/transport.h"
#include "tests/sim/media_model.h"
#include "tests/sim/network.h"
#include "tests/sim/secrets.h"

namespace sbc::sim {

class Invariants {
 public:
  Invariants(const config::Model& model, const Network& network, const MediaModel& media, Secrets& secrets);

  /// Everybody who may get a message: the party it belongs to and the group that shares a side of calls with
  /// it.
  void introduce(RealmId realm, const Endpoint& at, Party party, Party group);

  /// `stateless`: an answer that the border forgot at once, so a repeated request may get another.
  void on_send(Instant now, const Transport& transport, std::string_view bytes, bool stateless);
  void on_receive(const sip::Message& message);
  void on_cdr(const call::CallRecord& record);
  /// A digit that the media plane has told of, and that was taken; and one that it is given.
  void on_digit_told() { ++digits_told_; }
  void on_digit_played();

  uint64_t digits_told() const { return digits_told_; }
  uint64_t digits_played() const { return digits_played_; }

  const std::vector<call::CallRecord>& cdrs() const { return cdrs_; }

 private:
  struct Answered {
    int status = 0;  // the last
    Instant at{};    // the first with it
  };
  struct Readers {
    Party party, group;
  };
  using Sequence = std::map<uint32_t, std::string>;  // branch by CSeq number
  struct Described {
    std::string text;
    uint64_t token = 0;  // of the call whose relays it advertised
  };
  void check_path(const Transport& transport) const;
  void check_secrecy(const Transport& transport, const sip::Message& message);
  void remember_words(const sip::Message& message, Party group);
  void check_request(const Transport& transport, const sip::Message& request);
  void check_response(Instant now, const Transport& transport, const sip::Message& response, bool stateless);
  void check_contact(const Transport& transport, const sip::Message& message) const;
  void check_sdp(const Transport& transport, const sip::Message& message);
  Described& described_as(const Transport& transport, const sip::Message& message, std::string_view version);
  void check_port(RealmId realm, const Endpoint& advertised, Described& described, bool may_rest) const;
  void check_digits() const;
  void check_events(RealmId realm, const Endpoint& advertised, std::span<const sdp::Line> lines) const;
  void check_keys(RealmId realm, const Endpoint& advertised, std::span<const sdp::Line> lines) const;

  const config::Model& model_;
  const Network& network_;
  const MediaModel& media_;
  Secrets& secrets_;
  std::map<std::pair<RealmId, Endpoint>, Readers> readers_;
  std::unordered_map<std::string, Answered> answered_;    // by transaction
  std::unordered_map<std::string, Sequence> sequences_;   // by dialog
  std::unordered_map<std::string, Described> described_;  // SDP by dialog and version
  std::unordered_set<std::string> heard_;                 // branches that a peer has responded to
  std::unordered_set<std::string> infos_heard_, infos_sent_;
  uint64_t digits_told_ = 0, digits_played_ = 0;
  std::vector<call::CallRecord> cdrs_;
};

}  // namespace sbc::sim
