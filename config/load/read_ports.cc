#include "config/load/readers.h"

namespace sbc::config {
namespace {

bool is_pci_address(std::string_view text) {
  constexpr std::string_view form = "hhhh:hh:hh.h";
  if (text.size() == form.size() - 5) return is_pci_address("0000:" + std::string(text));
  if (text.size() != form.size()) return false;
  for (size_t i = 0; i < form.size(); ++i) {
    bool fits = form[i] == 'h' ? isxdigit(uint8_t(text[i])) != 0 : text[i] == form[i];
    if (!fits) return false;
  }
  return true;
}

void read_device(const Value& entry, const Value& device, Port& port) {
  constexpr size_t interface_name_max = 15;  // IFNAMSIZ without its terminating zero
  device.read(port.device);
  if (port.driver == Driver::ring) return;
  if (port.device.empty()) {
    if (device.given()) return device.refuse("must not be empty");
    return entry.missing("a port needs the device it drives: an interface, a PCI address or a pcap file");
  }
  if (port.driver == Driver::pci) {
    if (!is_pci_address(port.device)) device.refuse("must be a PCI address, as in 0000:03:00.0");
  } else if (port.driver != Driver::pcap) {
    bool clean = port.device.find_first_of("/, \t") == port.device.npos;
    if (port.device.size() > interface_name_max || !clean) {
      device.refuse("must be the name of an interface: 1..15 characters without space, comma and slash");
    }
  }
}

void read_port(const Value& entry, Model& model) {
  Section section(entry);
  Port port;
  read_name(entry, section.at("name"), model.ports, port.name);
  section.at("driver").read(port.driver, {{"af_packet", Driver::af_packet},
                                          {"af_xdp", Driver::af_xdp},
                                          {"tap", Driver::tap},
                                          {"pcap", Driver::pcap},
                                          {"ring", Driver::ring},
                                          {"pci", Driver::pci}});
  Value device = section.at("device");
  read_device(entry, device, port);
  for (const Port& other : model.ports) {
    if (!port.device.empty() && other.device == port.device && port.driver != Driver::ring) {
      device.refuse("port '" + *other.name + "' has this device already");
    }
  }
  section.at("arguments").read(port.arguments);
  section.at("queues").read(port.queues);
  section.at("descriptors").read(port.descriptors);
  section.at("mtu").read(port.mtu);
  model.ports.push_back(std::move(port));
}

}  // namespace

bool check_name(const Value& value) {
  constexpr size_t name_max = 47;
  std::string name;
  if (!value.read(name)) return false;
  bool clean = !name.empty() && name.size() <= name_max;
  for (char c : name) clean = clean && (isalnum(uint8_t(c)) || c == '_' || c == '-');
  if (!clean) value.refuse("a name has 1..47 of the characters A-Z a-z 0-9 _ -");
  return clean;
}

void read_ports(const Value& value, Model& model) {
  std::vector<Value> entries = value.entries();
  if (entries.empty()) return value.missing("at least one port is needed");
  for (const Value& entry : entries) read_port(entry, model);
  if (model.ports.size() > ports_max) {
    value.refuse("there can be " + std::to_string(ports_max) + " ports");
    model.ports.resize(ports_max);
  }
}

}  // namespace sbc::config
