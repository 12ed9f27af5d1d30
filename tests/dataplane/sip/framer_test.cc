// Cutting a stream into messages: RFC 3261 7.5, 18.3 and 20.14, RFC 5626 4.4.1, RFC 7118 5.
#include "dataplane/sip/framer.h"

#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "dataplane/sip/message.h"
#include "tests/dataplane/sip/sample.h"
#include "tests/fuzz/framed.h"

namespace sbc::sip {
namespace {

using Kind = Framed::Kind;

/// A request with these fields behind the start line, and what follows the head.
std::string request(std::string_view fields, std::string_view body = "") {
  return crlf("MESSAGE sip:bob@example.net SIP/2.0\n" + std::string(fields) + "\n") + std::string(body);
}

const Frame ping{Kind::ping, Reason::none, ""};
Frame message(std::string bytes) { return {Kind::message, Reason::none, std::move(bytes)}; }
Frame broken(Reason reason, std::string head = "") { return {Kind::broken, reason, std::move(head)}; }

TEST(Framer, OneMessageAndNothingElse) {
  EXPECT_EQ(frames_of(phone_invite()), std::vector{message(phone_invite())});
}

TEST(Framer, PipelinedMessagesInOrder) {
  std::string first = request("Content-Length: 3\n", "abc"), second = request("l: 0\n");
  EXPECT_EQ(frames_of(first + second + phone_invite() + first),
            (std::vector{message(first), message(second), message(phone_invite()), message(first)}));
}

TEST(Framer, AWholeMessageIsNotCopied) {
  std::string stream = phone_invite() + phone_invite();
  std::vector<char> room(8192, 'x');
  Framer framer(room);
  std::string_view rest = stream;
  EXPECT_EQ(framer.next(rest).bytes.data(), stream.data());
  EXPECT_EQ(framer.next(rest).bytes.data(), stream.data() + phone_invite().size());
  EXPECT_EQ(framer.next(rest).kind, Kind::none);
  EXPECT_EQ(std::string(room.begin(), room.end()), std::string(8192, 'x'));
}

TEST(Framer, WhatFollowsAMessageThatCameInPiecesIsNotCopiedEither) {
  std::string first = request("l: 3\n", "abc"), stream = first + phone_invite();
  std::vector<char> room(8192);
  Framer framer(room);
  std::string_view front = std::string_view(stream).substr(0, 10), rest = std::string_view(stream).substr(10);
  EXPECT_EQ(framer.next(front).kind, Kind::none);
  EXPECT_EQ(framer.next(rest).bytes, first);
  EXPECT_EQ(framer.next(rest).bytes.data(), stream.data() + first.size());
}

TEST(Framer, AnyFormOfContentLength) {
  for (const char* field :
       {"Content-Length: 5", "l:5", "L : 5", "CONTENT-LENGTH\t:\t5  ", "content-length:\n 5", "l:\n\t\n 5\n ",
        "Content-Length: 0005", "l: 5\nContent-Length: 05", "Subject: a,\n b\nl: 5\nX: y\n z"}) {
    std::string one = request(std::string(field) + "\n", "12345");
    EXPECT_EQ(frames_of(one + one), (std::vector{message(one), message(one)})) << field;
  }
}

TEST(Framer, NoContentLengthButAField) {
  EXPECT_EQ(frames_of(request("Subject: x\n Content-Length: 5\nl: 1\n", "a")).size(), 1u);
  std::string blank =
      request(" l: 5\nl: 0\n");  // a start line is never folded, and this is no field (RFC 3261 7)
  EXPECT_EQ(frames_of(blank + blank), (std::vector{message(blank), message(blank)}));
  std::string start_line = crlf("Content-Length: 5\nl: 1\n\n") + "a";
  EXPECT_EQ(frames_of(start_line), std::vector{message(start_line)});
  std::string body = request("l: 19\n", "Content-Length: 3\r\n");
  EXPECT_EQ(frames_of(body + body), (std::vector{message(body), message(body)}));
}

TEST(Framer, DoubleCrlfIsAPingAndASingleOneNothing) {
  EXPECT_EQ(frames_of("\r\n"), std::vector<Frame>{});
  EXPECT_EQ(frames_of("\r\n\r\n"), std::vector{ping});
  EXPECT_EQ(frames_of("\r\n\r\n\r\n"), std::vector{ping});
  EXPECT_EQ(frames_of("\r\n\r\n\r\n\r\n"), (std::vector{ping, ping}));
  std::string one = request("l: 0\n");
  EXPECT_EQ(frames_of("\r\n" + one + "\r\n\r\n" + one + "\r\n\r\n\r\n" + one + "\r\n"),
            (std::vector{message(one), ping, message(one), ping, message(one)}));
}

TEST(Framer, BareCrAndLfAreRefusedSinceTwoReadersCouldDiffer) {
  for (const char* bad : {"Subject: a\rb\r\nl: 0\r\n\r\n", "Subject: a\nl: 0\r\n\r\n", "l: 0\r\n\n",
                          "l: 0\r\n\r\r", "l: 0\r\nX: y\r\r\n\r\n"}) {
    EXPECT_EQ(frames_of("ACK sip:b@c SIP/2.0\r\n" + std::string(bad)),
              std::vector{broken(Reason::control_bytes)})
        << bad;
  }
  for (const char* bad : {"\n", "\rA", "\r\r\n", "\r\n\n", "\r\n\rA"}) {
    EXPECT_EQ(frames_of(bad), std::vector{broken(Reason::control_bytes)}) << bad;
  }
}

TEST(Framer, WithoutContentLengthNobodyKnowsTheEnd) {
  EXPECT_EQ(frames_of(small_request()), std::vector{broken(Reason::content_length_missing, small_request())});
}

TEST(Framer, AContentLengthThatCannotBeReadBreaks) {
  for (const char* bad : {"", "-1", "five", "5 5", "5,5", "4294967296", "+5", "0x5", "5\n 5"}) {
    std::string head = request("Content-Length: " + std::string(bad) + "\n");
    EXPECT_EQ(frames_of(head + "12345"), std::vector{broken(Reason::content_length_bad, head)}) << bad;
  }
  std::string later = request("l: 5\nl: x\nl: 6\n");
  EXPECT_EQ(frames_of(later), std::vector{broken(Reason::content_length_bad, later)});
}

TEST(Framer, TwoContentLengthsThatDifferBreak) {
  std::string head = request("l: 5\nSubject: x\nContent-Length: 6\n");
  EXPECT_EQ(frames_of(head + "123456"), std::vector{broken(Reason::header_repeated, head)});
}

TEST(Framer, TheWholeMessageMayBeAsLongAsTheRoom) {
  std::string head = request("l: 100\n");
  std::string whole = head + std::string(100, 'x');
  EXPECT_EQ(frames_of(whole + whole, whole.size()), (std::vector{message(whole), message(whole)}));
  EXPECT_EQ(frames_of(whole, whole.size() - 1), std::vector{broken(Reason::message_too_long, head)});
  EXPECT_EQ(frames_of(head, head.size()), std::vector{broken(Reason::message_too_long, head)});
  EXPECT_EQ(frames_of(request("l: 4294967295\n")),
            std::vector{broken(Reason::message_too_long, request("l: 4294967295\n"))});
}

TEST(Framer, AHeadMayBeAsLongAsTheRoom) {
  std::string head = request("l: 0\n");
  EXPECT_EQ(frames_of(head, head.size()), std::vector{message(head)});
  EXPECT_EQ(frames_of(head, head.size() - 1), std::vector{broken(Reason::message_too_long)});
  EXPECT_EQ(frames_of(std::string(9000, 'x')), std::vector{broken(Reason::message_too_long)});
}

TEST(Framer, OnceBrokenItStaysSo) {
  std::vector<char> room(8192);
  Framer framer(room);
  std::string bad = small_request(), good = phone_invite();
  std::string_view rest = bad;
  EXPECT_EQ(framer.next(rest).reason, Reason::content_length_missing);
  rest = good;
  EXPECT_EQ(framer.next(rest).reason, Reason::content_length_missing);
  EXPECT_EQ(framer.next(rest).kind, Kind::broken);
}

TEST(Framer, FromTheHeadOfABrokenRequestAnAnswerCanBeWritten) {
  std::string bytes = with(phone_invite(), "Content-Length: ", "Content-Length: x");
  auto frames = frames_of(bytes);
  ASSERT_EQ(frames.size(), 1u);
  Message m;
  EXPECT_EQ(m.parse(frames[0].bytes), Reason::content_length_bad);
  EXPECT_TRUE(m.answerable());
}

/// Streams whose frames must not depend on where they are cut.
std::vector<std::string> streams() {
  std::string one = request("Subject: a\n  b\nContent-Length :\n 3\nX: y\n", "a\r\n"),
              empty = request("l: 0\n");
  return {"\r\n" + one + "\r\n\r\n" + empty + phone_invite() + "\r\n\r\n\r\n" + one + "\r\n\r",
          one + "\r\n\r\n" + small_request() + one,
          one + with(phone_invite(), "Call-ID", "l: 7\r\nCall-ID") + one,
          empty + with(phone_invite(), "sendrecv\r\n", "sendrecv\n") + empty + "\n",
          empty + with(phone_invite(), "Alice", "Al\rce"),
          one + request("l: 500\n", std::string(500, '\r')) + one + request("l: 9000\n"),
          empty + "INVITE sip:" + std::string(2000, 'a')};
}

constexpr size_t streams_room = 1200;

TEST(Framer, CutAtAnyByteTheFramesAreTheSame) {
  for (const std::string& stream : streams()) {
    const std::vector<Frame> whole = frames_of(stream, streams_room);
    EXPECT_GE(whole.size(), 2u);
    for (size_t cut = 0; cut <= stream.size(); ++cut) {
      EXPECT_EQ(
          frames_of(stream, streams_room, [&](size_t at) { return at < cut ? cut - at : stream.size(); }),
          whole)
          << cut;
    }
    for (size_t piece = 1; piece < 20; ++piece) {
      EXPECT_EQ(frames_of(stream, streams_room, [&](size_t) { return piece; }), whole) << piece;
    }
  }
}

TEST(Framer, CutAtRandomTheFramesAreTheSame) {
  std::mt19937 random(5626);
  for (const std::string& stream : streams()) {
    const std::vector<Frame> whole = frames_of(stream, streams_room);
    for (int round = 0; round < 500; ++round) {
      size_t most = 1 + random() % 300;
      EXPECT_EQ(frames_of(stream, streams_room, [&](size_t) { return 1 + random() % most; }), whole);
    }
  }
}

/// What was scanned is spoilt behind the framer's back, in the room that the test lent it, but for the two
/// bytes in front of the cut, names of fields and the Content-Length: were anything scanned again, there
/// would be line breaks, ends of the head, bare LFs.
TEST(Framer, NoByteIsScannedTwice) {
  const std::string head = crlf(
      "INVITE sip:bob@example.net SIP/2.0\nSubject: first\n second\n third\nContent-Length: 4\nTo: "
      "<sip:bob@h>\n\n");
  std::vector<bool> spoil(head.size());
  for (std::string_view text : {"VITE sip:bob@example.net SIP/2", "first\r\n sec", "ird", "<sip:bob@"}) {
    std::fill_n(spoil.begin() + long(head.find(text)), text.size(), true);
  }
  std::vector<char> room(200);
  Framer framer(room);
  for (size_t at = 0; at < head.size(); ++at) {
    std::string_view piece = std::string_view(head).substr(at, 1);
    ASSERT_EQ(framer.next(piece).kind, Kind::none) << at;
    for (size_t i = 0; i + 2 <= at; ++i) {
      if (spoil[i]) room[i] = i % 2 ? '\n' : '\r';
    }
  }
  std::string_view body = "1234";
  EXPECT_EQ(framer.next(body).kind, Kind::message);
}

// RFC 7118 5
Framed by_websocket(std::string_view payload, size_t max = 8192) { return framed_by_websocket(payload, max); }

TEST(FramedByWebsocket, OneSipMessageWithOrWithoutContentLength) {
  for (const std::string& bytes : {phone_invite(), small_request(), small_response(), request("", "body"),
                                   request("l: 3\nl: 03\n", "abc")}) {
    EXPECT_EQ(by_websocket(bytes).kind, Kind::message) << bytes;
    EXPECT_EQ(by_websocket(bytes).bytes, bytes);
    EXPECT_EQ(by_websocket("\r\n" + bytes).bytes, bytes) << "RFC 3261 7.5";
  }
}

TEST(FramedByWebsocket, KeepAlives) {
  EXPECT_EQ(by_websocket("\r\n\r\n").kind, Kind::ping);
  for (const char* nothing : {"", "\r\n", "\r\n\r\n\r\n"}) EXPECT_EQ(by_websocket(nothing).kind, Kind::none);
}

TEST(FramedByWebsocket, AnythingElseBreaks) {
  auto breaks = [](const std::string& bytes, Reason reason, std::string_view head) {
    Framed framed = by_websocket(bytes);
    EXPECT_EQ(framed.kind, Kind::broken) << bytes;
    EXPECT_EQ(framed.reason, reason) << bytes;
    EXPECT_EQ(framed.bytes, head);
  };
  breaks(request("l: 2\n", "abc"), Reason::content_length_bad, request("l: 2\n"));
  breaks(request("l: 4\n", "abc"), Reason::content_length_bad, request("l: 4\n"));
  breaks(request("l: x\n", "abc"), Reason::content_length_bad, request("l: x\n"));
  breaks(request("l: 0\nl: 3\n", "abc"), Reason::header_repeated, request("l: 0\nl: 3\n"));
  breaks(request("l: 0\n") + request("l: 0\n"), Reason::content_length_bad, request("l: 0\n"));
  breaks("INVITE sip:b@c SIP/2.0\r\nTo: x\r\n", Reason::header_bad, "");
  breaks("INVITE sip:b@c SIP/2.0\r\nTo: x\n\r\n", Reason::control_bytes, "");
  breaks("\r\n\n", Reason::control_bytes, "");
}

TEST(FramedByWebsocket, AsLongAsAllowed) {
  std::string bytes = request("", "body");
  EXPECT_EQ(by_websocket(bytes, bytes.size()).kind, Kind::message);
  EXPECT_EQ(by_websocket(bytes, bytes.size() - 1).reason, Reason::message_too_long);
  EXPECT_EQ(by_websocket(bytes, 20).reason, Reason::message_too_long);
}

}  // namespace
}  // namespace sbc::sip
