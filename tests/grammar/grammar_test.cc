// Whatever the grammar of RFC 3261 25.1 allows is accepted and read as it was meant, and written again it
// reads the same.
#include <array>
#include <sstream>

#include <gtest/gtest.h>

#include "dataplane/sip/message.h"
#include "dataplane/sip/multipart.h"
#include "tests/fuzz/rewritten.h"
#include "tests/grammar/message.h"

namespace sbc::grammar {
namespace {

using sip::Header;
using sip::Message;

constexpr uint64_t messages = 20'000;

/// The parts of a URI that `read` differs in, for a failure's text.
void expect_uri(const sip::Uri& read, const UriText& uri) {
  EXPECT_EQ(read.text, uri.text);
  EXPECT_EQ(read.scheme_text, uri.scheme);
  EXPECT_EQ(read.scheme == sip::Scheme::sip || read.scheme == sip::Scheme::sips, uri.sip);
  EXPECT_EQ(read.user, uri.user);
  EXPECT_EQ(read.password, uri.password);
  EXPECT_EQ(read.host, uri.host);
  EXPECT_EQ(read.port, uri.port);
  EXPECT_EQ(read.parameters, uri.parameters);
  EXPECT_EQ(read.headers, uri.headers);
  bool numeric = uri.host.starts_with('[') || uri.host.find_first_not_of("0123456789.") == uri.host.npos;
  EXPECT_EQ(read.address().has_value(), numeric && !uri.host.empty());
}

void expect_party(const sip::NameAddr& read, const NameAddrText& written) {
  EXPECT_EQ(read.display, written.display);
  EXPECT_EQ(read.tag(), written.tag);
  expect_uri(read.uri, written.uri);
}

void expect_start(const Message& m, const MessageText& written) {
  EXPECT_EQ(m.is_request(), written.is_request);
  EXPECT_EQ(m.method_text(), written.method);
  EXPECT_EQ(m.method(), sip::method_of(written.method));
  EXPECT_EQ(m.status(), written.status);
  EXPECT_EQ(m.reason_phrase(), written.phrase);
  if (m.is_request()) expect_uri(m.request_uri(), written.uri);
}

std::vector<std::string> elements_of(std::string_view value) {
  std::vector<std::string> elements;
  sip::each_element(value, [&](std::string_view element) {
    elements.emplace_back(element);
    return true;
  });
  return elements;
}

void expect_vias(const Message& m, const MessageText& written) {
  bool top = true;
  for (const FieldText& field : written.fields) {
    for (const ViaText& via : field.vias) {
      sip::Via read;
      EXPECT_EQ(parse_via(via.text, read), Reason::none);
      for (const sip::Via& each : {read, top ? m.top_via() : read}) {
        EXPECT_EQ(each.text, via.text);
        EXPECT_EQ(each.transport, via.transport);
        EXPECT_EQ(each.host, via.host);
        EXPECT_EQ(each.port, via.port);
        EXPECT_EQ(each.branch, via.branch);
        EXPECT_TRUE(each.has_magic_cookie());
      }
      top = false;
    }
  }
}

/// A Contact, Route or Record-Route, or one party.
void expect_addresses(const FieldText& written) {
  for (const NameAddrText& address : written.addresses) {
    sip::NameAddr read;
    Reason reason = parse_name_addr(address.text, read);
    bool routable =
        address.uri.sip || read.uri.scheme == sip::Scheme::tel || address.uri.text == "urn:service:sos";
    EXPECT_EQ(reason, routable ? Reason::none : Reason::scheme_unsupported) << address.text;
    expect_party(read, address);
  }
}

void expect_fields(const Message& m, const MessageText& written) {
  std::vector<const sip::Field*> read;
  for (const sip::Field& field : m.fields()) {
    if (field.id != Header::content_length) read.push_back(&field);
  }
  ASSERT_EQ(read.size(), written.fields.size());
  for (size_t i = 0; i < read.size(); ++i) {
    const FieldText& field = written.fields[i];
    EXPECT_EQ(read[i]->id, field.id);
    EXPECT_EQ(read[i]->name, field.name);
    EXPECT_EQ(read[i]->value, field.value);
    EXPECT_TRUE(field.elements.empty() || elements_of(read[i]->value) == field.elements);
    for (const std::string& element : field.elements) {
      bool tokens = field.addresses.empty() && field.vias.empty();
      EXPECT_TRUE(!tokens || m.list_has(field.id, element)) << element;
    }
    expect_addresses(field);
  }
}

void expect_dialog_values(const Message& m, const MessageText& written) {
  EXPECT_EQ(m.call_id(), written.call_id);
  EXPECT_EQ(sip::find_call_id(written.bytes), written.call_id);
  EXPECT_EQ(m.cseq().number, written.cseq);
  EXPECT_EQ(m.cseq().method_text, written.method);
  EXPECT_EQ(m.max_forwards(), written.max_forwards);
  for (const FieldText& field : written.fields) {
    if (field.id == Header::from) expect_party(m.from(), field.addresses[0]);
    if (field.id == Header::to) expect_party(m.to(), field.addresses[0]);
  }
}

void expect_body(const Message& m, const BodyText& written) {
  EXPECT_EQ(m.body(), written.content);
  if (written.parts.empty()) return;
  sip::PartWalk walk(sip::parse_media_type(m.value(Header::content_type)), m.body());
  for (const PartText& part : written.parts) {
    sip::Part read;
    ASSERT_TRUE(walk.next(read));
    EXPECT_TRUE(read.media.is(part.type, part.subtype));
    EXPECT_EQ(read.disposition, part.disposition);
    EXPECT_EQ(read.required, part.required);
    EXPECT_EQ(read.content, part.content);
  }
  sip::Part none;
  EXPECT_FALSE(walk.next(none) || walk.broken());
}

/// Nothing in a message from the grammar is a deviation from it, but what the RFC itself calls unusual.
void expect_no_deviations(const Message& m) {
  Deviations left = m.deviations();
  for (Deviation usual : {Deviation::empty_line_first, Deviation::line_folded}) left.remove(usual);
  left.each([](Deviation deviation) { ADD_FAILURE() << name_of(deviation); });
}

void expect_fixed_point(const Message& m) {
  static std::array<char, 16384> first_bytes, second_bytes;
  Message again;
  std::string_view first = fuzz::rewritten(m, first_bytes);
  ASSERT_EQ(again.parse(first), Reason::none) << first;
  EXPECT_EQ(fuzz::rewritten(again, second_bytes), first);
  EXPECT_EQ(again.body(), m.body());
  EXPECT_EQ(again.method_text(), m.method_text());
  EXPECT_EQ(again.top_via().branch, m.top_via().branch);
  EXPECT_EQ(again.from().tag(), m.from().tag());
  EXPECT_EQ(again.to().uri.text, m.to().uri.text);
}

TEST(Grammar, EveryMessageIsAcceptedReadAsMeantAndWrittenAgain) {
  for (uint64_t seed = 0; seed < messages && !HasFailure(); ++seed) {
    Source source(seed);
    const MessageText written = message(source);
    testing::ScopedTrace trace(__FILE__, __LINE__, "seed " + std::to_string(seed) + ":\n" + written.bytes);
    Message m;
    ASSERT_EQ(m.parse(written.bytes), Reason::none);
    expect_start(m, written);
    expect_fields(m, written);
    expect_vias(m, written);
    expect_dialog_values(m, written);
    expect_body(m, written.body);
    expect_no_deviations(m);
    expect_fixed_point(m);
  }
}

/// What the generator promises to cover, lest it dry up unseen.
TEST(Grammar, CoversTheOddForms) {
  std::array<size_t, 12> seen{};
  for (uint64_t seed = 0; seed < 2'000; ++seed) {
    Source source(seed);
    const MessageText m = message(source);
    for (const FieldText& field : m.fields) {
      seen[0] += field.name.size() == 1;
      seen[1] += field.value.find("\r\n") != field.value.npos;
      seen[2] += field.elements.size() > 1;
      seen[3] += field.id != Header::other && field.name != sip::text_of(field.id) && field.name.size() > 1;
      for (const NameAddrText& address : field.addresses) {
        seen[4] += address.display.find("\\\"") != address.display.npos;
        seen[5] += address.uri.host.starts_with('[');
        seen[6] += !address.uri.headers.empty() && !address.uri.parameters.empty();
        seen[7] += !address.uri.sip && sip::equal_ignoring_case(address.uri.scheme, "tel");
        seen[8] += !address.text.ends_with('>') && address.text.find('<') == address.text.npos;
        seen[9] += address.display.find('\0') != address.display.npos;
      }
    }
    seen[10] += m.body.parts.size() > 1;
    seen[11] += !m.is_request;
  }
  for (size_t i = 0; i < seen.size(); ++i) EXPECT_GT(seen[i], 20u) << i;
}

}  // namespace
}  // namespace sbc::grammar
