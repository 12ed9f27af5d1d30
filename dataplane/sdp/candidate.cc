#include "dataplane/sdp/candidate.h"

#include <array>

#include "dataplane/sdp/characters.h"
#include "dataplane/sdp/words.h"

namespace sbc::sdp {
namespace {

constexpr uint32_t priority_max = 0x7fffffff;

constexpr std::array<std::string_view, 2> transports{"udp", "tcp"};
constexpr std::array<std::string_view, 4> types{"host", "srflx", "prflx", "relay"};
constexpr std::array<std::string_view, 3> tcp_types{"active", "passive", "so"};

/// "raddr 192.0.2.1 rport 4 tcptype active generation 0": the three that we know, each once.
bool parse_extensions(Candidate& candidate) {
  std::string_view rest = candidate.extensions;
  bool has_port = false;
  for (CandidateExtension extension; take_extension(rest, extension);) {
    if (extension.name == "raddr") {
      if (!candidate.related_host.empty() || extension.value.empty()) return false;
      candidate.related_host = extension.value;
      candidate.related_address = IpAddress::parse(extension.value).value_or(IpAddress{});
    } else if (extension.name == "rport") {
      auto port = parse_number<uint16_t>(extension.value);
      if (has_port || !port) return false;
      candidate.related_port = *port;
      has_port = true;
    } else if (extension.name == "tcptype") {
      auto type = find_word<TcpType>(tcp_types, extension.value);
      if (candidate.tcp_type || !type) return false;
      candidate.tcp_type = type;
    }
  }
  return true;
}

}  // namespace

std::optional<Candidate> parse_candidate(std::string_view value) {
  Candidate candidate;
  candidate.foundation = take_word(value);
  auto component = parse_number<uint16_t>(take_word(value), 1, 256);
  candidate.transport_text = take_word(value);
  auto priority = parse_number<uint32_t>(take_word(value), 1, priority_max);
  candidate.host = take_word(value);
  auto port = parse_number<uint16_t>(take_word(value));
  std::string_view keyword = take_word(value);
  candidate.type_text = take_word(value);
  candidate.extensions = trim(value);
  if (!is_word_of(candidate.foundation, class_ice, 32) || !component || !priority || !port)
    return std::nullopt;
  if (!is_token(candidate.transport_text) || keyword != "typ" || !is_token(candidate.type_text))
    return std::nullopt;
  candidate.component = *component;
  candidate.priority = *priority;
  candidate.port = *port;
  candidate.address = IpAddress::parse(candidate.host).value_or(IpAddress{});
  candidate.transport =
      find_word<CandidateTransport>(transports, candidate.transport_text).value_or(CandidateTransport::other);
  candidate.type = find_word<CandidateType>(types, candidate.type_text).value_or(CandidateType::other);
  return parse_extensions(candidate) ? std::optional(candidate) : std::nullopt;
}

bool take_extension(std::string_view& rest, CandidateExtension& extension) {
  extension.name = take_word(rest);
  extension.value = take_word(rest);
  return !extension.name.empty();
}

}  // namespace sbc::sdp
