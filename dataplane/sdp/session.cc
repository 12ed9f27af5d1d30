#include "dataplane/sdp/session.h"

#include <memory>

#include "dataplane/sdp/connection.h"
#include "dataplane/sdp/line_splitter.h"
#include "dataplane/sdp/origin.h"
#include "dataplane/sdp/rtcp.h"

namespace sbc::sdp {

class SessionParser {
 public:
  explicit SessionParser(Session& session) : s_(session) {}

  bool run(std::string_view text) {
    s_.line_count_ = s_.media_count_ = 0;
    s_.origin_ = {};
    s_.address_ = {};
    s_.unspecified_ = false;
    s_.direction_ = Direction::sendrecv;
    end_ = text.data() + text.size();
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    LineSplitter<NativeBlock> splitter(text);
    std::string_view line;
    while (splitter.next(line)) {
      if (!add(line)) return false;
    }
    return !splitter.broken() && s_.line_count_ >= 3;
  }

 private:
  bool add(std::string_view text) {
    if (s_.line_count_ == Session::lines_max || text.size() < 2 || text[1] != '=') return false;
    if (text[0] < 'a' || text[0] > 'z') return false;
    Line* line =
        std::construct_at(&s_.lines_.table[s_.line_count_++], Line{.type = text[0], .value = text.substr(2)});
    if (s_.line_count_ <= 3) return opening(*line);
    if (line->type == 'a') return attribute(*line);
    if (line->type == 'm') return begin_media(line->value);
    return media_ ? in_media(*line) : in_session(*line);
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
    return line.type != 'c' || connection(line.value, s_.address_, s_.unspecified_);
  }

  bool begin_media(std::string_view value) {
    if (s_.media_count_ == Session::media_max) return false;
    media_ = std::construct_at(&s_.media_.table[s_.media_count_++]);
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
      default:
        return true;
    }
  }

  bool attribute(Line& line) {
    NameInFront front = name_in_front(line.value, end_);
    line.name = front.name;
    line.name_size = uint32_t(front.size);
    if (!media_) {
      direction(line, s_.direction_);
      return true;
    }
    ++media_->line_count;
    direction(line, media_->direction);
    if (line.name == AttributeName::rtcp_mux) media_->rtcp_mux = true;
    if (line.name == AttributeName::bundle_only) media_->bundle_only = true;
    return line.name != AttributeName::rtcp || rtcp(line.attribute_value());
  }

  bool rtcp(std::string_view value) {
    auto port = rtcp_port_of(value);
    if (!port) return false;
    media_->rtcp_port = *port;
    return true;
  }

  bool connection(std::string_view value, IpAddress& address, bool& unspecified) {
    bool first = !connected_;
    connected_ = true;
    if (auto usual = usual_connection(value)) {
      if (!first) return true;
      address = *usual;
      unspecified = usual->v4_bits() == 0;
      return true;
    }
    auto parsed = parse_connection(value);
    if (!parsed) return false;
    if (!first) return true;
    address = parsed->address;
    unspecified = parsed->unspecified;
    return true;
  }

  void direction(const Line& line, Direction& result) {
    auto found = direction_of(line);
    if (!found || directed_) return;
    result = *found;
    directed_ = true;
  }

  Session& s_;
  const char* end_ = nullptr;  // of the text
  Media* media_ = nullptr;
  bool connected_ = false;  // this section has had its c= line
  bool directed_ = false;   // and its direction
};

Reason Session::parse(std::string_view text) {
  return SessionParser(*this).run(text) ? Reason::none : Reason::sdp_bad;
}

std::span<const Line> Session::session_lines() const {
  return lines().subspan(0, media_count_ == 0 ? line_count_ : media_.table[0].first_line);
}

std::span<const Line> Session::lines_of(const Media& media) const {
  return lines().subspan(media.first_line, media.line_count);
}

const Line* find_attribute(std::span<const Line> lines, AttributeName name) {
  for (const Line& line : lines) {
    if (line.is(name)) return &line;
  }
  return nullptr;
}

const Line* find_attribute(const Session& session, const Media& media, AttributeName name) {
  const Line* line = find_attribute(session.lines_of(media), name);
  return line ? line : find_attribute(session.session_lines(), name);
}

}  // namespace sbc::sdp
