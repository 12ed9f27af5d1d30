// No codec allocates, whatever it is given: seeds of the fuzzers, valid messages from the grammar, and
// mutations of both, through every public call.
#include <array>
#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include "dataplane/rtp/packet.h"
#include "dataplane/rtp/rtcp.h"
#include "dataplane/sdp/session.h"
#include "dataplane/sip/framer.h"
#include "dataplane/sip/multipart.h"
#include "dataplane/sip/writer.h"
#include "dataplane/stun/message.h"
#include "dataplane/stun/writer.h"
#include "tests/allocation/trap/trap.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/mutator.h"
#include "tests/fuzz/rewritten.h"
#include "tests/fuzz/seeds.h"

namespace sbc {
namespace {

using fuzz::octets;

constexpr size_t mutations = 5'000;
constexpr size_t generated = 200;
constexpr size_t many = mutations / 20;  // are good enough to be read to the end

/// Runs `codec` over the seeds and their mutations, with the trap armed.
void run(std::vector<std::string> seeds, const std::function<void(std::string_view)>& codec) {
  ASSERT_FALSE(seeds.empty());
  fuzz::Mutator mutator(seeds, 3261);
  auto run_armed = [&](const std::string& text) {
    AllocationTrap trap;
    codec(text);
  };
  for (const std::string& seed : seeds) run_armed(seed);
  for (size_t i = 0; i < mutations; ++i) run_armed(mutator.next());
}

std::vector<std::string> sip_messages() {
  std::vector<std::string> messages = fuzz::generated_messages(generated);
  for (std::string& seed : fuzz::seeds_of("message")) messages.push_back(std::move(seed));
  return messages;
}

void read_values(const sip::Message& m) {
  for (const sip::Field& field : m.fields()) {
    sip::each_element(field.value, [](std::string_view element) {
      sip::NameAddr address;
      sip::Via via;
      sip::CSeq cseq;
      (void)parse_name_addr(element, address);
      (void)address.tag();
      (void)address.uri.address();
      (void)sip::parameter(address.parameters, "tag");
      (void)parse_via(element, via);
      (void)parse_cseq(element, cseq);
      (void)sip::parse_number(element);
      return true;
    });
    (void)m.list_has(field.id, "timer");
  }
}

void write_values(const sip::Message& m, std::span<char> out) {
  sip::Writer writer(out);
  writer.status_line(480, sip::phrase_of(480)).name(sip::Header::from).display(m.from().display).end_line();
  writer.header(sip::Header::subject, m.value(sip::Header::subject))
      .header(sip::Header::expires, uint64_t(3600));
  writer.body(m.body());
}

TEST(NoAllocation, SipMessages) {
  static std::array<char, 65536> out;
  size_t accepted = 0;
  run(sip_messages(), [&](std::string_view bytes) {
    sip::Message m;
    Reason reason = m.parse(bytes);
    (void)m.answerable();
    (void)sip::find_call_id(bytes);
    read_values(m);
    write_values(m, out);
    if (reason != Reason::none) return;
    ++accepted;
    fuzz::rewritten(m, out);
  });
  EXPECT_GT(accepted, many);
}

TEST(NoAllocation, SipUris) {
  run(fuzz::seeds_of("uri"), [](std::string_view bytes) {
    sip::Uri uri;
    (void)parse_uri(bytes, uri);
    (void)uri.address();
  });
}

TEST(NoAllocation, Framing) {
  std::vector<char> room(2048);
  size_t framed = 0;
  std::vector<std::string> streams = fuzz::seeds_of("framer");
  for (std::string& message : fuzz::generated_messages(generated)) streams.push_back(std::move(message));
  run(streams, [&](std::string_view bytes) {
    sip::Framer framer(room);
    for (size_t at = 0; at < bytes.size(); at += 100) {
      std::string_view rest = bytes.substr(at, 100);
      sip::Framed next = framer.next(rest);
      for (; next.kind == sip::Framed::Kind::message || next.kind == sip::Framed::Kind::ping;
           next = framer.next(rest)) {
        ++framed;
      }
    }
    (void)sip::framed_by_websocket(bytes, room.size());
  });
  EXPECT_GT(framed, many);
}

TEST(NoAllocation, MultipartBodies) {
  size_t parts = 0;
  run(fuzz::seeds_of("multipart"), [&](std::string_view bytes) {
    size_t end = std::min(bytes.find("\r\n"), bytes.size());
    sip::PartWalk walk(sip::parse_media_type(bytes.substr(0, end)), bytes.substr(end));
    for (sip::Part part; walk.next(part);) ++parts;
  });
  run(sip_messages(), [&](std::string_view bytes) {
    sip::Message m;
    if (m.parse(bytes) != Reason::none) return;
    auto found = sip::find_part(m, sip::session_description);
    parts += found && !found->empty();
  });
  EXPECT_GT(parts, many);
}

TEST(NoAllocation, SessionDescriptions) {
  size_t accepted = 0;
  run(fuzz::seeds_of("sdp"), [&](std::string_view bytes) {
    sdp::Session session;
    if (session.parse(bytes) != Reason::none) return;
    ++accepted;
    for (const sdp::Media& media : session.media()) (void)media.payload_types();
    for (const sdp::Line& line : session.lines()) (void)line.attribute_value();
  });
  EXPECT_GT(accepted, many);
}

TEST(NoAllocation, Media) {
  std::array<uint8_t, 8192> out;
  size_t accepted = 0;
  run(fuzz::seeds_of("rtp"),
      [&](std::string_view bytes) { accepted += bool(rtp::parse_rtp(octets(bytes))); });
  run(fuzz::seeds_of("rtcp"), [&](std::string_view bytes) {
    accepted += bool(rtp::rewrite_rtcp(octets(bytes), out, 1));
    std::span<const uint8_t> rest = octets(bytes);
    while (!rest.empty() && rtp::take_rtcp(rest)) continue;
  });
  EXPECT_GT(accepted, many);
}

void read_stun(const stun::Message& m) {
  stun::Attribute types[4];
  const uint8_t key[]{1, 2, 3};
  (void)m.username();
  (void)m.xor_mapped_address();
  (void)m.error_code();
  (void)m.priority();
  (void)m.ice_controlled();
  (void)m.not_understood(types);
  (void)m.unknown_attributes(types);
  (void)m.fingerprint_holds();
  (void)m.integrity_holds(key);
}

void answer_stun(const stun::Message& m) {
  std::array<uint8_t, 512> out;
  const stun::Attribute types[]{stun::Attribute(0x7fff)};
  const uint8_t key[100]{};
  for (const IpAddress& address : {IpAddress::v4(192, 0, 2, 1), IpAddress{{0x20, 1}}}) {
    stun::Writer(out, stun::Class::success, stun::Method::binding, m.transaction_id())
        .xor_mapped_address({address, 5060})
        .username("a:b")
        .priority(1)
        .ice_controlling(1)
        .use_candidate()
        .message_integrity(key)
        .fingerprint();
  }
  stun::Writer(out, stun::Class::error, stun::Method::binding, m.transaction_id())
      .error_code(420, "Unknown Attribute")
      .unknown_attributes(types)
      .message_integrity(key)
      .fingerprint();
}

TEST(NoAllocation, Stun) {
  size_t accepted = 0;
  run(fuzz::seeds_of("stun"), [&](std::string_view bytes) {
    auto m = stun::parse_message(octets(bytes));
    if (!m) return;
    ++accepted;
    read_stun(*m);
    answer_stun(*m);
  });
  EXPECT_GT(accepted, many);
}

TEST(AllocationTrapDeathTest, CatchesEveryKind) {
  constexpr const char* said = "memory was allocated";
  auto armed = [](auto&& allocate) {
    AllocationTrap trap;
    void* volatile memory = allocate();
    (void)memory;
  };
  EXPECT_DEATH(armed([] { return operator new(1); }), said);
  EXPECT_DEATH(armed([] { return operator new(64, std::align_val_t(64)); }), said);
  EXPECT_DEATH(armed([] { return std::malloc(1); }), said);
  EXPECT_DEATH(armed([] { return std::calloc(1, 1); }), said);
  EXPECT_DEATH(armed([] { return std::realloc(nullptr, 1); }), said);
#ifndef __SANITIZE_THREAD__  // which tells nobody of these two
  EXPECT_DEATH(armed([] { return std::aligned_alloc(64, 64); }), said);
  EXPECT_DEATH(armed([] {
                 void* memory = nullptr;
                 return posix_memalign(&memory, 64, 64) == 0 ? memory : nullptr;
               }),
               said);
#endif
}

}  // namespace
}  // namespace sbc
