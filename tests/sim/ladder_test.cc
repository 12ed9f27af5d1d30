// Flows as people read them: ladders/*.txt shows what passes on both legs, one line a message, in order. The
// border is the bar in the middle; the access side stands left of it, the core right with the peer's address.
// "+sdp", "+body": with such a body. At the end of a line stands what else matters of a message: a direction
// other than sendrecv, what a report says, Reason and other header fields, "fork N" where a response to an
// INVITE is of its Nth early dialog, and "call N" where the access side has more than one.
// Lines that begin with # say what to look at.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/sim/play.h"

namespace sbc::sim {
namespace {

const std::filesystem::path folder = SBC_SOURCE_DIR "/tests/sim/ladders";

struct Flow {
  CallerScript caller;
  std::vector<CalleeScript> attempts{{}};
  std::map<std::string, CalleeScript> others{};  // by number
  Limits limits{};
  std::optional<CallerScript> consultation{};  // of the same telephone, a second later
  Weather weather{};
  uint64_t seed = 1;
};

const std::string timer_of_caller = "Supported: timer\r\nSession-Expires: 90;refresher=uac\r\n";
const CalleeScript redirecting{
    .provisionals = {}, .status = 302, .answer_after = 50ms, .more = "Contact: <sip:2001@198.51.100.7>\r\n"};

const std::map<std::string, Flow>& flows() {
  static const std::map<std::string, Flow> all{
      {"answered-call", {{.number = "1001"}}},
      {"callee-hangs-up", {{.number = "1001", .conduct = {}}, {{.conduct = {.hang_up_after = 3s}}}}},
      {"early-media", {{.number = "1001"}, {{.provisionals = {{50ms, 183, true}}}}}},
      {"delayed-offer", {{.number = "1001", .offers = false}}},
      {"late-to-early-offer", {{.number = "4001", .offers = false}}},
      {"late-to-early-offer-narrowed",
       {{.number = "4001", .offers = false, .conduct = {.hang_up_after = 3s, .formats = "0 101"}}}},
      {"late-to-early-offer-narrowed-by-update",
       {{.number = "4001", .offers = false, .conduct = {.hang_up_after = 3s, .formats = "0 101"}},
        {{.conduct = {.takes_update = true}}}}},
      {"late-to-early-offer-without-answer",
       {{.number = "4001", .offers = false, .acks = false, .conduct = {.hang_up_after = 1s}}}},
      {"refused", {{.number = "1001"}, {{.status = 486}}}},
      {"cancelled", {{.number = "1001", .cancel_after = 1s}}},
      {"answer-crosses-cancel", {{.number = "1001", .cancel_after = 1s}, {{.answers_despite_cancel = true}}}},
      {"failover", {{.number = "1001"}, {{.provisionals = {}, .status = 503, .answer_after = 1s}, {}}}},
      {"forked-answer", {{.number = "1001"}, {{.fork_after = 4s}}}},
      {"reliable-early-media",
       {{.number = "1001", .knows_reliable = true},
        {{.provisionals = {{50ms, 183, true}}, .reliable = true}}}},
      {"hold-and-resume",
       {{.number = "1001",
         .conduct = {.hang_up_after = 10s, .reoffers = {{2s, "sendonly"}, {5s, "sendrecv"}}}}}},
      {"refused-hold",
       {{.number = "1001", .conduct = {.hang_up_after = 10s, .reoffers = {{2s, "sendonly"}}}},
        {{.conduct = {.refuses_reoffers = true}}}}},
      {"hold-by-update",
       {{.number = "1001",
         .conduct = {.hang_up_after = 10s, .reoffers = {{2s, "sendonly", true, true}}, .takes_update = true}},
        {{.conduct = {.takes_update = true}}}}},
      {"blind-transfer-carried-out",
       {{.number = "1001", .conduct = {.transfers = {{2s, "3001"}}}},
        {{.conduct = {.takes_refer = false}}},
        {{"3001", {.conduct = {.hang_up_after = 5s}}}},
        {.carry_out = true}}},
      {"blind-transfer-narrowed",
       {{.number = "1001", .conduct = {.transfers = {{2s, "3001"}}}},
        {{.conduct = {.takes_refer = false, .formats = "0 101"}}},
        {{"3001", {.conduct = {.hang_up_after = 5s}}}},
        {.carry_out = true}}},
      {"blind-transfer-narrowed-by-update",
       {{.number = "1001", .conduct = {.transfers = {{2s, "3001"}}}},
        {{.conduct = {.takes_refer = false, .formats = "0 101"}}},
        {{"3001", {.conduct = {.hang_up_after = 5s, .takes_update = true}}}},
        {.carry_out = true}}},
      {"blind-transfer-narrowed-in-vain",
       {{.number = "1001", .conduct = {.transfers = {{2s, "3001"}}}},
        {{.conduct = {.takes_refer = false, .formats = "0 101"}}},
        {{"3001", {.conduct = {.refuses_reoffers = true}}}},
        {.carry_out = true}}},
      {"blind-transfer-that-fails",
       {{.number = "1001", .conduct = {.hang_up_after = 8s, .transfers = {{2s, "3001"}}}},
        {{}},
        {{"3001", {.status = 486}}},
        {.carry_out = true}}},
      {"requests-inside-the-dialog",
       {{.number = "1001",
         .conduct = {.hang_up_after = 10s, .errands = {{1s, "OPTIONS"}, {2s, "INFO"}, {3s, "MESSAGE"}}}}}},
      {"inactive-and-resume",
       {{.number = "1001",
         .conduct = {.hang_up_after = 10s, .reoffers = {{2s, "inactive"}, {5s, "sendrecv"}}}}}},
      {"hold-without-address",
       {{.number = "1001",
         .conduct = {.hang_up_after = 10s, .reoffers = {{.after = 2s, .no_address = true}, {.after = 5s}}}}}},
      {"hold-by-callee",
       {{.number = "1001"}, {{.conduct = {.reoffers = {{2s, "sendonly"}, {5s, "sendrecv"}}}}}}},
      {"delayed-reinvite",
       {{.number = "1001", .conduct = {.hang_up_after = 10s, .reoffers = {{2s, "sendrecv", false}}}}}},
      {"update-becomes-reinvite",
       {{.number = "1001",
         .conduct = {.hang_up_after = 10s,
                     .reoffers = {{2s, "sendonly", true, true}},
                     .takes_update = true}}}},
      {"glare",
       {{.number = "1001", .conduct = {.hang_up_after = 10s, .reoffers = {{2s, "sendonly"}}}},
        {{.conduct = {.reoffers = {{2s, "sendonly"}}}}}}},
      {"bye-crosses-reinvite",
       {{.number = "1001", .conduct = {.reoffers = {{2s, "sendonly"}}}},
        {{.conduct = {.hang_up_after = 2003ms}}}}},
      {"bye-follows-reinvite",
       {{.number = "1001", .conduct = {.hang_up_after = 2500ms, .reoffers = {{2s, "sendonly"}}}},
        {{.conduct = {.answers_reoffers_after = 2s}}}}},
      {"cancel-overtakes-invite",
       {{.number = "1001", .cancel_after = 0ms, .impatient = true},
        {{}},
        {},
        {},
        {},
        {.delay_least = 1ms, .delay_most = 40ms},
        3}},
      {"blind-transfer-passed-on", {{.number = "1001", .conduct = {.transfers = {{2s, "3001"}}}}}},
      {"blind-transfer-passed-on-fails",
       {{.number = "1001", .conduct = {.hang_up_after = 8s, .transfers = {{2s, "3001"}}}},
        {{}},
        {{"3001", {.status = 486}}}}},
      {"attended-transfer-passed-on",
       {{.number = "1001", .conduct = {.transfers = {{5s, "2001", true}}}},
        {{}},
        {{"2001", {}}},
        {},
        CallerScript{.number = "2001", .conduct = {}}}},
      {"attended-transfer-carried-out",
       {{.number = "1001", .conduct = {.transfers = {{5s, "2001", true}}}},
        {{.conduct = {.hang_up_after = 12s, .takes_refer = false}}},
        {{"2001", {}}},
        {.carry_out = true},
        CallerScript{.number = "2001", .conduct = {}}}},
      {"info-both-ways",
       {{.number = "1001", .conduct = {.hang_up_after = 10s, .errands = {{1s, "INFO"}}}},
        {{.conduct = {.errands = {{2s, "INFO"}}}}}}},
      {"session-refreshed",
       {{.number = "1001",
         .conduct = {.hang_up_after = 100s,
                     .errands = {{45s, "UPDATE", false, timer_of_caller},
                                 {90s, "UPDATE", false, timer_of_caller}},
                     .knows_timers = true}},
        {{.conduct = {.takes_update = true, .knows_timers = true}}}}},
      {"session-expires", {{.number = "1001", .conduct = {.knows_timers = true}}}},
      {"session-too-short-for-us",
       {{.number = "1001", .more = "Supported: timer\r\nSession-Expires: 60\r\n"}}},
      {"session-too-short-for-callee",
       {{.number = "1001"},
        {{.provisionals = {}, .status = 422, .answer_after = 0ms, .more = "Min-SE: 200\r\n"}, {}}}},
      {"media-falls-silent",
       {{.number = "1001", .conduct = {.talks = false}}, {{.conduct = {.talks = false}}}}},
      {"call-too-long", {{.number = "1001", .conduct = {}}}},
      {"parked", {{.number = "81001"}}},
      {"progress-timeout",
       {{.number = "1001"},
        {{.provisionals = {{50ms, 100}}, .status = 0}, {}},
        {},
        {.progress_timeout = 3s}}},
      {"attempt-timeout", {{.number = "1001"}, {{.silent = true}, {}}}},
      {"ring-timeout", {{.number = "1001"}, {{.status = 0}}}},
      {"forked-early-dialogs",
       {{.number = "1001"},
        {{.provisionals = {{50ms, 183, true}}, .status = 486, .answer_after = 20s, .fork_after = 3s}}}},
      {"redirection-refused", {{.number = "1001"}, {redirecting}}},
      {"redirection-followed",
       {{.number = "1001"}, {redirecting}, {}, {.redirect = config::Redirection::follow}}},
      {"redirection-passed-on",
       {{.number = "1001"}, {redirecting}, {}, {.redirect = config::Redirection::pass}}},
      {"reliable-to-caller-alone",
       {{.number = "1001", .knows_reliable = true}, {{.provisionals = {{50ms, 183, true}}}}}},
      {"reliable-where-caller-requires-it",
       {{.number = "1001", .requires_reliable = true}, {{.provisionals = {{50ms, 183, true}}}}}},
      {"reliable-unknown-to-caller",
       {{.number = "1001"}, {{.provisionals = {{50ms, 183, true}}, .reliable = true}}}},
      {"early-media-held-back",
       {{.number = "1001"},
        {{.provisionals = {{50ms, 183, true}}}},
        {},
        {.early_media = config::EarlyMediaRule::none}}},
      {"early-media-held-back-reliably",
       {{.number = "1001", .knows_reliable = true},
        {{.provisionals = {{50ms, 183, true}}, .reliable = true}},
        {},
        {.early_media = config::EarlyMediaRule::none}}},
      {"early-media-authorised-later",
       {{.number = "1001"},
        {{.provisionals = {{50ms, 183, true}, {1s, 180, false, "P-Early-Media: sendrecv\r\n"}}}},
        {},
        {.early_media = config::EarlyMediaRule::authorised}}},
  };
  return all;
}

/// What we propose in any INVITE that begins a call.
constexpr std::string_view usual_notes = "Session-Expires: 100;refresher=uas, Min-SE: 90";

/// One line that Ladder has drawn of a message.
/// TIME WORKER ->| realm N  PEER  FIRST LINE  cseq N METHOD  call ID[  to TAG][  +sdp]  # NOTES
struct Drawn {
  bool is_message = false;
  bool arrives = false, is_access = false;
  std::string peer, what, call, tag, notes;

  explicit Drawn(const std::string& line) {
    const size_t cseq = line.find("  cseq "), hash = line.find("  # ", cseq);
    if (hash == line.npos) return;
    is_message = true;
    notes = line.substr(hash + 4);
    if (notes.starts_with(usual_notes)) notes.erase(0, usual_notes.size() + 2);
    std::istringstream head(line.substr(0, cseq)), tail(line.substr(cseq, hash - cseq));
    std::string skipped, arrow, realm, first_word, status, method;
    head >> skipped >> skipped >> arrow >> skipped >> realm >> peer >> first_word >> status;
    tail >> skipped >> skipped >> method >> skipped >> call;
    arrives = arrow == "->|";
    is_access = realm == "0";
    what = first_word == "SIP/2.0" ? status + " " + method : method;
    for (std::string word; tail >> word;) {
      if (word == "to") tail >> tag;
      if (word[0] == '+') what += " " + word;
    }
  }
  std::string rung() const {
    std::string text;
    if (is_access) {
      text = what;
      text.resize(std::max(size_t(16), text.size()), ' ');
      text += arrives ? " ->|" : " <-|";
    } else {
      text = std::string(20, ' ') + (arrives ? "|<- " : "|-> ") + what + "  " + peer;
    }
    return text + (notes.empty() ? "" : "  " + notes);
  }
  void note(const std::string& more) { notes += (notes.empty() ? "" : ", ") + more; }
};

/// The place of `name` among those that were seen, from 1.
size_t number_of(std::vector<std::string>& seen, const std::string& name) {
  auto at = std::find(seen.begin(), seen.end(), name);
  if (at == seen.end()) at = seen.insert(at, name);
  return size_t(at - seen.begin()) + 1;
}

/// `after_step(border, step)`, whenever something has happened.
using AfterStep = std::function<void(Border&, unsigned)>;

std::string drawn_of(const Flow& flow, const AfterStep& after_step = nullptr) {
  std::stringstream drawn;
  WorldOptions options;
  options.limits = flow.limits;
  options.weather = flow.weather;
  options.seed = flow.seed;
  play(options, [&](World& world) {
    world.ladder().draw_live(&drawn);
    unsigned step = 0;
    if (after_step) world.after_each_step([&] { after_step(world.border(), step++); });
    world.answer_in_turn(flow.caller.number, flow.attempts);
    for (const auto& [number, script] : flow.others) world.answer(number, script);
    Host& telephone = world.add_caller();
    world.call(telephone, flow.caller);
    if (flow.consultation) world.call(telephone, *flow.consultation, 1s);
    world.run_to_end();
  });
  return drawn.str();
}

std::string ladder_of(const Flow& flow, const AfterStep& after_step = nullptr) {
  std::stringstream lines(drawn_of(flow, after_step));
  std::string rungs;
  std::vector<std::string> calls;                        // of the access side
  std::map<std::string, std::vector<std::string>> tags;  // by call and direction
  for (std::string line; std::getline(lines, line);) {
    Drawn drawn(line);
    if (!drawn.is_message) continue;
    if (!drawn.tag.empty()) {
      const size_t fork = number_of(tags[drawn.call + (drawn.arrives ? ">" : "<")], drawn.tag);
      if (fork > 1) drawn.note("fork " + std::to_string(fork));
    }
    const size_t call = drawn.is_access ? number_of(calls, drawn.call) : 1;
    if (call > 1) drawn.note("call " + std::to_string(call));
    rungs += drawn.rung() + "\n";
  }
  return rungs;
}

std::string ladder_in(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string rungs;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("#")) rungs += line + "\n";
  }
  return rungs;
}

TEST(Ladders, AreWhatHappens) {
  for (const auto& [name, flow] : flows()) {
    std::string drawn = ladder_of(flow);
    EXPECT_EQ(ladder_in(folder / (name + ".txt")), drawn) << name << ".txt should be\n" << drawn;
  }
}

/// A call is bytes between any two messages, and nobody outside can tell: the ladders are the same, and where
/// the engine is too, so is every message and its time.
TEST(Ladders, AreTheSameWhereCallsAreMovedAfterEachStep) {
  for (const auto& [name, flow] : flows()) {
    if (flow.limits.carry_out) continue;  // what is being transferred stays where it is
    auto move = [](Border::Move how) { return [how](Border& border, unsigned) { border.move_calls(how); }; };
    EXPECT_EQ(drawn_of(flow, move(Border::Move::within)), drawn_of(flow)) << name;
    EXPECT_EQ(ladder_of(flow, move(Border::Move::to_new_engine)), ladder_of(flow)) << name;
  }
}

TEST(Ladders, AreTheSameWhereCallsAreMovedAfterOneStep) {
  constexpr unsigned stride = 3;  // flows begin alike: what one passes by another looks at
  unsigned first = 0;
  for (const auto& [name, flow] : flows()) {
    if (flow.limits.carry_out) continue;
    unsigned steps = 0;
    const std::string unmoved = ladder_of(flow, [&](Border&, unsigned step) { steps = step; });
    for (unsigned chosen = first++ % stride; chosen <= steps; chosen += stride) {
      const std::string moved = ladder_of(flow, [chosen](Border& border, unsigned step) {
        if (step == chosen) border.move_calls(Border::Move::to_new_engine);
      });
      EXPECT_EQ(moved, unmoved) << name << ", moved after step " << chosen;
    }
  }
}

TEST(Ladders, EachHasItsFlow) {
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    EXPECT_TRUE(flows().contains(entry.path().stem())) << entry.path();
}

}  // namespace
}  // namespace sbc::sim
