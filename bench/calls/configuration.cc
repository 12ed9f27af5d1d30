#include "bench/calls/configuration.h"

namespace sbc::bench {
namespace {

constexpr uint32_t first_media_port = 10'000, last_media_port = 59'999;
constexpr uint32_t pairs_per_address = (last_media_port - first_media_port + 1) / 2;
constexpr uint32_t port_rest_seconds = 5;
constexpr unsigned first_media_host = 100;

std::string text(uint64_t number) { return std::to_string(number); }

std::string padded(unsigned number, size_t digits) {
  std::string plain = text(number);
  return std::string(digits - plain.size(), '0') + plain;
}

/// For every call's audio, and for the ports that rest.
unsigned media_addresses(const Shape& shape) {
  uint32_t pairs = shape.calls + 2 * port_rest_seconds * shape.calls_per_second;
  return (pairs + pairs_per_address - 1) / pairs_per_address;
}

std::string realm(const Shape& shape, const std::string& name, const std::string& network,
                  const std::string& trust) {
  std::string all = network + ".1/24", media;
  for (unsigned i = 0; i < media_addresses(shape); ++i) {
    std::string address = network + "." + text(first_media_host + i);
    all += ", " + address + "/24";
    media += (i ? ", " : "") + address;
  }
  return "  - name: " + name + "\n    port: " + name + "\n    addresses: [" + all + "]\n    gateway: [" +
         network + ".254]\n    sip: [\"" + network + ".1:5060\"]\n    trust: " + trust +
         "\n    media:\n      addresses: [" + media + "]\n      ports: " + text(first_media_port) + "-" +
         text(last_media_port) + "\n";
}

std::string trunk(const std::string& name, const std::string& side, const std::string& peers,
                  uint32_t calls_max) {
  return "  - {name: " + name + ", realm: " + side + ", peers: [" + peers +
         "], calls_max: " + text(calls_max) + ", call_rate: 20000/s burst 20000}\n";
}

std::string trunks(const Shape& shape) {
  std::string all = "trunks:\n";
  constexpr unsigned peers_each = access_prefixes / caller_trunks;
  for (unsigned i = 0; i < caller_trunks; ++i) {
    std::string peers;
    for (unsigned k = 0; k < peers_each; ++k)
      peers += (k ? ", " : "") + caller_address(i * peers_each + k).text();
    all += trunk("customer" + text(i), "access", peers, shape.calls);
  }
  for (unsigned i = 0; i < callee_trunks; ++i)
    all += trunk("carrier" + text(i), "core",
                 "203.0.113." + text(10 + 2 * i) + ", 203.0.113." + text(11 + 2 * i), shape.calls);
  return all;
}

/// Every second one writes the number another way.
std::string routes() {
  std::string all = "routes:\n";
  for (unsigned i = 0; i < routes_configured; ++i) {
    all += "  - {name: to-" + text(i) + ", from: access, prefix: \"" + std::string(country_code) +
           padded(i, route_digits) + "\", trunks: [carrier" + text(i % callee_trunks) + ", carrier" +
           text((i + 1) % callee_trunks) + "]" + (i % 2 ? ", strip: 2, add: \"0049\"" : "") + "}\n";
  }
  return all;
}

std::string access_rules() {
  std::string all = "access:\n";
  for (unsigned i = 0; i < access_prefixes; ++i)
    all +=
        "  - {realm: access, prefix: " + Prefix::of(caller_address(i), 24).text() + ", trust: registered}\n";
  return all;
}

/// One of each kind, all acting on each call: a field crosses, in another form; two are made.
std::string header_rules() {
  return R"(header_rules:
  - {name: plan-crosses, direction: in, realm: access, methods: [INVITE], message: request, action: allow, header: X-Plan}
  - {name: plan-as-number, direction: out, realm: core, action: replace, header: X-Plan, pattern: "plan-*", value: "$1"}
  - {name: caller, direction: out, realm: core, methods: [INVITE], message: request, action: set, header: X-Caller,
     value: "${caller}"}
  - {name: site, direction: out, realm: access, methods: [INVITE], status: 2xx, action: add, header: X-Site, value: "${ours}"}
)";
}

std::string limits(const Shape& shape) {
  // An INVITE and a BYE on each leg linger; a part of each pool is kept for calls that are up already.
  uint32_t transactions = 2 * linger_seconds * shape.calls_per_second * 5 / 4 + 4'096;
  return "limits:\n  calls_max: " + text(shape.calls) +
         "\n  call_rate: 20000/s burst 20000\n  transactions_max: " + text(transactions) + "\n";
}

}  // namespace

std::string configuration_text(const Shape& shape) {
  std::string ports;
  for (std::string side : {"access", "core"})
    ports += "  - {name: " + side + ", driver: ring, device: net_ring_" + shape.name + "-" + side + "}\n";
  return "workers: {count: 1, cores: [" + text(shape.core) +
         "], idle: spin, packet_buffers: 32768}\nports:\n" + ports + "realms:\n" +
         realm(shape, "access", "198.51.100", "unknown") + realm(shape, "core", "203.0.113", "denied") +
         trunks(shape) + routes() + access_rules() + header_rules() + limits(shape) +
         // One packet each way is all the audio there is.
         "timers: {media_idle: 1h, port_rest: " + text(port_rest_seconds) +
         "s}\nsignatures: {file: " + shape.signature_file + "}\ncdr: {file: /dev/null}\n";
}

}  // namespace sbc::bench
