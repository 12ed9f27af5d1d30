#include "dataplane/sip/head.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "dataplane/sip/message.h"
#include "tests/dataplane/sip/sample.h"

namespace sbc::sip {
namespace {

using namespace std::literals;

std::string named(std::string_view fields) { return "OPTIONS sip:a@b SIP/2.0\r\n" + std::string(fields); }

TEST(Head, TellsWhatADatagramIs) {
  Head head;
  EXPECT_EQ(head.read("INVITE sip:a SIP/2.0\r\n\r\n"), Kind::request);
  EXPECT_EQ(head.read("SIP/2.0 200 OK\r\n\r\n"), Kind::response);
  EXPECT_EQ(head.read("sip/2.0 200 OK\r\n\r\n"), Kind::response);
  EXPECT_EQ(head.read("sip/2.0 200 we speak SIP/2.0\r\n\r\n"), Kind::response);
  EXPECT_EQ(head.read("INVITE sip:a SIP/7.0\r\n\r\n"), Kind::request);
  EXPECT_EQ(head.read(""), Kind::keepalive);
  EXPECT_EQ(head.read("\r\n\r\n"), Kind::keepalive);
  EXPECT_EQ(head.read("\0\0\0\0"sv), Kind::keepalive);
  EXPECT_EQ(head.read("\0\x01\0\0\x21\x12\xa4\x42 0123456789a"sv), Kind::stun);
  EXPECT_EQ(head.read("\0\x01\0\0\x21\x12\xa4\x42 0123456789"sv), Kind::junk);  // one byte short
  EXPECT_EQ(head.read("GET / HTTP/1.1\r\n\r\n"), Kind::junk);
}

TEST(Head, JoinsFoldedLinesAndFindsTheBody) {
  Head head;
  const std::string bytes = "\r\n\r\n" + named("a: 1\r\n\t2\r\n  \r\nb:\r\n\r\nbody\r\n");
  head.read(bytes);
  ASSERT_EQ(head.fields().size(), 2u);
  EXPECT_EQ(head.start_line(), "OPTIONS sip:a@b SIP/2.0");
  EXPECT_EQ(head.fields()[0].value, "1\r\n\t2");
  EXPECT_EQ(head.fields()[1].name, "b");
  EXPECT_EQ(head.rest(), "body\r\n");
  EXPECT_EQ(head.reason(), Reason::none);
  EXPECT_TRUE(head.deviations().has(Deviation::line_folded));
  EXPECT_TRUE(head.deviations().has(Deviation::empty_line_first));
}

TEST(Head, ABodyThatBeginsWithABlankIsNoFold) {
  Head head;
  const std::string bytes = named("a: 1\r\n\r\n body\r\n");
  head.read(bytes);
  EXPECT_TRUE(head.deviations().empty());
  EXPECT_EQ(head.rest(), " body\r\n");
}

/// Lines with much behind them are read by a shorter way.
TEST(Head, ReadsALineTheSameWhateverIsBehindIt) {
  for (std::string_view line : {"To: x",
                                "To:x",
                                "To:  x",
                                "To : x",
                                "To: x ",
                                "To: x\t",
                                "To: ",
                                "To:",
                                ": x",
                                " : x",
                                "To",
                                "T@: x",
                                "t: x",
                                "X-Name-That-Is-Longer-Than-All-That-We-Know: x",
                                "To: \r\n x",
                                "To: x\r\n y",
                                "To: x\r\n ",
                                "To: \x01",
                                "To: \xff",
                                "To:\tx",
                                "Via: x",
                                "Viaa: x",
                                "P-Asserted-Identity: x"}) {
    const std::string bare = named(std::string(line) + "\r\n\r\n"), followed = bare + std::string(64, 'x');
    Head a, b;
    a.read(bare);
    b.read(followed);
    EXPECT_EQ(a.reason(), b.reason()) << line;
    EXPECT_EQ(a.deviations(), b.deviations()) << line;
    ASSERT_EQ(a.fields().size(), b.fields().size()) << line;
    for (size_t i = 0; i < a.fields().size(); ++i) {
      EXPECT_EQ(a.fields()[i].id, b.fields()[i].id) << line;
      EXPECT_EQ(a.fields()[i].name, b.fields()[i].name) << line;
      EXPECT_EQ(a.fields()[i].value, b.fields()[i].value) << line;
    }
  }
}

/// A copy of its own, so that a look beyond the end is seen.
TEST(Head, NamesNearTheEndAreReadWithoutALookBeyondIt) {
  Head head;
  for (std::string_view name : {"P-Asserted-Service", "P-Asserted-Identity", "Resource-Priority",
                                "Proxy-Authenticate", "Content-Length", "Record-Route", "To", "t"}) {
    for (size_t behind = 1; behind < 40; ++behind) {
      const std::string text = named(std::string(name) + ": " + std::string(behind, 'x') + "\r\n\r\n");
      const std::vector<char> bytes(text.begin(), text.end());
      head.read({bytes.data(), bytes.size()});
      ASSERT_EQ(head.fields().size(), 1u) << name << ' ' << behind;
      EXPECT_EQ(head.fields()[0].name, name);
      EXPECT_EQ(head.fields()[0].id, header_of(name)) << name << ' ' << behind;
      EXPECT_EQ(head.fields()[0].value, std::string(behind, 'x'));
    }
  }
}

TEST(Head, ALongNameEndsWhereItEndsAtAnyPlace) {
  Head head;
  for (size_t before = 0; before < 8; ++before) {
    for (size_t size = 30; size < 70; ++size) {
      const std::string name(size, 'X');
      const std::string bytes =
          named("To: " + std::string(1 + before, 'a') + "\r\n" + name + ": b: c\r\nTo: d\r\n\r\n") +
          std::string(64, 'x');
      head.read(bytes);
      ASSERT_EQ(head.fields().size(), 3u);
      ASSERT_EQ(head.fields()[1].name, name) << before;
      ASSERT_EQ(head.fields()[1].value, "b: c") << before;
      head.read(with(bytes, ": b: c", "@: c"));
      ASSERT_EQ(head.reason(), Reason::header_bad) << before << ' ' << size;
    }
  }
}

TEST(Head, NeverFoldsTheStartLine) {
  Head head;
  const std::string bytes = named(" more\r\n\r\n");
  head.read(bytes);
  EXPECT_EQ(head.start_line(), "OPTIONS sip:a@b SIP/2.0");
  EXPECT_EQ(head.reason(), Reason::header_bad);
}

TEST(Head, TakesWhiteSpaceBeforeTheColonOnly) {
  Head head;
  std::string bytes = named("To \t:  x\t \r\nTo:\r\n\r\n");
  head.read(bytes);
  ASSERT_EQ(head.fields().size(), 2u);
  EXPECT_EQ(head.fields()[0].value, "x");
  EXPECT_EQ(head.fields()[1].value, "");
  for (const char* bad : {":", "To x", "T o: x", "\"To\": x", "T@: x"}) {
    bytes = named(bad + "\r\n\r\n"s);
    head.read(bytes);
    EXPECT_EQ(head.fields().size(), 0u) << bad;
    EXPECT_EQ(head.reason(), Reason::header_bad) << bad;
  }
}

TEST(Head, ChainsFieldsOfOneKindInOrder) {
  Head head;
  const std::string bytes = named("Via: 1\r\nTo: x\r\nv: 2\r\nX: y\r\nVIA: 3\r\nX: z\r\n\r\n");
  head.read(bytes);
  std::string values;
  for (const Field* field = head.find(Header::via); field != nullptr; field = head.next(*field))
    values += field->value;
  EXPECT_EQ(values, "123");
  EXPECT_TRUE(head.occurs_again(Header::via));
  EXPECT_FALSE(head.occurs_again(Header::to));
  EXPECT_EQ(head.find(Header::from), nullptr);
}

TEST(Head, ReadAgainForgetsWhatItHeld) {
  Head head;
  head.read(phone_invite());
  const std::string bytes = named("To: x\r\n\r\n");
  head.read(bytes);
  EXPECT_EQ(head.fields().size(), 1u);
  EXPECT_FALSE(head.has(Header::via) || head.has(Header::call_id) || head.has_repetition());
}

TEST(Head, SteersByTheCallIdUnlessTwoDiffer) {
  Head head;
  std::string bytes = named("i: one\r\nCall-ID: one\r\n\r\n");
  head.read(bytes);
  EXPECT_EQ(head.steering_call_id(), "one");
  bytes = named("i: one\r\nCall-ID: two\r\n\r\n");
  head.read(bytes);
  EXPECT_EQ(head.steering_call_id(), "");
  EXPECT_EQ(head.call_id(), "one");
}

TEST(Head, RefusesMoreLinesThanAreListed) {
  std::string folds;
  for (size_t i = 0; i < CharacterIndex::line_feeds_max - 3; ++i) folds += "\r\n x";
  Head head;
  std::string bytes = named("a: b" + folds + "\r\n\r\n");
  head.read(bytes, MessageLimits::none());
  EXPECT_EQ(head.reason(), Reason::none);
  bytes = named("a: b\r\n x" + folds + "\r\n\r\n");
  head.read(bytes, MessageLimits::none());
  EXPECT_EQ(head.reason(), Reason::headers_too_many);
}

std::string changed(std::string_view from, std::string_view to) { return with(small_request(), from, to); }

Reason judged(const std::string& bytes, const MessageLimits& limits) {
  return Message().parse(bytes, limits);
}

TEST(RealmLimit, CallId) {
  MessageLimits limits;
  limits.call_id_bytes_max = 20;
  EXPECT_EQ(judged(changed("sample-1", std::string(20, 'c')), limits), Reason::none);
  EXPECT_EQ(judged(changed("sample-1", std::string(21, 'c')), limits), Reason::call_id_too_long);
}

TEST(RealmLimit, Vias) {
  MessageLimits limits;
  limits.vias_max = 3;
  const std::string two = "Via: SIP/2.0/UDP one;branch=1, SIP/2.0/UDP two\r\nFrom:";
  EXPECT_EQ(judged(changed("From:", two), limits), Reason::none);
  EXPECT_EQ(judged(changed("From:", "v: SIP/2.0/UDP three\r\n" + two), limits), Reason::vias_too_many);
}

TEST(RealmLimit, ViasOfTheTable) {
  std::string more;
  for (size_t i = 1; i < Message::vias_max; ++i) more += "v: SIP/2.0/UDP h" + std::to_string(i) + "\r\n";
  EXPECT_EQ(judged(changed("From:", more + "From:"), MessageLimits::none()), Reason::none);
  EXPECT_EQ(judged(changed("From:", more + "v: SIP/2.0/UDP last\r\nFrom:"), MessageLimits::none()),
            Reason::vias_too_many);
}

TEST(RealmLimit, ViaBytes) {
  const std::string element = "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKk3v";
  MessageLimits limits;
  limits.via_bytes_max = uint32_t(element.size());
  EXPECT_EQ(judged(small_request(), limits), Reason::none);
  limits.via_bytes_max = uint32_t(element.size() - 1);
  EXPECT_EQ(judged(small_request(), limits), Reason::via_too_long);
}

TEST(RealmLimit, Routes) {
  MessageLimits limits;
  limits.routes_max = 3;
  for (const char* name : {"Route", "Record-Route"}) {
    const std::string three = name + ": <sip:one>, <sip:two>\r\n"s + name + ": <sip:three>\r\nFrom:";
    EXPECT_EQ(judged(changed("From:", three), limits), Reason::none);
    EXPECT_EQ(judged(changed("From:", name + ": <sip:four>\r\n"s + three), limits), Reason::routes_too_many);
  }
}

TEST(RealmLimit, RoutesAreCountedHoweverShort) {
  const MessageLimits limits;
  for (const char* route : {"Route: <sip:a>\r\n", "Record-Route: <a:b>\r\n"}) {
    std::string most;
    for (size_t i = 0; i < limits.routes_max; ++i) most += route;
    EXPECT_EQ(judged(changed("From:", most + "From:"), limits), Reason::none);
    EXPECT_EQ(judged(changed("From:", most + route + "From:"), limits), Reason::routes_too_many);
  }
}

TEST(RealmLimit, RouteBytes) {
  MessageLimits limits;
  limits.route_bytes_max = 20;
  EXPECT_EQ(judged(changed("From:", "Route: <sip:a>, <sip:long.example.n>\r\nFrom:"), limits), Reason::none);
  EXPECT_EQ(judged(changed("From:", "Route: <sip:a>, <sip:long.example.ne>\r\nFrom:"), limits),
            Reason::route_too_long);
}

/// What the message strays in, and that a realm may refuse just that.
void expect_deviation(Deviation deviation, const std::string& bytes) {
  Message m;
  EXPECT_EQ(m.parse(bytes), Reason::none) << name_of(deviation);
  EXPECT_TRUE(m.deviations().has(deviation)) << name_of(deviation);
  MessageLimits limits;
  limits.refused.add(deviation);
  const Reason refused = m.is_request() ? Reason::deviation_refused : Reason::response_bad;
  EXPECT_EQ(m.parse(bytes, limits), refused) << name_of(deviation);
  EXPECT_TRUE(m.deviations().has(deviation));
}

TEST(DeviationOfAMessage, EachIsFoundAndCanBeRefused) {
  expect_deviation(Deviation::empty_line_first, "\r\n" + small_request());
  expect_deviation(Deviation::version_case, changed("SIP/2.0", "sip/2.0"));
  expect_deviation(Deviation::phrase_missing, with(small_response(), "180 Ringing", "180"));
  expect_deviation(Deviation::line_folded, changed("To: ", "To:\r\n "));
  expect_deviation(Deviation::display_unquoted, changed("From: ", "From: Ann @ Home "));
  expect_deviation(Deviation::user_unescaped, changed("sip:bob@", "sip:#31#bob@"));
  expect_deviation(Deviation::host_underscore, changed("example.org", "ex_ample.org"));
  expect_deviation(Deviation::parameter_empty, changed("tag=77", "tag=77;"));
  expect_deviation(Deviation::parameter_empty, changed("tag=77", "tag=77;x="));
  expect_deviation(Deviation::parameter_empty,
                   changed("To: <sip:bob@example.net>", "To: <sip:bob@example.net>;"));
  expect_deviation(Deviation::parameter_empty, changed("branch=z9hG4bKk3v", ""));
  expect_deviation(Deviation::parameter_repeated, changed("tag=77", "tag=77;tag=77"));
  expect_deviation(Deviation::branch_missing, changed(";branch=z9hG4bKk3v", ";branch=2543"));
  expect_deviation(Deviation::from_tag_missing, changed(";tag=77", ""));
  expect_deviation(Deviation::max_forwards_missing, small_request());
  expect_deviation(Deviation::content_length_short, changed("To:", "l: 0\r\nTo:") + "more");
  expect_deviation(Deviation::content_length_repeated, changed("To:", "l: 0\r\nContent-Length: 0\r\nTo:"));
  expect_deviation(Deviation::content_type_missing, small_request() + "body");
}

TEST(DeviationOfAMessage, NoneInAnOrdinaryOne) {
  Message m;
  EXPECT_EQ(m.parse(phone_invite()), Reason::none);
  EXPECT_TRUE(m.deviations().empty());
}

}  // namespace
}  // namespace sbc::sip
