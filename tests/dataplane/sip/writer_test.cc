#include "dataplane/sip/writer.h"

#include <algorithm>
#include <array>
#include <vector>

#include <gtest/gtest.h>

#include "dataplane/sip/message.h"
#include "dataplane/sip/text.h"

namespace sbc::sip {
namespace {

using namespace std::literals;

std::string unfolded(std::string_view value) {
  std::array<char, 256> out;
  return std::string(Writer(out).unfolded(value).written());
}

TEST(Writer, WritesAMessageThatParses) {
  std::array<char, 1024> out;
  Writer writer(out);
  writer.request_line("INVITE", "sip:bob@192.0.2.1")
      .header(Header::via, "SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK1")
      .header(Header::max_forwards, 70)
      .name(Header::from)
      .text("<sip:a@h>;tag=")
      .number(4294967296u)
      .end_line()
      .header(Header::to, "<sip:bob@h>")
      .header(Header::call_id, "c1")
      .header(Header::cseq, "1 INVITE")
      .body("v=0");
  EXPECT_EQ(
      writer.written(),
      "INVITE sip:bob@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n"
      "From: <sip:a@h>;tag=4294967296\r\nTo: <sip:bob@h>\r\nCall-ID: c1\r\nCSeq: 1 INVITE\r\n"
      "Content-Length: 3\r\n\r\nv=0");
  Message message;
  EXPECT_EQ(message.parse(writer.written()), Reason::none);
  EXPECT_EQ(message.body(), "v=0");
}

TEST(Writer, WritesStatusLines) {
  std::array<char, 64> out;
  EXPECT_EQ(Writer(out).status_line(486, phrase_of(486)).written(), "SIP/2.0 486 Busy Here\r\n");
  EXPECT_EQ(Writer(out).status_line(200, "").written(), "SIP/2.0 200 \r\n");
}

TEST(Writer, FlattensFoldingAndNothingElse) {
  EXPECT_EQ(unfolded("a \t\r\n  b\r\n\tc"), "a b c");
  EXPECT_EQ(unfolded("a  \t b"), "a  \t b");
  EXPECT_EQ(unfolded("\r\n a"), " a");
  EXPECT_EQ(unfolded(""), "");
  EXPECT_EQ(unfolded("a\0 \r\n b\0"sv), "a\0 b\0"sv);
}

TEST(Writer, NeverWritesABreakFromAValue) {
  EXPECT_EQ(unfolded("a\r\nEvil: 1"), "a Evil: 1");
  EXPECT_EQ(unfolded("a\rb\nc"), "a b c");
  std::array<char, 64> out;
  EXPECT_EQ(Writer(out).status_line(200, "OK\r\nX: y").written(), "SIP/2.0 200 OK X: y\r\n");
  EXPECT_EQ(Writer(out).request_line("BYE", "sip:a\n@h").written(), "BYE sip:a @h SIP/2.0\r\n");
}

TEST(Writer, FindsABreakOfALineWhereverItIs) {
  for (size_t size = 0; size < 70; ++size) {
    std::vector<char> text(size, 'a');  // of its own, so that a look beyond it is seen
    const char* const end = text.data() + size;
    EXPECT_EQ(size_t(find_break(text.data(), end) - text.data()), size);
    for (size_t at = 0; at < size; ++at) {
      for (char c : {'\r', '\n'}) {
        std::fill(text.begin() + std::ptrdiff_t(at), text.end(), c);
        EXPECT_EQ(size_t(find_break(text.data(), end) - text.data()), at) << at << " of " << size;
        std::fill(text.begin(), text.end(), 'a');
        text[at] = c;
        EXPECT_EQ(size_t(find_break(text.data(), end) - text.data()), at) << at << " of " << size;
        text[at] = 'a';
      }
    }
  }
}

TEST(Writer, QuotesDisplayNamesThatNeedIt) {
  std::array<char, 64> out;
  EXPECT_EQ(Writer(out).display("T. Watson").written(), "T. Watson");
  EXPECT_EQ(Writer(out).display("\"a, b\"").written(), "\"a, b\"");
  EXPECT_EQ(Writer(out).display("AT&T (x)").written(), "\"AT&T (x)\"");
  EXPECT_EQ(Writer(out).display("").written(), "");
}

TEST(Writer, FillsTheSpanToTheLastByteAndOverflowsOnePastIt) {
  std::array<char, 8> out;
  Writer exact(out);
  exact.text("12345678");
  EXPECT_FALSE(exact.overflowed());
  EXPECT_EQ(exact.written(), "12345678");
  Writer past(out);
  past.text("1234").text("56789").text("x");
  EXPECT_TRUE(past.overflowed());
  EXPECT_EQ(past.written(), "1234");
}

}  // namespace
}  // namespace sbc::sip
