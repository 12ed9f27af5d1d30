#include "tests/fuzz/mutator.h"

#include <algorithm>
#include <string_view>

namespace sbc::fuzz {
namespace {

using namespace std::string_literals;

/// What breaks parsers of these protocols and files.
const std::vector<std::string> words{"\r\n",
                                     "\r\n ",
                                     "\n",
                                     "\n  - ",
                                     "\r",
                                     "\r\n\r\n",
                                     "\0"s,
                                     " ",
                                     "\t",
                                     "\"",
                                     "'",
                                     "\\",
                                     "<",
                                     ">",
                                     ",",
                                     ";",
                                     ":",
                                     ": ",
                                     "=",
                                     "@",
                                     "%",
                                     "%00",
                                     "%4",
                                     "[",
                                     "]",
                                     "{",
                                     "}",
                                     "[::1]",
                                     "?",
                                     "/",
                                     "*",
                                     "&a",
                                     "!",
                                     "|",
                                     "-",
                                     "--",
                                     "0",
                                     "-1",
                                     "65536",
                                     "4294967296",
                                     "SIP/2.0",
                                     "SIP/2.0/UDP h",
                                     "sip:",
                                     "tel:",
                                     "Via: ",
                                     "i: x\r\n",
                                     "Call-ID: x\r\n",
                                     "l: 1\r\n",
                                     "Content-Length: 3\r\n",
                                     "Content-Type: ",
                                     "multipart/mixed;boundary=",
                                     "application/sdp",
                                     "handling=optional",
                                     "tag=",
                                     "branch=",
                                     "m=audio 1 RTP/AVP 0\r\n",
                                     "c=IN IP4 192.0.2.1\r\n",
                                     "a=rtcp:1\r\n",
                                     "\xff",
                                     "\xff\xff",
                                     "\0\0"s,
                                     "\0\0\0\0"s,
                                     "\0\x01"s,
                                     "\0\x04"s,
                                     "\0\x08\0\x14"s,
                                     "\x21\x12\xa4\x42",
                                     "\x80\x28\0\x04"s,
                                     "\x80",
                                     "\xbe\xde\0\x01"s,
                                     "\x80\xc8\0\x06"s,
                                     "\x81\xca\0\x03"s,
                                     "\x81\xcb\0\x01"s};

void cross(std::string& text, size_t at, const std::string& other) {
  text.resize(at);
  text.append(other, std::min(at, other.size()));
}

}  // namespace

std::string Mutator::next() {
  std::string text = pick(seeds_);
  for (size_t n = 1 + below(4); n > 0; --n) mutate(text);
  return text;
}

void Mutator::mutate(std::string& text) {
  size_t at = below(text.size() + 1), count = below(24);
  switch (below(6)) {
    case 0:
      text.insert(at, pick(words));
      break;
    case 1:
      text.erase(at, count);
      break;
    case 2:
      text.replace(at, count, pick(words));
      break;
    case 3:
      text.insert(below(text.size() + 1), std::string(text, at, count * 4));
      break;
    case 4:
      if (at < text.size()) text[at] = char(random_());
      break;
    default:
      cross(text, at, pick(seeds_));
      break;
  }
}

}  // namespace sbc::fuzz
