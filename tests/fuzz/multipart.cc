#include "dataplane/sip/multipart.h"

#include <string>
#include <vector>

#include "config/types/check.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/targets.h"

namespace sbc::fuzz {
namespace {

using sip::Part;
using sip::PartWalk;

struct Walked {
  std::vector<Part> parts;
  bool broken = false;
};

Walked walk(std::string_view content_type, std::string_view body) {
  Walked walked;
  PartWalk walk(sip::parse_media_type(content_type), body);
  for (Part part; walk.next(part);) walked.parts.push_back(part);
  walked.broken = walk.broken();
  return walked;
}

void check_part(const Part& part, std::string_view body) {
  SBC_CHECK(within(part.content, body) && within(part.disposition, body) && within(part.content_id, body));
  SBC_CHECK(within(part.media.parameters, body) && !part.media.type.empty() && !part.media.subtype.empty());
  SBC_CHECK(part.required || !part.disposition.empty());
}

/// The same contents with heads and a boundary of our own are the same parts.
void check_again(const std::vector<Part>& parts) {
  static constexpr std::string_view boundary = "\r\n--'sbc' (of ours)/:=?";
  std::string body;
  for (const Part& part : parts) {
    bool holds_it =
        part.content.find(boundary) != part.content.npos || part.content.starts_with(boundary.substr(2));
    if (holds_it) return;
    body += boundary;
    body += "\r\nContent-Type: a/b\r\n\r\n";
    body += part.content;
  }
  body += std::string(boundary) + "--";
  Walked again = walk("multipart/mixed;boundary=\"" + std::string(boundary.substr(4)) + '"', body);
  SBC_CHECK(!again.broken && again.parts.size() == parts.size());
  for (size_t i = 0; i < parts.size(); ++i) SBC_CHECK(again.parts[i].content == parts[i].content);
}

/// As the product asks: of a message with this body.
void check_message(std::string_view content_type, std::string_view body, const Walked& walked) {
  std::string bytes =
      "INVITE sip:b@c SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nFrom: <sip:a@b>\r\nTo: <sip:b@c>\r\nCall-ID: x\r\n"
      "CSeq: 1 INVITE\r\nContent-Type: ";
  bytes.append(content_type).append("\r\nContent-Length: ").append(std::to_string(body.size()));
  bytes.append("\r\n\r\n").append(body);
  sip::Message message;
  if (message.parse(bytes, MessageLimits::none()) != Reason::none) return;
  auto found = sip::find_part(message, sip::session_description);
  Reason reason = found.reason();
  SBC_CHECK(reason == Reason::none || reason == Reason::body_unsupported || reason == Reason::multipart_bad);
  if (!found) return;
  SBC_CHECK(within(*found, message.body()));
  bool whole = found->size() == message.body().size();
  if (!found->empty() && !whole) SBC_CHECK(!walked.broken && !walked.parts.empty());
}

}  // namespace

/// The first line is the Content-Type.
void multipart(std::string_view bytes) {
  size_t end = bytes.find("\r\n");
  std::string_view content_type = bytes.substr(0, end);
  std::string_view body = end == bytes.npos ? std::string_view{} : bytes.substr(end + 2);
  Walked walked = walk(content_type, body);
  SBC_CHECK(walked.parts.size() <= PartWalk::parts_max && (walked.broken || !walked.parts.empty()));
  const char* behind = body.data();
  for (const Part& part : walked.parts) {
    check_part(part, body);
    SBC_CHECK(part.content.data() >= behind);
    behind = part.content.data() + part.content.size();
  }
  if (!walked.broken) check_again(walked.parts);
  check_message(content_type, body, walked);
}

}  // namespace sbc::fuzz
