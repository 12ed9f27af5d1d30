// Ports on DPDK's in-memory ring driver: queues, owners, statistics, errors as text.
#include "dataplane/port/port.h"

#include <thread>

#include <gtest/gtest.h>
#include <net/if.h>
#include <rte_lcore.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "config/model/packet_buffers.h"
#include "tests/dataplane/port/dpdk_environment.h"
#include "tests/dataplane/port/ring_device.h"

namespace sbc::port {
namespace {

config::Port port_of(config::Driver driver, const std::string& device) {
  config::Port port;
  port.name = {"inside"};
  port.driver = driver;
  port.device = device;
  return port;
}

class PortTest : public testing::Test {
 protected:
  void SetUp() override {
    pool = PacketPool::create(1023, 2048, error);
    ASSERT_TRUE(pool) << error;
  }

  std::string error;
  std::unique_ptr<PacketPool> pool;
};

TEST_F(PortTest, TheCachesOfASmallPoolLeaveMostOfItToOthers) {
  unsigned cached = pool->mempool()->cache_size * 2 * rte_lcore_count();
  EXPECT_LE(cached, pool->capacity() / 4);
  pool.reset();
  auto large = PacketPool::create(8191, 2048, error);
  ASSERT_TRUE(large) << error;
  EXPECT_EQ(large->mempool()->cache_size, config::packet_cache_max);
}

TEST_F(PortTest, FramesGoOutAndComeInWithTheirBytes) {
  RingDevice device("t", 1);
  auto port = Port::open(device.config(), PortId(0), 1, *pool, error);
  ASSERT_TRUE(port) << error;
  ASSERT_TRUE(port->start(error)) << error;
  rte_mbuf* frame = pool->allocate();
  std::memcpy(rte_pktmbuf_append(frame, 4), "ping", 4);
  EXPECT_EQ(port->transmit(WorkerId(0), &frame, 1), 1);
  ASSERT_TRUE(device.arrive(0, device.sent(0)));
  rte_mbuf* received[4];
  ASSERT_EQ(port->receive(WorkerId(0), received, 4), 1);
  EXPECT_EQ(std::string(rte_pktmbuf_mtod(received[0], char*), received[0]->data_len), "ping");
  EXPECT_EQ(port->stats().tx_packets, 1u);
  EXPECT_EQ(port->stats().rx_packets, 1u);
  EXPECT_TRUE(port->link_up());
  rte_pktmbuf_free(received[0]);
}

TEST_F(PortTest, AWorkerWithoutAQueueSendsThroughTheOwnerOfOne) {
  RingDevice device("t", 2);
  auto port = Port::open(device.config(), PortId(0), 3, *pool, error);
  ASSERT_TRUE(port) << error;
  EXPECT_EQ(port->queues(), 2);
  EXPECT_TRUE(port->has_queue(WorkerId(1)));
  EXPECT_FALSE(port->has_queue(WorkerId(2)));
  EXPECT_EQ(port->tx_owner(WorkerId(1)), WorkerId(1));
  EXPECT_EQ(port->tx_owner(WorkerId(2)), WorkerId(0));
}

TEST_F(PortTest, ThereAreNoMoreQueuesThanWorkers) {
  RingDevice device("t", 4);
  auto port = Port::open(device.config(), PortId(0), 2, *pool, error);
  ASSERT_TRUE(port) << error;
  EXPECT_EQ(port->queues(), 2);
}

TEST_F(PortTest, AMissingDeviceIsAnErrorThatNamesPortAndDevice) {
  EXPECT_FALSE(Port::open(port_of(config::Driver::ring, "net_ring_none"), PortId(0), 1, *pool, error));
  EXPECT_EQ(error.find("port inside (net_ring_none): "), 0u) << error;
  error.clear();
  EXPECT_FALSE(Port::open(port_of(config::Driver::af_packet, "no-such-device"), PortId(0), 1, *pool, error));
  EXPECT_EQ(error, "port inside (no-such-device): no such network device");
}

TEST_F(PortTest, DriverArgumentsThatDpdkRefusesAreAnError) {
  config::Port port = port_of(config::Driver::af_packet, "lo");
  port.arguments = "nonsense=1";
  EXPECT_FALSE(Port::open(port, PortId(0), 1, *pool, error));
  EXPECT_EQ(error.find("port inside (lo): DPDK cannot open it: "), 0u) << error;
}

TEST_F(PortTest, ATapsEndHasAnotherAddressThanTheKernelsEnd) {
  config::Port config = port_of(config::Driver::tap, "sbc-test-tap");
  config.arguments = "mac=02:00:00:00:77:10";
  auto port = Port::open(config, PortId(0), 1, *pool, error);
  if (!port) GTEST_SKIP() << error;  // needs /dev/net/tun and the right to use it
  EXPECT_EQ(port->mac().text(), "02:00:00:00:77:11");
}

/// The loopback device of a network namespace that only this thread is in.
class OwnLoopback {
 public:
  bool make(int mtu) {
    if (unshare(CLONE_NEWNET) != 0) return false;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    ifreq request{};
    std::memcpy(request.ifr_name, "lo", 3);
    request.ifr_mtu = mtu;
    bool fine = ioctl(fd, SIOCSIFMTU, &request) == 0;
    request.ifr_flags = IFF_UP;
    fine = fine && ioctl(fd, SIOCSIFFLAGS, &request) == 0;
    close(fd);
    return fine;
  }
};

template <class Body>
void in_own_namespace(int mtu, Body body) {
  bool made = false;
  std::thread([&] {
    made = OwnLoopback().make(mtu);
    if (made) body();
  }).join();
  if (!made) GTEST_SKIP() << "may not make a network namespace";
}

TEST_F(PortTest, AnMtuAboveTheNetworkDevicesIsAnError) {
  in_own_namespace(1400, [&] {
    EXPECT_FALSE(Port::open(port_of(config::Driver::af_packet, "lo"), PortId(0), 1, *pool, error));
    EXPECT_EQ(error, "port inside (lo): mtu is 1500, but the network device's is 1400");
  });
}

TEST_F(PortTest, AfPacketCarriesFramesWithTheirVlanTagAndReadsTheKernelsCounters) {
  in_own_namespace(1500, [&] {
    auto port = Port::open(port_of(config::Driver::af_packet, "lo"), PortId(0), 1, *pool, error);
    ASSERT_TRUE(port) << error;
    ASSERT_TRUE(port->start(error)) << error;
    static constexpr uint8_t tagged[] = {0,    0, 0, 0, 0,    0, 0,    0, 0, 0, 0, 0,
                                         0x81, 0, 0, 7, 0x08, 0, 0x45, 1, 2, 3, 4};
    std::vector<uint8_t> sent(tagged, tagged + sizeof tagged);
    sent.resize(64);
    rte_mbuf* frame = pool->allocate();
    std::memcpy(rte_pktmbuf_append(frame, uint16_t(sent.size())), sent.data(), sent.size());
    ASSERT_EQ(port->transmit(WorkerId(0), &frame, 1), 1);
    rte_mbuf* received = nullptr;
    for (int tries = 0; tries < 1000 && port->receive(WorkerId(0), &received, 1) == 0; ++tries) usleep(1000);
    ASSERT_NE(received, nullptr);
    auto* bytes = rte_pktmbuf_mtod(received, const uint8_t*);
    EXPECT_EQ(std::vector<uint8_t>(bytes, bytes + received->data_len), sent);
    rte_pktmbuf_free(received);
    EXPECT_EQ(port->stats().rx_packets, 1u);
    EXPECT_EQ(port->stats().kernel_rx_packets, 1u);
    EXPECT_EQ(port->stats().lost_before_us(), 0u);
  });
}

TEST_F(PortTest, APoolThatDoesNotFitMemoryIsAnError) {
  EXPECT_FALSE(PacketPool::create(1u << 24, 2048, error));
  EXPECT_EQ(error.find("cannot make the pool of 16777216 packet buffers"), 0u) << error;
}

TEST_F(PortTest, NotesBelongToTheirPacket) {
  struct Note {
    uint64_t numbers[16];
  };
  rte_mbuf* one = pool->allocate();
  rte_mbuf* other = pool->allocate();
  note_of<Note>(one).numbers[15] = 1;
  note_of<Note>(other).numbers[15] = 2;
  EXPECT_EQ(note_of<Note>(one).numbers[15], 1u);
  EXPECT_EQ(rte_pktmbuf_headroom(one), headroom_bytes);
  EXPECT_EQ(pool->in_use(), 2u);
  rte_pktmbuf_free(one);
  rte_pktmbuf_free(other);
  EXPECT_EQ(pool->in_use(), 0u);
}

TEST(Eal, RunsABodyOnEachWorkersLcore) {
  std::atomic<unsigned> lcores{0};
  dpdk->eal().launch(WorkerId(0), [&] { lcores += rte_lcore_id(); });
  dpdk->eal().launch(WorkerId(1), [&] { lcores += 100 * rte_lcore_id(); });
  dpdk->eal().join();
  EXPECT_EQ(lcores.load(), 201u);
}

TEST(PortStats, CountsWhatTheKernelHadAndWeNeverSaw) {
  PortStats stats;
  stats.rx_packets = 90;
  stats.kernel_rx_packets = 100;
  EXPECT_EQ(stats.lost_before_us(), 10u);
  stats.rx_packets = 101;  // read a moment later than the kernel's
  EXPECT_EQ(stats.lost_before_us(), 0u);
  stats.rx_missed = 3;  // a device that counts for itself
  EXPECT_EQ(stats.lost_before_us(), 3u);
}

}  // namespace
}  // namespace sbc::port
