#include "dataplane/sip/framer.h"

#include <random>

#include "config/types/check.h"
#include "dataplane/sip/message.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/framed.h"
#include "tests/fuzz/targets.h"

namespace sbc::fuzz {
namespace {

using Kind = sip::Framed::Kind;

constexpr size_t room = 2048;

/// Framing and parsing see the same end.
void check_message(std::string_view bytes) {
  SBC_CHECK(!bytes.empty() && bytes.size() <= room && !bytes.starts_with('\r') && !bytes.starts_with('\n'));
  sip::Message m;
  Reason reason = m.parse(bytes);
  SBC_CHECK(reason != Reason::content_length_bad);
  if (reason == Reason::none) SBC_CHECK(m.body().data() + m.body().size() == bytes.data() + bytes.size());
}

void check_websocket(std::string_view bytes) {
  sip::Framed framed = sip::framed_by_websocket(bytes, room);
  SBC_CHECK(within(framed.bytes, bytes) && (framed.kind == Kind::broken) == (framed.reason != Reason::none));
  if (framed.kind == Kind::message) check_message(framed.bytes);
}

}  // namespace

void framer(std::string_view bytes) {
  const std::vector<sip::Frame> whole = sip::frames_of(bytes, room);
  if (bytes.size() <= room) SBC_CHECK(sip::frames_of(bytes, room, [](size_t) { return 1; }) == whole);
  std::minstd_rand random(uint32_t(std::hash<std::string_view>{}(bytes)));
  for (size_t most : {30, 500}) {
    SBC_CHECK(sip::frames_of(bytes, room, [&](size_t) { return 1 + random() % most; }) == whole);
  }
  check_websocket(bytes);
  for (const sip::Frame& frame : whole) {
    if (frame.kind != Kind::message) continue;
    check_message(frame.bytes);
    SBC_CHECK(sip::framed_by_websocket(frame.bytes, room).bytes == frame.bytes);
  }
}

}  // namespace sbc::fuzz
