#include "bench/relay/configuration.h"

namespace sbc::bench {
namespace {

std::string text(uint64_t number) { return std::to_string(number); }

std::string realm(const Flows& flows, uint8_t side) {
  const std::string name = "side" + text(side), length = flows.family() == Family::v4 ? "/24" : "/64";
  const std::string own = flows.signalling_address(side).text();
  std::string all = '"' + own + length + '"', media;
  for (unsigned i = 0; i < flows.media_addresses(); ++i) {
    const std::string address = flows.media_address(side, i).text();
    all += ", \"" + address + length + '"';
    media += (i ? ", \"" : "\"") + address + '"';
  }
  return "  - name: " + name + "\n    port: " + name + "\n    addresses: [" + all + "]\n    gateway: [\"" +
         flows.gateway(side).text() + "\"]\n    sip: [\"" +
         Endpoint{flows.signalling_address(side), 5060}.text() + "\"]\n    media:\n      addresses: [" +
         media + "]\n      ports: " + text(first_media_port) + "-" + text(last_media_port) + "\n";
}

}  // namespace

std::string configuration_text(const Flows& flows, const DeviceNames& devices, const Process& process) {
  std::string ports, realms;
  for (uint8_t side : sides) {
    ports += "  - {name: side" + text(side) + ", driver: ring, device: " + devices[side] +
             ", descriptors: " + text(descriptors) + "}\n";
    realms += realm(flows, side);
  }
  return "workers: {count: 1, cores: [" + text(process.core) +
         "], idle: spin}\nmemory: {huge: " + (process.huge ? "true" : "false") +
         ", megabytes: " + text(process.megabytes) + "}\nports:\n" + ports + "realms:\n" + realms +
         "limits: {calls_max: 1000}\ncdr: {file: /dev/null}\n";
}

}  // namespace sbc::bench
