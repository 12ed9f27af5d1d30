// Workers iterated by hand over in-memory ports: every frame comes in on one worker's queue, is handed to the
// worker that it names, and leaves by the other port.
#include "dataplane/worker/worker.h"

#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "dataplane/port/eal.h"
#include "tests/dataplane/port/ring_device.h"

namespace sbc::worker {
namespace {

constexpr RealmId realm{0};
constexpr PortId in{0}, out{1};

class Dpdk : public testing::Environment {
 public:
  void SetUp() override {
    config::Model model;
    model.memory.huge = false;
    model.workers.count = 2;
    model.workers.packet_buffers = 8192;
    std::string error;
    eal = port::Eal::start(model, error);
    ASSERT_TRUE(eal) << error;
  }
  void TearDown() override { eal.reset(); }

  static inline std::unique_ptr<port::Eal> eal;
};
const auto* const dpdk = testing::AddGlobalTestEnvironment(new Dpdk);

/// What the test writes into a frame.
struct Content {
  uint32_t number;
  WorkerId owner;
};

struct Note {
  uint64_t magic;
  WorkerId from;
};

/// Steers every frame to the worker that it names, which sends it on the other port.
struct Relay {
  Transmit& transmit;
  std::vector<uint32_t> served;
  int turns = 0, adoptions = 0, adoptions_before = 0;

  void on_frames(PortId port, std::span<rte_mbuf*> frames, Instant) {
    EXPECT_EQ(port, in);
    for (rte_mbuf* frame : frames) {
      auto* content = rte_pktmbuf_mtod(frame, Content*);
      if (content->owner == transmit.self()) {
        serve(frame);
        continue;
      }
      port::note_of<Note>(frame) = {0xfeed0000 + content->number, transmit.self()};
      transmit.hand_over(content->owner, frame, realm);
    }
  }
  void on_handed_over(std::span<rte_mbuf*> packets, Instant) {
    for (rte_mbuf* packet : packets) {
      auto* content = rte_pktmbuf_mtod(packet, Content*);
      EXPECT_EQ(content->owner, transmit.self());
      EXPECT_EQ(port::note_of<Note>(packet).magic, 0xfeed0000 + content->number);
      EXPECT_NE(port::note_of<Note>(packet).from, transmit.self());
      serve(packet);
    }
  }
  bool adopt(Instant) {
    ++adoptions;
    return false;
  }
  bool on_turn(Instant) {
    ++turns;
    return false;
  }
  void serve(rte_mbuf* frame) {
    if (served.empty()) adoptions_before = adoptions;
    served.push_back(rte_pktmbuf_mtod(frame, Content*)->number);
    transmit.send(out, frame, realm);
  }
};
static_assert(Application<Relay>);

/// N workers on two ports in memory.
class Bench {
 public:
  Bench(unsigned workers, unsigned queues, uint32_t ring_capacity = Crew::ring_capacity)
      : devices{{"in", queues}, {"out", queues}} {
    std::string error;
    pool = port::PacketPool::create(4095, 2048, error);
    for (PortId id : {in, out}) {
      ports.push_back(port::Port::open(devices[index_of(id)].config(), id, workers, *pool, error));
      EXPECT_TRUE(ports.back()) << error;
      EXPECT_TRUE(ports.back()->start(error)) << error;
    }
    crew = std::make_unique<Crew>(workers, ports, *pool, ring_capacity);
    for (unsigned i = 0; i < workers; ++i) seats.push_back(std::make_unique<Seat>(*crew, WorkerId(i)));
  }
  ~Bench() {
    seats.clear();
    crew.reset();
    for (unsigned queue = 0; queue < devices[0].queues(); ++queue) collect(queue);
    EXPECT_EQ(pool->in_use(), 0u) << "packet buffers leaked";
    ports.clear();
  }

  void inject(unsigned queue, uint32_t number, WorkerId owner) {
    rte_mbuf* frame = pool->allocate();
    ASSERT_NE(frame, nullptr);
    *reinterpret_cast<Content*>(rte_pktmbuf_append(frame, 60)) = {number, owner};
    ASSERT_TRUE(devices[0].arrive(queue, frame));
  }
  /// The numbers of the frames that left by `out`, in order.
  std::vector<uint32_t> collect(unsigned queue) {
    std::vector<uint32_t> numbers;
    while (rte_mbuf* frame = devices[1].sent(queue)) {
      numbers.push_back(rte_pktmbuf_mtod(frame, Content*)->number);
      rte_pktmbuf_free(frame);
    }
    return numbers;
  }

  struct Seat {
    Seat(Crew& crew, WorkerId self)
        : transmit(crew, self, drops, counters),
          relay{transmit, {}},
          worker(crew, self, transmit, relay, counters) {}
    lane::DropCounters drops{1};
    LoopCounters counters;
    Transmit transmit;
    Relay relay;
    Worker<Relay> worker;
  };

  port::RingDevice devices[2];
  std::unique_ptr<port::PacketPool> pool;
  std::vector<std::unique_ptr<port::Port>> ports;
  std::unique_ptr<Crew> crew;
  std::vector<std::unique_ptr<Seat>> seats;
};

class WorkersTest : public testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(OneAndThree, WorkersTest, testing::Values(1, 3));

TEST_P(WorkersTest, EveryFrameReachesTheWorkerThatOwnsItWhereverItArrived) {
  const unsigned workers = GetParam();
  Bench bench(workers, workers);
  std::minstd_rand random(7);
  std::vector<uint32_t> expected, sent;
  uint32_t number = 0;
  for (int round = 0; round < 50; ++round) {
    for (int i = 0; i < 20; ++i) {
      expected.push_back(number);
      bench.inject(unsigned(random()) % workers, number++, WorkerId(random() % workers));
    }
    for (auto& seat : bench.seats) seat->worker.iterate({round});
    for (unsigned queue = 0; queue < workers; ++queue) {
      for (uint32_t n : bench.collect(queue)) sent.push_back(n);
    }
  }
  for (auto& seat : bench.seats) seat->worker.iterate({99});
  for (unsigned queue = 0; queue < workers; ++queue) {
    for (uint32_t n : bench.collect(queue)) sent.push_back(n);
  }
  std::sort(sent.begin(), sent.end());
  EXPECT_EQ(sent, expected);
  uint64_t received = 0, handed = 0, taken = 0, transmitted = 0;
  for (auto& seat : bench.seats) {
    EXPECT_FALSE(seat->relay.served.empty());
    received += seat->counters.received.value();
    handed += seat->counters.handed_over.value();
    taken += seat->counters.taken_over.value();
    transmitted += seat->counters.sent.value();
  }
  EXPECT_EQ(received, 1000u);
  EXPECT_EQ(transmitted, 1000u);
  EXPECT_EQ(handed, taken);
  EXPECT_EQ(handed == 0, workers == 1);
}

TEST(Worker, OneTurnIsBoundedAndSaysWhetherThereWasWork) {
  Bench bench(1, 1);
  for (uint32_t i = 0; i < 40; ++i) bench.inject(0, i, WorkerId(0));
  auto& seat = *bench.seats[0];
  EXPECT_TRUE(seat.worker.iterate({1}));
  EXPECT_EQ(seat.relay.served.size(), burst_frames);
  EXPECT_EQ(seat.relay.adoptions_before, 1);
  EXPECT_TRUE(seat.worker.iterate({2}));
  EXPECT_EQ(seat.relay.served.size(), 40u);
  bench.collect(0);
  EXPECT_FALSE(seat.worker.iterate({3}));
  EXPECT_EQ(seat.relay.turns, 3);
  EXPECT_EQ(seat.counters.iterations.value(), 3u);
  EXPECT_EQ(seat.counters.busy_iterations.value(), 2u);
}

TEST(Worker, FramesOfOnePortLeaveInTheOrderInWhichTheyCame) {
  Bench bench(1, 1);
  std::vector<uint32_t> expected;
  for (uint32_t i = 0; i < 30; ++i) {
    bench.inject(0, i, WorkerId(0));
    expected.push_back(i);
  }
  bench.seats[0]->worker.iterate({1});
  EXPECT_EQ(bench.collect(0), expected);
}

TEST(Worker, WithoutAQueueOfItsOwnItServesHandedOverPacketsAndSendsThroughTheOwner) {
  Bench bench(2, 1);
  bench.inject(0, 5, WorkerId(1));
  bench.seats[0]->worker.iterate({1});  // received here, handed to worker 1
  bench.seats[1]->worker.iterate({1});  // served there, given back for transmission
  EXPECT_EQ(bench.seats[1]->relay.served, std::vector<uint32_t>{5});
  EXPECT_TRUE(bench.collect(0).empty());
  bench.seats[0]->worker.iterate({2});
  EXPECT_EQ(bench.collect(0), std::vector<uint32_t>{5});
  EXPECT_TRUE(bench.seats[0]->relay.served.empty());  // not the application's there
  EXPECT_EQ(bench.seats[0]->counters.sent.value(), 1u);
  EXPECT_EQ(bench.seats[1]->counters.sent.value(), 0u);
}

TEST(Worker, AFullHandOverRingIsACountedDropInTheRealm) {
  Bench bench(2, 2, 8);
  for (uint32_t i = 0; i < 11; ++i) bench.inject(0, i, WorkerId(1));
  bench.seats[0]->worker.iterate({1});
  EXPECT_EQ(bench.seats[0]->drops.value(realm, Reason::handover_full), 3u);
  bench.seats[1]->worker.iterate({1});
  EXPECT_EQ(bench.seats[1]->relay.served.size(), 8u);
}

TEST(Worker, OneSendersMailDoesNotStarveAnothers) {
  Bench bench(3, 3);
  for (uint32_t i = 0; i < 100; ++i) bench.inject(0, i, WorkerId(2));
  bench.inject(1, 1000, WorkerId(2));
  for (int i = 0; i < 4; ++i) bench.seats[0]->worker.iterate({1});
  bench.seats[1]->worker.iterate({1});
  bench.seats[2]->worker.iterate({1});
  auto& served = bench.seats[2]->relay.served;
  EXPECT_EQ(served.size(), burst_frames + 1u);
  EXPECT_EQ(served.back(), 1000u);
}

TEST(Transmit, WhatTheDeviceDoesNotTakeWaitsThenIsACountedDrop) {
  Bench bench(1, 1);
  auto& seat = *bench.seats[0];
  for (unsigned i = 0; i + 1 < port::RingDevice::frames; ++i) {
    rte_mbuf* frame = bench.pool->allocate();
    rte_pktmbuf_append(frame, 60);
    ASSERT_EQ(rte_ring_enqueue(bench.devices[1].tx_ring(0), frame), 0);
  }
  for (uint32_t i = 0; i < Transmit::buffer_frames + 2; ++i) {
    rte_mbuf* frame = seat.transmit.allocate(realm);
    *reinterpret_cast<Content*>(rte_pktmbuf_append(frame, 60)) = {i, WorkerId(0)};
    seat.transmit.send(out, frame, realm);
  }
  EXPECT_EQ(seat.transmit.waiting(), Transmit::buffer_frames);
  EXPECT_EQ(seat.drops.value(realm, Reason::tx_full), 2u);
  bench.collect(0);
  seat.transmit.flush();
  EXPECT_EQ(seat.transmit.waiting(), 0u);
  auto sent = bench.collect(0);
  ASSERT_EQ(sent.size(), Transmit::buffer_frames);
  EXPECT_EQ(sent.front(), 0u);
  EXPECT_EQ(sent.back(), Transmit::buffer_frames - 1);
}

TEST(Transmit, AnEmptyPoolIsACountedDrop) {
  Bench bench(1, 1);
  std::vector<rte_mbuf*> taken;
  while (rte_mbuf* packet = bench.pool->allocate()) taken.push_back(packet);
  EXPECT_EQ(bench.seats[0]->transmit.allocate(realm), nullptr);
  EXPECT_EQ(bench.seats[0]->drops.value(realm, Reason::buffer_empty), 1u);
  for (rte_mbuf* packet : taken) rte_pktmbuf_free(packet);
}

TEST(Worker, RunsOnItsLcoreSleepsWhenIdleAndIsWokenByAHandOver) {
  Bench bench(2, 2);
  TscClock clock;
  std::atomic<bool> stop{false};
  auto& sleeper = *bench.seats[1];
  Dpdk::eal->launch(WorkerId(1), [&] { sleeper.worker.run(clock, config::Idle::sleep, stop); });
  while (sleeper.counters.sleeps.value() == 0) std::this_thread::yield();
  for (uint32_t i = 0; i < 100; ++i) {
    bench.inject(0, i, WorkerId(1));
    bench.seats[0]->worker.iterate(clock.now());
  }
  while (sleeper.counters.sent.value() < 100) std::this_thread::yield();
  stop = true;
  bench.crew->waker(WorkerId(1)).wake();
  Dpdk::eal->join();
  EXPECT_EQ(bench.collect(1).size(), 100u);
}

}  // namespace
}  // namespace sbc::worker
