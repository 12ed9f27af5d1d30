#include "policy/header_rules/value_text.h"

#include "tests/policy/header_rules/rig.h"

namespace sbc::policy {
namespace {

/// What is written for an INVITE with these fields; "nothing" where it can't be.
std::string text_of(std::string_view written, const std::string& fields = "", size_t captures = 0) {
  std::string error;
  auto value = ValueText::parse(written, captures, error);
  if (!value) return error;
  Parsed invite(invite_with(fields));
  const Pattern::Captures stars{"one", "two"};
  char room[4096];
  sip::Writer out(room);
  return value->write(out, {invite.message, "10.2.0.1:5070", stars}) ? std::string(out.written()) : "nothing";
}

TEST(ValueText, IsTextWithPlacesToFillIn) {
  EXPECT_EQ(text_of("plain text"), "plain text");
  EXPECT_EQ(text_of("<sip:${caller}@${ours}>"), "<sip:+4930555@10.2.0.1:5070>");
  EXPECT_EQ(text_of("${called}"), "4912345") << "the Request-URI's, without what names its network";
  EXPECT_EQ(text_of("a-$1-b-$2", "", 2), "a-one-b-two");
  EXPECT_EQ(text_of("${header X-Account}/1", "x-account: 17\r\nX-Account: 18\r\n"), "17/1");
  EXPECT_EQ(text_of("${header Subject}", "s: hello\r\n"), "hello");
  EXPECT_EQ(text_of("100$$"), "100$");
}

TEST(ValueText, OfAResponseTakesTheNumberCalledFromTo) {
  std::string error;
  Parsed response(response_with(200, ""));
  char room[100];
  sip::Writer out(room);
  EXPECT_TRUE(ValueText::parse("${called}", 0, error)->write(out, {response.message, "", {}}));
  EXPECT_EQ(out.written(), "100");
}

TEST(ValueText, IsNotWrittenWhereWhatItAsksForIsNotThere) {
  EXPECT_EQ(text_of("${header X-Account}"), "nothing");
  EXPECT_EQ(text_of("$1", "", 1), "one");
  std::string error;
  Parsed anonymous(
      "OPTIONS sip:203.0.113.1 SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\n"
      "From: <sip:10.9.8.7@x>;tag=1\r\nTo: <sip:x@y>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\n\r\n");
  for (std::string_view text : {"${caller}", "${called}"}) {
    char room[100];
    sip::Writer out(room);
    EXPECT_FALSE(ValueText::parse(text, 0, error)->write(out, {anonymous.message, "", {}})) << text;
  }
}

/// What a message brings can't begin another field: folding becomes a blank, control bytes are refused.
TEST(ValueText, InjectsNothing) {
  EXPECT_EQ(text_of("[${header X-A}]", "X-A: one\r\n  two\r\n"), "[one two]");
  EXPECT_EQ(text_of("[${header X-A}]",
                    "X-A: \"a\x01"
                    "b\"\r\n"),
            "nothing");
  for (std::string_view text :
       {std::string_view("a\r\nVia: x"), std::string_view("a\nb"), std::string_view("a\rb"),
        std::string_view("a\0b", 3), std::string_view("a\x7f")})
    EXPECT_EQ(text_of(text),
              "must not hold control characters: a line break would begin another header field");
}

TEST(ValueText, IsBounded) {
  EXPECT_EQ(text_of(std::string(1024, 'x')).size(), 1024u);
  EXPECT_EQ(text_of(std::string(1025, 'x')), "must be 1..1024 bytes long");
  EXPECT_EQ(text_of(""), "must be 1..1024 bytes long");
  const std::string account = "X-A: " + std::string(1000, 'y') + "\r\n";
  EXPECT_EQ(text_of(std::string(24, 'x') + "${header X-A}", account).size(), 1024u);
  EXPECT_EQ(text_of(std::string(25, 'x') + "${header X-A}", account), "nothing");
}

TEST(ValueText, SaysWhatIsWrongWithIt) {
  const std::string named =
      "between ${ and } stands caller, called, ours, or header with a name, as in ${header X-Account}";
  EXPECT_EQ(text_of("${callee}"), named);
  EXPECT_EQ(text_of("${header }"), named);
  EXPECT_EQ(text_of("${header X A}"), named);
  EXPECT_EQ(text_of("${caller"), "a ${ has no }");
  EXPECT_EQ(text_of("$"), "behind $ stands a digit 1..9, {…} or another $");
  EXPECT_EQ(text_of("$x"), "behind $ stands a digit 1..9, {…} or another $");
  EXPECT_EQ(text_of("$3", "", 2), "there are 2 stars to refer to, with $1 for the first");
}

TEST(FlatValue, UndoesFoldingWhereThereIsAny) {
  std::array<char, rule_value_bytes_max> room;
  EXPECT_EQ(flat_value("as it is", room)->data(), std::string_view("as it is").data());
  EXPECT_EQ(flat_value("a\r\n b", room), "a b");
  EXPECT_TRUE(flat_value(std::string(1024, 'x'), room));
  EXPECT_FALSE(flat_value(std::string(1025, 'x'), room));
  EXPECT_FALSE(flat_value(std::string(1024, 'x') + "\r\n y", room));
}

}  // namespace
}  // namespace sbc::policy
