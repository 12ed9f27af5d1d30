// How DPDK is to be started on which machine.
#include <algorithm>

#include <gtest/gtest.h>

#include "dataplane/port/eal.h"
#include "dataplane/port/packet_pool.h"

namespace sbc::port {
namespace {

bool has(const EalPlan& plan, const std::string& argument) {
  return std::find(plan.arguments.begin(), plan.arguments.end(), argument) != plan.arguments.end();
}

config::Port pci_port(const std::string& address, const std::string& arguments = "") {
  config::Port port;
  port.driver = config::Driver::pci;
  port.device = address;
  port.arguments = arguments;
  return port;
}

TEST(EalPlan, TakesHugePagesWhenEnoughAreFree) {
  config::Model model;
  EalPlan plan = plan_eal(model, {{0, 1}, 4096});
  EXPECT_TRUE(plan.huge);
  EXPECT_TRUE(has(plan, "--in-memory"));
  EXPECT_FALSE(has(plan, "--no-huge"));
}

TEST(EalPlan, TakesOrdinaryPagesWhenTooFewHugePagesAreFree) {
  config::Model model;
  uint32_t needed = plan_eal(model, {{0}, 0}).megabytes;
  EXPECT_TRUE(plan_eal(model, {{0}, needed}).huge);
  EalPlan plan = plan_eal(model, {{0}, needed - 1});
  EXPECT_FALSE(plan.huge);
  EXPECT_TRUE(has(plan, "--no-huge"));
  EXPECT_FALSE(has(plan, "--in-memory"));  // DPDK refuses both together
}

TEST(EalPlan, TakesOrdinaryPagesWhenTheModelWantsNoHugeOnes) {
  config::Model model;
  model.memory.huge = false;
  EXPECT_FALSE(plan_eal(model, {{0}, 1 << 20}).huge);
}

TEST(EalPlan, DerivesMemoryFromThePacketBuffersUnlessToldOtherwise) {
  config::Model model;
  model.workers.packet_buffers = 16384;
  uint32_t few = plan_eal(model, {{0}, 0}).megabytes;
  model.workers.packet_buffers = 65536;
  uint32_t many = plan_eal(model, {{0}, 0}).megabytes;
  EXPECT_GT(many, few + 3 * 16384 * 2048ull / (1 << 20));
  model.memory.megabytes = 777;
  EXPECT_EQ(plan_eal(model, {{0}, 0}).megabytes, 777u);
}

TEST(EalPlan, RefusesACoreThatTheMachineDoesNotHave) {
  config::Workers workers;
  workers.count = 2;
  workers.cores = {1, 77};
  EXPECT_EQ(core_problem(workers, {{0, 1}, 0}),
            "workers.cores: '77' – this process may run on the cores (0,1)");
  workers.cores = {1, 0};
  EXPECT_EQ(core_problem(workers, {{0, 1}, 0}), "");
}

TEST(EalPlan, FloatsWorkersOverAllCoresSoThatTheyMayBeMoreThanTheCores) {
  config::Model model;
  model.workers.count = 3;
  EXPECT_TRUE(has(plan_eal(model, {{0, 1}, 0}), "--lcores=0@(0,1),1@(0,1),2@(0,1),3@(0,1)"));
}

TEST(EalPlan, PinsWorkersAndKeepsTheControlLcoreOffTheirCores) {
  config::Model model;
  model.workers.count = 2;
  model.workers.cores = {2, 3};
  EXPECT_TRUE(has(plan_eal(model, {{0, 1, 2, 3}, 0}), "--lcores=0@(0,1),1@2,2@3"));
  EXPECT_TRUE(has(plan_eal(model, {{2, 3}, 0}), "--lcores=0@(2,3),1@2,2@3"));
}

TEST(EalPlan, ProbesOnlyThePciDevicesOfTheModel) {
  config::Model model;
  EXPECT_TRUE(has(plan_eal(model, {{0}, 0}), "--no-pci"));
  model.ports = {pci_port("0000:01:00.0"), pci_port("0000:02:00.0", "txq_inline=0")};
  EalPlan plan = plan_eal(model, {{0}, 0});
  EXPECT_FALSE(has(plan, "--no-pci"));
  EXPECT_TRUE(has(plan, "--allow=0000:01:00.0"));
  EXPECT_TRUE(has(plan, "--allow=0000:02:00.0,txq_inline=0"));
}

TEST(EalPlan, FrameBytesHoldTheLargestMtuWithItsHeaders) {
  config::Model model;
  EXPECT_EQ(frame_bytes_max(model), 2048);
  config::Port jumbo;
  jumbo.mtu = 9000;
  model.ports = {jumbo};
  EXPECT_EQ(frame_bytes_max(model), 16384);
}

}  // namespace
}  // namespace sbc::port
