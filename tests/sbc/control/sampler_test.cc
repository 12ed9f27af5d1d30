#include "sbc/control/sampler.h"

#include <gtest/gtest.h>

#include "tests/sbc/control/fake_backend.h"

namespace sbc::control {
namespace {

using namespace std::chrono_literals;

TEST(Sampler, TellsTheLastSecondNotTheWholeLife) {
  FakeBackend backend(2);
  Instant now{5'000'000'000};
  Sampler sampler(backend.exchanges(), now);
  backend.worker(0).counters.iterations.add(100);
  backend.worker(0).counters.busy_iterations.add(25);
  backend.worker(0).counters.calls_begun.add(10);
  backend.worker(1).counters.calls_begun.add(20);
  backend.worker(1).counters.sip_received.add(400);
  sampler.run(now + 999ms);
  EXPECT_EQ(sampler.calls_begun(), 0);
  sampler.run(now + 2s);
  EXPECT_DOUBLE_EQ(sampler.busy(0), 0.25);
  EXPECT_DOUBLE_EQ(sampler.busy(1), 0);
  EXPECT_DOUBLE_EQ(sampler.calls_begun(), 15);
  EXPECT_DOUBLE_EQ(sampler.sip_received(), 200);
  backend.worker(0).counters.iterations.add(100);
  sampler.run(now + 3s);
  EXPECT_DOUBLE_EQ(sampler.busy(0), 0);
  EXPECT_DOUBLE_EQ(sampler.calls_begun(), 0);
}

}  // namespace
}  // namespace sbc::control
