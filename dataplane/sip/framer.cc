#include "dataplane/sip/framer.h"

#include <algorithm>
#include <cstring>

#include "dataplane/sip/header.h"

namespace sbc::sip {
namespace {

constexpr std::string_view crlf = "\r\n", ping = "\r\n\r\n";

}  // namespace

Reason HeadScan::advance(std::string_view bytes) {
  for (std::string_view line; fields_.next(bytes, line);) {
    auto [name, value] = split_field(line);
    if (header_of(name) != Header::content_length) continue;
    Reason reason = length_.add(value);
    if (length_reason_ == Reason::none) length_reason_ = reason;
  }
  return fields_.broken() ? Reason::control_bytes : Reason::none;
}

/// Skips CRLFs before a start line (RFC 3261 7.5); true at the end of a ping.
bool Framer::take_line_breaks(std::string_view& received) {
  while (!received.empty() && received[0] == ping[line_breaks_]) {
    received.remove_prefix(1);
    if (++line_breaks_ < ping.size()) continue;
    line_breaks_ = 0;
    return true;
  }
  return false;
}

/// The message so far.
std::string_view Framer::hold(std::string_view received) {
  size_t end = std::min(size_ > 0 ? size_ : room_.size(), held_ + received.size());
  if (end > held_) std::memcpy(room_.data() + held_, received.data(), end - held_);
  return {room_.data(), end};
}

/// Sets `size_` once the head is whole.
Reason Framer::measure(std::string_view message) {
  Reason reason = head_.advance(message);
  if (reason != Reason::none) return reason;
  if (head_.size() == 0) return message.size() == room_.size() ? Reason::message_too_long : Reason::none;
  if (head_.length_reason() != Reason::none) return head_.length_reason();
  if (!head_.content_length()) return Reason::content_length_missing;
  size_ = head_.size() + *head_.content_length();
  return size_ > room_.size() ? Reason::message_too_long : Reason::none;
}

Framed Framer::fail(Reason reason, std::string_view head) {
  broken_ = reason;
  return {Framed::Kind::broken, reason, head};
}

Framed Framer::next(std::string_view& received) {
  if (broken_ != Reason::none) return fail(broken_, {});
  if (held_ == 0) {
    if (take_line_breaks(received)) return {Framed::Kind::ping, Reason::none, {}};
    if (received.empty()) return {};
    bool half = line_breaks_ % crlf.size() != 0;
    if (half || received[0] == '\n') return fail(Reason::control_bytes, {});
    line_breaks_ = 0;
  }
  std::string_view message = held_ == 0 ? received.substr(0, room_.size()) : hold(received);
  if (size_ == 0) {
    Reason reason = measure(message);
    if (reason != Reason::none) return fail(reason, message.substr(0, head_.size()));
  }
  if (size_ == 0 || message.size() < size_) {
    if (held_ == 0) hold(received);
    held_ = message.size();
    received = {};
    return {};
  }
  message = message.substr(0, size_);
  received.remove_prefix(size_ - held_);
  held_ = size_ = 0;
  head_ = {};
  return {Framed::Kind::message, Reason::none, message};
}

Framed framed_by_websocket(std::string_view payload, size_t message_bytes_max) {
  if (payload == ping) return {Framed::Kind::ping, Reason::none, {}};
  while (payload.starts_with(crlf)) payload.remove_prefix(crlf.size());
  if (payload.empty()) return {};
  HeadScan head;
  Reason reason = head.advance(payload.substr(0, message_bytes_max));
  if (reason == Reason::none && payload.size() > message_bytes_max) reason = Reason::message_too_long;
  if (reason == Reason::none && head.size() == 0) reason = Reason::header_bad;
  if (reason == Reason::none) reason = head.length_reason();
  bool right = head.content_length().value_or(payload.size() - head.size()) == payload.size() - head.size();
  if (reason == Reason::none && !right) reason = Reason::content_length_bad;
  if (reason != Reason::none) return {Framed::Kind::broken, reason, payload.substr(0, head.size())};
  return {Framed::Kind::message, Reason::none, payload};
}

}  // namespace sbc::sip
