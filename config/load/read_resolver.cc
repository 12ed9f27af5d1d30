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

/// `most` must not be below what `least` is called and says.
void check_order(const Value& most, Duration largest, const char* least, Duration smallest) {
  if (largest < smallest)
    most.refuse("must not be below " + std::string(least) + ", " + duration_text(smallest));
}

}  // namespace

void read_resolver(const Value& value, Resolver& resolver) {
  Section section(value);
  read_servers(section.at("servers"), resolver.servers);
  section.at("timeout").read(resolver.timeout);
  section.at("tries").read(resolver.tries);
  section.at("naptr").read(resolver.naptr);
  section.at("ttl_min").read(resolver.ttl_min);
  Value ttl_max = section.at("ttl_max");
  if (ttl_max.read(resolver.ttl_max)) check_order(ttl_max, resolver.ttl_max, "ttl_min", resolver.ttl_min);
  section.at("negative_ttl_min").read(resolver.negative_ttl_min);
  Value negative_max = section.at("negative_ttl_max");
  if (negative_max.read(resolver.negative_ttl_max))
    check_order(negative_max, resolver.negative_ttl_max, "negative_ttl_min", resolver.negative_ttl_min);
  section.at("stale").read(resolver.stale);
  section.at("retry").read(resolver.retry);
  section.at("call_wait").read(resolver.call_wait);
}

}  // namespace sbc::config
