// Multipart bodies: RFC 2046 5.1, RFC 5621, RFC 3261 20.11.
#include "dataplane/sip/multipart.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/dataplane/sip/sample.h"

namespace sbc::sip {
namespace {

struct Walked {
  std::vector<Part> parts;
  bool broken = false;

  std::vector<std::string_view> contents() const {
    std::vector<std::string_view> result;
    for (const Part& part : parts) result.push_back(part.content);
    return result;
  }
};

using Contents = std::vector<std::string_view>;

/// `body` must outlive what is returned.
Walked walk(std::string_view content_type, const std::string& body) {
  Walked walked;
  PartWalk walk(parse_media_type(content_type), body);
  for (Part part; walk.next(part);) walked.parts.push_back(part);
  walked.broken = walk.broken();
  return walked;
}

constexpr const char* mixed = "multipart/mixed;boundary=b1";

bool breaks(const std::string& body, const char* content_type = mixed) {
  return walk(content_type, body).broken;
}

TEST(MediaType, TypeSubtypeParameters) {
  MediaType media = parse_media_type("Application / SDP ; charset=utf-8 ; x");
  EXPECT_TRUE(media.is("application", "sdp"));
  EXPECT_FALSE(media.is("application", "sdp2"));
  EXPECT_FALSE(media.is("text", "sdp"));
  EXPECT_EQ(media.parameters, " charset=utf-8 ; x");
  for (const char* bad :
       {"", "text", "text/", "/plain", "te xt/plain", "text/pl ain", "text/plain/x", ";a=b"}) {
    EXPECT_TRUE(parse_media_type(bad).type.empty() && parse_media_type(bad).subtype.empty()) << bad;
  }
}

TEST(MediaType, AParameterIsReadOnceAndWithoutItsQuotes) {
  std::string_view value;
  EXPECT_TRUE(read_parameter("a=1; B = \"x;y\" ;c", "b", value));
  EXPECT_EQ(value, "x;y");
  EXPECT_TRUE(read_parameter("a=1", "b", value));
  EXPECT_EQ(value, "");
  EXPECT_FALSE(read_parameter("b=1;a=2;B=3", "b", value));
  EXPECT_FALSE(read_parameter("a=\"1", "b", value));
}

TEST(PartWalk, PartsBetweenPreambleAndEpilogue) {
  std::string body = crlf(
      "ignored\n--b1\n\nfirst\n--b1  \t\nContent-Type: application/sdp\n\nv=0\n\n--b1--\nignored\n--b1\n");
  Walked walked = walk(mixed, body);
  EXPECT_FALSE(walked.broken);
  EXPECT_EQ(walked.contents(), (Contents{"first", "v=0\r\n"}));
  EXPECT_TRUE(walked.parts[0].media.is("text", "plain"));
  EXPECT_TRUE(walked.parts[1].media.is("application", "sdp"));
}

TEST(PartWalk, ReadsTheHeadOfAPart) {
  std::string body = crlf(R"(--b1
CONTENT-type :
 application/ISUP ; version="itu-t92+"
Content-Disposition: Signal ; x="a;handling=optional" ; Handling=Optional
Content-ID: <isup@192.0.2.1>
Content-Length: 99999
Content-Transfer-Encoding: binary
X-Other: y

)") + std::string("\x01\0\xff\r\n", 5) +
                     "\r\n--b1--";
  Walked walked = walk(mixed, body);
  ASSERT_EQ(walked.parts.size(), 1u);
  const Part& part = walked.parts[0];
  EXPECT_TRUE(part.media.is("application", "isup"));
  EXPECT_EQ(part.disposition, "Signal");
  EXPECT_FALSE(part.required);
  EXPECT_FALSE(part.encoded);
  EXPECT_EQ(part.content_id, "<isup@192.0.2.1>");
  EXPECT_EQ(part.content, std::string_view("\x01\0\xff\r\n", 5));
}

TEST(PartWalk, HandlingIsRequiredUnlessItIsOptional) {  // RFC 3261 20.11
  for (auto [disposition, required] : {std::pair{"", true},
                                       {"Content-Disposition: signal\n", true},
                                       {"Content-Disposition: signal;handling=required\n", true},
                                       {"Content-Disposition: signal;handling=other\n", true},
                                       {"Content-Disposition: signal;handling=\"optional\"\n", false},
                                       {"Content-Disposition: signal;handling=optional\n", false}}) {
    std::string body = crlf("--b1\n" + std::string(disposition) + "\nx\n--b1--\n");
    Walked walked = walk(mixed, body);
    ASSERT_EQ(walked.parts.size(), 1u) << disposition;
    EXPECT_EQ(walked.parts[0].required, required) << disposition;
  }
}

TEST(PartWalk, EncodingsThatChangeTheContentAreNoticed) {
  for (auto [field, encoded] : {std::pair{"Content-Encoding: gzip", true},
                                {"Content-Encoding: identity", false},
                                {"Content-Transfer-Encoding: base64", true},
                                {"Content-Transfer-Encoding: 8BIT", false},
                                {"Content-Transfer-Encoding: 7bit", false},
                                {"Content-Transfer-Encoding: quoted-printable", true}}) {
    std::string body = crlf("--b1\n" + std::string(field) + "\n\nx\n--b1--");
    EXPECT_EQ(walk(mixed, body).parts.at(0).encoded, encoded) << field;
  }
}

TEST(PartWalk, EmptyPartsAreParts) {
  std::string body =
      crlf("--b1\n\n--b1\n\n\n--b1\nContent-Type: text/x\n\n--b1\nContent-Type: text/y\n\n\n--b1--");
  Walked walked = walk(mixed, body);
  EXPECT_FALSE(walked.broken);
  EXPECT_EQ(walked.contents(), (Contents{"", "", "", ""}));
}

TEST(PartWalk, BoundariesOfAnyLegalForm) {
  const std::string longest(70, 'x');
  for (auto [parameter, boundary] : {std::pair<std::string, std::string>{"b", "b"},
                                     {"\"a b'()+_,-./:=?0\"", "a b'()+_,-./:=?0"},
                                     {"----=_Part_7", "----=_Part_7"},
                                     {longest, longest},
                                     {"\"" + longest + "\"", longest}}) {
    std::string body = "--" + boundary + "\r\n\r\nx\r\n--" + boundary + "--\r\n",
                type = "multipart/mixed ; Boundary = " + parameter;
    EXPECT_EQ(walk(type, body).contents(), Contents{"x"}) << parameter;
  }
}

TEST(PartWalk, WithoutAGoodBoundaryNothingIsRead) {
  const std::string too_long(71, 'x');
  const std::vector<std::string> parameters{"",       "\"\"",         "\"b \"", "\"b\\1\"",
                                            too_long, "b;boundary=c", "\"b"};
  for (const std::string& parameter : parameters) {
    std::string body = "--b\r\n\r\nx\r\n--b--\r\n--" + too_long + "\r\n\r\n--" + too_long + "--";
    Walked walked = walk("multipart/mixed" + (parameter.empty() ? "" : ";boundary=" + parameter), body);
    EXPECT_TRUE(walked.broken && walked.parts.empty()) << parameter;
  }
}

TEST(PartWalk, DelimitersThatAreMissingOrMalformed) {
  EXPECT_FALSE(breaks("--b1\r\n\r\nx\r\n--b1--"));
  EXPECT_TRUE(breaks(""));
  EXPECT_TRUE(breaks("no delimiter at all"));
  EXPECT_TRUE(breaks("--b1--"));
  EXPECT_TRUE(breaks("--b1\r\n\r\nx")) << "not ended";
  EXPECT_TRUE(breaks("--b1\r\n\r\nx\r\n--b1")) << "its line does not end";
  EXPECT_TRUE(breaks("--b1\r\n\r\nx\r\n--b1--more"));
  EXPECT_TRUE(breaks("--b1\r\n\r\nx\r\n--b12\r\n\r\ny\r\n--b1--")) << "two readers could differ";
  EXPECT_TRUE(breaks("--b1\n\nx\n--b1--\n")) << "bare LF";
  EXPECT_TRUE(breaks("--b1\r\n--b1--")) << "no CRLF of its own";
  EXPECT_FALSE(breaks("--b1\r\n\r\na--b1\r\n --b1\r\n\r--b1\r\n--b\r\n--b1--"))
      << "no delimiter in the middle of a line";
}

TEST(PartWalk, HeadsOfPartsThatAreMalformed) {
  auto head = [](const std::string& fields) {
    return breaks(crlf("--b1\n") + fields + "\r\n\r\nx\r\n--b1--");
  };
  EXPECT_FALSE(head("Content-Type: text/x"));
  for (const char* bad :
       {"no field", ": x", "Content-Type: text", "Content-Type: text/x\r\nContent-type: text/x",
        "Content-Disposition: a\r\nContent-Disposition: a", "Content-Disposition: ",
        "Content-Disposition: a;handling=optional;handling=required", "X: a\nY: b", "X: a\rb"}) {
    EXPECT_TRUE(head(bad)) << bad;
  }
  EXPECT_TRUE(breaks("--b1\r\nX: y\r\n--b1--")) << "the head does not end";
}

TEST(PartWalk, AsManyPartsAsItHolds) {
  std::string body;
  for (size_t i = 0; i < PartWalk::parts_max; ++i) body += "--b1\r\n\r\nx\r\n";
  EXPECT_EQ(walk(mixed, body + "--b1--").parts.size(), PartWalk::parts_max);
  EXPECT_FALSE(breaks(body + "--b1--"));
  EXPECT_TRUE(breaks(body + "--b1\r\n\r\nx\r\n--b1--"));
}

TEST(PartWalk, ANestedMultipartIsOnePart) {
  std::string inner = crlf("--inner\n\nv=0\n--inner--\n");
  std::string body = crlf("--b1\nContent-Type: multipart/mixed;boundary=inner\n\n") + inner + "\r\n--b1--";
  EXPECT_EQ(walk(mixed, body).contents(), Contents{inner});
}

/// What find_part() makes of an INVITE with these fields and this body.
struct Found {
  Reason reason = Reason::none;
  std::string content;
  bool operator==(const Found&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Found& found) {
  return out << name_of(found.reason) << " [" << found.content << ']';
}

Found find_in(const std::string& start, const std::string& fields, const std::string& body) {
  std::string bytes = with(start, "\r\n\r\n", "\r\n" + crlf(fields) + "\r\n") + body;
  Message message;
  EXPECT_EQ(message.parse(bytes), Reason::none) << bytes;
  auto found = find_part(message, session_description);
  return found ? Found{Reason::none, std::string(*found)} : Found{found.reason(), ""};
}
Found in_request(const std::string& fields, const std::string& body) {
  return find_in(small_request(), fields, body);
}
Found in_response(const std::string& fields, const std::string& body) {
  return find_in(small_response(), fields, body);
}

const Found unsupported{Reason::body_unsupported, ""}, malformed{Reason::multipart_bad, ""}, nothing{};

const std::string multipart = "Content-Type: multipart/mixed;boundary=b1\n";
const std::string sdp_part = "--b1\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n";
const std::string isup_part = "--b1\r\nContent-Type: application/isup\r\n\r\nIAM\r\n";
const std::string optional_part =
    "--b1\r\nContent-Type: application/isup\r\nContent-Disposition: signal;handling=optional\r\n\r\nIAM\r\n";
const std::string last = "--b1--\r\n";

TEST(FindPart, TheBodyItself) {
  EXPECT_EQ(in_request("Content-Type: application/sdp\n", "v=0"), (Found{Reason::none, "v=0"}));
  EXPECT_EQ(in_request("c: APPLICATION / sdp;charset=x\n", "v=0"), (Found{Reason::none, "v=0"}));
  EXPECT_EQ(in_request("c: application/sdp\nContent-Disposition: session\n", "v=0"),
            (Found{Reason::none, "v=0"}));
  EXPECT_EQ(in_request("c: application/sdp\nContent-Encoding: identity\n", "v=0"),
            (Found{Reason::none, "v=0"}));
  EXPECT_EQ(in_request("", ""), nothing);
  EXPECT_EQ(in_request("c: text/plain\n", ""), nothing);
}

TEST(FindPart, ABodyOfAnotherKind) {
  for (const char* fields :
       {"c: text/plain\n", "", "c: application\n", "c: application/sdp\ne: gzip\n",
        "c: application/sdp\nContent-Disposition: early-session\n",
        "c: application/sdp\nContent-Disposition: ;\n", "c: multipart/alternative;boundary=b1\n",
        "c: multipart/mixed;boundary=b1\ne: gzip\n"}) {
    EXPECT_EQ(in_request(fields, sdp_part + last), unsupported) << fields;
    EXPECT_EQ(in_response(fields, sdp_part + last), nothing) << fields;
  }
  EXPECT_EQ(in_request("c: text/plain\nContent-Disposition: render;handling=optional\n", "hello"), nothing);
}

TEST(FindPart, APartOfAMultipart) {
  for (const std::string& body :
       {sdp_part + last, optional_part + sdp_part + last, sdp_part + optional_part + last}) {
    EXPECT_EQ(in_request(multipart, body), (Found{Reason::none, "v=0"})) << body;
    EXPECT_EQ(in_response(multipart, body), (Found{Reason::none, "v=0"})) << body;
  }
  EXPECT_EQ(in_request(multipart, optional_part + last), nothing);
}

TEST(FindPart, APartThatMustBeUnderstoodAndIsNot) {  // RFC 3204, RFC 5621
  const std::string early = with(sdp_part, "\r\n\r\n", "\r\nContent-Disposition: early-session\r\n\r\n");
  const std::string encoded = with(sdp_part, "\r\n\r\n", "\r\nContent-Transfer-Encoding: base64\r\n\r\n");
  for (const std::string& part : {isup_part, early, encoded, std::string("--b1\r\n\r\ntext\r\n")}) {
    EXPECT_EQ(in_request(multipart, sdp_part + part + last), unsupported) << part;
    EXPECT_EQ(in_request(multipart, part + sdp_part + last), unsupported) << part;
    EXPECT_EQ(in_response(multipart, part + sdp_part + last), (Found{Reason::none, "v=0"})) << part;
  }
}

TEST(FindPart, AnAckIsNotRefused) {
  std::string ack = with(with(small_request(), "OPTIONS", "ACK"), "5 OPTIONS", "5 ACK");
  EXPECT_EQ(find_in(ack, multipart, isup_part + sdp_part + last), (Found{Reason::none, "v=0"}));
}

TEST(FindPart, AMultipartThatIsBroken) {
  EXPECT_EQ(in_request(multipart, sdp_part), malformed);
  EXPECT_EQ(in_request(multipart, sdp_part + sdp_part + last), malformed) << "which of them?";
  EXPECT_EQ(in_request("c: multipart/mixed\n", sdp_part + last), malformed);
  EXPECT_EQ(in_request(multipart, isup_part), malformed);
  EXPECT_EQ(in_response(multipart, sdp_part), malformed);
}

}  // namespace
}  // namespace sbc::sip
