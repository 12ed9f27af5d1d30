// Head: start line and header fields of one datagram or framed message, found but not interpreted (RFC 3261
// 7): what steering, signatures and Message build on. Every datagram on a SIP port is read into one, once.
//
// Views into the bytes, which must outlive it. No allocation; fixed bounds.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "config/types/message_limits.h"
#include "config/types/reason.h"
#include "dataplane/sip/character_index.h"
#include "dataplane/sip/cursor.h"
#include "dataplane/sip/header.h"

namespace sbc::sip {

/// What a datagram on a SIP port is.
enum class Kind : uint8_t {
  request,
  response,
  keepalive,  // CRLFs (RFC 5626 4.4.1), and the blanks and NULs that some phones send instead
  stun,       // shares the port (RFC 7983): its first byte is below 4
  junk        // anything else: not answered
};

/// Of a datagram, by its first line alone.
Kind kind_of(std::string_view bytes);

struct Field {
  std::string_view name;   // as written: a token
  std::string_view value;  // without leading and trailing white space; may hold folding
  Header id = Header::other;
  uint16_t next = 0;  // 1 + index of the next field of the same kind; 0 = none
};

class Head {
 public:
  static constexpr size_t fields_max = 256;

  Head() {}

  /// CRLFs before the start line are skipped (RFC 3261 7.5). Bytes beyond limits.message_bytes_max are not
  /// looked at. Bare LFs end lines too, so that the message can be read and refused. Fields are read for
  /// request and response.
  Kind read(std::string_view bytes, const MessageLimits& limits = {});

  Kind kind() const { return kind_; }
  /// What is wrong with the fields' form, whoever reads them: bare CR or LF, NUL outside a quoted pair, no
  /// field, too many or too long ones, no empty line behind them.
  Reason reason() const { return reason_; }
  Deviations deviations() const { return deviations_; }

  std::string_view bytes() const { return bytes_; }
  std::string_view start_line() const { return start_line_; }
  /// Behind the empty line, all of it.
  std::string_view rest() const { return rest_; }

  std::span<const Field> fields() const { return {table_.fields.data(), field_count_}; }
  bool has(Header id) const { return first_[size_t(id)] != 0; }
  /// The first field of this kind, or null; and the one after it.
  const Field* find(Header id) const { return has(id) ? &table_.fields[first_[size_t(id)] - 1u] : nullptr; }
  const Field* next(const Field& field) const {
    return field.next == 0 ? nullptr : &table_.fields[field.next - 1u];
  }
  /// Any field occurs twice; those of unknown kinds are not told apart.
  bool has_repetition() const { return repeats_; }
  bool occurs_again(Header id) const { return has(id) && find(id)->next != 0; }
  /// A bare CR or LF, or a NUL that may be legal, is in it.
  bool has_control_bytes() const { return has_control_bytes_; }

  /// Somewhere in it, outside of what is behind limits.
  bool has_percent_sign() const { return has_percent_sign_; }
  bool has_backslash() const { return has_backslash_; }

  /// The one routine that finds the Call-ID, for steering and for parsing: the first one's value.
  std::string_view call_id() const {
    return has(Header::call_id) ? find(Header::call_id)->value : std::string_view{};
  }
  /// Empty where there are two that differ: whom such a message belongs to would depend on its reader.
  std::string_view steering_call_id() const;

  /// Reads a piece of the head: the start line, or (a part of) a field's value.
  Cursor cursor(std::string_view piece) const {
    size_t at = size_t(piece.data() - index_.data());
    return {index_, at, at + piece.size()};
  }

 private:
  void clear(std::string_view bytes);
  void read_lines(std::string_view text, const HeadBounds& bounds, const MessageLimits& limits);
  size_t add_usual_lines(size_t i, size_t lines, size_t& at, std::string_view text, size_t bytes_max);
  void add_line(std::string_view line, bool has_nul);
  void add_field(Header id, std::string_view name, std::string_view value);
  void link(Header id, size_t index);
  void note(Reason reason) {
    if (reason_ == Reason::none) reason_ = reason;
  }

  Kind kind_ = Kind::junk;
  Reason reason_ = Reason::none;
  uint16_t field_count_ = 0;
  Deviations deviations_;
  std::string_view bytes_, start_line_, rest_;
  bool repeats_ = false;
  bool has_control_bytes_ = false;
  bool has_percent_sign_ = false;
  bool has_backslash_ = false;
  std::array<uint16_t, header_count> first_{};  // 1 + index of the first field of each kind; 0 = none
  // Written before read, as far as first_ and field_count_ say: clearing them would cost more than reading
  // does.
  union Last {
    Last() {}
    std::array<uint16_t, header_count> indices;  // of the last field of each kind
  } last_;
  union Table {
    Table() {}
    std::array<Field, fields_max> fields;
  } table_;
  CharacterIndex index_;
};

/// The steering Call-ID of a message of which nothing else is asked.
std::string_view find_call_id(std::string_view bytes);

}  // namespace sbc::sip
