// A small correct configuration, to break one thing at a time in.
#pragma once

#include <string>
#include <vector>

#include "config/load/load.h"
#include "config/types/check.h"

namespace sbc::config {

inline const std::string sample = R"(ports:
  - {name: access0, device: veth-a}
  - {name: core0, device: veth-c}
realms:
  - name: access
    port: access0
    addresses: [198.51.100.1/24, "2001:db8:a::1/64"]
    sip: ["198.51.100.1:5060"]
    media: {ports: 20000-29999}
  - name: core
    port: core0
    vlan: 7
    addresses: [203.0.113.1/24]
    gateway: 203.0.113.254
    sip: [203.0.113.1:5060]
trunks:
  - name: core
    realm: core
    peers: [203.0.113.10:5060]
routes:
  - name: out
    from: access
    trunks: [core]
access:
  - {realm: access, prefix: 198.51.100.0/24, trust: trusted}
)";

/// The sample with `part` (which stands in it once) replaced.
inline std::string with(const std::string& part, const std::string& other, std::string text = sample) {
  size_t at = text.find(part);
  SBC_CHECK(at != std::string::npos && text.find(part, at + 1) == std::string::npos);
  return text.replace(at, part.size(), other);
}

inline std::vector<std::string> problems_of(const std::string& text) {
  std::vector<std::string> texts;
  for (const Problem& problem : load_text(text, "sbc.yaml").problems) texts.push_back(problem_text(problem));
  return texts;
}

/// The one problem of a text; of none or several, all of them.
inline std::string problem_of(const std::string& text) {
  std::string all;
  for (const std::string& problem : problems_of(text)) all += (all.empty() ? "" : "\n") + problem;
  return all;
}

}  // namespace sbc::config
