// Framer: cuts what a connection receives into SIP messages.
//
// On a stream (TCP, TLS) a message ends where its Content-Length says (RFC 3261 18.3), so that field is
// mandatory, and what is wrong with it, or could be read in two ways, ends the connection: nobody knows where
// the next message begins. Over WebSocket each message is one of its own (RFC 7118 5). Checks no more than
// framing needs; the rest is Message::parse()'s.
//
// Bytes may be cut anywhere. Each is scanned once; nothing is allocated; a message that arrives whole is not
// copied. Owned by the thread that reads the connection.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "config/types/result.h"
#include "dataplane/sip/content_length.h"
#include "dataplane/sip/field_scan.h"

namespace sbc::sip {

struct Framed {
  enum class Kind : uint8_t {
    none,     // nothing more in these bytes
    message,  // `bytes` is one whole message
    ping,     // a keep-alive that is answered with one CRLF (RFC 5626 4.4.1)
    broken    // `reason` says why; the connection is to be closed
  };
  Kind kind = Kind::none;
  Reason reason = Reason::none;
  /// Of a broken message the head, where that is whole: enough for Message::parse() to answer from, which
  /// RFC 3261 18.3 wants of requests. Empty otherwise.
  std::string_view bytes;
};

/// A message's head as far as framing needs it.
class HeadScan {
 public:
  /// `bytes` is all of the message so far. Fails with control_bytes at once.
  Reason advance(std::string_view bytes);
  /// In bytes, with the empty line; 0 while that has not come.
  size_t size() const { return fields_.size(); }
  /// What is wrong with the Content-Length fields; asked once the head is whole.
  Reason length_reason() const { return length_reason_; }
  std::optional<uint32_t> content_length() const { return length_.value(); }

 private:
  FieldScan fields_{FieldScan::Front::start_line};
  ContentLength length_;
  Reason length_reason_ = Reason::none;
};

class Framer {
 public:
  /// `room` is where a message that arrives in pieces is put together; its size is that of the largest
  /// message taken. It must outlive the Framer.
  explicit Framer(std::span<char> room) : room_(room) {}

  /// Takes the next message or ping off the front of `received`, which then begins behind it; to be called
  /// until it yields `none`, when all of `received` is taken. A view lives as long as what it was received
  /// into, and until the next call.
  ///
  /// Breaks with control_bytes (a bare CR or LF in a head, or between messages), content_length_missing,
  /// content_length_bad, header_repeated (two Content-Lengths that differ), message_too_long; and stays so.
  Framed next(std::string_view& received);

 private:
  bool take_line_breaks(std::string_view& received);
  std::string_view hold(std::string_view received);
  Reason measure(std::string_view message);
  Framed fail(Reason reason, std::string_view head);

  std::span<char> room_;
  size_t held_ = 0;           // bytes in `room_`: the front of a message
  size_t size_ = 0;           // of that message; 0 = not known yet
  unsigned line_breaks_ = 0;  // bytes of CRLF CRLF, between messages
  HeadScan head_;
  Reason broken_ = Reason::none;
};

/// A whole WebSocket message: one SIP message, a ping, or nothing (an answer to a ping of ours).
/// Content-Length may be left out, but must be right where it is given. Breaks as Framer does, and with
/// header_bad where the head does not end.
Framed framed_by_websocket(std::string_view payload, size_t message_bytes_max);

}  // namespace sbc::sip
