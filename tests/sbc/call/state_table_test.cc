// What every event does in every state of a call: state_table.txt, which people read and whose rows were
// judged by RFC 3261 (9, 12.2.2, 13, 14, 15), 3262, 3311, 6026 and 6141. A row is: state | event | what each
// side is sent because of it | what has become of the call. A message that is sent is its method, or its
// status and the method that it answers.
#include <algorithm>
#include <fstream>
#include <sstream>

#include "tests/sbc/call/fixture.h"

namespace sbc::call {
namespace {

class StateTableTest : public EngineTest {
 protected:
  using Step = std::function<void()>;

  StateTableTest() {
    states_ = {
        {"calling", [this] { from_caller(invite()); }},
        {"ringing", [this] { ring(); }},
        {"early media",
         [this] {
           from_caller(invite());
           from_callee(response(invite_, 183, answer_sdp));
         }},
        {"answered", [this] { answer(); }},
        {"talking", [this] { establish(); }},
        {"offering",
         [this] {
           establish();
           from_caller(in_dialog("INVITE", 2, offer_sdp));
         }},
        {"offer answered",
         [this] {
           establish();
           from_caller(in_dialog("INVITE", 2, offer_sdp));
           from_callee(response(invite_, 200, answer_sdp));
         }},
        {"caller left",
         [this] {
           establish();
           from_caller(in_dialog("BYE", 9));
         }},
        {"callee left",
         [this] {
           establish();
           from_callee(callee_request("BYE", 9));
         }},
        {"cancelled",
         [this] {
           ring();
           from_caller(caller_request("CANCEL", "z9hG4bKinvite", 1));
         }},
    };
    for (const char* method : {"BYE", "INFO", "OPTIONS", "PRACK", "MESSAGE"}) add_request(method, method);
    add_request("INVITE", "INVITE", offer_sdp);
    add_request("UPDATE", "UPDATE");
    add_request("UPDATE offer", "UPDATE", offer_sdp);
    events_.push_back(
        {"caller ACK", [this] { from_caller(ack(invite_.parse().cseq().number > 1 ? 2 : 1)); }});
    events_.push_back(
        {"caller CANCEL", [this] { from_caller(caller_request("CANCEL", "z9hG4bKinvite", 1)); }});
    events_.push_back({"caller INVITE again", [this] { from_caller(invite()); }});
    for (int status : {100, 180, 302, 401, 404, 486, 491, 500, 503, 603}) add_response(status, "");
    add_response(183, answer_sdp);
    add_response(200, answer_sdp);
    add_response(200, "");
    events_.push_back({"nothing for 5 s", [this] { pass(5s); }});
    events_.push_back({"nothing for 40 s", [this] { pass(40s); }});
    events_.push_back({"nothing for 200 s", [this] { pass(200s); }});
    events_.push_back({"callee unreachable", [this] {
                         engine_->on_unreachable(surroundings(), invite_.to);
                         carry_out();
                       }});
    events_.push_back({"operator hangs up", [this] {
                         engine_->hang_up_all(surroundings());
                         carry_out();
                       }});
  }

  void add_request(const std::string& name, const std::string& method, const std::string& body = "") {
    events_.push_back({"caller " + name, [=, this] { from_caller(in_dialog(method, 5, body)); }});
    events_.push_back({"callee " + name, [=, this] { from_callee(in_callees_dialog(method, 5, body)); }});
  }
  void add_response(int status, const std::string& body) {
    events_.push_back({"callee " + std::to_string(status) + (body.empty() ? "" : " SDP"),
                       [=, this] { from_callee(response(invite_, status, body)); }});
  }
  std::string in_dialog(const std::string& method, uint32_t cseq, const std::string& body = "") {
    return complete(
        method, caller_request(method, "z9hG4bK" + method + std::to_string(cseq), cseq, caller_tag(), body));
  }
  std::string in_callees_dialog(const std::string& method, uint32_t cseq, const std::string& body) {
    return complete(method, callee_request(method, cseq, body));
  }
  static std::string complete(const std::string& method, std::string text) {
    if (method == "INFO")
      text.replace(text.find("Content-Length: 0\r\n\r\n"), std::string::npos,
                   "Content-Type: application/dtmf-relay\r\nContent-Length: 10\r\n\r\nSignal=5\r\n");
    if (method == "PRACK") text.insert(text.find("Contact:"), "RAck: 1 1 INVITE\r\n");
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
    std::string state;
    engine_->visit_calls(media_, [&](const CallRecord& record) {
      state = text_of(record.state);
      return false;
    });
    return state;
  }
  void begin_again() {
    sent_.clear();
    cdrs_.clear();
    relays_.clear();
    logs_.clear();
    now_ = now_ + 1h;
    start();
  }

  enum class Move { no, within, to_new_engine };
  std::string row(const Step& reach, const Step& happen, Move move) {
    begin_again();
    reach();
    if (move != Move::no) move_calls(move == Move::to_new_engine);
    sent_.clear();
    happen();
    return outcome() + " | " + fate();
  }

  std::vector<std::pair<std::string, Step>> states_, events_;
};

TEST_F(StateTableTest, EveryEventInEveryState) {
  std::ifstream table(SBC_SOURCE_DIR "/tests/sbc/call/state_table.txt");
  size_t rows = 0;
  for (const auto& [state, reach] : states_) {
    for (const auto& [event, happen] : events_) {
      std::string expected;
      while (std::getline(table, expected) && (expected.empty() || expected[0] == '#')) {
      }
      EXPECT_EQ(state + " | " + event + " | " + row(reach, happen, Move::no), expected);
      ++rows;
    }
  }
  EXPECT_EQ(rows, states_.size() * events_.size());
  std::string more;
  EXPECT_FALSE(std::getline(table, more)) << more;
}

/// A call that was written to bytes and read back is in the same state: whatever happens then, it does the
/// same. Only what is repeated of a transaction that has ended is nothing that another engine knows.
TEST_F(StateTableTest, EveryEventInEveryStateAfterAMove) {
  auto repeats_what_ended = [](const std::string& state, const std::string& event) {
    const bool answered = state != "calling" && state != "ringing" && state != "early media";
    const bool of_caller = event == "caller INVITE again" || event == "caller CANCEL";
    return (answered && of_caller) || (state == "callee left" && event.starts_with("callee 200"));
  };
  for (const auto& [state, reach] : states_) {
    for (const auto& [event, happen] : events_) {
      const std::string unmoved = row(reach, happen, Move::no);
      EXPECT_EQ(row(reach, happen, Move::within), unmoved) << state << ", " << event;
      if (repeats_what_ended(state, event)) continue;
      EXPECT_EQ(row(reach, happen, Move::to_new_engine), unmoved) << state << ", " << event;
    }
  }
}

}  // namespace
}  // namespace sbc::call
