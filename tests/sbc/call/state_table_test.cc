// What every event does in every state of a call: state_table.txt, which people read and whose rows were
// judged by RFC 3261 (9, 12.2.2, 13, 14, 15), 3262, 3311, 3515, 4028, 4320, 5057, 6026 and 6141. A row is:
// state | event | what each side is sent because of it | what has become of the call, or of both calls of a
// transfer. A message that is sent is its method, or its status and the method that it answers.
#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/sbc/call/transfer_fixture.h"

namespace sbc::call {
namespace {

/// Asks about every number; any answer routes it.
class Asker final : public Decider {
 public:
  Decision decide(const Inquiry& inquiry, const policy::Compiled&) const override {
    return Need{Text<128>(inquiry.number)};
  }
  Decision resume(const Inquiry& inquiry, uint64_t, const policy::Compiled& policy) const override {
    return routes_.decide(inquiry, policy);
  }

 private:
  RouteDecider routes_;
};

class StateTableTest : public TransferTest {
 protected:
  using Step = std::function<void()>;
  /// What an event needs that not every state has: an INVITE of ours that the caller has to answer, another
  /// request of ours that somebody has to, a question.
  enum class Needs { nothing, invites_caller, asks, parked };
  struct State {
    std::string name;
    Step reach;
    Needs has = Needs::nothing;
    bool moves = true;  // what is being transferred stays where it is
  };
  struct Event {
    std::string name;
    Step happen;
    Needs needs = Needs::nothing;
    bool applies_to(const State& state) const {
      if (state.has == Needs::parked && name.starts_with("callee")) return false;  // there is none yet
      return needs == Needs::nothing || needs == state.has;
    }
  };

  StateTableTest() {
    model_->timers.media_idle = 300s;
    // All of it is made for each row.
    model_->limits.sources_max = 64;
    model_->limits.calls_max = 4;
    model_->limits.transactions_max = 64;
    model_->limits.message_bytes_max = 4096;
    for (config::Realm& realm : model_->realms) realm.media.last_port = 20031;
    add_states_before_the_answer();
    add_states_of_a_call();
    add_states_of_a_transfer();
    add_states_after_the_end();
    for (const char* method : {"BYE", "INFO", "OPTIONS", "PRACK", "MESSAGE", "REFER", "NOTIFY"})
      add_request(method, method);
    add_request("INVITE", "INVITE", offer_sdp);
    add_request("INVITE without offer", "INVITE");
    add_request("UPDATE", "UPDATE");
    add_request("UPDATE offer", "UPDATE", offer_sdp);
    add_event("caller ACK", [this] { from_caller(ack(caller_invite_cseq())); });
    add_event("caller ACK SDP", [this] { from_caller(ack(caller_invite_cseq(), answer_sdp)); });
    add_event("callee ACK", [this] { from_callee(in_callees_dialog("ACK", 2)); });
    add_event("caller CANCEL", [this] { from_caller(caller_request("CANCEL", "z9hG4bKinvite", 1)); });
    add_event("caller CANCEL again",
              [this] { from_caller(caller_request("CANCEL", "z9hG4bKINVITE2", 2, caller_tag())); });
    add_event("caller INVITE again", [this] { from_caller(invite()); });
    for (int status : {100, 180, 302, 401, 404, 408, 422, 481, 486, 491, 500, 503, 603})
      add_response(status, "");
    add_response(183, answer_sdp);
    add_response(200, answer_sdp);
    add_response(200, "");
    for (int status : {200, 408, 481, 488, 491, 500}) add_caller_response(status);
    for (int status : {200, 405, 408, 481, 500}) {
      events_.push_back(
          {std::to_string(status) + " to our request",
           [this, status] { receive(asked_.to.realm, asked_.to.remote, response(asked_, status)); },
           Needs::asks});
    }
    events_.push_back({"question answered",
                       [this] {
                         engine_->on_answer(surroundings(), asks_.back().question, 1);
                         carry_out();
                       },
                       Needs::parked});
    add_event("nothing for 5 s", [this] { pass(5s); });
    add_event("nothing for 40 s", [this] { pass(40s); });
    add_event("nothing for 200 s", [this] { pass(200s); });
    add_event("no media for 310 s", [this] { pass(310s); });
    add_event("callee unreachable", [this] {
      engine_->on_undelivered(surroundings(), invite_.undelivered());
      carry_out();
    });
    add_event("operator hangs up", [this] {
      engine_->hang_up_all(surroundings());
      carry_out();
    });
  }

  void add_state(const std::string& name, const Step& reach, Needs has = Needs::nothing) {
    states_.push_back({name, reach, has});
  }
  void add_event(const std::string& name, const Step& happen) { events_.push_back({name, happen}); }

  void add_states_before_the_answer() {
    add_state(
        "parked", [this] { park(); }, Needs::parked);
    add_state("calling", [this] {
      from_caller(invite());
      known_tag_ = "unknown";
    });
    add_state("ringing", [this] { ring(); });
    add_state("early media", [this] {
      from_caller(invite());
      from_callee(response(invite_, 183, answer_sdp));
    });
    add_state("ringing reliably", [this] {
      from_caller(invite("Require: 100rel\r\n"));
      from_callee(response(invite_, 180));
      rack_ = last_to(access_realm).header(sip::Header::rseq) + " 1 INVITE";
    });
    add_state("early media reliably", [this] {
      from_caller(invite("Require: 100rel\r\n"));
      from_callee(response(invite_, 183, answer_sdp));
      rack_ = last_to(access_realm).header(sip::Header::rseq) + " 1 INVITE";
    });
    add_state("two forks ring", [this] {
      ring();
      from_callee(response(invite_, 183, answer_sdp, "", "another-tag"));
    });
    add_state(
        "acknowledging",
        [this] {
          from_caller(invite("Supported: 100rel\r\n"));
          from_callee(response(invite_, 180, "", "Require: 100rel\r\nRSeq: 1\r\n"));
          asked_ = sent_to(core_realm, "PRACK ").at(0);
        },
        Needs::asks);
    add_state("next peer", [this] {
      ring();
      from_callee(response(invite_, 503));
    });
  }

  void add_states_of_a_call() {
    add_state("answered", [this] { answer(); });
    add_state("late offer answered", [this] {
      from_caller(invite("", ""));
      from_callee(response(invite_, 200, offer_sdp));
    });
    add_state("talking", [this] { establish(); });
    add_state("caller refreshes", [this] {
      from_caller(invite("Supported: timer\r\nSession-Expires: 90;refresher=uac\r\n"));
      from_callee(response(invite_, 200, answer_sdp));
      from_caller(ack());
    });
    add_state(
        "refreshing",
        [this] {
          from_caller(invite());
          from_callee(response(invite_, 200, answer_sdp,
                               "Allow: UPDATE\r\nRequire: timer\r\nSession-Expires: 90;refresher=uac\r\n"));
          from_caller(ack());
          sent_.clear();
          pass(46s);
          asked_ = last_to(core_realm);
        },
        Needs::asks);
    add_state("offering", [this] {
      establish();
      from_caller(in_dialog("INVITE", 2, offer_sdp));
    });
    add_state("offer cancelled", [this] {
      establish();
      from_caller(in_dialog("INVITE", 2, offer_sdp));
      from_callee(response(invite_, 100));
      from_caller(caller_request("CANCEL", "z9hG4bKINVITE2", 2, caller_tag()));
    });
    add_state("offer answered", [this] {
      establish();
      from_caller(in_dialog("INVITE", 2, offer_sdp));
      from_callee(response(invite_, 200, answer_sdp));
    });
    add_state(
        "callee offering", [this] { callee_offers(); }, Needs::invites_caller);
    add_state(
        "callee's offer answered",
        [this] {
          callee_offers();
          from_caller(response(to_caller_, 200, answer_sdp));
        },
        Needs::invites_caller);
    add_state(
        "offering by UPDATE",
        [this] {
          from_caller(invite());
          from_callee(response(invite_, 200, answer_sdp, "Allow: UPDATE\r\n"));
          from_caller(ack());
          from_caller(in_dialog("UPDATE", 2, offer_sdp));
          asked_ = last_to(core_realm);
        },
        Needs::asks);
    add_state(
        "INFO crosses",
        [this] {
          establish();
          from_caller(in_dialog("INFO", 2));
          asked_ = last_to(core_realm);
        },
        Needs::asks);
  }

  void add_states_of_a_transfer() {
    add_state(
        "REFER crosses",
        [this] {
          establish();
          from_caller(in_dialog("REFER", 2));
          asked_ = last_to(core_realm);
        },
        Needs::asks);
    add_state("referred", [this] {
      establish();
      from_caller(in_dialog("REFER", 2));
      from_callee(response(last_to(core_realm), 202));
    });
    states_.push_back({"transferring", [this] { transfer(); }, Needs::nothing, false});
    states_.push_back({"target rings",
                       [this] {
                         transfer();
                         target_says(180);
                       },
                       Needs::nothing, false});
    states_.push_back({"joining",
                       [this] {
                         transfer();
                         target_says(200, answer_sdp);
                       },
                       Needs::nothing, false});
    states_.push_back({"joined",
                       [this] {
                         transfer();
                         target_says(200, answer_sdp);
                         from_callee(response(invite_, 200, answer_sdp));
                         asked_ = sent_to(access_realm, "NOTIFY ").at(0);
                       },
                       Needs::asks, false});
  }

  void add_states_after_the_end() {
    add_state(
        "caller left",
        [this] {
          establish();
          from_caller(in_dialog("BYE", 9));
          asked_ = last_to(core_realm);
        },
        Needs::asks);
    add_state("callee left", [this] {
      establish();
      from_callee(callee_request("BYE", 9));
    });
    add_state("callee left unacknowledged", [this] {
      answer();
      from_callee(callee_request("BYE", 9));
    });
    add_state("cancelled", [this] {
      ring();
      from_caller(caller_request("CANCEL", "z9hG4bKinvite", 1));
    });
    add_state("refused", [this] {
      ring();
      from_callee(response(invite_, 486));
    });
  }

  void park() {
    start(&asker_);
    from_caller(invite());
    known_tag_ = "unknown";
  }
  void callee_offers() {
    establish();
    from_callee(in_callees_dialog("INVITE", 2, offer_sdp));
    to_caller_ = last_to(access_realm);
  }
  /// The caller has referred the callee, which takes no REFER, and knows that it is tried.
  void transfer() {
    model_->trunks[0].refer = config::ReferRule::carry_out;
    start();
    establish();
    dialog_ = invite_;
    from_caller(in_dialog("REFER", 2));
    from_caller(response(sent_to(access_realm, "NOTIFY ").at(0), 200));
  }
  /// And is told of it.
  void target_says(int status, const std::string& body = "") {
    from_invited(response(invite_, status, body));
    const std::vector<Sent> reports = sent_to(access_realm, "NOTIFY ");
    if (!reports.empty()) from_caller(response(reports.at(0), 200));
  }
  Reason from_invited(const std::string& text) { return receive(core_realm, invite_.to.remote, text); }
  uint32_t caller_invite_cseq() const {
    return !invite_.bytes.empty() && invite_.parse().cseq().number > 1 ? 2 : 1;
  }

  void add_request(const std::string& name, const std::string& method, const std::string& body = "") {
    add_event("caller " + name, [=, this] { from_caller(in_dialog(method, 5, body)); });
    add_event("callee " + name, [=, this] { from_callee(in_callees_dialog(method, 5, body)); });
  }
  void add_response(int status, const std::string& body) {
    add_event("callee " + std::to_string(status) + (body.empty() ? "" : " SDP"),
              [=, this] { from_invited(response(invite_, status, body)); });
  }
  void add_caller_response(int status) {
    const std::string body = status == 200 ? answer_sdp : std::string();
    events_.push_back({"caller " + std::to_string(status) + (body.empty() ? "" : " SDP"),
                       [=, this] { from_caller(response(to_caller_, status, body)); },
                       Needs::invites_caller});
  }
  std::string in_dialog(const std::string& method, uint32_t cseq, const std::string& body = "") {
    return complete(method, caller_request(method, "z9hG4bK" + method + std::to_string(cseq), cseq,
                                           known_tag_.empty() ? caller_tag() : known_tag_, body));
  }
  std::string in_callees_dialog(const std::string& method, uint32_t cseq, const std::string& body = "") {
    const Sent last = invite_;
    if (!dialog_.bytes.empty()) invite_ = dialog_;
    const std::string request = complete(method, callee_request(method, cseq, body));
    invite_ = last;
    return request;
  }
  std::string complete(const std::string& method, std::string text) const {
    if (method == "INFO") return with_body(text, "application/dtmf-relay", "Signal=5\r\n");
    if (method == "PRACK") text.insert(text.find("Contact:"), "RAck: " + rack_ + "\r\n");
    if (method == "REFER") return with(text, "Refer-To: <sip:200@pbx.home.example>\r\n");
    if (method == "NOTIFY")
      return with(with_body(text, "message/sipfrag;version=2.0", "SIP/2.0 200 OK\r\n"),
                  "Event: refer\r\nSubscription-State: terminated;reason=noresource\r\n");
    return text;
  }
  static std::string with_body(std::string text, const std::string& type, const std::string& body) {
    text.replace(
        text.find("Content-Length: 0\r\n\r\n"), std::string::npos,
        "Content-Type: " + type + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    return text;
  }

  /// What left since the state was reached, in the order in which each side got it first.
  std::string outcome() const {
    std::string text;
    for (RealmId realm : {access_realm, core_realm}) {
      std::vector<std::pair<std::string, int>> told;
      for (const Sent& sent : all_to(realm)) {
        const std::string name = name_of(sent.parse());
        auto at =
            std::find_if(told.begin(), told.end(), [&](const auto& each) { return each.first == name; });
        if (at == told.end()) at = told.insert(at, {name, 0});
        ++at->second;
      }
      if (told.empty()) continue;
      text += (text.empty() ? "" : "; ") + std::string(realm == access_realm ? "caller:" : "callee:");
      for (const auto& [name, times] : told)
        text += (text.back() == ':' ? " " : ", ") + name + (times > 1 ? " x" + std::to_string(times) : "");
    }
    return text.empty() ? "-" : text;
  }
  static std::string name_of(const sip::Message& message) {
    std::string name(message.is_request()
                         ? std::string(message.method_text())
                         : std::to_string(message.status()) + " " + std::string(message.cseq().method_text));
    return name + (message.body().find("m=") == std::string_view::npos ? "" : " SDP");
  }
  std::string fate() const {
    if (engine_->live_calls() == 0)
      return cdrs_.empty() ? "gone" : "over " + std::to_string(cdrs_.back().status);
    std::string states;
    engine_->visit_calls(media_, [&](const CallRecord& record) {
      states += (states.empty() ? "" : " + ") + std::string(text_of(record.state));
      return true;
    });
    return states;
  }
  void begin_again() {
    sent_.clear();
    cdrs_.clear();
    relays_.clear();
    logs_.clear();
    invite_ = dialog_ = asked_ = to_caller_ = {};
    known_tag_.clear();
    rack_ = "1 1 INVITE";
    now_ = now_ + 1h;
    *model_ = pristine_;
    start();
  }
  void SetUp() override {
    TransferTest::SetUp();
    pristine_ = *model_;
  }

  enum class Move { no, within, to_new_engine };
  std::string row(const State& state, const Event& event, Move move) {
    begin_again();
    state.reach();
    if (move != Move::no) move_calls(move == Move::to_new_engine);
    sent_.clear();
    event.happen();
    return outcome() + " | " + fate();
  }

  Asker asker_;
  config::Model pristine_;
  Sent dialog_;     // our INVITE that began the callee's dialog, where the last one went elsewhere
  Sent asked_;      // the request of ours that is not answered yet
  Sent to_caller_;  // our INVITE to the caller
  std::string rack_;
  std::string known_tag_;  // to the caller, where it is not caller_tag() that it knows
  std::vector<State> states_;
  std::vector<Event> events_;
};

/// Row by row, without what is told of them.
std::vector<std::string> written_rows() {
  std::ifstream table(SBC_SOURCE_DIR "/tests/sbc/call/state_table.txt");
  std::vector<std::string> rows;
  for (std::string line; std::getline(table, line);) {
    if (!line.empty() && line[0] != '#') rows.push_back(line);
  }
  return rows;
}

TEST_F(StateTableTest, EveryEventInEveryState) {
  const std::vector<std::string> written = written_rows();
  size_t next = 0;
  for (const State& state : states_) {
    for (const Event& event : events_) {
      if (!event.applies_to(state)) continue;
      ASSERT_LT(next, written.size());
      EXPECT_EQ(state.name + " | " + event.name + " | " + row(state, event, Move::no), written[next++]);
    }
  }
  EXPECT_EQ(next, written.size());
}

/// A call that was written to bytes and read back is in the same state: whatever happens then, it does the
/// same. Only what is repeated of a transaction that has ended is nothing that another engine knows.
TEST_F(StateTableTest, EveryEventInEveryStateAfterAMove) {
  auto repeats_what_ended = [](const std::string& state, const std::string& event) {
    static const std::set<std::string> unanswered{"calling",
                                                  "ringing",
                                                  "early media",
                                                  "ringing reliably",
                                                  "early media reliably",
                                                  "two forks ring",
                                                  "acknowledging",
                                                  "next peer",
                                                  "parked"};
    const bool of_caller = event == "caller INVITE again" || event == "caller CANCEL";
    if (state == "refused" && event[7] >= '3' && event[7] <= '6') return true;
    return (of_caller && !unanswered.contains(state)) ||
           (state.starts_with("callee left") && event.starts_with("callee 200"));
  };
  const std::vector<std::string> written = written_rows();
  size_t next = 0;
  for (const State& state : states_) {
    for (const Event& event : events_) {
      if (!event.applies_to(state)) continue;
      ASSERT_LT(next, written.size());
      const std::string& unmoved = written[next++];
      if (!state.moves) continue;
      // By turns: either takes half of the time.
      const bool within = next % 2 == 0 || repeats_what_ended(state.name, event.name);
      const std::string moved = row(state, event, within ? Move::within : Move::to_new_engine);
      EXPECT_EQ(state.name + " | " + event.name + " | " + moved, unmoved);
    }
  }
}

}  // namespace
}  // namespace sbc::call
