// The device arguments that each driver gets.
#include <gtest/gtest.h>

#include "dataplane/port/port.h"

namespace sbc::port {
namespace {

config::Port port_of(config::Driver driver, const std::string& device, const std::string& arguments = "") {
  config::Port port;
  port.driver = driver;
  port.device = device;
  port.arguments = arguments;
  return port;
}

TEST(DeviceName, AfPacketHasAQueuePairPerWorkerAndARingForFloods) {
  DeviceName device = device_name(port_of(config::Driver::af_packet, "eth1"), PortId(1), 3);
  EXPECT_EQ(device.name, "net_af_packet1");
  EXPECT_EQ(device.arguments, "iface=eth1,qpairs=3,blocksz=131072,framesz=2048,framecnt=4096");
}

TEST(DeviceName, AfPacketFramesGrowWithTheMtu) {
  config::Port port = port_of(config::Driver::af_packet, "eth1");
  port.mtu = 9000;
  port.queues = 1;
  EXPECT_EQ(device_name(port, PortId(0), 3).arguments,
            "iface=eth1,qpairs=1,blocksz=131072,framesz=16384,framecnt=1024");
  port.descriptors = 8192;
  EXPECT_EQ(device_name(port, PortId(0), 3).arguments,
            "iface=eth1,qpairs=1,blocksz=131072,framesz=16384,framecnt=8192");
}

TEST(DeviceName, AfXdpHasOneQueueUnlessToldOtherwise) {
  config::Port port = port_of(config::Driver::af_xdp, "veth0");
  EXPECT_EQ(device_name(port, PortId(0), 2).arguments, "iface=veth0,start_queue=0,queue_count=1");
  port.queues = 2;
  EXPECT_EQ(device_name(port, PortId(0), 2).arguments, "iface=veth0,start_queue=0,queue_count=2");
}

TEST(DeviceName, TheOperatorsArgumentsStandLast) {
  EXPECT_EQ(device_name(port_of(config::Driver::tap, "sbc0", "mac=fixed"), PortId(2), 1).arguments,
            "iface=sbc0,mac=fixed");
  EXPECT_EQ(device_name(port_of(config::Driver::pcap, "in.pcap", "tx_pcap=out.pcap"), PortId(0), 1).arguments,
            "rx_pcap=in.pcap,tx_pcap=out.pcap");
}

TEST(DeviceName, RingAndPciDevicesExistAlready) {
  for (config::Driver driver : {config::Driver::ring, config::Driver::pci}) {
    DeviceName device = device_name(port_of(driver, "0000:01:00.0"), PortId(0), 1);
    EXPECT_EQ(device.name, "0000:01:00.0");
    EXPECT_EQ(device.arguments, "");
  }
}

}  // namespace
}  // namespace sbc::port
