#include "dataplane/sip/message.h"

#include <gtest/gtest.h>

#include "tests/dataplane/sip/sample.h"

namespace sbc::sip {
namespace {

TEST(Message, GivesWhatARequestHolds) {
  std::string bytes = phone_invite();
  Message m;
  ASSERT_EQ(m.parse(bytes), Reason::none);
  EXPECT_TRUE(m.is_request() && m.answerable());
  EXPECT_EQ(m.method(), Method::invite);
  EXPECT_EQ(m.request_uri_text(), "sip:+4930123456@198.51.100.7:5060;user=phone");
  EXPECT_EQ(m.request_uri().user, "+4930123456");
  EXPECT_EQ(m.status(), 0);
  EXPECT_EQ(m.top_via().host, "192.0.2.101");
  EXPECT_EQ(m.top_via().branch, "z9hG4bK-524287-1---8f0c1d2e3f4a5b6c");
  EXPECT_EQ(m.from().display, "\"Alice Example\"");
  EXPECT_EQ(m.from().tag(), "9a8b7c6d");
  EXPECT_EQ(m.to().tag(), "");
  EXPECT_EQ(m.call_id(), "84617MjE5ZDY0ZjQ3YzY5ZTM2YjRhNzQ0");
  EXPECT_EQ(m.cseq().number, 1u);
  EXPECT_EQ(m.max_forwards(), 70u);
  EXPECT_EQ(m.fields().size(), 13u);
  EXPECT_EQ(m.value(Header::content_type), "application/sdp");
  EXPECT_FALSE(m.has(Header::warning));
  EXPECT_EQ(m.find(Header::warning), nullptr);
  EXPECT_EQ(m.value(Header::warning), "");
  EXPECT_TRUE(m.body().starts_with("v=0\r\n") && m.body().ends_with("a=sendrecv\r\n"));
  EXPECT_EQ(m.bytes(), bytes);
}

TEST(Message, GivesWhatAResponseHolds) {
  std::string bytes = small_response();
  Message m;
  ASSERT_EQ(m.parse(bytes), Reason::none);
  EXPECT_FALSE(m.is_request() || m.answerable());
  EXPECT_EQ(m.status(), 180);
  EXPECT_EQ(m.reason_phrase(), "Ringing");
  EXPECT_EQ(m.method(), Method::invite);
  EXPECT_EQ(m.method_text(), "INVITE");
  EXPECT_EQ(m.to().tag(), "88");
  EXPECT_EQ(m.max_forwards(), std::nullopt);
}

TEST(Message, StatusIsThreeDigitsFrom100To699) {
  Message m;
  for (const char* line :
       {"SIP/2.0 100 Trying", "SIP/2.0 699 ", "SIP/2.0 200", "sip/2.0 200 OK", "SIP/2.0 200  two  spaces"}) {
    EXPECT_EQ(m.parse(with(small_response(), "SIP/2.0 180 Ringing", line)), Reason::none) << line;
  }
  for (const char* line : {"SIP/2.0 099 x", "SIP/2.0 700 x", "SIP/2.0 20 x", "SIP/2.0 2000 x",
                           "SIP/2.0  200 OK", "SIP/2.0 200OK", "SIP/2.0 4294967301 x", "SIP/2.0 ", "SIP/2.0",
                           "SIP/7.0 200 OK", "SIP/2.0\t200 OK"}) {
    EXPECT_EQ(m.parse(with(small_response(), "SIP/2.0 180 Ringing", line)), Reason::response_bad) << line;
    EXPECT_FALSE(m.answerable());
  }
}

TEST(Message, TakesCompactNamesFoldingAndCaseRfc3261Section7_3) {
  std::string bytes = crlf(R"(BYE sip:bob@[2001:db8::9]:5070 SIP/2.0
v : SIP / 2.0
 / UDP  a.example ;
	branch = z9hG4bKx , SIP/2.0/TCP b.example
f:
 "A" <sip:a@example.net>
  ; tag = 1
T:sip:b@example.net;tag=2
I  :
   folded-id  
cseq: 7
 BYE
k: timer
Supported: 100rel ,PATH;x=1
l: 0002

hi, and bytes beyond)");
  Message m;
  ASSERT_EQ(m.parse(bytes), Reason::none);
  EXPECT_EQ(m.top_via().host, "a.example");
  EXPECT_EQ(m.top_via().branch, "z9hG4bKx");
  EXPECT_EQ(m.from().tag(), "1");
  EXPECT_EQ(m.to().tag(), "2");
  EXPECT_EQ(m.call_id(), "folded-id");
  EXPECT_EQ(find_call_id(bytes), "folded-id");
  EXPECT_EQ(m.cseq().number, 7u);
  EXPECT_EQ(m.body(), "hi");  // RFC 3261 18.3
  for (const char* token : {"timer", "TIMER", "100rel", "path"})
    EXPECT_TRUE(m.list_has(Header::supported, token)) << token;
  for (const char* token : {"", "time", "rel", "x"})
    EXPECT_FALSE(m.list_has(Header::supported, token)) << token;
  EXPECT_FALSE(m.list_has(Header::require, "timer"));
}

TEST(Message, BodyIsTheRestWithoutContentLength) {
  std::string bytes = small_request() + "a\r\n\r\nb\0c";
  Message m;
  ASSERT_EQ(m.parse(bytes), Reason::none);
  EXPECT_EQ(m.body(), std::string_view(bytes).substr(small_request().size()));
}

TEST(Message, SkipsLineEndsBeforeTheStartLineRfc3261Section7_5) {
  Message m;
  std::string bytes = "\r\n\r\n" + small_request();
  EXPECT_EQ(m.parse(bytes), Reason::none);
  EXPECT_EQ(find_call_id(bytes), "sample-1");
}

TEST(Message, KeepsFieldsInOrderAsTheyWereNamed) {
  std::string bytes =
      with(small_request(), "From:", "X-One: 1\r\nm: <sip:a@h>\r\nx-one:\r\nContact: <sip:b@h>\r\nFrom:");
  Message m;
  ASSERT_EQ(m.parse(bytes), Reason::none);
  EXPECT_EQ(m.fields()[1].name, "X-One");
  EXPECT_EQ(m.fields()[1].id, Header::other);
  EXPECT_EQ(m.fields()[2].name, "m");
  EXPECT_EQ(m.fields()[2].id, Header::contact);
  EXPECT_EQ(m.fields()[3].value, "");
  EXPECT_EQ(m.value(Header::contact), "<sip:a@h>");
}

TEST(Message, NothingIsLeftOfTheMessageParsedBefore) {
  std::string first = phone_invite(), second = small_response();
  Message m;
  ASSERT_EQ(m.parse(first), Reason::none);
  ASSERT_EQ(m.parse(second), Reason::none);
  EXPECT_FALSE(m.has(Header::content_type) || m.has(Header::max_forwards) || m.max_forwards());
  EXPECT_TRUE(m.request_uri_text().empty() && m.request_uri().text.empty() && m.body().empty());
  EXPECT_EQ(m.fields().size(), 5u);
  EXPECT_EQ(m.parse(""), Reason::keepalive);
  EXPECT_TRUE(m.fields().empty() && m.call_id().empty() && m.from().uri.text.empty());
}

TEST(FindCallId, IsEmptyWithoutOneAndWithTwoThatDiffer) {
  EXPECT_EQ(find_call_id(small_request()), "sample-1");
  EXPECT_EQ(find_call_id(with(small_request(), "Call-ID: sample-1\r\n", "")), "");
  EXPECT_EQ(find_call_id(with(small_request(), "To:", "i: sample-1\r\nTo:")), "sample-1");
  EXPECT_EQ(find_call_id(with(small_request(), "To:", "i: sample-2\r\nTo:")), "");
  EXPECT_EQ(find_call_id(with(small_request(), "To:", "i:\r\nTo:")), "");
  EXPECT_EQ(find_call_id(""), "");
  EXPECT_EQ(find_call_id("Call-ID: this is the start line\r\n\r\n"), "");
}

TEST(FindCallId, LooksAtHeaderNamesOnly) {
  EXPECT_EQ(find_call_id(small_request() + "Call-ID: in-the-body\r\n\r\n"), "sample-1");
  EXPECT_EQ(find_call_id(with(small_request(), "To:", "Subject: x\r\n Call-ID: in-a-fold\r\nTo:")),
            "sample-1");
  EXPECT_EQ(find_call_id(with(small_request(), "To:", "X-Call-ID: 2\r\nCall-IDs: 3\r\nTo:")), "sample-1");
  for (const char* name : {"call-id", "CALL-ID ", "I", "i\t "}) {
    EXPECT_EQ(find_call_id(with(small_request(), "Call-ID", name)), "sample-1") << name;
  }
}

}  // namespace
}  // namespace sbc::sip
