#include "tests/grammar/body.h"

namespace sbc::grammar {
namespace {

constexpr std::string_view description =
    "v=0\r\no=- 1 1 IN IP6 2001:db8::7\r\ns=-\r\nc=IN IP6 2001:db8::7\r\nt=0 0\r\nm=audio 30000 RTP/AVP "
    "8\r\n";

/// Any bytes, line ends and dashes often among them.
std::string any_bytes(Source& source) {
  std::string text;
  for (size_t n = source.below(20); n > 0; --n) {
    text += source.chance(50) ? std::string(source.pick({"\r\n", "--", "\r\n--", "\n", "\r", "v=0"}))
                              : std::string(1, char(source.below(256)));
  }
  return text;
}

std::string header_line(Source& source, std::string_view name, const std::string& value) {
  return source.any_case(name) + source.some(" \t", 0, source.chance(90) ? 0 : 2) + ':' + sws(source) +
         value + "\r\n";
}

/// Its delimiter and head into `out`.
PartText part(Source& source, std::string& out) {
  PartText part;
  part.type = "text";
  part.subtype = "plain";
  std::vector<std::string> lines;
  if (source.chance(80)) {
    part.type = source.chance(50) ? "application" : token(source);
    part.subtype = source.chance(50) ? "sdp" : token(source);
    lines.push_back(
        header_line(source, "Content-Type",
                    part.type + sws(source) + '/' + sws(source) + part.subtype + parameters(source, 2)));
  }
  if (source.chance(50)) {
    part.disposition = source.pick({"session", "signal", "render", "by-reference"});
    std::string value = part.disposition;
    if (source.chance(60)) {
      part.required = source.chance(50);
      std::string handling = source.any_case(part.required ? "required" : "optional");
      if (source.chance(20)) handling = '"' + handling + '"';
      value += sws(source) + ';' + sws(source) + source.any_case("handling") + sws(source) + '=' +
               sws(source) + handling;
    }
    lines.push_back(header_line(source, "Content-Disposition", value + parameters(source, 1)));
  }
  if (source.chance(30))
    lines.push_back(header_line(source, "Content-ID", '<' + token(source) + '@' + host(source) + '>'));
  if (source.chance(20)) lines.push_back(header_line(source, "X-" + token(source), text(source)));
  source.shuffle(lines);
  for (const std::string& line : lines) out += line;
  part.content = source.chance(50) ? std::string(description) : any_bytes(source);
  out += "\r\n" + part.content;
  return part;
}

BodyText multipart(Source& source) {
  BodyText body;
  // Ends so that no part's bytes are taken for it.
  std::string boundary =
      source.some(std::string(alphanumeric) + "'()+_,-./:=? ", 0, 40) + source.some(alphanumeric, 20, 29);
  bool plain = boundary.find_first_of("()+,/:=? '") == boundary.npos && source.chance(50);
  body.content_type = source.any_case("multipart") + '/' + source.any_case("mixed") + sws(source) + ';' +
                      sws(source) + source.any_case("boundary") + sws(source) + '=' + sws(source) +
                      (plain ? boundary : '"' + boundary + '"');
  if (source.chance(30)) body.content = text(source) + "\r\n";
  std::string delimiter = "--" + boundary;
  for (size_t n = source.between(1, 5); n > 0; --n) {
    body.content += delimiter + source.some(" \t", 0, source.chance(90) ? 0 : 3) + "\r\n";
    body.parts.push_back(part(source, body.content));
    delimiter = "\r\n--" + boundary;
  }
  body.content += delimiter + "--";
  if (source.chance(70)) body.content += "\r\n" + (source.chance(30) ? any_bytes(source) : "");
  return body;
}

}  // namespace

BodyText body(Source& source) {
  switch (source.below(4)) {
    case 0:
      return {"", "", {}};
    case 1:
      return {std::string(description), source.any_case("application/sdp"), {}};
    case 2:
      return multipart(source);
    default:
      return {any_bytes(source), media_type(source), {}};
  }
}

}  // namespace sbc::grammar
