// How host names are looked up.
#include <algorithm>

#include "config/load/readers.h"

namespace sbc::config {
namespace {

void read_servers(const Value& value, std::vector<Endpoint>& servers) {
  constexpr uint16_t dns_port = 53;
  for (const Value& item : value.items()) {
    std::string text;
    if (!item.read(text)) continue;
    auto server = Endpoint::parse(text, dns_port);
    if (!server || server->address.is_none() || server->address.is_multicast()) {
      item.refuse("must be the address of a DNS server, as in 192.0.2.53 or \"[2001:db8::53]:5353\"");
    } else if (std::find(servers.begin(), servers.end(), *server) != servers.end()) {
      item.refuse("this server is listed twice");
    } else if (servers.size() == Resolver::servers_max) {
      item.refuse("there can be " + std::to_string(Resolver::servers_max) + " servers");
      return;
    } else {
      servers.push_back(*server);
    }
  }
}

/// Whichever of the two is given says where the mistake is.
void read_range(Section& section, const char* least, Duration& smallest, const char* most,
                Duration& largest) {
  Value low = section.at(least), high = section.at(most);
  const bool has_low = low.read(smallest), has_high = high.read(largest);
  if (largest >= smallest) return;
  if (has_high) {
    high.refuse("must not be below " + std::string(least) + ", " + duration_text(smallest));
  } else if (has_low) {
    low.refuse("must not be above " + std::string(most) + ", " + duration_text(largest));
  }
}

}  // namespace

void read_resolver(const Value& value, Resolver& resolver) {
  Section section(value);
  read_servers(section.at("servers"), resolver.servers);
  section.at("timeout").read(resolver.timeout);
  section.at("tries").read(resolver.tries);
  section.at("naptr").read(resolver.naptr);
  read_range(section, "ttl_min", resolver.ttl_min, "ttl_max", resolver.ttl_max);
  read_range(section, "negative_ttl_min", resolver.negative_ttl_min, "negative_ttl_max",
             resolver.negative_ttl_max);
  section.at("stale").read(resolver.stale);
  section.at("retry").read(resolver.retry);
  section.at("call_wait").read(resolver.call_wait);
}

}  // namespace sbc::config
