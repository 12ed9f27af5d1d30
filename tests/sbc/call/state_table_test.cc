// What every event does in every state of a call: state_table.txt, which people read and whose rows were
// judged by RFC 3261 (9, 12.2.2, 13, 14, 15), 3262, 3311, 3515, 4028, 4320, 5057, 6026 and 6141. A row is:
// state | event | what each side is sent because of it | what has become of the call, or of both calls of a
// transfer. A message that is sent is its method, or its status and the method that it answers.
#include <algorithm>
#include <array>
#include <fstream>
#include <set>

#include "tests/sbc/call/states_fixture.h"

namespace sbc::call {
namespace {

class StateTableTest : public StatesTest {
 protected:
  struct Event {
    std::string name;
    Step happen;
    Needs needs = Needs::nothing;
    bool applies_to(const State& state) const {
      if (!state.has_callee() && name.starts_with("callee")) return false;
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
    for (const char* method : {"BYE", "INFO", "OPTIONS", "PRACK", "MESSAGE", "REFER", "NOTIFY"})
      add_request(method, method);
    add_request("INVITE", "INVITE", offer_sdp);
    add_request("INVITE without offer", "INVITE");
    add_request("UPDATE", "UPDATE");
    add_request("UPDATE offer", "UPDATE", offer_sdp);
    add_events_of_invites();
    add_responses();
    add_answers();
    add_events_of_time();
  }

  void add_events_of_invites() {
    add_event("caller ACK", [this] { from_caller(ack(caller_invite_cseq())); });
    add_event("caller ACK SDP", [this] { from_caller(ack(caller_invite_cseq(), answer_sdp)); });
    add_event("caller INVITE with Replaces", [this] {
      from_caller(replacing(again(invite()), {"caller-call-id", caller_tag(), "caller-tag"}));
    });
    add_event("callee INVITE with Replaces", [this] {
      const sip::Message of = (dialog_.bytes.empty() ? invite_ : dialog_).parse();
      const std::array<std::string, 3> dialog{std::string(of.call_id()), std::string(of.from().tag()),
                                              "callee-tag"};
      receive(core_realm, third_, replacing(again(invite()), dialog));
    });
    add_event("callee ACK", [this] { from_callee(in_callees_dialog("ACK", 2)); });
    add_event("caller CANCEL", [this] { from_caller(caller_request("CANCEL", "z9hG4bKinvite", 1)); });
    add_event("caller CANCEL again",
              [this] { from_caller(caller_request("CANCEL", "z9hG4bKINVITE2", 2, caller_tag())); });
    add_event("callee CANCEL", [this] {
      std::string text = in_callees_dialog("CANCEL", 2);
      from_callee(text.replace(text.find("z9hG4bKcalleeCANCEL2"), 20, "z9hG4bKcalleeINVITE2"));
    });
    add_event("caller INVITE again", [this] { from_caller(invite()); });
  }
  void add_responses() {
    for (int status : {100, 180, 302, 401, 404, 408, 422, 481, 486, 491, 500, 503, 603})
      add_response(status, "");
    add_response(183, answer_sdp);
    add_response(200, answer_sdp);
    add_response(200, "");
    add_event("callee 183 SDP reliably",
              [this] { from_invited(response(invite_, 183, answer_sdp, "Require: 100rel\r\nRSeq: 2\r\n")); });
    add_event("callee 180 of another fork",
              [this] { from_invited(of_another_fork(response(invite_, 180))); });
    add_event("callee 200 SDP of another fork",
              [this] { from_invited(of_another_fork(response(invite_, 200, answer_sdp))); });
    for (int status : {200, 408, 481, 488, 491, 500}) add_caller_response(status);
    for (int status : {200, 405, 408, 481, 500}) {
      events_.push_back(
          {std::to_string(status) + " to our request",
           [this, status] { receive(asked_.to.realm, asked_.to.remote, response(asked_, status)); },
           Needs::asks});
    }
  }
  /// To questions of ours.
  void add_answers() {
    events_.push_back({"question answered",
                       [this] {
                         engine_->on_answer(surroundings(), asks_.back().question, 1);
                         carry_out();
                       },
                       Needs::parked});
    events_.push_back({"host found", [this] { answer_host(); }, Needs::host});
    events_.push_back({"dialog unknown", [this] { answer_dialog({}); }, Needs::dialog});
    events_.push_back({"dialog found", [this] { answer_dialog(found_elsewhere()); }, Needs::dialog});
  }
  void add_events_of_time() {
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

  void add_event(const std::string& name, const Step& happen) { events_.push_back({name, happen}); }

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
  static std::string replacing(const std::string& invite, const std::array<std::string, 3>& dialog) {
    const auto& [call_id, to_tag, from_tag] = dialog;
    return with(invite, "Replaces: " + call_id + ";to-tag=" + to_tag + ";from-tag=" + from_tag + "\r\n");
  }
  static std::string of_another_fork(std::string text) {
    return text.replace(text.find("tag=callee-tag"), 14, "tag=fork-tag");
  }
  void answer_host() {
    policy::KnownHost host;
    host.awaited = false;
    host.targets = {{"gw.example", 5060, 0, 0, {callee_.address}}};
    know({{policy::HostKey{"sip.example", 0}, host}});
    engine_->on_answer(surroundings(), host_asks_.back().question, 0);
    carry_out();
  }
  void answer_dialog(const Replacement& answer) {
    engine_->on_replaced(surroundings(), worker_asks_.back().question, answer);
    carry_out();
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
    hosts_.clear();
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
                                                  "parked",
                                                  "host asked for",
                                                  "dialog asked for",
                                                  "early offer",
                                                  "callee's early offer",
                                                  "answer held back",
                                                  "ringing with an offer of ours"};
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
