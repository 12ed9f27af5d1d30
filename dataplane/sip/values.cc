#include "dataplane/sip/values.h"

#include "dataplane/sip/host.h"
#include "dataplane/sip/list.h"
#include "dataplane/sip/parameters.h"
#include "dataplane/sip/text.h"

namespace sbc::sip {
namespace {

bool is_fatal(Reason reason) { return reason != Reason::none && reason != Reason::scheme_unsupported; }

/// Behind the URI: nothing, or ';' and parameters.
[[gnu::always_inline]] inline Taken finish_name_addr(Cursor cursor, Reason uri_reason, NameAddr& result,
                                                     Deviations& deviations) {
  cursor.skip_space();
  Reason reason = uri_reason;
  if (cursor.take(';')) {
    const size_t from = cursor.at();
    if (!read_parameters(cursor, "tag", result.tag_value, deviations)) reason = Reason::header_bad;
    result.parameters = trim_right(cursor.text_from(from));
  }
  return {cursor.at_element_end() ? reason : Reason::header_bad, uint32_t(cursor.at())};
}

/// The cursor is at '<'.
[[gnu::always_inline]] inline Taken read_bracketed(Cursor cursor, NameAddr& result, Deviations& deviations) {
  Cursor uri = cursor;
  uri.take('<');
  if (!cursor.skip_to_close()) return {Reason::header_bad, uint32_t(cursor.end())};
  Reason reason = read_uri(uri.until(cursor.at()), result.uri, deviations);
  if (is_fatal(reason)) return {reason, uint32_t(cursor.at())};
  cursor.take('>');
  return finish_name_addr(cursor, reason, result, deviations);
}

/// Takes a display name, quoted or of tokens, and the space behind it. The cursor is then at a '<', or there
/// was neither.
[[gnu::always_inline]] inline void take_display(Cursor& cursor, NameAddr& result) {
  const size_t from = cursor.at();
  if (cursor.sees('<')) return;
  if (cursor.sees('"')) {
    if (!cursor.skip_quoted()) return;
  } else {
    for (size_t before = cursor.end(); !cursor.sees('<') && cursor.at() != before;) {
      before = cursor.at();
      cursor.skip(Plane::token);
      cursor.skip_space();
    }
  }
  result.display = trim_right(cursor.text_from(from));
  cursor.skip_space();
}

/// As far as the value goes.
Reason whole(Taken taken, Cursor cursor) {
  return is_fatal(taken.reason) || taken.end == cursor.end() ? taken.reason : Reason::header_bad;
}

/// `end`: of what can be the URI.
Reason read_unbracketed(Cursor cursor, size_t end, NameAddr& result, Deviations& deviations) {
  Cursor uri = cursor.until(end);
  uri.trim_end();
  if (uri.rest().find_first_of("?,") != std::string_view::npos) return Reason::uri_bad;
  Reason reason = read_uri(uri, result.uri, deviations);
  if (is_fatal(reason)) return reason;
  cursor.move_to(end);
  return whole(finish_name_addr(cursor, reason, result, deviations), cursor);
}

/// What is neither a quoted display name nor tokens before '<': a URI without brackets, or a display name
/// that lacks its quotes.
Reason read_sloppy(Cursor cursor, NameAddr& result, Deviations& deviations) {
  size_t stop = cursor.at();
  auto ends_uri = [](char c) { return c == '<' || c == ';' || c == '"'; };
  while (stop < cursor.end() && !ends_uri(cursor.data()[stop])) ++stop;
  if (stop == cursor.end() || cursor.data()[stop] != '<')
    return read_unbracketed(cursor, stop, result, deviations);
  result.display = trim_right(cursor.text(cursor.at(), stop));
  deviations.add(Deviation::display_unquoted);
  if (!all(result.display, class_display)) return Reason::header_bad;
  cursor.move_to(stop);
  return whole(read_bracketed(cursor, result, deviations), cursor);
}

/// "UDP" and the space around it.
[[gnu::always_inline]] inline bool take_transport(Cursor& cursor, Via& via) {
  cursor.skip_space();
  via.transport = cursor.take_run(Plane::token);
  const size_t before = cursor.at();
  cursor.skip_space();
  return !via.transport.empty() && cursor.at() != before;
}

/// "SIP / 2.0 / UDP" and the space behind it. `version_2` is told and not demanded: a 505 needs the sent-by.
[[gnu::always_inline]] inline bool take_sent_protocol(Cursor& cursor, Via& via, bool& version_2) {
  if (begins_with(cursor.rest(), "SIP/2.0/")) {
    cursor.move_to(cursor.at() + 8);
    version_2 = true;
    return take_transport(cursor, via);
  }
  std::string_view name = cursor.take_run(Plane::token);
  cursor.skip_space();
  if (!cursor.take('/')) return false;
  cursor.skip_space();
  std::string_view version = cursor.take_run(Plane::token);
  cursor.skip_space();
  if (!cursor.take('/')) return false;
  version_2 = version == "2.0";
  return take_transport(cursor, via) && equal_ignoring_case(name, "SIP") && !version.empty();
}

[[gnu::always_inline]] inline bool take_sent_by(Cursor& cursor, Via& via, Deviations& deviations) {
  via.host = take_host(cursor, deviations);
  cursor.skip_space();
  if (via.host.empty()) return false;
  if (!cursor.take(':')) return true;
  cursor.skip_space();
  via.port = take_port(cursor);
  cursor.skip_space();
  return via.port != 0;
}

/// Calls `read` with a cursor over the trimmed text.
template <class Read>
Reason parse_whole(std::string_view text, Reason too_long, Read&& read) {
  text = trim(text);
  if (text.size() > CharacterIndex::bytes_max) return too_long;
  CharacterIndex index(text);
  return read(Cursor(index, 0, text.size()));
}

}  // namespace

Reason read_name_addr(Cursor cursor, NameAddr& result, Deviations& deviations) {
  result.clear();
  Cursor bracket = cursor;
  take_display(bracket, result);
  if (bracket.sees('<')) return whole(read_bracketed(bracket, result, deviations), cursor);
  result.display = {};
  return cursor.sees('"') ? Reason::header_bad : read_sloppy(cursor, result, deviations);
}

/// Nearly all can be read without looking for their end first; the others are cut off and read again.
Taken read_listed_name_addr(Cursor list, NameAddr& result, Deviations& deviations) {
  result.clear();
  Cursor bracket = list;
  bracket.skip_space();
  take_display(bracket, result);
  if (bracket.sees('<')) {
    Deviations found;
    Taken taken = read_bracketed(bracket, result, found);
    if (!is_fatal(taken.reason)) {
      deviations.add(found);
      return taken;
    }
  }
  const size_t end = list.element_end();
  Cursor element = take_element(list);
  return {read_name_addr(element, result, deviations), uint32_t(end)};
}

Reason parse_name_addr(std::string_view value, NameAddr& result) {
  result = {};
  return parse_whole(value, Reason::header_bad, [&](Cursor cursor) {
    Deviations deviations;
    return read_name_addr(cursor, result, deviations);
  });
}

bool Via::has_magic_cookie() const {
  constexpr char cookie[] = "z9hG4bK";
  return branch.size() >= sizeof cookie && begins_with(branch, cookie);
}

namespace {

[[gnu::always_inline]] inline bool take_via(Cursor& cursor, Via& via, Deviations& deviations) {
  bool version_2 = false;
  if (!take_sent_protocol(cursor, via, version_2) || !take_sent_by(cursor, via, deviations)) return false;
  if (cursor.take(';')) {
    const size_t from = cursor.at();
    if (!read_parameters(cursor, "branch", via.branch, deviations)) return false;
    via.parameters = trim_right(cursor.text_from(from));
  }
  return version_2 && cursor.at_element_end();
}

}  // namespace

Taken read_via(Cursor list, Via& via, Deviations& deviations) {
  via.clear();
  list.skip_space();
  Cursor cursor = list;
  const bool good = take_via(cursor, via, deviations);
  if (!good) cursor.move_to(list.element_end());
  via.text = trim_right(cursor.text_from(list.at()));
  return {good ? Reason::none : Reason::via_bad, uint32_t(cursor.at())};
}

Reason parse_via(std::string_view element, Via& via) {
  via = {};
  return parse_whole(element, Reason::via_bad, [&](Cursor cursor) {
    Deviations deviations;
    Taken taken = read_via(cursor, via, deviations);
    return taken.end == cursor.end() ? taken.reason : Reason::via_bad;
  });
}

Reason read_cseq(Cursor cursor, CSeq& cseq) {
  cseq = {};
  const size_t from = cursor.at();
  while (cursor.sees_class(class_digit)) cursor.move_to(cursor.at() + 1);
  auto number = parse_number(cursor.text_from(from));
  const size_t before = cursor.at();
  cursor.skip_space();
  cseq.method_text = cursor.rest();
  cseq.method = method_of(cseq.method_text);
  bool spaced = cursor.at() != before;
  cursor.skip(Plane::token);
  if (!number || !spaced || cseq.method_text.empty() || !cursor.done()) return Reason::cseq_bad;
  cseq.number = *number;
  return Reason::none;
}

Reason parse_cseq(std::string_view value, CSeq& cseq) {
  cseq = {};
  return parse_whole(value, Reason::cseq_bad, [&](Cursor cursor) { return read_cseq(cursor, cseq); });
}

std::optional<uint32_t> parse_number(std::string_view text) {
  uint64_t value = 0;
  if (text.empty()) return std::nullopt;
  for (char c : text) {
    unsigned digit = unsigned(c - '0');
    if (digit > 9) return std::nullopt;
    value = value * 10 + digit;
    if (value > UINT32_MAX) return std::nullopt;
  }
  return uint32_t(value);
}

}  // namespace sbc::sip
