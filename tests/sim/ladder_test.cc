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
};

const std::map<std::string, Flow>& flows() {
  static const std::map<std::string, Flow> all{
      {"answered-call", {{.number = "1001"}}},
      {"callee-hangs-up", {{.number = "1001", .conduct = {}}, {{.conduct = {.hang_up_after = 3s}}}}},
      {"early-media", {{.number = "1001"}, {{.provisionals = {{50ms, 183, true}}}}}},
      {"delayed-offer", {{.number = "1001", .offers = false}}},
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

std::string ladder_of(const Flow& flow) {
  std::stringstream drawn;
  play({}, [&](World& world) {
    world.ladder().draw_live(&drawn);
    world.answer_in_turn(flow.caller.number, flow.attempts);
    world.call(world.add_caller(), flow.caller);
    world.run_to_end();
  });
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

TEST(Ladders, EachHasItsFlow) {
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    EXPECT_TRUE(flows().contains(entry.path().stem())) << entry.path();
}

}  // namespace
}  // namespace sbc::sim
