// SDP of one audio stream, and what the SDP in a message of ours says.
#pragma once

#include "tests/sbc/call/fixture.h"

namespace sbc::call {

inline std::string described(const std::string& address, int port, const std::string& formats,
                             const std::string& more = "") {
  return "v=0\r\no=x 1 1 IN IP4 " + address + "\r\ns=-\r\nc=IN IP4 " + address + "\r\nt=0 0\r\nm=audio " +
         std::to_string(port) + " RTP/AVP " + formats + "\r\n" + more;
}

/// The first line that begins so; empty where none does.
inline std::string line_of(const Sent& sent, const std::string& start) {
  const std::string body = "\r\n" + sent.body();
  const size_t at = body.find("\r\n" + start);
  return at == body.npos ? "" : body.substr(at + 2, body.find("\r\n", at + 2) - at - 2);
}

/// The m= line of that kind of media, with P for any port but 0.
inline std::string media_of(const Sent& sent, const std::string& kind = "audio") {
  const std::string start = "m=" + kind + " ";
  std::string line = line_of(sent, start);
  const size_t port = start.size(), end = line.find(' ', port);
  return line.empty() ? line
                      : line.replace(port, end - port, line.substr(port, end - port) == "0" ? "0" : "P");
}

}  // namespace sbc::call
