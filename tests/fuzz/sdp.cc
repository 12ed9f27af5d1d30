#include "config/types/check.h"
#include "dataplane/sdp/session.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/targets.h"

namespace sbc::fuzz {

void sdp(std::string_view bytes) {
  sdp::Session session;
  Reason reason = session.parse(bytes);
  SBC_CHECK(session.lines().size() <= sdp::Session::lines_max &&
            session.media().size() <= sdp::Session::media_max);
  for (const sdp::Line& line : session.lines()) SBC_CHECK(line.type >= 'a' && within(line.value, bytes));
  SBC_CHECK(reason == Reason::none || reason == Reason::sdp_bad);
  if (reason != Reason::none) return;

  size_t lines = session.session_lines().size();
  for (const sdp::Media& media : session.media()) {
    SBC_CHECK(media.first_line == lines && session.lines_of(media)[0].type == 'm');
    SBC_CHECK(within(media.formats, bytes) && !media.kind.empty() && media.port_count > 0);
    SBC_CHECK(media.is_rtp() || media.payload_types() == (std::array<uint64_t, 2>{}));
    lines += media.line_count;
  }
  SBC_CHECK(lines == session.lines().size());
  SBC_CHECK(session.lines()[0].type == 'v' && within(session.origin(), bytes));
}

}  // namespace sbc::fuzz
