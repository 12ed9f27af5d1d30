#include "dataplane/sdp/session.h"

#include <charconv>
#include <memory>

namespace sbc::sdp {
namespace {

/// Takes the next word, and the blanks around it, off the front of `rest`; empty at the end.
std::string_view take_word(std::string_view& rest) {
  size_t begin = rest.find_first_not_of(' ');
  if (begin == rest.npos) begin = rest.size();
  rest.remove_prefix(begin);
  std::string_view word = rest.substr(0, rest.find(' '));
  rest.remove_prefix(word.size());
  return word;
}

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

template <class T>
std::optional<T> parse_number(std::string_view text) {
  T value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool has_control_bytes(std::string_view text) {
  for (char c : text) {
    if ((uint8_t(c) < 0x20 && c != '\t') || c == 0x7f) return true;
  }
  return false;
}

/// username sess-id sess-version nettype addrtype unicast-address; some devices put blanks into the username.
bool is_origin(std::string_view value) {
  size_t words = 0;
  while (!take_word(value).empty()) ++words;
  return words >= 6;
}

struct Connection {
  IpAddress address;
  bool unspecified = false;
};

/// "IN IP4 192.0.2.1/127". A host name, and a network type that we do not know, yield none().
std::optional<Connection> parse_connection(std::string_view value) {
  std::string_view network = take_word(value), family = take_word(value), text = take_word(value);
  if (text.empty() || !take_word(value).empty()) return std::nullopt;
  if (network != "IN" || (family != "IP4" && family != "IP6")) return Connection{};
  auto address = IpAddress::parse(text.substr(0, text.find('/')));  // TTL and count of multicast
  if (!address) return Connection{};
  bool says_v4 = family == "IP4";
  bool looks_v6 = text.find(':') != text.npos;
  if (says_v4 == looks_v6) return std::nullopt;
  bool unspecified = says_v4 ? address->v4_bits() == 0 : address->is_none();
  return Connection{*address, unspecified};
}

std::optional<Direction> direction_of(std::string_view attribute) {
  if (attribute == "sendrecv") return Direction::sendrecv;
  if (attribute == "sendonly") return Direction::sendonly;
  if (attribute == "recvonly") return Direction::recvonly;
  if (attribute == "inactive") return Direction::inactive;
  return std::nullopt;
}

/// "audio 49170/2 RTP/AVP 8 0". A rejected stream (port 0) may lack its formats.
bool parse_media(std::string_view value, Media& media) {
  media.kind = take_word(value);
  std::string_view port = take_word(value);
  media.protocol = take_word(value);
  media.formats = trim(value);
  size_t slash = port.find('/');
  auto number = parse_number<uint16_t>(port.substr(0, slash));
  auto count = slash == port.npos ? std::optional<uint16_t>(uint16_t(1))
                                  : parse_number<uint16_t>(port.substr(slash + 1));
  if (!number || !count || *count == 0 || media.protocol.empty()) return false;
  media.port = *number;
  media.port_count = *count;
  return !media.formats.empty() || media.port == 0;
}

}  // namespace

class SessionParser {
 public:
  explicit SessionParser(Session& session) : s_(session) {}

  bool run(std::string_view text) {
    s_.line_count_ = s_.media_count_ = 0;
    s_.origin_ = {};
    s_.address_ = {};
    s_.unspecified_ = false;
    s_.direction_ = Direction::sendrecv;
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    while (!text.empty()) {
      size_t end = text.find('\n');
      std::string_view line = text.substr(0, end);
      text.remove_prefix(end == text.npos ? text.size() : end + 1);
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (!add(line)) return false;
    }
    return s_.line_count_ >= 3;
  }

 private:
  bool add(std::string_view text) {
    if (s_.line_count_ == Session::lines_max || text.size() < 2 || text[1] != '=') return false;
    if (text[0] < 'a' || text[0] > 'z' || has_control_bytes(text)) return false;
    Line line{text[0], text.substr(2)};
    std::construct_at(&s_.table_.lines[s_.line_count_++], line);
    if (s_.line_count_ <= 3) return opening(line);
    if (line.type == 'm') return begin_media(line.value);
    return media_ ? in_media(line) : in_session(line);
  }

  /// v=0, o=, s= in this order (RFC 8866 5.1 to 5.3).
  bool opening(const Line& line) {
    if (line.type != "vos"[s_.line_count_ - 1]) return false;
    if (line.type == 'v') return line.value == "0";
    if (line.type == 's') return true;
    s_.origin_ = line.value;
    return is_origin(line.value);
  }

  bool in_session(const Line& line) {
    if (line.type == 'v' || line.type == 'o' || line.type == 's') return false;
    if (line.type == 'c') return connection(line.value, s_.address_, s_.unspecified_);
    if (line.type == 'a') direction(line.value, s_.direction_);
    return true;
  }

  bool begin_media(std::string_view value) {
    if (s_.media_count_ == Session::media_max) return false;
    media_ = &s_.media_[s_.media_count_++];
    *media_ = {};
    media_->first_line = uint16_t(s_.line_count_ - 1);
    media_->line_count = 1;
    media_->address = s_.address_;
    media_->unspecified = s_.unspecified_;
    media_->direction = s_.direction_;
    connected_ = directed_ = false;
    return parse_media(value, *media_);
  }

  bool in_media(const Line& line) {
    ++media_->line_count;
    switch (line.type) {
      case 'v':
      case 'o':
      case 's':
      case 'u':
      case 'e':
      case 'p':
      case 't':
      case 'r':
      case 'z':
        return false;
      case 'c':
        return connection(line.value, media_->address, media_->unspecified);
      case 'a':
        return attribute(line.value);
      default:
        return true;
    }
  }

  bool attribute(std::string_view value) {
    direction(value, media_->direction);
    auto [name, rest] = attribute_of(value);
    if (name == "rtcp-mux") media_->rtcp_mux = true;
    if (name != "rtcp") return true;
    auto port = parse_number<uint16_t>(take_word(rest));
    if (!port) return false;
    media_->rtcp_port = *port;
    return true;
  }

  bool connection(std::string_view value, IpAddress& address, bool& unspecified) {
    auto parsed = parse_connection(value);
    if (!parsed) return false;
    if (!connected_) {
      address = parsed->address;
      unspecified = parsed->unspecified;
    }
    connected_ = true;
    return true;
  }

  void direction(std::string_view value, Direction& result) {
    auto found = direction_of(value);
    if (!found || directed_) return;
    result = *found;
    directed_ = true;
  }

  Session& s_;
  Media* media_ = nullptr;
  bool connected_ = false;  // this section has had its c= line
  bool directed_ = false;   // and its direction
};

bool Media::is_rtp() const { return protocol.find("RTP/") != protocol.npos; }

std::array<uint64_t, 2> Media::payload_types() const {
  std::array<uint64_t, 2> types{};
  if (!is_rtp()) return types;
  std::string_view rest = formats;
  for (std::string_view word = take_word(rest); !word.empty(); word = take_word(rest)) {
    auto type = parse_number<uint8_t>(word);
    if (type && *type < 128) types[*type / 64] |= uint64_t(1) << (*type % 64);
  }
  return types;
}

Reason Session::parse(std::string_view text) {
  return SessionParser(*this).run(text) ? Reason::none : Reason::sdp_bad;
}

std::span<const Line> Session::session_lines() const {
  return lines().subspan(0, media_count_ == 0 ? line_count_ : media_[0].first_line);
}

std::span<const Line> Session::lines_of(const Media& media) const {
  return lines().subspan(media.first_line, media.line_count);
}

Attribute attribute_of(std::string_view line_value) {
  size_t colon = line_value.find(':');
  if (colon == line_value.npos) return {line_value, {}};
  return {line_value.substr(0, colon), line_value.substr(colon + 1)};
}

}  // namespace sbc::sdp
