// CallName: what one call of the benchmark is called wherever it shows: its place among the calls that are up
// at a time, and its serial number, which never comes again. Tags and numbers are made of both, so that the
// peers read from whatever the SBC sends which call it belongs to.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dataplane/sip/writer.h"

namespace sbc::bench {

enum class Side : uint8_t { caller, callee };

struct CallName {
  static constexpr uint32_t places_max = 10'000'000, serials_max = 100'000'000;  // digits in the numbers

  uint32_t place = 0, serial = 0;

  /// Of the user agent on this side.
  void write_tag(sip::Writer& out, Side side) const;
  static std::optional<CallName> of_tag(std::string_view tag, Side side);

  /// The caller's, before its '@'.
  void write_call_id(sip::Writer& out) const;
  /// Behind the magic cookie.
  void write_branch(sip::Writer& out, std::string_view request) const;

  void write_calling_number(sip::Writer& out) const;
  /// Begins with the prefix of a route of the configuration.
  void write_called_number(sip::Writer& out) const;
  /// Whatever routes put before them.
  static std::optional<CallName> of_numbers(std::string_view calling, std::string_view called);

  friend bool operator==(const CallName&, const CallName&) = default;
};

/// With leading zeros.
void write_digits(sip::Writer& out, uint32_t value, unsigned digits);

}  // namespace sbc::bench
