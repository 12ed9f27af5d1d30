#include "tests/sim/play.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include <gtest/gtest.h>

#include "tests/sim/violation.h"

namespace sbc::sim {
namespace {

World* playing = nullptr;
uint64_t playing_seed = 0;

std::string report() {
  return "seed " + std::to_string(playing_seed) + "; the last that happened:\n" + playing->ladder().drawn();
}

/// The process is lost, but not what it was doing.
void on_abort(int signal) {
  std::signal(signal, SIG_DFL);
  if (playing != nullptr) std::cerr << report() << std::flush;
  std::raise(signal);
}

std::optional<uint64_t> number_in(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  return std::strtoull(text, nullptr, 10);
}

}  // namespace

std::optional<uint64_t> chosen_seed() { return number_in("SBC_SIM_SEED"); }

std::optional<uint64_t> chosen_calls() { return number_in("SBC_SIM_CALLS"); }

uint64_t chosen_count(uint64_t otherwise) { return number_in("SBC_SIM_SEEDS").value_or(otherwise); }

bool play(const WorldOptions& options, const std::function<void(World&)>& scene) {
  World world(options);
  playing = &world;
  playing_seed = options.seed;
  std::signal(SIGABRT, on_abort);
  std::signal(SIGSEGV, on_abort);
  if (chosen_seed()) world.ladder().draw_live(&std::cout);
  bool held = true;
  try {
    scene(world);
  } catch (const Violation& violation) {
    ADD_FAILURE() << violation.what() << "\n" << report();
    held = false;
  }
  playing = nullptr;
  std::signal(SIGABRT, SIG_DFL);
  std::signal(SIGSEGV, SIG_DFL);
  return held;
}

}  // namespace sbc::sim
