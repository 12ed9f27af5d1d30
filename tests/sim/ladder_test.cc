// Flows as people read them: ladders/*.txt shows what passes on both legs, one line a message, in order. The
// border is the bar in the middle; the access side stands left of it, the core right with the peer's address.
// "+sdp": with a body. Lines that begin with # say what to look at.
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
  bool carry_out = false;                        // REFERs
};

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
        true}},
      {"blind-transfer-narrowed",
       {{.number = "1001", .conduct = {.transfers = {{2s, "3001"}}}},
        {{.conduct = {.takes_refer = false, .formats = "0 101"}}},
        {{"3001", {.conduct = {.hang_up_after = 5s}}}},
        true}},
      {"blind-transfer-narrowed-by-update",
       {{.number = "1001", .conduct = {.transfers = {{2s, "3001"}}}},
        {{.conduct = {.takes_refer = false, .formats = "0 101"}}},
        {{"3001", {.conduct = {.hang_up_after = 5s, .takes_update = true}}}},
        true}},
      {"blind-transfer-narrowed-in-vain",
       {{.number = "1001", .conduct = {.transfers = {{2s, "3001"}}}},
        {{.conduct = {.takes_refer = false, .formats = "0 101"}}},
        {{"3001", {.conduct = {.refuses_reoffers = true}}}},
        true}},
      {"blind-transfer-that-fails",
       {{.number = "1001", .conduct = {.hang_up_after = 8s, .transfers = {{2s, "3001"}}}},
        {{}},
        {{"3001", {.status = 486}}},
        true}},
      {"requests-inside-the-dialog",
       {{.number = "1001",
         .conduct = {.hang_up_after = 10s, .errands = {{1s, "OPTIONS"}, {2s, "INFO"}, {3s, "MESSAGE"}}}}}},
  };
  return all;
}

/// One rung that Ladder has drawn, as the files have it; empty where it is no message.
/// Drawn: TIME WORKER ->| realm N  PEER  FIRST LINE  cseq N METHOD  call ID[  +body]
std::string rung_of(const std::string& drawn) {
  const size_t cseq = drawn.find("  cseq ");
  if (cseq == drawn.npos) return "";
  std::istringstream head(drawn.substr(0, cseq)), tail(drawn.substr(cseq));
  std::string skipped, arrow, realm, peer, first_word, status, method;
  head >> skipped >> skipped >> arrow >> skipped >> realm >> peer >> first_word >> status;
  tail >> skipped >> skipped >> method;

  std::string what = first_word == "SIP/2.0" ? status + " " + method : method;
  if (drawn.ends_with("  +body")) what += " +sdp";
  const bool arrives = arrow == "->|";
  if (realm == "1") return std::string(20, ' ') + (arrives ? "|<- " : "|-> ") + what + "  " + peer;
  what.resize(16, ' ');
  return what + (arrives ? " ->|" : " <-|");
}

/// `after_step(border, step)`, whenever something has happened.
using AfterStep = std::function<void(Border&, unsigned)>;

std::string drawn_of(const Flow& flow, const AfterStep& after_step = nullptr) {
  std::stringstream drawn;
  WorldOptions options;
  options.limits.carry_out = flow.carry_out;
  play(options, [&](World& world) {
    world.ladder().draw_live(&drawn);
    unsigned step = 0;
    if (after_step) world.after_each_step([&] { after_step(world.border(), step++); });
    world.answer_in_turn(flow.caller.number, flow.attempts);
    for (const auto& [number, script] : flow.others) world.answer(number, script);
    world.call(world.add_caller(), flow.caller);
    world.run_to_end();
  });
  return drawn.str();
}

std::string ladder_of(const Flow& flow, const AfterStep& after_step = nullptr) {
  std::stringstream drawn(drawn_of(flow, after_step));
  std::string rungs;
  for (std::string line; std::getline(drawn, line);) {
    std::string rung = rung_of(line);
    if (!rung.empty()) rungs += rung + "\n";
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
    if (flow.carry_out) continue;  // what is being transferred stays where it is
    auto move = [](Border::Move how) { return [how](Border& border, unsigned) { border.move_calls(how); }; };
    EXPECT_EQ(drawn_of(flow, move(Border::Move::within)), drawn_of(flow)) << name;
    EXPECT_EQ(ladder_of(flow, move(Border::Move::to_new_engine)), ladder_of(flow)) << name;
  }
}

TEST(Ladders, AreTheSameWhereCallsAreMovedAfterOneStep) {
  for (const auto& [name, flow] : flows()) {
    if (flow.carry_out) continue;
    unsigned steps = 0;
    const std::string unmoved = ladder_of(flow, [&](Border&, unsigned step) { steps = step; });
    for (unsigned chosen = 0; chosen <= steps; ++chosen) {
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
