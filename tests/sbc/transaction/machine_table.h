// A machine's table: for every state and event the next state, what is done, and the deadlines that change.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "config/model/model.h"
#include "sbc/transaction/step.h"

namespace sbc::transaction {

/// "-" = nothing. `reliable` is empty where the transport makes no difference to the deadlines.
struct Row {
  const char *state, *event, *next, *does, *deadlines, *reliable = "";
};

inline std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text.empty() ? "-" : text;
}

inline std::string deeds_of(const Step& step) {
  std::vector<std::string> deeds;
  if (step.send) deeds.push_back("send");
  if (step.resend) deeds.push_back("resend");
  if (step.pass) deeds.push_back("pass");
  if (step.acknowledge) deeds.push_back("acknowledge");
  if (step.timed_out) deeds.push_back("timed out");
  return joined(deeds);
}

inline std::string deadlines_of(const Step& step) {
  std::vector<std::string> changes;
  auto add = [&](const char* name, const DeadlineChange& change) {
    if (change.what == DeadlineChange::What::start)
      changes.push_back(name + (change.after > Duration(0) ? duration_text(change.after) : "now"));
    if (change.what == DeadlineChange::What::stop) changes.push_back(name + std::string("stop"));
  };
  add("again ", step.retransmit);
  add("end ", step.timeout);
  return joined(changes);
}

/// What leads a new machine into the state of this index.
template <class Machine>
using Paths = std::vector<std::vector<typename Machine::Event>>;

template <class Machine>
void check_table(std::span<const Row> table, const std::vector<std::string>& states,
                 const std::vector<std::string>& events, const Paths<Machine>& paths) {
  const config::Timers timers;
  ASSERT_EQ(table.size(), states.size() * events.size()) << "each state and event once";
  for (size_t i = 0; i < table.size(); ++i) {
    const Row& row = table[i];
    const size_t state = i / events.size();
    const size_t event = i % events.size();
    ASSERT_EQ(row.state, states[state]) << "row " << i;
    ASSERT_EQ(row.event, events[event]) << "row " << i;
    for (bool reliable : {false, true}) {
      Machine machine;
      for (auto before : paths[state]) machine.on(before, timers, reliable);
      ASSERT_EQ(states[size_t(machine.state())], row.state);
      Step step = machine.on(typename Machine::Event(event), timers, reliable);
      std::string name =
          std::string(row.state) + ", " + row.event + (reliable ? ", reliable" : ", unreliable");
      EXPECT_EQ(states[size_t(machine.state())], row.next) << name;
      EXPECT_EQ(deeds_of(step), row.does) << name;
      EXPECT_EQ(deadlines_of(step), reliable && *row.reliable ? row.reliable : row.deadlines) << name;
    }
  }
}

}  // namespace sbc::transaction
