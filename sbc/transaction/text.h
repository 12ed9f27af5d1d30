// Small text helpers of the call floors: addresses, tokens, parameters. No allocation.
#pragma once

#include <string_view>

#include "config/types/address.h"
#include "dataplane/sip/text.h"
#include "dataplane/sip/writer.h"

namespace sbc::transaction {

inline void write_address(sip::Writer& out, const IpAddress& address) { out.text(AddressText(address)); }

/// As a URI's or Via's host.
inline void write_host(sip::Writer& out, const IpAddress& address) {
  if (!address.is_v4()) out.text("[");
  write_address(out, address);
  if (!address.is_v4()) out.text("]");
}

/// host:port; the port is left out where it is SIP's own.
inline void write_host_port(sip::Writer& out, const Endpoint& endpoint) {
  write_host(out, endpoint.address);
  if (endpoint.port != 5060) out.text(":").number(endpoint.port);
}

/// The Via of a request of ours.
inline void write_via(sip::Writer& out, const Endpoint& local, std::string_view branch) {
  out.name(sip::Header::via).text("SIP/2.0/UDP ");
  write_host(out, local.address);
  out.text(":").number(local.port).text(";branch=").text(branch).text(";rport").end_line();
}

/// A message without a body: it ends with its head.
inline bool is_bare(std::string_view message) {
  constexpr std::string_view end = "\r\n\r\n";
  return message.find(end) + end.size() == message.size();
}

inline bool same_token(std::string_view a, std::string_view b) { return sip::equal_ignoring_case(a, b); }

/// Calls visit(name, whole) for each ";"-separated parameter; quoted strings may hold anything.
template <class Visit>
void each_parameter(std::string_view parameters, Visit&& visit) {
  size_t start = 0;
  size_t at = 0;
  while (at <= parameters.size()) {
    if (at < parameters.size() && parameters[at] == '"') {
      at = std::min(sip::quoted_end(parameters, at), parameters.size());
      continue;
    }
    if (at == parameters.size() || parameters[at] == ';') {
      std::string_view whole = sip::trim(parameters.substr(start, at - start));
      std::string_view name = sip::trim(whole.substr(0, whole.find('=')));
      if (!name.empty()) visit(name, whole);
      start = at + 1;
    }
    ++at;
  }
}

}  // namespace sbc::transaction
