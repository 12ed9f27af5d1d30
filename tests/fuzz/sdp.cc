#include <array>

#include "config/types/check.h"
#include "dataplane/sdp/line_splitter.h"
#include "dataplane/sdp/session.h"
#include "dataplane/sdp/t38.h"
#include "dataplane/sdp/writer.h"
#include "tests/dataplane/sdp/every_reader.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/targets.h"

namespace sbc::fuzz {
namespace {

/// Both forms of the line pass see the same lines, and the same texts as broken.
void split_both_ways(std::string_view bytes) {
  sdp::LineSplitter<sdp::NativeBlock> native(bytes);
  sdp::LineSplitter<sdp::ScalarBlock> scalar(bytes);
  std::string_view line, other;
  while (native.next(line)) {
    SBC_CHECK(scalar.next(other) && line.data() == other.data() && line.size() == other.size());
    SBC_CHECK(within(line, bytes));
  }
  SBC_CHECK(!scalar.next(other) && native.broken() == scalar.broken());
}

void check_names(const sdp::Session& session) {
  for (const sdp::Line& line : session.lines()) {
    SBC_CHECK(line.type == 'a' || (line.name == sdp::AttributeName::other && line.name_size == 0));
    if (line.type != 'a') continue;
    SBC_CHECK(line.name == sdp::attribute_name_of(line.name_text()));
    SBC_CHECK(line.name_text().find(':') == line.value.npos);
    SBC_CHECK(line.name_size == line.value.size() || line.value[line.name_size] == ':');
  }
}

void check_sections(const sdp::Session& session, std::string_view bytes) {
  size_t lines = session.session_lines().size();
  sdp::Mids mids(session);
  for (const sdp::Media& media : session.media()) {
    SBC_CHECK(media.first_line == lines && session.lines_of(media)[0].type == 'm');
    SBC_CHECK(within(media.formats, bytes) && !media.kind.empty() && media.port_count > 0);
    SBC_CHECK(media.is_rtp() || media.payload_types() == (std::array<uint64_t, 2>{}));
    SBC_CHECK(media.port == 0 || !sdp::is_rejected(session, media));
    sdp::parse_t38(session.lines_of(media));
    lines += media.line_count;
  }
  SBC_CHECK(lines == session.lines().size());
  SBC_CHECK(session.lines()[0].type == 'v' && within(session.origin(), bytes));
}

void read_values(const sdp::Session& session) {
  for (const sdp::Line& line : session.lines()) {
    auto see = [&](std::string_view part) { SBC_CHECK(within(part, line.value)); };
    sdp::read_with_every_reader(line.type == 'a' ? line.attribute_value() : line.value, see);
  }
}

bool says_the_same(const sdp::Line& read, const sdp::Line& again) {
  if (read.type != again.type || read.name != again.name || read.name_size != again.name_size) return false;
  return read.name == sdp::AttributeName::other ? read.value == again.value
                                                : read.attribute_value() == again.attribute_value();
}

/// parse -> write every line -> parse: the same lines, less the k= ones that are not written.
void write_and_read_again(const sdp::Session& session) {
  static std::array<char, 1 << 16> out;
  static sdp::Session again;
  sdp::Writer writer(out);
  for (const sdp::Line& line : session.lines()) writer.kept(line);
  if (writer.overflowed()) return;
  SBC_CHECK(again.parse(writer.written()) == Reason::none);
  size_t next = 0;
  for (const sdp::Line& line : session.lines()) {
    if (line.type == 'k') continue;
    SBC_CHECK(next < again.lines().size() && says_the_same(line, again.lines()[next++]));
  }
  SBC_CHECK(next == again.lines().size());
  for (size_t i = 0; i < session.media().size(); ++i) {
    const sdp::Media &before = session.media()[i], &after = again.media()[i];
    SBC_CHECK(before.address == after.address && before.direction == after.direction &&
              before.port == after.port);
    SBC_CHECK(before.rtcp_port == after.rtcp_port && before.rtcp_mux == after.rtcp_mux);
  }
}

}  // namespace

void sdp(std::string_view bytes) {
  split_both_ways(bytes);
  static sdp::Session session;
  Reason reason = session.parse(bytes);
  SBC_CHECK(session.lines().size() <= sdp::Session::lines_max &&
            session.media().size() <= sdp::Session::media_max);
  SBC_CHECK(reason == Reason::none || reason == Reason::sdp_bad);
  for (const sdp::Line& line : session.lines())
    SBC_CHECK(line.type >= 'a' && line.type <= 'z' && within(line.value, bytes));
  if (reason != Reason::none) return;
  check_names(session);
  check_sections(session, bytes);
  read_values(session);
  write_and_read_again(session);
}

}  // namespace sbc::fuzz
