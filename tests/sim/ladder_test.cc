// Flows as people read them: ladders/*.txt shows what passes on both legs, one line a message, in order. The
// border is the bar in the middle; the access side stands left of it, the core right with the peer's address.
// "+sdp", "+body": with such a body. At the end of a line stands what else matters of a message: a direction
// other than sendrecv, RTP/SAVP and how many keys (RFC 4568), what a report says, Reason and other header
// fields, "fork N" where a response to an INVITE is of its Nth early dialog, and "call N" where the access
// side has more than one. Lines that begin with # say what to look at.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/sim/flows.h"
#include "tests/sim/play.h"

namespace sbc::sim {
namespace {

const std::filesystem::path folder = SBC_SOURCE_DIR "/tests/sim/ladders";

/// What we propose in any INVITE that begins a dialog; left out there.
constexpr std::string_view usual_notes = "Session-Expires: 100;refresher=uas, Min-SE: 90";

/// One line that Ladder has drawn of a message.
/// TIME WORKER ->| realm N  PEER  FIRST LINE  cseq N METHOD  call ID[  to TAG][  +sdp]  # NOTES
struct Drawn {
  bool is_message = false;
  bool arrives = false, is_access = false;
  std::string peer, what, call, tag, notes;
  std::string media;  // where its SDP's first stream is sent to

  explicit Drawn(const std::string& line) {
    const size_t cseq = line.find("  cseq "), hash = line.find("  # ", cseq);
    if (hash == line.npos) return;
    is_message = true;
    notes = line.substr(hash + 4);
    if (notes.starts_with("at ")) {
      const size_t end = std::min(notes.find(", "), notes.size());
      media = notes.substr(3, end - 3);
      notes.erase(0, end + (end < notes.size() ? 2 : 0));
    }
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
    if (status.find(':') != status.npos && tag.empty()) erase(usual_notes);
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
  void erase(std::string_view words) {
    const size_t at = notes.find(words);
    if (at == notes.npos) return;
    notes.erase(at, words.size());
    const std::string_view comma = ", ";
    if (notes.starts_with(comma)) notes.erase(0, comma.size());
    if (notes.ends_with(comma)) notes.erase(notes.size() - comma.size());
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
    Host& telephone = flow.from ? world.peer(*flow.from) : world.add_caller(flow.family);
    world.call(telephone, flow.caller);
    for (const Happening& happening : flow.happenings)
      world.at(happening.after, [&] { happening.what(world); });
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
  std::map<std::string, std::string> media;              // likewise, of the last SDP
  for (std::string line; std::getline(lines, line);) {
    Drawn drawn(line);
    if (!drawn.is_message) continue;
    if (!drawn.tag.empty()) {
      const size_t fork = number_of(tags[drawn.call + (drawn.arrives ? ">" : "<")], drawn.tag);
      if (fork > 1) drawn.note("fork " + std::to_string(fork));
    }
    if (flow.shows_media && !drawn.media.empty()) {
      std::string& last = media[drawn.call + (drawn.arrives ? ">" : "<")];
      const bool moved = !last.empty() && last != drawn.media;
      drawn.note("media at " + drawn.media.substr(0, drawn.media.rfind(':')) + (moved ? ", elsewhere" : ""));
      last = drawn.media;
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
    if (!flow.moves) continue;
    auto move = [](Border::Move how) { return [how](Border& border, unsigned) { border.move_calls(how); }; };
    EXPECT_EQ(drawn_of(flow, move(Border::Move::within)), drawn_of(flow)) << name;
    EXPECT_EQ(ladder_of(flow, move(Border::Move::to_new_engine)), ladder_of(flow)) << name;
  }
}

TEST(Ladders, AreTheSameWhereCallsAreMovedAfterOneStep) {
  constexpr unsigned stride = 9;  // flows begin alike: what one passes by another looks at
  unsigned first = 0;
  for (const auto& [name, flow] : flows()) {
    if (!flow.moves) continue;
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
