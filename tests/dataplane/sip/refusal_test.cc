// What Message::parse() refuses, by reason; and whether the refusal can be answered.
#include <gtest/gtest.h>

#include "dataplane/sip/message.h"
#include "tests/dataplane/sip/sample.h"

namespace sbc::sip {
namespace {

using namespace std::literals;

/// The reason, for a request that can be answered nonetheless.
Reason answered(const std::string& bytes, const MessageLimits& limits = {}) {
  Message m;
  Reason reason = m.parse(bytes, limits);
  EXPECT_TRUE(m.answerable()) << bytes;
  return reason;
}

/// The reason, for a message that nothing can be sent in return for.
Reason dropped(const std::string& bytes) {
  Message m;
  Reason reason = m.parse(bytes);
  EXPECT_FALSE(m.answerable()) << bytes;
  return reason;
}

std::string changed(std::string_view from, std::string_view to) { return with(small_request(), from, to); }

TEST(Refusal, KeepAlivesAreNoMessagesRfc5626Section3_5_1) {
  std::string stun = "\x00\x01\x00\x00\x21\x12\xa4\x42"s + std::string(12, 'x');
  for (const std::string& bytes : {""s, "\r\n"s, "\r\n\r\n"s, "\0"s, "\0\0\0\0"s, "  \r\n"s, stun}) {
    EXPECT_EQ(dropped(bytes), Reason::keepalive);
  }
}

TEST(Refusal, OtherProtocolsAreNotSip) {
  for (const std::string& bytes :
       {"GET / HTTP/1.1\r\nHost: a\r\n\r\n"s, "hello"s, "\x80\x08\x00\x01"s, "INVITE sip:a@h"s,
        "INVITE sip:SIP/2.0\r\n\r\n"s, "\r\nINVITE sip:a@h\r\n SIP/2.0\r\n\r\n"s,
        "x\r\nSIP/2.0 200 OK\r\n\r\n"s}) {
    EXPECT_EQ(dropped(bytes), Reason::not_sip) << bytes;
  }
}

TEST(Refusal, StartLineIsThreeWordsAndTwoSpaces) {
  for (const char* line :
       {"OPTIONS  sip:bob@example.net SIP/2.0", "OPTIONS sip:bob@example.net  SIP/2.0",
        "OPTIONS sip:bob@example.net SIP/2.0 ", "OPTIONS sip:bob@example.net; lr SIP/2.0", "OPTIONS SIP/2.0",
        " OPTIONS sip:bob@example.net SIP/2.0", "OPT(IONS sip:bob@example.net SIP/2.0",
        "OPTIONS sip:bob@example.net SIP/2", "OPTIONS sip:bob@example.net SIP/2.0x",
        "OPTIONS\tsip:bob@example.net SIP/2.0", "OPTIONS sip:bob@example.net SIP/"}) {
    EXPECT_EQ(answered(changed("OPTIONS sip:bob@example.net SIP/2.0", line)), Reason::start_line_bad) << line;
  }
}

TEST(Refusal, VersionGoesBeforeHeaderTroubleRfc4475Section3_1_2_16) {
  for (const char* version : {"SIP/7.0", "SIP/2.1", "SIP/1.0", "SIP/02.0", "sip/3.0", "SIP/2.00"}) {
    EXPECT_EQ(answered(changed("SIP/2.0", version)), Reason::version_unsupported) << version;
  }
  std::string all_seven = with(changed("SIP/2.0", "SIP/7.0"), "SIP/2.0/UDP", "SIP/7.0/UDP");
  EXPECT_EQ(answered(all_seven), Reason::version_unsupported);
  EXPECT_EQ(answered(with(all_seven, "CSeq: 5", "CSeq: x")), Reason::version_unsupported);
  EXPECT_EQ(answered(changed("SIP/2.0", "sip/2.0")), Reason::none);
}

TEST(Refusal, BareBreaksAndNulAreControlBytes) {
  EXPECT_EQ(answered(changed("tag=77", "tag=77\nX: y")), Reason::control_bytes);
  EXPECT_EQ(answered(changed("tag=77", "tag=77\n x")), Reason::control_bytes);
  EXPECT_EQ(answered(changed("Call-ID", "Subject: a\rb\r\nCall-ID")), Reason::control_bytes);
  EXPECT_EQ(answered(changed("Call-ID", "Subject: a\r\r\nCall-ID")), Reason::control_bytes);
  EXPECT_EQ(answered(changed("Call-ID", "Subject: a\0b\r\nCall-ID"sv)), Reason::control_bytes);
  EXPECT_EQ(answered(changed("bob@", "b\0b@"sv)), Reason::control_bytes);
  EXPECT_EQ(answered(changed("sample-1", "a\0b"sv)), Reason::control_bytes);
}

TEST(Refusal, LineEndsOfLfOrCrAlone) {
  std::string bytes;
  for (char c : small_request()) {
    if (c != '\r') bytes += c;
  }
  EXPECT_EQ(answered(bytes), Reason::control_bytes);
  for (char& c : bytes) c = c == '\n' ? '\r' : c;
  EXPECT_EQ(dropped(bytes), Reason::control_bytes);
}

TEST(Refusal, NulIsAllowedAsAQuotedPairOnly) {
  EXPECT_EQ(answered(changed("From: ", "From: \"a\\\0b\" "sv)), Reason::none);
  EXPECT_EQ(answered(changed("From: ", "From: \"a\0b\" "sv)), Reason::control_bytes);
  EXPECT_EQ(answered(changed("From: ", "From: \"a\\\\\0b\" "sv)), Reason::control_bytes);
  EXPECT_EQ(answered(changed("Call-ID", "Subject: \\\0\r\nCall-ID"sv)), Reason::control_bytes);
}

TEST(Refusal, LinesThatAreNoHeaderFields) {
  for (const char* line : {"no colon", ": no name", "two words: x", "<x>: y", "caf\xc3\xa9: x"}) {
    EXPECT_EQ(answered(changed("Call-ID", std::string(line) + "\r\nCall-ID")), Reason::header_bad) << line;
  }
  EXPECT_EQ(answered(changed("SIP/2.0\r\n", "SIP/2.0\r\n folded\r\n")), Reason::header_bad);
}

TEST(Refusal, AHeadThatNeverEnds) {
  std::string bytes = small_request();
  bytes.resize(bytes.size() - 2);
  EXPECT_EQ(answered(bytes), Reason::header_bad);
  bytes.resize(bytes.size() - 2);
  EXPECT_EQ(answered(bytes), Reason::header_bad);
}

TEST(Refusal, EveryTruncationOfARequestFails) {
  std::string bytes = phone_invite();
  Message m;
  for (size_t size = 0; size < bytes.size(); ++size) {
    std::string cut(bytes, 0, size);
    cut.shrink_to_fit();
    EXPECT_NE(m.parse(cut), Reason::none) << size;
  }
}

TEST(Refusal, MissingFieldsCannotBeAnswered) {
  EXPECT_EQ(dropped(changed("Call-ID: sample-1\r\n", "")), Reason::call_id_missing);
  EXPECT_EQ(dropped(changed("sample-1", "")), Reason::call_id_missing);
  for (const char* line :
       {"Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKk3v\r\n", "From: <sip:ann@example.org>;tag=77\r\n",
        "To: <sip:bob@example.net>\r\n", "CSeq: 5 OPTIONS\r\n"}) {
    EXPECT_EQ(dropped(changed(line, "")), Reason::header_missing) << line;
  }
}

TEST(Refusal, FieldsThatMayOccurOnce) {
  for (const char* line :
       {"From: <sip:eve@example.org>;tag=1", "t: <sip:eve@example.org>", "i: sample-2", "Call-ID: sample-1",
        "CSeq: 6 OPTIONS", "Max-Forwards: 1\r\nMax-Forwards: 2", "c: a/b\r\nContent-Type: c/d"}) {
    EXPECT_EQ(answered(small_request().insert(small_request().size() - 2, std::string(line) + "\r\n")),
              Reason::header_repeated)
        << line;
  }
}

TEST(Refusal, CallIdIsOneWord) {
  for (const char* value : {"two words", "fold\r\n ed", "caf\xc3\xa9", "tab\tbed", "bell\a"}) {
    EXPECT_EQ(answered(changed("sample-1", value)), Reason::header_bad) << value;
  }
  EXPECT_EQ(answered(changed("sample-1", R"(w%ZK-!.*_+'@word`~)(><:\/"][?}{&=$#|^;,)")), Reason::none);
}

TEST(Refusal, EveryViaMustBeWellFormed) {
  EXPECT_EQ(answered(changed(";branch", ";;,;,,;branch")), Reason::via_bad);
  EXPECT_EQ(answered(changed("From:", "Via: SIP/2.0/UDP h;branch=1, SIP/2.0\r\nFrom:")), Reason::via_bad);
  EXPECT_EQ(answered(changed("From:", "Via:\r\nFrom:")), Reason::via_bad);
  EXPECT_EQ(dropped(changed("192.0.2.9", "")), Reason::via_bad);
}

TEST(Refusal, FromAndToMustBeWellFormed) {
  EXPECT_EQ(answered(changed("To: ", "To: \"Mr. J. User ")), Reason::header_bad);
  EXPECT_EQ(answered(changed("tag=77", "tag=77;tag=78")), Reason::header_bad);
  EXPECT_EQ(answered(changed("<sip:ann@", "<sip:%4@")), Reason::uri_bad);
  EXPECT_EQ(answered(changed("To: <sip:bob@example.net>", "To:")), Reason::uri_bad);
  EXPECT_EQ(answered(changed("To: <sip:bob@example.net>", "To: isbn:2983792873")), Reason::none);  // 8.2.2.1
}

/// A tag that is none would get another one behind it.
TEST(Refusal, TagsAndBranchesHaveValues) {
  for (std::string_view empty : {";tag", ";tag=", ";TAG=;x=y", ";x;tag"}) {
    EXPECT_EQ(answered(changed(";tag=77", empty)), Reason::header_bad) << empty;
    EXPECT_EQ(
        answered(changed("To: <sip:bob@example.net>", "To: <sip:bob@example.net>" + std::string(empty))),
        Reason::header_bad)
        << empty;
  }
  EXPECT_EQ(answered(changed(";branch=z9hG4bKk3v", ";branch=")), Reason::via_bad);
  EXPECT_EQ(answered(changed(";branch=z9hG4bKk3v", ";branch")), Reason::via_bad);
}

TEST(Refusal, ViasStandBetweenCommas) {
  const std::string_view branch = ";branch=z9hG4bKk3v";
  const std::string more = "SIP/2.0/UDP two;branch=z9hG4bKk4v";
  auto vias = [&](const std::string& behind) { return changed(branch, std::string(branch) + behind); };
  for (const std::string& good : {"," + more, " , " + more, ";, " + more, "; ,\r\n " + more})
    EXPECT_EQ(answered(vias(good)), Reason::none) << good;
  for (const std::string& bad :
       {std::string(","), std::string(" ,"), ",," + more, "," + more + ",", "," + more + " x"})
    EXPECT_EQ(answered(vias(bad)), Reason::via_bad) << bad;
}

TEST(Refusal, CSeqMustNameTheMethod) {
  EXPECT_EQ(answered(changed("5 OPTIONS", "5 INVITE")), Reason::cseq_bad);
  EXPECT_EQ(answered(changed("5 OPTIONS", "5 options")), Reason::cseq_bad);
  EXPECT_EQ(answered(changed("5 OPTIONS", "4294967296 OPTIONS")), Reason::cseq_bad);
}

// Inside a dialog it may have grown since (12.2.1.1).
TEST(Refusal, CSeqThatBeginsIsBelow2To31Rfc3261Section8_1_1_5) {
  EXPECT_EQ(answered(changed("5 OPTIONS", "2147483647 OPTIONS")), Reason::none);
  EXPECT_EQ(answered(changed("5 OPTIONS", "2147483648 OPTIONS")), Reason::cseq_bad);
  const std::string inside = changed("To: <sip:bob@example.net>", "To: <sip:bob@example.net>;tag=1");
  EXPECT_EQ(answered(with(inside, "5 OPTIONS", "4294967295 OPTIONS")), Reason::none);
  EXPECT_EQ(answered(with(inside, "5 OPTIONS", "4294967296 OPTIONS")), Reason::cseq_bad);
}

TEST(Refusal, MaxForwardsIsANumber) {
  EXPECT_EQ(answered(changed("To:", "Max-Forwards: seventy\r\nTo:")), Reason::header_bad);
  EXPECT_EQ(answered(changed("To:", "Max-Forwards: -1\r\nTo:")), Reason::header_bad);
  EXPECT_EQ(answered(changed("To:", "Max-Forwards: 0068\r\nTo:")), Reason::none);
  EXPECT_EQ(answered(changed("To:", "Max-Forwards: 255\r\nTo:")), Reason::none);
  EXPECT_EQ(answered(changed("To:", "Max-Forwards: 256\r\nTo:")), Reason::header_bad);  // RFC 3261 20.22
}

TEST(Refusal, ContentLengthWithinTheDatagramRfc3261Section18_3) {
  auto sized = [](std::string_view length) {
    return with(small_request(), "\r\n\r\n", "\r\nContent-Length: " + std::string(length) + "\r\n\r\n") +
           "12345";
  };
  for (const char* good : {"0", "5", "0005"}) EXPECT_EQ(answered(sized(good)), Reason::none) << good;
  for (const char* bad : {"6", "-1", "", "5 5", "4294967301", "five"}) {
    EXPECT_EQ(answered(sized(bad)), Reason::content_length_bad) << bad;
  }
  EXPECT_EQ(answered(sized("3\r\nl: 5")), Reason::header_repeated);
  EXPECT_EQ(answered(sized("3\r\nl: 03")), Reason::none);
}

TEST(Refusal, RequestUriLastSoThat416MeansTheRestIsFine) {
  EXPECT_EQ(answered(changed("sip:bob@example.net", "isbn:2983792873")), Reason::scheme_unsupported);
  EXPECT_EQ(answered(with(changed("sip:bob@example.net", "isbn:2983792873"), "5 OPTIONS", "x")),
            Reason::cseq_bad);
  for (const char* uri : {"<sip:bob@example.net>", "sip:bob@example.net?Route=%3Csip:a%3E",
                          "sip:2001:db8::10", "bob", "sip:%@h"}) {
    EXPECT_EQ(answered(changed("sip:bob@example.net", uri)), Reason::uri_bad) << uri;
  }
}

TEST(Refusal, AnAckIsNeverAnswered) {
  std::string ack = with(changed("OPTIONS", "ACK"), "5 OPTIONS", "5 ACK");
  EXPECT_EQ(dropped(ack), Reason::none);
  EXPECT_EQ(dropped(with(ack, "5 ACK", "5 INVITE")), Reason::cseq_bad);
}

TEST(Refusal, OfAResponseIsResponseBad) {
  for (auto [from, to] : {std::pair{"5 INVITE", "x INVITE"},
                          {"192.0.2.9", "192.0.2.9;;"},
                          {"tag=88", "tag=88;;"},
                          {"Call-ID", "no header\r\nCall-ID"},
                          {"To: <sip:bob@example.net>;tag=88\r\n", ""},
                          {"tag=77", "tag=77\n"},
                          {"5 INVITE\r\n", "5 INVITE\r\nContent-Length: 1\r\n"}}) {
    EXPECT_EQ(dropped(with(small_response(), from, to)), Reason::response_bad) << to;
  }
}

TEST(Limit, MessageBytes) {
  std::string bytes = small_request();
  MessageLimits limits{.message_bytes_max = uint32_t(bytes.size() + 10)};
  EXPECT_EQ(answered(bytes + std::string(10, 'x'), limits), Reason::none);
  EXPECT_EQ(answered(bytes + std::string(11, 'x'), limits), Reason::message_too_long);
  limits.message_bytes_max = uint32_t(bytes.size() - 1);  // the head is cut, and still read as far as it goes
  EXPECT_EQ(answered(bytes, limits), Reason::message_too_long);
}

std::string with_fields(size_t count) {
  std::string more;
  for (size_t i = 5; i < count; ++i) more += "X: y\r\n";
  return small_request().insert(small_request().size() - 2, more);
}

TEST(Limit, Headers) {
  MessageLimits limits{.headers_max = 20};
  EXPECT_EQ(answered(with_fields(20), limits), Reason::none);
  EXPECT_EQ(answered(with_fields(21), limits), Reason::headers_too_many);
  limits.headers_max = 1000;  // the table's own size bounds a configured limit
  EXPECT_EQ(answered(with_fields(256), limits), Reason::none);
  EXPECT_EQ(answered(with_fields(257), limits), Reason::headers_too_many);
  EXPECT_EQ(answered(with_fields(900), limits), Reason::headers_too_many);
}

TEST(Limit, HeaderBytesFoldingIncluded) {
  MessageLimits limits{.header_bytes_max = 100};
  std::string name = "Subject: ", fold = "\r\n ";
  auto sized = [&](size_t size) {
    return changed("To:",
                   name + "a" + fold + std::string(size - name.size() - fold.size() - 1, 'x') + "\r\nTo:");
  };
  EXPECT_EQ(answered(sized(100), limits), Reason::none);
  EXPECT_EQ(answered(sized(101), limits), Reason::header_too_long);
}

}  // namespace
}  // namespace sbc::sip
