// DpdkEnvironment: DPDK for as long as a test program runs, in ordinary pages and without a device, so that
// nobody needs rights or hardware for it; with lcores for two workers, and memory for what tests make.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "dataplane/port/eal.h"

namespace sbc::port {

class DpdkEnvironment : public testing::Environment {
 public:
  void SetUp() override {
    config::Model model;
    model.memory.huge = false;
    model.memory.megabytes = 256;
    model.workers.count = 2;
    std::string error;
    eal_ = Eal::start(model, error);
    ASSERT_TRUE(eal_) << error;
  }
  void TearDown() override { eal_.reset(); }

  Eal& eal() { return *eal_; }

 private:
  std::unique_ptr<Eal> eal_;
};

/// One for the program: GoogleTest starts it before the first test.
inline auto* const dpdk =
    static_cast<DpdkEnvironment*>(testing::AddGlobalTestEnvironment(new DpdkEnvironment));

}  // namespace sbc::port
