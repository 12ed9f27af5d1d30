// Reply: what a DNS server says to one question (RFC 1035, 2308, 2782, 3403, 3596). Pure; for the control
// thread: it allocates.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "config/types/address.h"

namespace sbc::dns {

enum class Type : uint16_t { a = 1, cname = 5, soa = 6, aaaa = 28, srv = 33, naptr = 35 };

struct Question {
  std::string name;  // in lower case, without a dot at its end
  Type type = Type::a;
  friend auto operator<=>(const Question&, const Question&) = default;
};

struct Srv {
  uint16_t priority = 0, weight = 0, port = 0;
  std::string target;  // empty: the root, which says that there is no such service
  friend bool operator==(const Srv&, const Srv&) = default;
};

struct Naptr {
  uint16_t order = 0, preference = 0;
  std::string flags, service;  // in lower case
  std::string replacement;     // empty where a regexp stands in its place
  friend bool operator==(const Naptr&, const Naptr&) = default;
};

struct Reply {
  enum class Outcome : uint8_t {
    found,
    alias,          // the name is another's (CNAME), of which nothing is said
    no_name,        // NXDOMAIN
    no_data,        // of this type
    server_failed,  // SERVFAIL, REFUSED, …
    malformed,
    silent,      // no server has answered in time
    unreachable  // no server could be asked, or all have failed
  };
  static constexpr size_t records_max = 64;  // what is behind them is not looked at
  static constexpr unsigned links_max = 8;   // of aliases behind each other

  Outcome outcome = Outcome::silent;
  uint32_t ttl = 0;  // seconds; of a negative reply that of RFC 2308 5, 0 where the server says none
  std::string alias;
  std::vector<IpAddress> addresses;  // in the order of the message
  std::vector<Srv> services;
  std::vector<Naptr> naptrs;
};

Reply read_reply(std::span<const uint8_t> message, const Question& question);

}  // namespace sbc::dns
