// Header parameters (RFC 3261 25.1, generic-param): the walk that checks them.
#pragma once

#include <string_view>

#include "dataplane/sip/cursor.h"
#include "dataplane/sip/text.h"

namespace sbc::sip {

struct Parameter {
  std::string_view name;
  std::string_view value;  // with its quotes if quoted; empty when there is none
};

/// Takes a parameter; white space may stand anywhere in it and behind it. False when it is malformed. An
/// empty value is taken, with a note: phones send it, and it means nothing.
[[gnu::always_inline]] inline bool take_parameter(Cursor& cursor, Parameter& parameter,
                                                  Deviations& deviations) {
  parameter = {cursor.take_run(Plane::token), {}};
  if (parameter.name.empty()) return false;
  cursor.skip_space();
  if (!cursor.take('=')) return true;
  cursor.skip_space();
  // Tokens, hosts, and the '=' that base64 leaves in tags; or a quoted string.
  const size_t from = cursor.at();
  if (!cursor.sees('"')) {
    cursor.skip(Plane::value);
  } else if (!cursor.skip_quoted()) {
    return false;
  }
  parameter.value = cursor.text_from(from);
  deviations.add_if(parameter.value.empty(), Deviation::parameter_empty);
  cursor.skip_space();
  return true;
}

/// The same for "name=value" and "name" without white space and quotes, as nearly all are; false, without
/// moving, for any other.
[[gnu::always_inline]] inline bool take_usual_parameter(Cursor& cursor, Parameter& parameter) {
  Cursor ahead = cursor;
  parameter = {ahead.take_run(Plane::token), {}};
  if (parameter.name.empty()) return false;
  if (ahead.take('=')) {
    parameter.value = ahead.take_run(Plane::value);
    if (parameter.value.empty()) return false;
  }
  if (!ahead.sees(';') && !ahead.at_element_end()) return false;
  cursor = ahead;
  return true;
}

/// Behind a ';': takes all parameters up to the element's end, and checks them, and that `unique` has one
/// value at most (RFC 3261 7.3.1: two tags, branches or boundaries are two readings of one message), and not
/// an empty one. `found` becomes that, with its quotes if quoted; it stays as it is where there is none. The
/// same once more, and a ';' with nothing behind it, are taken, with a note.
[[gnu::always_inline]] inline bool read_parameters(Cursor& cursor, std::string_view unique,
                                                   std::string_view& found, Deviations& deviations) {
  bool seen = false;
  do {
    Parameter one;
    if (!take_usual_parameter(cursor, one)) [[unlikely]] {
      cursor.skip_space();
      if (cursor.at_element_end()) {
        deviations.add(Deviation::parameter_empty);
        return true;
      }
      if (!take_parameter(cursor, one, deviations)) return false;
    }
    if (one.name.size() != unique.size() || !equal_ignoring_case(one.name, unique)) continue;
    if (one.value.empty() || (seen && one.value != found)) return false;
    deviations.add_if(seen, Deviation::parameter_repeated);
    seen = true;
    found = one.value;
  } while (cursor.take(';'));
  return cursor.at_element_end();
}

}  // namespace sbc::sip
